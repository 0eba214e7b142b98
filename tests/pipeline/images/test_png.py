"""Damage in what the pixels of a PNG need is found; metadata are nobody's business."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin
from support.image_files import PNG, chunk, encoded, png

from pipeline.images.decoding import Decoded, Frame, UndecodableError, decode

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
COLOURS = np.random.default_rng(0).integers(0, 256, (5, 6, 3))
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def profile(packed: bytes) -> bytes:
    return chunk(b"iCCP", b"icc\0\0" + packed)


def broken(whole: bytes) -> bytes:
    """A chunk with a wrong checksum."""
    return whole[:-1] + bytes((whole[-1] ^ 1,))


PASSED_OVER, DROPPED = ("metadata passed over",), ("profile dropped",)
BIG = zlib.compress(b"prompt " * 200_000)
ODD = {
    "plain": (b"", ()),
    "text": (chunk(b"tEXt", b"Comment\0hello"), ()),
    "packed text": (chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"hello")), ()),
    "big packed text": (chunk(b"zTXt", b"Comment\0\0" + BIG), PASSED_OVER),
    "big international text": (chunk(b"iTXt", b"Comment\0\1\0\0\0" + BIG), PASSED_OVER),
    "big text": (chunk(b"tEXt", b"Comment\0" + bytes(2**21)), PASSED_OVER),
    "text of no known packing": (chunk(b"zTXt", b"Comment\0\7" + b"x" * 9), PASSED_OVER),
    "text with a wrong checksum": (broken(chunk(b"tEXt", b"Comment\0hello")), PASSED_OVER),
    "exif that is none": (chunk(b"eXIf", b"\0\x08\0\x02\x01\x12\0\x03"), PASSED_OVER),
    "exif that is cut": (chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03"), PASSED_OVER),
    "exif with a wrong checksum": (broken(chunk(b"eXIf", b"MM\0*")), PASSED_OVER),
    "gamma that is cut": (chunk(b"gAMA", b"\0"), ()),
    "time with a wrong checksum": (broken(chunk(b"tIME", bytes(7))), PASSED_OVER),
    "a chunk of one's own": (chunk(b"prVt", b"x"), ()),
    "sRGB as a profile": (profile(zlib.compress(SRGB)), ()),
    "a big profile": (profile(zlib.compress(os.urandom(600_000) + bytes(600_000))), DROPPED),
    "a profile that unpacks to a lot": (profile(zlib.compress(bytes(10**8))), DROPPED),
    "a profile that is none": (profile(zlib.compress(b"profile")), DROPPED),
    "a profile that cannot be unpacked": (profile(b"xyz"), DROPPED),
    "a profile that is cut": (profile(zlib.compress(SRGB)[:-9]), DROPPED),
    "a profile with a wrong checksum": (broken(profile(zlib.compress(SRGB))), DROPPED),
    "an animation without frames": (chunk(b"acTL", bytes(8)), ()),
}


@pytest.mark.parametrize("name", ODD)
def test_metadata_do_not_matter(name):
    before, repairs = ODD[name]
    found = decode(png(COLOURS, 8, RGB, before), Frame())
    np.testing.assert_array_equal(found.pixels, COLOURS)
    assert found.repairs == repairs


def test_metadata_after_the_pixels_do_not_matter_either():
    data = png(COLOURS, 8, RGB)
    for odd, repairs in ODD.values():
        if repairs == PASSED_OVER:
            found = decode(data[:-12] + odd + data[-12:], Frame())
            np.testing.assert_array_equal(found.pixels, COLOURS)
            assert found.repairs == PASSED_OVER


SOUND = {
    "colours": png(COLOURS, 8, RGB),
    "grey": png(COLOURS[..., :1] >> 4, 4, GREY),
    "colours in parts": png(COLOURS, 8, RGB, parts=4),
    "palette": png(
        COLOURS[..., :1] % 4,
        2,
        PALETTE,
        chunk(b"gAMA", struct.pack(">I", 45455)),
        chunk(b"PLTE", bytes(range(100, 112))),
        chunk(b"tRNS", bytes((255, 0, 128, 255))),
    ),
    "one clear colour": png(COLOURS, 8, RGB, chunk(b"tRNS", bytes(6))),
    "metadata": png(
        COLOURS,
        8,
        RGB,
        chunk(b"pHYs", bytes(9)),
        chunk(b"tEXt", b"a\0b"),
        chunk(b"tIME", bytes(7)),
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_flipped_bit_is_found_or_does_not_matter(name):
    """Every single bit of some files: thousands of them."""
    data = SOUND[name]
    refused = 0
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        found = decoded_or_reason(bytes(flipped))
        if isinstance(found, str):
            assert found in ("damaged", "cut off", "not an image")
            refused += 1
        else:
            np.testing.assert_array_equal(found.pixels, on_white(data))
            assert found.repairs
    assert refused > 6 * len(data) - 8 * 100  # all but metadata


def decoded_or_reason(data: bytes) -> Decoded | str:
    try:
        return decode(data, Frame())
    except UndecodableError as failure:
        return str(failure)


def on_white(data: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("RGB"))


def test_cut_anywhere():
    for data in SOUND.values():
        end = data.rindex(b"IEND") - 4
        for keep in range(1, len(data)):
            if keep < end:
                with pytest.raises(UndecodableError, match="cut off"):
                    decode(data[:keep], Frame())
            else:  # all pixels are there
                found = decode(data[:keep], Frame())
                np.testing.assert_array_equal(found.pixels, on_white(data))
                assert "end mark missing" in found.repairs


@pytest.mark.parametrize(
    "data",
    [
        PNG + chunk(b"IEND", b""),
        png(COLOURS[..., :1] % 4, 2, PALETTE),  # without a palette
        png(COLOURS, 8, 5),  # of no kind of colours
        png(COLOURS[..., :1] % 4, 2, RGB),
        png(COLOURS, 8, RGB, chunk(b"IHDR", bytes(13))),
        png(COLOURS[:0], 8, RGB),
        png(COLOURS, 8, RGB).replace(b"IDAT", b"JDAT"),
        SOUND["colours"].replace(
            chunk(b"IEND", b""), chunk(b"IDAT", b"x") + broken(chunk(b"IEND", b""))
        ),
    ],
)
def test_chunks_that_make_no_picture(data):
    with pytest.raises(UndecodableError, match="damaged"):
        decode(data, Frame())


def test_a_needed_chunk_that_nobody_knows():
    with pytest.raises(UndecodableError, match="rare kind of PNG"):
        decode(png(COLOURS, 8, RGB, chunk(b"CgBI", bytes(4))), Frame())


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_the_clear_shade_of_grey(bits):
    top = 2**bits - 1
    values = np.random.default_rng(bits).integers(0, 2, (4, 5, 1)) * (top - top // 3)
    data = png(values, bits, GREY, chunk(b"tRNS", struct.pack(">H", 0)))
    expected = np.where(values == 0, 255, np.rint(values * 255 / top))
    found = decode(data, Frame())
    np.testing.assert_array_equal(found.pixels, np.broadcast_to(expected, (4, 5, 3)))
    assert "alpha laid on white" in found.repairs


def test_the_clear_colour_of_16_bits():
    values = np.zeros((1, 2, 3), int)
    values[0, 1] = 258, 515, 772
    data = png(values, 16, RGB, chunk(b"tRNS", struct.pack(">HHH", 258, 515, 772)))
    found = decode(data, Frame())
    assert found.pixels.tolist() == [[[0, 0, 0], [255, 255, 255]]]
    assert found.repairs == ("16 bits to 8", "alpha laid on white")


@pytest.mark.parametrize("place", ["exif", "raw profile", "xmp"])
def test_every_place_that_says_which_side_is_up(place):
    tags = Image.Exif()
    tags[274] = 6
    info, options = PngImagePlugin.PngInfo(), {}
    if place == "exif":
        options = {"exif": tags}
    elif place == "raw profile":
        body = tags.tobytes()
        lines = f"\nexif\n{len(body):8}\n{body.hex()}\n"
        info.add_text("Raw profile type exif", lines, zip=True)
    else:
        info.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>', zip=True)
    found = decode(encoded(COLOURS.astype(np.uint8), pnginfo=info, **options), Frame())
    np.testing.assert_array_equal(found.pixels, np.rot90(COLOURS, -1))
    assert (found.size, found.repairs) == ((5, 6), ("turned as EXIF says",))
