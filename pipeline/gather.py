"""Put the records of one kind, of all representations and seeds, into one table."""

from pathlib import Path

from pipeline import stage
from pipeline.store import write_text


def gather(records: list, kind: str, table: Path) -> None:
    """records: folders, in the order of the table, each with a file `kind`.csv."""
    texts = [Path(folder, f"{kind}.csv").read_text(encoding="utf-8") for folder in records]
    header = texts[0].splitlines(keepends=True)[0]
    write_text(table, header + "".join(text.removeprefix(header) for text in texts))


if __name__ == "__main__":
    stage.main(gather)
