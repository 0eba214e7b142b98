"""A table that says the class of each image: CSV, TSV or Parquet, beside the images or named."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources.parquet_file import batches, opened
from pipeline.sources.table_match import NoLabelsError

NAMES = ("labels.csv", "labels.tsv", "labels.parquet")  # found without being named
# What columns may be called, in lower case. Those of an earlier line win.
COLUMNS = {
    "path": (
        ("path", "file", "filename", "file_name", "filepath", "file_path", "filepaths"),
        ("image", "image_path", "image_name", "image_file", "img", "img_path", "image_id"),
        ("id",),
    ),
    "class": (
        (
            "class",
            "label",
            "labels",
            "category",
            "target",
            "class_name",
            "classname",
            "label_name",
        ),
        ("species", "breed", "diagnosis", "class_id", "classid", "label_id"),
    ),
    "split": (("split", "set", "subset", "partition", "data set", "data_set", "dataset"),),
    "group": (("group", "patient", "patient_id", "subject", "scene", "video", "burst"),),
}
NEEDED = ("path", "class")
MAX_LETTERS = 2**28  # in a table, unpacked


class Row(NamedTuple):
    """What the table says of an image; "" where it does not say."""

    path: str
    label: str
    split: str
    group: str


def usual(tables: Iterable[str]) -> list[str]:
    """The tables that have a usual name, and lie as near to the top as any of them."""
    found = [name for name in tables if name.rpartition("/")[2].lower() in NAMES]
    least = min((name.count("/") for name in found), default=0)
    return sorted(name for name in found if name.count("/") == least)


def the_usual(where: str, tables: Iterable[str]) -> str:
    """The table of a usual name. Raises BadInput where there are several."""
    found = usual(tables)
    if len(found) != 1:
        there = ", ".join(map(shown, found[:3])) or "none"
        raise BadInput(
            f"{where}: should hold one table called {', '.join(NAMES)}, and holds {there}: say "
            "which with labels: {table: ...}, or leave others out with ignore"
        )
    return found[0]


def read_table(name: str, data: bytes, wanted: dict[str, str]) -> list[Row]:
    """The rows of a table. wanted: the names of columns, for those that the config names.

    Raises BadInput where a column cannot be found or a row says too little.
    """
    header, lines = (parquet if name.lower().endswith(".parquet") else separated)(name, data)
    place = {field: column(name, header, field, wanted.get(field)) for field in COLUMNS}
    rows = []
    for line, all_cells in lines:
        cells = {f: "" if at is None else all_cells[at].strip() for f, at in place.items()}
        if not cells["path"] or not cells["class"]:
            empty = "path" if not cells["path"] else "class"
            raise BadInput(f"{shown(name)}: {line} says no {empty}: fill it in or remove the line")
        rows.append(Row(cells["path"], cells["class"], cells["split"], cells["group"]))
    if not rows:
        raise BadInput(f"{shown(name)}: has no rows: fill it, or leave it out with ignore")
    return rows


# A header, and the cells of each row with what the row is called in messages, such as "line 2".
Cells = tuple[list[str], list[tuple[str, list[str]]]]


def separated(name: str, data: bytes) -> Cells:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{shown(name)}: is not text in UTF-8: save it as such") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count) if not name.lower().endswith(".tsv") else "\t"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader)
        lines = [(f"line {reader.line_num}", line) for line in reader if any(map(str.strip, line))]
    except (csv.Error, ValueError, StopIteration):
        raise BadInput(
            f"{shown(name)}: is no table of text with a header: save it as CSV"
        ) from None
    for line, cells in lines:
        if len(cells) != len(header):
            raise BadInput(
                f"{shown(name)}: {line} has {len(cells)} cells, the header {len(header)}: mend it"
            )
    return [cell.strip() for cell in header], lines


def parquet(name: str, data: bytes) -> Cells:
    lines: list[list[str]] = []
    left = MAX_LETTERS
    with opened(shown(name), io.BytesIO(data)) as file:
        from pyarrow import types

        header = [each.name for each in file.schema_arrow if not types.is_nested(each.type)]
        for batch in batches(file, header):
            columns = [["" if v is None else str(v) for v in c.to_pylist()] for c in batch.columns]
            left -= sum(len(cell) for cells in columns for cell in cells)
            if left < 0:
                raise BadInput(f"{shown(name)}: holds more than a table of labels: shorten it")
            lines += map(list, zip(*columns, strict=True))
    return header, [(f"row {i}", cells) for i, cells in enumerate(lines, start=1)]


def column(name: str, header: Sequence[str], field: str, wanted: str | None) -> int | None:
    """The position of the column for a field; None for one that need not be there and is not."""
    there = ", ".join(map(shown, header))
    if wanted is not None:
        if header.count(wanted) != 1:
            what = "no column" if wanted not in header else "several columns"
            raise BadInput(
                f"config: labels.{field}: {shown(name)} has {what} {wanted!r}; it has {there}"
            )
        return header.index(wanted)
    lower = [cell.lower() for cell in header]
    for guesses in COLUMNS[field]:
        found = [i for i, cell in enumerate(lower) if cell in guesses]
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput(
                f"{shown(name)}: {' and '.join(shown(header[i]) for i in found)} may both say the "
                f"{field} of an image: say which with labels: {{table: {shown(name)}, {field}: "
                f"...}}; the columns are {there}"
            )
    if field not in NEEDED:
        return None
    raise NoLabelsError(
        f"{shown(name)}: no column is known to say the {field} of an image; the columns are "
        f"{there}: say which with labels: {{table: {shown(name)}, {field}: ...}}"
    )
