"""Put published accuracies beside those measured here."""

from pathlib import Path

import pandas as pd

from pipeline.runtime import stage
from pipeline.runtime.store import write_csv

COLUMNS = ("data", "representation", "classifier", "accuracy", "published", "what", "source")


def published(summary: Path, facts: Path, matches: dict, table: Path) -> None:
    """Write the table, a row for each fact and each row of the summary that it stands beside.

    summary: the table of accuracies. facts: config/published.csv. matches: for facts by their
    place in it, the representations that they are about.
    """
    ours = pd.read_csv(summary, keep_default_na=False)
    theirs = pd.read_csv(facts, dtype=str, keep_default_na=False)
    write_csv(table, COLUMNS, rows(ours, theirs, matches))


def rows(ours: pd.DataFrame, theirs: pd.DataFrame, matches: dict) -> list[tuple]:
    """In the order of the summary, and for each of its rows in that of the facts."""
    found = []
    for row in ours.itertuples():
        for place, representations in sorted(matches.items(), key=lambda item: int(item[0])):
            fact = theirs.iloc[int(place)]
            beside = row.classifier in fact["classifiers"].split()
            if beside and row.representation in representations:
                measured = (row.representation, row.classifier, float(row.test_accuracy_mean))
                found.append((fact["data"], *measured, *fact[["published", "what", "source"]]))
    return found


if __name__ == "__main__":
    stage.main(published)
