"""How training went: accuracy on training and validation images, epoch by epoch."""

import pandas as pd

from pipeline.report.chart import Scale, path, ticks
from pipeline.report.material import Material
from pipeline.report.texts import percent, points, readable

WIDTH, HEIGHT = 320, 190  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 10, 26  # margins


def section(material: Material) -> dict:
    table = of_trial(material.table("history.csv"), material.trial)
    y = Scale(0, 1, HEIGHT - BOTTOM, TOP)
    gaps = gap_by_name(material, table)
    return {
        "panels": [panel(material, table, name, y) for name in material.shown],
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "y_ticks": [(y(share), f"{100 * share:.0f}") for share in (0, 0.25, 0.5, 0.75, 1)],
        "legend": [(i, title) for i, title in enumerate(material.titles.values())],
        "caption": caption(material, gaps),
    }


def of_trial(table: pd.DataFrame, trial: dict) -> pd.DataFrame:
    for key, value in trial.items():
        table = table[table[key] == str(value)]
    return table


def panel(material: Material, table: pd.DataFrame, name: str, y: Scale) -> dict:
    rows = table[table["representation"] == name]
    last = rows["epoch"].astype(int).max()
    x = Scale(0, last, LEFT, WIDTH - RIGHT)
    lines = []
    for place, classifier in enumerate(material.titles):
        mine = rows[rows["classifier"] == classifier]
        for kind in ("train", "validation"):
            accuracy = pd.to_numeric(mine[f"{kind}_accuracy"]).fillna(0)
            epochs = mine["epoch"].astype(int)
            dots = [(x(e), y(a)) for e, a in zip(epochs, accuracy, strict=True)]
            if dots:
                lines.append({"place": place, "kind": kind, "path": path(dots)})
    return {
        "name": readable(name),
        "lines": lines,
        "x_ticks": [(x(tick), f"{tick:.0f}") for tick in ticks(0, last, 5) if tick == int(tick)],
    }


def gap_by_name(material: Material, table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Of each representation the last accuracies on training and on validation images."""
    found = {}
    for name in material.shown:
        of = (table["representation"] == name) & (table["classifier"] == material.chosen[name])
        last = table[of].iloc[-1]
        found[name] = float(last["train_accuracy"]), float(last["validation_accuracy"])
    return found


def caption(material: Material, gaps: dict[str, tuple[float, float]]) -> str:
    """Which representation is learned by heart most."""
    worst = max(gaps, key=lambda name: gaps[name][0] - gaps[name][1])
    train, validation = gaps[worst]
    if train <= validation:
        return material.texts("curves.none")
    return material.texts(
        "curves.caption",
        name=readable(worst),
        train=percent(train),
        validation=percent(validation),
        points=points(train - validation),
    )
