"""Per class: how well each representation finds the images of a class."""

import pandas as pd

from pipeline.report.material import Material
from pipeline.report.texts import count, percent, readable

CLASSES = 50  # shown, at most: those found worst


def section(material: Material) -> dict:
    table = material.table("per_class.csv")
    places = material.class_places
    f1 = {name: by_class(table, name, material.chosen[name], "f1") for name in material.shown}
    support = by_class(table, material.shown[0], material.chosen[material.shown[0]], "support")
    best = material.best["representation"]
    order = sorted(places, key=lambda key: f1[best].get(key, 0))[:CLASSES]
    kept = [key for key in places if key in set(order)]
    return {
        "names": [readable(name) for name in material.shown],
        "rows": [
            {
                "name": material.class_names[places[key]],
                "support": count(support.get(key, 0)),
                "cells": [
                    {"text": percent(of[key]), "strength": round(0.72 * of[key], 2)}
                    for of in (f1[name] for name in material.shown)
                ],
            }
            for key in kept
        ],
        "left_out": max(0, len(places) - CLASSES),
        "caption": caption(material, f1),
    }


def by_class(table: pd.DataFrame, name: str, classifier: str, column: str) -> dict[str, float]:
    """By class the mean of a column over trials, of one row of the summary."""
    rows = table[(table["representation"] == name) & (table["classifier"] == classifier)]
    numbers = pd.to_numeric(rows[column]).fillna(0)
    return numbers.groupby(rows["class"], sort=False).mean().to_dict()


def caption(material: Material, f1: dict[str, dict[str, float]]) -> str:
    """Which class is found best and worst by the best row, and which gained most."""
    best, base = material.best["representation"], material.baseline
    of, names, places = f1[best], material.class_names, material.class_places
    name = material.texts.name
    high, low = max(of, key=lambda k: of[k]), min(of, key=lambda k: of[k])
    key = "classes.caption" if of[high] > of[low] else "classes.equal"
    said = material.texts(
        key,
        best=readable(best),
        easiest=name(names[places[high]]),
        high=percent(of[high]),
        hardest=name(names[places[low]]),
        low=percent(of[low]),
    )
    if base == best or base not in f1:
        return said
    gain = {key: of[key] - f1[base][key] for key in of}
    most = max(gain, key=lambda key: gain[key])
    gained = {"before": percent(f1[base][most]), "after": percent(of[most])}
    return f"{said} " + material.texts(
        "classes.gain", base=readable(base), name=name(names[places[most]]), **gained
    )
