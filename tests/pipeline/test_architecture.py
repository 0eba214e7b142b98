"""Who may import whom: features know no files, stages meet only through files."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FEATURES = sorted((ROOT / "features").glob("*.py"))
PIPELINE = sorted((ROOT / "pipeline").rglob("*.py"))
SNAKEFILE = (ROOT / "Snakefile").read_text()
RULES = re.split(r"^(?:rule|checkpoint) ", SNAKEFILE, flags=re.MULTILINE)[1:]
# Rules that run something; the others, like `all`, only name what is wanted.
STAGES = {
    rule.split(":")[0]: re.search(r"-m (pipeline\.[\w.]+) ", rule)[1]
    for rule in RULES
    if "shell:" in rule
}


def imported(text: str) -> set[str]:
    """Dotted names of all that is imported, with what is imported from them."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, or pipeline.code does not see them"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def top(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def test_the_stages_are_found():
    assert {"load", "split", "extract", "fit", "encode", "train", "score", "collect"} <= {*STAGES}
    assert {"sample", "guess", "search", "narrate"} <= set(STAGES)


@pytest.mark.parametrize("path", FEATURES, ids=lambda path: path.stem)
def test_features_are_pure_functions_on_arrays(path):
    allowed = {"numpy", "scipy", "numba", "features", "collections", "concurrent", "functools"}
    allowed |= {"llvmlite", "typing", "dataclasses", "itertools", "math"}
    assert top(imported(path.read_text())) <= allowed
    called = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and not is_compiling(node.func)
    }
    assert not called & {
        "open",
        "load",
        "save",
        "savez",
        "loadtxt",
        "fromfile",
        "tofile",
        "memmap",
    }


def is_compiling(function: ast.expr) -> bool:
    """Of llvmlite's builder, `load` is an instruction of the processor's."""
    owner = getattr(function, "value", None)
    return isinstance(owner, ast.Name) and owner.id == "builder"


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_is_a_module_with_a_function_of_its_name(stage):
    assert STAGES[stage] in {f"pipeline.{stage}", f"pipeline.lecture.{stage}"}
    tree = ast.parse((ROOT / f"{STAGES[stage].replace('.', '/')}.py").read_text())
    assert stage in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("path", PIPELINE, ids=lambda path: path.stem)
def test_no_module_imports_a_stage(path):
    assert not imported(path.read_text()) & set(STAGES.values())


@pytest.mark.parametrize("path", [*FEATURES, *PIPELINE], ids=lambda path: path.stem)
def test_no_module_imports_snakemake(path):
    assert "snakemake" not in top(imported(path.read_text()))


def test_the_snakefile_imports_the_plan_and_the_list_of_code_only():
    head = SNAKEFILE[: SNAKEFILE.index("\nplan = ")]
    assert "import" not in SNAKEFILE[len(head) :]
    ours = {name for name in imported(head) if name.startswith(("features", "pipeline"))}
    modules = {name for name in ours if (ROOT / f"{name.replace('.', '/')}.py").exists()}
    assert modules == {"pipeline.plan", "pipeline.code"}
    assert top(imported(head)) <= {"pipeline", *sys.stdlib_module_names}


def test_every_rule_depends_on_the_code_that_it_runs():
    for rule in RULES:
        name = rule.split(":")[0]
        if name in STAGES:
            assert re.search(rf'code=(lambda wildcards: )?code\("{STAGES[name]}"', rule)


@pytest.mark.parametrize("path", [*FEATURES, *PIPELINE], ids=lambda path: path.stem)
def test_no_module_is_a_drawer_for_odds_and_ends(path):
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
