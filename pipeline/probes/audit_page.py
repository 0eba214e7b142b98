"""The audit for reading: a page in Markdown."""

from collections import Counter
from collections.abc import Sequence

from pipeline.images.parts import PARTS
from pipeline.probes.best_row import Row
from pipeline.runtime.markdown import escaped

LISTED = 20  # images of a kind, at most
HEADS = {
    "exact duplicate": "Exact duplicates",
    "near duplicate": "Near duplicates",
    "label": "Labels that the other images contradict",
}


def page(
    rows: Sequence[tuple], judged: Sequence[tuple], row: Row | None, limit: float, n_folds: int
) -> str:
    """rows: of audit.csv. judged: of audit_accuracy.csv, without the trial. row: what judged the
    labels, if anything could. limit: from which likeness on images are near duplicates. n_folds:
    of the training images.
    """
    parts = ["# Audit", "audit.csv lists all that is found here, with paths.", counts(rows)]
    parts += ["## Accuracy without duplicates", *accuracies(judged)]
    for kind, head in HEADS.items():
        mine = [each for each in rows if each[0] == kind]
        said = {"near duplicate": near(limit), "label": labels(row, n_folds)}.get(kind, EXACT)
        parts += [f"## {head}", said]
        if mine:
            parts += [listed(mine)]
        if len(mine) > LISTED:
            parts.append(f"And {len(mine) - LISTED:,} more: see audit.csv.")
        n_plain = sum("nearly plain" in each[-1] for each in mine)
        if n_plain:
            parts.append(f"Of all, {n_plain:,} are nearly plain pictures.")
    return "\n\n".join(parts) + "\n"


EXACT = (
    "Test images whose pixels are among the training or validation images, and validation images "
    "whose pixels are among the training images."
)


def near(limit: float) -> str:
    return (
        f"Images whose edges have a likeness of at least {limit:.3f} (1: equal) to those of an "
        "image of an earlier part: 99 of 100 training images are as like themselves once they are "
        "written as JPEG, shifted by a pixel or made brighter by a tenth; but the limit is never "
        "above 0.95 or below 0.8. Nearly plain pictures of one colour count as alike: nothing "
        "tells them apart."
    )


def labels(row: Row | None, n_folds: int) -> str:
    if row is None:
        return (
            "Not looked for: the features of every representation were fitted with the labels, "
            "and would defend them."
        )
    return (
        f"By confident learning (Northcutt et al., 2021), with the row that is best on validation "
        f"images: {row.representation} with {row.classifier}, {100 * row.accuracy:.1f} % of them "
        f"right. No image is judged by a model that was trained on it: training images are judged "
        f"by models of the others, in {n_folds} folds. The score is 1 less the probability of "
        "the label. An image that is hard to tell looks like one whose label is wrong: look "
        "at it before you change the label."
    )


def counts(rows: Sequence[tuple]) -> str:
    found = Counter((each[0], each[2]) for each in rows)
    body = [[kind, *(f"{found[kind, part]:,}" for part in PARTS)] for kind in HEADS]
    return table([["images", *PARTS], *body])


def accuracies(judged: Sequence[tuple]) -> list[str]:
    n, n_without = judged[0][2], judged[0][4]
    if n == n_without:
        return [f"None of {n:,} test images is a duplicate: accuracies stay as they are."]
    said = f"{n - n_without:,} of {n:,} test images are duplicates, exact or near."
    body = [
        [*each[:2], f"{each[3]:.3f}", f"{each[5]:.3f}" if each[5] != "" else ""] for each in judged
    ]
    return [said, table([["representation", "classifier", "test", "without duplicates"], *body])]


def listed(rows: Sequence[tuple]) -> str:
    """The first of a kind. Names are shown as text, whatever they contain."""
    is_label = rows[0][0] == "label"
    head = ["image", "split", "class"]
    head += ["seems to be"] if is_label else ["is like", "split", "class"]
    body = []
    for _, *cells, score, _ in rows[:LISTED]:
        kept = [*cells[:3], cells[5]] if is_label else cells
        body.append([*map(escaped, kept), f"{score:.3f}"])
    return table([[*head, "score"], *body])


def table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
