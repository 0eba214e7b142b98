"""Labels as arrays hold them, numbers or names, turned into indices of sorted class names."""

from collections.abc import Sequence

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown


def flat(where: str, labels: np.ndarray, n: int) -> np.ndarray:
    """One label for each of n images: int64 or text, (n,).

    Raises BadInput for another number of labels, and for what is neither a number nor a name.
    """
    if labels.ndim == 2 and n in labels.shape and min(labels.shape) > 1:
        raise BadInput(
            f"{where}: has labels of shape {labels.shape}, several numbers for each image: give "
            "one number or name for each"
        )
    if not labels.size == max(labels.shape, default=0) == n:
        raise BadInput(
            f"{where}: has {n:,} images, but labels of shape {labels.shape}: give one label for "
            "each image"
        )
    labels = labels.ravel()
    if labels.dtype.kind == "S":
        try:
            labels = np.char.decode(labels, "utf-8")
        except UnicodeDecodeError:
            raise BadInput(f"{where}: a label is not text in UTF-8: save it as such") from None
    if labels.dtype.kind == "U":
        return named(where, labels)
    if labels.dtype.kind in "iub" or (labels.dtype.kind == "f" and whole(labels)):
        return numbered(where, labels)
    raise BadInput(
        f"{where}: has labels of type {labels.dtype} that are neither whole numbers nor names: "
        "give one of these for each image"
    )


def whole(labels: np.ndarray) -> bool:
    """Whether all of the floats are whole numbers, of a size that floats hold exactly."""
    return bool(np.all(np.abs(labels) < 2**24) and np.all(labels == np.rint(labels)))


def named(where: str, labels: np.ndarray) -> np.ndarray:
    if any(not name.strip() for name in np.unique(labels).tolist()):
        raise BadInput(f"{where}: an image has an empty label: fill it in, or leave it out")
    return labels


def numbered(where: str, labels: np.ndarray) -> np.ndarray:
    least, most = labels.min(), labels.max()
    if least < 0 or most >= 2**31:
        odd = int(least if least < 0 else most)
        raise BadInput(
            f"{where}: the label {odd} says no class: leave such images out, or number the "
            "classes from 0"
        )
    return labels.astype(np.int64)


def classes_of(
    where: str,
    labels: Sequence[np.ndarray],
    names: Sequence[str] | None = None,
    from_one: bool = False,
) -> tuple[list[str], list[np.ndarray], list[str]]:
    """The sorted names of the classes, labels as indices into them, and what to say of it.

    labels: arrays as `flat` gives them. names: of the classes, in the order of the numbers.
    from_one: whether 1 is the first number where it can be. Without names, the numbers are the
    names. Classes of no image are left out. Raises BadInput.
    """
    if len({array.dtype.kind for array in labels}) > 1:
        raise BadInput(f"{where}: has numbers and names as labels: use one kind for all images")
    said: list[str] = []
    values = np.unique(np.concatenate(labels))
    if values.dtype.kind == "U" or names is None:
        called = [str(value) for value in values.tolist()]
    else:
        check_names(where, names)
        first = first_number(where, values, len(names), from_one)
        called = [names[value - first] for value in values.tolist()]
        if first:
            said.append("Labels are counted from 1.")
        used = set(called)
        unused = [shown(name) for name in names if name not in used]
        if unused:
            said.append(f"Classes of no image are left out: {', '.join(unused)}.")
    if len(called) == 1:
        raise BadInput(
            f"{where}: holds one class only, {shown(called[0])}: a classifier needs two or more"
        )
    classes = sorted(called)
    number = {name: i for i, name in enumerate(classes)}
    place = np.array([number[name] for name in called])
    return classes, [place[np.searchsorted(values, array)] for array in labels], said


def check_names(where: str, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name.strip() or name in seen:
            wrong = f"names two classes {shown(name)}" if name.strip() else "has an empty name"
            raise BadInput(f"{where}: {wrong}: give each class a name of its own")
        seen.add(name)


def first_number(where: str, values: np.ndarray, n: int, from_one: bool) -> int:
    """The number, 0 or 1, of the first of n names."""
    least, most = int(values[0]), int(values[-1])
    if least >= 1 and (most == n or (from_one and most < n)):
        return 1
    if most < n:
        return 0
    raise BadInput(
        f"{where}: the label {most} has no name, there are {n} names: add one, or mend the label"
    )
