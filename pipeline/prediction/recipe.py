"""Recipes: of which files a trained model is made, and how, told from what is known of a run.

What is known of all trained models of a run is a dict, in JSON, which `pipeline.recipes` makes of
the plan. Paths in it are patterns: names of a trial and a representation are filled in.
"""


def recipe(models: dict, representation: str, trial: dict) -> dict:
    """How the models of a representation score images.

    blocks: by name, in the order in which they stand side by side: feature, settings and stored,
    as the stage `compute` is told; read, which settings are paths of files; state, the file of
    what was fitted, or None. views: their names. model: the file that `train` wrote. predictions:
    the file that `score` wrote.
    """
    blocks = {
        name: dict(models["blocks"][name]) for name in models["representations"][representation]
    }
    for block in blocks.values():
        block["state"] = block["state"] and block["state"].format(**trial)
    names = {"representation": representation, **trial}
    files = {key: models[key].format(**names) for key in ("model", "predictions")}
    return {"blocks": blocks, "views": models["views"], **files}
