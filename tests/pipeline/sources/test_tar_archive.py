"""Members are what Python's tarfile reads; damage that it misses is found."""

import bz2
import gzip
import io
import lzma
import tarfile
import tracemalloc
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.image_sets import content, in_tar, solid
from support.mistakes import refused

from pipeline.sources.containers import container
from pipeline.sources.listing import Listing, list_images
from pipeline.sources.tar_members import Member, members
from pipeline.sources.unpacked import open_unpacked

BLOCK = 512
PACK = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": partial(lzma.compress, preset=0),
}
FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)


def read(path: Path) -> list[tuple[Member, bytes]]:
    with open_unpacked(path) as tar:
        return [(member, tar.read(member.size)) for member in members(tar)]


def listed(path: Path) -> Listing:
    return list_images(container(path))


def contents(listing: Listing) -> dict[str, bytes]:
    everything = np.arange(len(listing.places))
    return {name: data for _, name, data in listing.contents(everything)}


def plain(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in files.items():
            add(archive, name, data)
    return buffer.getvalue()


def add(archive: tarfile.TarFile, name: str, data=b"", **values) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    for key, value in values.items():
        setattr(member, key, value)
    archive.addfile(member, io.BytesIO(data))


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


# ---- what is sound

NAMES = st.text("ab/é中 ", min_size=1, max_size=90).map(lambda name: f"d/{name.strip('/')}.png")
MEMBERS = st.dictionaries(NAMES, st.binary(max_size=1200), max_size=4)


@settings(deadline=None)
@given(MEMBERS, st.sampled_from(FORMATS[1:]), st.sampled_from(sorted(PACK)))
def test_any_archive(tmp_path_factory, files, form, packing):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in files.items():
            add(archive, name, data)
        add(archive, "folder", type=tarfile.DIRTYPE)
        add(archive, "x" * 300, type=tarfile.SYMTYPE, linkname="y" * 300)
    whole = PACK[packing](buffer.getvalue())
    path = written(tmp_path_factory.mktemp("any") / f"set.tar{packing}", whole)
    found = read(path)
    with tarfile.open(path) as archive:
        theirs = [(m.name, m.type, m.size, m.linkname, m.isdir()) for m in archive]
    assert [
        (m.name.rstrip("/"), m.kind, m.size, m.target, m.is_folder) for m, _ in found
    ] == theirs
    assert [data for _, data in found] == [*files.values(), b"", b""]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format(tmp_path, form):
    name = "/".join(["a" * 60, "b" * 60, "c" * 60 + ".png"])  # needs the field for folders
    with tarfile.open(tmp_path / "set.tar", "w", format=form) as archive:
        add(archive, name, b"one")
        add(archive, "old/", type=tarfile.AREGTYPE)
    assert [(m.name, m.is_folder, data) for m, data in read(tmp_path / "set.tar")] == [
        (name, False, b"one"),
        ("old/", True, b""),
    ]


def test_what_gnu_writes_in_the_field_for_folders_is_no_folder(tmp_path):
    block = bytearray(plain({"cat/0.png": b"x"}))
    block[257:265], block[345:357] = b"ustar  \0", b"14712345670 "  # a time of access
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:BLOCK]))
    assert [m.name for m, _ in read(written(tmp_path / "set.tar", block))] == ["cat/0.png"]


@pytest.mark.parametrize("signed", [False, True])
def test_both_ways_to_add_up_a_header(tmp_path, signed):
    whole = bytearray(plain({"cat/é.png": b"x"}))
    blank = whole[:148] + b" " * 8 + whole[156:BLOCK]
    total = sum(np.frombuffer(bytes(blank), np.int8 if signed else np.uint8).tolist())
    whole[148:156] = b"%06o\0 " % total
    assert [m.name for m, _ in read(written(tmp_path / "set.tar", whole))] == ["cat/é.png"]


def test_the_packing_is_told_by_the_first_bytes(tmp_path):
    whole = plain(content())
    for packing, pack in PACK.items():
        for name in ("set.tar", "set.tar.gz", f"really{packing}.tgz"):
            assert contents(listed(written(tmp_path / name, pack(whole)))) == content()


@pytest.mark.parametrize("packing", [".gz", ".bz2", ".xz"])
def test_several_streams_and_zeros_behind_them(tmp_path, packing):
    whole = plain(content())
    streams = [PACK[packing](whole[at : at + 1000]) for at in range(0, len(whole), 1000)]
    data = written(tmp_path / f"set.tar{packing}", b"".join(streams) + bytes(70_000))
    assert contents(listed(data)) == content()


def test_only_the_needed_part_of_a_table_is_read(tmp_path):
    data = in_tar(tmp_path / "set.tar.gz", content() | {"labels.csv": b"path,class\n"}, "w:gz")
    assert listed(data).table("labels.csv") == b"path,class\n"


# ---- links


def linked(path: Path, *links: tuple[str, bytes, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, kind, target in links:
            add(archive, name, type=kind, linkname=target)
        for name, data in {**content(), ".store/0": solid((9, 9, 9))}.items():
            add(archive, f"./set/{name}", data)
        add(archive, "./set/dog/hard.png", type=tarfile.LNKTYPE, linkname="./set/cat/1.png")
    return path


def test_links_to_files_of_the_archive_are_followed(tmp_path):
    data = linked(
        tmp_path / "set.tar.gz",
        ("set/dog/a.png", tarfile.SYMTYPE, "../cat/0.png"),
        ("set/dog/b.png", tarfile.SYMTYPE, "a.png"),
        ("set/dog/c.png", tarfile.SYMTYPE, "../.store/0"),
    )
    right = {f"set/{name}": image for name, image in content().items()}
    right["set/dog/a.png"] = right["set/dog/b.png"] = content()["cat/0.png"]
    right["set/dog/c.png"], right["set/dog/hard.png"] = solid((9, 9, 9)), content()["cat/1.png"]
    listing = listed(data)
    assert contents(listing) == right
    assert list(listing.names(np.arange(len(right)))) == sorted(right)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../else/0.png"])
def test_links_out_of_the_archive_are_passed_over_and_counted(tmp_path, target):
    listing = listed(linked(tmp_path / "set.tar.gz", ("set/a.png", tarfile.SYMTYPE, target)))
    assert len(listing.places) == 5
    assert listing.passed["links that lead out of the archive"] == (1, "set/a.png")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.SYMTYPE, "cat/gone.png"),
        (tarfile.SYMTYPE, "cat"),
        (tarfile.SYMTYPE, "a.png"),  # itself
        (tarfile.LNKTYPE, "/etc/passwd"),
        (tarfile.LNKTYPE, "../../else"),
    ],
)
def test_links_to_no_file_are_refused(tmp_path, kind, target):
    with refused("set.tar.gz", "set/a.png", "is a link to no file"):
        listed(linked(tmp_path / "set.tar.gz", ("set/a.png", kind, target)))


# ---- damage


def damaged(path: Path, data: bytes, *words: str) -> None:
    with refused(path.name, "is a damaged tar archive", *words):
        listed(written(path, data))


def test_the_end_is_two_empty_blocks_and_zeros_behind(tmp_path):
    whole = plain({"cat/0.png": b"x"})[: 4 * BLOCK]  # a header, a block, the end
    assert whole[2 * BLOCK :] == bytes(2 * BLOCK)
    for more in (b"", bytes(BLOCK), bytes(100_000)):
        assert contents(listed(written(tmp_path / "set.tar", whole + more))) == {"cat/0.png": b"x"}
    damaged(tmp_path / "set.tar", whole[: 3 * BLOCK], "ends too early")
    damaged(tmp_path / "set.tar", whole[: 2 * BLOCK], "ends too early")
    damaged(tmp_path / "set.tar", whole[: 3 * BLOCK] + b"x" * BLOCK, "goes on behind its end")
    damaged(tmp_path / "set.tar", whole + whole, "goes on behind its end")
    damaged(tmp_path / "set.tar", whole + bytes(100_000) + b"x", "goes on behind its end")


def test_a_header_that_is_empty_in_part(tmp_path):
    whole = plain(content())
    for start in (0, 100, 200, 260):
        cut = whole[:start] + bytes(BLOCK - start) + whole[BLOCK:]
        damaged(tmp_path / "set.tar", cut)


@pytest.mark.parametrize("packing", [".gz", ".bz2", ".xz"])
def test_what_follows_a_compressed_archive(tmp_path, packing):
    whole = PACK[packing](plain(content()))
    for more in (b"x", b"\0x", whole[:-1], whole[:5], bytes(70_000) + b"more"):
        damaged(tmp_path / "set.tar", whole + more)


@pytest.mark.parametrize("packing", [".gz", ".bz2", ".xz"])
def test_a_compressed_archive_that_is_cut_off(tmp_path, packing):
    whole = PACK[packing](plain(content()))
    for less in (1, 4, 8, 20):
        damaged(tmp_path / "set.tar", whole[:-less])


@pytest.mark.parametrize(
    "text",
    [b"12 path=name", b"99 path=a\n", b"path=a\n", b"9 path a\n", b"0 \n", b"13 size=many\n"],
)
def test_lines_of_a_header_that_are_no_lines(tmp_path, text):
    extended = tarfile.TarInfo("pax")
    extended.type, extended.size = tarfile.XHDTYPE, len(text)
    head = extended.tobuf(tarfile.USTAR_FORMAT) + text.ljust(BLOCK, b"\0")
    damaged(tmp_path / "set.tar", head + plain(content()))


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_headers_of_many_bytes_are_not_read(tmp_path, kind):
    head = tarfile.TarInfo("long")
    head.type, head.size = kind, 2**25
    body = head.tobuf(tarfile.GNU_FORMAT) + bytes(2**25) + plain(content())
    path = written(tmp_path / "set.tar.gz", gzip.compress(body, 1))
    tracemalloc.start()
    with refused("set.tar.gz", "1 MiB of headers"):
        listed(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**22


@pytest.mark.parametrize("headers", [{"GNU.sparse.major": "1"}, {"GNU.sparse.size": "9"}], ids=str)
def test_sparse_files_are_refused_where_they_are_images(tmp_path, headers):
    for name in ("cat/odd.png", "odd.bin"):
        with tarfile.open(tmp_path / "set.tar", "w", format=tarfile.PAX_FORMAT) as archive:
            add(archive, name, b"x", pax_headers=headers)
            add(archive, "cat/0.png", b"y")
        if name == "odd.bin":
            assert contents(listed(tmp_path / "set.tar")) == {"cat/0.png": b"y"}
        else:
            with refused("set.tar", "cat/odd.png", "sparse"):
                listed(tmp_path / "set.tar")


def test_blocks_of_holes_are_passed_over(tmp_path):
    head = tarfile.TarInfo("odd.bin")
    head.type, head.size = tarfile.GNUTYPE_SPARSE, 3
    block = bytearray(head.tobuf(tarfile.GNU_FORMAT))
    block[482] = 1  # two blocks of holes follow
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:]))
    holes = b"0" * 504 + b"\1" + bytes(7), b"0" * 504 + bytes(8)
    whole = bytes(block) + b"".join(holes) + b"abc".ljust(BLOCK, b"\0") + plain(content())
    assert contents(listed(written(tmp_path / "set.tar", whole))) == content()
