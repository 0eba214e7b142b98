"""What others have published for the same data and representation, beside ours."""

from pipeline.report.material import Material
from pipeline.report.texts import percent, readable


def section(material: Material) -> dict | None:
    if "published" not in material.tables:
        return None
    table = material.table("published.csv")
    if table.empty:
        return None
    return {
        "rows": [
            {
                "name": readable(row["representation"]),
                "classifier": material.titles.get(row["classifier"], row["classifier"]),
                "accuracy": percent(float(row["accuracy"])) if row["accuracy"] else "",
                "published": percents(row["published"]),
                "what": row["what"],
                "source": row["source"],
            }
            for row in table.to_dict("records")
        ],
        "caption": material.texts("published.caption"),
    }


def percents(published: str) -> str:
    """A published share of 1 in percent, or a range of them, such as 34.7 to 39.2, with a dash."""
    return "\u2013".join(percent(float(end)) for end in published.split("-"))
