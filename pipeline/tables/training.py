"""What is to be said of training: where a row of the tables could have been trained better."""

import pandas as pd

TRIAL = ("seed", "fold")  # what tells one trial from another; the second with folds only
SHOWN = 3  # rows that a sentence names
GAP = 0.05  # share of its optimum by which an objective may lie above it
SLIGHT = 0.01  # and a share that is not worth a word, whatever the few validation images say
POINTS = 0.005  # accuracy that may be lost by not having reached the optimum


def training_warnings(sweep: pd.DataFrame, classifiers: list) -> list[str]:
    """One sentence each on edges, gaps and losses worse than chance, where there are any.

    sweep: the table of this name, as text. classifiers: as `Plan.classifiers` describes them.
    """
    chosen = sweep[sweep["chosen"] == "true"]
    return [*on_edges(chosen, classifiers), *gaps(chosen), *sure_and_wrong(chosen)]


def on_edges(chosen: pd.DataFrame, classifiers: list) -> list[str]:
    """Where a chosen setting lies on the edge of a grid that has grown as far as it may."""
    rows = chosen[chosen["on_edge"] == "true"]
    if not len(rows):
        return []
    described = {each["name"]: each for each in classifiers}
    told: list[str] = []
    keys: dict[str, None] = {}
    for _, row in rows.iterrows():
        classifier = described[row["classifier"]]
        names = [name for name, _ in classifier["swept"]]
        told.append(f"{of(row)} ({', '.join(f'{name} {row[name]}' for name in names)})")
        keys |= {classifier["keys"][name]: None for name in names}
    return [
        f"Warning: chosen settings on the edge of their grid, {len(rows)} of {len(chosen)}: "
        f"{listed(told)}; a better one may lie outside: widen {listed(list(keys))}."
    ]


def gaps(chosen: pd.DataFrame) -> list[str]:
    """Where the optimum was sought, and training ended so far above it that it matters."""
    known = chosen[chosen["gap"] != ""]
    gap = known["gap"].astype(float)
    lost = known["converged_validation_accuracy"].astype(float) - known[
        "validation_accuracy"
    ].astype(float)
    matters = (gap > GAP) | ((gap > SLIGHT) & (lost > POINTS))
    told = [
        f"{of(row)} (objective {100 * gap[i]:.0f} % above its optimum, whose validation accuracy "
        f"is {100 * lost[i]:+.1f} points)"
        for i, row in known[matters].iterrows()
    ]
    if not told:
        return []
    return [
        f"Warning: chosen settings not trained to the end, {len(told)} of {len(chosen)}: "
        f"{listed(told)}; raise sgd.steps."
    ]


def sure_and_wrong(chosen: pd.DataFrame) -> list[str]:
    """Where the validation loss is larger than that of scores that are all 0."""
    loss, chance = (chosen[name].astype(float) for name in ("validation_loss", "chance_loss"))
    told = [
        f"{of(row)} ({loss[i]:.3g}, chance {chance[i]:.3g})"
        for i, row in chosen[loss > chance].iterrows()
    ]
    if not told:
        return []
    return [
        "Warning: chosen settings with a validation loss worse than chance, "
        f"{len(told)} of {len(chosen)}: {listed(told)}; they are sure of wrong answers: add "
        "larger values to sgd.l2."
    ]


def of(row: pd.Series) -> str:
    """Which row it is, such as "hog, svm, seed 0"."""
    trial = in_words([row[key] for key in TRIAL if key in row])
    return f"{row['representation']}, {row['classifier']}, {trial}"


def in_words(trial: list) -> str:
    """Such as "seed 0, fold 1"."""
    return ", ".join(f"{name} {value}" for name, value in zip(TRIAL, trial, strict=False))


def listed(told: list[str]) -> str:
    """The first SHOWN of several, and how many more there are."""
    more = f" and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return "; ".join(told[:SHOWN]) + more
