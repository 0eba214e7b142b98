"""STL-10's binary form as a source: files of images, and files of their labels, 1 to 10.

An image consists of three planes of 96 x 96 bytes, each column by column.
"""

from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import file_set, known
from pipeline.sources.cifar_binary import lines_of
from pipeline.sources.pixel_arrays import Part, source_of
from pipeline.sources.source import Options, Source

NAMES = known.names_of("stl_binary")
OPTIONS = ()

SIDE = 96
PLANES = 3 * SIDE * SIDE  # bytes
SPLITS = ("train", "test")
CLASS_NAMES = "class_names.txt"
FILES = (CLASS_NAMES, *(f"{split}_{what}.bin" for split in SPLITS for what in "Xy"))
UNLABELLED = "unlabeled_X.bin"
ARCHIVE = "stl10_binary.tar.gz"


def recognises(data: str) -> bool:
    if data in NAMES:
        return True
    if not file_set.is_path(data):
        return False
    path = Path(data)
    return (path.name == ARCHIVE and path.is_file()) or "train_X.bin" in file_set.files_at(path)


def fingerprint(data: str, verify: bool) -> str:
    return "" if data in NAMES else file_set.stamps(file_set.files_at(Path(data)), verify)


def open(data: str, options: Options) -> Source:
    """The labelled images, read into memory. Raises BadInput where they are damaged."""
    if data in NAMES:
        (archive,) = known.locate(data)
        return read(archive, str(archive), [known.table()[data].said()])
    path = Path(data)
    # Of a single file the labels lie beside it, and with them all the others.
    return read(path.parent if path.name in FILES else path, shown(data), [])


def read(path: Path, where: str, said: list[str]) -> Source:
    files, others = file_set.contents(path, lambda name: name in FILES)
    parts = []
    for split in SPLITS:
        images, labels = f"{split}_X.bin", f"{split}_y.bin"
        if images not in files and labels not in files:
            continue
        for name in (images, labels):
            if name not in files:
                raise BadInput(f"{where}: {name} is missing: put it beside the others")
        pixels = parse(where, images, files[images])
        parts.append(Part(split, pixels, np.frombuffer(files[labels], np.uint8), split))
    names = lines_of(where, files[CLASS_NAMES]) if CLASS_NAMES in files else None
    used = file_set.files_at(path)
    used = {name: file for name, file in used.items() if path.is_file() or name in files}
    passed = {"files of images without labels": (1, UNLABELLED)} if UNLABELLED in others else {}
    return source_of(
        where,
        parts,
        lambda: file_set.digest(used),
        names,
        from_one=True,
        said=said,
        passed=passed,
    )


def parse(where: str, name: str, data: bytes) -> np.ndarray:
    """The images in `data`, uint8 (n, rows, cols, 3)."""
    if not data or len(data) % PLANES:
        raise BadInput(
            f"{where}: {name} does not consist of images of {PLANES} bytes: fetch it again"
        )
    return np.frombuffer(data, np.uint8).reshape(-1, 3, SIDE, SIDE).transpose(0, 3, 2, 1)
