"""Visual words: patches of images, whitened, clustered into a codebook, and counted."""
