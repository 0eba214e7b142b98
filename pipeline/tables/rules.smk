from pipeline import published, setting_files
from pipeline.catalogue import spoken
from pipeline.code import texts
from pipeline.kept import calibrated, kept, kept_files
from pipeline.timings import made_of, stored, timing_files, timings

# The kinds of records that jobs write, each of which becomes a table.
KINDS = ["accuracy", "confusion", "sweep", "history"]
# What is worked out of them, and of the scores of images held out.
FOUND = ["summary", "per_class", "comparisons"]
FOUND += ["calibration"] if calibrated(plan) else []
NAMES = {name: spoken(name) for name in plan.representations}  # as pictures show them


def calibration() -> dict[str, str]:
    """The table to be drawn, if there is one."""
    return {"calibration": paths.table("calibration")} if calibrated(plan) else {}


def calibration_pictures() -> dict[str, str]:
    pictures = paths.picture("calibration") if calibrated(plan) else {}
    return {f"calibration_{kind}": path for kind, path in pictures.items()}


# Joins the records of all representations and trials into the tables of results.
rule collect:
    input:
        code("pipeline.tables.collect"),
        plan.majorities(),
        [plan.records(kind) for kind in KINDS],
        [state for table in plan.curves().values() for *_, state in table["states"]],
        kept_files(plan),
        understood=paths.table("data"),
        labels=paths.labels,
    output:
        [paths.table(name) for name in [*KINDS, *plan.curves()]],
        [captioned(paths.table(name), name) for name in FOUND],
        readable=paths.summary,
    log:
        paths.log("collect", ""),
    params:
        files=files,
        settings=lambda wildcards: options(
            records=plan.records(),
            kinds=KINDS,
            curves=plan.curves(),
            classifiers=plan.classifiers,
            knows=plan.knows(),
            majority=plan.majorities(),
            folds=plan.trial_values.get("fold", []),
            kept=kept(plan),
            table=paths.table("{name}"),
        ),
    shell:
        stage("pipeline.tables.collect")


# Writes down what every classifier answered on every image held out.
rule predictions:
    input:
        code("pipeline.tables.predictions"),
        kept_files(plan),
        labels=paths.labels,
        classes=paths.classes,
    output:
        table=paths.predicted,
    log:
        paths.log("predictions", ""),
    params:
        files=files,
        settings=lambda wildcards: options(kept=kept(plan)),
    shell:
        stage("pipeline.tables.predictions")


# Joins into one table how near SGD came to the optimum; see the rule `converge`.
rule optimality:
    input:
        code("pipeline.tables.collect"),
        plan.records("optimality"),
    output:
        paths.table("optimality"),
    log:
        paths.log("optimality", ""),
    params:
        files=files,
        settings=lambda wildcards: options(
            records=plan.records(),
            kinds=["optimality"],
            folds=plan.trial_values.get("fold", []),
            table=paths.table("{name}"),
        ),
    shell:
        stage("pipeline.tables.collect")


# Writes down how much time and memory each job took, what the tables were made with, and the config
# that makes them again.
rule account:
    input:
        code("pipeline.tables.account"),
        lambda wildcards: loaded(timing_files, plan),
        paths.table("summary"),
        checksum=paths.checksum,
    output:
        timing_table=paths.table("timing"),
        provenance=paths.provenance,
        config_file=paths.config,
    log:
        paths.log("account", ""),
    params:
        files=files,
        settings=lambda wildcards: options(
            config=plan.config,
            written=as_yaml(plan.config, paths.config),
            timings=loaded(timings, plan),
            setting_files=setting_files.paths(plan.blocks),
        ),
    shell:
        stage("pipeline.tables.account")


# Draws the comparison as one picture, and whether probabilities are right as another.
rule plot:
    input:
        code("pipeline.tables.plot"),
        **calibration(),
        summary=paths.table("summary"),
        accuracy=paths.table("accuracy"),
        texts=texts("tables", plan.config["language"]),
    output:
        **captioned(paths.picture("accuracy"), "accuracy"),
        **calibration_pictures(),
    log:
        paths.log("plot", ""),
    params:
        files=files,
        settings=lambda wildcards: options(titles=plan.titles(), names=NAMES),
    shell:
        stage("pipeline.tables.plot")


# Shows what accuracy costs: seconds, and bytes of a stored row.
rule cost:
    input:
        code("pipeline.tables.cost"),
        lambda wildcards: list(loaded(stored, plan).values()),
        summary=paths.table("summary"),
        timing_table=paths.table("timing"),
        texts=texts("tables", plan.config["language"]),
    output:
        **captioned(paths.picture("cost"), "cost"),
        table=paths.table("cost"),
    log:
        paths.log("cost", ""),
    params:
        files=files,
        settings=lambda wildcards: options(
            made_of=made_of(plan),
            stored=loaded(stored, plan),
            n_views=len(plan.views),
            titles=plan.titles(),
            names=NAMES,
        ),
    shell:
        stage("pipeline.tables.cost")


# Puts accuracies that others have published beside those measured here, where there are some of the
# same data set and representation.
rule published:
    input:
        code("pipeline.tables.published"),
        summary=paths.table("summary"),
        facts=published.facts_file(),
    output:
        table=paths.table("published"),
    log:
        paths.log("published", ""),
    params:
        files=files,
        settings=lambda wildcards: options(matches=published.matches(plan.config, plan.pairs)),
    shell:
        stage("pipeline.tables.published")


# Shows what each setting of a feature is worth, if a config compares variants of the feature.
rule ablate:
    input:
        code("pipeline.tables.ablate"),
        summary=paths.table("summary"),
    output:
        **captioned(paths.picture("ablation"), "ablation"),
        table=paths.table("ablation"),
    log:
        paths.log("ablate", ""),
    params:
        files=files,
        settings=lambda wildcards: options(
            ablation=plan.ablation(), titles=plan.titles(), names=NAMES
        ),
    shell:
        stage("pipeline.tables.ablate")


# Shows how accurate each representation is with few labels, and from how many on learned features
# overtake hand-made ones. Not in `all`, because it trains everything many times.
rule label_efficiency:
    input:
        code("pipeline.tables.label_efficiency"),
        shares.records(),
        texts=texts("tables", plan.config["language"]),
    output:
        **captioned(paths.picture("label_efficiency"), "label_efficiency"),
        table=paths.table("label_efficiency"),
        sentence=paths.labels_sentence,
        readable=paths.labels_page,
    log:
        paths.log("label_efficiency", ""),
    params:
        files=files,
        settings=lambda wildcards: options(**shares.settings()),
    shell:
        stage("pipeline.tables.label_efficiency")


# Shows what each representation loses where test images are disturbed. Not in `all`, because it
# computes the features of all test images many times.
rule invariance:
    input:
        code("pipeline.tables.invariance"),
        disturbing.records(),
        accuracies=paths.table("accuracy"),
    output:
        **captioned(paths.picture("invariance"), "invariance"),
        table=paths.table("invariance"),
        sentence=paths.invariance_sentence,
        readable=paths.invariance_page,
    log:
        paths.log("invariance", ""),
    params:
        files=files,
        settings=lambda wildcards: options(**disturbing.settings()),
    shell:
        stage("pipeline.tables.invariance")
