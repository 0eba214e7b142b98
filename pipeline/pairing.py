"""Classifiers as a config has them: what stages are told, and on which representations each is."""

from pipeline import catalogue
from pipeline.plain import few, refusal

# What a row of the tables can know beside the pixels of the image that it is to classify.
KNOWS = (
    *("nothing", "hand-made", "unlabelled images", "labels of these images"),
    "another data set",
)


def told(name: str, sgd: dict) -> dict:
    """What a stage is told of a classifier: how it is trained, and which values are tried.

    sgd: the group of that name of a config. In the result are swept: [setting, values] for each
    setting of the grid; settings: the classifier's own settings that are not in the grid; keys:
    for each setting of the grid, the config key of its values, to be named in messages.
    """
    described = catalogue.classifiers()[name]
    own, grid = sgd.get(name, {}), described.get("grid", {})
    defaults = {k: v.get("default") for k, v in described.get("settings", {}).items()}
    values = {**sgd, **defaults, **own}  # its own default counts more than what all share
    return {
        "name": name,
        "module": described["module"],
        "loss": described["loss"],
        "grows": described.get("grows", []),
        "settings": {key: values[key] for key in defaults if key not in grid.values()},
        "swept": [[setting, values[key]] for setting, key in grid.items()],
        "keys": {  # where the config has the values
            setting: f"sgd.{name}.{key}" if key in own or key in defaults else f"sgd.{key}"
            for setting, key in grid.items()
        },
    }


def swept(classifiers: list[dict]) -> list[str]:
    """The names of what varies in any classifier's grid; each is a column of the tables."""
    return list(dict.fromkeys(name for each in classifiers for name, _ in each["swept"]))


def shared(sgd: dict) -> dict:
    """The settings of SGD that are in no classifier's grid, such as the number of epochs."""
    classifiers = catalogue.classifiers()
    swept = {key for each in classifiers.values() for key in each.get("grid", {}).values()}
    return {k: v for k, v in sgd.items() if k not in swept | set(classifiers)}


def pairs(config: dict) -> dict[str, list[str]]:
    """For each representation the classifiers that are trained on it, in their order.

    Raises BadInput for a classifier that no representation suits, and for a representation that
    suits none.
    """
    found = {
        name: [each for each in config["classifiers"] if suits(each, blocks, config["blocks"])]
        for name, blocks in config["representations"].items()
    }
    for each in config["classifiers"]:
        if not any(each in names for names in found.values()):
            wanted = " or ".join(catalogue.classifiers()[each]["of"])
            wrong = (
                f"{each} is trained on a block of the feature {wanted}, alone, and no "
                "representation is one; add such a representation, or remove the classifier"
            )
            raise refusal("classifiers", wrong)
    for name, names in found.items():
        if not names:
            wrong = (
                f"none of the classifiers can be trained on it ({few(config['classifiers'])}); "
                "add another to classifiers, or remove the representation"
            )
            raise refusal(f"representations.{name}", wrong)
    return found


def suits(classifier: str, names: list[str], blocks: dict) -> bool:
    """Whether a classifier can be trained on these blocks side by side."""
    of = catalogue.classifiers()[classifier].get("of")
    return of is None or (len(names) == 1 and blocks[names[0]]["feature"] in of)


def knows(names: list[str], blocks: dict, classifier: str) -> str:
    """What a classifier on these blocks knows beside the image, in the words of KNOWS."""
    found = {catalogue.features()[blocks[name]["feature"]]["knows"] for name in names}
    found |= {catalogue.classifiers()[classifier].get("knows", KNOWS[0])}
    return ", ".join([each for each in KNOWS[1:] if each in found] or KNOWS[:1])
