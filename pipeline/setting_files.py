"""Settings of blocks that are the path of a file, such as a model."""

import os

from pipeline import catalogue
from pipeline.plain import refusal, shown_path
from pipeline.sources.fingerprint import stamp


def file_settings(block: dict) -> list[str]:
    """The names of those that apply, as the YAML of the block's feature describes them."""
    rules = catalogue.features()[block["feature"]]["settings"]
    return [
        key
        for key, rule in rules.items()
        if rule.get("format") == "file" and block[key] is not None
    ]


def check_files(blocks: dict) -> None:
    """Raise BadInput for a path where there is no file; paths start in the working directory."""
    for name, block in blocks.items():
        for key in file_settings(block):
            if not os.path.isfile(block[key]):
                wrong = f"there is no file {shown_path(block[key])}; give the path of one"
                raise refusal(f"blocks.{name}.{key}", wrong)


def stamps(block: dict, verify: bool) -> dict[str, str]:
    """For each of these settings, a text that changes when the file does: jobs then run again.

    verify: see `fingerprint`.
    """
    return {key: stamp(block[key], verify) for key in file_settings(block)}


def paths(blocks: dict) -> dict[str, str]:
    """The path in each of these settings, by key, such as blocks.mine.file."""
    return {
        f"blocks.{name}.{key}": block[key]
        for name, block in blocks.items()
        for key in file_settings(block)
    }
