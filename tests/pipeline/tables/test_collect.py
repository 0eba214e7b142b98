"""Tables are the records as they were written, one after the other."""

import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.classifiers import classifiers
from support.texts import file_of

from pipeline.classifiers.judging import JUDGED
from pipeline.classifiers.majority import majority
from pipeline.classifiers.score import CONFUSION
from pipeline.images.labels import write_labels
from pipeline.images.parts import TEST, TRAIN, VALIDATION
from pipeline.runtime.store import write_array, write_arrays, write_csv
from pipeline.sources.source import Record
from pipeline.tables.ablate import ablate
from pipeline.tables.collect import collect
from pipeline.tables.plot import plot

KINDS = ["accuracy", "confusion", "sweep", "history"]
RUN = ("representation", "classifier", "seed")
ACCURACY = ("representation", "n_features", "classifier", "seed", "learning_rate", "l2")
TITLES = {"svm": "SVM", "softmax": "softmax"}


def collected(folders: list[Path], kinds: list[str], into: Path, **more) -> None:
    """What `collect` makes of the records in some folders."""
    patterns = [f"{folder}/{{kind}}.csv" for folder in folders]
    collect(patterns, kinds, f"{into}/{{name}}.csv", **more)


# Of a sweep: what the summary reads of it, here of a setting on the edge.
TOLD = ("learning_rate", "l2", "validation_loss", "validation_accuracy", "chance_loss", "chosen")
TOLD += ("on_edge", "gap", "converged_validation_accuracy")
TELLING = (0.1, "", 1.0, 0.5, 2.0, True, True, "", "")


def summarized(folders: list[Path], into: Path, kinds=KINDS, **more) -> None:
    """With what is found out of the scores that each folder keeps of its test images."""
    told = {"classifiers": classifiers("svm"), "readable": into / "summary.md", **more}
    told |= keep(folders, into, told.get("folds") or [])
    collected(folders, kinds, into, **told)


def keep(folders: list[Path], into: Path, folds: list[int]) -> dict:
    """What `collect` is told of the scores, whose files get names as the plan would give them."""
    runs = [pd.read_csv(folder / "accuracy.csv", keep_default_na=False) for folder in folders]
    names = {
        key: list(dict.fromkeys(run[key].iloc[0] for run in runs))
        for key in ("representation", "seed")
    }
    values = {key: [str(value) for value in of] for key, of in names.items()}
    values |= {"fold": [str(fold) for fold in folds]} if folds else {}
    pattern = f"{into}/" + "-".join(f"{{{key}}}" for key in values) + ".npz"
    for of, folder in zip(product(*values.values()), folders, strict=True):
        file = pattern.format(**dict(zip(values, of, strict=True)))
        shutil.copy(folder / "predictions.npz", file)
    n = 1 + max(np.load(folder / "predictions.npz")["image"].max() for folder in folders)
    write_labels(into / "labels.csv", (Record("", 0, "", i) for i in range(n)), np.arange(n))
    return {"kept": {"pattern": pattern, "values": values}, "labels": into / "labels.csv"}


def write_scores(folder: Path, confusion: np.ndarray, first: int = 0) -> None:
    """Scores of as many images, from the place `first` on, that come to these confusions."""
    y, predicted = (
        np.repeat([at[axis] for at, _ in np.ndenumerate(confusion)], confusion.ravel())
        for axis in (0, 1)
    )
    scores = np.eye(len(confusion), dtype=np.float32)[predicted]
    image, part = np.arange(first, first + len(y)), np.full(len(y), TEST)
    held_out = {"image": image, "part": part, "y": y, "svm.scores": scores}
    write_arrays(folder / "predictions.npz", {**held_out, "svm.temperature": np.array(1.0)})


@pytest.fixture
def records(tmp_path):
    """Of two representations, one of them called null, on the classes NA and nan."""
    folders = [tmp_path / name for name in ("pixels", "null")]
    for folder in folders:
        run = (folder.name, 4, "svm", 0, 0.1, 0.0)
        rows = [(*run, split, 10, 0.5, 0.5, 1.0) for split in ("validation", "test")]
        write_csv(folder / "accuracy.csv", (*ACCURACY, *JUDGED), rows)
        cells = [(folder.name, "svm", 0, a, b, 5) for a in ("NA", "nan") for b in ("NA", "nan")]
        write_csv(folder / "confusion.csv", CONFUSION, cells)
        for kind in ("sweep", "history"):
            write_csv(folder / f"{kind}.csv", (*RUN, *TOLD), [(folder.name, "svm", 0, *TELLING)])
        write_scores(folder, np.full((2, 2), 5))
    return folders


def test_names_that_look_like_missing_values_stay(records, tmp_path):
    summarized(records, tmp_path)
    for kind in KINDS:
        texts = [(folder / f"{kind}.csv").read_text() for folder in records]
        header = texts[0].splitlines(keepends=True)[0]
        whole = header + "".join(text.removeprefix(header) for text in texts)
        assert (tmp_path / f"{kind}.csv").read_text() == whole
    summary = (tmp_path / "summary.csv").read_text().splitlines()
    # Of each class five images are taken for either: half are right, of both classes. Wilson's
    # interval of 10 of 20 is that of the textbooks.
    found = "4,svm,1,0.5,0.5,,0.5,,0.299298,0.700702,0.5,true,nothing"
    assert summary[1:] == [f"pixels,{found}", f"null,{found}"]
    assert "; null, svm, seed 0 (" in (tmp_path / "summary.md").read_text()


def test_they_are_drawn_too(records, tmp_path):
    summarized(records, tmp_path)
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    names = {"pixels": "pixels", "null": "null"}
    plot(
        tmp_path / "summary.csv",
        tmp_path / "accuracy.csv",
        TITLES,
        names,
        file_of("en", "tables"),
        svg,
        png,
    )
    assert ">null</text>" in svg.read_text()
    block = {"codebook": {"words": 8}, "feature": "bag_of_words", "encoding": "hard"}
    table = tmp_path / "ablation.csv"
    ablation = {"along": "codebook.words", "label": "words", "lines": "encoding"}
    ablation["blocks"] = {"pixels": block, "null": block}
    ablate(tmp_path / "summary.csv", ablation, TITLES, names, table, svg, png)
    found = pd.read_csv(table, keep_default_na=False)
    assert found["representation"].tolist() == ["pixels", "null"]


def test_of_some_kinds_there_are_their_tables_and_no_summary(records, tmp_path):
    for place, folder in enumerate(records):
        (folder / "optimality.csv").write_text(f"representation,l2\n{folder.name},{place}.50\n")
    results = tmp_path / "results"
    collected(records, ["optimality"], results)
    assert [path.name for path in results.iterdir()] == ["optimality.csv"]
    expected = "representation,l2\npixels,0.50\nnull,1.50\n"
    assert (results / "optimality.csv").read_text() == expected


def test_curves_have_the_columns_that_they_are_asked_for(tmp_path):
    states = [tmp_path / f"{name}.npz" for name in ("one", "two")]
    loss, steps = np.array([3.5, 0.25]), np.array([10, 20])
    write_arrays(states[0], {"loss": loss, "steps": steps, "words": np.eye(3)})
    write_arrays(states[1], {"loss": loss[:1] + 1, "steps": steps[:1]})
    curves = {
        "tree": {
            "columns": ["steps", "loss"],
            "states": [["a", 0, str(states[0])], ["b", 7, str(states[1])]],
        },
        "leaves": {"columns": ["steps"], "states": [["a", 0, str(states[0])]]},
    }
    collected([], [], tmp_path, curves=curves)
    tables = {name: (tmp_path / f"{name}.csv").read_text().splitlines() for name in curves}
    assert tables == {
        "tree": [
            "block,seed,iteration,steps,loss",
            "a,0,1,10,3.5",
            "a,0,2,20,0.25",
            "b,7,1,10,4.5",
        ],
        "leaves": ["block,seed,iteration,steps", "a,0,1,10", "a,0,2,20"],
    }


def write_records(folder: Path, confusion: np.ndarray, unseen: float | None = None, **run) -> Path:
    """What the jobs of a representation and seed write: of one classifier, with these confusions.

    confusion: images (n, n) by true class and prediction. unseen: the accuracy on unseen images.
    """
    run = {"name": "pixels", "seed": 0, "validation": 0.5, "first": 0, **run}
    own = (run["name"], 4, "svm", run["seed"], 0.1, 0)
    right, n = np.trace(confusion) / confusion.sum(), int(confusion.sum())
    shares = [row[i] / row.sum() for i, row in enumerate(confusion) if row.sum()]
    found = {"train": (40, 0.9, 0.9), "validation": (10, run["validation"], 0.5)}
    found["test"] = (n, right, sum(shares) / len(shares))
    found |= {} if unseen is None else {"test_unseen": (5, unseen, unseen)}
    rows = [(*own, split, *of, 1.0) for split, of in found.items()]
    write_csv(folder / "accuracy.csv", (*ACCURACY, *JUDGED), rows)
    names = [f"class {i}" for i in range(len(confusion))]
    cells = [
        (run["name"], "svm", run["seed"], names[i], names[j], n)
        for (i, j), n in np.ndenumerate(confusion)
    ]
    write_csv(folder / "confusion.csv", CONFUSION, cells)
    write_csv(folder / "sweep.csv", (*RUN, *TOLD), [(run["name"], "svm", run["seed"], *TELLING)])
    write_scores(folder, confusion, run["first"])
    return folder


def summary_of(folders: list[Path], into: Path) -> tuple[pd.DataFrame, list[list[str]]]:
    """The table of the summary, and the cells of the one to read."""
    summarized(folders, into, ["accuracy", "confusion", "sweep"])
    lines = (into / "summary.md").read_text().splitlines()
    return pd.read_csv(into / "summary.csv"), [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines
    ]


def test_mean_and_spread_are_those_over_seeds(tmp_path):
    right = {0: (0.5, 4), 1: (0.7, 6), 5: (0.6, 8)}  # validation, and of ten test images
    folders = [
        write_records(
            tmp_path / str(seed),
            np.array([[n // 2, 5 - n // 2], [5 - n // 2, n // 2]]),
            seed=seed,
            validation=validation,
        )
        for seed, (validation, n) in right.items()
    ]
    summary, rows = summary_of(folders, tmp_path)
    (row,) = summary.itertuples()
    assert row.n_seeds == 3
    assert row.validation_accuracy_mean == pytest.approx(0.6)
    assert (row.test_accuracy_mean, row.test_accuracy_std) == pytest.approx((0.6, 0.2))
    assert row.test_balanced_accuracy_mean == pytest.approx(0.6)
    assert np.isnan(row.test_unseen_accuracy_mean)
    head = ["representation", "features", "classifier", "validation", "test", "95 %", "knows"]
    assert rows[0] == head
    assert rows[2][:5] == ["pixels", "4", "svm", "0.600", "0.600"]


def test_the_columns_of_the_summary_are_always_the_same(tmp_path):
    summary, _ = summary_of([write_records(tmp_path / "a", np.eye(2, dtype=int))], tmp_path)
    assert ",".join(summary.columns) == (
        "representation,n_features,classifier,n_seeds,validation_accuracy_mean,test_accuracy_mean,"
        "test_accuracy_std,test_balanced_accuracy_mean,test_unseen_accuracy_mean,"
        "test_accuracy_low,test_accuracy_high,test_macro_f1_mean,like_best,knows"
    )


def test_where_classes_are_unequal_balanced_accuracy_stands_beside(tmp_path):
    # 8 of 16, 3 of 4, 1 of 2 and 0 of 2 are right: 12 of 24, and (1/2 + 3/4 + 1/2 + 0) / 4.
    confusion = np.array([[8, 8, 0, 0], [1, 3, 0, 0], [0, 1, 1, 0], [2, 0, 0, 0]])
    summary, rows = summary_of([write_records(tmp_path / "a", confusion)], tmp_path)
    assert summary["test_balanced_accuracy_mean"].tolist() == pytest.approx([1.75 / 4])
    # Of 11, 12, 1 and 0 answers that say so, 8, 3, 1 and 0 are right: F1 is 16 / 27, 6 / 16, 2 / 3
    # and 0, and their mean 0.4086.
    assert summary["test_macro_f1_mean"].tolist() == pytest.approx([0.4085648], rel=1e-6)
    assert rows[0][-4:] == ["95 %", "balanced", "macro F1", "knows"]
    assert rows[2][4:] == ["0.500", "0.314-0.686", "0.438", "0.409", "nothing"]


@pytest.mark.parametrize(("largest", "is_said"), [(15, False), (16, True)])
def test_classes_are_unequal_from_one_and_a_half_times_the_smallest(tmp_path, largest, is_said):
    confusion = np.diag([largest, 10])
    _, rows = summary_of([write_records(tmp_path / "a", confusion)], tmp_path)
    assert ("balanced" in rows[0]) == is_said


def test_accuracies_on_unseen_images_are_a_column_of_their_own(tmp_path):
    folders = [
        write_records(tmp_path / f"{name}{seed}", np.diag([5, 5]), unseen, name=name, seed=seed)
        for name, seed, unseen in (("a", 0, 0.5), ("a", 1, 0.75), ("b", 0, 0.25), ("b", 1, 0.5))
    ]
    summary, rows = summary_of(folders, tmp_path)
    assert summary["test_unseen_accuracy_mean"].tolist() == [0.625, 0.375]
    assert summary["test_accuracy_mean"].tolist() == [1, 1]
    assert [row[-2] for row in rows[:4]] == ["unseen test", rows[1][-2], "0.625", "0.375"]


def test_the_largest_class_of_the_training_images_stands_first(tmp_path):
    """The class b has the most training images, and one of three validation and five test ones."""
    label = [0] * 3 + [1] * 4 + [0, 0, 1] + [0, 0, 2, 2, 1]
    part = np.repeat([TRAIN, VALIDATION, TEST], [7, 3, 5]).astype(np.int8)
    labels, parts, found = (tmp_path / name for name in ("labels.csv", "parts.npy", "found.csv"))
    write_labels(labels, (Record("", y, "", i) for i, y in enumerate(label)), np.arange(15))
    write_array(parts, part)
    assert majority(labels, parts, ["learning_rate", "l2"], 7, found) == 15
    # Of two or three classes that are there, b alone is right: 1 / 2, 1 / 2 and 1 / 3.
    first = ["train,7,0.5714286,0.5,", "validation,3,0.3333333,0.5,", "test,5,0.2,0.3333333,"]
    head, *rows = found.read_text().splitlines()
    assert rows == [f"majority,0,,7,,,{row}" for row in first]
    folder = write_records(tmp_path / "a", np.diag([2, 1, 2]), seed=7)
    summarized([folder], tmp_path, KINDS[:3], majority=[str(found)])
    assert (tmp_path / "accuracy.csv").read_text().splitlines()[:4] == [head, *rows]
    summary = (tmp_path / "summary.csv").read_text().splitlines()
    assert summary[1] == (
        "majority,0,,1,0.3333333,0.2,,0.3333333,,0.03622411,0.6244654,0.1111111,,nothing"
    )
    cells = (tmp_path / "summary.md").read_text().splitlines()[2].strip("|").split("|")
    assert [cell.strip() for cell in cells] == [
        *("majority", "0", "", "0.333", "0.200", "0.036-0.624", "0.333", "0.111", "nothing")
    ]
    assert "majority" not in (tmp_path / "confusion.csv").read_text()


# The smallest difference, by hand: 1.96 * sqrt(2 * p * (1 - p) / (n + 2)) of p = (right + 1) /
# (n + 2).
@pytest.mark.parametrize(
    ("right", "n", "said"),
    [
        (
            48,
            79,
            "79 test images: near the best row, differences under 15 points",
        ),  # p 0.605: 0.15055
        (
            79,
            79,
            "79 test images: near the best row, differences under 3.4 points",
        ),  # p 0.98765: 0.03401
        (
            1,
            1,
            "1 test images: near the best row, differences under 75 points",
        ),  # p 2 / 3: 0.75439
        (
            7500,
            10000,
            "10,000 test images: near the best row, differences under 1.2 points",
        ),  # 0.0120014
    ],
)
def test_what_can_be_chance_is_said(tmp_path, right, n, said):
    folder = write_records(tmp_path / "a", np.array([[right, n - right], [0, 0]]))
    summary_of([folder], tmp_path)
    chance = f"\n\n{said} can be chance (95 %) where rows err on different images.\n"
    assert chance in (tmp_path / "summary.md").read_text()


def test_the_error_over_folds_of_several_seeds_is_corrected(tmp_path):
    """Two seeds of two folds, of 10 test images each; 50 are trained or validated on.

    Accuracies 0.4, 0.6, 0.8 and 0.6 have the mean 0.6 and the variance 0.08 / 3, so that by Nadeau
    and Bengio the error of the mean is sqrt((1 / 4 + 10 / 50) * 0.08 / 3) = sqrt(0.012).
    """
    right = {(0, 1): 4, (0, 2): 6, (7, 1): 8, (7, 2): 6}
    folders = [
        write_records(
            tmp_path / f"{seed}-{fold}",
            np.array([[n // 2, 5 - n // 2], [5 - n // 2, n // 2]]),
            seed=seed,
            first=10 * (fold - 1),
        )
        for (seed, fold), n in right.items()
    ]
    kinds = ["accuracy", "confusion", "sweep"]
    summarized(folders, tmp_path, kinds, folds=[1, 2])
    (row,) = pd.read_csv(tmp_path / "summary.csv").itertuples()
    assert (row.n_seeds, row.n_folds) == (2, 2)
    assert row.test_accuracy_mean == pytest.approx(0.6)
    assert row.test_accuracy_std == pytest.approx((0.08 / 3) ** 0.5, rel=1e-6)
    assert row.test_accuracy_corrected_error == pytest.approx(0.1095445, rel=1e-6)
    for kind in kinds:
        table = pd.read_csv(tmp_path / f"{kind}.csv")
        pairs = dict.fromkeys(zip(table["seed"], table["fold"], strict=True))
        assert list(pairs) == list(right)
    readable = (tmp_path / "summary.md").read_text()
    # By hand: 0.24 / 0.012 = 20 images would tell as much, and t of 3 degrees of freedom is 3.182.
    assert "| 0.600 | 0.280-0.852 |" in readable
    assert "\n\n20 test images, each tested once in 2 folds of each of 2 seeds: near" in readable
    assert "\n\nThe intervals allow for training images that trials share" in readable


@pytest.mark.parametrize(
    ("images", "split", "said"),
    [
        ([20, 20], "", "With fewer than 500, folds: 5 tells more"),
        ([491, 9], "", "With fewer than 10 of some class, folds: 5 tells more"),
        ([490, 10], "", ""),
        ([20, 20], "test", ""),
        ([20, 20], "validation", ""),
    ],
)
def test_folds_are_recommended_where_few_images_are_tested(tmp_path, images, split, said):
    folder = write_records(tmp_path / "a", np.diag(images))
    rows = [("images", "a", "train", 9), ("images", "b", split, 9), ("note", "test", "", "")]
    write_csv(tmp_path / "data.csv", ("kind", "what", "split", "n"), rows)
    summarized([folder], tmp_path, KINDS[:3], understood=tmp_path / "data.csv")
    _, first, *lines = (tmp_path / "summary.md").read_text().split("\n\n")
    assert first.startswith(f"{sum(images)} test images: ")
    assert [line.startswith(said) for line in lines if "folds" in line] == [True] * bool(said)


def test_of_several_seeds_the_fewest_test_images_count(tmp_path):
    sizes = {0: 12, 1: 10}
    folders = [
        write_records(tmp_path / str(seed), np.diag([n // 2, n // 2]), seed=seed)
        for seed, n in sizes.items()
    ]
    summary_of(folders, tmp_path)
    assert (
        "\n10 test images or more: near the best row, differences under"
        in (tmp_path / "summary.md").read_text()
    )


def test_cells_of_odd_classes_are_copied_as_they_were_written(tmp_path):
    names = ["=1+1", "+cmd", "-x", "@x", "'=q", '"', ",", "a|b", " c ", "NA"]
    folder = write_records(tmp_path / "a", np.eye(10, dtype=int))
    cells = [("pixels", "svm", 0, a, b, int(a == b)) for a in names for b in names]
    write_csv(folder / "confusion.csv", CONFUSION, cells)
    summary, rows = summary_of([folder], tmp_path)
    written = (folder / "confusion.csv").read_text()
    assert (tmp_path / "confusion.csv").read_text() == written
    read = pd.read_csv(tmp_path / "confusion.csv", keep_default_na=False)
    shown = ["'=1+1", "'+cmd", "'-x", "'@x", "''=q", '"', ",", "a|b", " c ", "NA"]
    assert read["class"].drop_duplicates().tolist() == shown
    assert read["predicted"].tolist() == shown * 10
    assert summary["test_accuracy_mean"].tolist() == [1]
    assert rows[2] == ["pixels", "4", "svm", "0.500", "1.000", "0.722-1.000", "nothing"]


def test_what_a_fit_has_to_say_stands_below_the_table(records, tmp_path):
    write_arrays(tmp_path / "state.npz", {"steps": np.array([1]), "said": np.array(["Too few."])})
    states = [["words", 3, str(tmp_path / "state.npz")]]
    curves = {name: {"columns": ["steps"], "states": states} for name in ("tree", "leaves")}
    summarized(records, tmp_path, curves=curves)
    table, _, _, _, said, *others = (tmp_path / "summary.md").read_text().split("\n\n")
    assert table.startswith("| representation ")
    assert said == "Warning: words, seed 3: Too few."
    assert len(others) == 1, "on the edges of grids"
