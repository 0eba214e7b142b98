"""The precision that a network is trained in: bfloat16 where that is right, and not slow.

PyTorch's convolutions in bfloat16 have been wrong without a word (its issues 163347, 169688), and
sixteen times slower than float32 (183815). So a chunk of images is computed in both, and one
convolution of fixed size is timed in both.
"""

import time
from collections.abc import Callable

import torch
from torch.nn import functional

WRONG = 0.5  # the length of the difference to float32, as a share; rounding alone makes 0.1
# On a processor with AMX, bfloat16 takes a quarter of the time. It is refused where it takes a
# multiple, and a thread's own time is counted, so that other work on the machine decides nothing.
SLOW = 3.0
TRIALS = 5

Gradients = dict[str, torch.Tensor]


def choose(gradients: Callable[[str], Gradients], device: str) -> tuple[str, str]:
    """The precision to train in, and a sentence on why it is not bfloat16, or no text.

    gradients: computes those of one chunk of images in a precision.
    """
    if device == "cpu" and not has_bfloat16():
        return "float32", "trained in float32, as this processor has no instructions for bfloat16"
    exact, rough = gradients("float32"), gradients("bfloat16")
    if not all(alike(exact[name], rough[name]) for name in exact):
        return "float32", "trained in float32, as this PyTorch computes bfloat16 wrongly here"
    times = [(seconds("float32"), seconds("bfloat16")) for _ in range(TRIALS)]
    if min(rough for _, rough in times) > SLOW * min(exact for exact, _ in times):
        return "float32", "trained in float32, as this PyTorch computes bfloat16 slowly here"
    return "bfloat16", ""


def has_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16: AVX-512-BF16, with or without AMX."""
    return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)())


def alike(exact: torch.Tensor, rough: torch.Tensor) -> bool:
    return bool((exact - rough.float()).norm() <= WRONG * exact.norm() + 1e-6)


def seconds(precision: str) -> float:
    """The time that one thread spends on a convolution of medium size and its gradients."""
    torch.set_num_threads(1)
    kind = getattr(torch, precision)
    images = torch.ones(16, 64, 16, 16, dtype=kind).to(memory_format=torch.channels_last)
    filters = torch.ones(64, 64, 3, 3, dtype=kind).to(memory_format=torch.channels_last)
    begin = time.thread_time()
    with torch.enable_grad():
        both = images.requires_grad_(), filters.requires_grad_()
        torch.autograd.grad(functional.conv2d(*both, padding=1).sum(), both)
    return time.thread_time() - begin
