"""Which version and revision of this project made the tables."""

import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What tables depend on beside the config, which is written down whole.
CODE = ("Snakefile", "features", "pipeline", "config")
SECONDS = 20  # that git may take


def project() -> dict[str, object]:
    """version: as installed. revision: of git; changed: whether code differs from that revision.

    Where there is no git or no repository of this project, revision and changed are None.
    """
    try:
        installed: str | None = version("pixels-vs-features")
    except PackageNotFoundError:
        installed = None
    top, revision = git("rev-parse", "--show-toplevel"), git("rev-parse", "HEAD")
    # A copy of the project may lie in a repository of something else.
    if not top or not revision or Path(top).resolve() != ROOT:
        return {"version": installed, "revision": None, "changed": None}
    changed = git("status", "--porcelain", "--", *CODE)
    return {
        "version": installed,
        "revision": revision,
        "changed": None if changed is None else bool(changed),
    }


def git(*arguments: str) -> str | None:
    """What git prints, asked in the project's folder; None where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *arguments],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
