"""Names in a zip that does not say how they are encoded are those of the language's code page."""

import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.image_sets import solid
from support.mistakes import refused

from pipeline.sources.archive_names import likeliest
from pipeline.sources.registry import open_source
from pipeline.sources.source import Options, Source

CLASSES = {  # as people call them; several have the bytes of / or \ within a character
    "cp932": [
        "ソース ソテー サラダ",
        "猫 犬",
        "表 裏",
        "能面 般若",
        "良品 不良品",
        "りんご みかん",
    ],
    "cp950": ["功夫 功課 貓", "狗 貓", "蘋果 香蕉", "許 蓋", "良品 瑕疵"],
    "big5hkscs": ["嘢食 功夫", "啲士 巴士", "屋邨 許"],
    "gbk": ["猫 狗", "苹果 香蕉", "合格 不合格", "可回收垃圾 厨余垃圾", "汽车 飞机"],
    "cp949": ["강아지 고양이 토끼", "정상 비정상", "사과 바나나", "똠방각하 펲시"],
    "cp866": ["кошка собака", "яблоко груша", "Кот Пёс"],
    "cp850": ["Käse Brötchen", "niño niña", "Äpfel Öl"],
    "cp1252": ["Käse Brötchen", "maçã pão"],
    "utf-8": ["강아지 고양이", "猫 犬", "ソース", "é", "кошка"],
}


def old_zip(path: Path, names: list[bytes], flags: int = 0) -> Path:
    """An image of each name, which is as it is: zipfile would say which encoding it has."""
    stand_ins = [f"{i:03}".ljust(len(name), "#").encode() for i, name in enumerate(names)]
    with zipfile.ZipFile(path, "w") as archive:
        for i, name in enumerate(stand_ins):
            archive.writestr(name.decode(), solid((i, 0, 0)))
    data = path.read_bytes()
    for stand_in, name in zip(stand_ins, names, strict=True):
        assert data.count(stand_in) == 2
        data = data.replace(stand_in, name)
    path.write_bytes(data)
    return path


def opened(path: Path, encoding: str | None = None) -> Source:
    return open_source(str(path), Options(archive_encoding=encoding))


@pytest.mark.parametrize(("page", "names"), [(p, names) for p in CLASSES for names in CLASSES[p]])
def test_the_encoding_is_told_by_the_names(page, names):
    raw = [f"{name}/0.png".encode(page) for name in names.split()]
    assert [name.decode(likeliest(raw)) for name in raw] == [f"{n}/0.png" for n in names.split()]


@pytest.mark.parametrize("page", ["cp932", "cp950", "cp949", "cp866", "utf-8"])
def test_classes_of_an_old_zip(tmp_path, page):
    classes = CLASSES[page][0].split()
    names = [f"{name}/{i}.png".encode(page) for name in classes for i in range(3)]
    found = opened(old_zip(tmp_path / "set.zip", names))
    assert (found.classes, found.n) == (sorted(classes), 3 * len(classes))
    said = [f"Names in the archive read as {page}; archive_encoding sets another."]
    assert [line for line in found.said if "Names" in line] == said * (page != "utf-8")


def test_the_config_sets_the_encoding(tmp_path):
    names = [f"{name}/{i}.png".encode("cp1251") for name in ("кошка", "собака") for i in range(2)]
    data = old_zip(tmp_path / "set.zip", names)
    assert opened(data, "cp1251").classes == ["кошка", "собака"]
    assert len(opened(data).classes) == 2  # wrong ones, of which it is said that they are guessed
    with refused("set.zip", "not in utf-8", "archive_encoding"):
        opened(data, "utf-8")
    for encoding in ("klingon", "utf-16", "zlib"):
        with refused("config: archive_encoding", encoding):
            opened(data, encoding)
    (tmp_path / "folder").mkdir()
    with refused("config: archive_encoding", "no zip archive"):
        opened(tmp_path / "folder", "cp932")


# Bytes that cp932 reads as one character: NEC's own and IBM's own form of it.
SAME = b"\x87\x90", b"\x81\xe0"


def test_two_names_are_never_read_as_one(tmp_path):
    assert SAME[0].decode("cp932") == SAME[1].decode("cp932")
    names = [b"\x83\x5c\x81\x5b" + two + b"/0.png" for two in SAME]
    data = old_zip(tmp_path / "set.zip", names)
    assert len(opened(data).classes) == 2
    with refused("set.zip", "not in cp932"):
        opened(data, "cp932")


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=5, unique=True))
def test_any_bytes_have_an_encoding_in_which_they_differ(names):
    encoding = likeliest(names)
    assert len({name.decode(encoding) for name in names}) == len(names)


def unicode_field(raw: bytes, name: str) -> bytes:
    data = struct.pack("<BL", 1, zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(data)) + data


@pytest.mark.parametrize(
    ("checked", "classes"), [(b"0001/0.png", ["猫"]), (b"old name", ["0001"])]
)
def test_the_name_in_an_extra_field_counts_where_its_checksum_fits(tmp_path, checked, classes):
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for i in range(2):
            info = zipfile.ZipInfo(f"0001/{i}.png")
            raw = checked.replace(b"0.png", b"%d.png" % i)
            info.extra = unicode_field(raw, f"猫/{i}.png")
            archive.writestr(info, solid())
        archive.writestr("dog/0.png", solid())
    assert opened(tmp_path / "set.zip").classes == sorted([*classes, "dog"])


def test_one_class_in_two_ways_of_unicode_is_refused(tmp_path):
    names = [f"{name}/0.png".encode() for name in ("caf\u00e9", "cafe\u0301", "dog")]
    with refused("set.zip", "two classes", "Unicode"):
        opened(old_zip(tmp_path / "set.zip", names))
