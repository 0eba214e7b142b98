"""How a rule of the workflow becomes a shell command.

The command runs a stage (see `runtime.stage`), with the rule's files and settings as options.
"""

import json
import shlex
import sys
from collections.abc import Callable
from typing import Any

ALL = 64  # threads of a job that can use all cores: Snakemake lowers the number to --cores

# Jobs, and seconds in which they may start, if nobody says --max-jobs-per-timespan.
USUAL_LIMIT = (100, 1)

# Wildcards that are not options themselves: they choose the settings that `options` passes on.
CHOOSING = {"block", "state", "representation", "part"}


def files(wildcards, input, output) -> list[str]:
    """`--name=value` for every named input and output, and for wildcards such as the seed.

    This is a param of every rule. Inputs and outputs without a name are left out, and so is a
    named input that lists no file because the job needs none. Snakemake does not compare this
    param with that of an earlier run, because it depends on input and output. So moved files are
    no reason to run a job again.
    """
    chosen = [(name, value) for name, value in wildcards.items() if name not in CHOOSING]
    named = [*chosen, *input.items(), *output.items()]
    return [f"--{name.replace('_', '-')}={file}" for name, file in named if isinstance(file, str)]


def options(**settings: object) -> list[str]:
    """`--name=value` for each setting; a value that is not text is written as JSON.

    This is a param of every rule. It is made from wildcards only, so Snakemake compares it with
    that of an earlier run, and a job whose settings changed runs again.
    """
    return [
        f"--{name.replace('_', '-')}={value if isinstance(value, str) else as_json(value)}"
        for name, value in settings.items()
    ]


def as_json(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def stage_command(mistakes: str) -> Callable[[str], str]:
    """Return a function that makes a rule's shell command from the name of the stage it runs.

    mistakes: the file to which messages about a user's mistakes are appended. Snakemake fills in
    what stands in braces.
    """

    def command(stage: str) -> str:
        return (
            f"{shlex.quote(sys.executable)} -m {stage} {{params.files:q}} {{params.settings:q}}"
            f" --threads={{threads}} --log={{log:q}} --mistakes={shlex.quote(mistakes)}"
        )

    return command


def share(cores: int | None, jobs: int) -> int:
    """Threads for each of `jobs` jobs that run side by side; 1 if `cores` is not known."""
    return max(1, (cores or 1) // jobs)


def start_at_once(workflow: Any) -> None:
    """Take away Snakemake's usual limit of how many jobs start in a second, but on a cluster.

    With it, Snakemake looks at its queue once more in every second for each job that has ended,
    and after hundreds of jobs does little else: a core is gone.
    """
    limit = workflow.scheduler.job_rate_limiter
    if workflow.local_exec and limit and (limit.max_jobs, limit.timespan) == USUAL_LIMIT:
        workflow.scheduler.job_rate_limiter = None
