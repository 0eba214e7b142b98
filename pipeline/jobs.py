"""How a rule becomes a command: its files and its settings as options of a stage."""

import json
import shlex
import sys
from collections.abc import Callable

ALL = 64  # threads of a job that uses what it is given: Snakemake lowers it to --cores

# Wildcards that only choose settings, which `options` gives.
CHOOSING = {"block", "state", "representation", "part"}


def files(wildcards, input, output) -> list[str]:
    """`--name=value` for every named input and output, and for wildcards such as the seed.

    A param of every rule. Inputs and outputs without a name are none of the stage's options, nor
    is a named input that is missing because the job needs none. Snakemake does not compare this
    param with that of an earlier run, since it depends on input and output: files that are moved
    are no reason to run a job again.
    """
    chosen = [(name, value) for name, value in wildcards.items() if name not in CHOOSING]
    named = [*chosen, *input.items(), *output.items()]
    return [f"--{name.replace('_', '-')}={file}" for name, file in named if isinstance(file, str)]


def options(**settings: object) -> list[str]:
    """`--name=value` for each setting, in JSON where it is no text.

    A param of every rule, made from wildcards only: where it changes, its jobs run again.
    """
    return [
        f"--{name.replace('_', '-')}={value if isinstance(value, str) else as_json(value)}"
        for name, value in settings.items()
    ]


def as_json(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def stage_command(mistakes: str) -> Callable[[str], str]:
    """What makes the shell command of a rule from the name of the stage that it runs.

    mistakes: the file that a user's mistakes are appended to.
    """

    def command(stage: str) -> str:
        return (
            f"{shlex.quote(sys.executable)} -m {stage} {{params.files:q}} {{params.settings:q}}"
            f" --threads={{threads}} --log={{log:q}} --mistakes={shlex.quote(mistakes)}"
        )

    return command


def share(cores: int | None, jobs: int) -> int:
    """Threads for each of so many jobs side by side; one where the cores are not known."""
    return max(1, (cores or 1) // jobs)
