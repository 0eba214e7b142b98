"""What a run found out: its summary, and the tables that say how sure that is."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.runtime.randomness import generator
from pipeline.tables import calibration, comparisons, held_out
from pipeline.tables.per_class import macro_f1, per_class
from pipeline.tables.summary import like_best, summarize
from pipeline.tables.uncertainty import Answers, Variation, intervals, variation


@dataclass(frozen=True)
class Findings:
    """Tables, and what they were made from: the answers of the summary's rows, how these vary."""

    summary: pd.DataFrame
    per_class: pd.DataFrame
    comparisons: pd.DataFrame
    answers: Answers
    variation: Variation


def find(
    accuracy: pd.DataFrame, confusion: pd.DataFrame, kept: dict, labels: Path, knows: dict
) -> Findings:
    """Work it all out of the tables of accuracies and confusions, as text, and of the scores.

    kept: as `kept.kept` describes it. labels: the file that `load` wrote. knows: as `Plan.knows`
    says it.
    """
    numbers = accuracy.astype({"n": int, "accuracy": float, "balanced_accuracy": float})
    numbers = numbers.reset_index(drop=True)
    classes, on_test = per_class(confusion), numbers["split"] == "test"
    numbers.loc[on_test, "macro_f1"] = macro_f1(classes, numbers[on_test])
    summary = summarize(numbers, knows)
    answers = held_out.answers(kept, numbers, labels)
    found = variation(answers)
    own = (summary["classifier"] != "").to_numpy()
    compared = replace(answers, right=[right[:, own] for right in answers.right])
    rng = generator(int(numbers["seed"].iloc[0]), "comparisons")
    pairs = comparisons.compare(compared, variation(compared), rng)
    low, high = intervals(found)
    at = summary.columns.get_loc("test_macro_f1_mean")
    summary.insert(at, "test_accuracy_low", low)
    summary.insert(at + 1, "test_accuracy_high", high)
    summary.insert(at + 3, "like_best", like_best(summary, pairs))
    return Findings(summary, classes, named(pairs, summary[own]), answers, found)


def named(pairs: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The table of `comparisons.compare`'s pairs, with names where it has places of rows."""
    pairs = pairs.assign(n_seeds=rows["n_seeds"].iloc[0])
    for place, prefix in (("first", ""), ("other", "other_")):
        for name in ("representation", "classifier"):
            pairs[prefix + name] = rows[name].to_numpy()[pairs[place]]
    pairs["told_apart"] = ["true" if apart else "false" for apart in pairs["told_apart"]]
    return pairs[list(comparisons.COLUMNS)]


def calibrations(kept: dict, classifiers: list) -> tuple[tuple, list[tuple]]:
    """The columns and rows of a table for the classifiers whose scores are to be probabilities.

    classifiers: as `Plan.classifiers` describes them.
    """
    key, *trial = dict(kept["values"])
    names = {each["name"] for each in classifiers if each["loss"] == "softmax"}
    rows = [
        (name, scored.classifier, *values, *row)
        for name, values, file in held_out.runs(kept)
        for scored in held_out.read_scored(file)
        if scored.classifier in names
        for row in calibration.calibration(scored)
    ]
    return (key, "classifier", *trial, *calibration.COLUMNS), rows
