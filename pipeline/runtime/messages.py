"""What is said to the user: names fit for a line, and mistakes that outlast Snakemake's lines."""

import sys
from pathlib import Path
from typing import NoReturn, TextIO


def shown(name: str) -> str:
    """A name fit for a message of one line."""
    return name if name.isprintable() else ascii(name)


def give_up(mistake: str, copy: Path | None) -> NoReturn:
    """End the process with one line, and append it to the file `copy`.

    Snakemake buries the line under its own, and the job may run on another machine: from the
    file, which lies in the run's folder, the line is shown again when all is over.
    """
    line = "error: " + " ".join(mistake.splitlines())
    if copy is not None:
        copy.parent.mkdir(parents=True, exist_ok=True)
        with open(copy, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{line}\n")
    sys.stderr.write(f"{line}\n")  # in one piece: other jobs write there as well
    sys.exit(1)


class Tee:
    """A text stream that goes to the screen and to a log file."""

    def __init__(self, screen: TextIO, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.screen = screen
        self.log = open(log, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 - open as long as the process

    def write(self, text: str) -> int:
        self.log.write(text)
        return self.screen.write(text)

    def flush(self) -> None:
        self.log.flush()
        self.screen.flush()
