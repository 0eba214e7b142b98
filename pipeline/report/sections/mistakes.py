"""The wrong answers that each representation is surest of."""

from pipeline.report.answers import surest_wrong
from pipeline.report.material import Material
from pipeline.report.texts import count, percent, readable

IMAGES = 8


def section(material: Material) -> dict:
    rows = [row(material, name) for name in material.shown]
    wrong = [each for each in rows if each["images"]]
    return {"rows": rows, "caption": caption(material, wrong)}


def row(material: Material, name: str) -> dict:
    answers, names = material.answers(name), material.class_names
    places = surest_wrong(answers, IMAGES)
    files = material.file_names([answers.image[i] for i in places])
    return {
        "name": readable(name),
        "classifier": material.titles[material.chosen[name]],
        "n": count((~answers.right).sum()),
        "of": count(len(answers.y)),
        "images": [
            {
                "picture": material.picture(answers.image[i]),
                "file": files[answers.image[i]],
                "true": names[answers.y[i]],
                "answer": names[answers.predicted[i]],
                "sure": percent(answers.confidence[i]),
                "share": float(answers.confidence[i]),
            }
            for i in places
        ],
    }


def caption(material: Material, rows: list[dict]) -> str:
    if not rows:
        return material.texts("mistakes.none")
    surest = max(rows, key=lambda row: row["images"][0]["share"])
    image, name = surest["images"][0], material.texts.name
    return material.texts(
        "mistakes.caption",
        name=surest["name"],
        sure=image["sure"],
        answer=name(image["answer"]),
        true=name(image["true"]),
    )
