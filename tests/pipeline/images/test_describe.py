"""What was understood of the data is said before any work, and names are shown as text."""

import os
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from support.image_sets import KINDS, content, encoded, in_folder, packed, run, solid

from pipeline.images.describe import worth_folds
from pipeline.images.labels import KNOWN, Labels
from pipeline.runtime.markdown import escaped
from pipeline.sources.image_folder import open as open_folder

# ---- a small Markdown reader: enough to tell what a page shows


def shown_by_markdown(line: str) -> str:
    """A line without its escapes; fails for punctuation that would be markup."""
    text = re.sub(r"\\([!-/:-@\[-`{-~])", lambda found: chr(0xE000 + ord(found[1])), line)
    assert not re.search(r"[\\`*\[\]<>|$~&#]|(?<![^\W_])_|_(?![^\W_])|:[\w+-]+:", text), line
    return re.sub(r"[\ue000-\ue0ff]", lambda found: chr(ord(found[0]) - 0xE000), text)


def cells(line: str) -> list[str]:
    inner = line.removeprefix("| ").removesuffix(" |")
    return [shown_by_markdown(cell) for cell in inner.split(" | ")]


def read_page(page: str) -> tuple[str, str, list[list[str]], list[str]]:
    """The title, the line below, the rows of the table, and the items of the list."""
    title, empty, images, empty_too, *rest = page.splitlines()
    assert title.startswith("# ")
    assert not empty
    assert not empty_too
    end = rest.index("")
    head, rule, *rows = rest[:end]
    assert rule == "| --- | --- | --- | --- | --- |"
    items = rest[end + 1 :]
    assert all(item.startswith("- ") for item in items)
    table = [cells(head), *map(cells, rows)]
    assert all(len(row) == 5 for row in table)
    return (
        shown_by_markdown(title[2:]),
        shown_by_markdown(images),
        table,
        [shown_by_markdown(item[2:]) for item in items],
    )


# ---- counts


def counted() -> dict[str, bytes]:
    """5 and 2 training images, 1 and 3 test images, all different."""
    numbers = {"train/cat": 5, "train/dog": 2, "test/cat": 1, "test/dog": 3}
    return {
        f"{folder}/{i}.png": solid((i, place, 0))
        for place, (folder, n) in enumerate(numbers.items())
        for i in range(n)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_images_and_classes_of_each_split_are_counted(tmp_path, kind, capsys):
    loaded = run(packed(tmp_path, kind, counted()), tmp_path / "out")
    _, images, table, items = read_page(loaded.said)
    assert images == "11 images of 2 classes."
    assert table == [
        ["split", "images", "classes", "smallest class", "largest class"],
        ["train", "7", "2", "dog (2)", "cat (5)"],
        ["test", "4", "2", "cat (1)", "dog (3)"],
    ]
    assert loaded.found("images") == {
        "cat train": ("5", ""),
        "dog train": ("2", ""),
        "cat test": ("1", ""),
        "dog test": ("3", ""),
    }
    assert "Size: all have 4 x 4 pixels." in items
    assert any("fewer than 10 images: 2, such as dog with 5" in item for item in items)
    said = capsys.readouterr().err
    assert "11 images of 2 classes." in said
    for row in table:
        assert re.search(r"\s+".join(map(re.escape, row)), said)
    for item in items:
        assert f"- {item}\n" in said


def test_a_split_that_is_to_be_drawn_is_called_so(tmp_path):
    loaded = run(in_folder(tmp_path / "set", content()), tmp_path / "out")
    _, _, table, _ = read_page(loaded.said)
    assert table[1:] == [["to be drawn", "4", "2", "cat (2)", "cat (2)"]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_that_is_passed_over_is_counted(tmp_path, kind):
    others = {"README.md": b"x", "cat/a.txt": b"x", "dog/b.txt": b"x", "cat/.DS_Store": b"x"}
    loaded = run(packed(tmp_path, kind, content() | others), tmp_path / "out")
    assert loaded.found("passed over") == {
        ".md files": ("1", "README.md"),
        ".txt files": ("2", "cat/a.txt"),
        "hidden files": ("1", "cat/.DS_Store"),
    }
    _, _, _, items = read_page(loaded.said)
    assert "Passed over: .txt files, 2, such as cat/a.txt." in items


def test_images_that_the_config_leaves_out_are_in_both_files(tmp_path):
    files = content() | {"x1.png": solid((1, 1, 1)), "x2.png": solid((2, 2, 2))}
    reading = {"layout": ["{class}/*"]}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out", reading=reading)
    _, _, _, items = read_page(loaded.said)
    (said,) = [item for item in items if "fit no pattern of layout" in item]
    assert "2 images" in said
    assert said in loaded.found("note")


def test_every_repair_is_counted(tmp_path):
    clear = encoded(Image.new("RGBA", (4, 4), (1, 2, 3, 100)))
    grey = encoded(np.full((4, 4), 60000, np.uint16))
    files = {"cat/2.png": clear, "cat/3.png": clear, "dog/2.png": grey}
    loaded = run(in_folder(tmp_path / "set", content() | files), tmp_path / "out")
    assert loaded.found("repair") == {
        "alpha laid on white": ("2", "cat/2.png"),
        "16 bits to 8": ("1", "dog/2.png"),
    }
    _, _, _, items = read_page(loaded.said)
    assert "Repaired: 16 bits to 8, 1, such as dog/2.png." in items


def test_many_sizes_are_summed_up(tmp_path):
    files = {f"{'ab'[i % 2]}/{i}.png": solid(size=(i + 1, 3)) for i in range(120)}
    files |= {f"a/more{i}.png": solid((i, 0, 0), size=(7, 3)) for i in range(3)}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    sizes = loaded.found("size")
    assert next(iter(sizes)) == "7 x 3"
    assert sizes["7 x 3"][0] == "4"
    assert sizes["20 others"][0] == "20"
    assert sum(int(n) for n, _ in sizes.values()) == 123
    assert "7 x 3 (4), 1 x 3 (1), 2 x 3 (1), 3 x 3 (1), 4 x 3 (1) and 115 more." in loaded.said


# ---- what is shared


def warnings(page: str) -> list[str]:
    found = [item for item in read_page(page)[3] if item.startswith(("Warning", "Images with"))]
    return [item for item in found if "fewer than" not in item]


def test_without_copies_nothing_is_said_of_them(tmp_path):
    loaded = run(in_folder(tmp_path / "set", counted()), tmp_path / "out")
    assert not loaded.found("duplicates")
    assert not warnings(loaded.said)


def test_copies_in_other_formats_are_counted(tmp_path):
    red = Image.new("RGB", (4, 4), (200, 0, 0))
    files = {"cat/8.png": encoded(red), "cat/8.bmp": encoded(red, "bmp")}
    files |= {"cat/9.webp": encoded(red, "webp", lossless=True)}
    loaded = run(in_folder(tmp_path / "set", content() | files), tmp_path / "out")
    # cat/0 and dog/0, cat/1 and dog/1, and two of the three red ones.
    assert loaded.found("duplicates")["copies of another image"] == ("4", "")
    assert any("the same pixels as another: 4;" in item for item in warnings(loaded.said))


def test_test_images_that_are_in_train_are_counted(tmp_path):
    files = counted() | {f"test/cat/x{i}.png": solid((i, 0, 0)) for i in range(2)}
    files |= {"test/cat/x2.png": solid((0, 0, 0))}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    (n, example) = loaded.found("duplicates")[
        "test images that are in train or validation too test"
    ]
    assert n == "3"
    assert example in {f"test/cat/x{i}.png" for i in range(3)}
    (said,) = [item for item in warnings(loaded.said) if "7 test images" in item]
    assert said.startswith("Warning: 3 of 7 test images have the same pixels")
    for choice in ("report", "drop_from_test", "refuse"):
        assert choice in said


def test_validation_images_that_are_in_train_are_counted(tmp_path):
    files = counted() | {"val/cat/0.png": solid((1, 0, 0)), "val/dog/0.png": solid((77, 0, 0))}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    key = "validation images that are in train too validation"
    assert loaded.found("duplicates")[key] == ("1", "val/cat/0.png")
    assert any("1 of 2 validation images" in item for item in warnings(loaded.said))


def test_pictures_in_two_classes_are_named(tmp_path):
    loaded = run(in_folder(tmp_path / "set", content()), tmp_path / "out")
    n, example = loaded.found("duplicates")["pictures that stand in several classes"]
    assert n == "2"
    assert example in content()
    assert any(
        f"several classes: 2, such as {example}, in cat and dog." in item
        for item in warnings(loaded.said)
    )


def test_of_a_picture_in_many_classes_few_are_named(tmp_path):
    files = {f"{name}/{i}.png": solid((i, 0, 0)) for name in "abcdef" for i in range(2)}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    assert any(item.endswith(", in a and b and c and 3 more.") for item in warnings(loaded.said))


def test_groups_over_the_splits_of_the_data_are_counted(tmp_path):
    names = {"train/cat": "pqr", "train/dog": "stu", "test/cat": "xp", "test/dog": "ys"}
    files = {
        f"{folder}/{patient}_0.png": solid((ord(patient), place, 0))
        for place, (folder, patients) in enumerate(names.items())
        for patient in patients
    }
    reading = {"file_name": r"^(?P<group>\w)_\d"}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out", reading=reading)
    key = "test images of a group that is in train or validation too test"
    n, example = loaded.found("duplicates")[key]
    assert n == "2"
    assert example in {"test/cat/p_0.png", "test/dog/s_0.png"}
    assert any("2 of 4 test images are of a group" in item for item in warnings(loaded.said))


# ---- names

ODD = ["a|b", "$x$", "`c`", "<b>d</b>", "*e*", "_f_", "[g](h)", "~~i~~", "&amp;", "j #1", ":cat:"]
ODD += ["\\k", "!l", "=1+1", "+m", "-n", "@o", "1. p", "--- | ---", "'=q", "r\ns", "t\tu"]


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_classes_and_files_are_shown_as_text(tmp_path, kind):
    files = {}
    for place, name in enumerate(ODD):
        name = name.replace("/", "\u2215").replace("\\", "\\" if kind == "folder" else "\u2216")
        files |= {f"{name}/{name} {i}.png": solid((place, i, 0)) for i in range(3 + place)}
    junk = {f"{next(iter(files)).split('/')[0]}/_x_ | $y$.txt": b""}
    loaded = run(packed(tmp_path, kind, files | junk), tmp_path / "out")
    _, images, table, items = read_page(loaded.said)
    assert images == f"{sum(3 + i for i in range(22))} images of 22 classes."
    assert table[1][3:] == ["a|b (3)", f"{ODD[-1]!a} (24)"]
    assert "Passed over: .txt files, 1, such as a|b/_x_ | $y$.txt." in items
    assert len(loaded.said.splitlines()) == 8 + len(items)
    for name in loaded.classes:
        text = f"'{name}" if re.match(r"[\s']*[=+@-]", name) else name
        assert text in loaded.found("images")


def test_a_formula_is_text_in_the_table_and_as_it_is_in_labels(tmp_path):
    files = {f"{name}/{name}{i}.png": solid((i, 0, 0)) for name in ("=1+1", "@x") for i in (1, 2)}
    files |= {"-x.txt": b"", "@y.md": b""}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    assert loaded.classes == ["=1+1", "@x"]
    assert "=1+1/=1+11.png" in loaded.files
    assert set(loaded.found("images")) == {"'=1+1", "'@x"}
    assert loaded.found("passed over")[".txt files"] == ("1", "'-x.txt")
    text = (tmp_path / "out/data.csv").read_text()
    assert not re.search(r'(?:^|,)"?[=+@-]', text, re.MULTILINE)


def test_names_that_are_no_text_at_all(tmp_path):
    odd = os.fsdecode(b"caf\xe9")
    files = {f"{odd}/{i}.png": solid((i, 0, 0)) for i in range(3)} | {f"x/{odd}.png": solid()}
    files |= {f"{odd}.txt": b"", f"x/.{odd}": b"", f"{odd}.{odd}": b""}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    assert ascii(odd) in loaded.found("images")
    assert loaded.found("passed over")[".txt files"][1] == "'caf\\udce9.txt'"
    read_page(loaded.said)


def test_every_mark_of_markdown_is_escaped():
    marks = "".join(map(chr, range(32, 127))) + " :cat: :+1: http://x a_b"
    assert shown_by_markdown(escaped(marks)) == marks


def test_what_a_source_says_is_shown_as_text(tmp_path, monkeypatch):
    folder = in_folder(tmp_path / "set", content())
    odd = 'set ignore: ["*_x*"] | $y$'

    def opened(data, options):
        return replace(open_folder(data, options), said=[odd])

    monkeypatch.setattr("pipeline.images.load.open_source", opened)
    loaded = run(folder, tmp_path / "out")
    assert odd in read_page(loaded.said)[3]
    assert odd in loaded.found("note")


# ---- the same bytes


def test_all_is_the_same_for_any_number_of_threads(tmp_path):
    files = {
        f"{'ab'[i % 2]}/{i:03d}.png": solid((i % 100, 0, 0), (4 + i % 3, 4)) for i in range(450)
    }
    files |= {"a/bad.png": b"", "b/bad.png": b"text", "c.txt": b""}
    data = packed(tmp_path, "zip", files)
    for threads in (1, 2, 3):
        run(data, tmp_path / str(threads), threads=threads, unreadable="skip")
    for file in (tmp_path / "1").iterdir():
        for threads in (2, 3):
            assert (tmp_path / str(threads) / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("counts", "splits", "few"),
    [
        ([1000, 999], ("",), "2,000"),
        ([1000, 1000], ("", "train"), None),
        ([1961, 39], ("",), "40 of a class's"),
        ([1960, 40], ("",), None),
        ([10, 10], ("train", "test"), None),
        ([10, 10], ("train", "validation"), None),
        ([1000, 1000], ("", "skipped"), "2,000"),
    ],
)
def test_folds_are_named_where_few_images_are_to_be_drawn_from(counts, splits, few):
    label = np.repeat(np.arange(len(counts)), counts)
    split = np.array([KNOWN.index(splits[i % len(splits)]) for i in range(len(label))])
    said = list(worth_folds(["a", "b"], Labels(label, split, label, label)))
    assert len(said) == (few is not None)
    assert all(f"Fewer than {few} images to draw" in sentence for sentence in said)
