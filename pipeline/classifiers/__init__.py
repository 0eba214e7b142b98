"""Classifiers: trained on training rows, their settings chosen by validation, scored once.

A classifier is a YAML in this folder and the module that it names: the list of classifiers is the
folder. The YAML says

    about     what it is, in one line
    title     what pictures call it
    module    the module here that trains it: `linear`, or one of its own
    loss      the function of `losses` that its scores are judged by; a linear classifier also
              minimises it
    grid      what is swept: of each setting of a model, such as learning_rate, the key of the
              config that lists its values. Keys that `sgd` has may be given for it alone
    settings  keys of its own, in the words of JSON Schema, with defaults; in the config they are
              under sgd.<classifier>. Those that are not swept are the same for the whole grid

and the module has

    train(data: rows.TrainingSet, grid: list[grid.Setting], sgd: dict, what: str) -> Trained
    scores(model: dict of arrays, X float32 (m, d)) -> float32 (m, n_classes)

`scores` is given standardised rows. All classifiers of one module are trained in one call.
"""
