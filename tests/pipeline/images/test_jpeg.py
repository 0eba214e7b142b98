"""The short way to a JPEG's pixels gives what Pillow's own way gives, or steps aside.

And what is odd about a JPEG is put right where its pixels are whole.
"""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from support.image_files import encoded, smooth

from pipeline.images import decoding
from pipeline.images.decoding import Frame, UndecodableError, decode
from pipeline.images.jpeg import plain_size

END = b"\xff\xd9"


def jpeg(mode="RGB", **options) -> bytes:
    ramp = np.add.outer(np.arange(40), 3 * np.arange(24)).astype(np.uint8)
    picture = Image.fromarray(np.dstack([ramp, 255 - ramp, ramp.T.repeat(2, 0)[:40, :24]]))
    return encoded(picture.convert(mode), "jpeg", **options)


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def as_pillow_says(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


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
    "grey": ({"mode": "L"}, ()),
    "four inks": ({"mode": "CMYK"}, ("CMYK to RGB",)),
    "exif": ({"exif": exif(1)}, ()),
    "colour profile": ({"icc_profile": b"p" * 100}, ("profile dropped",)),
}


@pytest.mark.parametrize("options", PLAIN.values(), ids=PLAIN.keys())
def test_plain_files_are_decoded_as_pillow_does(options):
    data = jpeg(**options)
    if "keep_rgb" not in options:
        assert plain_size(data) == (24, 40)
    found = decode(data, Frame())
    np.testing.assert_array_equal(found.pixels, as_pillow_says(data))
    assert (found.size, found.repairs, found.peak) == ((24, 40), (), 0)


@pytest.mark.parametrize(("options", "repairs"), OTHER.values(), ids=OTHER.keys())
def test_all_else_is_left_to_pillow(options, repairs):
    data = jpeg(**options)
    assert plain_size(data) is None
    found = decode(data, Frame())
    np.testing.assert_array_equal(found.pixels, as_pillow_says(data))
    assert (found.size, found.repairs) == ((24, 40), repairs)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"exif": exif(6)}])
def test_cut_anywhere(options):
    data = jpeg(**options)
    for keep in range(1, len(data) - 40, 37):
        with pytest.raises(UndecodableError, match="cut off"):
            decode(data[:keep], Frame())


@given(st.data())
def test_no_damage_makes_it_fail_in_another_way(draws):
    data = bytearray(jpeg())
    for _ in range(draws.draw(st.integers(1, 4))):
        data[draws.draw(st.integers(0, len(data) - 1))] = draws.draw(st.integers(0, 255))
    try:
        image = decode(bytes(data), Frame()).pixels
    except UndecodableError:
        return
    assert image.ndim == 3
    assert image.dtype == np.uint8


@given(st.binary(max_size=60))
def test_any_bytes_have_a_size_or_none(tail):
    assert plain_size(b"\xff\xd8" + tail) is None or tail


@pytest.mark.parametrize("odd", [{}, {"exif": exif(6)}])
def test_a_size_applies_on_both_ways_and_the_size_as_it_was_is_told(odd):
    large = encoded(Image.new("RGB", (90, 64), (200, 100, 50)), "jpeg", quality=100, **odd)
    for size in (8, 60):  # decoded at a fraction, and in full
        found = decode(large, Frame(size))
        assert found.pixels.shape == (size, size, 3)
        np.testing.assert_allclose(found.pixels.reshape(-1, 3).mean(0), (200, 100, 50), atol=2)
        assert found.size == ((64, 90) if odd else (90, 64))


def test_a_large_image_is_decoded_once(monkeypatch):
    calls = []
    once = decoding.open_image
    monkeypatch.setattr(decoding, "open_image", lambda *of: calls.append(of) or once(*of))
    decode(encoded(Image.new("RGB", (900, 640)), "jpeg"), Frame(8))
    assert len(calls) == 1


# ---- what is odd

SMOOTH = smooth(50, 70)
WHOLE = {
    "usual": encoded(SMOOTH, "jpeg"),
    "good": encoded(SMOOTH, "jpeg", quality=97, subsampling=0),
    "optimised": encoded(SMOOTH, "jpeg", optimize=True),
    "grey": encoded(SMOOTH[..., 0], "jpeg"),
    "exif": encoded(SMOOTH, "jpeg", exif=exif(3)),
}
WITHOUT_A_SIGN = {
    "progressive": encoded(SMOOTH, "jpeg", progressive=True),
    "restarts": encoded(SMOOTH, "jpeg", restart_marker_blocks=2),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("stop", [END, END[1:], b""], ids=["no mark", "half of it", "zeros"])
def test_without_an_end_mark_whole_pixels_are_read(name, stop):
    data = WHOLE[name]
    short = data.removesuffix(stop) if stop else data[:-2] + bytes(600)
    for frame in (Frame(), Frame(8)):
        found = decode(short, frame)
        np.testing.assert_array_equal(found.pixels, decode(data, frame).pixels)
        assert "end mark missing" in found.repairs
        assert found.size == (70, 50)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("filling", [b"", bytes(600)], ids=["nothing", "zeros"])
def test_without_their_end_cut_pixels_are_refused(name, filling):
    data = WHOLE[name]
    begin = data.rindex(b"\xff\xda")
    for lost in (3, 4, 5, 9, 50, (len(data) - begin) // 2, len(data) - begin - 20):
        with pytest.raises(UndecodableError, match="cut off"):
            decode(data[:-lost] + filling, Frame())


@pytest.mark.parametrize("data", WITHOUT_A_SIGN.values(), ids=WITHOUT_A_SIGN.keys())
def test_without_an_end_mark_nothing_tells_whether_these_are_whole(data):
    assert decode(data, Frame()).repairs == ()
    with pytest.raises(UndecodableError, match="cut off"):
        decode(data[:-2], Frame())


@pytest.mark.parametrize("name", WHOLE)
def test_stray_bytes_before_the_end_mark_or_after_it(name):
    data = WHOLE[name]
    expected = decode(data, Frame())
    for stray in (data[:-2] + b"\x12\x34" * 60 + END, data + b"\x12\x34" * 60, data + data):
        found = decode(stray, Frame())
        np.testing.assert_array_equal(found.pixels, expected.pixels)
        assert {*found.repairs} - {"stray bytes before the end mark"} == {*expected.repairs}


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


ODD = {
    "exif": segment(0xE1, b"Exif\0\0garbage!"),
    "cut exif": segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03"),
    "profile": segment(0xE2, b"ICC_PROFILE\0"),
    "several pictures": segment(0xE2, b"MPF\0garbage"),
    "photoshop": segment(0xED, b"Photoshop 3.0\x008BIM\4\4"),
    "xmp": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<garbage"),
}


@pytest.mark.parametrize("name", ODD)
def test_metadata_that_make_no_sense_do_not_matter(name):
    data = WHOLE["usual"]
    found = decode(data[:2] + ODD[name] + data[2:], Frame())
    np.testing.assert_array_equal(found.pixels, decode(data, Frame()).pixels)
    known = name in ("several pictures", "xmp")  # Pillow itself passes over these
    assert found.repairs == (() if known else ("metadata passed over",))


def test_a_kind_of_jpeg_that_nobody_reads():
    data = bytearray(WHOLE["usual"])
    data[data.index(b"\xff\xc0") + 4] = 12  # bits
    with pytest.raises(UndecodableError, match="rare kind of JPEG"):
        decode(bytes(data), Frame())


@pytest.mark.parametrize("stray", [b"\x12\x34" * 60, bytes(40), b"\x10" * 16])
def test_bytes_that_no_pixel_needs_are_named(stray):
    data = WHOLE["usual"]
    found = decode(data[:-2] + stray + END, Frame())
    np.testing.assert_array_equal(found.pixels, decode(data, Frame()).pixels)
    assert found.repairs == ("stray bytes before the end mark",)


@pytest.mark.parametrize("quality", [30, 60, 75, 90, 97])
def test_no_sound_file_has_stray_bytes(quality):
    """Of files of all lengths and contents, flat ones too; one in eight has no bit to spare."""
    for side in range(1, 40):
        for pixels in (smooth(side, 40 - side), np.full((side, side, 3), side, np.uint8)):
            assert decode(encoded(pixels, "jpeg", quality=quality), Frame()).repairs == ()
