"""How it is run: each folder is one hop of the data, from left to right.

    runtime -> sources -> images -> blocks -> classifiers -> tables, and lecture above all

Each imports only itself, the folders to its left and `features`; `tables` imports `runtime` only,
since what a run found out lies in records. A folder's stages are named in its rules.smk.
"""

import os

# A matrix product's last bits depend on how many threads the BLAS library cuts it for. So each
# call gets one thread, and stages run several calls at once, over slices of fixed size.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
