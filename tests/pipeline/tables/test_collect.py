"""Tables are the records as they were written, one after the other."""

import pandas as pd
import pytest

from pipeline.classifiers.score import ACCURACY, CONFUSION
from pipeline.runtime.store import write_csv
from pipeline.tables.ablate import ablate
from pipeline.tables.collect import RECORDS, collect
from pipeline.tables.plot import plot


@pytest.fixture
def records(tmp_path):
    """Of two representations, one of them called null, on the classes NA and nan."""
    folders = [tmp_path / name for name in ("pixels", "null")]
    for folder in folders:
        run = (folder.name, 4, "svm", 0, 0.1, 0.0)
        rows = [(*run, split, 10, 0.5, 1.0) for split in ("validation", "test")]
        write_csv(folder / "accuracy.csv", ACCURACY, rows)
        cells = [(folder.name, "svm", 0, a, b, 5) for a in ("NA", "nan") for b in ("NA", "nan")]
        write_csv(folder / "confusion.csv", CONFUSION, cells)
        for kind in ("sweep", "history"):
            head = ("representation", "classifier", "seed", "learning_rate", "l2", "on_edge")
            write_csv(folder / f"{kind}.csv", head, [(folder.name, "svm", 0, 0.1, "", True)])
    return folders


def test_names_that_look_like_missing_values_stay(records, tmp_path):
    collect(records, [], tmp_path)
    for kind in RECORDS:
        texts = [(folder / f"{kind}.csv").read_text() for folder in records]
        header = texts[0].splitlines(keepends=True)[0]
        whole = header + "".join(text.removeprefix(header) for text in texts)
        assert (tmp_path / f"{kind}.csv").read_text() == whole
    summary = (tmp_path / "summary.csv").read_text().splitlines()
    assert summary[1:] == ["pixels,4,svm,1,0.5,0.5,", "null,4,svm,1,0.5,0.5,"]
    assert "Warning: null, svm, seed 0" in (tmp_path / "summary.md").read_text()


def test_they_are_drawn_too(records, tmp_path):
    collect(records, [], tmp_path)
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    plot(tmp_path / "summary.csv", svg, png)
    assert ">null</text>" in svg.read_text()
    block = {"codebook": {"words": 8}, "feature": "bag_of_words", "encoding": "hard"}
    table = tmp_path / "ablation.csv"
    blocks = {name: {**block, "codebook": {"words": 8}} for name in ("pixels", "null")}
    ablate(tmp_path / "summary.csv", blocks, table, svg, png)
    found = pd.read_csv(table, keep_default_na=False)
    assert found["representation"].tolist() == ["pixels", "null"]
