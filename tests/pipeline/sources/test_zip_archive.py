"""What stands in front of each file of a zip agrees with the table of contents, or is refused."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.image_sets import content, in_zip, solid
from support.mistakes import refused

from pipeline.sources.containers import container
from pipeline.sources.listing import list_images

FRONT, ENTRY = b"PK\3\4", b"PK\1\2"
FRONT_FLAGS, ENTRY_FLAGS, NAME_AT = 6, 8, 30


def listed(path: Path) -> dict[str, bytes]:
    listing = list_images(container(path))
    return {name: data for _, name, data in listing.contents(np.arange(len(listing.places)))}


def with_bits(path: Path, *places: int, bits: int = 1) -> Path:
    data = bytearray(path.read_bytes())
    for place in places:
        data[place] ^= bits
    path.write_bytes(data)
    return path


def at(path: Path, signature: bytes) -> int:
    return path.read_bytes().index(signature)


@pytest.mark.parametrize(
    "place", [0, 6, 8, 14, 18, 22, 26, NAME_AT, NAME_AT + 4], ids=lambda place: f"byte {place}"
)
def test_headers_that_do_not_agree(tmp_path, place):
    """Bytes of the signature, flags, method, checksum, sizes, length of the name, and name."""
    data = in_zip(tmp_path / "set.zip", content())
    with refused("set.zip", "damaged", "cat/0.png"):
        listed(with_bits(data, place))


def test_a_folder_and_what_is_no_image_are_checked_as_well(tmp_path):
    for name in ("folder/", "labels.csv"):
        data = in_zip(tmp_path / "set.zip", {name: b""} | content())
        with refused("set.zip", "damaged", name):
            listed(with_bits(data, NAME_AT))


def test_an_encrypted_image_is_refused_at_once_and_other_encrypted_files_are_passed_over(tmp_path):
    for name in ("cat/2.png", "notes.txt"):
        data = in_zip(tmp_path / "set.zip", {name: solid()} | content())
        data = with_bits(data, at(data, FRONT) + FRONT_FLAGS, at(data, ENTRY) + ENTRY_FLAGS)
        if name == "notes.txt":
            assert listed(data) == content()
        else:
            with refused("set.zip", name, "is encrypted", "without a password"):
                list_images(container(data))


def test_a_name_that_only_one_of_both_says_to_be_utf8(tmp_path):
    data = in_zip(tmp_path / "set.zip", {"é/0.png": solid()})
    with refused("set.zip", "damaged"):
        listed(with_bits(data, 7, bits=8))


def test_where_the_data_begin_is_said_in_front_of_them(tmp_path):
    """Extra fields there may be longer than in the table of contents."""
    data = in_zip(tmp_path / "set.zip", {"cat/0.png": solid()}, zipfile.ZIP_STORED)
    whole, extra = data.read_bytes(), struct.pack("<HH", 0xCAFE, 600) + bytes(600)
    name_end = NAME_AT + len("cat/0.png")
    head = whole[: NAME_AT - 2] + struct.pack("<H", len(extra)) + whole[NAME_AT:name_end]
    longer, end = head + extra + whole[name_end:-22], bytearray(whole[-22:])
    end[16:20] = struct.pack("<L", longer.index(ENTRY))
    data.write_bytes(longer + end)
    assert zipfile.ZipFile(data).testzip() is None
    assert listed(data) == {"cat/0.png": solid()}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_images_without_an_ending_are_told_by_their_first_bytes(tmp_path, method):
    data = in_zip(tmp_path / "set.zip", {"cat/0": solid(), "cat/1": b"text", "dog/0": b""}, method)
    assert listed(data) == {"cat/0": solid()}
    assert list_images(container(data)).passed["files of no known ending"] == (2, "cat/1")


def test_a_damaged_file_that_may_be_an_image_is_refused(tmp_path):
    data = in_zip(tmp_path / "set.zip", {"cat/0": solid(), **content()}, zipfile.ZIP_STORED)
    with refused("set.zip", "damaged", "cat/0"):
        listed(with_bits(data, NAME_AT + len("cat/0")))


def linked(path: Path, target: str, name: str = "set/dog/link.png") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, target)
        for name, data in {**content(), ".store/9": solid((9, 9, 9))}.items():
            archive.writestr(f"set/{name}", data)
    return path


@pytest.mark.parametrize("name", ["set/dog/link.png", "set/dog/link"])
@pytest.mark.parametrize("target", ["../cat/1.png", "0.png", "../.store/9"])
def test_links_to_files_of_the_archive_are_followed(tmp_path, name, target):
    right = {f"set/{name}": data for name, data in content().items()}
    files = {**right, "set/.store/9": solid((9, 9, 9))}
    right[name] = files[str((Path("/set/dog") / target).resolve())[1:]]
    assert listed(linked(tmp_path / "set.zip", target, name)) == right


def test_links_out_of_the_archive_are_passed_over_and_counted(tmp_path):
    data = linked(tmp_path / "set.zip", "../../../0.png")
    passed = list_images(container(data)).passed
    assert passed["links that lead out of the archive"] == (1, "set/dog/link.png")
    assert len(listed(data)) == 4


@pytest.mark.parametrize("target", ["gone.png", "link.png", "../cat", ""])
def test_links_to_no_file_are_refused(tmp_path, target):
    with refused("set.zip", "set/dog/link.png", "is a link to no file"):
        listed(linked(tmp_path / "set.zip", target))
