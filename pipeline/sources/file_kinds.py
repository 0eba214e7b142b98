"""Kinds of files, by name and first bytes: images, tables, and what systems strew about."""

import os
import re
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
    *(".bak", ".tmp", ".part", ".crdownload", ".old", "~"),  # what was an image, or is not yet
)
# How image files begin.
STARTS = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|II[*+]\0|MM\0[*+]|RIFF....WEBP"
    rb"|\0\0\0\x0cjP  |\xff\x4f\xff\x51|P[1-6]\s+[\d#]"
    rb"|....ftyp(?:avi[fs]|hei[cfmsx]|hev[cmsx]|mif1|msf1)"
    rb"|BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0",  # the size of the second header
    re.DOTALL,
)
HEAD = 32  # bytes that tell an image file

# What operating systems and network drives strew about, in lower case.
SYSTEM = {
    *("__macosx", "@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@tmp"),
    *("$recycle.bin", "recycler", "recycled", "lost+found", "system volume information"),
    *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "~snapshot"),
    *("network trash folder", "temporary items", "thevolumesettingsfolder"),
    *(f"found.00{digit}" for digit in range(10)),
    *("thefindbycontentfolder", "_gsdata_", "recycle bin", "@appdata", "@appstore", "@database"),
    *("@sharebin", "@synoeastream", "@synoresource", "zbthumbnail.info", "__pycache__"),
}
ENDING = re.compile(r"\.[a-z][a-z0-9_-]{0,11}", re.IGNORECASE)


HIDDEN = re.compile(
    r"(?:\A|/)(?:\.[^/]*|SYNOPHOTO_[^/]*|[^/]*@Syno[^/]*|"
    rf"{'|'.join(map(re.escape, sorted(SYSTEM)))})(?=/|\Z)",
    re.IGNORECASE,
)


def is_hidden(path: str) -> bool:
    """Whether a file, or a folder around it, is hidden, or strewn about by an operating system."""
    return HIDDEN.search(path) is not None


def hidden_part(path: str) -> str:
    """The path up to the first file or folder that is hidden or of the system; "" for none."""
    found = HIDDEN.search(path)
    return path[: found.end()] if found else ""


def is_image(path: str, head: Callable[[], bytes] = bytes) -> bool:
    """Whether a file is an image: by its ending, or its first bytes where that says nothing."""
    lower = path.lower()
    if lower.endswith(SUFFIXES) or lower.endswith(OTHERS):
        return lower.endswith(SUFFIXES)
    return STARTS.match(head()) is not None


def kind_of(name: str) -> str:
    """What files like this one are called where they are counted."""
    ending = os.path.splitext(name)[1]
    return f"{ending.lower()} files" if ENDING.fullmatch(ending) else "files of no known ending"


def kind_of_hidden(path: str) -> str:
    """The same for a path that ends in the name that makes it hidden."""
    name = path.rpartition("/")[2]
    known = name.lower() in SYSTEM and name.isprintable()
    return f"{name} of the system" if known else "hidden files"
