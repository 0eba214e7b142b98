"""The summary of a run for reading: a table in Markdown, and sentences on what may be chance."""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.tables.chance import smallest_difference
from pipeline.tables.findings import Findings
from pipeline.tables.uncertainty import Answers, Variation, effective

UNEQUAL = 1.5  # times the smallest class is the largest: then balanced accuracy says more
FEW_TRIALS = 5  # whose variance is worth something
FEW_TESTED, FEW_OF_CLASS = 500, 10  # test images; with fewer, folds are worth their time


def summed_up(found: Findings, images: pd.DataFrame, understood: Path | None) -> list[str]:
    """The table, and what is to be said of it. images: as `tested` counts them.

    understood: the table of the data.
    """
    advice = [] if "n_folds" in found.summary else folds_advice(images, understood)
    return [
        in_markdown(found.summary, images),
        *chance(found.summary, found.answers, found.variation, len(found.comparisons)),
        *advice,
    ]


def tested(confusion: pd.DataFrame) -> pd.DataFrame:
    """The number of test images of each class (columns), of each seed (rows)."""
    first = confusion.iloc[0]
    same = confusion["representation"] == first["representation"]
    rows = confusion[same & (confusion["classifier"] == first["classifier"])]
    return rows.astype({"n": int}).pivot_table(
        index="seed", columns="class", values="n", aggfunc="sum", sort=False
    )


def in_markdown(summary: pd.DataFrame, images: pd.DataFrame) -> str:
    """The summary as a Markdown table; images: as `tested` counts them.

    Where classes are unequal, balanced accuracy and macro F1 stand beside accuracy.
    """
    counts = images.sum()
    unequal = bool(counts.max() > UNEQUAL * counts.min())
    some_seen = bool(summary["test_unseen_accuracy_mean"].notna().any())
    marked = (summary["classifier"] != "").sum() > 1
    head = ["representation", "features", "classifier", "validation", "test", "95 %"]
    head += ["balanced", "macro F1"] * unequal + ["unseen test"] * some_seen + ["knows"]
    rows = [head]
    for row in summary.itertuples():
        mark = " *" if marked and row.like_best == "true" else ""
        numbers = [f"{row.validation_accuracy_mean:.3f}", f"{row.test_accuracy_mean:.3f}{mark}"]
        numbers += [f"{row.test_accuracy_low:.3f}-{row.test_accuracy_high:.3f}"]
        numbers += [f"{row.test_balanced_accuracy_mean:.3f}"] * unequal
        numbers += [f"{row.test_macro_f1_mean:.3f}"] * unequal
        numbers += [f"{row.test_unseen_accuracy_mean:.3f}"] * some_seen
        rows.append([row.representation, str(row.n_features), row.classifier, *numbers, row.knows])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def chance(summary: pd.DataFrame, answers: Answers, found: Variation, n_pairs: int) -> list[str]:
    """How many test images there are, which differences can be chance, and what * is: sentences.

    found: how the accuracies of the summary's rows vary. n_pairs: how many pairs were compared.
    """
    best = int(summary["test_accuracy_mean"].to_numpy().argmax())
    limit = smallest_difference(found.accuracy[best], effective(found)[best])
    said = [
        f"{counted(summary, answers)}: near the best row, differences under {100 * limit:.2g} "
        "points can be chance (95 %) where rows err on different images."
    ]
    if n_pairs:
        said.append(
            "Rows marked * are the best one and those that cannot be told from it on the same "
            f"test images (comparisons.csv, corrected for {n_pairs:,} pairs)."
            if n_pairs > 1
            else "Rows marked * are the best one and, where it cannot be told from it on the same "
            "test images (comparisons.csv), the other."
        )
    if found.n_trials == 1:
        said.append("Seeds were not varied: this is about these models on other test images.")
    elif found.drawn:
        said.append(
            "The intervals allow for training images that trials share (Nadeau and Bengio, 2003)."
        )
        if found.n_trials < FEW_TRIALS:
            said.append(
                "So few seeds or folds hardly tell how much they differ; "
                f"{FEW_TRIALS} or more tell more."
            )
    return said


def counted(summary: pd.DataFrame, answers: Answers) -> str:
    """How many test images there are, and of how many groups; of seeds, in the smallest test."""
    first = summary.iloc[0]
    per_seed = int(first["n_folds"]) if "n_folds" in summary else 1
    seeds = range(0, len(answers.image), per_seed)
    n, of = (
        [sum(len(np.unique(part)) for part in parts[j : j + per_seed]) for j in seeds]
        for parts in (answers.image, answers.unit)
    )
    more = "" if min(n) == max(n) else " or more"
    groups = f" of {min(of):,} groups" if min(of) < min(n) else ""
    said = f"{min(n):,} test images{more}{groups}"
    if "n_folds" not in summary:
        return said
    each = f" of each of {len(seeds)} seeds" if len(seeds) > 1 else ""
    return f"{said}, each tested once in {per_seed} folds{each}"


def folds_advice(images: pd.DataFrame, understood: Path | None) -> list[str]:
    """A sentence where folds would tell more; images: as `tested` counts them.

    understood: the table of the data. It tells whether folds could have been drawn.
    """
    n, smallest = int(images.sum(axis=1).min()), int(images.min(axis=None))
    if understood and (n < FEW_TESTED or smallest < FEW_OF_CLASS) and is_drawn(understood):
        few = f"{FEW_TESTED}" if n < FEW_TESTED else f"{FEW_OF_CLASS} of some class"
        return [f"With fewer than {few}, folds: 5 tells more: it tests every image once."]
    return []


def is_drawn(understood: Path) -> bool:
    """Whether no image was for test or validation before parts were drawn."""
    table = pd.read_csv(understood, dtype=str, keep_default_na=False)
    return not table["split"][table["kind"] == "images"].isin(["test", "validation"]).any()
