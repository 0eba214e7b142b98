"""The summary of a run: as a table, in Markdown, and in a sentence on what may be chance."""

import pandas as pd

from pipeline.tables.chance import smallest_difference

UNEQUAL = 1.5  # times the smallest class is the largest: then balanced accuracy says more


def summarize(accuracy: pd.DataFrame) -> pd.DataFrame:
    """Mean over seeds of validation and test accuracy, and the spread of test accuracy.

    accuracy: the table of this name, as text. The spread is the standard deviation (with n - 1),
    empty for one seed; unseen are test images whose pixels are not among the training images,
    empty where all are.
    """
    keys = ["representation", "n_features", "classifier"]
    numbers = accuracy.astype({"accuracy": float, "balanced_accuracy": float})
    by_split = numbers.pivot_table(
        index=[*keys, "seed"], columns="split", values="accuracy", sort=False
    ).reset_index()
    if "test_unseen" not in by_split:
        by_split["test_unseen"] = float("nan")
    means = by_split.groupby(keys, sort=False).agg(
        n_seeds=("seed", "size"),
        validation_accuracy_mean=("validation", "mean"),
        test_accuracy_mean=("test", "mean"),
        test_accuracy_std=("test", "std"),
        test_unseen_accuracy_mean=("test_unseen", "mean"),
    )
    on_test = numbers[numbers["split"] == "test"].groupby(keys, sort=False)
    balanced = on_test["balanced_accuracy"].mean()
    place = means.columns.get_loc("test_unseen_accuracy_mean")
    means.insert(place, "test_balanced_accuracy_mean", balanced)
    return means.reset_index()


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

    Where classes are unequal, balanced accuracy stands beside accuracy.
    """
    counts = images.sum()
    unequal = bool(counts.max() > UNEQUAL * counts.min())
    some_seen = bool(summary["test_unseen_accuracy_mean"].notna().any())
    head = ["representation", "features", "classifier", "validation", "test"]
    rows = [head + ["balanced"] * unequal + ["unseen test"] * some_seen]
    for row in summary.itertuples():
        spread = "" if row.n_seeds == 1 else f" ± {row.test_accuracy_std:.3f}"
        validation, test = row.validation_accuracy_mean, row.test_accuracy_mean
        numbers = [f"{validation:.3f}", f"{test:.3f}{spread}"]
        numbers += [f"{row.test_balanced_accuracy_mean:.3f}"] * unequal
        numbers += [f"{row.test_unseen_accuracy_mean:.3f}"] * some_seen
        rows.append([row.representation, str(row.n_features), row.classifier, *numbers])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def chance(summary: pd.DataFrame, images: pd.DataFrame) -> str:
    """How many test images there are, and which differences can be chance: a sentence.

    Of several seeds the one with the fewest test images counts; the accuracy is the best row's.
    """
    totals = images.sum(axis=1)
    n = int(totals.min())
    points = 100 * smallest_difference(summary["test_accuracy_mean"].max(), n)
    more = "" if n == totals.max() else " or more"
    return f"{n:,} test images{more}: differences under {points:.2g} points can be chance (95 %)."
