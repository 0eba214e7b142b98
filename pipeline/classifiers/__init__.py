"""Classifiers: trained on training images, chosen by validation images, scored on test images.

A classifier is a YAML file in this folder, together with the module that it names. Every YAML file
here is a classifier; there is no other list of them. The YAML says

    about     what the classifier is, in one line
    title     its name in pictures
    knows     present for one that learns features of its own: what from, see `features`
    needs     present for one that stands on packages of an extra, see `features`
    of        present for one that cannot be trained on any columns: the features, a block of which
              alone it is trained on
    module    the module here that trains it: `linear`, or one of its own
    loss      the function of `losses` that its scores are judged by; a linear classifier also
              minimises it
    grid      the settings of which every combination of values is tried, such as learning_rate;
              for each of them, the config key that lists its values. If that is a key of `sgd`,
              a config may give other values for this classifier under sgd.<classifier>
    grows     those of the grid that are tried beyond the edge, a decade further, where the best
              lies on it
    settings  further config keys of this classifier, in the words of JSON Schema, with defaults;
              in the config they are under sgd.<classifier>. Those that are not in the grid are
              the same for the whole grid

and the module has

    train(data: rows.TrainingSet, grid: list[grid.Setting], sgd: dict, what: str) -> Trained
    scores(model: dict of arrays, X float32 (m, d)) -> float32 (m, n_classes)

and, if it can tell how near the optimum a model is,

    check(data, setting, model, sgd) -> (gap, validation accuracy at the optimum) or None

sgd: the settings of SGD that all classifiers share, and among them how settings are chosen and how
much each class counts. what: the job's name in progress messages. `scores` is given standardised
rows. All classifiers of one module are trained in one call, and in another where a grid grows.
"""
