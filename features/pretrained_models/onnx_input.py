"""What an ONNX model takes: images of which size, with which order of axes, on which scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from features.errors import BadInput

TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}
# The mean and the deviation, of pixels from 0 to 1, that a model says by its metadata.
RANGES = {
    "NominalRange_0_255": (0, 1 / 255),
    "Normalized_0_1": (0, 1),
    "Normalized_1_1": (0.5, 0.5),
}
IMAGENET = "mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225]"


@dataclass(frozen=True)
class Input:
    """rows, cols: the size of images in pixels. channels_first: whether the axes are (1, 3, rows,
    cols), not (1, rows, cols, 3). kind: the type of the numbers. mean, deviation: float32 (3,), of
    pixels from 0 to 1. bgr: whether blue is the first channel."""

    rows: int
    cols: int
    channels_first: bool
    kind: type
    mean: np.ndarray
    deviation: np.ndarray
    bgr: bool

    @property
    def space(self) -> tuple[int, int]:
        """The axes of rows and columns."""
        return (2, 3) if self.channels_first else (1, 2)

    def prepared(self, image: np.ndarray) -> np.ndarray:
        """An image, uint8 (rows, cols, 3), as a batch of one that the model takes."""
        pixels: np.ndarray = image
        if self.kind != np.uint8:
            pixels = (image / np.float32(255) - self.mean) / self.deviation
        pixels = pixels[..., ::-1] if self.bgr else pixels
        pixels = pixels.transpose(2, 0, 1) if self.channels_first else pixels
        return np.ascontiguousarray(pixels[None], self.kind)


def understood(
    session: Any, size: int | None, mean: list[float] | None, deviation: list[float] | None
) -> Input:
    """What the model of a session takes, and where it does not say, the settings do."""
    inputs = session.get_inputs()
    if len(inputs) != 1:
        names = ", ".join(each.name for each in inputs)
        raise BadInput(f"pretrained: the model must have one input, an image; it has: {names}")
    (only,) = inputs
    if only.type not in TYPES:
        raise BadInput(
            f"pretrained: the model takes {only.type}; export one that takes float, float16 or "
            "uint8"
        )
    channels_first, sides = axes(only.shape)
    rows, cols = (side_of(side, size) for side in sides)
    kind, says = TYPES[only.type], session.get_modelmeta().custom_metadata_map
    scale = scaling(kind, says.get("Image.NominalPixelRange"), mean, deviation)
    bgr = says.get("Image.BitmapPixelFormat") == "Bgr8"
    return Input(rows, cols, channels_first, kind, *scale, bgr)


def axes(shape: list) -> tuple[bool, list]:
    """Whether channels come before rows, and the two sides; a name or None is a side left open."""
    if len(shape) != 4 or 3 not in (shape[1], shape[3]) or shape[0] not in (1, *open_sides(shape)):
        said = ", ".join(str(side) for side in shape)
        raise BadInput(
            f"pretrained: the model takes the shape ({said}); it must be (1 or any number, 3, "
            "rows, columns) or (1 or any number, rows, columns, 3)"
        )
    return (True, shape[2:]) if shape[1] == 3 else (False, shape[1:3])


def open_sides(shape: list) -> list:
    return [side for side in shape if not isinstance(side, int)]


def side_of(side: int | str | None, size: int | None) -> int:
    """A side of the images in pixels. side: what the model says. size: the setting."""
    if not isinstance(side, int):
        if size is None:
            raise BadInput(
                "pretrained: the model leaves the size of images open; give size, in pixels"
            )
        return size
    if size not in (None, side):
        raise BadInput(
            f"pretrained: size is {size}, but the model takes {side} pixels; remove size"
        )
    return side


def scaling(
    kind: type, says: str | None, mean: list[float] | None, deviation: list[float] | None
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation, float32 (3,). says: the range of pixels that the model names, if any."""
    if (mean is None) != (deviation is None):
        raise BadInput("pretrained: give both mean and deviation, or neither")
    if kind == np.uint8 and mean is not None:
        raise BadInput("pretrained: the model takes pixels as they are; remove mean and deviation")
    if mean is not None:
        return np.array(mean, np.float32), np.array(deviation, np.float32)
    if kind != np.uint8 and says not in RANGES:
        raise BadInput(
            "pretrained: the model does not say how pixels are scaled; give mean and deviation, "
            f"for most networks trained on ImageNet {IMAGENET}"
        )
    named = RANGES.get(says or "", (0, 1))
    return np.full(3, named[0], np.float32), np.full(3, named[1], np.float32)
