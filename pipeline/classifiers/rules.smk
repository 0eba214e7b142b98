from pipeline.label_shares import LabelShares

shares = LabelShares(plan)


def representation(wildcards) -> list[str]:
    """The files that a representation is read from."""
    return loaded(plan.files_of, wildcards.representation, plan.trial(wildcards))


# Trains the classifiers on a representation, with every setting of the grid in one pass.
rule train:
    input:
        lambda wildcards: code(
            "pipeline.classifiers.train", *plan.modules(wildcards.representation)
        ),
        representation,
    output:
        model=paths.model,
        sweep=paths.record("sweep"),
        history=paths.record("history"),
        timing=paths.timing("train"),
    log:
        paths.log("train"),
    # The more blocks side by side, the longer it takes; what takes long starts first.
    priority: lambda wildcards: len(plan.representations[wildcards.representation])
    # Jobs run side by side; where there are more cores than jobs, each job uses several.
    threads: share(workflow.cores, len(plan.runs()))
    params:
        files=files,
        settings=lambda wildcards: options(
            representation=plan.representation(wildcards.representation, plan.trial(wildcards)),
            classifiers=plan.paired(wildcards.representation),
            swept=plan.swept(),
            sgd=plan.shared_sgd(),
        ),
    shell:
        stage("pipeline.classifiers.train")


# Measures what always answering the largest class has.
rule majority:
    input:
        code("pipeline.classifiers.majority"),
        labels=paths.labels,
        parts=paths.parts,
    output:
        accuracy=paths.majority,
    log:
        paths.log("majority", paths.trial),
    params:
        files=files,
        settings=lambda wildcards: options(swept=plan.swept()),
    shell:
        stage("pipeline.classifiers.majority")


# Measures the accuracy of the chosen settings; with `majority` and `few_labels`, the only rule that
# looks at test labels.
rule score:
    input:
        lambda wildcards: code(
            "pipeline.classifiers.score", *plan.modules(wildcards.representation)
        ),
        representation,
        model=paths.model,
    output:
        accuracy=paths.record("accuracy"),
        confusion=paths.record("confusion"),
        predictions=paths.predictions,
        timing=paths.timing("score"),
    log:
        paths.log("score"),
    params:
        files=files,
        settings=lambda wildcards: options(
            representation=plan.representation(wildcards.representation, plan.trial(wildcards)),
            classifiers=plan.paired(wildcards.representation),
            swept=plan.swept(),
        ),
    shell:
        stage("pipeline.classifiers.score")


# Measures how near the chosen settings come to the optimum, by minimising the same objective to
# convergence. Not in `all`, because it takes longer than everything else together.
rule converge:
    input:
        code("pipeline.classifiers.converge"),
        representation,
        model=paths.model,
    output:
        optimality=paths.record("optimality"),
    log:
        paths.log("converge", f"{{representation}}-{paths.trial}"),
    threads: ALL
    params:
        files=files,
        settings=lambda wildcards: options(
            representation=plan.representation(wildcards.representation, plan.trial(wildcards)),
            classifiers=plan.paired(wildcards.representation),
            sgd=plan.shared_sgd(),
        ),
    shell:
        stage("pipeline.classifiers.converge")


# Trains the classifiers on a share of the labels; see the rule `label_efficiency`. Each draw of
# each share is a job, so that little is lost where one is stopped.
rule few_labels:
    input:
        lambda wildcards: code(
            "pipeline.classifiers.few_labels", *plan.modules(wildcards.representation)
        ),
        representation,
    output:
        record=paths.few_labels.replace("{point}", "{share}-{draw}"),
    log:
        paths.log("few_labels", f"{{representation}}-{paths.trial}-{{share}}-{{draw}}"),
    wildcard_constraints:
        share=plan.pattern({f"{point.share:g}" for point in shares.points}),
        draw=r"\d+",
    params:
        files=files,
        settings=lambda wildcards: options(
            representation=plan.representation(wildcards.representation, plan.trial(wildcards)),
            classifiers=plan.paired(wildcards.representation),
            sgd=plan.shared_sgd(),
        ),
    shell:
        stage("pipeline.classifiers.few_labels")
