"""What images and labels outside of training may decide: nothing; and of the test images: only
their own score."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from support import clusters
from support.classifiers import classifiers, told
from support.clusters import N_TRAINING, PART, ROWS, C, D, N, features, labels
from support.image_sets import Loaded, encoded, in_folder, run, solid

from features.errors import BadInput
from pipeline.blocks.fit import fit
from pipeline.classifiers.score import score
from pipeline.classifiers.train import train
from pipeline.images.labels import write_labels
from pipeline.images.parts import SEEN, TEST, TRAIN, UNUSED, VALIDATION
from pipeline.images.split import split as split_images
from pipeline.runtime.store import read_arrays, write_array
from pipeline.sources.source import Record

CODEBOOK = {
    "words": 8,
    "patch_size": 3,
    "patches": 400,
    "iterations": 5,
    "contrast_offset": 10,
    "whitening": 0.1,
}
WRITTEN = ("model", "sweep", "history")
SWEPT = ["learning_rate", "l2"]


def noise(n: int) -> np.ndarray:
    return np.random.default_rng(3).normal(100, 50, (n, D)).astype(np.float32)


def trained(folder: Path, X=None, y=None, threads=1, **sgd) -> dict[str, bytes]:
    """The bytes of all that `train` writes."""
    written = {name: folder / name for name in WRITTEN}
    given = {**told(**sgd), "seed": 0, "threads": threads}
    assert train(clusters.write(folder, X, y), **given, **written) == N_TRAINING
    return {name: path.read_bytes() for name, path in written.items()}


def scored(folder: Path, X=None, y=None) -> dict[str, pd.DataFrame]:
    """The tables of `score`, of the model that was trained in `folder`."""
    written = {name: folder / f"{name}.csv" for name in ("accuracy", "confusion")}
    given = clusters.write(folder, X, y), classifiers(), SWEPT, 0, folder / "model"
    assert score(*given, **written, predictions=folder / "predictions.npz") == N
    return {name: pd.read_csv(path) for name, path in written.items()}


def replaced(part: int, X: np.ndarray) -> np.ndarray:
    X[ROWS[part]] = noise(ROWS[part].sum())
    return X


def relabelled(part: int) -> np.ndarray:
    y = labels()
    y[ROWS[part]] = (y[ROWS[part]] + 1) % C
    return y


def fitted(
    folder: Path, images: np.ndarray, y=None, threads=1, feature="bag_of_words", settings=CODEBOOK
) -> bytes:
    files = [folder / name for name in ("images.npy", "labels.csv", "parts.npy")]
    write_array(files[0], images)
    y = labels() if y is None else y
    records = (Record("", label, "", i) for i, label in enumerate(y))
    write_labels(files[1], records, content=np.arange(N))
    write_array(files[2], PART)
    assert fit(*files, feature, settings, False, 0, threads, folder / "state.npz") == N_TRAINING
    return (folder / "state.npz").read_bytes()


def pictures() -> np.ndarray:
    return np.random.default_rng(4).integers(256, size=(N, 6, 6, 3), dtype=np.uint8)


@pytest.mark.parametrize("part", [VALIDATION, TEST])
def test_a_codebook_knows_no_image_but_those_of_training(tmp_path, part):
    before = fitted(tmp_path, pictures())
    noisy = pictures()
    noisy[ROWS[part]] = 255 - noisy[ROWS[part]] // 3
    assert fitted(tmp_path, noisy) == before
    noisy[ROWS[TRAIN]] //= 2
    assert fitted(tmp_path, noisy) != before


@pytest.mark.parametrize("part", [VALIDATION, TEST])
def test_a_feature_that_learns_from_labels_sees_those_of_training_only(
    tmp_path, part, monkeypatch
):
    def learn(images, labels, rng, threads):
        return {"images": images[0 : len(labels)], "labels": labels}

    monkeypatch.setitem(sys.modules, "features.eager", SimpleNamespace(fit=learn))
    given = {"feature": "eager", "settings": {}}
    before = fitted(tmp_path, pictures(), **given)
    state = read_arrays(tmp_path / "state.npz")
    np.testing.assert_array_equal(state["labels"], labels()[ROWS[TRAIN]])
    np.testing.assert_array_equal(state["images"], pictures()[ROWS[TRAIN]])
    assert fitted(tmp_path, pictures(), relabelled(part), **given) == before
    assert fitted(tmp_path, pictures(), relabelled(TRAIN), **given) != before


def test_a_codebook_is_the_same_for_any_number_of_threads(tmp_path):
    assert fitted(tmp_path, pictures(), threads=2) == fitted(tmp_path, pictures(), threads=1)


def test_noise_for_test_features_changes_nothing_that_is_trained_or_chosen(tmp_path):
    before = trained(tmp_path / "before")
    assert trained(tmp_path / "after", X=replaced(TEST, features())) == before


def test_noise_for_test_labels_changes_nothing_that_is_trained_or_chosen(tmp_path):
    before = trained(tmp_path / "before")
    assert trained(tmp_path / "after", y=relabelled(TEST)) == before


@pytest.mark.parametrize("noisy", ["features", "labels"])
def test_validation_chooses_among_settings_but_trains_none(tmp_path, noisy):
    # A grid of four, all of which are trained alike, whichever is the best.
    few = {"learning_rates": [0.01], "l2": [0, 0.01, 0.1, 1], "epochs": 2, "gain": 1}
    trained(tmp_path / "before", **few)
    changed = (
        {"X": replaced(VALIDATION, features())}
        if noisy == "features"
        else {"y": relabelled(VALIDATION)}
    )
    trained(tmp_path / "after", **changed, **few)
    before, after = (
        pd.read_csv(tmp_path / name / "sweep").query("l2 <= 1").reset_index()
        for name in ("before", "after")
    )
    learned = ["learning_rate", "l2", "train_loss", "train_accuracy", "diverged"]
    pd.testing.assert_frame_equal(before[learned], after[learned])
    assert not before["validation_accuracy"].equals(after["validation_accuracy"])
    models = [np.load(tmp_path / name / "model") for name in ("before", "after")]
    for statistic in ("mean", "scale"):
        assert models[0][statistic].tobytes() == models[1][statistic].tobytes()


def test_training_rows_do_matter(tmp_path):
    before = trained(tmp_path / "before")
    assert trained(tmp_path / "after", y=relabelled(TRAIN))["model"] != before["model"]


def test_training_is_the_same_for_any_number_of_threads(tmp_path):
    alone = trained(tmp_path / "one", threads=1)
    assert trained(tmp_path / "two", threads=2) == alone
    assert trained(tmp_path / "three", threads=3) == alone


def test_only_the_score_on_test_sees_test_labels(tmp_path):
    trained(tmp_path)
    before, after = scored(tmp_path), scored(tmp_path, y=relabelled(TEST))
    on_test = before["accuracy"]["split"] == "test"
    pd.testing.assert_frame_equal(before["accuracy"][~on_test], after["accuracy"][~on_test])
    assert (before["accuracy"][on_test]["accuracy"] > after["accuracy"][on_test]["accuracy"]).all()


def test_scores_are_those_of_the_weights(tmp_path):
    trained(tmp_path)
    tables = scored(tmp_path)
    accuracy = tables["accuracy"].set_index(["classifier", "split"])
    model, X, y = np.load(tmp_path / "model"), features().astype(float), labels()
    mean, deviation = X[ROWS[TRAIN]].mean(axis=0), X[ROWS[TRAIN]].std(axis=0)
    for classifier in ("svm", "softmax"):
        scores = (X - mean) / deviation @ model[f"{classifier}.W"] + model[f"{classifier}.b"]
        correct = scores.argmax(axis=1) == y
        for part, split in ((TRAIN, "train"), (VALIDATION, "validation"), (TEST, "test")):
            row = accuracy.loc[classifier, split]
            assert row["accuracy"] == pytest.approx(correct[ROWS[part]].mean(), abs=1e-6)
            assert row["n"] == ROWS[part].sum()
        margins = scores - scores[np.arange(N), y][:, None]
        loss = {
            "svm": np.maximum(margins + 1, 0).sum(axis=1) - 1,
            "softmax": np.log(np.exp(margins).sum(axis=1)),
        }[classifier]
        row = accuracy.loc[classifier, "test"]
        assert row["loss"] == pytest.approx(loss[ROWS[TEST]].mean(), rel=1e-4)
        confusion = tables["confusion"].query("classifier == @classifier")["n"].to_numpy()
        expected = np.zeros((C, C), int)
        np.add.at(expected, (y[ROWS[TEST]], scores[ROWS[TEST]].argmax(axis=1)), 1)
        np.testing.assert_array_equal(confusion.reshape(C, C), expected)


def swept(folder: Path, **changes) -> pd.DataFrame:
    written = {name: folder / name for name in WRITTEN}
    train(clusters.write(folder), **told(**changes), seed=0, threads=1, **written)
    return pd.read_csv(folder / "sweep")


def test_a_sweep_in_which_all_diverged_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"^sgd.learning_rates: all of them diverged on mine, svm"):
        swept(tmp_path, learning_rates=[1e20, 1e25])
    own = {"svm": {"learning_rates": [1e20, 1e25]}}
    with pytest.raises(BadInput, match=r"^sgd.svm.learning_rates: all of them diverged on mine"):
        swept(tmp_path, **own)
    assert not any((tmp_path / name).exists() for name in WRITTEN)


@pytest.mark.parametrize("epochs", [1, 3])
@pytest.mark.parametrize("batch_size", [32, 1000])
def test_a_setting_that_diverges_is_recorded_and_never_chosen(tmp_path, epochs, batch_size):
    sweep = swept(tmp_path, learning_rates=[0.01, 1e30], epochs=epochs, batch_size=batch_size)
    wild = sweep["learning_rate"] == 1e30
    assert sweep["diverged"].tolist() == wild.tolist()
    assert not sweep["chosen"][wild].any()
    assert sweep.loc[wild, "validation_accuracy"].isna().all()
    assert sweep.loc[~wild, "validation_accuracy"].notna().all()


def test_a_classifier_may_have_a_grid_of_its_own(tmp_path):
    sweep = swept(tmp_path, learning_rates=[0.01], l2=[0.1, 1], svm={"l2": [0.001, 0.01, 0.1]})
    tried = {name: set(rows["l2"]) for name, rows in sweep.groupby("classifier")}
    assert tried["svm"] >= {0.001, 0.01, 0.1}
    assert tried["softmax"] >= {0.1, 1}
    assert 1 not in tried["svm"] or 0.1 in tried["svm"]  # it may have grown


def test_a_grid_grows_beyond_its_edge_by_decades_while_that_is_better(tmp_path):
    # Rates so small that ten times as much is better.
    sweep = swept(tmp_path, learning_rates=[1e-3, 1e-2], l2=[0.001], epochs=9)
    for _, rows in sweep.groupby("classifier"):
        decades = np.log10(rows["learning_rate"]).round().astype(int).tolist()
        assert decades == list(range(-3, -3 + len(decades)))
        assert 3 <= len(decades) <= 5  # it grows three times at most
        (chosen,) = rows[rows["chosen"]].itertuples()
        assert chosen.learning_rate >= 1e-2
        assert chosen.objective <= rows["objective"][rows["finished"]].min() * 1.01


def test_a_single_value_is_no_edge(tmp_path):
    sweep = swept(tmp_path, learning_rates=[0.01], l2=[0.001, 0.01, 0.1])
    assert sweep["chosen"].sum() == 2
    assert set(sweep["learning_rate"]) == {0.01}
    for _, rows in sweep.groupby("classifier"):
        (chosen,) = rows[rows["chosen"]].itertuples()
        assert chosen.on_edge == (chosen.l2 in (rows["l2"].min(), rows["l2"].max()))


# ---- test images whose pixels are among the others


def marked(folder: Path, seen: int, unused: int) -> np.ndarray:
    """Mark some test images as seen, and some as unused, in the parts that were written."""
    part = PART.copy()
    tests = np.flatnonzero(ROWS[TEST])
    part[tests[:seen]] = SEEN
    part[tests[seen : seen + unused]] = UNUSED
    write_array(folder / "parts.npy", part)
    return part


@pytest.mark.parametrize(("seen", "unused"), [(30, 0), (0, 20), (30, 20)])
def test_accuracy_is_given_with_and_without_test_images_that_were_seen(tmp_path, seen, unused):
    trained(tmp_path)
    representation = clusters.write(tmp_path)
    part = marked(tmp_path, seen, unused)
    written = {name: tmp_path / f"{name}.csv" for name in ("accuracy", "confusion")}
    given = representation, classifiers(), SWEPT, 0, tmp_path / "model"
    assert score(*given, **written, predictions=tmp_path / "predictions.npz") == N
    kept = read_arrays(tmp_path / "predictions.npz")
    np.testing.assert_array_equal(kept["image"], np.flatnonzero(~np.isin(part, [TRAIN, UNUSED])))
    np.testing.assert_array_equal(kept["part"], part[kept["image"]])
    np.testing.assert_array_equal(kept["y"], labels()[kept["image"]])
    accuracy = pd.read_csv(written["accuracy"]).set_index(["classifier", "split"])
    confusion = pd.read_csv(written["confusion"])
    model, X, y = np.load(tmp_path / "model"), features().astype(float), labels()
    mean, deviation = X[ROWS[TRAIN]].mean(axis=0), X[ROWS[TRAIN]].std(axis=0)
    for classifier in ("svm", "softmax"):
        scores = (X - mean) / deviation @ model[f"{classifier}.W"] + model[f"{classifier}.b"]
        np.testing.assert_allclose(
            kept[f"{classifier}.scores"], scores[kept["image"]], rtol=1e-3, atol=1e-3
        )
        right = scores.argmax(axis=1) == y
        rows = {"train": part == TRAIN, "validation": part == VALIDATION}
        rows["test"] = (part == TEST) | (part == SEEN)
        rows |= {"test_unseen": part == TEST} if seen else {}
        assert set(accuracy.loc[classifier].index) == set(rows)
        for split_name, mine in rows.items():
            row = accuracy.loc[classifier, split_name]
            assert row["n"] == mine.sum()
            assert row["accuracy"] == pytest.approx(right[mine].mean(), abs=1e-6)
        assert confusion.query("classifier == @classifier")["n"].sum() == 100 - unused


def test_test_images_that_are_seen_or_unused_train_nothing(tmp_path):
    before = trained(tmp_path / "before")
    representation = clusters.write(tmp_path / "after")
    marked(tmp_path / "after", 30, 20)
    written = {name: tmp_path / "after" / name for name in WRITTEN}
    assert train(representation, **told(), seed=0, threads=1, **written) == N_TRAINING
    assert {name: path.read_bytes() for name, path in written.items()} == before


# ---- other test images in the data


def grey(value: int) -> bytes:
    return encoded(np.array([[0, value], [value // 3, value // 2]], np.uint16))


def given_split(test: dict[str, bytes]) -> dict[str, bytes]:
    """16-bit training images of two classes, and the given test images."""
    return test | {
        f"train/{name}/{i:02d}.png": grey(1000 + 100 * i + place)
        for place, name in enumerate(("cat", "dog"))
        for i in range(20)
    }


TESTS = {
    "others": {
        f"test/{name}/{i}.png": grey(7 * i + 1) for name in ("cat", "dog") for i in range(4)
    },
    "brighter": {
        f"test/{name}/{i}.png": grey(60000 + i) for name in ("cat", "dog") for i in range(4)
    },
    "copies": {
        f"test/{name}/{i}.png": grey(1000 + 100 * (i // 2) + i % 2)
        for name in ("cat", "dog")
        for i in range(3)
    }
    | {"test/cat/3.png": grey(2), "test/dog/3.png": grey(3)},
    "of other classes": {f"test/cat/{i}.png": grey(7 * i + 1) for i in range(7)}
    | {"test/dog/0.png": grey(50)},
    "8 bits": {
        f"test/{name}/{i}.png": solid((i, 0, 0), (2, 2))
        for name in ("cat", "dog")
        for i in range(4)
    },
}


def loaded_and_split(tmp_path, name: str, range: str) -> tuple[Loaded, np.ndarray]:
    data = in_folder(tmp_path / name / "set", given_split(TESTS[name]))
    out = tmp_path / name / "out"
    loaded = run(data, out, range=range)
    files = [out / file for file in ("labels.csv", "classes.json")]
    assert split_images(*files, 0, 0.2, "report", out / "parts.npy", test_fraction=0.25) == 48
    return loaded, np.load(out / "parts.npy")


@pytest.mark.parametrize("range", ["full", "measured"])
@pytest.mark.parametrize("name", [name for name in TESTS if name != "others"])
def test_other_test_images_change_nothing_of_the_training_images(tmp_path, name, range):
    before, part = loaded_and_split(tmp_path, "others", range)
    after, other_part = loaded_and_split(tmp_path, name, range)
    kept = np.array([file.startswith("train/") for file in before.files])
    assert [file.startswith("train/") for file in after.files] == kept.tolist()
    np.testing.assert_array_equal(after.images[kept], before.images[kept])
    np.testing.assert_array_equal(after.labels.label[kept], before.labels.label[kept])
    np.testing.assert_array_equal(other_part[kept], part[kept])
    assert set(part[kept]) == {TRAIN, VALIDATION}
    assert (SEEN in other_part) == (name == "copies")
