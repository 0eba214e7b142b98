# Images of any source become one array, in random order.
checkpoint load:
    input:
        code("pipeline.images.load", *registry.modules()),
    output:
        images=paths.images,
        labels=paths.labels,
        classes=paths.classes,
        checksum=paths.checksum,
        timing=paths.timing("load"),
    log:
        paths.log("load"),
    threads: ALL
    params:
        files=files,
        fingerprint=plan.fingerprint,
        settings=lambda wildcards: options(
            data=plan.config["data"],
            image_size=plan.config.get("image_size", 0),
            seed=plan.seeds[0],
        ),
    shell:
        stage("pipeline.images.load")


def loaded(function, *arguments):
    """function(*arguments), which needs the images to be loaded before it is called."""
    checkpoints.load.get()
    return function(*arguments)


# Each image becomes train, validation or test.
rule split:
    input:
        code("pipeline.images.split"),
        labels=paths.labels,
        classes=paths.classes,
    output:
        parts=paths.parts,
        timing=paths.timing("split"),
    log:
        paths.log("split"),
    priority: 1
    # With all cores, or small jobs would keep some of them from `fit`, which follows.
    threads: ALL
    params:
        files=files,
        settings=lambda wildcards: options(
            test_fraction=plan.config["test_fraction"],
            validation_fraction=plan.config["validation_fraction"],
        ),
    shell:
        stage("pipeline.images.split")
