# Pixels vs Features: how much does the representation matter?
#
# The rules stand in the folders that they run, in the order of the data. Where files lie is in
# pipeline/paths.py, what each job is given in pipeline/plan.py, how it becomes a command in
# pipeline/jobs.py.
import atexit
import sys
from pathlib import Path

from features.errors import BadInput
from pipeline.code import code
from pipeline.jobs import ALL, files, options, share, stage_command
from pipeline.lecture.outline import Outline
from pipeline.plan import Plan
from pipeline.sources import registry

try:
    plan = Plan(config)
except BadInput as mistake:
    sys.exit(f"error: {mistake}")
paths, lecture = plan.paths, Outline(plan)
stage = stage_command(paths.mistakes)


wildcard_constraints:
    seed=r"\d+",
    shard=r"\d+-\d+",
    view=plan.pattern(plan.views),
    representation=plan.pattern(plan.representations),
    state=plan.pattern(plan.states),


rule all:
    input:
        paths.summary,
        paths.picture("accuracy")["svg"],
        paths.table("timing"),
        [paths.picture("ablation")["svg"]] if plan.ablation() else [],


include: "pipeline/images/rules.smk"
include: "pipeline/blocks/rules.smk"
include: "pipeline/classifiers/rules.smk"
include: "pipeline/tables/rules.smk"
include: "pipeline/lecture/rules.smk"


# What the user has to mend stands last, below all that Snakemake says about a failure.
onstart:
    if workflow.is_main_process:
        Path(paths.mistakes).unlink(missing_ok=True)


onerror:
    if Path(paths.mistakes).exists():
        lines = Path(paths.mistakes).read_text(encoding="utf-8").splitlines(keepends=True)
        atexit.register(sys.stderr.write, "".join(sorted(set(lines))))
