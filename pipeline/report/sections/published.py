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
                "published": percent(float(row["published"])),
                "what": row["what"],
                "source": row["source"],
            }
            for row in table.to_dict("records")
        ],
        "caption": material.texts("published.caption"),
    }
