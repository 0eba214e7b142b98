"""Near duplicates: what files go through leaves images alike, and others are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.probes import disturbances
from pipeline.probes.likeness import (
    LOOSEST,
    STRICTEST,
    edges,
    likeness,
    limit,
    plain,
    reduced,
    thumbnails,
)
from pipeline.sources.photos import cut, draw_crops, picture


def crops(names: list[str], n: int) -> np.ndarray:
    drawn = [cut(picture(name), *crop) for name in names for crop in draw_crops(name, 0)[:n]]
    return np.stack(drawn)


@pytest.fixture(scope="module")
def textured() -> np.ndarray:
    return crops(["coffee", "grass", "gravel", "immunohistochemistry"], 40)


@pytest.mark.parametrize(
    "change",
    [
        lambda images: images,
        lambda images: disturbances.compressed(images, 90),
        lambda images: disturbances.shifted(images, 1),
        lambda images: disturbances.rounded(images * 1.1),
        lambda images: np.minimum(images, 235) + np.uint8(20),
    ],
    ids=["equal", "jpeg", "shifted", "brighter", "offset"],
)
def test_a_file_written_anew_is_alike(textured, change):
    found = likeness(textured, change(textured))
    assert np.mean(found >= 0.9) >= 0.95
    assert found.max() <= 1 + 1e-9


def test_other_images_are_not(textured):
    """Crops of different tiles share no pixel, those of grass colours and texture."""
    tiles = np.concatenate([draw_crops(n, 0)[:40, 0] for n in ("grass", "gravel")])
    images = crops(["grass", "gravel"], 40)
    i, j = np.triu_indices(40, 1)
    apart = tiles[i] != tiles[j]
    for start in (0, 40):
        found = likeness(images[start + i[apart]], images[start + j[apart]])
        assert found.max() < LOOSEST


def test_a_shift_found_by_a_naive_twin():
    """The correlation at each shift, by slices of arrays made by hand, and the largest of them."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(90, 160, (2, 12, 12, 3)).astype(np.uint8)

    def gradients(image):
        soft = sum(image[i : i + 11, j : j + 11].astype(float) for i in (0, 1) for j in (0, 1))
        soft = soft / 4
        return np.stack([np.diff(soft, axis=1)[:-1], np.diff(soft, axis=0)[:, :-1]])

    p, q = gradients(a), gradients(b)
    best = -1.0
    for down in range(-2, 3):
        for right in range(-2, 3):
            mine = p[:, max(0, down) : 10 + min(0, down), max(0, right) : 10 + min(0, right)]
            other = q[:, max(0, -down) : 10 - max(0, down), max(0, -right) : 10 - max(0, right)]
            faint = 9.0 * mine.size
            top = (mine * other).sum() + faint
            best = max(best, top / np.sqrt(((mine**2).sum() + faint) * ((other**2).sum() + faint)))
    assert likeness(a[None], b[None])[0] == pytest.approx(best, abs=1e-5)


def test_plain_images_are_alike_where_their_colour_is():
    grey = np.full((1, 16, 16, 3), 120, np.uint8)
    assert likeness(grey, grey + np.uint8(30))[0] == pytest.approx(1)
    assert likeness(grey, grey + np.uint8(40))[0] == 0
    stripes = grey + (np.arange(16) // 2 % 2 * 20).astype(np.uint8)[:, None]
    assert plain(np.concatenate([grey, stripes])).tolist() == [True, False]


def test_thumbnails_by_hand():
    image = np.zeros((1, 16, 16, 3), np.uint8)
    image[0, :2, 14:] = 12
    found = thumbnails(image).reshape(8, 8, 3)
    # Sums over 2 x 2 pixels are 48 in one of 64 places, and 48 / 64 is taken off.
    assert found[0, 7].tolist() == [47.25] * 3
    assert np.unique(found).tolist() == [-0.75, 47.25]


@given(st.integers(1, 200), st.integers(1, 200))
def test_images_of_any_size_are_compared_at_some_pixels(rows, cols):
    images = np.full((2, rows, cols, 3), 7, np.uint8)
    small = reduced(images)
    assert (small == 7).all()
    assert all(8 <= side <= 32 for side in small.shape[1:3])
    found, light = edges(images)
    assert not found.any()
    assert light.tolist() == [[7, 7, 7]] * 2


def test_the_limit_lets_99_of_100_through_that_were_made_so(textured):
    found = limit(textured)
    assert found >= LOOSEST
    assert found <= STRICTEST
    made = np.concatenate(
        [
            likeness(textured, disturbances.compressed(textured, 90)),
            likeness(textured, disturbances.shifted(textured, 1)),
            likeness(textured, disturbances.rounded(textured * 1.1)),
        ]
    )
    assert np.mean(made >= found) >= 0.985  # a percentile lies between two of them
    assert limit(np.zeros((3, 8, 8, 3), np.uint8)) == STRICTEST
