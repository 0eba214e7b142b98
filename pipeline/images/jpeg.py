"""Read the size of a plain JPEG, in a tenth of the time that opening it with Pillow takes.

For a small image, Pillow spends as long on reading the header, in Python, as on decoding. A JPEG
of three channels without metadata can be given straight to Pillow's decoder, if its size is known.
"""

START, END = b"\xff\xd8", b"\xff\xd9"
START_OF_SCAN = 0xDA
FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive
# The markers of a plain JPEG: tables, restart interval, comment, JFIF and frames. None of them
# changes what the pixels mean. EXIF, which may turn the image, and all else is left to Pillow.
PLAIN = frozenset((0xDB, 0xC4, 0xDD, 0xFE, 0xE0, *FRAMES))


def plain_size(data: bytes) -> tuple[int, int] | None:
    """(cols, rows), if `data` begins as a plain JPEG of three 8-bit channels, else None."""
    if not data.startswith(START):
        return None
    size, position, end = None, len(START), len(data) - 10
    while position < end and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == START_OF_SCAN:
            return size if data.rfind(END, position) > 0 else None
        if marker not in PLAIN:
            return None
        if marker in FRAMES:
            bits, channels = data[position + 4], data[position + 9]
            if bits != 8 or channels != 3:
                return None
            rows = data[position + 5] << 8 | data[position + 6]
            size = data[position + 7] << 8 | data[position + 8], rows
        position += 2 + (data[position + 2] << 8 | data[position + 3])
    return None
