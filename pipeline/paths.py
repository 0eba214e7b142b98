"""Where the files of a run lie: each path is written down here, and nowhere else.

A run is all that is computed for one config. Paths are strings, relative to the working
directory. Names in braces are wildcards, which Snakemake fills in; a path that has some is called
a pattern.
"""

from pipeline.blocks.shards import shard_path

# For each rule whose jobs note their time and memory: how its jobs are named.
JOBS = {
    "load": "",
    "split": "seed{seed}",
    "compute": "{block}-{view}-{shard}",
    "fit": "{state}-seed{seed}",
    "encode": "{block}-seed{seed}-{view}-{shard}",
    "train": "{representation}-seed{seed}",
    "score": "{representation}-seed{seed}",
}


class Paths:
    """The paths of one run: what users read is in results/, everything before that in work/."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.work, self.results = f"work/{run}", f"results/{run}"
        self.mistakes = f"{self.work}/mistakes.txt"
        self.origin = f"{self.work}/origin.json"  # which data the run is made from

        self.images = f"{self.work}/images.npy"
        self.labels = f"{self.work}/labels.csv"
        self.classes = f"{self.work}/classes.json"
        self.checksum = f"{self.work}/checksum.json"

        seed = f"{self.work}/seed{{seed}}"
        self.parts = f"{seed}/parts.npy"
        self.state = f"{seed}/states/{{state}}.npz"
        self.plain_block = f"{self.work}/blocks/{{block}}"  # the same for all seeds
        self.fitted_block = f"{seed}/blocks/{{block}}"
        found = f"{seed}/results/{{representation}}"
        self.model = f"{found}/model.npz"
        self.records = f"{found}/{{kind}}.csv"  # what jobs found out about it

        self.understood = f"{self.results}/data.md"
        self.summary = f"{self.results}/summary.md"
        self.provenance = f"{self.results}/provenance.json"
        self.config = f"{self.results}/config.yaml"

        self.lecture_rows = f"{self.work}/lecture/rows.npz"
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

    def timing(self, rule: str) -> str:
        return f"{self.work}/timing/{rule}-{JOBS[rule]}.json"

    def log(self, rule: str, job: str | None = None) -> str:
        """The file for what a rule's job prints. job: the job's name, for rules not in JOBS."""
        name = JOBS[rule] if job is None else job
        return f"{self.work}/log/{rule}-{name}.log" if name else f"{self.work}/log/{rule}.log"

    def lecture_part(self, name: str) -> dict[str, str]:
        """The three files that a part of the lecture consists of."""
        return {
            "table": f"{self.results}/lecture/{name}.csv",
            "picture": f"{self.results}/lecture/{name}.svg",
            "sentence": f"{self.work}/lecture/{name}.txt",
        }
