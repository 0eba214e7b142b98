"""Put the lecture's sentences and pictures on one page."""

from pathlib import Path

from pipeline.runtime import stage
from pipeline.runtime.markdown import escaped
from pipeline.runtime.store import write_text
from pipeline.runtime.texts import Texts


def page(
    texts: Path, sentences: list, places: list, titles: list, left_out: list, markdown: Path
) -> None:
    """Write the page, in Markdown.

    sentences: the files of the sentences, in order. places: where the table and the picture of
    each part lie beside the page, without their endings. titles: of the parts. left_out: sentences
    on what has no part. All of them are plain text, and shown as it is.
    """
    text = Texts(texts, "page")
    parts = [f"# {text('title')}\n"]
    every = zip(sentences, places, titles, strict=True)
    for number, (path, place, title) in enumerate(every, start=1):
        name = Path(place).name
        title, sentence = escaped(title), escaped(Path(path).read_text(encoding="utf-8"))
        parts += [f"## {number}. {title}\n", sentence, f"![{title}]({place}.svg)\n"]
        parts += [f"{text('table')} [{name}.csv]({place}.csv)\n"]
    parts += [f"{escaped(said)}\n" for said in left_out]
    write_text(markdown, "\n".join(parts))


if __name__ == "__main__":
    stage.main(page)
