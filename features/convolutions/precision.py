"""The precision that a network is trained in: bfloat16 where that is right, and not slow.

PyTorch's convolutions in bfloat16 have been wrong without a word (its issues 163347, 169688), and
sixteen times slower than float32 (183815). So both are tried on one chunk of images.
"""

import time
from collections.abc import Callable

import torch

WRONG = 0.3  # the length of the difference to float32, as a share; rounding alone makes 0.1
# Where bfloat16 is right, it is four times as fast on a processor with AMX. It is refused where it
# is clearly slower, so that other work on the machine does not decide which one is taken.
SLOW = 3.0
TRIALS = 3

Gradients = dict[str, torch.Tensor]


def choose(gradients: Callable[[str], Gradients], device: str) -> tuple[str, str]:
    """The precision to train in, and why, as a sentence.

    gradients: computes those of one chunk of images in a precision.
    """
    if device == "cpu" and not has_bfloat16():
        return "float32", "trained in float32, as this processor has no instructions for bfloat16"
    exact, exact_time = best_of(gradients, "float32")
    rough, rough_time = best_of(gradients, "bfloat16")
    if not all(alike(exact[name], rough[name]) for name in exact):
        return "float32", "trained in float32, as this PyTorch computes bfloat16 wrongly here"
    if rough_time > SLOW * exact_time:
        return "float32", "trained in float32, as this PyTorch computes bfloat16 slowly here"
    return "bfloat16", "trained in bfloat16"


def has_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16: AVX-512-BF16, with or without AMX."""
    return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)())


def best_of(gradients: Callable[[str], Gradients], precision: str) -> tuple[Gradients, float]:
    """The gradients, and the shortest of several times in seconds."""
    seconds = []
    for _ in range(TRIALS):
        begin = time.perf_counter()
        found = gradients(precision)
        seconds.append(time.perf_counter() - begin)
    return found, min(seconds)


def alike(exact: torch.Tensor, rough: torch.Tensor) -> bool:
    return bool((exact - rough.float()).norm() <= WRONG * exact.norm() + 1e-6)
