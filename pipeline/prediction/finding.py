"""Find the model that a user names: in a file of its own, or among all of a run."""

import json
import os
from pathlib import Path

from features.errors import BadInput
from pipeline.prediction import model_file
from pipeline.prediction.choice import Wish
from pipeline.prediction.packing import Packed, packed
from pipeline.runtime.messages import shown
from pipeline.runtime.store import read_json

MODEL, MODELS = "model.npz", "models.json"  # as `pipeline.paths` has them


def find(run: str, wish: Wish) -> tuple[str, Packed]:
    """The model of a run that fits a wish, and its name in messages. See `Model.load`."""
    file = model_path(run)
    if not any(value is not None for value in wish.values()):
        return shown(str(file)), model_file.read(file)
    work = work_of(file)
    if work is None or not (work / MODELS).exists():
        return shown(str(file)), alone(file, wish)
    root = work.parent.parent
    try:
        return shown(str(work)), packed(read_json(work / MODELS), root, wish)
    except (OSError, json.JSONDecodeError, KeyError, ValueError) as failure:
        what = getattr(failure, "filename", None) or failure
        raise BadInput(
            f"{shown(str(work))}: files of the run's models are gone or damaged "
            f"({shown(str(what))}): {again(file)}"
        ) from None


def model_path(run: str) -> Path:
    """The model file of a run, by its name, or by the path of the file or of its folder."""
    named, path = Path("results", run, MODEL), Path(run)
    if run and os.sep not in run and named.is_file():
        return named
    if path.is_file():
        return path
    if (path / MODEL).is_file():
        return path / MODEL
    runs = sorted(each.parent.name for each in Path("results").glob(f"*/{MODEL}"))
    there = f"runs here: {', '.join(map(shown, runs))}" if runs else "there is none here"
    raise BadInput(
        f"{shown(run) or 'RUN'}: there is no results/{shown(run)}/{MODEL} here, and no model file "
        f"at this path; {there}; snakemake makes one"
    )


def work_of(file: Path) -> Path | None:
    """The folder work/<run> beside results/<run>, which a model file lies in; None elsewhere."""
    folder = file.resolve().parent
    if folder.parent.name != "results":
        return None
    return folder.parent.parent / "work" / folder.name


def alone(file: Path, wish: Wish) -> Packed:
    """The model of a file, if it fits a wish; all others of the run are gone."""
    description, arrays = model_file.read(file)
    trial = description.get("trial", {})
    mine = {**description, "seed": trial.get("seed")}
    if all(value in (None, mine.get(key)) for key, value in wish.items()):
        return description, arrays
    has = ", ".join(f"{key} {shown(str(mine.get(key)))}" for key in wish)
    raise BadInput(
        f"{shown(str(file))}: has {has}; another choice is read from the run's files in work/, "
        f"which are not here: {again(file)}"
    )


def again(file: Path) -> str:
    config = shown(str(file.with_name("config.yaml")))
    return f"make the run again, with snakemake --configfile {config}"
