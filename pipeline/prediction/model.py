"""A trained model that classifies new images, as it classified the test images of its run."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from features.errors import BadInput
from pipeline.classifiers.minibatches import ROWS
from pipeline.images.budget import limited
from pipeline.images.decoding import UndecodableError, decode
from pipeline.images.framing import Frame
from pipeline.prediction import finding, model_file
from pipeline.prediction.confidence import probabilities
from pipeline.prediction.given import Given, given
from pipeline.prediction.packing import Packed, unpacked
from pipeline.runtime.blas import one_thread
from pipeline.runtime.messages import shown

NAMED = 3  # classes that an answer names, at most

Image = str | os.PathLike | np.ndarray


class Answer(NamedTuple):
    """What a model says of one image.

    classes: the most probable first, NAMED at most; probabilities: theirs. unsure: whether the
    first is less probable than answers have to be to be right in 95 of 100 cases. problem: why the
    image could not be read, "" if it could; without, there are no classes.
    """

    path: str
    classes: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    unsure: bool = True
    problem: str = ""


class Model:
    """A trained model. about: see `packing.packed`; where: its name in messages."""

    def __init__(self, packed: Packed, where: str = "the model") -> None:
        """where: its name in messages. Raises BadInput where it is damaged."""
        self.packed, self.about, self.where = packed, packed[0], where
        damaged = BadInput(f"{where}: is damaged: make it again")
        try:
            self.chain = unpacked(*packed)
            self.classes: list[str] = list(map(str, self.about["classes"]))
            self.shape, self.frame = form_of(self.about["form"])
            self.temperature, self.threshold = (
                self.about[key] for key in ("temperature", "threshold")
            )
            of_black = self.probabilities(np.zeros((1, *self.shape), np.uint8))
        except BadInput:
            raise
        except ModuleNotFoundError as missing:
            wrong = f"needs {shown(str(missing.name))}, which is not here"
            advice = "README.md says, under Networks, how the packages of extras are installed"
            raise BadInput(f"{where}: {wrong}; {advice}") from None
        except Exception:  # what is damaged raises nearly anything
            raise damaged from None
        if of_black.shape != (1, len(self.classes)):
            raise damaged

    @classmethod
    def load(
        cls,
        run: str | os.PathLike,
        representation: str | None = None,
        classifier: str | None = None,
        seed: int | None = None,
    ) -> "Model":
        """The model of a run: its best by validation images or, of those named, the best.

        run: the name of a run, of which results/<run>/model.npz is read; or the path of such a
        file or of the folder that it lies in. Another than the best is read from work/<run>/.
        Raises BadInput: no such run, model or file, a file that is damaged or of another version.
        """
        wish = {"representation": representation, "classifier": classifier, "seed": seed}
        where, packed = finding.find(os.fspath(run), wish)
        return cls(packed, where)

    def save(self, path: str | os.PathLike) -> None:
        """Write the model into one file. Raises BadInput where it is larger than 100 MB."""
        model_file.write(Path(path), self.packed)

    def predict(self, images: Image | Iterable[Image]) -> list[Answer]:
        """What the model says of each image.

        images: paths of images, folders or archives, or RGB pixels uint8 (rows, cols, 3), of any
        size; one of them or several, also as one array (n, rows, cols, 3). Raises BadInput for a
        path without images, and for arrays of another kind.
        """
        if isinstance(images, np.ndarray):
            images = list(images) if images.ndim == 4 else [images]
        elif isinstance(images, str | os.PathLike):
            images = [images]
        return list(self.answers(each for some in images for each in of(some)))

    def answers(self, images: Iterable[Given]) -> Iterator[Answer]:
        """Yield what the model says of each image, with few images in memory at a time."""
        left = map(self.read, images)
        while some := list(islice(left, ROWS)):
            pixels = [each for each in some if isinstance(each, Pixels)]
            found = (
                iter(self.named(np.stack([each.pixels for each in pixels]))) if pixels else None
            )
            for each in some:
                if isinstance(each, Pixels) and found:
                    yield next(found)._replace(path=each.path)
                elif isinstance(each, Answer):
                    yield each

    def read(self, image: Given) -> "Pixels | Answer":
        """The pixels of an image in the form of those of training, or why there are none."""
        if image.problem:
            return Answer(image.path, problem=image.problem)
        try:
            with limited():
                pixels = decode(image.image, self.frame).pixels
        except UndecodableError as reason:
            return Answer(image.path, problem=str(reason))
        if pixels.shape != self.shape:
            (rows, cols, _), (own_rows, own_cols, _) = pixels.shape, self.shape
            wrong = f"{cols} x {rows} pixels, and not {own_cols} x {own_rows} as all in training"
            return Answer(image.path, problem=wrong)
        return Pixels(image.path, pixels)

    def named(self, images: np.ndarray) -> Iterator[Answer]:
        """Answers for images uint8 (n, rows, cols, 3) in the form of those of training."""
        scores = self.scores(images)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :NAMED]
        every = probabilities(scores, self.temperature)
        for best, each in zip(order, every, strict=True):
            unsure = self.threshold is None or bool(each[best[0]] < self.threshold)
            classes = tuple(self.classes[i] for i in best)
            yield Answer("", classes, tuple(map(float, each[best])), unsure)

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """The probability of each class, float64 (n, C), in the order of `classes`.

        images: uint8 (n, rows, cols, 3), in the size and form of those of training.
        """
        return probabilities(self.scores(images), self.temperature)

    def scores(self, images: np.ndarray) -> np.ndarray:
        """The scores of the classes, float32 (n, C); images as for `probabilities`."""
        with one_thread(), ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            return self.chain.scores(images, pool.map)


class Pixels(NamedTuple):
    path: str
    pixels: np.ndarray


def form_of(form: dict) -> tuple[tuple[int, int, int], Frame]:
    """The shape of the images of training, and the form that others are brought to."""
    rows, cols, size = (int(form[key]) for key in ("rows", "cols", "size"))
    if not size and rows == cols:  # all were of that size, and stayed as they were
        size = rows
    return (rows, cols, 3), Frame(size, str(form["resize"]), int(form["white"]))


def of(image: Image) -> Iterable[Given]:
    """The images that one argument of `predict` stands for."""
    if not isinstance(image, np.ndarray):
        return given([os.fspath(image)])
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise BadInput(
            f"images are {image.dtype} of shape {image.shape}: give uint8 (rows, cols, 3), RGB"
        )
    return [Given("", image)]
