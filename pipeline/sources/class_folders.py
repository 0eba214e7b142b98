"""Find the class and the split of images from the folders in which they lie.

The layout is `train/<class>/*` and `test/<class>/*`, or `<class>/*` for data without a split.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from features.errors import BadInput
from pipeline.runtime.messages import shown

SPLITS = ("train", "test")
OTHER_NAMES_OF_TEST = {"val", "valid", "validation", "dev", "eval"}


@dataclass(frozen=True)
class ClassFolders:
    """The label and the split of each image, and the sorted names of the classes.

    A label is an index into `classes`. A split is "train", "test", or "" where the data has none.
    """

    labels: list[int]
    splits: list[str]
    classes: list[str]


def class_folders(where: str, files: Sequence[str], folders: Sequence[str]) -> ClassFolders:
    """Read the class and the split of each image from its path.

    files: relative paths of images. Of the images of one folder one is enough, the first in sorted
    order. folders: relative paths of all folders, empty ones too. where: the data, for messages.

    One folder around everything, as many archives have, is passed over; so is train/ without
    test/. Raises BadInput, naming `where` and the file or class, for any other layout.
    """
    if not files:
        raise BadInput(
            f"{where}: holds no images (JPEG, PNG, BMP, WebP or TIFF): put them in a folder per "
            "class"
        )
    wrapper = wrapping_folder(files)
    inner = [name.removeprefix(wrapper) for name in files]
    tops = {name.split("/")[0] for name in inner}
    check_split_names(where, tops, inner)
    has_splits = set(SPLITS) <= tops
    depth = 2 if has_splits else 1
    for name, original in zip(inner, files, strict=True):
        if name.count("/") < depth:
            raise BadInput(
                f"{where}: the image {shown(original)} lies in no class folder: move it into one"
            )
    classes = sorted({name.split("/")[depth - 1] for name in inner})
    check_classes(where, classes)
    holding = {tuple(name.split("/")[:depth]) for name in inner}
    check_empty(where, wrapper, folders, holding, has_splits)
    if has_splits:
        check_same_classes(where, classes, holding)
    index = {name: label for label, name in enumerate(classes)}
    labels = [index[name.split("/")[depth - 1]] for name in inner]
    splits = [name.split("/")[0] if has_splits else "" for name in inner]
    return ClassFolders(labels, splits, classes)


def wrapping_folder(files: Sequence[str]) -> str:
    """The folder, as "name/", that all images share and that is not their class; "" if none."""
    wrapper = ""
    for _ in range(2):  # first one around everything, then perhaps train/ alone
        inner = [name.removeprefix(wrapper) for name in files]
        tops = {name.split("/")[0] for name in inner}
        if len(tops) > 1 or any(name.count("/") < 2 for name in inner):
            break
        top = tops.pop()
        if wrapper and top != "train":
            break
        wrapper += f"{top}/"
        if top == "train":
            break
    return wrapper


def check_split_names(where: str, tops: set[str], inner: Sequence[str]) -> None:
    if set(SPLITS) <= tops:
        for name in sorted(tops - set(SPLITS)):
            raise BadInput(
                f"{where}: the folder {shown(name)} lies beside train and test: move its images "
                "into one of them, or take it away"
            )
    nested = all(name.count("/") >= 2 for name in inner)
    others = tops - {"train"}
    if nested and "train" in tops and others and others <= OTHER_NAMES_OF_TEST:
        raise BadInput(
            f"{where}: holds train and {shown(min(others))} but no test: rename it to test"
        )


def check_classes(where: str, classes: Sequence[str]) -> None:
    if len(classes) == 1:
        raise BadInput(
            f"{where}: holds one class only, {shown(classes[0])}: a classifier needs two or more "
            "class folders"
        )


def check_empty(
    where: str,
    wrapper: str,
    folders: Sequence[str],
    holding: set[tuple[str, ...]],
    has_splits: bool,
) -> None:
    """Raise BadInput for a class folder without images.

    holding: the class folders with images, each a tuple of the names in its path.
    """
    depth = 2 if has_splits else 1
    for folder in sorted(folders):
        # An archive may have an entry "" for the folder around everything, which is no class.
        if not folder or not folder.startswith(wrapper):
            continue
        parts = tuple(folder.removeprefix(wrapper).split("/")[:depth])
        is_class = len(parts) == depth and (not has_splits or parts[0] in SPLITS)
        if is_class and parts not in holding:
            raise BadInput(
                f"{where}: the class folder {shown(wrapper + '/'.join(parts))} holds no images: "
                "fill it or remove it"
            )


def check_same_classes(where: str, classes: Sequence[str], holding: set[tuple[str, ...]]) -> None:
    for name in classes:
        for here, there in (SPLITS, SPLITS[::-1]):
            if (there, name) not in holding:
                raise BadInput(
                    f"{where}: the class {shown(name)} of {here} is missing in {there}: add "
                    f"{there}/{shown(name)} or remove {here}/{shown(name)}"
                )
