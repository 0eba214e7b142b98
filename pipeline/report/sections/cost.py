"""What accuracy costs: seconds, and bytes of features for each image."""

import pandas as pd

from pipeline.report.chart import Scale, path, powers
from pipeline.report.material import Material
from pipeline.report.texts import count, percent, readable

WIDTH, HEIGHT = 320, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 12, 30
AXES = {"seconds": "pareto_seconds", "bytes_per_image": "pareto_bytes"}


def section(material: Material) -> dict:
    table = material.table("cost.csv")
    table = table[table["representation"].isin(material.shown)]
    numbers = ["test_accuracy_mean", *AXES]
    table = table.assign(**{key: pd.to_numeric(table[key]) for key in numbers})
    table = table.assign(**{key: table[key].str.lower() == "true" for key in AXES.values()})
    return {
        "panels": [panel(material, table, key) for key in AXES],
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "y_ticks": [(place(share), f"{100 * share:.0f}") for share in (0, 0.25, 0.5, 0.75, 1)],
        "rows": [row(material, each) for each in table.itertuples()],
        "caption": caption(material, table),
    }


place = Scale(0, 1, HEIGHT - BOTTOM, TOP)


def panel(material: Material, table: pd.DataFrame, key: str) -> dict:
    low, high = table[key].min() / 1.3, table[key].max() * 1.3
    x = Scale(low, high, LEFT, WIDTH - RIGHT, log=True)
    places = {name: i for i, name in enumerate(material.titles)}
    dots = [
        {
            "x": x(value),
            "y": place(accuracy),
            "place": places[classifier],
            "front": front,
            "label": f"{readable(name)}, {material.titles[classifier]}: {percent(accuracy)} %",
        }
        for name, classifier, value, accuracy, front in zip(
            *(
                table[c]
                for c in ("representation", "classifier", key, "test_accuracy_mean", AXES[key])
            ),
            strict=True,
        )
    ]
    front = sorted((dot["x"], dot["y"]) for dot in dots if dot["front"])
    return {
        "title": material.texts(f"cost.{key}"),
        "dots": dots,
        "front": path(front) if len(front) > 1 else "",
        "x_ticks": [(x(tick), f"{tick:,.12g}") for tick in powers(low, high, 4)],
    }


def row(material: Material, each) -> dict:
    return {
        "name": readable(each.representation),
        "classifier": material.titles[each.classifier],
        "accuracy": percent(each.test_accuracy_mean),
        "seconds": f"{each.seconds:,.3g}" if each.seconds < 1000 else count(each.seconds),
        "bytes": count(each.bytes_per_image),
        "fronts": [each.pareto_seconds, each.pareto_bytes],
    }


def caption(material: Material, table: pd.DataFrame) -> str:
    dearest = table.loc[table["seconds"].idxmax()]
    cheapest = table.loc[table["seconds"].idxmin()]
    return material.texts(
        "cost.caption",
        dear=readable(dearest["representation"]),
        high=percent(dearest["test_accuracy_mean"]),
        cheap=readable(cheapest["representation"]),
        low=percent(cheapest["test_accuracy_mean"]),
        times=f"{dearest['seconds'] / max(cheapest['seconds'], 1e-9):,.0f}",
    )
