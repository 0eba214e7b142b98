"""Classify images with a trained model of a run.

Prints a table (CSV) with a row for each image: the class, its probability, the next two classes
with theirs, whether the answer is unsure, and, for an image that cannot be read, why.
docs/prediction.md says more.
"""

import argparse
import csv
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from features.errors import BadInput
from pipeline.prediction.given import given
from pipeline.prediction.model import NAMED, Answer, Model
from pipeline.runtime.messages import give_up, say, shown
from pipeline.runtime.store import format_cell, whole

__all__ = ["Answer", "Model", "main"]

COLUMNS = (
    *("path", "class", "probability", "second", "second_probability"),
    *("third", "third_probability", "unsure", "problem"),
)
INTERRUPTED, PIPE_CLOSED = 130, 141  # exit codes of a shell, for a process that a signal ended


def main(arguments: Sequence[str] | None = None) -> None:
    """The command. A user's mistake ends it with one line and exit code 1, or 2 for usage."""
    options = parser().parse_args(arguments)
    try:
        predict(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # such as of `head`: nobody reads any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(PIPE_CLOSED)
    except (BadInput, OSError) as mistake:  # an OSError's message names the file
        give_up(str(mistake), None)
    except MemoryError:
        give_up("not enough memory", None)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m pipeline.predict", description=__doc__, allow_abbrev=False
    )
    made.add_argument("run", metavar="RUN", help="name of a run, or path of its model.npz")
    made.add_argument(
        *("images",), metavar="IMAGE_OR_FOLDER_OR_ARCHIVE", nargs="+", help="what to classify"
    )
    made.add_argument("--representation", metavar="R", help="not that of the best model, but this")
    made.add_argument("--classifier", metavar="C", help="not that of the best model, but this")
    made.add_argument("--seed", metavar="S", type=int, help="not the first, but this")
    made.add_argument("--csv", metavar="FILE", type=Path, help="write the table here")
    made.add_argument("--save", metavar="FILE", type=Path, help="write the model here as well")
    return made


def predict(options: argparse.Namespace) -> None:
    wish = {key: getattr(options, key) for key in ("representation", "classifier", "seed")}
    images = given(options.images)
    model = Model.load(options.run, **wish)
    say(told(model))
    if options.save:
        model.save(options.save)
    counts: Counter = Counter()
    with output(options.csv) as file:
        write(file, counted(model.answers(images), counts))
    say(summed_up(counts))


@contextmanager
def output(path: Path | None) -> Iterator[TextIO]:
    """The file at a path, which appears whole or not at all; without one, standard output."""
    if path is None:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        yield sys.stdout
        return
    with whole(path) as partial, open(partial, "w", encoding="utf-8", newline="") as file:
        yield file


def write(file: TextIO, answers: Iterable[Answer]) -> None:
    """Write the table, row by row as answers come."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for answer in answers:
        writer.writerow(map(format_cell, row(answer)))


def row(answer: Answer) -> list[object]:
    """The cells of an answer in the order of COLUMNS."""
    named: list[object] = []
    for name, probability in zip(answer.classes, answer.probabilities, strict=True):
        named += [name, f"{probability:.4f}"]
    named += [""] * (2 * NAMED - len(named))
    unsure = "" if answer.problem else answer.unsure
    return [shown(answer.path), *named, unsure, shown(answer.problem)]


def counted(answers: Iterable[Answer], counts: Counter) -> Iterator[Answer]:
    for answer in answers:
        counts["all"] += 1
        counts["unread" if answer.problem else "unsure" if answer.unsure else "sure"] += 1
        yield answer


def told(model: Model) -> str:
    """Which model it is, and what is known of it."""
    about, validation = model.about, model.about["validation"]
    share = validation["right"] / validation["n"]
    known = (
        f"{model.where}: {about['representation']} with {about['classifier']}, seed "
        f"{about['trial']['seed']}, right on {share:.1%} of {validation['n']:,} validation images."
    )
    if model.threshold is None:
        known += (
            " No probability was high enough for 95 % of the answers to be right there, so that "
            "every answer is unsure."
        )
    return shown(known)


def summed_up(counts: Counter) -> str:
    unread = f", {counts['unread']:,} cannot be read" if counts["unread"] else ""
    images = "1 image" if counts["all"] == 1 else f"{counts['all']:,} images"
    return f"{images}: {counts['unsure']:,} unsure{unread}."


if __name__ == "__main__":
    main()
    os._exit(0)  # all is written: what Python would free, one by one, goes with the process
