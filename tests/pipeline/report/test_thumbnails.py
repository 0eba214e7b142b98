"""Pictures inside the page, decoded again."""

import base64
import io

import numpy as np
from PIL import Image

from pipeline.report import thumbnails


def decoded(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))))


def test_an_image_keeps_its_size_and_nearly_its_colours():
    down, across = np.mgrid[:32, :32]
    image = np.stack([8 * down, 8 * across, np.full((32, 32), 90)], axis=2).astype(np.uint8)
    found = decoded(thumbnails.of_image(image))
    assert found.shape == (32, 32, 3)
    assert np.abs(found.astype(int) - image).mean() < 4


def test_a_large_image_is_made_smaller_in_its_proportions():
    image = np.zeros((300, 600, 3), np.uint8)
    image[:, 300:] = 255
    found = decoded(thumbnails.of_image(image))
    assert found.shape == (32, 64, 3)
    assert found[:, :28].max() < 20
    assert found[:, 36:].min() > 235


def test_shares_are_how_opaque_one_colour_is():
    found = decoded(thumbnails.of_shares(np.array([[0, 0.5], [1, 2]]), (0, 114, 178)))
    assert found[..., 3].tolist() == [[0, 128], [255, 255]]
    assert found[1, 1, :3].tolist() == [0, 114, 178]


def test_a_mosaic_has_a_transparent_pixel_between_pictures():
    pictures = np.stack([np.full((2, 3, 3), value) for value in (0, 0.5, 1)])
    found = decoded(thumbnails.of_mosaic(pictures, 2))
    assert found.shape == (5, 7, 4)
    assert found[:2, :3].reshape(-1, 4).tolist() == [[0, 0, 0, 255]] * 6
    assert (found[:, 3, 3] == 0).all()
    assert (found[2, :, 3] == 0).all()
    assert found[4, 2].tolist() == [255, 255, 255, 255]
    assert found[4, 6, 3] == 0  # there is no fourth picture


def test_the_same_picture_is_the_same_text():
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    assert thumbnails.of_image(image) == thumbnails.of_image(image.copy())
