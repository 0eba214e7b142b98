"""Where the files of a run lie: each path is written down here, and nowhere else.

A run is all that is computed for one config. Paths are strings, relative to the working
directory. Names in braces are wildcards, which Snakemake fills in; a path that has some is called
a pattern.
"""

from pipeline.blocks.shards import shard_path

MAJORITY = "majority"  # stands where a representation does, for always answering the largest class

# For each rule whose jobs note their time and memory: how its jobs are named. {trial} stands for
# the name of a trial, such as seed{seed}.
JOBS = {
    "load": "",
    "split": "{trial}",
    "compute": "{block}-{view}-{shard}",
    "fit": "{state}-{trial}",
    "encode": "{block}-{trial}-{view}-{shard}",
    "train": "{representation}-{trial}",
    "score": "{representation}-{trial}",
}


class Paths:
    """The paths of one run: what users read is in results/, everything before that in work/."""

    def __init__(self, run: str, trial: str = "seed{seed}") -> None:
        """trial: the pattern of a trial's name, see `trials`."""
        self.run, self.trial = run, trial
        self.work, self.results = f"work/{run}", f"results/{run}"
        self.in_work()
        self.in_work_of_a_trial(f"{self.work}/{trial}")
        self.in_results()

    def in_work(self) -> None:
        self.mistakes = f"{self.work}/mistakes.txt"
        self.origin = f"{self.work}/origin.json"  # which data the run is made from
        self.images = f"{self.work}/images.npy"
        self.labels = f"{self.work}/labels.csv"
        self.classes = f"{self.work}/classes.json"
        self.checksum = f"{self.work}/checksum.json"
        self.form = f"{self.work}/form.json"  # that all images were brought to
        self.plain_block = f"{self.work}/blocks/{{block}}"  # the same for all trials
        self.models = f"{self.work}/models.json"  # where all trained models lie
        self.invariance_sentence = f"{self.work}/invariance.txt"
        self.labels_sentence = f"{self.work}/lecture/label_efficiency.txt"
        self.lecture_rows = f"{self.work}/lecture/rows-{{representation}}.npz"

    def in_work_of_a_trial(self, drawn: str) -> None:
        self.parts = f"{drawn}/parts.npy"
        self.state = f"{drawn}/states/{{state}}.npz"
        self.fitted_block = f"{drawn}/blocks/{{block}}"
        found = f"{drawn}/results/{{representation}}"
        self.model = f"{found}/model.npz"
        self.records = f"{found}/{{kind}}.csv"  # what jobs found out about it
        self.predictions = f"{found}/predictions.npz"  # scores of the images held out
        self.few_labels = f"{found}/labels/{{point}}/accuracy.csv"  # see `label_shares`
        self.majority = f"{drawn}/results/{MAJORITY}/accuracy.csv"
        self.near_duplicates = f"{drawn}/audit/near_duplicates.npz"  # see `probing`
        self.out_of_fold = f"{drawn}/audit/fold-{{deal}}.npz"
        self.disturbed = f"{drawn}/invariance/{{disturbance}}.csv"

    def in_results(self) -> None:
        self.understood = f"{self.results}/data.md"
        self.summary = f"{self.results}/summary.md"
        self.predicted = f"{self.results}/predictions.csv.gz"
        self.best_model = f"{self.results}/model.npz"
        self.provenance = f"{self.results}/provenance.json"
        self.config = f"{self.results}/config.yaml"
        self.report = f"{self.results}/report.html"
        self.labels_page = f"{self.results}/label_efficiency.md"
        self.audit_page = f"{self.results}/audit.md"
        self.invariance_page = f"{self.results}/invariance.md"
        self.lecture_page = f"{self.results}/lecture/lecture.md"

    def shard(self, block: str) -> str:
        """The pattern of the shards of a block, given the pattern of its folder."""
        return str(shard_path(f"{block}/{{view}}", "{shard}"))

    def record(self, kind: str) -> str:
        return self.records.replace("{kind}", kind)

    def table(self, name: str) -> str:
        return f"{self.results}/{name}.csv"

    def picture(self, name: str) -> dict[str, str]:
        return {kind: f"{self.results}/{name}.{kind}" for kind in ("svg", "png")}

    def job(self, rule: str) -> str:
        """How the jobs of a rule in JOBS are named."""
        return JOBS[rule].replace("{trial}", self.trial)

    def timing(self, rule: str) -> str:
        return f"{self.work}/timing/{rule}-{self.job(rule)}.json"

    def log(self, rule: str, job: str | None = None) -> str:
        """The file for what a rule's job prints. job: the job's name, for rules not in JOBS."""
        name = self.job(rule) if job is None else job
        return f"{self.work}/log/{rule}-{name}.log" if name else f"{self.work}/log/{rule}.log"

    def lecture_part(self, name: str) -> dict[str, str]:
        """The three files that a part of the lecture consists of."""
        return {
            "table": f"{self.results}/lecture/{name}.csv",
            "picture": f"{self.results}/lecture/{name}.svg",
            "sentence": f"{self.work}/lecture/{name}.txt",
        }
