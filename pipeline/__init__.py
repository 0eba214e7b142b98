"""How it is run: stages (verbs, named as their rules) and the libraries (nouns) they share."""

import os
from pathlib import Path

# A matrix product's last bits depend on how many threads the BLAS library cuts it for. So each
# call gets one thread, and stages run several calls at once, over blocks of fixed size.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

# OpenBLAS gives processors that it does not know by name its AVX2 kernels; where AVX-512 is
# there, its kernels for it multiply twice as fast.
cpu = Path("/proc/cpuinfo")
if cpu.exists() and {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= set(
    cpu.read_text().split()
):
    os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
