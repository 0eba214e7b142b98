"""The lecture's sentences and pictures on one page."""

from pathlib import Path

from pipeline import stage
from pipeline.store import write_text


def narrate(sentences: list, titles: list, page: Path) -> None:
    """sentences: their files, in order, each named as its part's table and picture."""
    parts = ["# The lecture, measured\n"]
    for number, (path, title) in enumerate(zip(sentences, titles, strict=True), start=1):
        name = Path(path).stem
        said = Path(path).read_text(encoding="utf-8")
        parts += [f"## {number}. {title}\n", said, f"![{title}]({name}.svg)\n"]
        parts += [f"Table: [{name}.csv]({name}.csv)\n"]
    write_text(page, "\n".join(parts))


if __name__ == "__main__":
    stage.main(narrate)
