"""Images in the arrays of a NumPy (.npz) or MATLAB (.mat) file as a source, such as SVHN."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import file_set, known, mat_arrays, npz_arrays
from pipeline.sources.mat_layout import images_first
from pipeline.sources.pixel_arrays import Part, check_size, checked, source_of
from pipeline.sources.source import SPLITS, Options, Source
from pipeline.sources.split_names import split_of

NAMES = known.names_of("array_file")
OPTIONS = ()

READERS: dict[str, ModuleType] = {".npz": npz_arrays, ".mat": mat_arrays}
# The names of arrays of images, of their labels, and what they are for; the first row of which
# some are in the file is how it is read.
ARRANGEMENTS = (
    (("images", "labels", ""),),
    (
        ("x_train", "y_train", "train"),
        ("x_val", "y_val", "validation"),
        ("x_test", "y_test", "test"),
    ),
    (
        ("train_images", "train_labels", "train"),
        ("val_images", "val_labels", "validation"),
        ("test_images", "test_labels", "test"),
    ),
    (("X", "y", ""),),
)
CLASS_NAMES = ("names", "class_names")
SPLIT = "split"
TEN = 10  # SVHN's label of the digit 0


class Read(NamedTuple):
    """What a file holds. is_svhn: whether its labels are digits, with 10 for 0."""

    parts: list[Part]
    names: list[str] | None
    is_svhn: bool


def recognises(data: str) -> bool:
    if data in NAMES:
        return True
    return file_set.is_path(data) and bool(array_files(file_set.files_at(Path(data))))


def array_files(files: dict[str, Path]) -> dict[str, Path]:
    """The files of arrays: the only one, or those whose names say train, validation or test."""
    found = {name: file for name, file in files.items() if ending(file) in READERS}
    if len({ending(file) for file in found.values()}) > 1:
        return {}
    if len(found) == 1:
        return found
    return {name: file for name, file in found.items() if split_of(file.stem)}


def ending(file: Path) -> str:
    return file.suffix.lower()


def fingerprint(data: str, verify: bool) -> str:
    return "" if data in NAMES else file_set.stamps(file_set.files_at(Path(data)), verify)


def open(data: str, options: Options) -> Source:
    """The images of a file, or of one each for train, validation and test; all are in memory.

    Raises BadInput where one is damaged, holds Python objects, or says too little.
    """
    if data in NAMES:
        files = {file.name: file for file in known.locate(data)}
        return source(data, files, {}, [known.table()[data].said()])
    every = file_set.files_at(Path(data))
    files = array_files(every)
    file_set.check_links(files, Path(data))
    others = [name for name in every if ending(every[name]) in READERS and name not in files]
    passed = {
        f"{ending(every[name])} files of no split": (len(others), name) for name in others[:1]
    }
    return source(shown(data), files, passed, [])


def source(
    where: str, files: dict[str, Path], passed: dict[str, tuple[int, str]], said: list[str]
) -> Source:
    every: list[Read] = []
    for file in files.values():
        every.append(read(file, len(files) > 1))
        check_size(where, [part for each in every for part in each.parts])
    splits = [split_of(file.stem) for file in files.values()]
    if len(files) > 1 and len(set(splits)) < len(splits):
        raise BadInput(
            f"{where}: holds two files for the same split, {', '.join(map(shown, files))}: keep "
            "one of each, or name one file"
        )
    names = [each.names for each in every if each.names is not None]
    if any(other != names[0] for other in names[1:]):
        raise BadInput(f"{where}: its files name their classes differently: make them agree")
    parts = [part for each in every for part in each.parts]
    if not names and all(each.is_svhn for each in every) and has_ten(parts):
        parts = [part._replace(labels=part.labels % TEN) for part in parts]
        said = [*said, "Labels from 1 to 10 are digits, as in SVHN: 10 stands for 0."]
    from_one = all(ending(file) == ".mat" for file in files.values())
    digest = partial(file_set.digest, files)
    return source_of(where, parts, digest, names[0] if names else None, from_one, said, passed)


def has_ten(parts: Sequence[Part]) -> bool:
    """Whether all labels lie between 1 and 10, and both occur."""
    values = np.unique(np.concatenate([part.labels.ravel() for part in parts]))
    return values.dtype.kind in "iuf" and len(values) > 0 and (values[0], values[-1]) == (1, TEN)


def read(file: Path, one_of_several: bool) -> Read:
    """What a file of arrays holds. Raises BadInput where images or labels are missing."""
    reader, where = READERS[ending(file)], shown(str(file))
    keys = reader.keys(file)
    triples = arrangement(where, keys)
    extra = [key for key in (*CLASS_NAMES, SPLIT) if key in keys]
    arrays = reader.read(file, [key for each in triples for key in each[:2]] + extra)
    names = next(
        (text_list(where, key, arrays[key]) for key in CLASS_NAMES if key in arrays), None
    )
    parts, is_svhn = [], False
    for images, labels, use in triples:
        pixels = arrays[images]
        if reader is mat_arrays:
            is_svhn = pixels.ndim == 4 and pixels.shape[2] == 3
            pixels = images_first(f"{where}, {images}", pixels, arrays[labels].size)
        pixels = checked(f"{where}, {images}", pixels)
        split: str | list[str] = use or (split_of(file.stem) if one_of_several else "")
        if SPLIT in arrays and len(triples) == 1:
            split = split_list(where, arrays[SPLIT], len(pixels))
        name = file.stem if len(triples) == 1 else images
        parts.append(Part(name, pixels, arrays[labels], split))
    return Read(parts, names, is_svhn)


def arrangement(where: str, keys: Sequence[str]) -> list[tuple[str, str, str]]:
    """Which arrays are images and labels, and what they are for; case does not count."""
    called = {key.lower(): key for key in keys}
    for triples in ARRANGEMENTS:
        found = [each for each in triples if called.keys() & {each[0].lower(), each[1].lower()}]
        for images, labels, _ in found:
            for key, other in ((images, labels), (labels, images)):
                if key.lower() not in called:
                    raise BadInput(
                        f"{where}: has {other}, but no {key}: add it, or remove {other}"
                    )
        if found:
            return [(called[x.lower()], called[y.lower()], use) for x, y, use in found]
    wanted = ", or ".join(f"{images} and {labels}" for ((images, labels, _), *_) in ARRANGEMENTS)
    raise BadInput(
        f"{where}: holds {', '.join(map(shown, keys)) or 'nothing'}: call images and labels "
        f"{wanted}"
    )


def text_list(where: str, key: str, array: np.ndarray) -> list[str]:
    if array.dtype.kind not in "US":
        raise BadInput(f"{where}: {key} holds {array.dtype} and not text: save it as text")
    flat = array.ravel()
    try:
        return (np.char.decode(flat, "utf-8") if flat.dtype.kind == "S" else flat).tolist()
    except UnicodeDecodeError:
        raise BadInput(f"{where}: {key} holds no text in UTF-8: save it as such") from None


def split_list(where: str, array: np.ndarray, n: int) -> list[str]:
    """What each image is for, as the array `split` says. Raises BadInput for other words."""
    words = text_list(where, SPLIT, array)
    if len(words) != n:
        raise BadInput(
            f"{where}: has {n:,} images, but {len(words):,} splits: give one for each image"
        )
    known_as = {word: word if word in SPLITS else split_of(word) for word in set(words)}
    for word, split in known_as.items():
        if word and not split:
            raise BadInput(
                f"{where}: the split {shown(word)} is none of train, validation and test: use "
                "these words"
            )
    return [known_as[word] for word in words]
