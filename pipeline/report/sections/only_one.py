"""Test images that one representation alone answers rightly."""

import numpy as np

from pipeline.report.answers import only_right
from pipeline.report.material import Material
from pipeline.report.texts import count, readable

IMAGES = 8


def section(material: Material) -> dict | None:
    names = material.shown
    if len(names) < 2:
        return None
    first, right, confidence = material.answers(names[0]), [], []
    for name in names:  # one at a time: probabilities of all classes take memory
        answers = material.answers(name)
        right.append(answers.right)
        confidence.append(answers.confidence)
    times = np.sum(right, axis=0)
    found = only_right(np.array(right), np.array(confidence))
    rows = [
        {
            "name": readable(name),
            "n": count(len(places)),
            "images": [
                {
                    "picture": material.picture(first.image[i]),
                    "true": material.class_names[first.y[i]],
                }
                for i in places[:IMAGES]
            ],
        }
        for name, places in zip(names, found, strict=True)
    ]
    most = int(np.argmax([len(places) for places in found]))
    return {
        "rows": rows,
        "caption": material.texts(
            "only_one.caption",
            every=count((times == len(names)).sum()),
            none=count((times == 0).sum()),
            of=count(len(times)),
            name=readable(names[most]),
            n=count(len(found[most])),
        ),
    }
