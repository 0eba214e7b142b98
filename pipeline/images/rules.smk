# Loads the images of any source into one array, in random order.
checkpoint load:
    input:
        code("pipeline.images.load", *registry.modules()),
    output:
        images=paths.images,
        labels=paths.labels,
        classes=paths.classes,
        checksum=paths.checksum,
        understood=paths.understood,
        understood_table=paths.table("data"),
        form=paths.form,
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
            reading=plan.reading,
            decoding={key: plan.config[key] for key in ["resize", "range", "unreadable"]},
            seed=plan.seeds[0],
        ),
    shell:
        stage("pipeline.images.load")


# What was understood of the data, without training anything.
rule data:
    input:
        paths.understood,


def loaded(function, *arguments):
    """function(*arguments), called after the images are loaded, since it needs their number."""
    checkpoints.load.get()
    return function(*arguments)


# Decides for each image whether it is for training, validation or test.
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
    # It takes all cores. Otherwise small jobs would start beside it, and keep some of the cores
    # from `fit`, which follows.
    threads: ALL
    params:
        files=files,
        settings=lambda wildcards: options(**plan.drawing()),
    shell:
        stage("pipeline.images.split")
