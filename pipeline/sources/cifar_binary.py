"""CIFAR's binary form as a source: CIFAR-10, CIFAR-100, and files of one's own in the same form.

A file consists of records, one for each image: a label (CIFAR-100: a coarse and a fine one), and
three planes of 32 x 32 bytes.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import file_set, known
from pipeline.sources.directory import beginning
from pipeline.sources.pixel_arrays import Part, source_of
from pipeline.sources.source import Options, Source
from pipeline.sources.split_names import split_of

NAMES = known.names_of("cifar_binary")
OPTIONS = ()

SIDE = 32
PLANES = 3 * SIDE * SIDE  # bytes
# The files that name the classes: how many labels a record has, and which of them they name.
CLASS_NAMES = {
    "batches.meta.txt": (1, 0),
    "fine_label_names.txt": (2, 1),
    "coarse_label_names.txt": (2, 0),
}
COARSE = "coarse_label_names.txt"
ARCHIVES = ("cifar-10-binary.tar.gz", "cifar-100-binary.tar.gz")
# What the Python version consists of, and how such a file (a pickle) begins.
PICKLED = ({"data_batch_1", "batches.meta"}, {"train", "test", "meta"})
PICKLED_FILE = re.compile(r"data_batch_\d|test_batch")
PICKLED_ARCHIVES = ("cifar-10-python.tar.gz", "cifar-100-python.tar.gz")
PICKLE = b"\x80"


def recognises(data: str) -> bool:
    if data in NAMES:
        return True
    return file_set.is_path(data) and (is_pickled(Path(data)) or is_binary(Path(data)))


def is_binary(path: Path) -> bool:
    """Whether the files ending in .bin are all of this form, by their size or the names beside."""
    if path.name in ARCHIVES:
        return True
    files = file_set.files_at(path)
    sizes = [file.stat().st_size for name, file in files.items() if is_batch(name)]
    if not sizes:
        return False
    if any(name in files for name in CLASS_NAMES):
        return True
    return all(size and (size % (PLANES + 1) == 0 or size % (PLANES + 2) == 0) for size in sizes)


def is_pickled(path: Path) -> bool:
    """Whether the data is CIFAR's Python version: its archive, its folder, or one of its files."""
    if path.is_file():
        alone = PICKLED_FILE.fullmatch(path.name) is not None and beginning(path, 1) == PICKLE
        return alone or path.name in PICKLED_ARCHIVES
    files = file_set.files_at(path)
    return any(
        names <= files.keys() and all(beginning(files[name], 1) == PICKLE for name in names)
        for names in PICKLED
    )


def is_batch(name: str) -> bool:
    return name.lower().endswith(".bin")


def fingerprint(data: str, verify: bool) -> str:
    if data in NAMES:
        return ""
    path = Path(data)
    return file_set.stamps(file_set.files_at(path) | names_beside(path), verify)


def open(data: str, options: Options) -> Source:
    """The images of all batches, read into memory. Raises BadInput where they are damaged."""
    if data in NAMES:
        (archive,) = known.locate(data)
        said = [known.table()[data].said()]
        return read(archive, str(archive), said, coarse=data.endswith("-coarse"))
    path = Path(data)
    if is_pickled(path):
        raise BadInput(
            f"{shown(data)}: is CIFAR's Python version, whose files (pickles) can run any code "
            "when they are read: use the binary version, or data: cifar10 or cifar100"
        )
    return read(path, shown(data))


def read(path: Path, where: str, said: Sequence[str] = (), coarse: bool = False) -> Source:
    files, _ = file_set.contents(path, is_mine)
    files |= {name: file_set.read(file) for name, file in names_beside(path).items()}
    batches = {name: data for name, data in files.items() if is_batch(name)}
    if not batches:
        raise BadInput(f"{where}: holds no batches of CIFAR's binary form (.bin): fetch it again")
    table = names_file(where, files, coarse)
    n_labels, which = CLASS_NAMES[table] if table else (count_labels(where, batches), -1)
    parts = []
    rest = "train" if len(batches) > 1 else ""  # what batches are for whose names do not say it
    for name, data in batches.items():
        records = parse(where, name, data, n_labels)
        pixels = records[:, n_labels:].reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1)
        stem = name[: -len(".bin")]
        labels = records[:, :n_labels][:, which]
        parts.append(Part(stem, pixels, labels, split_of(stem) or rest))
    names = lines_of(where, files[table]) if table else None
    used = file_set.files_at(path) | names_beside(path)
    used = {name: file for name, file in used.items() if path.is_file() or name in files}
    return source_of(where, parts, lambda: file_set.digest(used), names, said=said)


def is_mine(name: str) -> bool:
    return is_batch(name) or name in CLASS_NAMES


def names_beside(path: Path) -> dict[str, Path]:
    """The files beside a single batch that name the classes; none for a folder or archive."""
    if path.is_dir() or not is_batch(path.name):
        return {}
    beside = {name: path.parent / name for name in CLASS_NAMES}
    return {name: file for name, file in beside.items() if file.is_file()}


def names_file(where: str, files: dict[str, bytes], coarse: bool) -> str | None:
    """The file that names the classes: of the coarse labels only where they are asked for."""
    if coarse and COARSE not in files:
        raise BadInput(f"{where}: {COARSE} is missing: fetch it again")
    found = [name for name in CLASS_NAMES if name in files and (name == COARSE) == coarse]
    return found[0] if found else None


def count_labels(where: str, batches: dict[str, bytes]) -> int:
    """How many labels a record has, by the sizes of the files."""
    fit = [n for n in (1, 2) if all(len(data) % (PLANES + n) == 0 for data in batches.values())]
    if len(fit) == 1:
        return fit[0]
    reason = "both" if fit else "neither"
    raise BadInput(
        f"{where}: may consist of records of {PLANES + 1} bytes (CIFAR-10) or {PLANES + 2} "
        f"(CIFAR-100), and by its size {reason} fit: fetch it again, or put batches.meta.txt or "
        "fine_label_names.txt beside it"
    )


def parse(where: str, name: str, data: bytes, n_labels: int) -> np.ndarray:
    """The records in `data`, uint8 (n, labels and pixels)."""
    size = PLANES + n_labels
    if not data or len(data) % size:
        raise BadInput(
            f"{where}: {shown(name)} does not consist of records of {size} bytes: fetch it again"
        )
    return np.frombuffer(data, np.uint8).reshape(-1, size)


def lines_of(where: str, text: bytes) -> list[str]:
    """The names of the classes, a line each."""
    try:
        lines = text.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise BadInput(f"{where}: names its classes in no UTF-8: save the file as such") from None
    return [line.strip() for line in lines if line.strip()]
