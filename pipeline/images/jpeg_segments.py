"""Put right what is odd about a JPEG: metadata that make no sense, an end mark that is missing.

A JPEG is a row of segments, each with a marker; the pixels follow that of a scan.
"""

from collections.abc import Iterator
from hashlib import sha512

from pipeline.images.jpeg import END, START, START_OF_SCAN

SCAN, RESTARTS = bytes((0xFF, START_OF_SCAN)), 0xDD
SEQUENTIAL = (0xC0, 0xC1)  # frames that are not progressive
# What may follow the last byte of a JPEG whose end mark is missing.
TAILS = (
    *(b"", b"\0" * 64, b"\x55" * 64, b"\xaa" * 64, b"\xfe" * 64),
    *(sha512(bytes((i,))).digest().replace(b"\xff", b"") for i in range(4)),
)
STRAY = 16  # bytes before the end mark that are looked at
# Metadata: all of APP0 .. APP15 but those of JFIF and Adobe, which say what colours mean; comment.
METADATA = frozenset((*range(0xE1, 0xEE), 0xEF, 0xFE))


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, begin, end) of each segment of the header, to the first scan's."""
    position = len(START)
    while data[position : position + 1] == b"\xff" and position + 4 <= len(data):
        marker = data[position + 1]
        if marker == 0xFF:  # as filling
            position += 1
            continue
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if end > len(data):
            return
        yield marker, position, end
        if marker == START_OF_SCAN:
            return
        position = end


def without_metadata(data: bytes) -> bytes:
    kept, position = [START], len(START)
    for marker, begin, end in segments(data):
        if marker not in METADATA:
            kept.append(data[begin:end])
        position = end
    return b"".join((*kept, data[position:]))


def check_end(data: bytes) -> None:
    """Pillow takes whatever follows the data for an end mark, zeros too."""
    if not has_end(data):
        raise EOFError


def has_end(data: bytes) -> bool:
    scans = [begin for marker, begin, _ in segments(data) if marker == START_OF_SCAN]
    begin = scans[0] if scans else data.rfind(SCAN)
    return begin > 0 and data.rfind(END, begin) > 0


def possible_ends(data: bytes) -> list[bytes]:
    """A JPEG without an end mark, with several things and an end mark added; none if it has one.

    If all of them have the same pixels, the pixels are whole. That holds for one scan of all
    channels; of other JPEGs whole scans may be missing, and of those with restarts whole parts.
    """
    if has_end(data):
        return []
    channels = 0
    for marker, begin, _ in segments(data):
        if marker in SEQUENTIAL:
            channels = data[begin + 9]
        elif marker == RESTARTS or (marker == START_OF_SCAN and data[begin + 4] != channels):
            return []
    body = data.rstrip(b"\0")  # of a file that was cut the rest may be zeros
    if body.endswith(b"\xff"):  # half an end mark, or a value, which a zero follows
        body = body[:-1] if len(body) == len(data) else body + b"\0"
    return [body + tail + END for tail in TAILS]


def without_last_bytes(data: bytes) -> bytes:
    """A JPEG less its end mark and the bytes before it, b"" where these are no stray ones.

    The last byte of pixels is filled up with ones, but for one in eight, in which nothing is free.
    """
    end = data.rfind(END)
    return b"" if data[end - 1] & 1 else data[: end - STRAY]
