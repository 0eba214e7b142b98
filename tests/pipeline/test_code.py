"""The files that a job depends on: all that it runs of this project, and no others."""

from pathlib import Path

import pytest

from pipeline import code as module
from pipeline.code import code

ROOT = Path(__file__).parent.parent


def files(*modules: str) -> set[str]:
    found = code(*modules)
    assert found == sorted(set(found))
    return {Path(path).resolve().relative_to(ROOT).as_posix() for path in found}


def test_the_files_of_hog():
    assert {
        path for path in files("pipeline.blocks.compute", "features.hog") if "features" in path
    } == {
        "features/hog.py",
        "features/errors.py",
    }


def test_the_files_of_a_bag_of_words_by_hand():
    own = ("bag_of_words", "bfloat16", "codebook", "encoding", "kmeans", "spherical_kmeans")
    shared = ("errors", "parallel", "patches", "whitening")
    assert files("features.bag_of_words") == {f"features/{name}.py" for name in own + shared}


@pytest.mark.parametrize("stage", ["fit", "encode"])
def test_an_edit_of_hog_concerns_no_bag_of_words(stage):
    found = files(f"pipeline.{stage}", "features.bag_of_words")
    assert {"features/kmeans.py", f"pipeline/{stage}.py", "pipeline/store.py"} <= found
    assert "features/hog.py" not in found
    assert "pipeline/sgd.py" not in found


def test_training_depends_on_no_feature():
    found = files("pipeline.classifiers.train")
    assert {"pipeline/sgd.py", "pipeline/losses.py", "pipeline/minibatches.py"} <= found
    assert not found & {f"features/{name}.py" for name in ("hog", "kmeans", "color_histogram")}


def test_every_form_of_import_is_followed(tmp_path, monkeypatch):
    contents = {
        "features/__init__.py": "NAME = 1",
        "features/errors.py": "",
        "pipeline/__init__.py": "",
        "pipeline/start.py": "import numpy\nimport pipeline.dotted\nfrom pipeline import module",
        "pipeline/dotted.py": "from features import NAME",
        "pipeline/module.py": "def f():\n    from features.errors import BadInput",
        "pipeline/alone.py": "",
    }
    for name, text in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
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
    }


@pytest.mark.parametrize("stage", ["load", "extract", "fit", "train"])
def test_a_package_runs_before_its_stages_but_the_list_of_features_is_no_code(stage):
    found = files(f"pipeline.{stage}", "features.hog")
    assert "pipeline/__init__.py" in found
    assert "features/__init__.py" not in found


def test_modules_that_import_each_other_are_no_trap(tmp_path, monkeypatch):
    (tmp_path / "pipeline").mkdir()
    (tmp_path / "pipeline/__init__.py").touch()
    (tmp_path / "pipeline/one.py").write_text("import pipeline.two")
    (tmp_path / "pipeline/two.py").write_text("import pipeline.one")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    assert len(code("pipeline.one")) == 3
