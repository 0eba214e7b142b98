"""The table of contents is what Python's zipfile reads, for every kind of archive it writes."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.image_sets import content, in_zip, solid
from support.mistakes import refused

from features.errors import BadInput
from pipeline.sources.listing import list_images
from pipeline.sources.zip_archive import ZipArchive
from pipeline.sources.zip_table import open_table


def read(path: Path) -> list[tuple]:
    with open_table(path) as table:
        return [(member.name or member.raw.decode("cp437"), *member[2:9]) for _, member in table]


def expected(path: Path) -> list[tuple]:
    with zipfile.ZipFile(path) as archive:
        return [
            (
                info.filename,
                info.flag_bits,
                info.compress_type,
                info.CRC,
                info.compress_size,
                info.file_size,
                info.external_attr >> 16,
                info.header_offset,
            )
            for info in archive.infolist()
        ]


def check(path: Path) -> None:
    """The same members, and of the images the same bytes in the order of their names."""
    assert read(path) == expected(path)
    listing = list_images(ZipArchive(path))
    everything = np.arange(len(listing.places))
    found = [(name, data) for _, name, data in listing.contents(everything)]
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".png"))
        assert found == [(name, archive.read(name)) for name in names]
    assert list(listing.names(everything)) == names


class Stream(io.RawIOBase):
    """A file that cannot be rewound: sizes then follow the data, in descriptors."""

    def __init__(self, path: Path) -> None:
        self.file = open(path, "wb")  # noqa: SIM115

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        return self.file.write(data)

    def close(self) -> None:
        self.file.close()
        super().close()


NAMES = st.text(st.sampled_from("ab é中~"), min_size=1, max_size=4).map("d/{}.png".format)
MEMBERS = st.dictionaries(NAMES | st.just("d/"), st.binary(max_size=40), max_size=5)
# zipfile loses its way where a comment looks like the record in front of it.
COMMENTS = st.binary(max_size=30).filter(lambda comment: b"PK" not in comment)
METHODS = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])


@settings(deadline=None)
@given(MEMBERS, METHODS, COMMENTS, st.binary(max_size=9), st.booleans())
def test_any_archive(tmp_path_factory, members, method, comment, before, wide):
    """With a comment, behind something else, and with numbers of 64 bits."""
    path = tmp_path_factory.mktemp("any") / "set.zip"
    with pytest.MonkeyPatch.context() as patch:
        if wide:
            patch.setattr(zipfile, "ZIP64_LIMIT", 20)
            patch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
        with open(path, "wb") as file:
            file.write(before)
            with zipfile.ZipFile(file, "w", method) as archive:
                archive.comment = comment
                for name, data in members.items():
                    with archive.open(name, "w", force_zip64=wide) as member:
                        member.write(b"" if name.endswith("/") else data)
    check(path)
    # Of what was there before, zipfile knew; of this, no place in the archive does.
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    check(path)


def test_sizes_that_follow_the_data(tmp_path):
    with Stream(tmp_path / "set.zip") as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, data in content().items():
            archive.writestr(name, data)
    assert all(flags & 8 for _, flags, *_ in read(tmp_path / "set.zip"))
    check(tmp_path / "set.zip")


def test_more_members_than_16_bits_count(tmp_path):
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for i in range(70_000):
            archive.writestr(f"{i % 3}/{i}.txt", b"")
    assert b"PK\6\6" in (tmp_path / "set.zip").read_bytes()[-200:]
    check(tmp_path / "set.zip")


def test_the_longest_names(tmp_path):
    long = {f"{name * 30_000}é/{i}.png": solid() for i, name in enumerate("ab")}
    check(in_zip(tmp_path / "set.zip", content() | long))


def test_the_longest_comment(tmp_path):
    data = in_zip(tmp_path / "set.zip", content())
    with zipfile.ZipFile(data, "a") as archive:
        archive.comment = b"x" * 65_535
    check(data)


@pytest.mark.parametrize("wide", [False, True])
def test_no_damage_to_the_table_gives_more_than_one_line(tmp_path, monkeypatch, wide):
    if wide:
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 20)
    data = in_zip(tmp_path / "set.zip", content())
    whole = data.read_bytes()
    messages = []
    for at in range(whole.find(b"PK\1\2"), len(whole)):
        for value in (0, 0x7F, 0xFF):
            data.write_bytes(whole[:at] + bytes([value]) + whole[at + 1 :])
            try:
                listing = list_images(ZipArchive(data))
                list(listing.contents(np.arange(len(listing.places))))
            except BadInput as mistake:
                messages.append(str(mistake))
    assert len(messages) > len(whole) - whole.find(b"PK\1\2")
    assert not any("\n" in message for message in messages)


@pytest.mark.parametrize("length", range(0, 120, 7))
def test_short_files(tmp_path, length):
    for data in (bytes(length), b"PK\5\6" * length, b"PK\5\6" + bytes(length)):
        (tmp_path / "set.zip").write_bytes(data)
        try:
            theirs = expected(tmp_path / "set.zip")
        except (zipfile.BadZipFile, ValueError):
            with pytest.raises(BadInput, match="damaged"):
                read(tmp_path / "set.zip")
        else:
            assert read(tmp_path / "set.zip") == theirs


def changed(data: Path, old: bytes, new: bytes) -> ZipArchive:
    raw = data.read_bytes()
    assert raw.count(old) == 1
    data.write_bytes(raw.replace(old, new))
    return ZipArchive(data)


def test_an_archive_of_several_files(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    data = in_zip(tmp_path / "set.zip", content())
    several = changed(data, b"PK\6\7" + bytes(4), b"PK\6\7" + struct.pack("<L", 1))
    with refused("set.zip", "damaged", "several files"):
        list_images(several)


def test_an_archive_of_a_later_version(tmp_path):
    data = in_zip(tmp_path / "set.zip", {"cat/0.png": solid()})
    later = changed(data, b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\x40")
    with refused("set.zip", "damaged", "version 6.4"):
        list_images(later)


def test_an_entry_that_runs_past_the_end(tmp_path):
    data = in_zip(tmp_path / "set.zip", {"cat/0.png": solid()})
    raw = bytearray(data.read_bytes())
    raw[raw.find(b"PK\1\2") + 32] = 1  # "a comment of one byte"
    data.write_bytes(raw)
    with refused("set.zip", "damaged"):
        list_images(ZipArchive(data))
