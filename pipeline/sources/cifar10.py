"""CIFAR-10 as a source of images, read from its official binary archive.

The archive holds one record for each image: a label and three planes of 32 x 32 bytes.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.sources.source import Encoded, Options, Record, Source, file_sha256
from pipeline.sources.tar_archive import open_tar

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
ROWS = COLUMNS = 32
RECORD = 1 + 3 * ROWS * COLUMNS  # the label, then the red, green and blue planes
CLASS_NAMES = "batches.meta.txt"
TEST_BATCH = "test_batch"


NAMES = ("cifar10",)
OPTIONS = ()


def recognises(data: str) -> bool:
    return data in NAMES


def fingerprint(data: str) -> str:
    return ""  # the checksum of its archive is fixed, so the images never change


def open(data: str, options: Options) -> Source:
    return official(Path("data"), URL, MD5)


def official(folder: Path, url: str, md5: str) -> Source:
    """The archive in `folder` as a source; it is downloaded unless it lies there already.

    Raises BadInput where the download fails, or the archive is not what it should be.
    """
    from pipeline.sources.download import fetch  # slow to import, and only needed here

    archive = fetch(url, md5, folder, name="cifar10")
    names, batches = read_archive(archive)
    classes = sorted(names)
    label = np.array([classes.index(name) for name in names])
    places = [(batch, i) for batch in sorted(batches) for i in range(len(batches[batch]))]

    def records(order: np.ndarray) -> Iterator[Record]:
        for position in order.tolist():
            batch, i = places[position]
            split = "test" if batch == TEST_BATCH else "train"
            yield Record(f"{batch}/{i:05d}", int(label[batches[batch][i, 0]]), split, position)

    def images(order: np.ndarray) -> Iterator[tuple[int, str, Encoded]]:
        for i, known in enumerate(records(order)):
            batch, record = places[order[i]]
            planes = batches[batch][record, 1:].reshape(3, ROWS, COLUMNS)
            yield i, known.file, np.ascontiguousarray(planes.transpose(1, 2, 0))

    return Source(
        n=len(places),
        classes=classes,
        records=records,
        images=images,
        sha256=lambda: file_sha256(archive),
    )


def read_archive(path: Path) -> tuple[list[str], dict[str, np.ndarray]]:
    """Read the class names, and the records of each batch (a file), uint8 (n, 3073).

    All of them are in memory at once: about 180 MB.
    """
    names: list[str] = []
    batches: dict[str, np.ndarray] = {}
    with open_tar(path) as (tar, members):
        for member in members:
            file = Path(member.name)
            if file.name == CLASS_NAMES:
                names = tar.read(member.size).decode().split()
            elif file.suffix == ".bin":
                batches[file.stem] = parse_records(path, member.name, tar.read(member.size))
    if not names or TEST_BATCH not in batches or len(batches) < 2:
        raise wrong_content(
            path, f"{CLASS_NAMES}, {TEST_BATCH}.bin or data_batch_*.bin is missing"
        )
    if max(int(records[:, 0].max()) for records in batches.values()) >= len(names):
        raise wrong_content(path, f"a label has no name in {CLASS_NAMES}")
    return names, batches


def parse_records(path: Path, name: str, data: bytes) -> np.ndarray:
    """The records in `data`, uint8 (n, 3073). Raises BadInput where the last is not complete."""
    if not data or len(data) % RECORD:
        raise wrong_content(path, f"{name} does not consist of records of {RECORD} bytes")
    return np.frombuffer(data, np.uint8).reshape(-1, RECORD)


def wrong_content(path: Path, reason: str) -> BadInput:
    return BadInput(f"{path}: is not the binary version of CIFAR-10 ({reason}): delete it")
