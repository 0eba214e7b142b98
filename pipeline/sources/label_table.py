"""A table that says the class of each image: CSV, TSV or Parquet, beside the images or named."""

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from features.errors import BadInput
from pipeline.runtime.messages import shown

NAMES = ("labels.csv", "labels.tsv", "labels.parquet")  # found without being named
COLUMNS = {
    "path": (
        "path",
        "file",
        "filename",
        "file_name",
        "image",
        "image_path",
        "image_id",
        "img",
        "id",
    ),
    "class": (
        "class",
        "label",
        "category",
        "target",
        "class_name",
        "species",
        "breed",
        "diagnosis",
    ),
    "split": ("split", "set", "subset", "partition"),
    "group": ("group", "patient", "patient_id", "subject", "scene", "video", "burst"),
}
NEEDED = ("path", "class")


class Row(NamedTuple):
    """What the table says of an image; "" where it does not say."""

    path: str
    label: str
    split: str
    group: str


def read_table(name: str, data: bytes, wanted: dict[str, str]) -> list[Row]:
    """The rows of a table. wanted: the names of columns, for those that the config names.

    Raises BadInput where a column cannot be found or a row says too little.
    """
    header, lines = (parquet if name.lower().endswith(".parquet") else separated)(name, data)
    place = {field: column(name, header, field, wanted.get(field)) for field in COLUMNS}
    rows = []
    for number, line in enumerate(lines, start=2):
        cells = {f: "" if at is None else line[at].strip() for f, at in place.items()}
        if not cells["path"] or not cells["class"]:
            empty = "path" if not cells["path"] else "class"
            raise BadInput(f"{name}: line {number} says no {empty}: fill it in or remove the line")
        rows.append(Row(cells["path"], cells["class"], cells["split"], cells["group"]))
    if not rows:
        raise BadInput(f"{name}: has no rows")
    return rows


def separated(name: str, data: bytes) -> tuple[list[str], list[list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{name}: is not text in UTF-8: save it as such") from None
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count) if not name.lower().endswith(".tsv") else "\t"
    try:
        header, *lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except (csv.Error, ValueError):
        raise BadInput(f"{name}: is no table of text with a header: save it as CSV") from None
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    for number, line in enumerate(lines, start=2):
        if len(line) != len(header):
            raise BadInput(
                f"{name}: line {number} has {len(line)} cells, the header {len(header)}: mend it"
            )
    return [cell.strip() for cell in header], lines


def parquet(name: str, data: bytes) -> tuple[list[str], list[list[str]]]:
    try:
        from pyarrow import parquet as reader
    except ImportError:
        raise BadInput(
            f"{name}: reading Parquet needs one more package: pip install '.[formats]', or save "
            "the table as CSV"
        ) from None
    try:
        table = reader.read_table(io.BytesIO(data))
    except Exception as failure:
        raise BadInput(f"{name}: cannot be read as Parquet ({failure})") from None
    columns = [
        ["" if v is None else str(v) for v in table[c].to_pylist()] for c in table.column_names
    ]
    return table.column_names, [list(line) for line in zip(*columns, strict=True)]


def column(name: str, header: Sequence[str], field: str, wanted: str | None) -> int | None:
    """The position of the column for a field; None for one that need not be there and is not."""
    if wanted is not None:
        if wanted not in header:
            raise BadInput(
                f"config: labels.{field}: {name} has no column {wanted!r}; it has "
                f"{', '.join(header)}"
            )
        return header.index(wanted)
    lower = [cell.lower() for cell in header]
    found = [header[lower.index(guess)] for guess in COLUMNS[field] if guess in lower]
    if len(found) > 1 or (not found and field in NEEDED):
        what = f"{' and '.join(found)} may both be" if found else "no column is known to be"
        raise BadInput(
            f"{name}: {what} the {field} of an image; say which with labels: {{table: {name}, "
            f"{field}: ...}}; the columns are {', '.join(map(shown, header))}"
        )
    return header.index(found[0]) if found else None


def match(name: str, rows: Sequence[Row], images: Sequence[str]) -> list[int]:
    """For each row the image that it means, a position in `images`.

    By the whole path, or else by the file's name, with or without its ending, whichever says of
    all rows which image is meant. Raises BadInput where none does.
    """
    best: list[str] = [row.path for row in rows]
    for key in (str, file_name, stem):
        places: dict[str, int] = {}
        double: set[str] = set()
        for i, image in enumerate(images):
            if places.setdefault(key(image), i) != i:
                double.add(key(image))
        wanted = [key(normal(row.path)) for row in rows]
        missing = [row.path for row, k in zip(rows, wanted, strict=True) if k not in places]
        if not missing and not double & set(wanted):
            return check_once(name, rows, [places[k] for k in wanted])
        if not missing:
            raise BadInput(
                f"{name}: {shown(next(k for k in wanted if k in double))} may mean several images "
                "of that name: give whole paths"
            )
        best = missing if len(missing) <= len(best) else best
    raise BadInput(
        f"{name}: {len(best)} of {len(rows)} rows name images that are not there, such as "
        f"{shown(best[0])}: mend the paths, or remove the rows"
    )


def check_once(name: str, rows: Sequence[Row], found: list[int]) -> list[int]:
    seen: dict[int, Row] = {}
    for row, i in zip(rows, found, strict=True):
        if seen.setdefault(i, row) is not row:
            raise BadInput(f"{name}: names {shown(row.path)} twice: leave one of the rows")
    return found


def normal(path: str) -> str:
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))


def file_name(path: str) -> str:
    return path.rpartition("/")[2]


def stem(path: str) -> str:
    return file_name(path).rpartition(".")[0] or file_name(path)
