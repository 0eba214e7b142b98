"""A network's numbers: arrays where they are stored, tensors where they are computed with.

Names say what they are: `whitening` and `whitening_bias`; `filters.<layer>`, `bias.<layer>` and
`last`, which are trained; `momentum.<one of these>`; `norm.<layer>`, mean and variance.
"""

import numpy as np
import torch

State = dict[str, np.ndarray]
Tensors = dict[str, torch.Tensor]

KINDS = ("whitening", "whitening_bias", "filters", "bias", "last", "momentum", "norm")
TRAINED = ("filters", "bias", "last")


def kind_of(name: str) -> str:
    return name.partition(".")[0]


def trained(weights: Tensors) -> list[str]:
    """The names of what is trained, in their order."""
    return sorted(name for name in weights if kind_of(name) in TRAINED)


def tensors(state: State, device: str = "cpu") -> Tensors:
    """Copies of the state's weights, float32, on a device."""
    own = {name: each for name, each in state.items() if kind_of(name) in KINDS}
    return {name: torch.tensor(each, device=device) for name, each in own.items()}


def arrays(weights: Tensors) -> State:
    """Copies of the weights as arrays."""
    return {name: each.cpu().numpy().copy() for name, each in weights.items()}


def narrowed(weights: Tensors, precision: str) -> Tensors:
    """The weights to compute with, filters in `precision`; what is trained can have gradients."""
    found = dict(weights)
    for name in trained(weights):
        each = weights[name].detach().clone()
        if kind_of(name) == "filters":
            each = each.to(getattr(torch, precision), memory_format=torch.channels_last)
        found[name] = each.requires_grad_()
    return found


def precision_of(weights: Tensors) -> torch.dtype:
    """The precision of the filters, which images are computed in."""
    return next(each.dtype for name, each in weights.items() if kind_of(name) == "filters")
