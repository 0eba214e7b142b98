"""Put the lecture's sentences and pictures on one page."""

from pathlib import Path

from pipeline.runtime import stage
from pipeline.runtime.markdown import escaped
from pipeline.runtime.store import write_text


def page(sentences: list, titles: list, left_out: list, markdown: Path) -> None:
    """Write the page, in Markdown.

    sentences: the files of the sentences, in order. A file's name is also that of the table and
    the picture of its part. titles: of the parts. left_out: sentences on what has no part. All of
    them are plain text, and shown as it is.
    """
    parts = ["# The lecture, measured\n"]
    for number, (path, title) in enumerate(zip(sentences, titles, strict=True), start=1):
        name = Path(path).stem
        title, sentence = escaped(title), escaped(Path(path).read_text(encoding="utf-8"))
        parts += [f"## {number}. {title}\n", sentence, f"![{title}]({name}.svg)\n"]
        parts += [f"Table: [{name}.csv]({name}.csv)\n"]
    parts += [f"{escaped(said)}\n" for said in left_out]
    write_text(markdown, "\n".join(parts))


if __name__ == "__main__":
    stage.main(page)
