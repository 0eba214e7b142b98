"""The file of one trained model: an .npz of plain arrays, one of them its description in JSON."""

import json
import zipfile
from pathlib import Path

import numpy as np

from features.errors import BadInput
from pipeline.prediction.packing import FORMAT, Packed
from pipeline.runtime.messages import shown
from pipeline.runtime.store import write_arrays

LARGEST = 100_000_000  # bytes of a model file
DESCRIPTION = "description"


def too_large(packed: Packed) -> str:
    """What to say of a model that is too large for a file; "" for one that is not."""
    description, arrays = packed
    size = sum(each.nbytes for each in arrays.values())
    if size <= LARGEST:
        return ""
    made_of = f"{description['representation']} with {description['classifier']}"
    return (
        f"{made_of} takes {size / 1e6:.0f} MB, and a model file at most {LARGEST / 1e6:.0f}: name "
        "a smaller one with --representation and --classifier, or train one with fewer words, "
        "hidden numbers or blocks"
    )


def write(path: Path, packed: Packed) -> None:
    """The same bytes for the same model. Raises BadInput for one that is too large."""
    if wrong := too_large(packed):
        raise BadInput(wrong)
    description, arrays = packed
    text = np.array(json.dumps(description, sort_keys=True))
    write_arrays(path, {DESCRIPTION: text, **arrays})


def write_refusal(path: Path, why: str) -> None:
    """In place of a model that is too large: a file that says so, to whoever reads it."""
    write_arrays(path, {DESCRIPTION: np.array(json.dumps({"format": FORMAT, "refused": why}))})


def read(path: Path) -> Packed:
    """Raises BadInput for what is no model file, of another format, or damaged."""
    name = shown(str(path))
    try:
        check_members(path)
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        description = json.loads(str(arrays.pop(DESCRIPTION)))
        found = description["format"]
    except OSError as failure:
        raise BadInput(f"{name}: cannot be read ({failure.strerror or failure})") from None
    except Exception:  # damage makes the readers raise nearly anything
        raise BadInput(f"{name}: is no model file, or a damaged one: make it again") from None
    if found != FORMAT:
        raise BadInput(
            f"{name}: is a model file of format {shown(str(found))}, and this version of the "
            f"project reads format {FORMAT}: make it again, or use the version that made it"
        )
    if "refused" in description:
        raise BadInput(f"{name}: holds no model: {shown(str(description['refused']))}")
    return description, arrays


def check_members(path: Path) -> None:
    """Raise ValueError for an archive that unpacks to more than a model file may hold."""
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > 2 * LARGEST:
            raise ValueError
