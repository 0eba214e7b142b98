"""Pictures of W: each weight where its feature is, in the right direction and colour."""

from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from support.texts import file_of, texts

from features import bag_of_words, color_histogram, hog, local_binary_patterns, raw_pixels
from pipeline import catalogue
from pipeline.lecture import (
    units,
    weights,
    weights_bag_of_words,
    weights_color_histogram,
    weights_hog,
    weights_local_binary_patterns,
    weights_raw_pixels,
)
from pipeline.lecture.block import Block, Told
from pipeline.lecture.montage import around_grey, show, tile, wrapped
from pipeline.runtime.store import write_array, write_arrays, write_json
from pipeline.tables.picture import save

CLASSES = ["one", "two"]


def told(classes: list[str], module: str) -> Told:
    return Told(classes, texts(module), texts("colors"))


def image(seed: int = 0, side: int = 16) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (1, side, side, 3), dtype=np.uint8)


def test_scores_are_those_of_the_features_as_they_are():
    rng = np.random.default_rng(0)
    X, mean, W = (rng.standard_normal(shape) for shape in ((7, 5), 5, (5, 3)))
    scale = 0.5 + rng.random(5)
    standardised = (X - mean) * scale @ W
    folded = units.per_unit({"svm.W": W, "scale": scale}, "svm", "pixel")
    offset = standardised - X @ folded
    np.testing.assert_allclose(offset, np.broadcast_to(offset[0], offset.shape))
    same = units.per_unit({"svm.W": W, "scale": scale}, "svm", "standard deviation")
    np.testing.assert_array_equal(same, W)


def test_columns_that_hardly_change_are_not_what_a_class_wants_most():
    """Weights of the same size on standardised columns: per unit, those of 1/500 are 500 times."""
    deviation = np.array([1, 0.9, 1.1, 0.002, 1])
    scale = np.append(1 / deviation, 0)  # the last one never changes
    W = np.array([0.1, 0.2, -0.1, 0.1, 0, 0.3])[:, None]
    folded = units.per_unit({"svm.W": W, "scale": scale}, "svm", "full brightness")[:, 0]
    np.testing.assert_allclose(folded, [0.1, 0.2 / 0.9, -0.1 / 1.1, 0, 0, 0])
    assert weights.rank(folded, list("abcdef"))[0][1] == "b"
    assert units.changing(np.zeros(3)).tolist() == [False] * 3


def test_ranks_run_from_either_end():
    ranks = weights.rank(np.array([0.5, -2, 3, 1]), ["a", "b", "c", "d"])
    assert ranks == [(1, "c", 3), (2, "d", 1), (-1, "b", -2), (-2, "a", 0.5)]


def test_every_pixel_has_its_name_and_place():
    block = Block({}, (4, 6), {})
    one = np.zeros((1, 4, 6, 3), np.uint8)
    one[0, 3, 1, 2] = 255
    names = weights_raw_pixels.names(block)
    assert len(names) == 72
    assert names[int(raw_pixels.extract(one).argmax())] == "row 3 col 1 blue"
    W = np.zeros((72, 2))
    W[:, 0] = raw_pixels.extract(one)[0]
    (axes, _) = weights_raw_pixels.draw(
        {"svm": W}, block, told(CLASSES, "weights_raw_pixels")
    ).axes
    shown = np.asarray(axes.images[0].get_array())
    assert shown[3, 1].tolist() == pytest.approx([0.5, 0.5, 1], abs=0.01)
    assert np.abs(np.delete(shown.reshape(-1, 3), 3 * 6 + 1, axis=0) - 0.5).max() < 0.01


def test_grey_is_zero_and_the_strongest_is_black_or_white():
    pictures = around_grey(np.array([[[[0.0, -4.0, 2.0]]]]))
    assert pictures[0, 0, 0].tolist() == pytest.approx([0.5, 0, 0.75], abs=0.01)


def test_a_few_strong_weights_do_not_turn_the_others_grey():
    """Of 300 numbers the 98th percentile lies below the six largest: those, and no other, clip."""
    template = np.full((10, 10, 3), 0.5)
    template[0, :2] = 100
    template[5, 5] = -0.25
    plain, clipped = around_grey(template), around_grey(template, 97)
    assert np.abs(plain[1:] - 0.5).max() < 0.01
    assert clipped[0, 0].tolist() == clipped[9, 9].tolist() == [1, 1, 1]
    assert clipped[5, 5].tolist() == pytest.approx([0.25] * 3, abs=0.01)
    alone = np.zeros((10, 10, 3))
    alone[3, 3] = 2  # where most are 0, the largest sets the range
    assert around_grey(alone, 97)[3, 3].tolist() == [1, 1, 1]


def test_pictures_are_tiled_with_a_gap():
    assert tile(np.zeros((2, 3, 4, 5, 3))).shape == (2 * 5 - 1, 3 * 6 - 1, 3)


def test_long_names_are_wrapped():
    assert wrapped("cat") == "cat"
    assert wrapped("hubble_deep_field") == "hubble deep\nfield"
    assert wrapped("immunohistochemistry") == "immunohisto-\nchemistry"


def test_dollars_in_the_name_of_a_class_are_text_and_no_formula(tmp_path):
    names = [r"$\frac$", "a$b$c", "one$", r"\$x\$", "画像"]
    panels = {wrapped(name): np.zeros((len(names), 1, 2, 2, 3)) for name in names}
    save(lambda: show(panels, names, 6, 3), (tmp_path / "a.svg",))
    picture = (tmp_path / "a.svg").read_text()
    for name in names:
        assert picture.count(f">{name}</text>") == 2  # beside its row, and above its panel


def test_cells_are_summed_over_the_blocks_that_they_are_in():
    """The same score by blocks and by cells, where every block sees the cell alike."""
    settings = {"orientations": 4, "pixels_per_cell": 4, "cells_per_block": 2}
    settings |= {"directions": "unsigned"}
    block, rng = Block(settings, (16, 12), {}), np.random.default_rng(0)
    cells = rng.random((4, 3, 4))
    blocks = np.array(
        [cells[row : row + 2, col : col + 2] for row in range(3) for col in range(2)]
    ).ravel()
    W = rng.standard_normal((len(blocks), 3))
    gathered = weights_hog.gather(W, block)
    assert len(gathered) == len(weights_hog.names(block)) == 48
    np.testing.assert_allclose(cells.ravel() @ gathered, blocks @ W)


@pytest.mark.parametrize("turned", [False, True])
def test_a_stroke_lies_along_the_edge_that_it_stands_for(turned):
    """Half of the image is black: the edge between stands upright, or lies."""
    half = np.zeros((1, 8, 8, 3), np.uint8)
    half[:, :, 4:] = 200
    half = half.transpose(0, 2, 1, 3) if turned else half
    settings = {"orientations": 8, "pixels_per_cell": 8, "cells_per_block": 1}
    settings |= {"directions": "unsigned"}
    W = hog.extract(
        half, **settings, block_norm="L2", interpolate=False, gamma=1
    ).T  # a class that wants just this
    block = Block(settings, (8, 8), {})
    name = weights_hog.names(block)[int(W[:, 0].argmax())]
    assert name == f"cell 0 0 gradient {101.25 if turned else 11.25:g} degrees"
    wanted = weights_hog.draw({"svm": W}, block, told(["edge"], "weights_hog")).axes[0].lines[0]
    across, down = (np.ptp(np.asarray(data)[:2]) for data in wanted.get_data())
    assert (across > 2 * down) if turned else (down > 2 * across)


def test_several_hogs_in_a_block_are_drawn_over_each_other():
    """Signed and unsigned, cells of 8 and 4 pixels: each weight lies where its cell is."""
    settings = {"orientations": 4, "directions": "both", "pixels_per_cell": [8, 4]}
    settings |= {"cells_per_block": 1}
    block = Block(settings, (8, 8), {})
    n = 8 + 4 + 4 * (8 + 4)
    gathered = weights_hog.gather(np.eye(n), block)
    np.testing.assert_array_equal(gathered, np.eye(n))  # with blocks of one cell, no sums
    names = weights_hog.names(block)
    assert len(names) == len(set(names)) == n
    assert names[0] == "cell 0 0 of 8 pixels gradient 22.5 degrees signed"
    assert names[-1] == "cell 1 1 of 4 pixels gradient 157.5 degrees unsigned"
    for number, middle in ((0, (4, 4)), (n - 1, (6, 6)), (12, (2, 2))):
        drawn = (
            weights_hog.draw({"svm": gathered[:, [number]]}, block, told(["one"], "weights_hog"))
            .axes[0]
            .lines[0]
        )
        ends = np.asarray(drawn.get_data())[:, :2]
        np.testing.assert_allclose(ends.mean(axis=1), middle)
        assert np.hypot(*np.diff(ends)[:, 0]) == pytest.approx(0.96 * (8 if number == 0 else 4))


@pytest.mark.parametrize("space", ["rgb", "hsv"])
def test_a_colour_is_the_one_that_its_bin_holds(space):
    settings = {"space": space, "bins": 8}
    one = np.full((1, 4, 4, 3), (230, 105, 30), np.uint8)
    block = color_histogram.extract(one, **settings, grid=2, square_root=False)
    place = Block({**settings, "grid": 2}, (4, 4), {})
    gathered = weights_color_histogram.gather(block.T.astype(float), place)[:, 0]
    assert gathered.sum() == pytest.approx(4)
    color = 255 * weights_color_histogram.colors(place)[gathered.argmax()]
    assert np.abs(color - (230, 105, 30)).max() <= 32
    red, green, blue = (round(value) for value in color)
    assert weights_color_histogram.names(place)[gathered.argmax()] == f"rgb {red} {green} {blue}"
    (axes,) = weights_color_histogram.draw(
        {"svm": gathered[:, None]}, place, told(["red"], "weights_color_histogram")
    ).axes
    first = axes.patches[0]
    assert 255 * np.array(first.get_facecolor()[:3]) == pytest.approx(color)
    assert first.get_width() == pytest.approx(4)


def test_a_bar_stands_for_the_pattern_that_a_class_wants():
    """Flat images, whose pixels have eight neighbours as bright, in two regions by two."""
    flat = np.full((1, 6, 6, 3), 9, np.uint8)
    block = Block({"grid": 2}, (6, 6), {})
    W = local_binary_patterns.extract(flat, **block.settings).T
    gathered = weights_local_binary_patterns.gather(W, block)
    names = weights_local_binary_patterns.names(block)
    assert names[int(gathered.argmax())] == "8 neighbours brighter"
    (axes,) = weights_local_binary_patterns.draw(
        {"svm": gathered}, block, told(["flat"], "weights_local_binary_patterns")
    ).axes
    assert [bar.get_height() for bar in axes.patches] == [0] * 8 + [4, 0]


def fitted(contrast_offset: float | None, whitening: float | None) -> dict:
    settings: dict = {"words": 4, "patch_size": 3, "patches": 300, "method": "random_patches"}
    settings |= {"contrast_offset": contrast_offset, "whitening": whitening}
    images, labels = np.concatenate([image(seed) for seed in range(5)]), np.zeros(5, int)
    return bag_of_words.fit(images, labels, np.random.default_rng(0), 1, **settings)


@pytest.mark.parametrize("contrast_offset", [10.0, None])
@pytest.mark.parametrize("whitening", [0.1, None])
def test_a_word_that_is_a_patch_looks_like_the_patch(contrast_offset, whitening):
    state = fitted(contrast_offset, whitening)
    one = image(9)
    points = bag_of_words.whitened(one[0], state, 1)[5, 7, :-1]
    settings = {"encoding": "hard", "grid": 2}
    block = Block(settings, (16, 16), {**state, "words": points[None]})
    patch = one[0, 5:8, 7:10].astype(float).ravel()
    if contrast_offset is not None:
        patch = (patch - patch.mean()) / np.sqrt(patch.var() + contrast_offset)
    looks = weights_bag_of_words.pixels(block).ravel()
    np.testing.assert_allclose(looks, patch - state["whitening_mean"], rtol=1e-2, atol=1e-2)


def test_words_are_wanted_wherever_they_stand():
    state = fitted(10.0, 0.1)
    block = Block({"encoding": "hard", "grid": 2}, (16, 16), state)
    W = np.arange(32.0).reshape(16, 2)
    gathered = weights_bag_of_words.gather(W, block)
    np.testing.assert_array_equal(gathered[1], W[[1, 5, 9, 13]].sum(axis=0))
    assert weights_bag_of_words.names(block) == ["word 0", "word 1", "word 2", "word 3"]
    most, least = weights_bag_of_words.draw(
        {"SVM": gathered}, block, told(CLASSES, "weights_bag_of_words")
    ).axes
    assert (most.get_title(), least.get_title()) == ("SVM: most wanted", "SVM: least wanted")
    first = np.asarray(most.images[0].get_array())[:3, :3]
    np.testing.assert_allclose(first, around_grey(weights_bag_of_words.pixels(block))[3])


def test_a_negated_word_is_the_negative():
    block = Block({"encoding": "soft_threshold", "grid": 1}, (16, 16), fitted(10.0, 0.1))
    assert weights_bag_of_words.names(block)[4] == "word 0 negated"
    pixels = weights_bag_of_words.pixels(block)
    np.testing.assert_allclose(pixels[4:], -pixels[:4])


def write_model(folder: Path, d: int) -> dict[str, Path]:
    """A model of two classifiers on d columns, and of what images and classes it is."""
    rng, n_classes = np.random.default_rng(0), 12
    arrays = {f"{name}.W": rng.standard_normal((d, n_classes)) for name in ("svm", "softmax")}
    write_arrays(folder / "model.npz", {**arrays, "scale": 0.5 + rng.random(d)})
    write_array(folder / "images.npy", np.zeros((1, 4, 6, 3), np.uint8))
    write_json(folder / "classes.json", [f"class_{i}" for i in range(n_classes)])
    files = {"model": "model.npz", "images": "images.npy", "classes": "classes.json"}
    written = {"table": "weights.csv", "picture": "weights.svg", "sentence": "weights.txt"}
    return {key: folder / name for key, name in (files | written).items()}


TITLES = {"svm": "SVM", "softmax": "softmax", "forest": "random forest"}


def test_the_stage_draws_the_classifiers_that_it_is_told_by_their_titles(tmp_path):
    files = write_model(tmp_path, 72)
    given = {"representation": "mine", "feature": "raw_pixels", "settings": {}}
    given["texts"] = file_of()
    weights.weights(**files, **given, classifiers=["svm", "softmax"], titles=TITLES)
    table = pd.read_csv(files["table"])
    assert tuple(table) == weights.COLUMNS
    assert len(table) == 2 * 12 * 2 * weights.RANKS
    assert table["classifier"].unique().tolist() == ["svm", "softmax"]
    assert (table[["representation", "per"]] == ["mine", "full brightness"]).all(axis=None)
    model = np.load(files["model"])
    W = model["svm.W"] * model["scale"][:, None]
    best = table.query("classifier == 'svm' and rank == 1")["weight"]
    np.testing.assert_allclose(best, W.max(axis=0), rtol=1e-6)
    assert files["sentence"].read_text().startswith("Each template says what a class wants where")
    drawn = files["picture"].read_text()
    assert ">SVM</text>" in drawn
    assert "forest" not in drawn
    assert drawn.count(">class") == weights.CLASSES  # the first ten of twelve


def test_names_that_no_picture_can_hold_are_escaped(tmp_path):
    files = write_model(tmp_path, 72)
    odd = ["a\nb", "c\x01", "<d>", *(f"class_{i}" for i in range(9))]
    write_json(files["classes"], odd)
    given = {"representation": "mine", "feature": "raw_pixels", "settings": {}}
    given["texts"] = file_of()
    weights.weights(**files, **given, classifiers=["svm"], titles=TITLES)
    texts = "".join(ElementTree.parse(files["picture"]).getroot().itertext())
    for name in ("'a\\nb'", "'c\\x01'", "<d>"):
        assert name in texts
    assert len(files["sentence"].read_text().splitlines()) == 1


def test_the_stage_reads_what_a_feature_was_fitted(tmp_path):
    state = fitted(10.0, 0.1)
    write_arrays(tmp_path / "state.npz", state)
    files = write_model(tmp_path, 4)
    given = {"representation": "mine", "feature": "bag_of_words", "titles": TITLES}
    given["texts"] = file_of()
    given["settings"] = {"encoding": "hard", "grid": 1}
    weights.weights(**files, **given, classifiers=["softmax"], state=tmp_path / "state.npz")
    table = pd.read_csv(files["table"])
    assert len(table) == 12 * 4  # of four words two from either end
    assert set(table["feature"]) == {"word 0", "word 1", "word 2", "word 3"}
    assert ">softmax: most wanted</text>" in files["picture"].read_text()


# What the weights of a network's features mean cannot be drawn; the lecture says so.
NETWORKS = {"convnet", "pretrained"}


@pytest.mark.parametrize("feature", sorted(catalogue.features().keys() - NETWORKS))
def test_every_feature_that_is_no_network_has_a_picture_of_its_weights(feature):
    drawer = import_module(f"pipeline.lecture.weights_{feature}")
    assert isinstance(drawer.UNIT, str)
    assert all(callable(getattr(drawer, name)) for name in ("names", "gather", "draw", "describe"))
    assert texts(f"weights_{feature}").own
