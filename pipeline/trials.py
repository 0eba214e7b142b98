"""Trials: what is trained and tested once. Each seed is one or, with folds, each fold of a seed.

A trial is a dict of the wildcards that tell its files from those of others.
"""

from itertools import product

Trial = dict[str, int | str]  # text where Snakemake filled it in


def trial_values(config: dict) -> dict[str, list[int]]:
    """By wildcard, all values that it takes; folds are numbered from 1."""
    folds = {"fold": list(range(1, config["folds"] + 1))} if "folds" in config else {}
    return {"seed": config["seeds"], **folds}


def trial_name(values: dict[str, list[int]]) -> str:
    """The pattern that a trial has in paths, such as seed{seed}-fold{fold}."""
    return "-".join(f"{name}{{{name}}}" for name in values)


def trials(values: dict[str, list[int]]) -> list[Trial]:
    """All of them, those of one seed after each other."""
    return [dict(zip(values, each, strict=True)) for each in product(*values.values())]
