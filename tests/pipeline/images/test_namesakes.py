"""Pictures in several sizes are told by their names; numbered photographs are not."""

import re

import numpy as np
import pytest
import yaml
from PIL import Image
from support.image_sets import encoded, in_folder, run, solid

from pipeline.images.namesakes import ADVICE, namesakes, stem

SIZES = (16, 24, 32)


def icons(name: str, number=5) -> dict[str, bytes]:
    """Pictures of two classes in several sizes; name: how each is called, after its folder."""
    return {
        f"{folder}/{name.format(i=chr(97 + i) * 3, n=n)}": solid((i, n, place), (n, n))
        for place, folder in enumerate(("flags", "tools"))
        for i in range(number)
        for n in SIZES
    }


def warned(tmp_path, files: dict[str, bytes], **reading) -> list[str]:
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out", reading=reading)
    return [note for note in loaded.found("note") if "images of other sizes" in note]


@pytest.mark.parametrize(
    "name",
    [
        "{i}-{n}x{n}.png",
        "{i}_{n}.png",
        "{i}{n}.png",
        "{i} ({n}).png",
        "{i}@{n}px.png",
        "{i}.{n}.png",
        "{i} {n} x {n}.png",
    ],
)
def test_pictures_in_several_sizes_are_warned_of_and_the_advice_keeps_them_together(
    tmp_path, name
):
    files = icons(name)
    (said,) = warned(tmp_path, files)
    assert said.startswith("Warning: 30 images are called like")
    assert "and 2 more" in said
    example = re.search(r"such as (.+) and 2 more", said)[1]
    assert example in files
    advice = yaml.safe_load(said[said.index("file_name: ") :])
    assert not warned(tmp_path / "mended", files, **advice)
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "grouped", reading=advice)
    pictures: dict[str, set[int]] = {}
    for file, group in zip(loaded.files, loaded.labels.group, strict=True):
        pictures.setdefault(re.search("([a-e]{3})", file)[1], set()).add(group)
    assert all(len(groups) == 1 for groups in pictures.values())
    assert len(set(loaded.labels.group)) == 5


def test_sizes_in_folders_and_of_screens(tmp_path):
    files = {
        f"{folder}/{n}x{n}/{i}.png": solid((i, n, place), (n, n))
        for place, folder in enumerate(("flags", "tools"))
        for i in range(4)
        for n in SIZES
    }
    assert len(warned(tmp_path / "folders", files, layout=["{class}/*/*"])) == 1
    twice = {
        f"{folder}/{i}{mark}.png": solid((i, place, 0), (n, n))
        for place, folder in enumerate(("flags", "tools"))
        for i in b"abcd"
        for mark, n in (("", 8), ("@2x", 16))
    }
    assert len(warned(tmp_path / "screens", twice)) == 1


@pytest.mark.parametrize("name", ["{i:04d}.jpg", "photo_{i}.jpg", "n01_{i}.JPEG", "{i} (1).jpg"])
def test_numbered_photographs_are_not(tmp_path, name):
    rng = np.random.default_rng(0)
    files = {
        f"{folder}/{name.format(i=i)}": solid((i, place, 0), tuple(rng.integers(4, 40, 2)))
        for place, folder in enumerate(("cat", "dog"))
        for i in range(60)
    }
    assert not warned(tmp_path, {file.replace(".jp", ".png.jp"): d for file, d in files.items()})


def test_neither_are_copies_of_one_size_in_two_formats(tmp_path):
    files = {
        f"{folder}/{i}.{kind}": encoded(Image.new("RGB", (4 + i, 4), (i, place, 0)), kind)
        for place, folder in enumerate(("cat", "dog"))
        for i in range(10)
        for kind in ("png", "bmp")
    }
    assert not warned(tmp_path, files)


def test_few_of_them_are_not_worth_a_word(tmp_path):
    few = icons("{i}_{n}.png", number=2)
    others = {f"flags/photo {i}.png": solid((i, 0, 77)) for i in range(12)}
    assert not warned(tmp_path, few | others)
    assert warned(tmp_path / "more", icons("{i}_{n}.png", number=3) | others)


def test_skipped_images_do_not_count(tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("file\na_8.png\na_9.png\nb_8.png\nb_9.png\n")
    sizes, group = np.array([[8, 8], [9, 9], [8, 8], [9, 9]]), np.arange(4)
    assert list(namesakes(table, sizes, group, np.ones(4, bool)))
    assert not list(namesakes(table, sizes, group, np.array([True, False, False, True])))
    assert not list(namesakes(table, sizes, np.zeros(4, int), np.ones(4, bool)))


@pytest.mark.parametrize(
    ("file", "size", "expected"),
    [
        ("a/logo_16.png", (16, 16), "a/logo"),
        ("a/logo_16.png", (32, 32), "a/logo_16"),
        ("a/logo-40x30.png", (40, 30), "a/logo"),
        ("a/logo-40x30.png", (30, 40), "a/logo"),
        ("a/logo-40x31.png", (40, 30), "a/logo-40x31"),
        ("a/logo@2x.png", (9, 9), "a/logo"),
        ("16x16/logo.png", (16, 16), "*/logo"),
        ("16x16/logo.png", (17, 16), "16x16/logo"),
        ("logo", (16, 16), "/logo"),
        ("a/" + "-" * 60_000 + "1.png", (16, 16), "a/" + "-" * 60_000 + "1"),
        ("a/" + "1" * 60_000 + ".png", (16, 16), "a/" + "1" * 60_000),
    ],
    ids=range(11),
)
def test_a_stem_lacks_the_size(file, size, expected):
    assert stem(file, *size) == expected


def test_the_advice_is_yaml():
    assert list(yaml.safe_load(ADVICE)) == ["file_name"]
