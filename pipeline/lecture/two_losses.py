"""The two losses that the lecture compares, with their colours in pictures."""

from pipeline.classifiers.losses import softmax, svm
from pipeline.tables.picture import BLUE, ORANGE

LOSSES = {"svm": svm, "softmax": softmax}
COLORS = {"svm": BLUE, "softmax": ORANGE}
