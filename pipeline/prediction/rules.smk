from pipeline import recipes


# Puts the best model by validation images into one file, for `python -m pipeline.predict`.
rule bundle:
    input:
        code("pipeline.prediction.bundle"),
        recipes.files(recipes.recipes(plan)),
        paths.images,
        paths.classes,
        paths.form,
    output:
        known=paths.models,
        model=paths.best_model,
    log:
        paths.log("bundle", ""),
    params:
        files=files,
        settings=lambda wildcards: options(models=recipes.models(plan)),
    shell:
        stage("pipeline.prediction.bundle")
