"""What is computed: pure functions on arrays. No files, no configuration, no Snakemake.

A feature turns a batch of images, uint8 (n, rows, cols, 3), into a float32 matrix with one row
per image. It is a module in this folder, and the YAML of its settings beside it: the list of
features is the folder. A feature that is computed from an image alone has

    extract(images, **settings) -> features

One that is fitted first, as a codebook is, has a pair of functions. `fit` is only ever handed
training images and their classes, int (n,), and may read the images slice by slice:

    fit(images, labels, rng, threads, **settings) -> state        (a dict of arrays)
    encode(images, state, **settings) -> features

A state may have an array `said` of sentences, which are shown to the user.

A checkpoint has `load()`, which gives the arrays that a fit that was stopped had saved, or None,
and `save(arrays)`; what is gone on with must give the same state, to the byte. Its
`progress(items, total, what)` yields the items, and tells the user how far they have come.

The YAML says, of the feature,

    about       what it is, in one line
    title       how people write its name in one word, where that is not as the module's: HOG
    knows       what it knows beside the image to be told: nothing, what is hand-made, unlabelled
                images, labels of these images, or another data set
    needs       present where it stands on packages of an extra: its name, and their modules; a
                list, where that depends on settings: each is for what `where` says of them
    resumes     true where `fit` takes long: it is then given a `checkpoint`, see below
    fit         present for one that is fitted: the settings that `fit` takes, the others are
                `encode`'s. Of a setting that is a group, `fit` takes the group's own settings
    settings    of each its type, range and default, in the words of JSON Schema, and its meaning;
                only:     for which values of other settings it applies; else it is None
                at_most:  another setting of the feature that it must not exceed
                format:   file, where it is the path of one, whose contents `extract` or `encode`
                          is given, as bytes
    conditions  values that exclude each other: where some settings have these values, `allowed`
                are those of another, because of `why`
    stored      the type that its numbers are stored in, float16 or float32; `unless` a setting
                has one of these values; and, in `overflow`, what to do where they do not fit
    curves      arrays of the state that tell how fitting went, one number for each iteration:
                the name of a table, and its columns
    ablation    what a picture of many variants shows: `along` which setting, and a line for each
                value of another, `lines`
"""
