"""The answer: all rows in one chart with intervals, and three sentences on what it says."""

from pipeline.report.differences import Difference, Differences
from pipeline.report.material import Material
from pipeline.report.texts import count, interval, percent, points, readable
from pipeline.tables.readable import FEW_TRIALS

ROWS = 40  # of the chart, at most: the best
LETTERS = 27  # of a representation and its classifier in the chart


def section(material: Material) -> dict:
    differences = Differences(material.table("comparisons.csv"))
    return {
        "rows": rows(material),
        "chance": 100 * material.majority,
        "left_out": max(0, len(material.summary) - ROWS),
        "sentences": [
            accuracy(material),
            against_baseline(material, differences),
            alike(material, differences),
        ],
        "caption": caption(material, differences),
        "legend": material.titles,
    }


def rows(material: Material) -> list[dict]:
    """A line of the chart each, in the order of the config."""
    summary = material.summary
    kept = summary.sort_values("test_accuracy_mean", ascending=False, kind="stable").head(ROWS)
    places = {name: i for i, name in enumerate(material.titles)}
    return [
        {
            "name": readable(row.representation),
            "short": shortened(readable(row.representation), material.titles[row.classifier]),
            "classifier": material.titles[row.classifier],
            "place": places[row.classifier],
            "accuracy": 100 * row.test_accuracy_mean,
            "low": 100 * row.test_accuracy_low,
            "high": 100 * row.test_accuracy_high,
            "number": percent(row.test_accuracy_mean),
            "interval": interval(row.test_accuracy_low, row.test_accuracy_high),
            "like_best": row.like_best == "true",
        }
        for row in summary.loc[sorted(kept.index)].itertuples()
    ]


def shortened(name: str, classifier: str) -> str:
    """A name without its middle where it is long: names that begin alike often end differently."""
    room = max(9, LETTERS - len(classifier))
    half = room // 2
    return name if len(name) <= room else f"{name[: room - half - 1]}\u2026{name[-half:]}"


def accuracy(material: Material) -> str:
    best = material.best
    return material.texts(
        "answer.accuracy",
        name=readable(best["representation"]),
        classifier=material.titles[best["classifier"]],
        accuracy=percent(best["test_accuracy_mean"]),
        interval=interval(best["test_accuracy_low"], best["test_accuracy_high"]),
        majority=percent(material.majority),
    )


def best_of(material: Material, name: str) -> tuple[str, str]:
    """The row of a representation that has the highest test accuracy."""
    rows = material.summary[material.summary["representation"] == name]
    return name, rows.loc[rows["test_accuracy_mean"].idxmax(), "classifier"]


def against_baseline(material: Material, differences: Differences) -> str:
    """How much better the best row is than raw pixels; or that nothing is better than they are."""
    best, name = material.best["representation"], material.baseline
    if best == name:
        return material.texts("answer.baseline_is_best", name=readable(name))
    found = differences.between(best_of(material, best), best_of(material, name))
    return compared(material, best, name, found)


def compared(material: Material, first: str, other: str, found: Difference | None) -> str:
    key = "answer.beats" if found and found.told_apart else "answer.not_told_apart"
    numbers = {"points": "", "interval": ""}
    if found:
        numbers = {
            "points": points(found.difference),
            "interval": interval(found.low, found.high),
        }
    return material.texts(key, first=readable(first), other=readable(other), **numbers)


def alike(material: Material, differences: Differences) -> str:
    """Which representations cannot be told from the best; if none, how far the next one is."""
    best = material.best["representation"]
    summary = material.summary
    like = dict.fromkeys(summary.loc[summary["like_best"] == "true", "representation"])
    others = [name for name in like if name != best]
    if others:
        names = [readable(name) for name in (best, *others)]
        if len(names) > 5:
            return material.texts("answer.many_alike", name=names[0], n=count(len(names) - 1))
        return material.texts("answer.alike", names=material.texts.listed(names))
    rest = summary[summary["representation"] != best]
    if rest.empty:
        return material.texts("answer.only_one", name=readable(best))
    following = rest.loc[rest["test_accuracy_mean"].idxmax(), "representation"]
    found = differences.between(best_of(material, best), best_of(material, following))
    if found is None or not found.told_apart:
        return compared(material, best, following, found)
    return material.texts(
        "answer.next",
        best=readable(best),
        next=readable(following),
        points=points(found.difference),
        interval=interval(found.low, found.high),
    )


def caption(material: Material, differences: Differences) -> str:
    texts, summary = material.texts, material.summary
    n_seeds = int(summary["n_seeds"].iloc[0])
    folds = int(summary["n_folds"].iloc[0]) if "n_folds" in summary else 0
    said = [texts("answer.caption", majority=percent(material.majority))]
    if folds:
        said.append(texts("answer.folds", folds=folds, seeds=n_seeds))
    elif n_seeds == 1:
        said.append(texts("answer.one_seed"))
    else:
        said.append(texts("answer.seeds", seeds=n_seeds))
    if 1 < n_seeds * max(1, folds) < FEW_TRIALS:
        said.append(texts("answer.few"))
    if differences.n_images:
        every = "answer.images" if n_seeds == 1 else "answer.images_in_all"
        said.append(texts(every, n=count(differences.n_images)))
    return " ".join(said)
