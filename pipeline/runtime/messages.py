"""Messages to the user: printable names, one line for a mistake, and a log beside the screen."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TextIO


def shown(name: str) -> str:
    """A name as it can stand in a message of one line: escaped where it is not printable."""
    return name if name.isprintable() else ascii(name)


def say(text: str) -> None:
    """Tell the user something that is no mistake, on standard error, where progress goes too."""
    sys.stderr.write(text if text.endswith("\n") else f"{text}\n")
    sys.stderr.flush()


def give_up(mistake: str, copy: Path | None) -> NoReturn:
    """End the process with one line on standard error, and append it to the file `copy`.

    Snakemake buries the line under lines of its own, and the job may run on another machine.
    From the file, which lies in the run's folder, the line is shown again at the end of the run.
    """
    line = "error: " + " ".join(mistake.splitlines())
    sys.stderr.write(f"{line}\n")  # in one call: other jobs write there too
    if copy is not None:
        with suppress(OSError):  # the mistake may be that the disk is full
            copy.parent.mkdir(parents=True, exist_ok=True)
            with open(copy, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{line}\n")
    sys.exit(1)


class Tee:
    """A text stream that goes to the screen and to a log file."""

    def __init__(self, screen: TextIO, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.screen = screen
        self.log = open(log, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 - open as long as the process

    def write(self, text: str) -> int:
        self.screen.write(text)
        with suppress(OSError):  # a disk that is full must not end the job
            self.log.write(text)
        return len(text)

    def flush(self) -> None:
        self.screen.flush()
        with suppress(OSError):
            self.log.flush()
