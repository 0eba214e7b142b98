# Makes the whole lecture: a part for each of its claims. Parts 1 to 8 are measured on the same
# rows of one representation; part 9 shows the weights that the main job chose; parts 10 and 11
# compare all representations, and what features look for.
rule lecture:
    input:
        paths.lecture_page,


# Chooses the rows of a representation that parts 1 to 8, and 10, are computed on.
rule sample:
    input:
        code("pipeline.lecture.sample"),
        lambda wildcards: loaded(plan.files_of, wildcards.representation, lecture.trial),
    output:
        rows=paths.lecture_rows,
    log:
        paths.log("sample", "{representation}"),
    params:
        files=files,
        settings=lambda wildcards: options(
            representation=plan.representation(wildcards.representation, lecture.trial),
            seed=lecture.trial["seed"],
        ),
    shell:
        stage("pipeline.lecture.sample")


# Makes parts 1 to 4 and 6 to 8, each by the module of its name.
rule part:
    input:
        lambda wildcards: code(f"pipeline.lecture.{wildcards.part}"),
        rows=lecture.rows(lecture.subject()),
        texts=lecture.texts,
    output:
        **captioned(paths.lecture_part("{part}"), "lecture", "{part}"),
    log:
        paths.log("part", "{part}"),
    wildcard_constraints:
        part=plan.pattern(lecture.untimed),
    params:
        files=files,
        settings=[],
    shell:
        stage("pipeline.lecture.{wildcards.part}")


# Makes part 5, ways to find W. It takes all cores so that nothing runs beside it, because it
# measures time.
rule search:
    input:
        code("pipeline.lecture.search"),
        rows=lecture.rows(lecture.subject()),
        texts=lecture.texts,
    output:
        **captioned(paths.lecture_part("search"), "lecture", "search"),
        cost=paths.lecture_part("gradient_cost")["table"],
    log:
        paths.log("search", ""),
    threads: ALL
    params:
        files=files,
        settings=[],
    shell:
        stage("pipeline.lecture.search")


# Makes part 9, what W looks like, for a representation that is a single block.
rule weights:
    input:
        lambda wildcards: code(
            "pipeline.lecture.weights", lecture.picture(wildcards.representation)
        ),
        model=paths.model.format(representation="{representation}", **lecture.trial),
        images=paths.images,
        classes=paths.classes,
        state=lambda wildcards: lecture.state(wildcards.representation),
        texts=lecture.texts,
    output:
        **captioned(
            paths.lecture_part("weights_{representation}"), "lecture", "weights_{representation}"
        ),
    log:
        paths.log("weights", "{representation}"),
    params:
        files=files,
        settings=lambda wildcards: options(**lecture.weights(wildcards.representation)),
    shell:
        stage("pipeline.lecture.weights")


# Makes part 10, how far each representation's coordinates keep the classes apart.
rule coordinates:
    input:
        code("pipeline.lecture.coordinates"),
        lecture.samples(),
        classes=paths.classes,
        texts=lecture.texts,
    output:
        **captioned(paths.lecture_part("coordinates"), "lecture", "coordinates"),
    log:
        paths.log("coordinates", ""),
    params:
        files=files,
        settings=lambda wildcards: options(samples=lecture.samples(), subject=lecture.subject()),
    shell:
        stage("pipeline.lecture.coordinates")


# Makes part 11, what features look for, where a block's feature has a picture of it.
rule filters:
    input:
        code("pipeline.lecture.filters", *map(lecture.filter_module, lecture.filtering)),
        lecture.filter_states(),
        images=paths.images,
        texts=lecture.texts,
    output:
        **captioned(paths.lecture_part("filters"), "lecture", "filters"),
    log:
        paths.log("filters", ""),
    params:
        files=files,
        settings=lambda wildcards: options(blocks=lecture.filters()),
    shell:
        stage("pipeline.lecture.filters")


# Puts the sentences and pictures on one page.
rule page:
    input:
        code("pipeline.lecture.page"),
        lecture.sentences(),
        texts=lecture.texts,
    output:
        markdown=paths.lecture_page,
    log:
        paths.log("page", ""),
    params:
        files=files,
        settings=lambda wildcards: options(
            sentences=lecture.sentences(),
            places=lecture.places(),
            titles=list(lecture.titles().values()),
            left_out=lecture.left_out(),
        ),
    shell:
        stage("pipeline.lecture.page")
