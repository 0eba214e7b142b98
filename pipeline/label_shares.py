"""Which jobs measure label efficiency: of each representation, shares of the labels, and draws."""

from typing import NamedTuple

from pipeline import catalogue
from pipeline.plan import Plan

LABELS = "labels of these images"  # what a feature knows that was fitted with all labels


class Point(NamedTuple):
    """A share of the labels, above 0 and up to 1, and the number of a draw of it, from 1."""

    share: float
    draw: int

    def name(self) -> str:
        """Such as 0.01-3, in the names of files."""
        return f"{self.share:g}-{self.draw}"


class LabelShares:
    """What the rules of label efficiency need to know of a run; it is made from the run's plan.

    The first trial alone is measured: there, draws are what vary.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.trial = plan, plan.trials[0]
        asked = plan.config["label_efficiency"]
        counts = zip(asked["shares"], asked["draws"], strict=True)
        self.points = [Point(share, 1 + i) for share, n in sorted(counts) for i in range(n)]
        self.in_lecture = asked["lecture"]
        self.taking = [name for name in plan.representations if not self.knows_labels(name)]

    def knows_labels(self, representation: str) -> bool:
        """Whether one of its blocks was fitted with the labels, all of them."""
        features = map(self.plan.feature, self.plan.representations[representation])
        return any(catalogue.features()[each]["knows"] == LABELS for each in features)

    def left_out(self) -> list[str]:
        """The representations that take no part: their features were fitted with all labels."""
        return [name for name in self.plan.representations if name not in self.taking]

    def patterns(self) -> list[str]:
        """Of each representation the path of its records, in which {point} is left open."""
        return [
            self.plan.paths.few_labels.format(representation=name, **self.trial, point="{point}")
            for name in self.taking
        ]

    def records(self) -> list[str]:
        """The files of all records."""
        names = [point.name() for point in self.points]
        return [path.format(point=name) for path in self.patterns() for name in names]

    def settings(self) -> dict:
        """The settings of the stage that joins the records and draws them."""
        return {
            "records": self.patterns(),
            "points": [point.name() for point in self.points],
            "knows": {name: self.plan.knows()[name] for name in self.taking},
            "left_out": self.left_out(),
        }
