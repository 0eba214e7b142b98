"""Parquet files of images and labels, as hubs of data keep them, as a source; needs pyarrow.

A row is an image: its file's bytes, or a struct of these and its path; and its label, a number or
a name. The names of numbers stand in the file's schema, where the library `datasets` puts them.
"""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.runtime.messages import shown
from pipeline.sources import file_set
from pipeline.sources.label_values import classes_of, flat
from pipeline.sources.parquet_file import batches, opened
from pipeline.sources.said_splits import split_notes
from pipeline.sources.source import Encoded, Options, Record, Source
from pipeline.sources.split_names import split_of

OPTIONS = ()
ENDING = ".parquet"
IMAGE = ("image", "img", "picture", "photo")  # names of columns, in this order
LABEL = ("label", "labels", "class", "target", "fine_label", "category")
BYTES = "bytes"  # the field of an image's struct
LONGEST = 1000  # characters of a label, at most


class Table(NamedTuple):
    """One file. image: the path of the column with the bytes. label: the column of labels.

    labels, names: as they stand.
    """

    path: Path
    split: str
    image: str
    label: str
    n: int
    labels: np.ndarray
    names: list[str] | None


def recognises(data: str) -> bool:
    return file_set.is_path(data) and bool(tables_at(Path(data)))


def tables_at(path: Path) -> dict[str, Path]:
    files = file_set.files_at(path)
    return {name: file for name, file in files.items() if name.lower().endswith(ENDING)}


def fingerprint(data: str, verify: bool) -> str:
    return file_set.stamps(tables_at(Path(data)), verify)


def open(data: str, options: Options) -> Source:
    """The images of all files, of which only the labels are kept in memory.

    Raises BadInput where pyarrow is not installed, and for files that are damaged or of another
    kind.
    """
    files, where = tables_at(Path(data)), shown(data)
    file_set.check_links(files, Path(data))
    tables = [read_table(file) for file in files.values()]
    tables = [table for table in tables if table.n]
    if not tables:
        raise BadInput(f"{where}: holds no image")
    names = [table.names for table in tables]
    if any(other != names[0] for other in names):
        raise BadInput(f"{where}: its files name their classes differently: make them agree")
    classes, labels, said = classes_of(where, [table.labels for table in tables], names[0])
    splits = splits_of(where, tables)
    columns = dict.fromkeys((shown(table.image), shown(table.label)) for table in tables)
    said += [f"Columns: images from {image}, classes from {label}." for image, label in columns]
    said += split_notes(where, [(table.split, table.path.stem) for table in tables])
    starts = np.cumsum([0] + [table.n for table in tables])

    def records(order: np.ndarray) -> Iterator[Record]:
        part_of = np.searchsorted(starts, order, side="right") - 1
        for position, k in zip(order.tolist(), part_of.tolist(), strict=True):
            i = position - int(starts[k])
            yield Record(name_of(tables[k], i), int(labels[k][i]), splits[k], position)

    def images(order: np.ndarray) -> Iterator[tuple[int, str, Encoded]]:
        """In the order of the files, which are read from front to back."""
        row = np.full(int(starts[-1]), -1)
        row[order] = np.arange(len(order))
        for k, table in enumerate(tables):
            mine = row[starts[k] : starts[k + 1]]
            if np.any(mine >= 0):
                for i, image in enumerate(contents(table)):
                    if mine[i] >= 0:
                        yield int(mine[i]), name_of(table, i), whole(table, i, image)

    digest = partial(file_set.digest, files)
    return Source(int(starts[-1]), classes, records, images, digest, said)


def splits_of(where: str, tables: list[Table]) -> list[str]:
    """The split of each file; none for all, where they are for one only."""
    splits = [table.split for table in tables]
    if len(set(splits)) == 1:
        return [""] * len(splits)
    if "" in splits:
        odd = tables[splits.index("")].path.name
        raise BadInput(
            f"{where}: {shown(odd)} says neither train nor validation nor test, but other files "
            "do: rename it or leave it out"
        )
    return splits


def name_of(table: Table, i: int) -> str:
    return f"{table.path.stem}/{i:07d}"


def whole(table: Table, i: int, image: bytes | None) -> bytes:
    if image is None:
        raise BadInput(
            f"{shown(str(table.path))}: row {i} has no bytes of its image, at most a path: save "
            "the images in the table, or as files in class folders"
        )
    return image


def read_table(path: Path) -> Table:
    """What a file says of its images; they themselves are not read."""
    where = shown(str(path))
    with opened(where, path) as file:
        schema = file.schema_arrow
        label = chosen(where, schema.names, LABEL, "label")
        image = image_column(where, schema, chosen(where, schema.names, IMAGE, "image"))
        labels = read_labels(where, label, file)
        names = names_in(schema, label) if labels.dtype.kind == "i" else None
        return Table(path, split_of(path.stem), image, label, len(labels), labels, names)


def read_labels(where: str, label: str, file: Any) -> np.ndarray:
    """The labels of an open file. Raises BadInput for what is no label."""
    values: list[Any] = []
    empty = 0
    for batch in batches(file, [label]):
        column = batch.column(0)
        some = [value for value in column.to_pylist() if value is not None]
        empty += len(column) - len(some)
        if not all(isinstance(value, int | float) or is_name(value) for value in some):
            raise BadInput(
                f"{where}: the column {shown(label)} holds {column.type} and not numbers or "
                "short names: save it as such"
            )
        values += some
    if empty:
        raise BadInput(f"{where}: {empty} images have no label: leave them out")
    if not values:
        return np.zeros(0, np.int64)
    return flat(where, np.array(values), len(values))


def is_name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def chosen(where: str, columns: list[str], wanted: tuple[str, ...], what: str) -> str:
    found = [name for name in wanted if name in columns]
    if not found:
        raise BadInput(
            f"{where}: no column is called {what}, there are {', '.join(map(shown, columns))}: "
            "rename the right one"
        )
    return found[0]


def image_column(where: str, schema: Any, image: str) -> str:
    """The path of the column with the images' bytes."""
    import pyarrow

    def is_bytes(kind: Any) -> bool:
        return pyarrow.types.is_binary(kind) or pyarrow.types.is_large_binary(kind)

    kind = schema.field(image).type
    if is_bytes(kind):
        return image
    fields = kind.names if pyarrow.types.is_struct(kind) else []
    if BYTES in fields and is_bytes(kind.field(BYTES).type):
        return f"{image}.{BYTES}"
    raise BadInput(
        f"{where}: the column {shown(image)} holds {kind} and not the bytes of image files: save "
        "it with these"
    )


def names_in(schema: Any, label: str) -> list[str] | None:
    """The names of the classes, where the library `datasets` has put them in the schema."""
    try:
        known = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        names = known["info"]["features"][label]["names"]
    except (ValueError, KeyError, TypeError):
        return None
    return names if isinstance(names, list) and all(isinstance(n, str) for n in names) else None


def contents(table: Table) -> Iterator[bytes | None]:
    """The bytes of all images of a file, one after the other.

    Raises BadInput where there are not as many as labels: columns of a damaged file may differ.
    """
    n = 0
    with opened(shown(str(table.path)), table.path) as file:
        for batch in batches(file, [table.image]):
            column, n = batch.column(0), n + len(batch)
            if n <= table.n:
                yield from (column.field(BYTES) if "." in table.image else column).to_pylist()
    if n != table.n:
        raise BadInput(
            f"{shown(str(table.path))}: has {n:,} images, but {table.n:,} labels: fetch it again"
        )
