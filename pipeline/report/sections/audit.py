"""What may be wrong with the data: images that occur twice, and labels that are contradicted."""

import pandas as pd

from pipeline.images.labels import column
from pipeline.report.material import Material
from pipeline.report.texts import count, from_data, readable

SHOWN = 6  # of a kind, at most: the first of the table


def section(material: Material) -> dict:
    table = material.table("audit.csv")
    kinds = list(dict.fromkeys(table["kind"]))
    first = {kind: table[table["kind"] == kind].head(SHOWN) for kind in kinds}
    files = [file for part in first.values() for file in (*part["image"], *part["other_image"])]
    rows = rows_of(material, files)
    return {
        "kinds": [
            {
                "name": named(material, kind),
                "n": count((table["kind"] == kind).sum()),
                "found": [entry(material, each, rows) for each in part.to_dict("records")],
            }
            for kind, part in first.items()
        ],
        "caption": caption(material, table),
    }


def rows_of(material: Material, files: list[str]) -> dict[str, int]:
    """The rows of the images of these names."""
    wanted = set(files)
    names = enumerate(column(material.files["labels"], "file"))
    return {name: row for row, name in names if name in wanted or f"'{name}" in wanted}


def named(material: Material, kind: str) -> str:
    key = f"audit.kinds.{kind}"
    return material.texts(key) if material.texts.has(key) else readable(kind)


def entry(material: Material, found: dict[str, str], rows: dict[str, int]) -> dict:
    """The images of a row of the table, one or two, and the class that the first may be of."""
    images = [side(material, found, before, rows) for before in ("", "other_")]
    return {
        "images": [image for image in images if image],
        "other_class": from_data(found["other_class"]),
    }


def side(material: Material, found: dict[str, str], before: str, rows: dict[str, int]) -> dict:
    """An image of a row, {} where there is none. before: how the names of its columns begin."""
    file = found[f"{before}image"]
    row = rows.get(file, rows.get(file.removeprefix("'")))
    if row is None:
        return {}
    return {
        "picture": material.picture(row),
        "file": from_data(file),
        "split": split_named(material, found[f"{before}split"]),
        "name": from_data(found[f"{before}class"]),
    }


def split_named(material: Material, split: str) -> str:
    key = f"parts.{split}"
    return material.texts(key) if material.texts.has(key) else split


def caption(material: Material, table: pd.DataFrame) -> str:
    if table.empty:
        return material.texts("audit.nothing")
    found = table["kind"].value_counts(sort=False)
    told = [f"{named(material, kind)}: {count(n)}" for kind, n in found.items()]
    return material.texts("audit.caption", found="; ".join(told))
