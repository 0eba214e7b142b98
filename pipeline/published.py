"""Which published accuracies stand beside which representations: facts of others, in a table.

config/published.csv has a row for each fact, all read in the authors' own work:

    data           the known name of the data set that it is about
    blocks         what the representation is made of: for each block its feature, and those of its
                   settings that the fact depends on. Empty: no feature here computes it
    classifiers    those whose rows it stands beside
    published      the accuracy on the data set's own test images, a share of 1, or a range of them
    what, source   what it is of, and who says so
"""

import csv
import io
import os
from functools import cache

import yaml

from pipeline.catalogue import ROOT
from pipeline.sources import known

FACTS = ROOT / "config/published.csv"


def facts_file() -> str:
    """The path of the table, relative to the working directory, as those of `code` are."""
    return os.path.relpath(FACTS)


@cache
def facts() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(FACTS.read_text(encoding="utf-8"))))


def matches(config: dict, pairs: dict[str, list[str]]) -> dict[str, list[str]]:
    """For each fact that has rows beside it, by its place in the table: their representations.

    config: a completed one. pairs: the classifiers on each representation. Data is taken for a
    published set by its known name alone: a copy at a path may have been through anything. What
    a representation is called does not matter, only what it is made of.
    """
    if not is_as_published(config):
        return {}
    found: dict[str, list[str]] = {}
    for place, fact in enumerate(facts()):
        wanted = yaml.safe_load(fact["blocks"]) if fact["blocks"] else None
        if wanted is None or fact["data"] != config["data"]:
            continue
        alike = [
            name
            for name, blocks in config["representations"].items()
            if is_made_of([config["blocks"][each] for each in blocks], wanted)
            and set(fact["classifiers"].split()) & set(pairs[name])
        ]
        if alike:
            found[str(place)] = alike
    return found


def is_as_published(config: dict) -> bool:
    """Whether data is known by name, and images and split are those of the published set."""
    changed = "folds" in config or "image_size" in config
    return (
        config["data"] in known.table()
        and not changed
        and config["duplicates"] != "drop_from_test"
    )


def is_made_of(blocks: list[dict], wanted: list[dict]) -> bool:
    """Whether each block is one of those that are wanted, and none is left over on either side."""
    left = list(wanted)
    for block in blocks:
        fitting = next((each for each in left if agrees(block, each)), None)
        if fitting is None:
            return False
        left.remove(fitting)
    return not left


def agrees(settings: dict, wanted: dict) -> bool:
    """Whether all that is wanted is so; settings that are not named may be anything."""
    return all(
        agrees(settings.get(key) or {}, value)
        if isinstance(value, dict)
        else settings.get(key) == value
        for key, value in wanted.items()
    )
