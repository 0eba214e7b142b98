"""What is known of all trained models of a run: how each is applied to images, and its files."""

from pipeline import catalogue
from pipeline.plan import Plan
from pipeline.prediction.recipe import recipe as recipe_of
from pipeline.trials import Trial


def models(plan: Plan) -> dict:
    """See `prediction.recipe`; in JSON, it is an option of stages."""
    paths = plan.paths
    return {
        "run": paths.run,
        "config": paths.config,
        "trials": plan.trials,
        "views": plan.views,
        "blocks": {name: block(plan, name) for name in used(plan)},
        "representations": plan.representations,
        "classifiers": {each["name"]: each["module"] for each in plan.classifiers},
        "pairs": plan.pairs,
        "choose_by": plan.config["sgd"]["choose_by"],
        "model": paths.model,
        "predictions": paths.predictions,
        "images": paths.images,
        "classes": paths.classes,
        "form": paths.form,
    }


def used(plan: Plan) -> list[str]:
    """The blocks that are in a representation, each once."""
    return list(dict.fromkeys(name for blocks in plan.representations.values() for name in blocks))


def block(plan: Plan, name: str) -> dict:
    """How a block is computed: see `prediction.recipe`; spent: arrays of the state that only tell
    how fitting went.
    """
    described, feature = plan.computed_with(name), catalogue.features()[plan.feature(name)]
    state, spent = None, ["said"]
    if name in plan.fitted:
        state = plan.paths.state.replace("{state}", catalogue.state_name(plan.blocks[name]))
        spent += [each for columns in feature.get("curves", {}).values() for each in columns]
    return {**described, "read": described.get("read", {}), "state": state, "spent": spent}


def recipe(plan: Plan, representation: str, trial: Trial) -> dict:
    """How the models of one representation score images."""
    return recipe_of(models(plan), representation, trial)


def recipes(plan: Plan) -> list[dict]:
    """How the models of all representations and trials score images."""
    known = models(plan)
    return [recipe_of(known, *run) for run in plan.runs()]


def files(some: list[dict]) -> list[str]:
    """The files that recipes are made of, each once: models, predictions and states."""
    found = [each[key] for each in some for key in ("model", "predictions")]
    found += [one["state"] for each in some for one in each["blocks"].values() if one["state"]]
    return list(dict.fromkeys(found))
