"""What a user gives: config files, and key=value on the command line, read by the same rules.

Snakemake lays them over each other itself, but it takes numbers within groups and lists of the
command line for text, and null for a value. So each is read here, and merged by `merging`.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import yaml

from features.errors import BadInput
from pipeline.plain import cut, shown_path
from pipeline.repeated_keys import check_keys


def configs(files: Iterable[Path], entries: Iterable[str]) -> list[dict]:
    """The configs, those that come later over those before them. Raises BadInput.

    entries: what stands behind --config, such as "sgd={epochs: 200}".
    """
    return [*map(of_file, files), *map(of_entry, entries)]


def check_options(arguments: Iterable[str]) -> None:
    """Raise BadInput where --config stands more than once: Snakemake keeps the last, silently.

    arguments: those of the command line.
    """
    options = [each for each in arguments if each in ("--config", "-C") or "--config=" in each]
    if len(options) > 1:
        raise BadInput(
            "--config stands more than once, and Snakemake would take the last alone: put all "
            "key=value behind one"
        )


def of_file(file: Path) -> dict:
    """What a file says, which Snakemake has read before: it is a group, in JSON or YAML."""
    text = file.read_text(encoding="utf-8")
    try:
        check_keys(text, str(file))
        return yaml.safe_load(text)
    except yaml.YAMLError as wrong:  # such as JSON with tabs
        reason = cut(" ".join(str(wrong).split()), 300)
        raise BadInput(f"{shown_path(str(file))}: this is no YAML: {reason}") from None


def of_entry(entry: str) -> dict:
    """A key and its value, which is read as YAML reads it in a file.

    Text without quotes is taken as it was typed: a shell has taken its own quotes off already.
    """
    key, _, typed = entry.partition("=")
    text = typed.strip()
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):  # such as {epochs: 200, without an end
        return {key: text}
    if isinstance(value, str | date) and not text.startswith(("'", '"')):
        value = text
    check_keys(text, f"--config {key}")
    return {key: value}
