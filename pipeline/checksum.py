"""SHA-256 of what the images were read from."""

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def named_sha256(digests: dict[str, str]) -> str:
    """Over names and the digests of their contents, in the order of the names."""
    total = hashlib.sha256()
    for name in sorted(digests):
        total.update(f"{name}\0{digests[name]}\n".encode(errors="surrogateescape"))
    return total.hexdigest()
