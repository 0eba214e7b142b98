"""Replay a run in folders of its own, and compare what comes out with its results, byte for byte.

    python -m pipeline.verify RUN [--also RULE ...] [--cores N]

The config is that of results/RUN/config.yaml, the code that of this project, and nothing of
work/RUN is used. A line names each file that differs, and its first line that does; lines before
them say what the two were not made with alike: images, versions, processor, revision. The exit
code is 0 only where all files are the same. What a plain run does not make, such as the lecture,
is compared where --also names its rule.
"""

import argparse
import inspect
import subprocess
import sys
from pathlib import Path
from shutil import rmtree

from features.errors import BadInput
from pipeline.catalogue import ROOT
from pipeline.comparing import compared, conditions
from pipeline.names import is_name
from pipeline.origin import read
from pipeline.paths import Paths
from pipeline.runtime.messages import say, shown

MARK = "replay"  # a file in the folder of a replay, which says that nobody else's is in it


def verify(run: str, also: list[str], cores: str) -> bool:
    """Replay, compare, and print what differs; whether nothing does. Raises BadInput.

    also: rules beside `all`. A replay that differs stays, to be looked at.
    """
    ours = Paths(run)
    if not is_name(run) or not Path(ours.provenance).is_file() or not Path(ours.config).is_file():
        raise BadInput(
            f"RUN {shown(run)}: {shown(ours.results)} holds no provenance.json and config.yaml: "
            "give the name of a run that has ended"
        )
    again = Paths(replay_name(run))
    empty(again)
    say(f"Replaying {ours.results} as {again.results}, from {ours.config}.")
    replay(ours.config, again.run, also, cores)
    before, after = Path(ours.results), Path(again.results)
    for line in conditions(*(read(Path(each.provenance)) for each in (ours, again))):
        print(line)
    found = compared(before, after, ignoring={MARK})
    for line in [*found.different, *found.left_out]:
        print(line)
    if found.different:
        print(
            f"{len(found.different)} of {found.n} files differ; the replay is in {again.results}."
        )
        return False
    empty(again)
    print(f"All {found.n} files are the same, byte for byte.")
    return True


def replay_name(run: str) -> str:
    """The name of the run that is made to be compared."""
    name = f"verify-{run}"
    return name if is_name(name) else "verify-run"  # where it would be too long


def empty(paths: Paths) -> None:
    """Remove what an earlier replay left. Raises BadInput for folders that are no replay's."""
    for folder in (paths.results, paths.work):
        if Path(folder).exists() and not Path(paths.results, MARK).is_file():
            raise BadInput(
                f"{folder} is to hold the replay, but is not the folder of one: rename the run "
                "there, or remove it"
            )
    for folder in (paths.work, paths.results):  # the mark goes last
        if Path(folder).exists():
            rmtree(folder)


def replay(config: str, name: str, also: list[str], cores: str) -> None:
    """Run the workflow with a config under another name. Raises BadInput where it fails.

    It runs in the same directory, since paths in a config start there.
    """
    results = Path(Paths(name).results)
    results.mkdir(parents=True)
    (results / MARK).touch()
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--configfile", config, "--config", f"run={name}", "--cores", cores]
    # Its summary, on stdout, is not what was asked for; progress and mistakes are on stderr.
    done = subprocess.run(
        [*command, "--drop-metadata", "--", "all", *also], stdout=subprocess.DEVNULL
    )
    if done.returncode:
        raise BadInput(f"the replay failed; what it said stands above ({results})")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.verify",
        description=inspect.cleandoc(__doc__ or ""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", metavar="RUN", help="its name, that of a folder in results/")
    parser.add_argument("--also", nargs="+", default=[], metavar="RULE", help="such as lecture")
    parser.add_argument("--cores", default="all", metavar="N", help="as Snakemake takes them")
    asked = parser.parse_args()
    try:
        same = verify(asked.run, asked.also, asked.cores)
    except (BadInput, OSError) as mistake:
        sys.exit(f"error: {' '.join(str(mistake).splitlines())}")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
