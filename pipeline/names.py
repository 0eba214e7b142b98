"""Names of runs, which are names of folders: letters and digits of any script."""

import os
import re
import unicodedata

from pipeline.sources import registry

LONGEST = 100  # characters
MOST_BYTES = 250  # in UTF-8: a file system takes 255 for a name
ARCHIVE = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)


def run_name(data: str) -> str:
    """The name of a run: that of its data, without folder and ending, in safe letters only.

    A path whose last name is that of a source, such as x/photos, gets another name, so that the
    two runs do not share their files.
    """
    if data in registry.names():
        return data
    name = ARCHIVE.sub("", os.path.basename(os.path.realpath(data)))
    name = "".join(c if is_safe(c) else "_" for c in unicodedata.normalize("NFC", name))
    while name and not is_first(name[0]):
        name = name[1:]
    name = name[:LONGEST].encode()[:MOST_BYTES].decode(errors="ignore") or "data"
    return f"{name}_folder" if name in registry.names() else name


def is_name(text: str) -> bool:
    """Whether a run may be called so."""
    return (
        0 < len(text) <= LONGEST
        and is_first(text[0])
        and all(map(is_safe, text))
        and len(text.encode()) <= MOST_BYTES
    )


def is_first(character: str) -> bool:
    """Whether a name may begin with it: a letter or digit of any script."""
    return unicodedata.category(character)[0] in "LN"


def is_safe(character: str) -> bool:
    """Whether a name may have it: letters with their marks and digits of any script, . _ and -."""
    return character in "._-" or unicodedata.category(character)[0] in "LNM"
