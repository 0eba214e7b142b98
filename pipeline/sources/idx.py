"""MNIST's form as a source: a file of images, a file of labels, each an array of bytes (IDX).

An IDX file begins with two zeros, the type of its numbers (8: bytes), and how many dimensions
there are, and goes on with their sizes, four bytes each, the highest byte first.
"""

import re
import struct
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import file_set, known
from pipeline.sources.pixel_arrays import Part, check_size, checked, source_of
from pipeline.sources.source import Options, Source
from pipeline.sources.split_names import split_of

NAMES = known.names_of("idx")
OPTIONS = ()

FILE = re.compile(
    r"(?P<of>.*?)(?P<what>images|labels)[-._]idx[134][-._]ubyte(?P<packed>\.gz)?", re.IGNORECASE
)
BYTES = 8  # the code of their type
TEST = "t10k"  # how MNIST's own test files begin


def recognises(data: str) -> bool:
    if data in NAMES:
        return True
    return file_set.is_path(data) and any(map(FILE.fullmatch, file_set.files_at(Path(data))))


def fingerprint(data: str, verify: bool) -> str:
    return "" if data in NAMES else file_set.stamps(files_of(Path(data)), verify)


def open(data: str, options: Options) -> Source:
    """Each file of images with its labels: all in a folder, or one with what lies beside it."""
    if data in NAMES:
        entry = known.table()[data]
        files = {file.name: file for file in known.locate(data)}
        return read(data, files, entry.names, [entry.said()])
    return read(shown(data), files_of(Path(data)))


def files_of(path: Path) -> dict[str, Path]:
    """The files in a folder; or of a file of images and its labels, packed or not.

    Raises BadInput for links out of the folder.
    """
    if path.is_dir():
        files = file_set.files_at(path)
        file_set.check_links(files, path)
        return files
    mine = of(path.name)
    beside = sorted(each for each in path.parent.iterdir() if of(each.name) == mine)
    return {each.name: each for each in beside if each.is_file()}


def of(name: str) -> str | None:
    """What the name of a file says before "images" or "labels"; None for any other file."""
    fit = FILE.fullmatch(name)
    return fit["of"] if fit else None


def read(
    where: str,
    files: dict[str, Path],
    names: list[str] | None = None,
    said: list[str] | None = None,
) -> Source:
    pairs = paired(where, files)
    parts: list[Part] = []
    used: dict[str, Path] = {}
    for start, (images, labels) in pairs.items():
        split = "test" if start.lower().startswith(TEST) else split_of(start)
        name = start.strip("-._") or "images"
        pixels = checked(shown(str(images)), read_idx(images))
        parts.append(Part(name, pixels, read_idx(labels), split))
        check_size(where, parts)
        used |= {file.name: file for file in (images, labels)}
    splits = [part.split for part in parts]
    if len(splits) > 1 and (len(set(splits)) < len(splits) or "" in splits):
        raise BadInput(
            f"{where}: holds several files of images, {', '.join(map(shown, pairs))}, that are "
            "not one each for train, validation and test: keep one of each, or name one file"
        )
    return source_of(where, parts, lambda: file_set.digest(used), names, said=said or [])


def paired(where: str, files: dict[str, Path]) -> dict[str, tuple[Path, Path]]:
    """The file of images and that of labels, by how both names begin.

    Of a file that lies there packed and unpacked, the latter is read. Raises BadInput for one that
    lacks the other.
    """
    found: dict[str, dict[str, Path]] = {}
    for name, file in files.items():
        fit = FILE.fullmatch(name)
        if fit and (not fit["packed"] or fit["what"].lower() not in found.get(fit["of"], {})):
            found.setdefault(fit["of"], {})[fit["what"].lower()] = file
    for both in found.values():
        for one, other in (("images", "labels"), ("labels", "images")):
            if other not in both:
                raise BadInput(
                    f"{where}: {shown(both[one].name)} has no file of {other} beside it: put it "
                    "there, under the same name but for that word and the digit behind idx"
                )
    return {start: (both["images"], both["labels"]) for start, both in found.items()}


def read_idx(file: Path) -> np.ndarray:
    """The array in an IDX file, uint8. Raises BadInput where it is damaged or of another type."""
    data, where = file_set.read(file), shown(str(file))
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != BYTES or data[3] not in (1, 3, 4):
        raise BadInput(
            f"{where}: does not begin as an IDX file of bytes does ({data[:4].hex(' ')}): fetch "
            "it again"
        )
    start = 4 + 4 * data[3]
    shape = struct.unpack_from(f">{data[3]}I", data, 4) if len(data) >= start else (0,)
    size = 1
    for side in shape:
        size *= side
    if size == 0 or len(data) != start + size:
        raise BadInput(
            f"{where}: has {max(len(data) - start, 0):,} bytes of data, but says it has "
            f"{' x '.join(map(str, shape))}: fetch it again"
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)
