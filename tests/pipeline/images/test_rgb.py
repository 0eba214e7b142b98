"""Every kind of pixel becomes RGB of 8 bits, on white."""

import numpy as np
import pytest
from PIL import Image
from support.image_files import bmp_32, encoded, png

from pipeline.images.decoding import Frame, decode

COLOURS = np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8)

# ---- kinds of pixels


def palette(*alphas: int) -> Image.Image:
    image = Image.new("P", (1, 1), 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    image.info |= {"transparency": bytes(alphas)} if alphas else {}
    return image


ON_WHITE = ("alpha laid on white",)
PIXELS = [
    ("L", 77, (77, 77, 77), ()),
    ("1", 1, (255, 255, 255), ()),
    ("RGBA", (200, 100, 50, 0), (255, 255, 255), ON_WHITE),
    ("RGBA", (200, 100, 50, 255), (200, 100, 50), ()),
    ("RGBA", (200, 100, 0, 51), (244, 224, 204), ON_WHITE),  # 0.2 of it on 0.8 of white
    ("LA", (0, 51), (204, 204, 204), ON_WHITE),
    ("LA", (9, 255), (9, 9, 9), ()),
]


@pytest.mark.parametrize(("mode", "colour", "expected", "repairs"), PIXELS)
def test_every_kind_of_pixel_becomes_rgb(mode, colour, expected, repairs):
    kinds = ("png", "tiff", "webp") if mode == "RGBA" else ("png", "tiff")
    for kind in kinds:
        options = {"lossless": True, "exact": True} if kind == "webp" else {}
        found = decode(encoded(Image.new(mode, (1, 1), colour), kind, **options), Frame())
        assert tuple(found.pixels[0, 0]) == expected
        assert found.repairs == repairs


@pytest.mark.parametrize(
    ("alphas", "expected", "repairs"),
    [
        ((), (200, 100, 50), ()),
        ((0, 255), (200, 100, 50), ()),
        ((255, 0), (255, 255, 255), ON_WHITE),
        ((255, 51), (244, 224, 214), ON_WHITE),
    ],
)
def test_palettes(alphas, expected, repairs):
    found = decode(encoded(palette(*alphas)), Frame())
    assert tuple(found.pixels[0, 0]) == expected
    assert found.repairs == repairs


def test_alpha_on_white_of_a_large_image_is_that_of_its_parts(monkeypatch):
    image = np.random.default_rng(0).integers(0, 256, (40, 30, 4), np.uint8)
    expected = decode(encoded(image), Frame()).pixels
    monkeypatch.setattr("pipeline.images.rgb.BAND", 100)
    np.testing.assert_array_equal(decode(encoded(image), Frame()).pixels, expected)


def test_bmp_of_32_bits():
    colours = np.dstack([COLOURS, np.zeros((8, 6), np.uint8)])
    empty = decode(bmp_32(colours), Frame())
    np.testing.assert_array_equal(empty.pixels, COLOURS)
    assert empty.repairs == ("empty alpha",)
    colours[0, 0, 3] = 255
    some = decode(bmp_32(colours), Frame())
    np.testing.assert_array_equal(some.pixels[0, 0], COLOURS[0, 0])
    assert (some.pixels.reshape(-1, 3)[1:] == 255).all()
    assert some.repairs == ON_WHITE


# ---- 16 bits

GREY_16 = np.array([[0, 128, 129, 257], [32767, 32768, 65278, 65535]], np.uint16)
AS_8_BIT = np.array([[0, 0, 1, 1], [127, 128, 254, 255]])  # v / 257, rounded


def pgm(values: np.ndarray, top=65535) -> bytes:
    return b"P5 %d %d %d\n" % (*values.shape[::-1], top) + values.astype(">u2").tobytes()


def grey_16(values: np.ndarray) -> dict[str, bytes]:
    image = Image.fromarray(values)
    return {
        "png": png(values[..., None], 16, 0),
        "tiff": encoded(image, "tiff"),
        "jpeg2000": encoded(image, "jpeg2000"),
        "pgm": pgm(values),
    }


@pytest.mark.parametrize("kind", ["png", "tiff", "jpeg2000", "pgm"])
def test_grey_of_16_bits_is_scaled_and_rounded(kind):
    found = decode(grey_16(GREY_16)[kind], Frame())
    np.testing.assert_array_equal(found.pixels, np.dstack([AS_8_BIT] * 3))
    assert (found.repairs, found.peak) == (("16 bits to 8",), 65535)


@pytest.mark.parametrize("white", [1, 255, 510, 4095, 10_000, 65535])
def test_another_value_can_be_white(white):
    """As for the 12 bits of X-ray machines, which stand in files of 16."""
    values = np.random.default_rng(0).integers(0, 4096, (9, 7)).astype(np.uint16)
    expected = [[min(255, round(int(v) * 255 / white)) for v in row] for row in values]
    for kind, data in grey_16(values).items():
        found = decode(data, Frame(white=white))
        np.testing.assert_array_equal(found.pixels[..., 0], expected, err_msg=kind)
        assert found.peak == values.max()


def test_a_pgm_says_what_is_white():
    values = np.random.default_rng(0).integers(0, 4096, (9, 7)).astype(np.uint16)
    found = decode(pgm(values, 4095), Frame())
    np.testing.assert_allclose(found.pixels[..., 0], values.astype(int) * 255 / 4095, atol=0.51)
    assert found.peak == round(int(values.max()) * 65535 / 4095)


def test_colours_of_16_bits():
    values = np.random.default_rng(0).integers(0, 65536, (9, 7, 3))
    ppm = b"P6 7 9 65535\n" + values.astype(">u2").tobytes()
    for data in (png(values, 16, 2), ppm):
        found = decode(data, Frame())
        np.testing.assert_allclose(found.pixels, values / 257, atol=1)
        assert (found.repairs, found.peak) == (("16 bits to 8",), 0)
