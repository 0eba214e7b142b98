# Pixels vs Features: how much does the representation matter?
#
# Each rule is in the rules.smk of the folder whose code it runs. The folders are included below,
# in the order in which data passes through them. pipeline/paths.py says where files lie,
# pipeline/plan.py what each job is given, and pipeline/jobs.py how a job becomes a command.
import atexit
import sys

from features.errors import BadInput
from pipeline.captions import captioning
from pipeline.code import code
from pipeline.given import check_options, configs
from pipeline.jobs import ALL, files, options, share, stage_command, start_at_once
from pipeline.lecture.outline import Outline
from pipeline.origin import check_origin, overwritten, write_origin
from pipeline.plan import Plan
from pipeline.published import matches
from pipeline.runtime.messages import say
from pipeline.screen import Screen
from pipeline.sources import registry
from pipeline.written import as_yaml

try:
    check_options(sys.argv[1:])
    plan = Plan(*configs(workflow.configfiles, workflow.config_settings.config_args))
    check_origin(plan.paths, plan.config["data"])
except BadInput as mistake:
    sys.exit(f"error: {mistake}")
paths, lecture, screen = plan.paths, Outline(plan), Screen(plan.paths)
stage, captioned = stage_command(paths.mistakes), captioning(report)


wildcard_constraints:
    **dict.fromkeys(plan.trial_values, r"\d+"),
    shard=r"\d+-\d+",
    view=plan.pattern(plan.views),
    representation=plan.pattern(plan.representations),
    state=plan.pattern(plan.states),


rule all:
    input:
        paths.summary,
        paths.picture("accuracy")["svg"],
        paths.predicted,
        paths.table("cost"),
        paths.best_model,
        paths.report,
        [paths.picture("ablation")["svg"]] if plan.ablation() else [],
        [paths.table("published")] if matches(plan.config, plan.pairs) else [],


include: "pipeline/images/rules.smk"
include: "pipeline/blocks/rules.smk"
include: "pipeline/classifiers/rules.smk"
include: "pipeline/prediction/rules.smk"
include: "pipeline/probes/rules.smk"
include: "pipeline/tables/rules.smk"
include: "pipeline/lecture/rules.smk"
include: "pipeline/report/rules.smk"


def rules_needed() -> set[str]:
    return {job.rule.name for job in workflow.dag.jobs}


# These are called where there is something to do, and not in a dry run.
onstart:
    if workflow.is_main_process:
        write_origin(paths, plan.config["data"])
        if (replaced := overwritten(paths, plan.config)) and "account" in rules_needed():
            say(replaced)
        screen.begin(logger)
        start_at_once(workflow)


onsuccess:
    screen.outcome = "success"


onerror:
    screen.outcome = "failure"


@atexit.register
def last_on_the_screen():
    """Where there was nothing to do, no hook is called, but the results are there all the same."""
    done = workflow.scheduler is not None and not workflow.dryrun and not len(workflow.dag)
    if workflow.is_main_process and (screen.outcome or (done and not screen.begun)):
        screen.end(rules_needed())
