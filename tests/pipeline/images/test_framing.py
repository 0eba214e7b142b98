"""Images are brought to a square: cropped, padded or stretched, and anti-aliased."""

import io

import numpy as np
import pytest
from PIL import Image
from support.image_files import encoded, smooth

from pipeline.images.decoding import Frame, decode

WIDE = smooth(30, 50)


def naive_crop(image: Image.Image, size: int) -> np.ndarray:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    box = (left, top, left + side, top + side)
    return np.asarray(image.crop(box).resize((size, size), Image.Resampling.LANCZOS))


@pytest.mark.parametrize("size", [7, 30, 40])
@pytest.mark.parametrize("pixels", [WIDE, WIDE.swapaxes(0, 1), WIDE[:, :30]])
def test_the_largest_centred_square(pixels, size):
    image = Image.fromarray(np.ascontiguousarray(pixels))
    for data in (encoded(image), np.asarray(image)):
        found = decode(data, Frame(size)).pixels
        np.testing.assert_array_equal(found, naive_crop(image, size))


def test_the_centre_and_nothing_else():
    wide = np.zeros((40, 100, 3), np.uint8)
    wide[:, 30:70] = (200, 100, 50)
    for data in (wide, wide.swapaxes(0, 1)):
        found = decode(encoded(np.ascontiguousarray(data)), Frame(8)).pixels
        assert (found == (200, 100, 50)).all()


@pytest.mark.parametrize(
    ("rows", "cols", "box"),
    [
        (20, 40, (slice(4, 12), slice(0, 16))),
        (40, 20, (slice(0, 16), slice(4, 12))),
        (40, 40, (slice(0, 16), slice(0, 16))),
        (1, 400, (slice(7, 8), slice(0, 16))),
    ],
)
def test_the_whole_image_in_black(rows, cols, box):
    colour = np.full((rows, cols, 3), (200, 100, 50), np.uint8)
    expected = np.zeros((16, 16, 3), np.uint8)
    expected[box] = (200, 100, 50)
    for data in (encoded(colour), colour):
        np.testing.assert_array_equal(decode(data, Frame(16, "pad")).pixels, expected)


@pytest.mark.parametrize("resize", ["pad", "stretch"])
def test_the_whole_image_scaled(resize):
    size = (20, 12) if resize == "pad" else (20, 20)
    expected = np.asarray(Image.fromarray(WIDE).resize(size, Image.Resampling.LANCZOS))
    found = decode(encoded(WIDE), Frame(20, resize))
    np.testing.assert_array_equal(
        found.pixels[4:16] if resize == "pad" else found.pixels, expected
    )
    assert found.size == (50, 30)


@pytest.mark.parametrize("resize", ["crop", "pad", "stretch"])
def test_large_jpegs_are_decoded_at_a_fraction_but_look_the_same(resize):
    data = encoded(smooth(300, 460), "jpeg", quality=95)
    found = decode(data, Frame(16, resize))
    whole = np.asarray(Image.open(io.BytesIO(data)))
    unlike = np.abs(found.pixels.astype(int) - decode(whole, Frame(16, resize)).pixels)
    assert unlike.max() < 12
    assert unlike.mean() < 3
    assert found.size == (460, 300)


@pytest.mark.parametrize("resize", ["crop", "pad", "stretch"])
def test_size_0_leaves_an_image_as_it_is(resize):
    for data in (encoded(WIDE), WIDE):
        np.testing.assert_array_equal(decode(data, Frame(0, resize)).pixels, WIDE)


def test_scaling_down_is_anti_aliased():
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255  # finer than the small image can show
    for resize in ("crop", "pad", "stretch"):
        found = decode(encoded(stripes), Frame(8, resize)).pixels
        np.testing.assert_allclose(found[2:-2, 2:-2], 127.5, atol=2)
