"""TIFF of every kind of pixels and of every order of them, made by hand, gives those pixels."""

import io
import os

import numpy as np
import pytest
from PIL import Image
from support.image_files import DEFLATE, LZW, UNPACKED, XZ, encoded, rgb_profile, tiff, tiff_file

from pipeline.images.decoding import Frame, UndecodableError, decode

WHITE_IS_ZERO, BLACK_IS_ZERO, COLOUR, PALETTE, INKS = 0, 1, 2, 3, 5
ANY, PREMULTIPLIED, ALPHA = 0, 1, 2  # kinds of channels that are no colour
# Kind of colours, channels, those that are no colour.
KINDS = [
    (WHITE_IS_ZERO, 1, ()),
    (BLACK_IS_ZERO, 1, ()),
    (WHITE_IS_ZERO, 2, (ALPHA,)),
    (BLACK_IS_ZERO, 2, (ALPHA,)),
    (BLACK_IS_ZERO, 2, (PREMULTIPLIED,)),
    (BLACK_IS_ZERO, 2, (ANY,)),
    (COLOUR, 3, ()),
    (COLOUR, 4, ()),
    (COLOUR, 4, (ANY,)),
    (COLOUR, 4, (ALPHA,)),
    (COLOUR, 4, (PREMULTIPLIED,)),
    (COLOUR, 5, (ALPHA, ANY)),
    (INKS, 4, ()),
]


def values(bits: int, channels: int, extra=(), seed=0) -> np.ndarray:
    found = np.random.default_rng(seed).integers(0, 2**bits, (20, 24, channels))
    if extra == (PREMULTIPLIED,):
        found[..., :-1] = found[..., :-1] * found[..., -1:] // (2**bits - 1)
    return found


def meant(found: np.ndarray, bits: int, photometric: int, extra) -> np.ndarray:
    """The colours that values mean, 0 .. 255, on white."""
    n = {COLOUR: 3, INKS: 4}.get(photometric, 1)
    shares = found / (2**bits - 1)
    colours, rest = shares[..., :n], shares[..., n:]
    if photometric == WHITE_IS_ZERO:
        colours = 1 - colours
    if photometric == INKS:
        colours = (1 - colours[..., :3]) * (1 - colours[..., 3:])
    if rest.shape[2] and (not extra or extra[0] != ANY):
        alpha = rest[..., :1]
        straight = not extra or extra[0] == ALPHA
        colours = (colours * alpha if straight else colours) + 1 - alpha
    return np.broadcast_to(255 * colours, (*found.shape[:2], 3))


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("photometric", "channels", "extra"), KINDS)
def test_every_kind_of_pixels_in_every_order(photometric, channels, extra, bits, apart):
    if bits == 16 and channels == 5 and not apart:
        apart = True  # the other way is tried with 8 bits
    found = values(bits, channels, extra)
    expected = meant(found, bits, photometric, extra)
    # Alpha in 256 steps and colours cut to 8 bits: each may be one off, and both add up.
    tolerance = 1 if bits == 8 or (channels in (1, 3) and photometric != INKS) else 3
    for order in "<>":
        for packing in (UNPACKED, DEFLATE, XZ):
            for tile in (0, 16):
                data = tiff(found, bits, photometric, order, apart, packing, extra, tile)
                one = decode(data, Frame())
                np.testing.assert_allclose(one.pixels, expected, atol=tolerance)
                assert ("white is zero" in one.repairs) == (photometric == WHITE_IS_ZERO)
                assert ("16 bits to 8" in one.repairs) == (bits == 16)
                assert ("CMYK to RGB" in one.repairs) == (photometric == INKS)
                clear = (photometric, channels) in ((COLOUR, 4), (COLOUR, 5)) or channels == 2
                assert ("alpha laid on white" in one.repairs) == (clear and extra[:1] != (ANY,))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("photometric", [WHITE_IS_ZERO, BLACK_IS_ZERO])
def test_grey_of_every_depth_is_exact(photometric, bits, order):
    found = values(bits, 1)
    one = decode(tiff(found, bits, photometric, order), Frame())
    np.testing.assert_array_equal(one.pixels, np.rint(meant(found, bits, photometric, ())))
    top = found.max() if photometric == BLACK_IS_ZERO else 65535 - found.min()
    assert one.peak == (top if bits == 16 else 0)


@pytest.mark.parametrize("packing", ["group3", "group4", "packbits"])
def test_white_is_zero_in_fax(packing):
    ones = np.random.default_rng(0).integers(0, 2, (20, 24)).astype(bool)
    data = encoded(Image.fromarray(ones), "tiff", compression=packing)
    stored = Image.open(io.BytesIO(data)).tag_v2[262]
    one = decode(data, Frame())
    np.testing.assert_array_equal(one.pixels[..., 0], 255 * ones)
    assert one.repairs == (("white is zero",) if stored == WHITE_IS_ZERO else ())


def test_grey_of_12_bits_has_its_own_range():
    found = values(12, 1)
    one = decode(tiff(found, 12, BLACK_IS_ZERO), Frame())
    np.testing.assert_allclose(one.pixels[..., :1], found * 255 / 4095, atol=0.51)
    with pytest.raises(UndecodableError, match=r"rare kind of TIFF.*imagecodecs"):
        decode(tiff(found, 12, BLACK_IS_ZERO, ">"), Frame())


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("apart", [False, True])
def test_a_packing_that_only_pillow_knows(channels, apart):
    found, kind = values(16, channels), COLOUR if channels > 1 else BLACK_IS_ZERO
    data = tiff(found, 16, kind, apart=apart, packing=LZW)
    if channels == 4 and apart:  # which Pillow would get wrong
        with pytest.raises(UndecodableError, match="imagecodecs"):
            decode(data, Frame())
    else:
        expected = meant(found, 16, kind, ())
        np.testing.assert_allclose(decode(data, Frame()).pixels, expected, atol=3)


@pytest.mark.parametrize(
    ("found", "photometric", "words"),
    [
        (values(8, 13), BLACK_IS_ZERO, "13 channels"),
        (values(16, 2), COLOUR, "2 channels"),
        (values(8, 5), BLACK_IS_ZERO, "5 channels"),
    ],
)
def test_more_channels_than_colours(found, photometric, words):
    bits = 16 if found.max() > 255 else 8
    extra = (ANY,) * (found.shape[2] - 1) if photometric == BLACK_IS_ZERO else ()
    with pytest.raises(UndecodableError, match=words):
        decode(tiff(found, bits, photometric, extra=extra), Frame())


@pytest.mark.parametrize("kind", ["f4", "i4", "f8", "f2", "i2", "i1", "u4"])
def test_pixels_of_no_fixed_range(kind):
    bits = 8 * np.dtype(kind).itemsize
    sample_format = {"u": 1, "i": 2, "f": 3}[kind[0]]
    rows = [np.zeros((9, 9), kind).tobytes()]
    tags = [(256, 4, [9]), (257, 4, [9]), (258, 3, [bits]), (259, 3, [1]), (262, 3, [1])]
    tags += [(277, 3, [1]), (278, 4, [9]), (339, 3, [sample_format])]
    with pytest.raises(UndecodableError, match=f"{bits}-bit pixels have no fixed range"):
        decode(tiff_file(tags, rows), Frame())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("apart", [False, True])
def test_every_orientation(orientation, apart):
    """With Pillow and with tifffile."""
    found = values(16, 3)
    data = tiff(found, 16, COLOUR, apart=apart, more=[(274, 3, [orientation])])
    ways = [
        *(lambda a: a, lambda a: a[:, ::-1], lambda a: a[::-1, ::-1], lambda a: a[::-1]),
        *(lambda a: a.swapaxes(0, 1), lambda a: np.rot90(a, -1)),
        *(lambda a: a[::-1, ::-1].swapaxes(0, 1), lambda a: np.rot90(a)),
    ]
    one = decode(data, Frame())
    np.testing.assert_allclose(one.pixels, ways[orientation - 1](found) // 257, atol=1)
    assert ("turned as EXIF says" in one.repairs) == (orientation > 1)
    assert one.size == one.pixels.shape[1::-1]


@pytest.mark.parametrize("apart", [False, True])
def test_a_profile_is_used(apart):
    linear = list(rgb_profile(1.0))
    data = tiff(values(16, 3), 16, COLOUR, apart=apart, more=[(34675, 7, linear)])
    assert "profile to sRGB" in decode(data, Frame()).repairs


def canon(found: np.ndarray) -> bytes:
    """Tags first, after a mark, as cameras of Canon write them."""
    data = tiff(found, 8, COLOUR)
    begin = int.from_bytes(data[4:8], "little")
    tags = data[begin : begin + 2 + 12 * int.from_bytes(data[begin : begin + 2], "little") + 4]
    return b"II*\0\x10\0\0\0CR\2\0" + bytes(4) + tags + data


def test_raw_files_of_cameras_are_not_taken_for_their_thumbnails():
    found = values(8, 3)
    for data in (
        tiff(found, 8, COLOUR, more=[(50706, 1, [1, 4, 0, 0])]),
        tiff(found, 8, COLOUR, ">", True, more=[(50706, 1, [1, 4, 0, 0])]),
        canon(found),
    ):
        with pytest.raises(UndecodableError, match="raw file"):
            decode(data, Frame())


@pytest.mark.parametrize("packing", [UNPACKED, DEFLATE, LZW, XZ])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("apart", [False, True])
def test_cut_anywhere(packing, bits, apart):
    data = tiff(values(bits, 3), bits, COLOUR, apart=apart, packing=packing)
    for keep in range(4, len(data) - 4, 61):
        with pytest.raises(UndecodableError, match="cut off"):
            decode(data[:keep], Frame())


def test_strips_that_lie_beyond_the_end():
    """As where a file was cut whose tags come first."""
    for packing in (DEFLATE, LZW):
        data = bytearray(tiff(values(8, 1), 8, BLACK_IS_ZERO, packing=packing))
        place = data.index((279).to_bytes(2, "little"), 8)
        begin = int.from_bytes(data[place + 8 : place + 12], "little")
        data[begin + 2] = 1  # 65536 bytes more in the first strip
        with pytest.raises(UndecodableError, match="cut off"):
            decode(bytes(data), Frame())


def test_damage_is_told_in_one_way_only(capfd, caplog):
    """What libtiff, tifffile and Pillow print would stand on the screen without a file's name."""
    rng = np.random.default_rng(0)
    kinds = [
        encoded(np.zeros((64, 64, 3), np.uint8), "tiff", compression="jpeg"),
        encoded(np.zeros((64, 64, 3), np.uint8), "tiff", compression="tiff_lzw"),
        tiff(values(16, 3), 16, COLOUR, apart=True, packing=DEFLATE),
    ]
    refused = 0
    for data in kinds:
        for _ in range(150):
            damaged = bytearray(data)
            for place in rng.integers(4, len(data), 5):
                damaged[place] = rng.integers(0, 256)
            try:
                decode(bytes(damaged), Frame())
            except UndecodableError:
                refused += 1
    assert refused > 100
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    os.write(2, b"the screen works")
    assert capfd.readouterr().err == "the screen works"
