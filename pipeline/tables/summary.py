"""The summary of a run: as a table, in Markdown, and in a sentence on what may be chance."""

from pathlib import Path

import pandas as pd

from pipeline.tables.chance import corrected_error, smallest_difference

UNEQUAL = 1.5  # times the smallest class is the largest: then balanced accuracy says more
FEW_TESTED, FEW_OF_CLASS = 500, 10  # test images; with fewer, folds are worth their time
ROW = ["representation", "n_features", "classifier"]


def summarize(accuracy: pd.DataFrame, knows: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Mean over trials of validation and test accuracy, and the spread of test accuracy.

    accuracy: the table of this name, as text. knows: what each classifier on each representation
    knows beside the image; always answering the largest class knows nothing. The spread is the
    standard deviation (with n - 1), empty for one trial, and with folds also the standard error,
    see `chance.corrected_error`; unseen are test images whose pixels are not among the training
    images, empty where all are.
    """
    numbers = accuracy.astype({"n": int, "accuracy": float, "balanced_accuracy": float})
    trial = [key for key in ("seed", "fold") if key in accuracy]
    by_split = numbers.pivot_table(
        index=[*ROW, *trial], columns="split", values="accuracy", sort=False
    ).reset_index()
    if "test_unseen" not in by_split:
        by_split["test_unseen"] = float("nan")
    on_test = numbers[numbers["split"] == "test"]
    by_split = by_split.merge(on_test[[*ROW, *trial, "balanced_accuracy"]], on=[*ROW, *trial])
    means = by_split.groupby(ROW, sort=False).agg(
        **{f"n_{key}s": (key, "nunique") for key in trial},
        validation_accuracy_mean=("validation", "mean"),
        test_accuracy_mean=("test", "mean"),
        test_accuracy_std=("test", "std"),
        test_balanced_accuracy_mean=("balanced_accuracy", "mean"),
        test_unseen_accuracy_mean=("test_unseen", "mean"),
    )
    if "fold" in trial:
        n_fitted = numbers["n"][numbers["split"].isin(["train", "validation"])].sum()
        n_parts = means["n_seeds"].iloc[0] * means["n_folds"].iloc[0]
        factor = corrected_error(1, n_parts, on_test["n"].sum(), n_fitted)
        place = means.columns.get_loc("test_accuracy_std") + 1
        means.insert(place, "test_accuracy_corrected_error", means["test_accuracy_std"] * factor)
    means = means.reset_index()
    of = zip(means["representation"], means["classifier"], strict=True)
    means["knows"] = [knows.get(name, {}).get(classifier, "nothing") for name, classifier in of]
    return means


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
    one_trial = bool(summary["test_accuracy_std"].isna().all())
    head = ["representation", "features", "classifier", "validation", "test"]
    rows = [head + ["balanced"] * unequal + ["unseen test"] * some_seen + ["knows"]]
    for row in summary.itertuples():
        spread = getattr(row, "test_accuracy_corrected_error", row.test_accuracy_std)
        validation, test = row.validation_accuracy_mean, row.test_accuracy_mean
        numbers = [f"{validation:.3f}", f"{test:.3f}" + ("" if one_trial else f" ± {spread:.3f}")]
        numbers += [f"{row.test_balanced_accuracy_mean:.3f}"] * unequal
        numbers += [f"{row.test_unseen_accuracy_mean:.3f}"] * some_seen
        rows.append([row.representation, str(row.n_features), row.classifier, *numbers, row.knows])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def chance(summary: pd.DataFrame, images: pd.DataFrame, understood: Path | None) -> list[str]:
    """How many test images there are, which differences can be chance, and what ± is: sentences.

    Of several seeds the one with the fewest test images counts; the accuracy is the best row's.
    understood: the table of the data. It tells whether folds could have been drawn.
    """
    totals = images.sum(axis=1)
    n, smallest = int(totals.min()), int(images.min(axis=None))
    more = "" if n == totals.max() else " or more"
    points = 100 * smallest_difference(summary["test_accuracy_mean"].max(), n)
    limit = f"near the best row, differences under {points:.2g} points can be chance (95 %)."
    if "n_folds" in summary:
        n_seeds, n_folds = summary[["n_seeds", "n_folds"]].iloc[0]
        seeds = f" of each of {n_seeds} seeds" if n_seeds > 1 else ""
        return [
            f"{n:,} test images, each tested once in {n_folds} folds{seeds}: {limit}",
            "± is the standard error of the mean over folds, corrected for the training images "
            "that they share (Nadeau and Bengio, 2003).",
        ]
    said = [f"{n:,} test images{more}: {limit}"]
    if understood and (n < FEW_TESTED or smallest < FEW_OF_CLASS) and is_drawn(understood):
        few = f"{FEW_TESTED}" if n < FEW_TESTED else f"{FEW_OF_CLASS} of some class"
        said.append(f"With fewer than {few}, folds: 5 tells more: it tests every image once.")
    return said


def is_drawn(understood: Path) -> bool:
    """Whether no image was for test or validation before parts were drawn."""
    table = pd.read_csv(understood, dtype=str, keep_default_na=False)
    return not table["split"][table["kind"] == "images"].isin(["test", "validation"]).any()
