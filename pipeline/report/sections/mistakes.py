"""The wrong answers that each representation is surest of."""

from pipeline.report.answers import surest_wrong
from pipeline.report.material import Material
from pipeline.report.texts import count, percent, readable

IMAGES = 8


def section(material: Material) -> dict:
    material.use("predictions.csv.gz")
    rows = [{"name": name, **surest(material, name)} for name in material.shown]
    files = material.file_names([image["row"] for row in rows for image in row["images"]])
    return {
        "rows": [
            {
                **row,
                "name": readable(row["name"]),
                "classifier": material.titles[material.chosen[row["name"]]],
            }
            for row in rows
        ],
        "files": files,
        "caption": caption(material, [row for row in rows if row["images"]]),
    }


def surest(material: Material, name: str) -> dict:
    """The wrong answers that are shown of a representation, and how many there are."""
    answers, names = material.answers(name), material.class_names
    predicted, confidence = answers.predicted, answers.confidence
    return {
        "n": count((~answers.right).sum()),
        "of": count(len(answers.y)),
        "images": [
            {
                "row": int(answers.image[i]),
                "picture": material.picture(answers.image[i]),
                "true": names[answers.y[i]],
                "answer": names[predicted[i]],
                "sure": percent(confidence[i]),
                "share": float(confidence[i]),
            }
            for i in surest_wrong(answers, IMAGES)
        ],
    }


def caption(material: Material, rows: list[dict]) -> str:
    if not rows:
        return material.texts("mistakes.none")
    found = max(rows, key=lambda row: row["images"][0]["share"])
    image, name = found["images"][0], material.texts.name
    return material.texts(
        "mistakes.caption",
        name=readable(found["name"]),
        sure=image["sure"],
        answer=name(image["answer"]),
        true=name(image["true"]),
    )
