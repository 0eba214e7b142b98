"""Pairs of rows on the same test images: which differences are more than chance."""

from itertools import combinations

from pipeline.report.differences import Difference, Differences
from pipeline.report.material import Material
from pipeline.report.texts import count, interval, points, readable


def section(material: Material) -> dict | None:
    differences = Differences(material.table("comparisons.csv"))
    names = material.shown
    if len(names) < 2:
        return None
    found = {
        pair: differences.between(*((name, material.chosen[name]) for name in pair))
        for pair in combinations(names, 2)
    }
    known = {pair: each for pair, each in found.items() if each}
    widest = max((abs(each.difference) for each in known.values()), default=0) or 1
    return {
        "names": [readable(name) for name in names],
        "matrix": [[cell(known, first, other, widest) for other in names] for first in names],
        "rows": [line(*pair, each) for pair, each in known.items()],
        "caption": caption(material, known),
        "note": material.texts("pairs.one_seed" if differences.n_seeds == 1 else "pairs.seeds"),
    }


def cell(known: dict, first: str, other: str, widest: float) -> dict:
    """A cell of the picture: row minus column, in points, and how strong its colour is."""
    found = known.get((first, other)) or (
        known[other, first].turned() if (other, first) in known else None
    )
    if found is None:
        return {"text": "", "strength": 0, "sign": "", "chance": False}
    return {
        "text": points(found.difference),
        "strength": round(0.1 + 0.6 * abs(found.difference) / widest, 2)
        if found.told_apart
        else 0,
        "sign": "more" if found.difference > 0 else "less",
        "chance": not found.told_apart,
    }


def line(first: str, other: str, found: Difference) -> dict:
    return {
        "first": readable(first),
        "other": readable(other),
        "points": points(found.difference),
        "interval": interval(found.low, found.high),
        "only_first": count(found.only_first),
        "only_other": count(found.only_other),
        "p": spelled(found.p),
        "told_apart": found.told_apart,
    }


def spelled(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def caption(material: Material, known: dict[tuple[str, str], Difference]) -> str:
    alike = [pair for pair, each in known.items() if not each.told_apart]
    if not alike:
        return material.texts("pairs.all_told_apart", n=len(known))
    first, other = map(readable, alike[0])
    return material.texts("pairs.caption", n=len(alike), of=len(known), first=first, other=other)
