"""Models in the ONNX format as a feature: what they take is understood, and what they give."""

import numpy as np
import pytest
from onnx import TensorProto, numpy_helper
from support.mistakes import refused
from support.noise import noise
from support.small_onnx import MAPS, POOLED, WEIGHTS, answers, model

from features.pretrained import extract

MEAN, DEVIATION = [0.5, 0.4, 0.3], [0.2, 0.25, 0.5]
IMAGES = noise(3, 6, 5)


def features(file: bytes, images=IMAGES, **settings) -> np.ndarray:
    defaults = {
        "size": None,
        "square_root": None,
        "mean": MEAN,
        "deviation": DEVIATION,
        "output": None,
    }
    return extract(images, model="onnx", file=file, **{**defaults, **settings})


def scaled(images: np.ndarray) -> np.ndarray:
    return (images / 255 - MEAN) / DEVIATION


def close(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", [("n", 3, 6, 5), (1, 3, 6, 5), ("n", 6, 5, 3), (1, 6, 5, 3)])
def test_maps_are_averaged_over_space_for_either_order_of_axes(shape):
    close(features(model(shape)), answers(scaled(IMAGES)))


def test_a_row_is_taken_as_it_is():
    file = model((1, 3, 1, 1), outputs=(POOLED,))
    images = noise(3, 1, 1)
    close(features(file, images), scaled(images)[:, 0, 0] @ WEIGHTS.T)


def test_numbers_of_half_precision_are_given_where_they_are_taken():
    close_to = answers(scaled(IMAGES).astype(np.float16))
    close(features(model(kind=TensorProto.FLOAT16)), close_to)


def test_whole_numbers_are_given_as_they_are():
    file = model(kind=TensorProto.UINT8)
    close(features(file, mean=None, deviation=None), answers(IMAGES))
    with refused("takes pixels as they are; remove mean and deviation"):
        features(file)


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("NominalRange_0_255", IMAGES),
        ("Normalized_0_1", IMAGES / 255),
        ("Normalized_1_1", IMAGES / 127.5 - 1),
    ],
)
def test_the_range_of_pixels_is_as_the_model_says(says, expected):
    file = model(says={"Image.NominalPixelRange": says})
    close(features(file, mean=None, deviation=None), answers(expected))


def test_settings_stand_above_what_the_model_says():
    file = model(says={"Image.NominalPixelRange": "NominalRange_0_255"})
    close(features(file), answers(scaled(IMAGES)))


def test_blue_comes_first_where_the_model_says_so():
    """Mean and deviation are those of red, green and blue all the same."""
    file = model(says={"Image.BitmapPixelFormat": "Bgr8"})
    close(features(file), answers(scaled(IMAGES)[..., ::-1]))


def test_a_model_that_leaves_the_size_open_is_given_it():
    file, images = model(("n", 3, "rows", "cols")), noise(2, 9, 9)
    close(features(file, images, size=9), answers(scaled(images)))
    with refused("leaves the size of images open; give size"):
        features(file)
    with refused("size is 7, but the model takes 6 pixels; remove size"):
        features(model(), size=7)


def test_one_color_stays_itself_whatever_the_size():
    images = np.full((1, 40, 30, 3), (10, 20, 30), np.uint8)
    close(features(model(), images), answers(scaled(images)))


def test_an_inner_result_can_be_named():
    file = model((1, 3, 6, 5), outputs=(POOLED,))
    np.testing.assert_array_equal(features(file, output=MAPS), features(model((1, 3, 6, 5))))
    shown = features(file, output="pixels")  # the image itself, three numbers
    close(shown, scaled(IMAGES).mean(axis=(1, 2)))
    with refused("nothing of the name that output gives"):
        features(file, output="no such result")
    with refused("nothing of the name that output gives"):
        features(file, output="long" * 250)


def test_of_several_outputs_one_must_be_named():
    file = model(outputs=(MAPS, POOLED))
    with refused("several outputs; name one as output: maps, pooled"):
        features(file)
    close(features(file, output=POOLED), answers(scaled(IMAGES)))


def test_several_inputs_are_refused_by_name():
    with refused("must have one input, an image; it has: image, mask"):
        features(model(more_inputs=("mask",)))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((2, 3, 6, 5), "(2, 3, 6, 5)"),
        (("n", 6, 5, "channels"), "(n, 6, 5, channels)"),
        (("n", 7, 3), "(n, 7, 3)"),
    ],
)
def test_a_shape_that_is_not_of_one_image_is_refused(shape, said):
    with refused(f"takes the shape {said}; it must be (1 or any number, 3, rows, columns) or"):
        features(model(shape))


def test_other_types_are_refused():
    with refused("takes tensor(int64); export one that takes float, float16 or uint8"):
        features(model(kind=TensorProto.INT64))


def test_a_scale_that_nobody_says_is_refused():
    with refused("does not say how pixels are scaled; give mean and deviation", "0.485"):
        features(model(), mean=None, deviation=None)
    with refused("both mean and deviation, or neither"):
        features(model(), mean=None)


def test_what_is_no_model_is_refused():
    for file in (b"", b"no model", model()[:-100], bytes(100)):
        with refused("pretrained: file: onnxruntime cannot load it as an ONNX model: "):
            features(file)


def test_numbers_that_are_not_finite_are_refused():
    weights = numpy_helper.from_array(np.full((4, 3, 1, 1), np.inf, np.float32), "weights")
    with refused("infinite numbers; check mean and deviation"):
        features(model(weights=weights))


@pytest.mark.parametrize("place", ["weights.data", "../weights.data", "{folder}/weights.data"])
def test_no_file_is_read_for_a_model(tmp_path, monkeypatch, place):
    """Weights may be said to lie in another file; not even one beside the model is opened."""
    (tmp_path / "inner").mkdir()
    for folder in (tmp_path, tmp_path / "inner"):
        (folder / "weights.data").write_bytes(WEIGHTS.tobytes())
    monkeypatch.chdir(tmp_path / "inner")
    weights = TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=(4, 3, 1, 1))
    weights.data_location = TensorProto.EXTERNAL
    for key, value in (("location", place.format(folder=tmp_path)), ("length", "48")):
        entry = weights.external_data.add()
        entry.key, entry.value = key, value
    with refused("its weights are in another file; save it with all in one"):
        features(model(weights=weights))


def test_features_do_not_depend_on_neighbours():
    file, together = model(), features(model())
    for i in range(len(IMAGES)):
        np.testing.assert_array_equal(features(file, IMAGES[i : i + 1])[0], together[i])
