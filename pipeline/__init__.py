"""The workflow: images are loaded, turned into features, classified, and put into tables.

Each folder is one step on the way of the data, from left to right:

    runtime -> sources -> images -> blocks -> classifiers -> prediction
    runtime -> tables, and lecture above all

A folder imports only itself, the folders to its left and `features`. `tables` imports `runtime`
only, because all that a run finds out is written to files, its records. A stage is a function
that runs as a command of its own; the rules.smk of a folder names the stages in it.
"""

import os

# The last bits of a matrix product depend on how many threads the BLAS library splits it over.
# So that results are the same for any number of cores, each BLAS call gets one thread, and stages
# run several calls at once, each over a slice of rows of fixed size.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
