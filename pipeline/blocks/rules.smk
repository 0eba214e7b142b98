# Computes blocks whose feature needs no fitting, one shard in each job.
rule compute:
    input:
        lambda wildcards: code(
            "pipeline.blocks.compute", f"features.{plan.feature(wildcards.block)}"
        ),
        images=paths.images,
    output:
        block=paths.shard(paths.plain_block),
        timing=paths.timing("compute"),
    log:
        paths.log("compute"),
    wildcard_constraints:
        block=plan.pattern(set(plan.blocks) - set(plan.fitted)),
    priority: 100  # all features first: then the longest training can be chosen among all
    params:
        files=files,
        settings=lambda wildcards: options(**plan.computed_with(wildcards.block)),
    shell:
        stage("pipeline.blocks.compute")


# Fits a feature: learns its state, such as a codebook, from training images.
rule fit:
    input:
        lambda wildcards: code(
            "pipeline.blocks.fit", f"features.{plan.states[wildcards.state]['feature']}"
        ),
        images=paths.images,
        labels=paths.labels,
        parts=paths.parts,
    output:
        state=paths.state,
        timing=paths.timing("fit"),
    log:
        paths.log("fit"),
    priority: 200  # long jobs start first; small jobs find room beside them later
    threads: ALL
    params:
        files=files,
        settings=lambda wildcards: options(**plan.fitted_with(wildcards.state)),
    shell:
        stage("pipeline.blocks.fit")


# Computes blocks whose feature needs a fitted state.
use rule compute as encode with:
    input:
        lambda wildcards: code(
            "pipeline.blocks.compute", f"features.{plan.feature(wildcards.block)}"
        ),
        images=paths.images,
        state=lambda wildcards: plan.state(wildcards.block, plan.trial(wildcards)),
    output:
        block=paths.shard(paths.fitted_block),
        timing=paths.timing("encode"),
    log:
        paths.log("encode"),
    wildcard_constraints:
        block=plan.pattern(plan.fitted),
    priority: 100
