"""Kinds of files, by name and first bytes: images, tables, and what systems strew about."""

import os
from collections.abc import Callable

# Files of these endings are images, or ought to be: what they are, their content says.
SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".webp", ".tif", ".tiff", ".gif"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".jp2", ".j2k", ".jpx", ".avif", ".heic", ".heif"),
)
TABLES = (".csv", ".tsv", ".parquet")  # that may say the classes of images
# Files of these endings are no images; of other files the first bytes are looked at.
OTHERS = (
    *TABLES,
    *(".txt", ".md", ".json", ".xml", ".yaml", ".yml", ".html", ".htm", ".pdf", ".py", ".ipynb"),
    *(".m", ".mat", ".npy", ".npz", ".pkl", ".zip", ".gz", ".tar", ".db", ".ini", ".log", ".doc"),
)
# How image files begin.
STARTS = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n", b"BM", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  "),
    *(b"P1\n", b"P2\n", b"P3\n", b"P4\n", b"P5\n", b"P6\n"),
)
HEAD = 16  # bytes that tell an image file

# What operating systems and network drives strew about, in lower case.
SYSTEM = {
    *("__macosx", "@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot"),
    *("$recycle.bin", "lost+found", "system volume information", "thumbs.db", "ehthumbs.db"),
    *("desktop.ini", "icon\r", "network trash folder", "temporary items", "found.000"),
}


def is_hidden(path: str) -> bool:
    """Whether a file, or a folder around it, is hidden, or strewn about by an operating system."""
    return any(part.startswith(".") or part.lower() in SYSTEM for part in path.split("/"))


def is_image(path: str, head: Callable[[], bytes] = bytes) -> bool:
    """Whether a file is an image: by its ending, or its first bytes where that says nothing."""
    lower = path.lower()
    if lower.endswith(SUFFIXES) or lower.endswith(OTHERS):
        return lower.endswith(SUFFIXES)
    start = head()
    webp_or_heif = start[8:12] == b"WEBP" or start[4:12] in (b"ftypavif", b"ftypheic")
    return start.startswith(STARTS) or webp_or_heif


def kind_of(name: str) -> str:
    suffix = os.path.splitext(name)[1].lower()
    return f"{suffix} files" if suffix else "files without an ending"
