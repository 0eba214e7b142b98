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
    every = [material.answers(name) for name in names]
    right = np.array([answers.right for answers in every]).sum(axis=0)
    found = only_right(every)
    rows = [
        {
            "name": readable(name),
            "n": count(len(places)),
            "images": [
                {
                    "picture": material.picture(answers.image[i]),
                    "true": material.class_names[answers.y[i]],
                }
                for i in places[:IMAGES]
            ],
        }
        for name, answers, places in zip(names, every, found, strict=True)
    ]
    most = int(np.argmax([len(places) for places in found]))
    return {
        "rows": rows,
        "caption": material.texts(
            "only_one.caption",
            every=count((right == len(names)).sum()),
            none=count((right == 0).sum()),
            of=count(len(right)),
            name=readable(names[most]),
            n=count(len(found[most])),
        ),
    }
