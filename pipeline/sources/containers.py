"""The container that lies at a path: a directory or an archive, told by how it begins."""

from pathlib import Path

from features.errors import BadInput
from pipeline.sources.container import Container
from pipeline.sources.directory import Directory, beginning
from pipeline.sources.tar_archive import TarArchive
from pipeline.sources.zip_archive import ZipArchive

# How each kind of archive begins; a tar has its mark further in.
ZIP = (b"PK\3\4", b"PK\5\6")
COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
TAR_MARK, TAR_MARK_AT = b"ustar", 257


def container(path: Path, encoding: str | None = None) -> Container:
    """The directory or archive at `path`, by how it begins. Raises BadInput where it is neither.

    encoding: that of the names in a zip, where it does not say; refused where there is no zip.
    """
    start = beginning(path, TAR_MARK_AT + len(TAR_MARK)) if path.is_file() else b""
    name = path.name.lower()
    if start.startswith(ZIP) or (name.endswith(".zip") and not path.is_dir()):
        return ZipArchive(path, encoding)
    if encoding:
        raise BadInput(f"config: archive_encoding: {path} is no zip archive: remove this key")
    if path.is_dir():
        return Directory(path)
    is_tar = start.startswith(COMPRESSED) or start[TAR_MARK_AT:] == TAR_MARK
    if is_tar or name.endswith((".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")):
        return TarArchive(path)
    raise BadInput(
        f"data {path}: is neither a folder nor an archive (.zip, .tar, .tar.gz, .tar.bz2, "
        ".tar.xz): name one of these"
    )
