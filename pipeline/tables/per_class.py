"""How well each class is recognised, from how often classes were taken for each other."""

import numpy as np
import pandas as pd

OF_CLASSES = ("precision", "recall", "f1", "support")


def per_class(confusion: pd.DataFrame) -> pd.DataFrame:
    """A row for each classifier, trial and class; confusion: the table of this name, as text.

    precision: of the images taken for the class, the share that is of it, empty where there are
    none. recall: of its images, the share that was recognised, and f1 the harmonic mean of both;
    both empty for a class without test images. support: its test images.
    """
    n_classes = confusion["class"].nunique()
    counts = confusion["n"].to_numpy().astype(int).reshape(-1, n_classes, n_classes)
    right = np.diagonal(counts, axis1=1, axis2=2)
    support, taken = counts.sum(axis=2), counts.sum(axis=1)
    keys = [key for key in confusion if key not in ("predicted", "n")]
    table = confusion.iloc[::n_classes][keys].reset_index(drop=True)
    numbers = share(right, taken), share(right, support), share(2 * right, support + taken)
    f1 = np.where(support > 0, numbers[2], np.nan)
    for name, values in zip(OF_CLASSES, (*numbers[:2], f1, support), strict=True):
        table[name] = values.ravel()
    return table


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def macro_f1(classes: pd.DataFrame, accuracy: pd.DataFrame) -> np.ndarray:
    """The mean F1 of the classes that have test images, for each row of `accuracy` (k,).

    classes: what `per_class` returns. accuracy: test rows of the table of this name, in numbers.
    One class for all images has an F1 that follows from its accuracy a, its share of the images:
    precision is a and recall 1. All others have 0; balanced accuracy is 1 over their number.
    """
    keys = [key for key in ("representation", "classifier", "seed", "fold") if key in classes]
    means = classes.groupby(keys, sort=False)["f1"].mean().rename("mean_f1").reset_index()
    found = accuracy[keys].merge(means, on=keys, how="left")["mean_f1"].to_numpy()
    a, balanced = (accuracy[key].to_numpy() for key in ("accuracy", "balanced_accuracy"))
    return np.where(accuracy["classifier"] == "", balanced * 2 * a / (1 + a), found)
