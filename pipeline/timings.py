"""Where the jobs of a run note their time and memory, and which of them a representation needs.

All but the latter is known once the images are loaded.
"""

from itertools import product

from pipeline import catalogue
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


def made_of(plan: Plan) -> dict[str, dict[str, list[str]]]:
    """For each representation, its blocks, and the states of those that are fitted, each once."""
    return {
        name: {
            "blocks": blocks,
            "states": sorted(
                {catalogue.state_name(plan.blocks[each]) for each in blocks if each in plan.fitted}
            ),
        }
        for name, blocks in plan.representations.items()
    }


def stored(plan: Plan) -> dict[str, str]:
    """For each block, the first of the files that its rows are stored in."""
    first = {"view": plan.views[0], "shard": plan.shards()[0]}
    return {
        block: plan.paths.shard(plan.folder(block, plan.trials[0])).format(**first)
        for block in plan.blocks
    }
