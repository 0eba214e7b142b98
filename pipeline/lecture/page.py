"""The lecture's sentences and pictures on one page."""

from pathlib import Path

from pipeline.runtime import stage
from pipeline.runtime.store import write_text


def page(sentences: list, titles: list, left_out: list, markdown: Path) -> None:
    """sentences: their files, in order, each named as its part's table and picture.

    left_out: sentences on what there is no part for.
    """
    parts = ["# The lecture, measured\n"]
    for number, (path, title) in enumerate(zip(sentences, titles, strict=True), start=1):
        name = Path(path).stem
        sentence = Path(path).read_text(encoding="utf-8")
        parts += [f"## {number}. {title}\n", sentence, f"![{title}]({name}.svg)\n"]
        parts += [f"Table: [{name}.csv]({name}.csv)\n"]
    parts += [f"{said}\n" for said in left_out]
    write_text(markdown, "\n".join(parts))


if __name__ == "__main__":
    stage.main(page)
