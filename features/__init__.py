"""What is computed: pure functions on arrays. No files, no configuration, no Snakemake.

A feature turns a batch of images, uint8 (n, rows, cols, 3), into a float32 matrix with one row
per image. One that is computed directly has

    extract(images, **settings) -> block

One that is fitted first has a pair, and `fit` is only ever handed training images:

    fit(images, rng, threads, **fit_settings) -> state       (a dict of arrays)
    encode(images, state, **settings) -> block

Adding a feature is adding one module here and its name below.
"""

COMPUTED = ("raw_pixels", "color_histogram", "hog")

# A fitted feature, and the one of its settings that holds what `fit` takes.
FITTED = {"bag_of_words": "codebook"}
