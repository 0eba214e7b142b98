"""The parts of the lecture, as far as they were measured, with their pictures."""

from pathlib import Path

from pipeline.report.material import Material
from pipeline.report.vector import uri


def section(material: Material) -> dict:
    parts = []
    for place, sentence, title in material.lecture:
        picture = (material.results / "lecture" / f"{place}.svg").resolve()
        if picture.exists() and Path(sentence).exists():
            said = Path(sentence).read_text(encoding="utf-8").strip()
            table = f"lecture/{place}.csv".replace("lecture/../", "")
            picture_uri = uri(picture.read_text(encoding="utf-8"))
            parts.append({"title": title, "text": said, "picture": picture_uri, "table": table})
            material.table(table)
    return {"parts": parts}
