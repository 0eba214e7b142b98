"""Names of folders that are no classes: kinds of files, pieces of the data, dates."""

import re
import unicodedata
from collections.abc import Sequence

from pipeline.sources.split_names import says_only_split, words_of

# A folder of one of these names, among others, holds one kind of file and not one class.
KINDS = {
    *("image", "images", "img", "imgs", "jpegimages", "mask", "masks", "label", "labels"),
    *("annotation", "annotations", "annot", "annots", "groundtruth", "groundtruths", "gt"),
    *("segmentation", "segmentations", "segmentationclass", "segmentationobject", "trimap"),
    *("trimaps", "bbox", "bboxes", "xml", "xmls", "meta", "metadata", "attributes", "docs"),
    *("unlabeled", "unlabelled", "prediction", "predictions", "pred", "preds", "submission"),
    *("thumbnail", "thumbnails", "thumbs", "preview", "previews", "sample", "samples", "example"),
    *("examples", "demo", "result", "results", "figure", "figures", "plots", "assets"),
    *("screenshot", "screenshots"),
}
# Folders of these names, where there are no others, hold the same in several ways.
FORMS = {
    *("color", "colour", "gray", "grey", "grayscale", "greyscale", "rgb", "segmented"),
    *("original", "originals", "raw", "processed", "preprocessed", "augmented", "augmentation"),
    *("cropped", "crops", "resized", "enhanced", "photo", "photos", "picture", "pictures"),
    *("data", "dataset", "input", "inputs", "output", "outputs", "backup", "copy"),
}
IMAGES = {
    *("image", "images", "img", "imgs", "jpegimages", "original", "originals", "raw", "rgb"),
    *("color", "colour"),
}
PIECE = re.compile(
    r"(?:.*[-_. ])?(?:k?folds?|cv|cvfold|split|part|batch|run|chunk|shard|subset|set|volume|vol"
    r"|patient|case|scan|study|session|video|clip|sequence|seq|page|dicom)"
    r"(?:[-_. ]?\d+|[-_. ][a-z])|\d+[-_. ]?folds?",
    re.IGNORECASE,
)
COPY = re.compile(
    r"copy of (.+)|(.+?)(?:[-_. ]+(?:copy|kopie|copie|backup|bak|old)| ?\(\d+\)| \d+)"
    r"(?:[-_. ]*\(?\d+\)?)?",
    re.IGNORECASE,
)
DATE = re.compile(
    r"(?:19|20)\d\d([-_. ]?)(?:0[1-9]|1[0-2])(?:\1(?:0[1-9]|[12]\d|3[01]))?(?:[-_. T].*)?"
)
YEAR = re.compile(r"(?:19|20)\d\d")


def alike(name: str) -> str:
    """The form by which names are compared: Unicode has several ways to write one."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def is_kind(name: str) -> bool:
    return made_of(name, KINDS)


def made_of(name: str, known: set[str]) -> bool:
    words = words_of(name)
    return "".join(words) in known or (bool(words) and all(word in known for word in words))


def holds_images(name: str) -> bool:
    """Whether it is the kind that is wanted."""
    return bool(IMAGES & set(words_of(name)))


def copied(names: Sequence[str]) -> dict[str, str]:
    """Names that are those of copies, as "cat - Copy" beside cat, and of what they are copies."""
    there = {name.casefold(): name for name in names}
    found = {}
    for name in names:
        fit = COPY.fullmatch(name)
        of = there.get((fit[1] or fit[2]).casefold()) if fit else None
        if of is not None:
            found[name] = of
    return found


def is_piece(name: str) -> bool:
    """Whether the name counts pieces of a whole, as fold1, images_part_2 and patient_7 do."""
    return PIECE.fullmatch(name) is not None


def is_date(name: str) -> bool:
    return DATE.fullmatch(name) is not None or YEAR.fullmatch(name) is not None


def what_else(names: Sequence[str]) -> str:
    """What folders side by side look like, if they do not look like classes; else ""."""
    if len(names) < 2:
        return ""
    if all(map(says_only_split, names)):
        return "splits"
    if all(map(is_piece, names)):
        return "pieces of the data"
    if all(map(is_date, names)):
        return "dates"
    if any(map(is_kind, names)) or all(made_of(name, KINDS | FORMS) for name in names):
        return "kinds of files"
    return ""
