"""What a classifier answers on the test images of one trial, with calibrated probabilities."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.images.parts import is_test
from pipeline.runtime.store import read_arrays


class Answers(NamedTuple):
    """Of m test images: their rows among all images and classes, int (m,), and the probability of
    each class, float32 (m, C)."""

    image: np.ndarray
    y: np.ndarray
    probability: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        return self.probability.argmax(axis=1)

    @property
    def right(self) -> np.ndarray:
        return self.predicted == self.y

    @property
    def confidence(self) -> np.ndarray:
        return self.probability.max(axis=1)


def read(path: Path, classifier: str) -> Answers:
    """The answers of a classifier, from the file that `score` wrote."""
    arrays = read_arrays(path)
    tested = is_test(arrays["part"])
    scores = arrays[f"{classifier}.scores"][tested] / float(arrays[f"{classifier}.temperature"])
    power = np.exp(scores - scores.max(axis=1, keepdims=True))
    probability = power / power.sum(axis=1, keepdims=True)
    return Answers(arrays["image"][tested], arrays["y"][tested], probability)


def surest_wrong(answers: Answers, n: int) -> np.ndarray:
    """The n wrong answers of highest probability, as places among the answers, surest first."""
    wrong = np.flatnonzero(~answers.right)
    return wrong[np.argsort(-answers.confidence[wrong], kind="stable")[:n]]


def only_right(right: np.ndarray, confidence: np.ndarray) -> list[np.ndarray]:
    """For each of k representations the places where it alone is right, surest first.

    right: bool (k, m), whether each is right on each of m images. confidence: float (k, m).
    """
    alone = right.sum(axis=0) == 1
    found = []
    for mine, sure in zip(right, confidence, strict=True):
        places = np.flatnonzero(alone & mine)
        found.append(places[np.argsort(-sure[places], kind="stable")])
    return found
