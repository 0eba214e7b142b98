from pipeline.code import texts
from pipeline.report.contents import Contents

contents = Contents(lecture)

# The tables of every call that the page is made from; those of other calls are in OPTIONAL.
SHOWN = [*FOUND, "confusion", "history", "cost"]
SHOWN += ["published"] if matches(plan.config, plan.pairs) else []


# Puts what the tables say on one page, with images, to be read anywhere.
rule report:
    input:
        code("pipeline.report.report", *contents.modules()),
        contents.templates(),
        contents.predictions(),
        lambda wildcards: loaded(contents.block_files),
        [paths.table(name) for name in SHOWN],
        paths.predicted,
        images=paths.images,
        labels=paths.labels,
        classes=paths.classes,
        parts=paths.parts.format(**lecture.trial),
        texts=texts("report", plan.config["language"]),
    output:
        html=captioned(paths.report, "report"),
    log:
        paths.log("report", ""),
    params:
        files=files,
        settings=lambda wildcards: options(tables=SHOWN, **contents.settings()),
    shell:
        stage("pipeline.report.report")
