"""What the user sees of a run, beside what its jobs say: its progress, and what stands last.

Last stand the results, or what the user has to mend: below all that Snakemake says.
"""

import csv
import logging
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from pipeline.paths import Paths
from pipeline.plain import cut, shown_path

SECONDS_BETWEEN_LINES = 5.0  # of progress
MOST_LINES = 20  # on mistakes
MOST_WARNINGS = 3  # below the summary, which must stay in sight
# Kinds of Snakemake's messages, by their `event`, that tell a user nothing while jobs run.
NOISE = {"job_started", "job_info", "job_finished", "run_info", "resources_info", "none"}


class Screen(logging.Filter):
    """What is shown of one call of Snakemake. It is a filter of Snakemake's own messages."""

    def __init__(self, paths: Paths) -> None:
        super().__init__()
        self.paths = paths
        self.here = os.getcwd()  # where the run's files lie: Snakemake leaves it before the end
        self.started, self.due = time.time(), time.monotonic()
        self.outcome = ""  # "", as long as jobs run or where there are none; success or failure
        self.begun = self.all = False
        self.failed: list[tuple[str, list[str]]] = []  # rule and log files of each failed job

    def begin(self, logger: logging.Logger) -> None:
        """From now on, show only what matters of Snakemake's messages."""
        self.begun, self.all = True, logger.isEnabledFor(logging.DEBUG)
        Path(self.here, self.paths.mistakes).unlink(missing_ok=True)
        for handler in logger.handlers:
            is_file = isinstance(handler, logging.FileHandler)
            if isinstance(handler, logging.StreamHandler) and not is_file:
                handler.filters.insert(0, self)  # before Snakemake's, to see failed jobs at all

    def filter(self, record: logging.LogRecord) -> bool:
        event = str(getattr(record, "event", None)).lower()
        if event == "job_error":
            job = (getattr(record, "rule_name", ""), list(getattr(record, "log", ())))
            self.failed += [] if job in self.failed else [job]
            return self.all  # `mistakes` says it
        if event == "progress" and not self.all:
            if time.monotonic() < self.due:
                return False
            self.due = time.monotonic() + SECONDS_BETWEEN_LINES
        return self.all or record.levelno > logging.INFO or event not in NOISE

    def end(self, rules: set[str]) -> None:
        """Say what the run led to. rules: those whose files were asked for, or needed for it."""
        with suppress(OSError, ValueError):  # such as a pipe that is closed
            sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
            if self.outcome == "failure":
                sys.stdout.flush()
                sys.stderr.write(self.mistakes())
                sys.stderr.flush()
            else:
                sys.stderr.flush()
                sys.stdout.write(self.results(rules))
                sys.stdout.flush()

    # ---- after success

    def results(self, rules: set[str]) -> str:
        """The summary and what else was asked for, and where it lies."""
        parts = []
        if "collect" in rules:
            parts += self.summary()
        elif rules <= {"load", "data"} and not self.is_new(self.paths.understood):
            parts.append(self.text_of(self.paths.understood))  # else `load` has just said it
        where = {
            "report": ("Report", self.paths.report),
            "page": ("The lecture", self.paths.lecture_page),
            "label_efficiency": ("Who needs labels", self.paths.labels_page),
            "invariance": ("What each representation sees", self.paths.invariance_page),
            "audit": ("What is doubtful about the data", self.paths.audit_page),
            "optimality": ("How near SGD came", self.paths.table("optimality")),
        }
        places = [where[rule] for rule in where if rule in rules]
        if "collect" in rules:
            places.insert(0, ("Results", f"{self.paths.results}/"))
        if rules <= {"load", "data"}:
            places.append(("What was understood of the data", self.paths.understood))
        parts.append("\n".join(f"{name}: {self.here}/{at}" for name, at in places))
        return "".join(f"\n{part.strip()}\n" for part in parts if part.strip())

    def is_new(self, file: str) -> bool:
        """Whether this call of Snakemake has made the file."""
        return self.begun and os.path.getmtime(f"{self.here}/{file}") >= self.started

    def summary(self) -> list[str]:
        """The table and what is said of it, and the first warnings on the data and in it."""
        table, *below = self.text_of(self.paths.summary).split("\n\n")
        said = [text for text in below if not text.startswith("Warning")]
        warnings = [*self.warnings(), *(text for text in below if text not in said)]
        more = len(warnings) - MOST_WARNINGS
        also = [f"And {more} more warnings: see summary.md and data.md."] if more > 0 else []
        lines = [*said, *warnings[:MOST_WARNINGS], *also]
        return [table, "\n".join(map(str.strip, lines))]

    def warnings(self) -> list[str]:
        """What was to be said of the data and matters to the results."""
        with open(
            f"{self.here}/{self.paths.table('data')}", encoding="utf-8", newline=""
        ) as table:
            notes = [row["what"] for row in csv.DictReader(table) if row["kind"] == "note"]
        return [note for note in notes if note.startswith("Warning")]

    # ---- after failure

    def mistakes(self) -> str:
        """A line for each mistake of the user's, and for each job that failed for another reason.

        Jobs append mistakes to a file, since Snakemake buries their lines under lines of its own.
        """
        said = set(self.text_of(self.paths.mistakes).splitlines())
        said |= {self.told(rule, logs) for rule, logs in self.failed}
        lines = sorted(said - {""})
        more = [f"error: and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else []
        return "".join(f"{line}\n" for line in [*lines[:MOST_LINES], *more])

    def told(self, rule: str, logs: list[str]) -> str:
        """Why a job failed, in one line; "" where it was a mistake, which stands in the file."""
        log = logs[0] if logs else ""
        why = last_words(self.text_of(log)) if log else ""
        if why.startswith("error: "):
            return ""
        if why == "KeyboardInterrupt":
            return "error: stopped; the same command goes on from here"
        why = why or "it was ended from outside, perhaps because memory ran out"
        return f"error: {rule} failed: {why} (see {shown_path(os.path.join(self.here, log))})"

    def text_of(self, file: str) -> str:
        """The text of one of the run's files, "" where there is none."""
        with suppress(OSError):
            return Path(self.here, file).read_text(encoding="utf-8", errors="replace")
        return ""


def last_words(log: str) -> str:
    """Of what a job said, the line that tells best why it ended: the exception's, or the last."""
    _, traceback, rest = log.strip().rpartition("Traceback (most recent call last):\n")
    lines = [line for line in rest.splitlines() if not (traceback and line.startswith(" "))]
    return cut(lines[0 if traceback else -1], 300) if lines else ""
