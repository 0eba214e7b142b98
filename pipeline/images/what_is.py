"""Tell the format of a file by its first bytes, or what it is instead of an image."""

import struct
from codecs import getincrementaldecoder

from pipeline.images.undecodable import UndecodableError

# How the files of a format begin. JPEG comes first, as the commonest.
STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # for more than 4 GB
    (b"MM\0+", "TIFF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
)
# Brands of the ISO base media format, which films have too.
BRANDS = (
    ((b"avif", b"avis"), "AVIF"),
    ((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), "HEIC"),
    ((b"mif1", b"msf1"), "HEIC"),
)
BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # sizes of the header after the first 14 bytes
FORMATS = {*(kind for _, kind in (*STARTS, *BRANDS)), "BMP", "WebP", "PNM"}

# What the endings of names say, of formats that are often called otherwise.
ENDINGS = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), "JPEG"),
    **dict.fromkeys((".tif", ".tiff"), "TIFF"),
    ".png": "PNG",
    ".gif": "GIF",
    ".bmp": "BMP",
    ".webp": "WebP",
}

# How other files begin that turn up among images.
OTHERS = (
    (b"version https://git-lfs", "a Git LFS pointer: run git lfs pull"),
    (b"%PDF", "a PDF"),
    (b"%!PS", "PostScript"),
    (b"PK\3\4", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"8BPS", "a Photoshop file: save it as PNG"),
    (b"\xff\x0a", "JPEG XL: save it as PNG"),
    (b"\0\0\0\x0cJXL ", "JPEG XL: save it as PNG"),
    (b"\0\0\1\0", "an icon"),
    (b"P7\n", "a PAM file: save it as PNG"),
    (b"PF\n", "a PFM file, whose values have no fixed range: save it as PNG"),
    (b"Pf\n", "a PFM file, whose values have no fixed range: save it as PNG"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SIMPLE  =", "a FITS file: save it as PNG"),
    (b"\xd0\xcf\x11\xe0", "a file of Windows or Office"),
    (b"\x1aE\xdf\xa3", "a film"),
)
PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<title")
LOOKED_AT = 1024  # bytes, for text


def kind_of(data: bytes) -> str:
    """One of FORMATS. Raises UndecodableError, which says what the file is instead."""
    for start, kind in STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[:2] == b"BM" and len(data) >= 18:
        (header,) = struct.unpack("<I", data[14:18])
        if header in BMP_HEADERS:
            return "BMP"
    if data[:1] == b"P" and data[1:2] in b"123456" and data[2:3] in b" \t\r\n#" and data[2:]:
        return "PNM"
    if data[4:8] == b"ftyp":
        return kind_of_media(data)
    raise UndecodableError(what_else(data))


def called_otherwise(file: str, data: bytes) -> tuple[str, ...]:
    """Such as ("GIF called .jpg",), where a file's name ends as those of another format do."""
    ending, kind = file[file.rfind(".") :].lower(), kind_of(data)
    return () if ENDINGS.get(ending, kind) == kind else (f"{kind} called {ending}",)


def kind_of_media(data: bytes) -> str:
    length = min(int.from_bytes(data[:4], "big"), LOOKED_AT)
    brands = {data[at : at + 4] for at in (8, *range(16, length, 4))}
    for wanted, kind in BRANDS:
        if brands.intersection(wanted):
            return kind
    raise UndecodableError("a film")


def what_else(data: bytes) -> str:
    """What a file is that is no image of FORMATS."""
    if not data:
        return "empty"
    if not data.strip(b"\0"):
        return "nothing but zeros"
    if any(start.startswith(data) for start, _ in STARTS):
        return "cut off"
    for start, kind in OTHERS:
        if data.startswith(start):
            return kind
    if data[128:132] == b"DICM":
        return "a DICOM file: save it as PNG"
    return what_text(data[:LOOKED_AT]) or "not an image"


def what_text(head: bytes) -> str:
    """What kind of text a file begins with, "" if none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text, not an image"
    lower = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if lower.startswith(PAGE_STARTS) or b"<html" in lower:
        return "a web page"
    if b"<svg" in lower:
        return "an SVG drawing: save it as PNG"
    if any(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in head):
        return ""
    try:
        getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return ""
    return "text, not an image"
