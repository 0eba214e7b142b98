"""A file is told by its first bytes, and what is no image is named for what it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from support.image_files import encoded

from pipeline.images.undecodable import UndecodableError
from pipeline.images.what_is import FORMATS, called_otherwise, kind_of

NAMES = {"WebP": "webp", "PNM": "ppm", "JPEG 2000": "jpeg2000"}
OTHERS = {
    "empty": b"",
    "nothing but zeros": bytes(5000),
    "a web page": b"\r\n <!DOCTYPE html><html><title>404</title></html>",
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a zip archive": b"PK\3\4\24\0\0\0",
    "a gzip archive": b"\x1f\x8b\x08\0",
    "a PAM file": b"P7\nWIDTH 1\n",
    "a PFM file": b"Pf\n1 1\n-1.0\n",
    "a Photoshop file": b"8BPS\0\1",
    "an SVG drawing": b"<?xml version='1.0'?>\n<svg xmlns='x'></svg>",
    "a DICOM file": bytes(128) + b"DICM\2\0",
    "a file of Windows": b"\xd0\xcf\x11\xe0" + bytes(500),
    "a film": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "text, not an image": "Über den Wolken\n".encode() * 99,
    "not an image": b"\x01\x02\x03\xff" * 9,
    "cut off": b"\xff\xd8",
}
TEXTS = [b"BMW is a car", b"P7 is no header", b'{"error": 404}', b"GIFT"]


@pytest.mark.parametrize("kind", sorted(FORMATS - {"HEIC"}))
def test_formats_are_known_by_their_content(kind):
    assert kind_of(encoded(Image.new("RGB", (9, 7)), NAMES.get(kind, kind))) == kind


@pytest.mark.parametrize("brands", [b"heic\0\0\0\0mif1heic", b"mif1\0\0\0\0mif1heic"])
def test_pictures_of_phones(brands):
    assert kind_of(b"\0\0\0\x18ftyp" + brands) == "HEIC"


@pytest.mark.parametrize("words", OTHERS, ids=OTHERS.keys())
def test_other_files_are_named(words):
    with pytest.raises(UndecodableError, match=words):
        kind_of(OTHERS[words])


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_begins_like_an_image(text):
    with pytest.raises(UndecodableError, match="text"):
        kind_of(text)


@given(st.binary(max_size=40))
def test_anything_is_of_a_format_or_named(data):
    try:
        found = kind_of(data)
    except UndecodableError as failure:
        found = str(failure)
    assert found


def test_bmp_needs_a_header_of_a_known_size():
    data = bytearray(encoded(np.zeros((3, 3, 3), np.uint8), "bmp"))
    assert kind_of(bytes(data)) == "BMP"
    data[14] = 41
    with pytest.raises(UndecodableError):
        kind_of(bytes(data))


@pytest.mark.parametrize(
    ("file", "kind", "expected"),
    [
        ("cat/0.jpg", "gif", ("GIF called .jpg",)),
        ("cat.gif/0.PNG", "jpeg", ("JPEG called .png",)),
        ("cat/0.JPG", "jpeg", ()),
        ("cat/0.jfif", "jpeg", ()),
        ("cat/0.dib", "bmp", ()),
        ("cat/0", "png", ()),
    ],
)
def test_an_ending_of_another_format_is_told(file, kind, expected):
    assert called_otherwise(file, encoded(Image.new("RGB", (9, 7)), kind)) == expected
