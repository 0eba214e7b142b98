"""Names of folders that say what images are for: train, validation or test, in any usual way."""

import re
from collections.abc import Mapping

WORDS = {
    **dict.fromkeys(("train", "training", "trn", "trainval"), "train"),
    **dict.fromkeys(("test", "testing", "tst", "tests", "eval", "evaluation"), "test"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "validating"), "validation"),
    **dict.fromkeys(("dev", "devel"), "validation"),
}
# What often stands before or behind these words and says nothing more.
FILLERS = {
    *("set", "sets", "data", "dataset", "image", "images", "img", "imgs", "pic", "pics", "photo"),
    *("photos", "picture", "pictures", "folder", "dir", "file", "files", "sample", "samples"),
    *("split", "part", "seg", "final", "raw", "new", "my", "the", "all", "full", "public"),
    *("private", "big", "small", "mini", "sub", "subset", "cropped", "resized"),
}
WORD = re.compile(
    rf"({'|'.join(sorted(FILLERS, key=len, reverse=True))})?"
    rf"({'|'.join(sorted(WORDS, key=len, reverse=True))})"
    rf"({'|'.join(sorted(FILLERS, key=len, reverse=True))})?"
)


def words_of(name: str) -> list[str]:
    """The words of a name in lower case: those of Seg_TestSet2 are seg, test and set."""
    return re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())


def split_of(name: str) -> str:
    """ "train", "validation" or "test" where the name says so in one of the usual ways, else "".

    Case does not count, nor what stands before or behind: seg_train, Training_set, test1, TestSet.
    A name that says both train and validation is for train.
    """
    found = {WORDS[fit[2]] for fit in map(WORD.fullmatch, words_of(name)) if fit}
    if found == {"train", "validation"}:
        return "train"
    return found.pop() if len(found) == 1 else ""


def says_only_split(name: str) -> bool:
    """Whether the name says nothing but a split: Test_Set does, and "test tube" does not."""
    words = words_of(name)
    return bool(split_of(name)) and all(WORD.fullmatch(w) or w in FILLERS for w in words)


def part_of(name: str, chosen: Mapping[str, str]) -> str:
    """The part that a name stands for: as the key splits of the config says, or by itself."""
    return chosen.get(name) or split_of(name)
