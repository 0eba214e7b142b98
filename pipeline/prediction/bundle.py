"""Put the best model of a run into one file, which predictions need nothing else beside."""

from pathlib import Path

from pipeline.prediction import model_file
from pipeline.prediction.packing import packed
from pipeline.runtime import stage
from pipeline.runtime.messages import say
from pipeline.runtime.store import write_json


def bundle(models: dict, known: Path, model: Path) -> None:
    """Write what is known of all models, and the file of the best one, by validation images.

    models: as `recipes.models` describes them. known: the file to write it to, for predictions
    with another than the best. model: the model file; where the best is too large, it says so.
    """
    best = packed(models, Path(), {})
    write_json(known, models)
    if wrong := model_file.too_large(best):
        say(f"{model}: {wrong}")
        model_file.write_refusal(model, wrong)
    else:
        model_file.write(model, best)


if __name__ == "__main__":
    stage.main(bundle)
