"""The files of this project that a module runs, found by following its imports.

Rules list them among their inputs, so that editing a file reruns the jobs that depend on it.
"""

import ast
import os
from functools import cache
from pathlib import Path

from pipeline.catalogue import ROOT

PACKAGES = ("features", "pipeline")


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


def module_path(name: str) -> Path:
    path = ROOT / Path(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def imports(path: Path) -> list[str]:
    """The project's modules that the file at `path` imports."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from pipeline.runtime import stage` imports a module, but `from pipeline.plan
            # import Plan` imports something inside a module.
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names += [name for name in inner if module_path(name).exists()] or [node.module]
    return [
        name for name in names if name.split(".")[0] in PACKAGES and module_path(name).exists()
    ]
