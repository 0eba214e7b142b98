"""No file takes more than 1 GB to unpack, however small it is."""

import io
import resource
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image
from support.image_files import DEFLATE, PNG, chunk, encoded, tiff_file
from support.project import ROOT

from pipeline.images import budget
from pipeline.images.budget import MAX_BYTES, MAX_PIXELS, TOO_MUCH, limited
from pipeline.images.decoding import Frame, UndecodableError, decode
from pipeline.images.writing import Batch, write_batch
from pipeline.runtime import row_file

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limit is that of Linux")


def endless(size: int) -> bytes:
    """What unpacks to `size` zeros and then breaks off, made in no time."""
    packer = zlib.compressobj(9)
    block = bytes(2**24)
    head = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + again * (size // len(block) - 1)


def planes(cols: int, rows: int, strip: bytes) -> bytes:
    """A TIFF of 16 bits whose red, green and blue are stored apart."""
    tags = [(256, 4, [cols]), (257, 4, [rows]), (258, 3, [16] * 3), (259, 3, [DEFLATE])]
    tags += [(262, 3, [2]), (277, 3, [3]), (278, 4, [rows]), (284, 3, [2])]
    return tiff_file(tags, [strip] * 3)


def tiled(side: int) -> bytes:
    tags = [(256, 4, [16]), (257, 4, [16]), (258, 3, [8]), (259, 3, [DEFLATE]), (262, 3, [1])]
    tags += [(277, 3, [1]), (322, 4, [side]), (323, 4, [side])]
    return tiff_file(tags, [endless(2**28)], tiled=True)


def jpeg_2000(side: int) -> bytes:
    data = bytearray(encoded(np.zeros((8, 8, 3), np.uint8), "jpeg2000", no_jp2=True))
    begin = data.index(b"\xff\x4f\xff\x51") + 8
    for place in (begin, begin + 16):  # the image, and its only tile
        data[place : place + 8] = struct.pack(">II", side, side)
    return bytes(data)


def webp(kind: bytes, head: bytes) -> bytes:
    body = b"WEBP" + kind + struct.pack("<I", len(head)) + head + bytes(99)
    return b"RIFF" + struct.pack("<I", len(body)) + body


SIDE = (15_999).to_bytes(3, "little")
WEBP = {
    b"VP8X": bytes(4) + SIDE + SIDE,
    b"VP8L": b"\x2f" + (15_999 << 14 | 15_999).to_bytes(4, "little"),
    b"VP8 ": b"\x30\0\0\x9d\1\x2a" + struct.pack("<HH", 16_000, 16_000),
}


def header(cols: int, rows: int) -> bytes:
    return PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", cols, rows, 8, 2, 0, 0, 0))


END = chunk(b"IEND", b"")
ONE = chunk(b"IDAT", zlib.compress(bytes(4))) + END
PIXELS = f"more than {MAX_PIXELS:,} pixels"
BOMBS = {
    "a strip of 4 GB in a small TIFF": (lambda: planes(16, 16, endless(2**32)), TOO_MUCH),
    "a large TIFF": (lambda: planes(9400, 9400, zlib.compress(b"")), TOO_MUCH),
    "a larger TIFF": (lambda: planes(20_000, 20_000, zlib.compress(b"")), PIXELS),
    "a tile of 1 GB in a small TIFF": (lambda: tiled(2**15), PIXELS),
    "JPEG 2000 of 9000 x 9000": (lambda: jpeg_2000(9000), TOO_MUCH),
    "JPEG 2000 of 60000 x 60000": (lambda: jpeg_2000(60_000), PIXELS),
    **{
        f"{kind.decode()} of 16000 x 16000": (
            lambda kind=kind: webp(kind, WEBP[kind]),
            f"16000 x 16000, {PIXELS}",
        )
        for kind in WEBP
    },
    "PNG of 12000 x 12000": (
        lambda: encoded(Image.new("1", (12_000, 12_000))),
        f"12000 x 12000, {PIXELS}",
    ),
    "a profile of 1 GB": (
        lambda: header(1, 1) + chunk(b"iCCP", b"a\0\0" + endless(2**30)) + ONE,
        "",
    ),
    "a text of 1 GB": (lambda: header(1, 1) + chunk(b"zTXt", b"a\0\0" + endless(2**30)) + ONE, ""),
    "pixels of 1 GB in a PNG of one": (
        lambda: header(1, 1) + chunk(b"IDAT", endless(2**30)) + END,
        "",
    ),
}


@LINUX
@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name):
    make, words = BOMBS[name]
    data = make()
    assert len(data) < 20 * 2**20
    before = resource.getrlimit(resource.RLIMIT_AS)
    if words:
        with pytest.raises(UndecodableError, match=words):
            decode(data, Frame())
    else:
        assert decode(data, Frame()).pixels.shape == (1, 1, 3)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@LINUX
def test_memory_that_bombs_take(tmp_path):
    """In a process of its own, whose most memory is known."""
    (tmp_path / "bomb").write_bytes(planes(16, 16, endless(2**32)))
    command = (
        "import resource, sys; from pathlib import Path\n"
        "from pipeline.images.decoding import Frame, UndecodableError, decode\n"
        "most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024\n"
        "data, before = Path(sys.argv[1]).read_bytes(), most()\n"
        "try: decode(data, Frame())\n"
        "except UndecodableError as failure: print(failure, most() - before, sep=', ')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", command, tmp_path / "bomb"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said, taken = done.stdout.strip().rsplit(", ", 1)
    assert said == TOO_MUCH
    assert int(taken) < 1.1 * MAX_BYTES


@LINUX
def test_the_limit_is_set_once_and_lifted():
    before = resource.getrlimit(resource.RLIMIT_AS)
    with limited():
        inside = resource.getrlimit(resource.RLIMIT_AS)
        assert inside[0] <= budget.address_space() + MAX_BYTES
        with limited():
            assert resource.getrlimit(resource.RLIMIT_AS) == inside
        assert resource.getrlimit(resource.RLIMIT_AS) == inside
        np.zeros(MAX_BYTES // 2, np.uint8)
        with pytest.raises(MemoryError):
            np.zeros(2 * MAX_BYTES, np.uint8)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    np.zeros(2 * MAX_BYTES, np.uint8)


@LINUX
def test_a_lower_limit_is_kept():
    before = resource.getrlimit(resource.RLIMIT_AS)
    low = budget.address_space() + MAX_BYTES // 4
    resource.setrlimit(resource.RLIMIT_AS, (low, before[1]))
    try:
        with limited():
            assert resource.getrlimit(resource.RLIMIT_AS)[0] == low
        assert resource.getrlimit(resource.RLIMIT_AS)[0] == low
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def test_of_an_animation_only_the_first_frame_is_unpacked(monkeypatch):
    """30 frames of 4 million pixels would be 480 MB."""
    frames = [Image.new("P", (2000, 2000), i) for i in range(30)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "gif", save_all=True, append_images=frames[1:])
    monkeypatch.setattr(budget, "MAX_BYTES", 2**27)
    assert decode(buffer.getvalue(), Frame(8)).size == (2000, 2000)


@LINUX
@pytest.mark.parametrize("name", ["pixels", "jpeg"])
def test_whatever_is_decoded_in_a_batch_has_the_limit(tmp_path, monkeypatch, name):
    limits = []

    def framed(image, frame):
        limits.append(resource.getrlimit(resource.RLIMIT_AS)[0] - budget.address_space())
        return image

    monkeypatch.setattr("pipeline.images.decoding.framed", framed)
    pixels = np.zeros((8, 8, 3), np.uint8)
    image = {"pixels": pixels, "jpeg": encoded(pixels, "jpeg")}[name]
    file = row_file.create(tmp_path / "rows.npy", 1, (8, 8, 3), np.uint8)
    before = resource.getrlimit(resource.RLIMIT_AS)
    write_batch(Batch([(0, "0.jpg", image)], Frame(8), file))
    assert [0 < limit <= MAX_BYTES for limit in limits] == [True]
    assert resource.getrlimit(resource.RLIMIT_AS) == before
