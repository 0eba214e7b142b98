"""All that a source gives, by position, read in an order that is none of its own."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.sources import registry
from pipeline.sources.source import Encoded, Options, Source


class Image(NamedTuple):
    """One image, with what its record says."""

    file: str
    label: str
    split: str
    content: Encoded


def opened(data: Path | str, module) -> Source:
    """The source of `data`, which is that of the given module."""
    assert registry.find(str(data)) is module
    return registry.open_source(str(data), Options())


def everything(source: Source) -> list[Image]:
    order = np.random.default_rng(1).permutation(source.n)
    records = list(source.records(order))
    contents = {}
    for i, file, content in source.images(order):
        assert file == records[i].file
        assert i not in contents
        contents[i] = content
    assert sorted(contents) == list(range(source.n))
    assert len({record.file for record in records}) == source.n
    assert sorted(record.group for record in records) == list(range(source.n))
    place = np.argsort(order).tolist()
    return [
        Image(records[i].file, source.classes[records[i].label], records[i].split, contents[i])
        for i in place
    ]
