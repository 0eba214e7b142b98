"""Names of folders that say what images are for: train, validation or test, in any usual way."""

import re

WORDS = {
    **dict.fromkeys(("train", "training", "trn", "trainset", "traindata"), "train"),
    **dict.fromkeys(
        ("test", "testing", "tst", "testset", "testdata", "eval", "evaluation"), "test"
    ),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev", "devel"), "validation"),
}
FOLD = re.compile(r"(?:c?v?fold|split|part|batch|run)?[-_ ]?\d+(?:[-_ ]?fold)?", re.IGNORECASE)


def split_of(name: str) -> str:
    """ "train", "validation" or "test" where the name says so in one of the usual ways, else "".

    Case does not count, nor what stands before or behind: seg_train, Training_set, test1, TestSet.
    """
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    found = {WORDS[word] for word in words if word in WORDS}
    return found.pop() if len(found) == 1 else ""


def is_fold(name: str) -> bool:
    """Whether the name counts pieces of a whole, as fold1 and split_3 do."""
    return FOLD.fullmatch(name) is not None and not name.isdigit()
