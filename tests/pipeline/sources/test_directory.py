"""A directory as a container: its digest, and links."""

import hashlib
import os

import numpy as np
from support.image_sets import content, in_folder, run

from pipeline.sources.directory import Directory
from pipeline.sources.listing import list_images


def by_hand(files: dict[str, bytes]) -> str:
    """The digest of names and contents, in the order of the names."""
    lines = [f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n" for name in sorted(files)]
    return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()


def test_the_digest_is_that_of_what_was_read(tmp_path):
    files = content() | {
        os.fsdecode(b"cat/\xff.png"): b"x",
        "ünder/中.png": b"",
        "notes.txt": b"y",
    }
    directory = Directory(in_folder(tmp_path / "set", files))
    listing = list_images(directory)
    for order in ([4, 1], [5, 0, 2, 3, 1]):  # some are read twice
        read = {name: data for _, name, data in listing.contents(np.array(order))}
        assert read == {name: files[name] for name in read}
    del files["notes.txt"]
    assert directory.sha256() == by_hand(files)


def test_nothing_read_is_the_digest_of_nothing(tmp_path):
    directory = Directory(in_folder(tmp_path / "set", content()))
    list_images(directory)
    assert directory.sha256() == hashlib.sha256().hexdigest()


def test_a_link_to_a_file_inside_is_followed(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    (folder / "dog/2.png").symlink_to("../cat/0.png")
    (folder / "dog/3.png").symlink_to(folder / "dog/2.png")
    loaded = run(folder, tmp_path / "out")
    for name in ("dog/2.png", "dog/3.png"):
        np.testing.assert_array_equal(loaded.image(name), loaded.image("cat/0.png"))
        assert loaded.class_of(name) == "dog"
