# Pixels vs Features: how much does the representation matter?
#
# The rules stand in the order of the data. What each computes is in pipeline/<rule>.py; where its
# files lie is in pipeline/plan.py.
import atexit
import os
import re
import shlex
import sys
from tempfile import NamedTemporaryFile

from pipeline.code import code
from pipeline.plan import Plan, as_json

plan = Plan(config)
work, results = plan.work, plan.results
python = shlex.quote(sys.executable)
RECORDS = ["accuracy", "confusion", "sweep", "history"]

# Stages leave a copy of what they refuse here (see pipeline/stage.py).
mistakes = NamedTemporaryFile("r", encoding="utf-8")
os.environ["MISTAKES"] = mistakes.name


# What the user has to mend stands last, below all that Snakemake says about a failure.
onerror:
    atexit.register(sys.stderr.write, "".join(sorted(set(mistakes))))


wildcard_constraints:
    seed=r"\d+",
    start=r"\d+",
    stop=r"\d+",
    view="|".join(map(re.escape, plan.views)),
    representation="|".join(plan.representations),
    state="|".join(plan.states) or "none",


rule all:
    input:
        f"{results}/summary.md",
        f"{results}/accuracy.svg",
        f"{results}/timing.csv",
        [f"{results}/ablation.svg"] if len(plan.bags_of_words()) > 1 else [],


# Images of any source become one array, in random order.
checkpoint load:
    input:
        code=code("pipeline.load"),
    output:
        images=f"{work}/images.npy",
        labels=f"{work}/labels.csv",
        classes=f"{work}/classes.json",
        checksum=f"{work}/checksum.json",
        timing=f"{work}/timing/load-.json",
    threads: workflow.cores
    params:
        data=lambda wildcards: plan.config["data"],  # as it is, braces and all
        fingerprint=plan.fingerprint,
        image_size=plan.config.get("image_size", 0),
        seed=plan.seeds[0],
    shell:
        "{python} -m pipeline.load --data {params.data:q} --image-size {params.image_size}"
        " --seed {params.seed} --threads {threads} --images {output.images} --labels {output.labels}"
        " --classes {output.classes} --checksum {output.checksum} --timing {output.timing}"


# Each image becomes train, validation or test.
rule split:
    input:
        code=code("pipeline.split"),
        labels=rules.load.output.labels,
        classes=rules.load.output.classes,
    output:
        parts=f"{work}/seed{{seed}}/parts.npy",
        timing=f"{work}/timing/split-seed{{seed}}.json",
    priority: 1
    # With all cores, or small jobs would keep some of them from `fit`, which follows.
    threads: workflow.cores
    params:
        test=plan.config["test_fraction"],
        validation=plan.config["validation_fraction"],
    shell:
        "{python} -m pipeline.split --labels {input.labels} --classes {input.classes}"
        " --seed {wildcards.seed} --test-fraction {params.test}"
        " --validation-fraction {params.validation} --parts {output.parts} --timing {output.timing}"


# Features that need no fitting, shard by shard.
rule extract:
    input:
        code=lambda wildcards: code("pipeline.extract", plan.module(wildcards.block)),
        images=rules.load.output.images,
    output:
        block=f"{work}/blocks/{{block}}/{{view}}/{{start}}-{{stop}}.npy",
        timing=f"{work}/timing/extract-{{block}}-{{view}}-{{start}}-{{stop}}.json",
    wildcard_constraints:
        block=plan.names(fitted=False),
    params:
        feature=lambda wildcards: plan.feature(wildcards.block),
        settings=lambda wildcards: plan.settings(wildcards.block),
    shell:
        "{python} -m pipeline.extract --images {input.images} --feature {params.feature}"
        " --settings {params.settings:q} --view {wildcards.view} --start {wildcards.start}"
        " --stop {wildcards.stop} --block {output.block} --timing {output.timing}"


# What a feature learns from training images: the codebook.
rule fit:
    input:
        code=lambda wildcards: code("pipeline.fit", plan.module_of_state(wildcards.state)),
        images=rules.load.output.images,
        parts=rules.split.output.parts,
    output:
        state=f"{work}/seed{{seed}}/states/{{state}}.npz",
        timing=f"{work}/timing/fit-{{state}}-seed{{seed}}.json",
    priority: 1  # what takes long begins first; small jobs find room beside it later
    threads: workflow.cores
    params:
        feature=lambda wildcards: plan.states[wildcards.state]["feature"],
        settings=lambda wildcards: plan.fit_settings(wildcards.state),
    shell:
        "{python} -m pipeline.fit --images {input.images} --parts {input.parts}"
        " --feature {params.feature} --settings {params.settings:q} --seed {wildcards.seed}"
        " --threads {threads} --state {output.state} --timing {output.timing}"


# Features that need a fitted state, shard by shard.
rule encode:
    input:
        code=lambda wildcards: code("pipeline.encode", plan.module(wildcards.block)),
        images=rules.load.output.images,
        state=lambda wildcards: plan.state(wildcards.block),
    output:
        block=f"{work}/seed{{seed}}/blocks/{{block}}/{{view}}/{{start}}-{{stop}}.npy",
        timing=f"{work}/timing/encode-{{block}}-seed{{seed}}-{{view}}-{{start}}-{{stop}}.json",
    wildcard_constraints:
        block=plan.names(fitted=True),
    priority: 1
    params:
        feature=lambda wildcards: plan.feature(wildcards.block),
        settings=lambda wildcards: plan.settings(wildcards.block),
    shell:
        "{python} -m pipeline.encode --images {input.images} --state {input.state}"
        " --feature {params.feature} --settings {params.settings:q} --view {wildcards.view}"
        " --start {wildcards.start} --stop {wildcards.stop} --block {output.block} --timing {output.timing}"


def n_images(wildcards) -> int:
    """Known once the images are loaded."""
    return plan.n_images(checkpoints.load.get().output.checksum)


def shards(wildcards) -> list[str]:
    return plan.shards(wildcards.representation, wildcards.seed, n_images(wildcards))


# Linear classifiers on a representation: every setting of the grid in one pass.
rule train:
    input:
        code=code("pipeline.train"),
        shards=shards,
        labels=rules.load.output.labels,
        classes=rules.load.output.classes,
        parts=rules.split.output.parts,
    output:
        model=f"{work}/seed{{seed}}/results/{{representation}}/model.npz",
        sweep=f"{work}/seed{{seed}}/results/{{representation}}/sweep.csv",
        history=f"{work}/seed{{seed}}/results/{{representation}}/history.csv",
        timing=f"{work}/timing/train-{{representation}}-seed{{seed}}.json",
    # Models are trained side by side; what cores are left over, each model uses.
    threads: max(1, workflow.cores // len(plan.records()))
    params:
        blocks=lambda wildcards: as_json(plan.folders(wildcards.representation, wildcards.seed)),
        classifiers=as_json(plan.config["classifiers"]),
        settings=as_json(plan.config["sgd"]),
        views=as_json(plan.views),
        shard_size=plan.config["shard_size"],
    shell:
        "{python} -m pipeline.train --blocks {params.blocks:q} --views {params.views:q}"
        " --labels {input.labels}"
        " --classes {input.classes} --parts {input.parts} --representation"
        " {wildcards.representation} --classifiers {params.classifiers:q} --settings"
        " {params.settings:q} --seed {wildcards.seed} --shard-size {params.shard_size} --threads"
        " {threads} --model {output.model} --sweep {output.sweep} --history {output.history}"
        " --timing {output.timing}"


# Accuracy of the chosen settings; the only rule that looks at test labels.
rule score:
    input:
        code=code("pipeline.score"),
        shards=shards,
        labels=rules.load.output.labels,
        classes=rules.load.output.classes,
        parts=rules.split.output.parts,
        model=rules.train.output.model,
    output:
        accuracy=f"{work}/seed{{seed}}/results/{{representation}}/accuracy.csv",
        confusion=f"{work}/seed{{seed}}/results/{{representation}}/confusion.csv",
        timing=f"{work}/timing/score-{{representation}}-seed{{seed}}.json",
    params:
        blocks=lambda wildcards: as_json(plan.folders(wildcards.representation, wildcards.seed)),
        classifiers=as_json(plan.config["classifiers"]),
        views=as_json(plan.views),
        shard_size=plan.config["shard_size"],
    shell:
        "{python} -m pipeline.score --blocks {params.blocks:q} --views {params.views:q}"
        " --labels {input.labels}"
        " --classes {input.classes} --parts {input.parts} --model {input.model} --representation"
        " {wildcards.representation} --classifiers {params.classifiers:q} --seed {wildcards.seed}"
        " --shard-size {params.shard_size} --accuracy {output.accuracy} --confusion"
        " {output.confusion} --timing {output.timing}"


# How near the chosen settings come to the optimum: the same objective, minimised to convergence.
rule converge:
    input:
        code=code("pipeline.converge"),
        shards=shards,
        labels=rules.load.output.labels,
        classes=rules.load.output.classes,
        parts=rules.split.output.parts,
        model=rules.train.output.model,
    output:
        optimality=f"{work}/seed{{seed}}/results/{{representation}}/optimality.csv",
    threads: workflow.cores
    params:
        blocks=lambda wildcards: as_json(plan.folders(wildcards.representation, wildcards.seed)),
        classifiers=as_json(plan.config["classifiers"]),
        settings=as_json(plan.config["sgd"]),
        views=as_json(plan.views),
        shard_size=plan.config["shard_size"],
    shell:
        "{python} -m pipeline.converge --blocks {params.blocks:q} --views {params.views:q}"
        " --labels {input.labels}"
        " --classes {input.classes} --parts {input.parts} --model {input.model} --representation"
        " {wildcards.representation} --classifiers {params.classifiers:q} --settings"
        " {params.settings:q} --seed {wildcards.seed} --shard-size {params.shard_size} --threads"
        " {threads} --optimality {output.optimality}"


rule gather:
    input:
        code=code("pipeline.gather"),
        records=expand("{folder}/optimality.csv", folder=plan.records()),
    output:
        table=f"{results}/optimality.csv",
    params:
        records=as_json(plan.records()),
    shell:
        "{python} -m pipeline.gather --records {params.records:q} --kind optimality"
        " --table {output.table}"


# Not part of `all`: it takes longer than everything else together.
rule optimality:
    input:
        rules.gather.output.table,


# The result tables.
rule collect:
    input:
        code=code("pipeline.collect"),
        records=expand("{folder}/{table}.csv", folder=plan.records(), table=RECORDS),
        states=[state for _, _, state in plan.codebooks()],
    output:
        summary=f"{results}/summary.csv",
        readable=f"{results}/summary.md",
        tables=expand(f"{results}/{{table}}.csv", table=[*RECORDS, "codebook"]),
    params:
        records=as_json(plan.records()),
        states=as_json(plan.codebooks()),
        results=results,
    shell:
        "{python} -m pipeline.collect --records {params.records:q} --states {params.states:q}"
        " --results {params.results:q}"


# Where time and memory went, and what the tables were made with.
rule account:
    input:
        code=code("pipeline.account"),
        summary=rules.collect.output.summary,
        checksum=rules.load.output.checksum,
        timings=lambda wildcards: sum(plan.timings(n_images(wildcards)).values(), []),
    output:
        timing=f"{results}/timing.csv",
        provenance=f"{results}/provenance.json",
    params:
        timings=lambda wildcards: as_json(plan.timings(n_images(wildcards))),
        config=lambda wildcards: as_json(plan.config),
    shell:  # as an argument, the timings of many jobs would be longer than the system allows
        "printf %s {params.timings:q} | {python} -m pipeline.account --timings /dev/stdin"
        " --config {params.config:q} --checksum {input.checksum} --timing-table {output.timing}"
        " --provenance {output.provenance}"


# The comparison as one picture.
rule plot:
    input:
        code=code("pipeline.plot"),
        summary=rules.collect.output.summary,
    output:
        svg=f"{results}/accuracy.svg",
        png=f"{results}/accuracy.png",
    shell:
        "{python} -m pipeline.plot --summary {input.summary} --svg {output.svg} --png {output.png}"


# Where a config compares bags of words: what each of their settings is worth.
rule ablate:
    input:
        code=code("pipeline.ablate"),
        summary=rules.collect.output.summary,
    output:
        table=f"{results}/ablation.csv",
        svg=f"{results}/ablation.svg",
        png=f"{results}/ablation.png",
    params:
        blocks=as_json(plan.bags_of_words()),
    shell:
        "{python} -m pipeline.ablate --summary {input.summary} --blocks {params.blocks:q} --table"
        " {output.table} --svg {output.svg} --png {output.png}"


# The lecture, measured: a rule for each of its claims. Parts 1 to 8 look at the same rows of one
# representation, part 9 at the weights that the main job chose.
subject = plan.subject()
rows = f"{work}/lecture/rows.npz"
PART = " --table {output.table} --picture {output.picture} --sentence {output.sentence}"


rule lecture:
    input:
        f"{results}/lecture/lecture.md",


rule sample:
    input:
        code=code("pipeline.lecture.sample"),
        shards=lambda wildcards: plan.shards(subject, plan.seeds[0], n_images(wildcards)),
        labels=rules.load.output.labels,
        classes=rules.load.output.classes,
        parts=f"{work}/seed{plan.seeds[0]}/parts.npy",
    output:
        rows=rows,
    params:
        blocks=as_json(plan.folders(subject, plan.seeds[0])),
        views=as_json(plan.views),
        representation=subject,
        shard_size=plan.config["shard_size"],
    shell:
        "{python} -m pipeline.lecture.sample --blocks {params.blocks:q} --views {params.views:q}"
        " --labels {input.labels} --classes {input.classes} --parts {input.parts} --representation"
        " {params.representation} --shard-size {params.shard_size} --problem {output.rows}"


# 1. The loss at the start.
rule guess:
    input:
        code=code("pipeline.lecture.guess"),
        rows=rows,
    output:
        **plan.part("initial_loss"),
    params:
        seed=plan.seeds[0],
    shell:
        "{python} -m pipeline.lecture.guess --problem {input.rows} --seed {params.seed}" + PART


# 2. What the +1 does, and why scale is free.
rule rescale:
    input:
        code=code("pipeline.lecture.rescale"),
        rows=rows,
    output:
        **plan.part("scale"),
    shell:
        "{python} -m pipeline.lecture.rescale --problem {input.rows}" + PART


# 3. The hinge is flat, softmax never is.
rule nudge:
    input:
        code=code("pipeline.lecture.nudge"),
        rows=rows,
    output:
        **plan.part("score_moves"),
    shell:
        "{python} -m pipeline.lecture.nudge --problem {input.rows}" + PART


# 4. Regularisation.
rule regularize:
    input:
        code=code("pipeline.lecture.regularize"),
        rows=rows,
    output:
        **plan.part("regularization"),
    shell:
        "{python} -m pipeline.lecture.regularize --problem {input.rows}" + PART


# 5. How to find W. Nothing runs beside it: it measures time.
rule search:
    input:
        code=code("pipeline.lecture.search"),
        rows=rows,
    output:
        **plan.part("search"),
        cost=f"{results}/lecture/gradient_cost.csv",
    threads: workflow.cores
    params:
        seed=plan.seeds[0],
    shell:
        "{python} -m pipeline.lecture.search --problem {input.rows} --seed {params.seed} --cost"
        " {output.cost}" + PART


# 6. Gradient check.
rule check:
    input:
        code=code("pipeline.lecture.check"),
        rows=rows,
    output:
        **plan.part("gradient_check"),
    params:
        seed=plan.seeds[0],
    shell:
        "{python} -m pipeline.lecture.check --problem {input.rows} --seed {params.seed}" + PART


# 7. The learning rate.
rule pace:
    input:
        code=code("pipeline.lecture.pace"),
        rows=rows,
    output:
        **plan.part("learning_rate"),
    params:
        seed=plan.seeds[0],
    shell:
        "{python} -m pipeline.lecture.pace --problem {input.rows} --seed {params.seed}" + PART


# 8. Minibatch noise.
rule resample:
    input:
        code=code("pipeline.lecture.resample"),
        rows=rows,
    output:
        **plan.part("minibatch_noise"),
    params:
        seed=plan.seeds[0],
    shell:
        "{python} -m pipeline.lecture.resample --problem {input.rows} --seed {params.seed}" + PART


# 9. What W looks like, for each representation that is one block alone.
rule depict:
    input:
        code=code("pipeline.lecture.depict"),
        model=f"{work}/seed{plan.seeds[0]}/results/{{representation}}/model.npz",
        images=rules.load.output.images,
        classes=rules.load.output.classes,
        states=lambda wildcards: plan.states_alone(wildcards.representation),
    output:
        **plan.part("weights_{representation}"),
    params:
        states=lambda wildcards: as_json(plan.states_alone(wildcards.representation)),
        feature=lambda wildcards: plan.feature(plan.alone[wildcards.representation]),
        settings=lambda wildcards: plan.settings(plan.alone[wildcards.representation]),
        classifiers=as_json(plan.config["classifiers"]),
    shell:
        "{python} -m pipeline.lecture.depict --model {input.model} --images {input.images}"
        " --classes {input.classes} --states {params.states:q} --representation"
        " {wildcards.representation} --feature {params.feature} --classifiers"
        " {params.classifiers:q} --settings {params.settings:q}" + PART


# The sentences and pictures on one page.
rule narrate:
    input:
        code=code("pipeline.lecture.narrate"),
        sentences=[plan.part(name)["sentence"] for name in plan.lecture()],
    output:
        page=f"{results}/lecture/lecture.md",
    params:
        sentences=as_json([plan.part(name)["sentence"] for name in plan.lecture()]),
        titles=as_json(list(plan.lecture().values())),
    shell:
        "{python} -m pipeline.lecture.narrate --sentences {params.sentences:q} --titles"
        " {params.titles:q} --page {output.page}"
