"""How it is run: stages (verbs, named as their rules) and the libraries (nouns) they share."""

import os

# A matrix product's last bits depend on how many threads the BLAS library cuts it for. So each
# call gets one thread, and stages run several calls at once, over blocks of fixed size.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
