"""Pictures of W: each weight where its feature is, in the right direction and colour."""

import numpy as np
import pytest

from features import bag_of_words, color_histogram, hog, raw_pixels
from pipeline.lecture import weights as depict
from pipeline.lecture import weights_bag_of_words as patchwork
from pipeline.lecture import weights_color_histogram as swatches
from pipeline.lecture import weights_hog as glyphs
from pipeline.lecture import weights_raw_pixels as templates
from pipeline.lecture.block import Block
from pipeline.lecture.montage import around_grey, tile, wrapped

CLASSES = ["one", "two"]


def image(seed: int = 0, side: int = 16) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (1, side, side, 3), dtype=np.uint8)


def test_scores_are_those_of_the_features_as_they_are():
    rng = np.random.default_rng(0)
    X, mean, scale, W = (rng.standard_normal(shape) for shape in ((7, 5), 5, 5, (5, 3)))
    standardised = (X - mean) * scale @ W
    folded = depict.per_unit({"svm.W": W, "scale": scale}, "svm", "pixel")
    offset = standardised - X @ folded
    np.testing.assert_allclose(offset, np.broadcast_to(offset[0], offset.shape))
    same = depict.per_unit({"svm.W": W, "scale": scale}, "svm", "standard deviation")
    np.testing.assert_array_equal(same, W)


def test_ranks_run_from_either_end():
    ranks = depict.rank(np.array([0.5, -2, 3, 1]), ["a", "b", "c", "d"])
    assert ranks == [(1, "c", 3), (2, "d", 1), (-1, "b", -2), (-2, "a", 0.5)]


def test_every_pixel_has_its_name_and_place():
    block = Block({}, (4, 6), {})
    one = np.zeros((1, 4, 6, 3), np.uint8)
    one[0, 3, 1, 2] = 255
    names = templates.names(block)
    assert len(names) == 72
    assert names[int(raw_pixels.extract(one).argmax())] == "row 3 col 1 blue"
    W = np.zeros((72, 2))
    W[:, 0] = raw_pixels.extract(one)[0]
    (axes, _) = templates.draw({"svm": W}, CLASSES, block).axes
    shown = np.asarray(axes.images[0].get_array())
    assert shown[3, 1].tolist() == pytest.approx([0.5, 0.5, 1], abs=0.01)
    assert np.abs(np.delete(shown.reshape(-1, 3), 3 * 6 + 1, axis=0) - 0.5).max() < 0.01


def test_grey_is_zero_and_the_strongest_is_black_or_white():
    pictures = around_grey(np.array([[[[0.0, -4.0, 2.0]]]]))
    assert pictures[0, 0, 0].tolist() == pytest.approx([0.5, 0, 0.75], abs=0.01)


def test_pictures_are_tiled_with_a_gap():
    assert tile(np.zeros((2, 3, 4, 5, 3))).shape == (2 * 5 - 1, 3 * 6 - 1, 3)


def test_long_names_are_wrapped():
    assert wrapped("cat") == "cat"
    assert wrapped("hubble_deep_field") == "hubble deep\nfield"
    assert wrapped("immunohistochemistry") == "immunohisto-\nchemistry"


def test_cells_are_summed_over_the_blocks_that_they_are_in():
    """The same score by blocks and by cells, where every block sees the cell alike."""
    settings = {"orientations": 4, "pixels_per_cell": 4, "cells_per_block": 2}
    block, rng = Block(settings, (16, 12), {}), np.random.default_rng(0)
    cells = rng.random((4, 3, 4))
    blocks = np.array(
        [cells[row : row + 2, col : col + 2] for row in range(3) for col in range(2)]
    ).ravel()
    W = rng.standard_normal((len(blocks), 3))
    gathered = glyphs.gather(W, block)
    assert len(gathered) == len(glyphs.names(block)) == 48
    np.testing.assert_allclose(cells.ravel() @ gathered, blocks @ W)


@pytest.mark.parametrize("turned", [False, True])
def test_a_stroke_lies_along_the_edge_that_it_stands_for(turned):
    """Half of the image is black: the edge between stands upright, or lies."""
    half = np.zeros((1, 8, 8, 3), np.uint8)
    half[:, :, 4:] = 200
    half = half.transpose(0, 2, 1, 3) if turned else half
    settings = {"orientations": 8, "pixels_per_cell": 8, "cells_per_block": 1}
    W = hog.extract(half, **settings, block_norm="L2").T  # a class that wants just this
    block = Block(settings, (8, 8), {})
    name = glyphs.names(block)[int(W[:, 0].argmax())]
    assert name == f"cell 0 0 gradient {101.25 if turned else 11.25:g} degrees"
    wanted = glyphs.draw({"svm": W}, ["edge"], block).axes[0].lines[0]
    across, down = (np.ptp(np.asarray(data)[:2]) for data in wanted.get_data())
    assert (across > 2 * down) if turned else (down > 2 * across)


@pytest.mark.parametrize("space", ["rgb", "hsv"])
def test_a_colour_is_the_one_that_its_bin_holds(space):
    settings = {"space": space, "bins": 8}
    one = np.full((1, 4, 4, 3), (230, 105, 30), np.uint8)
    block = color_histogram.extract(one, **settings, grid=2, square_root=False)
    place = Block({**settings, "grid": 2}, (4, 4), {})
    gathered = swatches.gather(block.T.astype(float), place)[:, 0]
    assert gathered.sum() == pytest.approx(4)
    color = 255 * swatches.colors(place)[gathered.argmax()]
    assert np.abs(color - (230, 105, 30)).max() <= 32
    red, green, blue = (round(value) for value in color)
    assert swatches.names(place)[gathered.argmax()] == f"rgb {red} {green} {blue}"
    (axes,) = swatches.draw({"svm": gathered[:, None]}, ["red"], place).axes
    first = axes.patches[0]
    assert 255 * np.array(first.get_facecolor()[:3]) == pytest.approx(color)
    assert first.get_width() == pytest.approx(4)


def fitted(contrast_offset: float | None, whitening: float | None) -> dict:
    settings = {"words": 4, "patch_size": 3, "patches": 300, "method": "random_patches"}
    return bag_of_words.fit(
        np.concatenate([image(seed) for seed in range(5)]),
        *(np.random.default_rng(0), 1),
        **settings,
        contrast_offset=contrast_offset,
        whitening=whitening,
    )


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
    looks = patchwork.pixels(block).ravel()
    np.testing.assert_allclose(looks, patch - state["whitening_mean"], rtol=1e-2, atol=1e-2)


def test_words_are_wanted_wherever_they_stand():
    state = fitted(10.0, 0.1)
    block = Block({"encoding": "hard", "grid": 2}, (16, 16), state)
    W = np.arange(32.0).reshape(16, 2)
    gathered = patchwork.gather(W, block)
    np.testing.assert_array_equal(gathered[1], W[[1, 5, 9, 13]].sum(axis=0))
    assert patchwork.names(block) == ["word 0", "word 1", "word 2", "word 3"]
    most, least = patchwork.draw({"svm": gathered}, CLASSES, block).axes
    assert (most.get_title(), least.get_title()) == ("SVM: most wanted", "SVM: least wanted")
    first = np.asarray(most.images[0].get_array())[:3, :3]
    np.testing.assert_allclose(first, around_grey(patchwork.pixels(block))[3])


def test_a_negated_word_is_the_negative():
    block = Block({"encoding": "soft_threshold", "grid": 1}, (16, 16), fitted(10.0, 0.1))
    assert patchwork.names(block)[4] == "word 0 negated"
    pixels = patchwork.pixels(block)
    np.testing.assert_allclose(pixels[4:], -pixels[:4])
