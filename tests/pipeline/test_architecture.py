"""Who may import whom, where stages lie, and how long files and functions may be."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.project import ROOT

FEATURES = sorted((ROOT / "features").rglob("*.py"))
PIPELINE = sorted((ROOT / "pipeline").rglob("*.py"))
MODULES = [*FEATURES, *PIPELINE]
RULES = sorted((ROOT / "pipeline").glob("*/rules.smk"))

# The way of the data. Each folder imports itself, those before it, and features.
WAY = ("runtime", "sources", "images", "blocks", "classifiers", "prediction", "probes")
ALLOWED = {folder: set(WAY[: i + 1]) for i, folder in enumerate(WAY)}
ALLOWED |= {"tables": {"runtime", "tables", "images"}}
# Of images, tables know what the files of labels and parts say, and no image.
OF_IMAGES = {"pipeline.images.labels", "pipeline.images.parts"}
# The modules that lie in no folder plan the work: they know what the stages will be given.
PLANNING = {
    *("catalogue", "checking", "code", "extras", "given", "jobs", "merging", "names", "origin"),
    *("comparing", "published", "verify"),
    *(
        "kept",
        "label_shares",
        "pairing",
        "paths",
        "plain",
        "plan",
        "probing",
        "recipes",
        "repeated_keys",
        "screen",
        "setting_files",
        "captions",
        "settings",
        "timings",
        "trials",
        "written",
    ),
}

# The modules in no folder that are commands: they run what lies in the folders, and plan nothing.
COMMANDS = {"predict"}

WEIGHTS = {"features.pretrained_models.efficientnet_lite0"}


def name_of(path: Path) -> str:
    """Such as pipeline.images.load."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def folder_of(module: str) -> str:
    """The folder of pipeline that a module lies in, "" for none."""
    parts = module.split(".")
    return parts[1] if (ROOT / "pipeline" / parts[1]).is_dir() else ""


def imported(path: Path, walk=ast.walk) -> set[str]:
    """Dotted names of all that is imported, and of what is imported from them."""
    names = set()
    for node in walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, or pipeline.code does not see them"
            names |= {str(node.module), *(f"{node.module}.{a.name}" for a in node.names)}
    return names


def of_pipeline(path: Path) -> set[str]:
    """The modules of pipeline that a file imports."""
    known = set(map(name_of, PIPELINE))
    return {name for name in imported(path) & known if name.count(".") > 0}


def is_stage(path: Path) -> bool:
    return "stage.main(" in path.read_text() and path.name != "stage.py"


STAGES = [path for path in PIPELINE if is_stage(path)]
ids = {"ids": name_of}


def test_all_that_is_looked_at_is_there():
    assert {folder_of(name_of(path)) for path in STAGES} == {
        *("images", "blocks", "classifiers", "prediction", "probes", "tables", "lecture", "report")
    }
    assert [path.parent.name for path in RULES] == [
        *("blocks", "classifiers", "images", "lecture", "prediction", "probes", "report", "tables")
    ]
    assert len(STAGES) > 20


@pytest.mark.parametrize("path", FEATURES, **ids)
def test_features_are_pure_functions_on_arrays(path):
    """But for weights that come inside a package, and so are installed as code is."""
    allowed = {"numpy", "scipy", "skimage", "numba", "features", *sys.stdlib_module_names}
    allowed -= {"os", "pathlib", "io", "tempfile", "shutil", "subprocess", "socket", "pickle"}
    if path.parent.name == "convolutions":  # imported only where the extra `deep` is needed
        allowed.add("torch")
    # What a function imports may be heavier: it is loaded where it is needed.
    loaded = imported(path, walk=ast.iter_child_nodes)
    assert {name.split(".")[0] for name in loaded} <= allowed
    called = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and "checkpoint" not in ast.unparse(node.func)
    }
    called -= {"load"} if name_of(path) in WEIGHTS else set()
    assert not called & {*("open", "load", "save", "savez", "loadtxt", "fromfile", "tofile")}
    assert "memmap" not in called


@pytest.mark.parametrize(
    "path", [path for path in PIPELINE if folder_of(name_of(path) + ".x") in ALLOWED], **ids
)
def test_a_folder_imports_only_what_lies_before_it(path):
    mine = path.relative_to(ROOT / "pipeline").parts[0]
    assert {folder_of(name) for name in of_pipeline(path)} <= ALLOWED[mine]


@pytest.mark.parametrize("path", sorted((ROOT / "pipeline/tables").glob("*.py")), **ids)
def test_tables_are_made_of_what_jobs_wrote_and_see_no_image(path):
    known = {name for name in of_pipeline(path) if name.startswith("pipeline.images.")}
    assert known <= OF_IMAGES


@pytest.mark.parametrize("path", sorted((ROOT / "pipeline").glob("*.py")), **ids)
def test_what_plans_the_work_imports_no_table_and_no_lecture(path):
    assert path.stem in PLANNING | COMMANDS | {"__init__"}
    assert not {folder_of(name) for name in of_pipeline(path)} & {"tables", "lecture", "report"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_imports_what_lies_on_the_way_of_the_data_and_no_plan(name):
    folders = {folder_of(each) for each in of_pipeline(ROOT / f"pipeline/{name}.py")}
    assert folders
    assert folders <= set(WAY)  # what plans lies in no folder


@pytest.mark.parametrize("path", MODULES, **ids)
def test_no_module_imports_a_stage_or_snakemake(path):
    names = imported(path)
    assert not names & set(map(name_of, STAGES))
    assert "snakemake" not in {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", STAGES, **ids)
def test_a_stage_is_a_module_with_a_function_of_its_name(path):
    functions = {node.name for node in ast.parse(path.read_text()).body if is_function(node)}
    assert path.stem in functions
    assert f"stage.main({path.stem})" in path.read_text()


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.parent.name)
def test_rules_run_the_stages_of_their_own_folder_and_depend_on_their_code(path):
    folder = f"pipeline.{path.parent.name}."
    rules = re.split(r"^(?:rule|checkpoint|use rule) ", path.read_text(), flags=re.MULTILINE)[1:]
    for rule in rules:
        run = re.findall(r'stage\(\s*"([\w.{}]+)"', rule)
        if not run:  # it only says what is wanted, or runs what another rule does
            continue
        (stage,) = run
        assert stage.startswith(folder)
        dynamic = stage == "pipeline.lecture.{wildcards.part}"
        assert dynamic or (ROOT / f"{stage.replace('.', '/')}.py") in STAGES
        assert f'"{stage}"' in rule.split("output:")[0], "code() is among the inputs"
        assert "log:" in rule
        assert "files=files" in rule


def test_every_stage_has_a_rule():
    text = "".join(path.read_text() for path in RULES)
    parts = {f"pipeline.lecture.{name}" for name in untimed_parts()}
    named = set(re.findall(r"pipeline\.\w+\.\w+", text))
    assert set(map(name_of, STAGES)) <= named | parts


def untimed_parts() -> list[str]:
    from pipeline.lecture.outline import PARTS, TIMED

    return [name for name in PARTS if name != TIMED]


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], **ids)
def test_init_files_hold_a_docstring_and_nothing_else(path):
    body = ast.parse(path.read_text()).body
    assert ast.get_docstring(ast.parse(path.read_text()))
    assert len(body) == 1 or path == ROOT / "pipeline/__init__.py"


def test_planning_loads_nothing_heavy():
    command = "import sys, pipeline.plan, pipeline.report.contents; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "pipeline.plan" in loaded
    assert not loaded & {"numba", "PIL", "scipy", "pandas", "matplotlib", "skimage", "requests"}


def test_the_snakefile_is_a_table_of_contents():
    text = (ROOT / "Snakefile").read_text()
    assert len(text.splitlines()) <= 90
    included = re.findall(r'include: "pipeline/(\w+)/rules.smk"', text)
    assert included == [
        *("images", "blocks", "classifiers", "prediction", "probes", "tables", "lecture", "report")
    ]


@pytest.mark.parametrize("path", MODULES, **ids)
def test_files_and_functions_are_short(path):
    assert len(path.read_text().splitlines()) <= 250
    for node in ast.walk(ast.parse(path.read_text())):
        if is_function(node):
            assert node.end_lineno - node.lineno + 1 <= 45, node.name


@pytest.mark.parametrize("path", MODULES, **ids)
def test_no_module_is_a_drawer_for_odds_and_ends(path):
    assert path.stem not in {*("utils", "util", "helpers", "helper", "common", "misc", "tools")}
