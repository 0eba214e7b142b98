"""Image files of every format come out as their pixels say; damaged ones are refused."""

import io
import struct
import sys

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from support.image_files import encoded, smooth

from pipeline.images import opening
from pipeline.images.decoding import Frame, UndecodableError, decode

EXACT = {
    "png": {},
    "bmp": {},
    "tiff": {},
    "ppm": {},
    "webp": {"lossless": True},
    "jpeg2000": {},
    "avif": {"quality": 100, "subsampling": "4:4:4"},
}
LOSSY = {"jpeg": {}, "webp": {}, "avif": {}, "jpeg2000": {"quality_layers": [20]}}
COLOURS = np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8)


def as_pillow_says(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


# ---- formats


@pytest.mark.parametrize("kind", EXACT)
def test_formats_that_keep_every_pixel(kind):
    found = decode(encoded(COLOURS, kind, **EXACT[kind]), Frame())
    np.testing.assert_allclose(found.pixels, COLOURS, atol=4 if kind == "avif" else 0)
    assert (found.size, found.repairs, found.peak) == ((6, 8), (), 0)


@pytest.mark.parametrize("kind", LOSSY)
def test_other_formats_are_what_pillow_says(kind):
    data = encoded(smooth(40, 60), kind, **LOSSY[kind])
    np.testing.assert_array_equal(decode(data, Frame()).pixels, as_pillow_says(data))


def test_gif_with_a_clear_colour_and_without():
    image = Image.fromarray(COLOURS[..., 0] % 7)
    image.putpalette(bytes(range(100, 121)))
    expected = np.arange(100, 121).reshape(7, 3)[COLOURS[..., 0] % 7]
    found = decode(encoded(image, "gif"), Frame())
    np.testing.assert_array_equal(found.pixels, expected)
    clear = decode(encoded(image, "gif", transparency=3), Frame())
    expected[COLOURS[..., 0] % 7 == 3] = 255
    np.testing.assert_array_equal(clear.pixels, expected)
    assert (found.repairs, clear.repairs) == ((), ("alpha laid on white",))


@pytest.mark.parametrize(
    ("header", "top"),
    [(b"P6\n2 1\n255\n", 255), (b"P6 # a word\n2 1 15\n", 15), (b"P3 2 1 99 ", 99)],
)
def test_pnm_of_colours(header, top):
    values = [0, top, top // 2, 1, 2, 3]
    body = " ".join(map(str, values)).encode() if header[1:2] == b"3" else bytes(values)
    found = decode(header + body, Frame())
    np.testing.assert_array_equal(found.pixels.ravel(), np.rint(np.array(values) * 255 / top))
    assert found.repairs == ()


def test_pnm_of_black_and_white():
    for data in (b"P1\n# ink is 1\n4 2\n1 0 0 1\n0110\n", b"P4 4 2\n\x90\x60"):
        assert decode(data, Frame()).pixels[..., 0].tolist() == [
            [0, 255, 255, 0],
            [255, 0, 0, 255],
        ]


def test_bmp_packed_by_runs():
    """Three of 7, four of 9 in the lower line; 1, 2, 3 as they are and four of 0 in the upper."""
    lines = bytes((3, 7, 4, 9, 0, 0, 0, 3, 1, 2, 3, 0, 4, 0, 0, 1))
    grey = b"".join(bytes((i, i, i, 0)) for i in range(256))
    header = struct.pack("<IiiHHIIiiII", 40, 7, 2, 1, 8, 1, len(lines), 0, 0, 256, 0)
    head = b"BM" + struct.pack("<IHHI", 14 + 40 + 1024 + len(lines), 0, 0, 14 + 40 + 1024)
    found = decode(head + header + grey + lines, Frame()).pixels[..., 0]
    assert found.tolist() == [[1, 2, 3, 0, 0, 0, 0], [7, 7, 7, 9, 9, 9, 9]]


@pytest.mark.parametrize("kind", ["gif", "webp", "png", "tiff", "avif"])
def test_the_first_of_several_frames(kind):
    frames = [Image.new("RGB", (8, 6), (60 * i, 0, 0)) for i in range(1, 4)]
    options = {"lossless": True} if kind == "webp" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    found = decode(data, Frame())
    np.testing.assert_allclose(found.pixels, np.asarray(frames[0]), atol=3)
    assert found.repairs == ()


def test_pictures_of_phones_need_another_package(monkeypatch):
    opening.decoder.cache_clear()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(UndecodableError, match=r"HEIC: pip install '\.\[heic\]'"):
        decode(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), Frame())


def test_pictures_of_phones():
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(smooth(40, 60))).save(buffer, quality=100, chroma=444)
    found = decode(buffer.getvalue(), Frame())
    np.testing.assert_allclose(found.pixels, smooth(40, 60), atol=12)


def test_pixels_that_are_given_as_an_array():
    found = decode(COLOURS, Frame())
    assert found.pixels is COLOURS
    assert (found.size, found.repairs, found.peak) == ((6, 8), (), 0)


# ---- damage

SMOOTH = smooth(40, 60)
FILES = {
    **{f"{kind} exact": encoded(SMOOTH, kind, **EXACT[kind]) for kind in EXACT},
    **{f"{kind} lossy": encoded(SMOOTH, kind, **LOSSY[kind]) for kind in LOSSY},
    "gif": encoded(Image.fromarray(SMOOTH).quantize(), "gif"),
    "j2k": encoded(SMOOTH, "jpeg2000", no_jp2=True),
    "pgm": encoded(SMOOTH[..., 0], "ppm"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_were_cut_are_refused_or_whole(name):
    data = FILES[name]
    expected = decode(data, Frame()).pixels
    refused = 0
    for keep in range(12, len(data), max(1, len(data) // 60)):
        try:
            found = decode(data[:keep], Frame())
        except UndecodableError as failure:
            refused += str(failure) == "cut off"
            continue
        np.testing.assert_array_equal(found.pixels, expected)
    assert refused > 50


@settings(deadline=None)
@given(st.data())
def test_no_damage_makes_it_fail_in_another_way(draws):
    data = bytearray(FILES[draws.draw(st.sampled_from(sorted(FILES)))])
    for _ in range(draws.draw(st.integers(1, 4))):
        data[draws.draw(st.integers(0, len(data) - 1))] = draws.draw(st.integers(0, 255))
    try:
        found = decode(bytes(data), Frame(8)).pixels
    except UndecodableError:
        return
    assert found.shape == (8, 8, 3)
    assert found.dtype == np.uint8


@given(st.binary(max_size=80))
def test_other_bytes_are_refused(data):
    with pytest.raises(UndecodableError):
        decode(data, Frame())
