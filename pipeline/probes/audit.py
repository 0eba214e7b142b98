"""Join what is doubtful about the data: duplicates over parts, and contradicted labels."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from pipeline.classifiers import temperature
from pipeline.images.labels import Labels, names_at, read_labels
from pipeline.images.parts import PARTS, TEST, TRAIN, VALIDATION, is_test, members
from pipeline.probes import audit_page
from pipeline.probes.best_row import Row, best_row
from pipeline.probes.doubtful import doubtful
from pipeline.runtime import stage
from pipeline.runtime.messages import shown
from pipeline.runtime.store import read_array, read_arrays, read_json, write_csv, write_text

COLUMNS = (
    *("kind", "image", "split", "class", "other_image", "other_split", "other_class", "score"),
    "reason",
)
EXACT, NEAR, LABEL = "exact duplicate", "near duplicate", "label"
SAME = "has the same pixels as a {} image"  # each: what part the other image plays
CHANGED = "differs from a {} image by no more than JPEG, light or a small shift make"
PLAIN = "is nearly plain, and so is a {} image of its colour: nothing tells them apart"
ACCURACY = ("representation", "classifier", "n", "accuracy", "n_without", "accuracy_without")


class Finding(NamedTuple):
    """One row of the table, in numbers. image: its row among all images. other: that of the image
    that is like it, -1 for a label. other_class: that of the other, or what the label should be.
    """

    kind: str
    image: int
    other: int
    other_class: int
    score: float
    reason: str


def audit(
    labels: Path,
    classes: Path,
    parts: Path,
    near: Path,
    scores: list,
    predictions: str,
    accuracies: str,
    representations: list,
    judging: list,
    swept: list,
    trial: dict,
    table: Path,
    accuracy: Path,
    readable: Path,
) -> None:
    """Write the table of all that is doubtful, accuracies with and without duplicates, and a page.

    near: of `near_duplicates`; scores: of `out_of_fold`, a file for each fold. predictions,
    accuracies: patterns of what `score` wrote. representations: of each its name and classifiers;
    judging: those of which one may judge labels. trial: the seed, and with folds the fold.
    """
    known, part, names = read_labels(labels), read_array(parts), read_json(classes)
    names = [shown(name) for name in names]
    alike = read_arrays(near)
    found = [*copies(known, part), *near_copies(alike, known, part)]
    row = best_row(accuracies, judging, swept) if judging else None
    if row is not None:
        held_out = read_arrays(Path(predictions.replace("{representation}", row.representation)))
        found += labelled(
            row, held_out, [read_arrays(Path(file)) for file in scores], known, names
        )
    write_csv(table, COLUMNS, cells(found, labels, known, part, names))
    twice = np.array(sorted({each.image for each in found if each.kind != LABEL}), int)
    judged = list(with_and_without(predictions, representations, twice))
    written = [(*row[:2], *trial.values(), *row[2:]) for row in judged]
    write_csv(accuracy, (*ACCURACY[:2], *trial, *ACCURACY[2:]), written)
    shown_rows = list(cells(found, labels, known, part, names))
    write_text(
        readable, audit_page.page(shown_rows, judged, row, float(alike["limit"]), len(scores))
    )


def copies(known: Labels, part: np.ndarray) -> Iterator[Finding]:
    """Validation images with the pixels of a training image, test images with those of either."""
    before = members(part, TRAIN)
    for number in (VALIDATION, TEST):
        mine = members(part, number)
        content, first = np.unique(known.content[before], return_index=True)
        place = np.searchsorted(content, known.content[mine])
        inside = place < len(content)
        inside[inside] = content[place[inside]] == known.content[mine[inside]]
        others = before[first[place[inside]]]
        for image, other in zip(mine[inside].tolist(), others.tolist(), strict=True):
            yield duplicate(EXACT, image, other, 1.0, known, part, SAME)
        before = np.sort(np.concatenate([before, mine]))


def near_copies(
    alike: dict[str, np.ndarray], known: Labels, part: np.ndarray
) -> Iterator[Finding]:
    """The pairs that `near_duplicates` wrote, but for exact ones, the most alike first."""
    exact = {each.image for each in copies(known, part)}
    for i in np.argsort(-alike["score"], kind="stable").tolist():
        image, other = int(alike["image"][i]), int(alike["other"][i])
        if image not in exact:
            how = PLAIN if alike["plain"][i] else CHANGED
            yield duplicate(NEAR, image, other, float(alike["score"][i]), known, part, how)


def duplicate(
    kind: str, image: int, other: int, score: float, known: Labels, part: np.ndarray, how: str
) -> Finding:
    """how: a sentence in which {} stands for the part that the other image plays."""
    other_class = int(known.label[other])
    more = "" if other_class == known.label[image] else ", which bears another label"
    return Finding(
        kind, image, other, other_class, score, how.format(in_words(part[other])) + more
    )


def labelled(
    row: Row, held_out: dict, folds: list[dict], known: Labels, names: list[str]
) -> Iterator[Finding]:
    """Images whose label a classifier contradicts that has not seen them.

    held_out: predictions of the row; folds: scores of training images, out of fold.
    """
    scores, image = (np.concatenate([each[key] for each in folds]) for key in ("scores", "image"))
    trained = softmax(scores / temperature.fit(scores, known.label[image]), axis=1)
    fitted = held_out[f"{row.classifier}.temperature"]
    others = softmax(held_out[f"{row.classifier}.scores"] / fitted, axis=1)
    p = np.concatenate([trained, others]).astype(np.float64)
    images = np.concatenate([image, held_out["image"]])
    order = np.argsort(images)
    p, images = p[order], images[order]
    y = known.label[images]
    found = doubtful(p, y)
    for place, other, score in zip(*(each.tolist() for each in found), strict=True):
        reason = (
            f"{row.representation} with {row.classifier}, which was not trained on it, gives "
            f"{names[other]} a probability of {p[place, other]:.3f}, and {names[y[place]]} "
            f"{p[place, y[place]]:.3f}"
        )
        yield Finding(LABEL, int(images[place]), -1, other, score, reason)


def cells(
    found: list[Finding], labels: Path, known: Labels, part: np.ndarray, names: list[str]
) -> Iterator[tuple]:
    """The rows of the table. labels: the table with the images' names."""
    files = names_at(labels, {row for each in found for row in (each.image, each.other)})
    for each in found:
        yield (
            each.kind,
            *(files[each.image], split_of(part[each.image]), names[known.label[each.image]]),
            *(files.get(each.other, ""), "" if each.other < 0 else split_of(part[each.other])),
            *(names[each.other_class], each.score, each.reason),
        )


def in_words(number: int) -> str:
    """A part as it stands before "image"."""
    return "training" if number == TRAIN else split_of(number)


def split_of(number: int) -> str:
    """Such as test, for seen ones too."""
    return PARTS[min(int(number), TEST)]


def with_and_without(
    predictions: str, representations: list, twice: np.ndarray
) -> Iterator[tuple]:
    """The rows of ACCURACY on test images. twice: images that have a duplicate, increasing."""
    for name, classifiers in representations:
        answers = read_arrays(Path(predictions.replace("{representation}", name)))
        test = is_test(answers["part"])
        once = test & ~np.isin(answers["image"], twice)
        for each in classifiers:
            right = answers[f"{each}.scores"].argmax(axis=1) == answers["y"]
            alone = float(right[once].mean()) if once.any() else ""
            yield name, each, int(test.sum()), float(right[test].mean()), int(once.sum()), alone


if __name__ == "__main__":
    stage.main(audit)
