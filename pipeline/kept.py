"""Which scores of images held out are kept, and where; tables are made from them."""

from pipeline.plan import Plan


def kept(plan: Plan) -> dict:
    """What a stage is told that reads the scores of all runs.

    pattern: the path of their files, with wildcards. values: pairs of a wildcard and all values
    that it takes, the representation first: a list, because JSON's objects have no order.
    """
    values = {"representation": list(plan.representations), **plan.trial_values}
    return {"pattern": plan.paths.predictions, "values": [[*each] for each in values.items()]}


def kept_files(plan: Plan) -> list[str]:
    """The files of the scores of all runs."""
    pattern = plan.paths.predictions
    return [pattern.format(representation=name, **trial) for name, trial in plan.runs()]


def calibrated(plan: Plan) -> bool:
    """Whether any classifier's loss takes its scores for probabilities, which may be wrong."""
    return any(each["loss"] == "softmax" for each in plan.classifiers)
