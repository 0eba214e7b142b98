"""What `snakemake --report` shows of a run: files with a caption, of report/captions."""

from collections.abc import Callable

FOLDER = "../report/captions"  # from the folder of any rules.smk
LECTURE = "lecture"  # the caption of all of its parts
SHOWN = {
    "svg",
    "picture",
}  # of the files of a picture or of a part: the table and PNG say the same


def captioning(report: Callable) -> Callable:
    """Return a function that marks outputs. report: Snakemake's, which marks a file."""

    def marked(file: str, caption: str, label: str) -> str:
        category = "Lecture" if caption == LECTURE else "Results"
        where = f"{FOLDER}/{caption}.rst"
        return report(file, caption=where, category=category, labels={"shows": label})

    def captioned(files: str | dict[str, str], caption: str, label: str = "") -> str | dict:
        """A file, or the files of a picture by kind, with a caption. label: what it shows, if that
        is not the caption's name; wildcards in braces are filled in.
        """
        if isinstance(files, str):
            return marked(files, caption, label or caption)
        return {
            kind: marked(file, caption, label or caption) if kind in SHOWN else file
            for kind, file in files.items()
        }

    return captioned
