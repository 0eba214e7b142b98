"""The filters of the first layer, against the covariance of their outputs."""

import numpy as np
import torch
from deep.convolutions.stripes import stripes
from torch.nn import functional

from features.convolutions.whitening import EPSILON, all_patches, whitening_filters


def test_outputs_are_uncorrelated_with_mean_0_and_variance_1_but_for_epsilon():
    images = stripes(200, 9, 7, 3).images
    filters, biases = whitening_filters(images)
    pixels = torch.tensor(images).permute(0, 3, 1, 2).float()
    outputs = functional.conv2d(pixels, torch.tensor(filters), torch.tensor(biases))
    flat = outputs.permute(1, 0, 2, 3).reshape(24, -1).numpy().astype(np.float64)
    np.testing.assert_allclose(flat.mean(axis=1), 0, atol=1e-3)
    variance = np.linalg.eigvalsh(np.cov(all_patches(images).T))[::-1]
    expected = np.diag(variance / (variance + EPSILON))
    np.testing.assert_allclose(np.cov(flat[:12], bias=True), expected, atol=2e-3)
    np.testing.assert_array_equal(flat[12:], -flat[:12])


def test_patches_by_hand():
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(1, 2, 3, 3)
    expected = [
        [0, 3, 9, 12, 1, 4, 10, 13, 2, 5, 11, 14],
        [3, 6, 12, 15, 4, 7, 13, 16, 5, 8, 14, 17],
    ]
    assert all_patches(image).tolist() == expected


def test_images_of_one_colour_give_finite_filters():
    filters, biases = whitening_filters(np.full((5, 4, 4, 3), 200, np.uint8))
    assert np.isfinite(filters).all()
    assert np.isfinite(biases).all()
