"""The outline of the lecture for a run: which parts it has, and what it has no part for."""

from pathlib import Path

from pipeline import catalogue
from pipeline.code import module_path, texts
from pipeline.pairing import KNOWS
from pipeline.plan import Plan
from pipeline.runtime.texts import Texts

# The parts that are measured on rows of one representation. Each has a module, a table and a
# picture of its name, and a title in the texts of each language.
PARTS = (
    *("initial_loss", "scale", "score_moves", "regularization", "search", "gradient_check"),
    *("learning_rate", "minibatch_noise"),
)
# The parts that compare all representations, or all features; they come last.
COORDINATES, FILTERS = "coordinates", "filters"
LABELS = "label_efficiency"  # lies beside the lecture's folder
TIMED = "search"  # the part that measures time, so that nothing may run beside it


class Outline:
    """What the rules of the lecture need to know of a run; it is made from the run's plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.paths, self.trial = plan, plan.paths, plan.trials[0]
        self.untimed = [part for part in PARTS if part != TIMED]
        self.texts = texts("lecture", plan.config["language"])
        self.linear = [each for each in plan.classifiers if each["module"] == "linear"]
        self.drawn = [name for name in plan.alone if self.linear and self.has_picture(name)]
        self.filtering = self.with_filters()
        self.labels = [LABELS] if plan.config["label_efficiency"]["lecture"] else []

    def subject(self) -> str:
        """The representation that is measured: that of raw pixels alone, or else the first."""
        alone = self.plan.alone.items()
        pixels = (name for name, block in alone if self.plan.feature(block) == "raw_pixels")
        return next(pixels, next(iter(self.plan.representations)))

    def picture(self, representation: str) -> str:
        """The module that would draw the weights of the representation's feature."""
        return f"pipeline.lecture.weights_{self.plan.feature(self.plan.alone[representation])}"

    def has_picture(self, representation: str) -> bool:
        """Whether the module that `picture` names exists."""
        return module_path(self.picture(representation)).exists()

    def titles(self) -> dict[str, str]:
        """All parts with their titles, in order."""
        title = Texts(Path(self.texts), "titles")
        weights = {f"weights_{name}": title("weights", name=name) for name in self.drawn}
        last = [COORDINATES, *([FILTERS] if self.filtering else []), *self.labels]
        return {
            **{part: title(part) for part in PARTS},
            **weights,
            **{part: title(part) for part in last},
        }

    def left_out(self) -> list[str]:
        """A sentence for each representation and classifier whose weights no part shows."""
        text, said = Texts(Path(self.texts), "page"), []
        for name, block in self.plan.alone.items():
            if not self.has_picture(name):
                said.append(text("not_drawn", name=name, feature=self.plan.feature(block)))
        for each in self.plan.classifiers:
            if each not in self.linear:
                said.append(text("not_linear", name=each["name"]))
        return said

    def sentences(self) -> list[str]:
        return [self.paths.lecture_part(name)["sentence"] for name in self.titles()]

    def places(self) -> list[str]:
        """Where the table and the picture of each part lie beside the page, without endings."""
        return [f"../{name}" if name == LABELS else name for name in self.titles()]

    # ---- part 9: the weights of a representation that is a single block

    def state(self, representation: str) -> str | list[str]:
        """The file of the state of its feature; [], no file, for a feature that is not fitted."""
        block = self.plan.alone[representation]
        return self.plan.state(block, self.trial) if block in self.plan.fitted else []

    def weights(self, representation: str) -> dict:
        """The settings of the stage that draws the weights of a representation."""
        block = self.plan.blocks[self.plan.alone[representation]]
        return {
            "representation": representation,
            "feature": block["feature"],
            "settings": catalogue.own_settings(block),
            "classifiers": [each["name"] for each in self.linear],
            "titles": self.plan.titles(),
        }

    # ---- part 10: all representations

    def rows(self, representation: str) -> str:
        """The file of the rows of a representation that the lecture is measured on."""
        return self.paths.lecture_rows.format(representation=representation)

    def samples(self) -> list[str]:
        return [self.rows(name) for name in self.plan.representations]

    # ---- part 11: what features look for

    def filter_module(self, block: str) -> str:
        """The module that would draw what the block's feature looks for in images."""
        return f"pipeline.lecture.filters_{self.plan.feature(block)}"

    def with_filters(self) -> list[str]:
        """The first block of each feature that has such a module; what is designed comes first."""
        first: dict[str, str] = {}
        for block in self.plan.blocks:
            if module_path(self.filter_module(block)).exists():
                first.setdefault(self.plan.feature(block), block)
        return sorted(first.values(), key=lambda block: KNOWS.index(self.knows(block)))

    def knows(self, block: str) -> str:
        return catalogue.features()[self.plan.feature(block)]["knows"]

    def filter_states(self) -> list[str]:
        return [
            self.plan.state(block, self.trial)
            for block in self.filtering
            if block in self.plan.fitted
        ]

    def filters(self) -> list[dict]:
        """What the stage that draws what blocks look for is told of each."""
        return [
            {
                "name": block,
                "feature": self.plan.feature(block),
                "settings": catalogue.own_settings(self.plan.blocks[block]),
                "knows": self.knows(block),
                "state": self.plan.state(block, self.trial) if block in self.plan.fitted else "",
            }
            for block in self.filtering
        ]
