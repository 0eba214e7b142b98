"""Recipes: how a trained model is applied to images, as the stages that do it are told."""

from pipeline.plan import Plan
from pipeline.trials import Trial


def recipe(plan: Plan, name: str, trial: Trial) -> dict:
    """How the models of a representation score images.

    blocks: by name, what `block` says of each, in the order in which they stand side by side.
    views: the names of the views. model: the file that `train` wrote.
    """
    return {
        "blocks": {each: block(plan, each, trial) for each in plan.representations[name]},
        "views": plan.views,
        "model": plan.paths.model.format(representation=name, **trial),
    }


def block(plan: Plan, name: str, trial: Trial) -> dict:
    """How a block is computed: feature, settings and stored, as the stage `compute` is told; read,
    which settings are paths of files; state, the file of what was fitted, or None.
    """
    described = plan.computed_with(name)
    return {
        **described,
        "read": described.get("read", {}),
        "state": plan.state(name, trial) if name in plan.fitted else None,
    }


def files(recipes: list[dict]) -> list[str]:
    """The files that the recipes are made of, each once: models and states."""
    found = [each["model"] for each in recipes]
    found += [one["state"] for each in recipes for one in each["blocks"].values() if one["state"]]
    return list(dict.fromkeys(found))
