"""The convolution and its gradient, against PyTorch's own in double precision."""

import pytest
import torch
from torch.nn import functional

from features.convolutions.convolution import SMALL, Convolution


@pytest.mark.parametrize("size", [(8, 8), (3, 5), (1, 1), (9, 8), (1, 7)])
def test_gradients_are_those_of_a_plain_convolution(size):
    rng = torch.Generator().manual_seed(0)
    images = torch.randn(5, 4, *size, generator=rng, dtype=torch.float64, requires_grad=True)
    filters = torch.randn(6, 4, 3, 3, generator=rng, dtype=torch.float64, requires_grad=True)
    outputs = functional.conv2d(images, filters, padding=1)
    weight = torch.randn(outputs.shape, generator=rng, dtype=torch.float64)
    expected = torch.autograd.grad((outputs * weight).sum(), [images, filters])
    for layout in (torch.contiguous_format, torch.channels_last):
        own = [
            each.detach().to(memory_format=layout).requires_grad_() for each in (images, filters)
        ]
        found = Convolution.apply(*own)
        torch.testing.assert_close(found, outputs)
        gradients = torch.autograd.grad((found * weight).sum(), own)
        for one, other in zip(gradients, expected, strict=True):
            torch.testing.assert_close(one, other)


def test_both_ways_of_the_gradient_are_tested():
    assert 8 * 8 == SMALL < 9 * 8
