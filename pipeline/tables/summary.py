"""The summary of a run as a table: a row for each classifier on each representation."""

import pandas as pd

from pipeline.tables.chance import corrected_error

ROW = ["representation", "n_features", "classifier"]


def summarize(accuracy: pd.DataFrame, knows: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Mean over trials of validation and test accuracy, and the spread of test accuracy.

    accuracy: the table of this name, in numbers, with the column macro_f1 on test images. knows:
    what each classifier on each representation knows beside the image; always answering the
    largest class knows nothing. The spread is the standard deviation (with n - 1), empty for one
    trial, and with folds also the standard error, see `chance.corrected_error`; unseen are test
    images whose pixels are not among the training images, empty where all are.
    """
    trial = [key for key in ("seed", "fold") if key in accuracy]
    by_split = accuracy.pivot_table(
        index=[*ROW, *trial], columns="split", values="accuracy", sort=False
    ).reset_index()
    if "test_unseen" not in by_split:
        by_split["test_unseen"] = float("nan")
    on_test = accuracy[accuracy["split"] == "test"]
    more = on_test[[*ROW, *trial, "balanced_accuracy", "macro_f1"]]
    means = (
        by_split.merge(more, on=[*ROW, *trial])
        .groupby(ROW, sort=False)
        .agg(
            **{f"n_{key}s": (key, "nunique") for key in trial},
            validation_accuracy_mean=("validation", "mean"),
            test_accuracy_mean=("test", "mean"),
            test_accuracy_std=("test", "std"),
            test_balanced_accuracy_mean=("balanced_accuracy", "mean"),
            test_unseen_accuracy_mean=("test_unseen", "mean"),
            test_macro_f1_mean=("macro_f1", "mean"),
        )
    )
    if "fold" in trial:
        n_fitted = accuracy["n"][accuracy["split"].isin(["train", "validation"])].sum()
        n_parts = means["n_seeds"].iloc[0] * means["n_folds"].iloc[0]
        factor = corrected_error(1, n_parts, on_test["n"].sum(), n_fitted)
        place = means.columns.get_loc("test_accuracy_std") + 1
        means.insert(place, "test_accuracy_corrected_error", means["test_accuracy_std"] * factor)
    means = means.reset_index()
    of = zip(means["representation"], means["classifier"], strict=True)
    means["knows"] = [knows.get(name, {}).get(classifier, "nothing") for name, classifier in of]
    return means


def like_best(summary: pd.DataFrame, pairs: pd.DataFrame) -> list[str]:
    """For each row whether it is the best, by test accuracy, or cannot be told from it, as text.

    pairs: of rows with a classifier, as `comparisons.compare` returns them. Empty for others.
    """
    own = summary["classifier"] != ""
    best = int(summary["test_accuracy_mean"][own].to_numpy().argmax())
    apart = pairs[pairs["told_apart"]]
    others = set(apart["other"][apart["first"] == best]) | set(
        apart["first"][apart["other"] == best]
    )
    places = own.cumsum() - 1
    return [
        ("false" if place in others else "true") if mine else ""
        for mine, place in zip(own, places, strict=True)
    ]
