"""Whether probabilities can be believed: how often answers of some confidence are right."""

import pandas as pd

from pipeline.report.chart import Scale, path
from pipeline.report.material import Material
from pipeline.report.texts import percent, points, readable

SIDE, LEFT, TOP = 200, 34, 8
BOTTOM = 26
LARGEST = 8.0  # radius of the dot of the bin with most images


def section(material: Material) -> dict | None:
    if "calibration" not in material.tables:
        return None
    table = material.table("calibration.csv")
    table = table[table["calibrated"].str.lower() == "true"]
    numbers = ["n", "confidence", "accuracy"]
    table = table.assign(**{key: pd.to_numeric(table[key]) for key in numbers})
    panels = [panel(material, table, name) for name in material.shown]
    panels = [each for each in panels if each]
    if not panels:
        return None
    return {
        "panels": panels,
        "width": LEFT + SIDE + 10,
        "height": TOP + SIDE + BOTTOM,
        "left": LEFT,
        "right": LEFT + SIDE,
        "top": TOP,
        "bottom": TOP + SIDE,
        "ticks": [
            (LEFT + SIDE * share, TOP + SIDE * (1 - share), f"{100 * share:.0f}")
            for share in (0, 0.25, 0.5, 0.75, 1)
        ],
        "caption": caption(material, panels),
    }


def panel(material: Material, table: pd.DataFrame, name: str) -> dict:
    """Dots as large as many images are in a bin, the mean over trials; {} without any.

    Of the chosen classifier, or the first one that is in the table.
    """
    rows = table[(table["representation"] == name) & (table["n"] > 0)]
    if rows.empty:
        return {}
    there = list(dict.fromkeys(rows["classifier"]))
    chosen = material.chosen[name]
    classifier = chosen if chosen in there else there[0]
    rows = rows[rows["classifier"] == classifier]
    bins = rows.groupby("bin", sort=False).apply(pooled, include_groups=False)
    bins = bins.sort_values("confidence")
    x, y = Scale(0, 1, LEFT, LEFT + SIDE), Scale(0, 1, TOP + SIDE, TOP)
    largest = max(float(bins["n"].max()), 1.0)
    dots = [
        (
            x(row.confidence),
            y(row.accuracy),
            round(max(1.5, LARGEST * (row.n / largest) ** 0.5), 1),
        )
        for row in bins.itertuples()
    ]
    error = float((bins["n"] * (bins["confidence"] - bins["accuracy"]).abs()).sum())
    total = max(float(bins["n"].sum()), 1.0)
    sure = float((bins["n"] * (bins["confidence"] - bins["accuracy"])).sum()) / total
    return {
        "name": readable(name),
        "classifier": material.titles[classifier],
        "dots": dots,
        "line": path((px, py) for px, py, _ in dots),
        "error": error / total,
        "sure": sure,
        "error_text": points(error / total),
    }


def pooled(rows: pd.DataFrame) -> pd.Series:
    n = rows["n"].sum()
    means = {key: (rows[key] * rows["n"]).sum() / n for key in ("confidence", "accuracy")}
    return pd.Series({"n": n, **means})


def caption(material: Material, panels: list[dict]) -> str:
    worst = max(panels, key=lambda each: each["error"])
    which = "calibration.too_sure" if worst["sure"] > 0 else "calibration.too_unsure"
    return material.texts(
        "calibration.caption",
        name=worst["name"],
        points=percent(worst["error"]),
        how=material.texts(which),
    )
