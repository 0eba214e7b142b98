"""The files of this project that a module runs, found by following its imports.

Rules list them among their inputs, so that editing a file reruns the jobs that depend on it.
"""

import os
import re
from functools import cache
from pathlib import Path

from pipeline.catalogue import ROOT

PROJECT = "(?:features|pipeline)"
# A line that imports. Parsing whole files would take a tenth of a start.
IMPORT = re.compile(
    rf"^[ \t]*(?:from[ ]({PROJECT}[\w.]*)[ ]import[ ](\([^)]*\)|[^\n]+)|import[ ]([^\n]+))",
    re.MULTILINE,
)
MODULE = re.compile(rf"(?<![.\w]){PROJECT}(?:\.\w+)*")
NAME = re.compile(r"(?<![.\w])(?<!as )\w+")


def code(*modules: str) -> list[str]:
    """The files of `modules` (dotted names) and of all that they import from this project.

    Paths are relative to the working directory, so a project that is moved computes nothing again.
    """
    found: dict[str, Path] = {}
    left = list(modules)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = module_path(name)
            left += imports(found[name])
            # Python runs the __init__.py of a package first; only that of `pipeline` has code.
            left += ["pipeline"] if name.startswith("pipeline.") else []
    return [os.path.relpath(found[name]) for name in sorted(found)]


def texts(folder: str, language: str) -> str:
    """The file of what the stages of a folder of `pipeline` say in a language, see runtime.texts.

    Its path is relative to the working directory, as those of code are.
    """
    return os.path.relpath(ROOT / "pipeline" / folder / "texts" / f"{language}.yaml")


def module_path(name: str) -> Path:
    path = ROOT / Path(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def imports(path: Path) -> list[str]:
    """The project's modules that the file at `path` imports, at its top or in a function."""
    names = []
    for module, inner, plain in IMPORT.findall(path.read_text(encoding="utf-8")):
        # `from pipeline.runtime import stage` imports a module, but `from pipeline.plan import
        # Plan` imports something inside a module.
        parts = [f"{module}.{name}" for name in NAME.findall(inner)]
        names += [name for name in parts if exists(name)] or [module]
        names += MODULE.findall(plain)
    return [name for name in names if name and exists(name)]


def exists(name: str) -> bool:
    return module_path(name).exists()
