"""The two losses that the lecture compares, with their names and colours in pictures."""

from pipeline.classifiers.losses import softmax, svm
from pipeline.tables.picture import BLUE, ORANGE

LOSSES = {"svm": svm, "softmax": softmax}
NAMES = {"svm": "SVM", "softmax": "softmax"}
COLORS = {"svm": BLUE, "softmax": ORANGE}
