"""The short way to a JPEG's pixels gives what Pillow's own way gives, or steps aside."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.images.decoding import UndecodableError, decode
from pipeline.images.jpeg import plain_size


def jpeg(mode="RGB", **options) -> bytes:
    ramp = np.add.outer(np.arange(40), 3 * np.arange(24)).astype(np.uint8)
    picture = Image.fromarray(np.dstack([ramp, 255 - ramp, ramp.T.repeat(2, 0)[:40, :24]]))
    buffer = io.BytesIO()
    picture.convert(mode).save(buffer, "jpeg", **options)
    return buffer.getvalue()


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


PLAIN = {
    "baseline": {},
    "progressive": {"progressive": True},
    "optimised": {"optimize": True, "quality": 40},
    "without subsampling": {"subsampling": 0},
    "restarts": {"restart_marker_rows": 1},
    "comment": {"comment": b"a\xff\xd8b"},
    "rgb": {"keep_rgb": True},
}
OTHER = {
    "grey": {"mode": "L"},
    "four inks": {"mode": "CMYK"},
    "exif": {"exif": exif(1)},
    "colour profile": {"icc_profile": b"p" * 100},
}


@pytest.mark.parametrize("options", PLAIN.values(), ids=PLAIN.keys())
def test_plain_files_are_decoded_as_pillow_does(options):
    data = jpeg(**options)
    if "keep_rgb" not in options:
        assert plain_size(data) == (24, 40)
    np.testing.assert_array_equal(decode(data, 0), np.asarray(Image.open(io.BytesIO(data))))


@pytest.mark.parametrize("options", OTHER.values(), ids=OTHER.keys())
def test_all_else_is_left_to_pillow(options):
    data = jpeg(**options)
    assert plain_size(data) is None
    expected = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    np.testing.assert_array_equal(decode(data, 0), expected)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"exif": exif(6)}])
def test_truncated_anywhere(options):
    data = jpeg(**options)
    for keep in range(0, len(data) - 40, 37):
        with pytest.raises(UndecodableError):
            decode(data[:keep], 0)


@given(st.data())
def test_no_damage_makes_it_fail_in_another_way(draws):
    data = bytearray(jpeg())
    for _ in range(draws.draw(st.integers(1, 4))):
        data[draws.draw(st.integers(0, len(data) - 1))] = draws.draw(st.integers(0, 255))
    try:
        image = decode(bytes(data), 0)
    except UndecodableError:
        return
    assert image.ndim == 3
    assert image.dtype == np.uint8


@given(st.binary(max_size=60))
def test_any_bytes_have_a_size_or_none(tail):
    assert plain_size(b"\xff\xd8" + tail) is None or tail


def test_size_applies_on_both_ways():
    large = io.BytesIO()
    Image.new("RGB", (90, 64), (200, 100, 50)).save(large, "jpeg", quality=100)
    for size in (8, 60):  # decoded at a fraction, and in full
        image = decode(large.getvalue(), size)
        assert image.shape == (size, size, 3)
        np.testing.assert_allclose(image.reshape(-1, 3).mean(0), (200, 100, 50), atol=2)
