"""What each representation does not see: accuracy lost on images that were disturbed."""

import pandas as pd

from pipeline.report.material import Material
from pipeline.report.texts import points, readable


def section(material: Material) -> dict:
    table = material.table("invariance.csv")
    lost = by_disturbance(table, material)
    most = max((abs(v) for of in lost.values() for v in of.values()), default=0) or 1
    return {
        "names": [readable(name) for name in material.shown],
        "rows": [
            {
                "name": named(material, *key),
                "cells": [cell(of.get(name), most) for name in material.shown],
            }
            for key, of in lost.items()
        ],
        "caption": caption(material, lost),
    }


def by_disturbance(table: pd.DataFrame, material: Material) -> dict[tuple[str, str], dict]:
    """By disturbance and amount, of each representation shown, the mean accuracy lost."""
    found: dict[tuple[str, str], dict] = {}
    lost = pd.to_numeric(table["lost"])
    chosen = table["representation"].map(material.chosen) == table["classifier"]
    keys = ["disturbance", "amount", "representation"]
    means = lost[chosen].groupby([table[key] for key in keys], sort=False).mean()
    for (disturbance, amount, name), value in means.items():
        if name in material.shown:
            found.setdefault((disturbance, amount), {})[name] = float(value)
    return found


def named(material: Material, disturbance: str, amount: str) -> str:
    key = f"invariance.names.{disturbance}"
    if material.texts.has(key):
        return material.texts(key, amount=amount)
    return f"{readable(disturbance)} {amount}".strip()


def cell(value: float | None, most: float) -> dict:
    if value is None:
        return {"text": "", "strength": 0}
    return {"text": points(value), "strength": round(0.72 * max(0.0, value) / most, 2)}


def caption(material: Material, lost: dict[tuple[str, str], dict]) -> str:
    """The disturbance that divides the representations most."""
    key = max(lost, key=lambda key: max(lost[key].values()) - min(lost[key].values()))
    of = lost[key]
    least, most = min(of, key=lambda n: of[n]), max(of, key=lambda n: of[n])
    return material.texts(
        "invariance.caption",
        disturbance=named(material, *key),
        least=readable(least),
        little=points(of[least]),
        most=readable(most),
        much=points(of[most]),
    )
