"""Which jobs audit the data, and which ones disturb test images; see `pipeline.probes`."""

from pipeline.label_shares import LabelShares
from pipeline.plan import Plan
from pipeline.probes.disturbances import DISTURBANCES
from pipeline.recipes import block
from pipeline.trials import Trial

FOLDS = 4  # that training images are judged in


class Audit:
    """What the rules of the audit need to know of a run, which is audited in its first trial."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.trial = plan, plan.trials[0]
        # Features that were fitted with the labels would defend wrong ones.
        self.judging = LabelShares(plan).taking
        # A codebook sees what an image is of, where there is one; it is the first by this rule.
        self.block = [*plan.fitted, *plan.blocks][0]
        self.deals = list(range(1, FOLDS + 1)) if self.judging else []

    def at(self, pattern: str, **more) -> str:
        """A path of the trial."""
        return pattern.format(**self.trial, **more)

    def of_trial(self, pattern: str) -> str:
        """The same, with the representation left open."""
        return self.at(pattern, representation="{representation}")

    def scores(self) -> list[str]:
        return [self.at(self.plan.paths.out_of_fold, deal=deal) for deal in self.deals]

    # ---- near duplicates

    def one_block(self, trial: Trial) -> dict:
        """The block that neighbours are found by, as a representation."""
        name = next(iter(self.plan.representations))
        folder = self.plan.folder(self.block, trial)
        return {**self.plan.representation(name, trial), "name": self.block, "blocks": [folder]}

    def files_of_block(self, trial: Trial) -> list[str]:
        """The shards of its first view, and the parts; known once the images are loaded."""
        paths, view = self.plan.paths, self.plan.views[0]
        shard = paths.shard(self.plan.folder(self.block, trial))
        shards = [shard.format(view=view, shard=each) for each in self.plan.shards()]
        return [*shards, paths.parts.format(**trial)]

    # ---- labels

    def files_of_judging(self, trial: Trial) -> list[str]:
        """All that the best row may be trained on; known once the images are loaded."""
        files = [file for name in self.judging for file in self.plan.files_of(name, trial)]
        return list(dict.fromkeys(files))

    def judged_with(self, trial: Trial) -> dict:
        """The settings of the stage that scores a fold."""
        described = {name: self.plan.representation(name, trial) for name in self.judging}
        where = {**next(iter(described.values()))}
        del where["name"], where["blocks"]
        return {
            "representations": [[name, each["blocks"]] for name, each in described.items()],
            "where": where,
            "classifiers": self.plan.classifiers,
            "swept": self.plan.swept(),
            "sgd": self.plan.shared_sgd(),
            "accuracies": self.of_trial(self.plan.paths.record("accuracy")),
            "of": FOLDS,
        }

    # ---- all together

    def of_representations(self, pattern: str, names: list[str] | None = None) -> list[str]:
        """The files of all representations, or of those named."""
        every = self.plan.representations if names is None else names
        return [self.at(pattern, representation=name) for name in every]

    def settings(self) -> dict:
        """The settings of the stage that joins all findings."""
        return {
            "scores": self.scores(),
            "predictions": self.of_trial(self.plan.paths.predictions),
            "accuracies": self.of_trial(self.plan.paths.record("accuracy")),
            "representations": list(self.plan.pairs.items()),
            "judging": self.judging,
            "swept": self.plan.swept(),
            "trial": self.trial,
        }


class Invariance:
    """What the rules of invariance need to know of a run; every trial is measured."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.keys = [each.key() for each in DISTURBANCES]

    def models(self, trial: Trial) -> list[str]:
        """The files of a trial's models and of all that their features have learned."""
        plan = self.plan
        models = [
            plan.paths.model.format(representation=name, **trial) for name in plan.representations
        ]
        states = [plan.state(name, trial) for name in plan.fitted]
        return list(dict.fromkeys([*models, *states]))

    def scored_with(self, trial: Trial) -> dict:
        """The settings of the stage that scores disturbed images."""
        plan = self.plan
        told = {
            each["name"]: {"name": each["name"], "module": each["module"]}
            for each in plan.classifiers
        }
        return {
            "blocks": {name: self.block(name, trial) for name in plan.blocks},
            "representations": list(plan.representations.items()),
            "views": plan.views,
            "model": plan.paths.model.format(representation="{representation}", **trial),
            "classifiers": {
                name: [told[each] for each in mine] for name, mine in plan.pairs.items()
            },
        }

    def block(self, name: str, trial: Trial) -> dict:
        """How a block is computed, as `recipes.block` has it, with the state of a trial."""
        described = block(self.plan, name)
        state = described["state"]
        return {**described, "state": state and state.format(**trial)}

    def records(self) -> list[str]:
        """The files of all records: those of a disturbance after each other."""
        pattern = self.plan.paths.disturbed
        return [
            pattern.format(disturbance=key, **trial)
            for key in self.keys
            for trial in self.plan.trials
        ]

    def settings(self) -> dict:
        """The settings of the stage that joins the records and draws them."""
        return {
            "records": self.records(),
            "folds": self.plan.trial_values.get("fold", []),
            "words": [(each.key(), each.words) for each in DISTURBANCES],
            "titles": self.plan.titles(),
        }
