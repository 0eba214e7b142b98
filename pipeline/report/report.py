"""Put what the tables of a run say on one page, with images: the report."""

from collections.abc import Callable
from pathlib import Path

from pipeline.report.contents import OPTIONAL
from pipeline.report.material import Material
from pipeline.report.page import rendered
from pipeline.report.sections import (
    answer,
    audit,
    calibration,
    classes,
    confusion,
    cost,
    curves,
    done,
    invariance,
    labels,
    lecture,
    mistakes,
    only_one,
    pairs,
    published,
    results,
    sees,
)
from pipeline.report.texts import Texts
from pipeline.runtime import stage
from pipeline.runtime.store import write_text

# The sections in order; with the table of OPTIONAL that one needs.
SECTIONS: list[tuple[Callable[[Material], dict | None], str]] = [
    (answer.section, ""),
    (done.section, ""),
    (results.section, ""),
    (pairs.section, ""),
    (classes.section, ""),
    (confusion.section, ""),
    (curves.section, ""),
    (calibration.section, ""),
    (mistakes.section, ""),
    (only_one.section, ""),
    (sees.section, ""),
    (published.section, ""),
    (invariance.section, "invariance.csv"),
    (labels.section, "label_efficiency.csv"),
    (audit.section, "audit.csv"),
    (cost.section, ""),
    (lecture.section, "lecture/lecture.md"),
]


def report(
    run: str,
    config: dict,
    trial: dict,
    predictions: str,
    blocks: list,
    looks_for: list,
    titles: dict,
    tables: list,
    optional: dict,
    lecture: list,
    images: Path,
    labels: Path,
    classes: Path,
    parts: Path,
    texts: Path,
    html: Path,
) -> None:
    """Write the page; `contents.Contents.settings` says what the settings are.

    tables: those that the run makes. images, labels, classes: of `load`. parts: of the first
    trial. optional is not read: with it the page is made anew when an optional table is.
    """
    files = {"images": images, "labels": labels, "classes": classes, "parts": parts}
    material = Material(
        texts=Texts(texts),
        run=run,
        config=config,
        trial=trial,
        files={**files, "predictions": predictions},
        results=html.parent,
        blocks=blocks,
        looks_for=looks_for,
        titles={name: titles[name] for name in config["classifiers"]},
        tables=tables,
        lecture=lecture,
    )
    found = [made(material, *each) for each in SECTIONS]
    write_text(html, rendered(material, [each for each in found if each]))


def made(
    material: Material, section: Callable[[Material], dict | None], needs: str
) -> dict | None:
    """What the template of a section is given: its name, and what it shows; None for nothing.

    Where the table that it needs is not there, or is older than the models, it says which command
    makes it.
    """
    name = section.__module__.rpartition(".")[2]
    if needs and not material.there(needs):
        outdated = (material.results / needs).exists()
        return {"name": name, "command": OPTIONAL[needs], "outdated": outdated}
    shown = section(material)
    return None if shown is None else {"name": name, "command": "", **shown}


if __name__ == "__main__":
    stage.main(report)
