"""The parts of the lecture, as far as they were measured, with their pictures."""

import base64
from pathlib import Path

from pipeline.report.material import Material


def section(material: Material) -> dict:
    parts = []
    for place, sentence, title in material.lecture:
        picture = (material.results / "lecture" / f"{place}.svg").resolve()
        if picture.exists() and Path(sentence).exists():
            code = base64.b64encode(picture.read_bytes()).decode("ascii")
            said = Path(sentence).read_text(encoding="utf-8").strip()
            table = f"lecture/{place}.csv".replace("lecture/../", "")
            picture_uri = f"data:image/svg+xml;base64,{code}"
            parts.append({"title": title, "text": said, "picture": picture_uri, "table": table})
            material.table(table)
    return {"parts": parts}
