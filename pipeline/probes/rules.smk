from pipeline.probing import Audit, Invariance

doubts, disturbing = Audit(plan), Invariance(plan)


# Finds images that are nearly the same as one of another part; see the rule `audit`.
rule near_duplicates:
    input:
        code("pipeline.probes.near_duplicates"),
        lambda wildcards: loaded(doubts.files_of_block, plan.trial(wildcards)),
        images=paths.images,
    output:
        found=paths.near_duplicates,
    log:
        paths.log("near_duplicates", paths.trial),
    threads: ALL
    params:
        files=files,
        settings=lambda wildcards: options(representation=doubts.one_block(plan.trial(wildcards))),
    shell:
        stage("pipeline.probes.near_duplicates")


# Scores a fold of the training images by a model that has not seen them; see the rule `audit`.
rule out_of_fold:
    input:
        code(
            "pipeline.probes.out_of_fold",
            *{module for name in doubts.judging for module in plan.modules(name)},
        ),
        lambda wildcards: loaded(doubts.files_of_judging, plan.trial(wildcards)),
        doubts.of_representations(paths.record("accuracy"), doubts.judging),
    output:
        scores=paths.out_of_fold,
    log:
        paths.log("out_of_fold", f"{paths.trial}-{{deal}}"),
    wildcard_constraints:
        deal=r"\d+",
    threads: share(workflow.cores, max(1, len(doubts.deals)))
    params:
        files=files,
        settings=lambda wildcards: options(**doubts.judged_with(plan.trial(wildcards))),
    shell:
        stage("pipeline.probes.out_of_fold")


# Lists what is doubtful about the data: duplicates over parts, and labels that the other images
# contradict. Not in `all`, because it trains the best row some more times.
rule audit:
    input:
        code("pipeline.probes.audit"),
        doubts.of_representations(paths.predictions),
        doubts.of_representations(paths.record("accuracy")),
        doubts.scores(),
        labels=paths.labels,
        classes=paths.classes,
        parts=doubts.at(paths.parts),
        near=doubts.at(paths.near_duplicates),
    output:
        table=paths.table("audit"),
        accuracy=paths.table("audit_accuracy"),
        readable=paths.audit_page,
    log:
        paths.log("audit", ""),
    params:
        files=files,
        settings=lambda wildcards: options(**doubts.settings()),
    shell:
        stage("pipeline.probes.audit")


# Scores the trained models on test images that are disturbed in one way; see the rule `invariance`.
# Each disturbance is a job, so that little is lost where one is stopped.
rule disturb:
    input:
        code(
            "pipeline.probes.disturb",
            *{f"features.{plan.feature(name)}" for name in plan.blocks},
            *{module for name in plan.representations for module in plan.modules(name)},
        ),
        lambda wildcards: disturbing.models(plan.trial(wildcards)),
        images=paths.images,
        labels=paths.labels,
        parts=paths.parts,
    output:
        record=paths.disturbed,
    log:
        paths.log("disturb", f"{paths.trial}-{{disturbance}}"),
    wildcard_constraints:
        disturbance=plan.pattern(disturbing.keys),
    threads: share(workflow.cores, len(disturbing.records()))
    params:
        files=files,
        settings=lambda wildcards: options(**disturbing.scored_with(plan.trial(wildcards))),
    shell:
        stage("pipeline.probes.disturb")
