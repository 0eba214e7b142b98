from pipeline.report.contents import Contents

contents = Contents(lecture)


# Puts what the tables say on one page, with images, to be read anywhere.
rule report:
    input:
        code("pipeline.report.report", *contents.modules()),
        contents.templates(),
        contents.predictions(),
        lambda wildcards: loaded(contents.block_files),
        [paths.table(name) for name in [*FOUND, "confusion", "history"]],
        paths.predicted,
        images=paths.images,
        labels=paths.labels,
        classes=paths.classes,
        parts=paths.parts.format(**lecture.trial),
    output:
        html=paths.report,
    log:
        paths.log("report", ""),
    params:
        files=files,
        settings=lambda wildcards: options(**contents.settings()),
    shell:
        stage("pipeline.report.report")
