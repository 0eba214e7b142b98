"""The bytes of a compressed or plain file, read from front to back, with every checksum checked.

The standard library's readers pass over what follows a compressed stream, and some checksums.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from features.errors import BadInput
from pipeline.sources.container import check_growth

CHUNK = 2**16  # bytes read at once
MAX_MEMORY = 2**29  # bytes that a decompressor may take
# How a compressed file begins, and what unpacks it; for gzip, with all that gzip itself checks.
COMPRESSED: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(zlib.MAX_WBITS | 16),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, MAX_MEMORY),
}
EARLY = "it ends too early"


class Decompressed(io.RawIOBase):
    """The unpacked bytes of a compressed file: of all its streams, one after the other.

    Zeros may fill up the file. Raises EOFError where it ends within a stream, BadInput once it has
    unpacked to many times its size, and what the decompressor raises where it is damaged.
    """

    def __init__(self, path: Path, file: IO[bytes], new: Callable[[], Any]) -> None:
        self.path, self.file, self.new = path, file, new
        self.stream, self.packed = new(), b""
        self.size, self.unpacked = path.stat().st_size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b""
        while not data:
            if self.stream.eof and not self.starts_again():
                return 0
            # A decompressor keeps what it has no room for itself, or gives it back.
            if not self.packed and getattr(self.stream, "needs_input", True):
                self.packed = self.file.read(CHUNK)
                if not self.packed:
                    raise EOFError(EARLY)
            data = self.stream.decompress(self.packed, len(buffer))
            self.packed = getattr(self.stream, "unconsumed_tail", b"")
        buffer[: len(data)] = data
        self.unpacked += len(data)
        check_growth(str(self.path), self.unpacked, self.size)
        return len(data)

    def starts_again(self) -> bool:
        """Go on to the next compressed stream of the file; False where there is none."""
        data = self.stream.unused_data or self.file.read(CHUNK)
        while data:
            self.packed = data.lstrip(b"\0")
            if self.packed:
                self.stream = self.new()
                return True
            data = self.file.read(CHUNK)
        return False


class Unpacked:
    """The bytes of a file, unpacked where it is compressed, to be read from front to back.

    at: how many have been read. Raises BadInput where the file is damaged, or unpacks to many
    times its size.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path, self.at = path, 0
        start = file.read(max(map(len, COMPRESSED)))
        file.seek(0)
        new = next((COMPRESSED[key] for key in COMPRESSED if start.startswith(key)), None)
        self.is_plain, self.size = new is None, path.stat().st_size
        packed = Decompressed(path, file, new) if new else None
        self.stream = io.BufferedReader(packed, CHUNK) if packed else cast(io.BufferedReader, file)

    def some(self, size: int) -> bytes:
        """The next bytes, fewer than `size` only where they are the last."""
        try:
            data = self.stream.read(size)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as failure:
            raise self.damaged(str(failure)) from None
        self.at += len(data)
        return data

    def read(self, size: int) -> bytes:
        data = self.some(size)
        if len(data) < size:
            raise self.damaged(EARLY)
        return data

    def skip_to(self, place: int) -> None:
        """Go forward to where `place` bytes have been read."""
        if self.is_plain:
            if place > self.size:
                raise self.damaged(EARLY)
            self.at = self.stream.seek(place)
        while self.at < place:
            self.read(min(CHUNK, place - self.at))

    def damaged(self, reason: str) -> BadInput:
        why = f"is a damaged tar archive ({reason})"
        return BadInput(f"{self.path}: {why}: fetch or pack it again")


@contextmanager
def open_unpacked(path: Path) -> Iterator[Unpacked]:
    with open(path, "rb") as file:
        yield Unpacked(path, file)
