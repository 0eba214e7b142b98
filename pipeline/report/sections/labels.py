"""Accuracy against the number of labels: a panel for each representation, the others in grey."""

import pandas as pd

from pipeline.report.chart import Scale, path, powers
from pipeline.report.material import Material
from pipeline.report.texts import count, percent, readable

WIDTH, HEIGHT = 320, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 10, 26


def section(material: Material) -> dict:
    table = material.table("label_efficiency.csv")
    table = table[table["chosen"].str.lower() == "true"]
    table = table.assign(
        labels=pd.to_numeric(table["labels"]), test=pd.to_numeric(table["test_accuracy"])
    )
    means = table.groupby(["representation", "share"], sort=False)[["labels", "test"]].mean()
    low, high = table["labels"].min(), table["labels"].max()
    x = Scale(low, high, LEFT, WIDTH - RIGHT, log=True)
    y = Scale(0, 1, HEIGHT - BOTTOM, TOP)
    names = [name for name in material.shown if name in means.index.get_level_values(0)]
    lines = {name: line(means.loc[name], x, y) for name in names}
    return {
        "panels": [
            {"name": readable(n), "line": lines[n], "others": [lines[o] for o in names if o != n]}
            for n in names
        ],
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "x_ticks": [(x(tick), f"{tick:,.0f}") for tick in powers(low, high, 4)],
        "y_ticks": [(y(share), f"{100 * share:.0f}") for share in (0, 0.25, 0.5, 0.75, 1)],
        "caption": caption(material, means, names),
    }


def line(rows: pd.DataFrame, x: Scale, y: Scale) -> str:
    rows = rows.sort_values("labels")
    return path((x(n), y(a)) for n, a in zip(rows["labels"], rows["test"], strict=True))


def caption(material: Material, means: pd.DataFrame, names: list[str]) -> str:
    """Which representation is ahead with the fewest labels, and which with all."""
    first = {name: means.loc[name].sort_values("labels").iloc[0] for name in names}
    last = {name: means.loc[name].sort_values("labels").iloc[-1] for name in names}
    few, all_of = (max(of, key=lambda n: of[n]["test"]) for of in (first, last))
    return material.texts(
        "labels.caption",
        few=readable(few),
        n=count(round(first[few]["labels"])),
        low=percent(first[few]["test"]),
        every=readable(all_of),
        m=count(round(last[all_of]["labels"])),
        high=percent(last[all_of]["test"]),
    )
