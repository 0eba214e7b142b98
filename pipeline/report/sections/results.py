"""The table of results, with marks on the rows that cannot be told from the best."""

import pandas as pd

from pipeline.report.material import Material
from pipeline.report.texts import count, interval, percent, readable

ROWS = 200  # shown at most; the table itself has all


def section(material: Material) -> dict:
    table = material.whole_summary
    unseen = bool(table["test_unseen_accuracy_mean"].notna().any())
    marked = table[table["like_best"] == "true"]
    return {
        "rows": [row(material, each, unseen) for _, each in table.head(ROWS).iterrows()],
        "unseen": unseen,
        "left_out": max(0, len(table) - ROWS),
        "caption": material.texts("results.caption", n=len(marked), of=len(material.summary)),
    }


def row(material: Material, each: pd.Series, unseen: bool) -> dict:
    """The cells of a row: what is to be read, and for numbers also what to sort by."""
    is_majority = each["classifier"] == ""
    keys = ["validation_accuracy_mean", "test_accuracy_mean"]
    more = ["test_balanced_accuracy_mean", "test_macro_f1_mean"]
    more += ["test_unseen_accuracy_mean"] * unseen
    known = is_number(each["test_accuracy_low"])
    return {
        "mark": each["like_best"] == "true",
        "name": material.texts("results.majority")
        if is_majority
        else readable(each["representation"]),
        "n_features": count(each["n_features"]),
        "classifier": "" if is_majority else material.titles[each["classifier"]],
        "numbers": [number(each[key]) for key in keys],
        "interval": interval(each["test_accuracy_low"], each["test_accuracy_high"])
        if known
        else "",
        "more": [number(each[key]) for key in more],
        "knows": ", ".join(material.texts(f"knows.{word}") for word in each["knows"].split(", ")),
    }


def number(value: float) -> str:
    return percent(value) if is_number(value) else ""


def is_number(value: object) -> bool:
    return not pd.isna(value)
