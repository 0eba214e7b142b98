# Pixels vs Features: how much does the representation matter?
#
# Each rule is in the rules.smk of the folder whose code it runs. The folders are included below,
# in the order in which data passes through them. pipeline/paths.py says where files lie,
# pipeline/plan.py what each job is given, and pipeline/jobs.py how a job becomes a command.
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


# Jobs append a user's mistakes to the file paths.mistakes. On a failure its lines are shown at the
# very end, so that they stand below all that Snakemake says about it.
onstart:
    if workflow.is_main_process:
        Path(paths.mistakes).unlink(missing_ok=True)


onerror:
    if Path(paths.mistakes).exists():
        lines = Path(paths.mistakes).read_text(encoding="utf-8").splitlines(keepends=True)
        atexit.register(sys.stderr.write, "".join(sorted(set(lines))))
