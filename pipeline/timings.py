"""Where the jobs of a run note their time and memory; known once the images are loaded."""

from itertools import product

from pipeline.paths import JOBS
from pipeline.plan import Plan


def timings(plan: Plan) -> dict[str, dict]:
    """For each rule whose jobs are timed, where its timing files are.

    pattern: the path, with wildcards. values: by wildcard, all values that it takes.
    """
    plain = [name for name in plan.blocks if name not in plan.fitted]
    trial, shard = plan.trial_values, {"view": plan.views, "shard": plan.shards()}
    trained = {"representation": list(plan.representations), **trial}
    values: dict[str, dict[str, list]] = {
        "load": {},
        "split": trial,
        "compute": {"block": plain, **shard},
        "fit": {"state": list(plan.states), **trial},
        "encode": {"block": plan.fitted, **trial, **shard},
        "train": trained,
        "score": trained,
    }
    return {rule: {"pattern": plan.paths.timing(rule), "values": values[rule]} for rule in JOBS}


def timing_files(plan: Plan) -> list[str]:
    """The timing files of all jobs."""
    return [
        each["pattern"].format(**dict(zip(each["values"], combination, strict=True)))
        for each in timings(plan).values()
        for combination in product(*each["values"].values())
    ]
