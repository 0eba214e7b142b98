"""Flip single bits of archives of images: each is to be refused, or read with the right pixels.

In a .tar, bits of headers are flipped, for its data have no checksum; in all others, any bits.
Prints counts. Run: python -m benchmarks.damage [BITS]
"""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from features.errors import BadInput
from pipeline.images.decoding import Frame, UndecodableError, decode
from pipeline.sources.image_folder import container
from pipeline.sources.listing import list_images

BITS = 2000
FORMATS = ("bmp", "png", "jpeg")
PACKINGS = ("tar", "tar.gz", "tar.bz2", "tar.xz", "zip")
COMPRESS = {
    "tar": bytes,
    "tar.gz": gzip.compress,
    "tar.bz2": bz2.compress,
    "tar.xz": lzma.compress,
}


def images(kind: str) -> dict[str, bytes]:
    """Three classes of three images, by name."""
    rng, files = np.random.default_rng(0), {}
    for i in range(9):
        pixels = np.kron(rng.integers(256, size=(5, 5, 3)), np.ones((3, 3, 1))).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, kind)
        files[f"{'abc'[i % 3]}/{i}.{kind}"] = buffer.getvalue()
    return files


def packed(files: dict[str, bytes], packing: str) -> tuple[bytes, np.ndarray]:
    """An archive of the files, and the numbers of its bits that are to be flipped."""
    buffer, headers = io.BytesIO(), []
    if packing == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return buffer.getvalue(), np.arange(8 * len(buffer.getvalue()))
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, data in files.items():
            headers.append(tar.offset)
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        headers += [tar.offset, tar.offset + tarfile.BLOCKSIZE]  # of the end
    whole = COMPRESS[packing](buffer.getvalue())
    if packing != "tar":
        return whole, np.arange(8 * len(whole))
    bits = np.arange(8 * tarfile.BLOCKSIZE)
    return whole, np.concatenate([8 * start + bits for start in headers])


def read(path: Path) -> Iterator[tuple[str, bytes]]:
    """The name and pixels of each image."""
    listing = list_images(container(path))
    for _, name, data in listing.contents(np.arange(len(listing.places))):
        yield name, decode(data, Frame()).pixels.tobytes()


def outcomes(folder: Path, kind: str, packing: str, n: int, seed: int = 0) -> Counter[str]:
    """Of n flipped bits, how many were refused, right or wrong, and which of them were wrong."""
    whole, bits = packed(images(kind), packing)
    path = folder / f"set.{packing}"
    path.write_bytes(whole)
    right, found = dict(read(path)), Counter[str]()
    assert len(right) == len(images(kind))
    for bit in np.random.default_rng(seed).choice(bits, n).tolist():
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            is_right = dict(read(path)) == right
        except (BadInput, UndecodableError) as mistake:
            found["refused" if "\n" not in str(mistake) else f"several lines: bit {bit}"] += 1
        else:
            found["right" if is_right else f"wrong: bit {bit}"] += 1
    return found


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else BITS
    kinds = [(packing, kind) for packing in PACKINGS for kind in FORMATS]
    total: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        for i, (packing, kind) in enumerate(kinds):
            share = n // len(kinds) + (i < n % len(kinds))
            found = outcomes(Path(folder), kind, packing, share)
            print(f"{kind} in {packing}:", dict(found))
            total += found
    print("all:", dict(total))


if __name__ == "__main__":
    main()
