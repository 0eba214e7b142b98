"""Which of a run's trained models is applied: of those asked for, the best in validation."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.classifiers.judging import judged
from pipeline.images.parts import VALIDATION
from pipeline.prediction.recipe import recipe
from pipeline.runtime.messages import shown
from pipeline.runtime.store import read_arrays

Wish = dict[str, str | int | None]  # representation, classifier, seed: None for any


def chosen(models: dict, root: Path, wish: Wish) -> tuple[str, str, dict]:
    """The representation, the classifier and the trial of the best model that fits a wish.

    models: see `recipe`; its paths start in the folder `root`. The best is the one whose accuracy
    on validation images, the mean over the trials, is highest; of equals the first in the tables.
    The trial is the first of the seed that is asked for, or of all: where seeds draw validation
    images of their own, the most accurate one may only have drawn the easiest. Raises BadInput for
    a wish that no model fits.
    """
    trials = [each for each in models["trials"] if wish.get("seed") in (None, int(each["seed"]))]
    pairs = [
        (representation, classifier)
        for representation, names in models["pairs"].items()
        for classifier in names
        if wish.get("representation") in (None, representation)
        and wish.get("classifier") in (None, classifier)
    ]
    if not trials or not pairs:
        raise BadInput(f"{shown(models['run'])}: {no_such(models, wish)}")
    if len(pairs) == 1:
        return *pairs[0], trials[0]
    means = [np.mean(list(accuracies(models, root, *pair))) for pair in pairs]
    return *pairs[int(np.argmax(means))], trials[0]


def accuracies(models: dict, root: Path, representation: str, classifier: str) -> Iterator[float]:
    """On the validation images of each trial: accuracy, or what settings were chosen by."""
    for trial in models["trials"]:
        kept = read_arrays(root / recipe(models, representation, trial)["predictions"])
        _, plain, balanced = judged(*validated(kept, classifier))
        yield balanced if models["choose_by"] == "balanced_accuracy" else plain


def validated(kept: dict[str, np.ndarray], classifier: str) -> tuple[np.ndarray, np.ndarray]:
    """Classes (m,) of the validation images, and those that a classifier gives them.

    kept: what `score` wrote.
    """
    is_validation = kept["part"] == VALIDATION
    return kept["y"][is_validation], kept[f"{classifier}.scores"][is_validation].argmax(axis=1)


def no_such(models: dict, wish: Wish) -> str:
    """What there is, for a wish that no model fits."""
    there = {
        "representation": list(models["pairs"]),
        "classifier": list(models["classifiers"]),
        "seed": list(dict.fromkeys(int(each["seed"]) for each in models["trials"])),
    }
    for key, known in there.items():
        if wish.get(key) is not None and wish[key] not in known:
            named = ", ".join(shown(str(each)) for each in known)
            return f"has no {key} {shown(str(wish[key]))}: choose one of {named}"
    representation = str(wish["representation"])
    mine = ", ".join(models["pairs"][representation])
    return f"{wish['classifier']} is not trained on {representation}: choose one of {mine}"
