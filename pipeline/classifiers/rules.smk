def representation(wildcards) -> list[str]:
    """The files that a representation is read from."""
    return loaded(plan.files_of, wildcards.representation, wildcards.seed)


# Classifiers on a representation: every setting of the grid in one pass.
rule train:
    input:
        code("pipeline.classifiers.train", *plan.modules()),
        representation,
    output:
        model=paths.model,
        sweep=paths.record("sweep"),
        history=paths.record("history"),
        timing=paths.timing("train"),
    log:
        paths.log("train"),
    # Models are trained side by side; what cores are left over, each model uses.
    threads: share(workflow.cores, len(plan.runs()))
    params:
        files=files,
        settings=lambda wildcards: options(
            representation=plan.representation(wildcards.representation, wildcards.seed),
            classifiers=plan.classifiers,
            sgd=plan.shared_sgd(),
        ),
    shell:
        stage("pipeline.classifiers.train")


# Accuracy of the chosen settings; the only rule that looks at test labels.
rule score:
    input:
        code("pipeline.classifiers.score", *plan.modules()),
        representation,
        model=paths.model,
    output:
        accuracy=paths.record("accuracy"),
        confusion=paths.record("confusion"),
        timing=paths.timing("score"),
    log:
        paths.log("score"),
    params:
        files=files,
        settings=lambda wildcards: options(
            representation=plan.representation(wildcards.representation, wildcards.seed),
            classifiers=plan.classifiers,
        ),
    shell:
        stage("pipeline.classifiers.score")


# How near the chosen settings come to the optimum: the same objective, minimised to convergence.
# Not part of `all`: it takes longer than everything else together.
rule converge:
    input:
        code("pipeline.classifiers.converge"),
        representation,
        model=paths.model,
    output:
        optimality=paths.record("optimality"),
    log:
        paths.log("converge", "{representation}-seed{seed}"),
    threads: ALL
    params:
        files=files,
        settings=lambda wildcards: options(
            representation=plan.representation(wildcards.representation, wildcards.seed),
            classifiers=plan.classifiers,
            sgd=plan.shared_sgd(),
        ),
    shell:
        stage("pipeline.classifiers.converge")
