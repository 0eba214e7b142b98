"""Say in a word what is wrong with an image file whose decoder gave up."""

from pipeline.images.jpeg_segments import has_end
from pipeline.images.tiff_tags import has_cut_table

# What decoders say when there is nothing more to read.
SHORT = ("truncated", "not enough", "eof", "end of file", "expected to read")


# What decoders say of a file that is sound, but that they were not made for.
RARE = ("unsupported", "not supported", "not yet supported", "cannot handle", "unknown")


def reason(kind: str, data: bytes, failure: Exception) -> str:
    said = str(failure).lower()
    if is_cut(kind, data) or any(words in said for words in SHORT):
        return "cut off"
    if "support not installed" in said:
        return f"{kind}: the Pillow that is installed cannot read it"
    if any(words in said for words in RARE):
        return f"a rare kind of {kind}: save it anew"
    return "damaged"


def is_cut(kind: str, data: bytes) -> bool:
    """Whether a file ends before it says that it does."""
    if kind == "JPEG":
        return not has_end(data)
    if kind == "GIF":
        return not data.rstrip(b"\0").endswith(b";")
    if kind == "WebP":
        return 8 + int.from_bytes(data[4:8], "little") > len(data)
    if kind == "BMP":
        return int.from_bytes(data[2:6], "little") > len(data)
    if kind == "TIFF":
        return has_cut_table(data)
    return kind in ("JPEG 2000", "AVIF", "HEIC") and has_cut_box(data)


def has_cut_box(data: bytes) -> bool:
    """Whether the last box is longer than what is left, in a format that is made of boxes."""
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if not length:  # to the end
            return False
        at += max(length, 8)
    return at > len(data)
