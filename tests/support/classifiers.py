"""What stages are told of classifiers and of SGD, as the plan of a config says it."""

from pipeline.classifiers.grid import Setting, make_grid
from pipeline.plan import Plan

NAMES = ("svm", "softmax")
SGD = {
    "epochs": 3,
    "steps": 0,
    "batch_size": 32,
    "momentum": 0.9,
    "learning_rates": [0.001, 0.01, 0.1],
    "l2": [0.001, 0.1],
}


def plan(*names: str, **sgd) -> Plan:
    """Of a config with these classifiers, both if none is named, and these settings of SGD."""
    config = {"data": "photos", "classifiers": list(names or NAMES), "sgd": {**SGD, **sgd}}
    return Plan({"sgd": {"svm": None}}, config)  # without the values that are the default's


def classifiers(*names: str, **sgd) -> list[dict]:
    """What `train`, `score` and `converge` are told of the classifiers."""
    return plan(*names, **sgd).classifiers


def told(*names: str, **sgd) -> dict:
    """The arguments of `train` that are about training."""
    planned = plan(*names, **sgd)
    told = {"classifiers": planned.classifiers, "swept": planned.swept()}
    return {**told, "sgd": planned.shared_sgd()}


def grid(classifier="svm", rates=(0.001, 0.01, 0.1), l2=(0.001, 0.1)) -> list[Setting]:
    """Every pair of a learning rate and an l2."""
    return make_grid(classifiers(classifier, learning_rates=list(rates), l2=list(l2)))


def setting(classifier: str, rate: float, l2: float) -> Setting:
    (only,) = grid(classifier, [rate], [l2])
    return only
