"""Colours come to sRGB: by formulas, or by profiles whose colours are known."""

import numpy as np
import pytest
from PIL import Image, ImageCms
from support.image_files import SRGB, cmyk_profile, encoded, rgb_profile, smooth

from pipeline.images.decoding import Frame, decode

RAMP = np.arange(256, dtype=np.uint8).reshape(1, 256, 1).repeat(3, 2)
PROFILED = {"png": {}, "webp": {"lossless": True}, "tiff": {}}  # that keep every pixel


def srgb(linear: np.ndarray) -> np.ndarray:
    """The definition of sRGB: 0 .. 1 of light to 0 .. 255."""
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("kind", PROFILED)
@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_brightness_by_the_formula(kind, gamma):
    data = encoded(RAMP, kind, icc_profile=rgb_profile(gamma), **PROFILED[kind])
    found = decode(data, Frame())
    np.testing.assert_allclose(found.pixels, srgb((RAMP / 255) ** gamma), atol=1.01)
    assert found.repairs == ("profile to sRGB",)


def test_colours_by_the_profile():
    """A profile whose red is sRGB's blue and the other way round."""
    colours = smooth()
    data = encoded(colours, icc_profile=rgb_profile(1.0, SRGB[::-1]))
    found = decode(data, Frame()).pixels
    np.testing.assert_allclose(found, srgb(colours[..., ::-1] / 255), atol=1.51)


@pytest.mark.parametrize("kind", ["jpeg", *PROFILED])
def test_srgb_needs_no_change(kind):
    """Neither its own profile nor one that moves nothing by more than rounding."""
    bare = decode(encoded(smooth(), kind, **PROFILED.get(kind, {})), Frame())
    whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(smooth(), kind, icc_profile=whole, **PROFILED.get(kind, {}))
    found = decode(data, Frame())
    np.testing.assert_array_equal(found.pixels, bare.pixels)
    assert found.repairs == bare.repairs == ()


@pytest.mark.parametrize(
    "profile", [b"none", rgb_profile(1.0)[:200], cmyk_profile([(50, 0, 0)] * 16)]
)
def test_profiles_of_no_use_are_dropped(profile):
    found = decode(encoded(smooth(), icc_profile=profile), Frame())
    np.testing.assert_array_equal(found.pixels, smooth())
    assert found.repairs == ("profile dropped",)


def test_a_profile_that_is_too_long():
    body = rgb_profile(1.0) + bytes(5 * 2**20)
    found = decode(encoded(smooth(), "webp", lossless=True, icc_profile=body), Frame())
    assert found.repairs == ("profile dropped",)


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_grey_stays_as_it_is(mode):
    grey = Image.fromarray(smooth()[..., 0])
    image = Image.fromarray(smooth()[..., 0].astype(np.uint16) * 257) if mode == "I;16" else grey
    data = encoded(image if mode != "LA" else grey.convert("LA"), icc_profile=rgb_profile(1.0))
    found = decode(data, Frame())
    np.testing.assert_array_equal(found.pixels[..., 0], smooth()[..., 0])
    assert found.repairs == (("16 bits to 8",) if mode == "I;16" else ())


def test_alpha_is_kept_while_colours_change():
    """Half of black and half of white light, both of it on white."""
    colours = np.array([[[0, 0, 0, 128], [255, 255, 255, 128], [188, 188, 188, 255]]], np.uint8)
    found = decode(encoded(colours, icc_profile=rgb_profile(1.0)), Frame())
    expected = [127, 255, srgb(np.array(188 / 255))]
    np.testing.assert_allclose(found.pixels[0, :, 0], expected, atol=1)
    assert found.repairs == ("profile to sRGB", "alpha laid on white")


def test_a_palette_is_brought_to_srgb_too():
    image = Image.fromarray(smooth()).quantize(16)
    expected = srgb(np.asarray(image.convert("RGB")) / 255)
    found = decode(encoded(image, icc_profile=rgb_profile(1.0)), Frame())
    np.testing.assert_allclose(found.pixels, expected, atol=1.01)


# ---- inks

INKS = Image.new("CMYK", (5, 1))
for place, inks in enumerate([(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 0, 255)]):
    INKS.putpixel((place, 0), inks)


@pytest.mark.parametrize("kind", ["jpeg", "tiff"])
def test_inks_by_the_formula(kind):
    found = decode(encoded(INKS, kind, **({"quality": 100} if kind == "jpeg" else {})), Frame())
    expected = [[255] * 3, [0, 255, 255], [255, 0, 255], [0] * 3, [255] * 3]
    np.testing.assert_array_equal(found.pixels[0], expected)
    assert found.repairs == ("CMYK to RGB",)


@pytest.mark.parametrize("kind", ["jpeg", "tiff"])
def test_inks_by_their_profile(kind):
    """A press whose "cyan" is red, whose "magenta" is green, and whose black is black."""
    labs = [(50, 0, 0)] * 16
    labs[0], labs[1], labs[8], labs[4] = (100, 0, 0), (0, 0, 0), (54, 80, 70), (88, -79, 81)
    options = {"quality": 100} if kind == "jpeg" else {}
    data = encoded(INKS, kind, icc_profile=cmyk_profile(labs), **options)
    found = decode(data, Frame())
    white, red, green, black, _ = found.pixels[0].astype(int)
    assert white.min() > 250
    assert black.max() < 5
    assert red[0] > 240 > 40 > max(red[1:])
    assert green[1] > 240 > 60 > max(green[[0, 2]])
    assert found.repairs == ("CMYK to RGB",)


def test_inks_with_a_profile_of_no_use():
    found = decode(encoded(INKS, "tiff", icc_profile=rgb_profile(1.0)), Frame())
    assert found.pixels[0, 1].tolist() == [0, 255, 255]
    assert found.repairs == ("CMYK to RGB", "profile dropped")


def test_lab():
    """White, black and a grey whose lightness is half: 119 of 255 in sRGB."""
    lab = Image.new("LAB", (3, 1))
    for place, lightness in enumerate((255, 0, 128)):
        lab.putpixel((place, 0), (lightness, 128, 128))  # 128: no colour
    found = decode(encoded(lab, "tiff"), Frame())
    np.testing.assert_allclose(found.pixels[0], [[255] * 3, [0] * 3, [119] * 3], atol=2)
    assert found.repairs == ("Lab to RGB",)
