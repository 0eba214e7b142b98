"""The files that a job depends on: all that it runs of this project, and no others."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.project import ROOT

from pipeline import code as module
from pipeline.code import code
from pipeline.sources import registry


def files(*modules: str) -> set[str]:
    found = code(*modules)
    assert found == sorted(set(found))
    return {Path(path).resolve().relative_to(ROOT).as_posix() for path in found}


def test_the_files_of_hog():
    assert files("features.hog") == {
        *("features/hog.py", "features/edges/histograms.py", "features/errors.py")
    }


def test_the_files_of_a_block_of_hog_by_hand():
    found = files("pipeline.blocks.compute", "features.hog")
    assert {path for path in found if path.startswith("features")} == {
        *("features/hog.py", "features/edges/histograms.py"),
        *("features/errors.py", "features/parallel.py"),
    }
    assert {path for path in found if path.startswith("pipeline")} == {
        "pipeline/__init__.py",
        *(
            f"pipeline/blocks/{name}.py"
            for name in ("columns", "compute", "precision", "shards", "views")
        ),
        *(f"pipeline/runtime/{name}.py" for name in ("messages", "stage", "store")),
    }


def test_the_files_of_a_bag_of_words_by_hand():
    own = ("codebook", "encoding", "kmeans", "nearest", "patches", "spherical_kmeans", "whitening")
    shared = ("bag_of_words", "errors", "parallel")
    assert files("features.bag_of_words") == {
        *(f"features/words/{name}.py" for name in own),
        *(f"features/{name}.py" for name in shared),
    }


@pytest.mark.parametrize("stage", ["fit", "compute"])
def test_an_edit_of_hog_concerns_no_bag_of_words(stage):
    found = files(f"pipeline.blocks.{stage}", "features.bag_of_words")
    needed = {f"pipeline/blocks/{stage}.py", "pipeline/runtime/store.py"}
    assert {"features/words/kmeans.py", *needed} <= found
    assert "features/hog.py" not in found
    assert not {path for path in found if path.startswith("pipeline/classifiers")}


def test_training_depends_on_no_feature():
    found = files("pipeline.classifiers.train", "pipeline.classifiers.linear")
    own = ("linear", "losses", "minibatches")
    assert {f"pipeline/classifiers/{name}.py" for name in own} <= found
    features = ("hog", "words/kmeans", "color_histogram", "bag_of_words", "raw_pixels")
    assert not found & {f"features/{name}.py" for name in features}


def test_loading_depends_on_every_source():
    found = files("pipeline.images.load", *registry.modules())
    every = (
        "photos",
        "cifar_binary",
        "download",
        "image_folder",
        "directory",
        "zip_table",
        "listing",
    )
    assert {f"pipeline/sources/{name}.py" for name in every} <= found
    assert "pipeline/plan.py" not in found


JOBS = {
    "load": ("pipeline.images.load", *registry.modules()),
    "compute": ("pipeline.blocks.compute", "features.hog"),
    "fit": ("pipeline.blocks.fit", "features.bag_of_words"),
    "train": ("pipeline.classifiers.train", "pipeline.classifiers.linear"),
    "collect": ("pipeline.tables.collect",),
}


@pytest.mark.parametrize("modules", JOBS.values(), ids=JOBS)
def test_whatever_python_imports_is_among_the_files(modules):
    script = f"""
import sys
from importlib import import_module
for name in {modules}:
    import_module(name)
for name, module in sys.modules.items():
    if name.partition(".")[0] in ("features", "pipeline"):
        print(module.__file__)
"""
    run = [sys.executable, "-c", script]
    said = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    loaded = {Path(line).relative_to(ROOT).as_posix() for line in said.splitlines()}
    docstrings = {path for path in loaded if path.endswith("/__init__.py")}
    docstrings -= {"pipeline/__init__.py"}
    assert loaded - docstrings <= files(*modules)


def test_every_form_of_import_is_followed(tmp_path, monkeypatch):
    contents = {
        "features/__init__.py": "NAME = 1",
        "features/errors.py": "",
        "pipeline/__init__.py": "",
        "pipeline/start.py": "import numpy\nimport pipeline.dotted\nfrom pipeline import module",
        "pipeline/dotted.py": "from features import NAME",
        "pipeline/module.py": "def f():\n    from features.errors import BadInput\n"
        "    from pipeline.folder import several, more",
        "pipeline/alone.py": "",
        "pipeline/folder/__init__.py": "",
        "pipeline/folder/several.py": "",
        "pipeline/folder/more.py": "import os, pipeline.folder.last as last",
        "pipeline/folder/last.py": "",
    }
    for name, text in contents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    found = {
        Path(path).resolve().relative_to(tmp_path).as_posix() for path in code("pipeline.start")
    }
    assert found == {
        "features/__init__.py",
        "features/errors.py",
        "pipeline/__init__.py",
        "pipeline/start.py",
        "pipeline/dotted.py",
        "pipeline/module.py",
        "pipeline/folder/several.py",
        "pipeline/folder/more.py",
        "pipeline/folder/last.py",
    }


@pytest.mark.parametrize(
    "stage", ["images.load", "blocks.compute", "blocks.fit", "classifiers.train", "lecture.search"]
)
def test_a_package_runs_before_its_stages_but_what_only_describes_a_folder_is_no_code(stage):
    found = files(f"pipeline.{stage}", "features.hog")
    assert [path for path in sorted(found) if path.endswith("__init__.py")] == [
        "pipeline/__init__.py"
    ]


def test_modules_that_import_each_other_are_no_trap(tmp_path, monkeypatch):
    (tmp_path / "pipeline").mkdir()
    (tmp_path / "pipeline/__init__.py").touch()
    (tmp_path / "pipeline/one.py").write_text("import pipeline.two")
    (tmp_path / "pipeline/two.py").write_text("import pipeline.one")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    assert len(code("pipeline.one")) == 3
