"""What is made of kept scores: probabilities, the surest mistakes, who alone is right."""

import numpy as np
import pytest
from scipy.special import softmax

from pipeline.images.parts import SEEN, TEST, VALIDATION
from pipeline.report.answers import Answers, only_right, read, surest_wrong
from pipeline.runtime.store import write_arrays


def answers(*probabilities: list[float], y: list[int]) -> Answers:
    return Answers(np.arange(len(y)), np.array(y), np.array(probabilities))


def test_probabilities_of_test_images_are_those_of_the_temperature(tmp_path):
    scores = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    arrays = {
        "image": np.array([3, 5, 8, 9]),
        "part": np.array([VALIDATION, TEST, SEEN, TEST], np.int8),
        "y": np.array([0, 1, 2, 0]),
        "svm.scores": scores,
        "svm.temperature": np.array(0.5),
    }
    write_arrays(tmp_path / "predictions.npz", arrays)
    found = read(tmp_path / "predictions.npz", "svm")
    assert found.image.tolist() == [5, 8, 9]
    assert found.y.tolist() == [1, 2, 0]
    np.testing.assert_allclose(found.probability, softmax(scores[1:] / 0.5, axis=1), rtol=1e-5)


def test_wrong_answers_come_surest_first():
    found = answers([0.6, 0.4], [0.1, 0.9], [0.8, 0.2], [0.3, 0.7], y=[1, 1, 1, 0])
    assert surest_wrong(found, 2).tolist() == [2, 3]  # image 1 is right
    assert surest_wrong(found, 9).tolist() == [2, 3, 0]


def test_who_alone_is_right():
    first = answers([0.9, 0.1], [0.7, 0.3], [0.8, 0.2], [0.4, 0.6], y=[0, 0, 0, 0])
    other = answers([0.2, 0.8], [0.6, 0.4], [0.1, 0.9], [0.9, 0.1], y=[0, 0, 0, 0])
    # first is right on images 0, 1 and 2, the other one on 1 and 3
    found = only_right(
        np.array([first.right, other.right]), np.array([first.confidence, other.confidence])
    )
    assert [places.tolist() for places in found] == [[0, 2], [3]]


def test_of_equally_sure_answers_the_first_image_comes_first():
    found = answers(*[[0.5, 0.5]] * 3, y=[1, 1, 1])
    assert surest_wrong(found, 3).tolist() == [0, 1, 2]
    assert found.confidence == pytest.approx([0.5] * 3)
