"""Images come out as their pixels say, in the seed's order, with the right labels."""

import hashlib
import io
import os
import shutil
import tarfile
import zipfile

import numpy as np
import pytest
import tifffile
from PIL import Image
from support.image_sets import (
    KINDS,
    content,
    encoded,
    fails,
    in_folder,
    in_zip,
    packed,
    run,
    solid,
)

# ---- layout


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrapper", ["", "my set/"])
def test_pixels_labels_and_splits_are_those_of_the_files(tmp_path, kind, wrapper):
    rng = np.random.default_rng(0)
    pixels = {
        f"{wrapper}{split}/{name}/{i}.png": rng.integers(0, 256, (5, 7, 3), np.uint8)
        for split in ("train", "test")
        for name in ("dog", "cat")
        for i in range(3)
    }
    files = {name: encoded(image) for name, image in pixels.items()}
    junk = {"README.txt": b"x", f"{wrapper}train/.DS_Store": b"x", "__MACOSX/._0.png": b"x"}
    loaded = run(packed(tmp_path, kind, files | junk), tmp_path / "out")
    assert loaded.classes == ["cat", "dog"]
    assert sorted(loaded.files) == sorted(pixels)
    assert loaded.images.dtype == np.uint8
    assert len(set(loaded.labels.group)) == len(pixels)
    for file, split in zip(loaded.files, loaded.splits, strict=True):
        np.testing.assert_array_equal(loaded.image(file), pixels[file])
        assert f"/{loaded.class_of(file)}/" in file
        assert file.removeprefix(wrapper).startswith(f"{split}/")


@pytest.mark.parametrize("kind", KINDS)
def test_without_splits_classes_are_the_top_folders(tmp_path, kind):
    loaded = run(packed(tmp_path, kind, content()), tmp_path / "out")
    assert set(loaded.splits) == {""}
    assert [loaded.class_of(file) for file in ("cat/0.png", "dog/1.png")] == ["cat", "dog"]


def test_train_alone_is_split_later(tmp_path):
    files = {f"set/train/{name}": data for name, data in content().items()}
    loaded = run(packed(tmp_path, "zip", files), tmp_path / "out")
    assert loaded.classes == ["cat", "dog"]
    assert set(loaded.splits) == {""}


def test_the_order_is_random_depends_on_the_seed_and_on_nothing_else(tmp_path):
    files = {f"{name}/{i:03d}.png": solid((i, 1, 2)) for name in "ab" for i in range(150)}
    orders, sums = [], set()
    for kind in KINDS:
        for threads in (1, 2):
            data = packed(tmp_path, kind, files)
            loaded = run(data, tmp_path / f"{kind}{threads}", seed=3, threads=threads)
            orders.append(loaded.files)
            sums.add((tmp_path / f"{kind}{threads}" / "images.npy").read_bytes())
            for row, file in enumerate(loaded.files):
                assert loaded.images[row, 0, 0, 0] == int(file[2:5])
    assert all(order == orders[0] for order in orders)
    assert len(sums) == 1
    other = run(tmp_path / "set", tmp_path / "other", seed=4).files
    assert other != orders[0]
    first_half = [file[0] for file in orders[0][:150]]
    assert 50 < first_half.count("a") < 100  # a run of neighbours is a fair sample


def test_the_checksum_follows_the_content(tmp_path):
    archive = in_zip(tmp_path / "set.zip", content())
    found = run(archive, tmp_path / "a").checksum
    assert found["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert (found["data"], found["n_images"]) == ("set.zip", 4)
    folder = in_folder(tmp_path / "set", content())
    before = [run(folder, tmp_path / f"b{s}", seed=s).checksum["sha256"] for s in (0, 1)]
    assert before[0] == before[1]
    (folder / "cat" / "0.png").write_bytes(solid((99, 0, 0)))
    assert run(folder, tmp_path / "c").checksum["sha256"] != before[0]


# ---- decoding

GREY_16 = np.array([[0, 128, 129, 257], [32767, 32768, 65278, 65535]], np.uint16)
AS_8_BIT = [[0, 0, 1, 1], [127, 128, 254, 255]]  # v / 257, rounded


def shaped(*image: bytes) -> dict[str, bytes]:
    return dict(zip(("cat/0.png", "dog/0.png"), image * 2, strict=False))


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "TIF", "webp"])
def test_lossless_formats_keep_every_pixel(tmp_path, suffix):
    pixels = np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8)
    kind = {"TIF": "tiff"}.get(suffix, suffix)
    data = encoded(pixels, kind, **({"lossless": True} if suffix == "webp" else {}))
    folder = in_folder(tmp_path / "set", {f"{name}/0.{suffix}": data for name in "ab"})
    np.testing.assert_array_equal(run(folder, tmp_path / "out").images[0], pixels)


@pytest.mark.parametrize("suffix", ["jpg", "JPEG"])
def test_jpeg_is_what_pillow_says(tmp_path, suffix):
    ramp = np.linspace(0, 255, 20 * 30 * 3).reshape(20, 30, 3).astype(np.uint8)
    data = encoded(ramp, "jpeg")
    folder = in_folder(tmp_path / "set", {f"{name}/0.{suffix}": data for name in "ab"})
    expected = np.asarray(Image.open(io.BytesIO(data)))
    np.testing.assert_array_equal(run(folder, tmp_path / "out").images[0], expected)


def one_pixel(mode: str, color, **options) -> bytes:
    return encoded(Image.new(mode, (1, 1), color), **options)


def palette(transparent: bool) -> bytes:
    image = Image.new("P", (1, 1), 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    return encoded(image, **({"transparency": 1} if transparent else {}))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (one_pixel("L", 77), (77, 77, 77)),
        (one_pixel("1", 1), (255, 255, 255)),
        (palette(False), (200, 100, 50)),
        (palette(True), (255, 255, 255)),
        (one_pixel("RGBA", (200, 100, 50, 0)), (255, 255, 255)),
        (one_pixel("RGBA", (200, 100, 50, 255)), (200, 100, 50)),
        (one_pixel("RGBA", (200, 100, 0, 51)), (244, 224, 204)),  # 0.2 of it on 0.8 of white
        (one_pixel("LA", (0, 51)), (204, 204, 204)),
        (one_pixel("CMYK", (0, 0, 0, 255), kind="tiff"), (0, 0, 0)),
    ],
)
def test_every_kind_of_pixel_becomes_rgb(tmp_path, data, expected):
    loaded = run(in_folder(tmp_path / "set", shaped(data)), tmp_path / "out")
    np.testing.assert_array_equal(loaded.images[0, 0, 0], expected)


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_16_bit_grey_is_scaled_and_rounded(tmp_path, kind):
    data = encoded(GREY_16, kind)
    loaded = run(in_folder(tmp_path / "set", shaped(data)), tmp_path / "out")
    np.testing.assert_array_equal(loaded.images[0], np.dstack([AS_8_BIT] * 3))


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("step", [1, 257])
def test_colour_tiff_of_8_and_16_bits(tmp_path, planar, step):
    kind = np.uint8 if step == 1 else np.uint16
    pixels = (np.arange(24) * step).astype(kind).reshape(2, 4, 3)
    stored = pixels if planar == "contig" else np.moveaxis(pixels, -1, 0)
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, np.ascontiguousarray(stored), photometric="rgb", planarconfig=planar)
    files = {f"{name}/0.tif": buffer.getvalue() for name in "ab"}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    np.testing.assert_array_equal(loaded.images[0], pixels // step)


def test_exif_orientation_is_obeyed(tmp_path):
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, :16] = 255  # the left half is white
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn it a quarter clockwise to see it upright": left becomes top
    data = encoded(pixels, "jpeg", exif=exif, quality=100)
    files = {f"{name}/0.jpg": data for name in "ab"}
    image = run(in_folder(tmp_path / "set", files), tmp_path / "out").images[0]
    assert image.shape == (32, 16, 3)
    assert image[:14].min() > 240
    assert image[18:].max() < 15


def test_image_size_crops_the_centre_square_and_scales(tmp_path):
    wide = np.zeros((40, 100, 3), np.uint8)
    wide[:, 30:70] = (200, 100, 50)  # exactly the centre square
    tall = np.ascontiguousarray(wide.transpose(1, 0, 2))
    files = {"a/0.png": encoded(wide), "b/0.png": encoded(tall)}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out", image_size=8)
    np.testing.assert_array_equal(
        loaded.images, np.broadcast_to(np.uint8([200, 100, 50]), (2, 8, 8, 3))
    )


def test_scaling_down_is_anti_aliased(tmp_path):
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255  # finer than the small image can show
    data = encoded(stripes)
    folder = in_folder(tmp_path / "set", shaped(data))
    image = run(folder, tmp_path / "out", image_size=8).images[0]
    np.testing.assert_allclose(image[2:-2, 2:-2], 127.5, atol=2)


def test_image_size_also_scales_known_sets(tmp_path):
    assert run("photos", tmp_path / "out", image_size=8).images.shape == (10_000, 8, 8, 3)


# ---- bad input


def test_unknown_name_or_missing_path(tmp_path):
    fails("cifar11", tmp_path / "out", "data", "cifar11", "photos, cifar10")
    fails(tmp_path / "absent.zip", tmp_path / "out", "data", "absent.zip")
    fails("", tmp_path / "out", "data", "photos")


def test_a_file_that_is_no_archive(tmp_path):
    (tmp_path / "set.rar").write_bytes(b"x")
    fails(tmp_path / "set.rar", tmp_path / "out", "set.rar", ".zip")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "bad",
    [b"", b"not an image", solid(size=(40, 40))[:60], encoded(np.zeros((8, 8), "f4"), "tiff")],
    ids=["empty", "text", "truncated", "32-bit"],
)
def test_unreadable_image(tmp_path, kind, bad, threads):
    data = packed(tmp_path, kind, content() | {"dog/bad one.png": bad})
    fails(data, tmp_path / "out", "set", "dog/bad one.png", "replace", threads=threads)


def test_truncated_image_of_every_format(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    for kind in ("png", "jpeg", "bmp", "webp", "tiff"):
        whole = encoded(pixels, kind)
        files = {"a/0.png": encoded(pixels), f"b/cut.{kind}": whole[: len(whole) // 2]}
        data = in_zip(tmp_path / f"{kind}.zip", files)
        fails(data, tmp_path / "out", f"b/cut.{kind}", f"{kind}.zip")


@pytest.mark.parametrize("kind", KINDS)
def test_unequal_sizes(tmp_path, kind):
    files = content() | {"dog/wide.png": solid(size=(9, 5))}
    data = packed(tmp_path, kind, files)
    fails(data, tmp_path / "out", "dog/wide.png", "9 x 5", "4 x 4", "image_size")


@pytest.mark.parametrize("kind", KINDS)
def test_no_images_one_class_and_stray_images(tmp_path, kind):
    out = tmp_path / "out"
    cases = {
        "none": ({"a/readme.txt": b"", "b/x.gif": b""}, "holds no images"),
        "one": ({"cat/0.png": solid()}, "one class only"),
        "one_wrapped": ({"set/cat/0.png": solid(), "set/cat/1.png": solid()}, "one class only"),
        "stray": (content() | {"cover.png": solid()}, "cover.png"),
        "stray_split": (
            {f"{s}/{c}/0.png": solid() for s in ("train", "test") for c in "ab"}
            | {"train/odd.png": solid()},
            "train/odd.png",
        ),
    }
    for name, (files, words) in cases.items():
        (tmp_path / name).mkdir()
        fails(packed(tmp_path / name, kind, files), out, words, "set")


def test_empty_class_folder(tmp_path):
    folder = in_folder(tmp_path / "set", content())
    (folder / "bird").mkdir()
    fails(folder, tmp_path / "out", "bird", "holds no images")
    for kind, suffix in (("zip", "zip"), ("gztar", "tar.gz")):
        shutil.make_archive(str(tmp_path / "packed"), kind, tmp_path, "set")
        fails(tmp_path / f"packed.{suffix}", tmp_path / "out", "set/bird", "holds no images")


@pytest.mark.parametrize("kind", KINDS)
def test_classes_of_train_and_test_must_agree(tmp_path, kind):
    both = {f"{s}/{c}/0.png": solid() for s in ("train", "test") for c in "ab"}
    for s, other in (("train", "test"), ("test", "train")):
        (tmp_path / s).mkdir()
        data = packed(tmp_path / s, kind, both | {f"{s}/extra/0.png": solid()})
        fails(data, tmp_path / "out", f"class extra of {s} is missing in {other}")


def test_other_folders_beside_train(tmp_path):
    both = {f"{s}/{c}/0.png": solid() for s in ("train", "test") for c in "ab"}
    more = in_folder(tmp_path / "more", both | {"val/a/0.png": solid()})
    fails(more, tmp_path / "out", "the folder val", "beside train and test")
    no_test = {name.replace("test", "val"): data for name, data in both.items()}
    fails(in_folder(tmp_path / "set", no_test), tmp_path / "out", "val", "rename it to test")


def test_decompression_bomb_image(tmp_path):
    bomb = encoded(Image.new("1", (12_000, 12_000)), "png")
    assert len(bomb) < 200_000
    folder = in_folder(tmp_path / "set", content() | {"dog/bomb.png": bomb})
    fails(folder, tmp_path / "out", "dog/bomb.png", "pixels", image_size=4)


def test_a_name_with_a_line_break_stays_in_one_line(tmp_path):
    folder = in_folder(tmp_path / "set", content() | {"dog/a\nb.png": b"bad"})
    fails(folder, tmp_path / "out", "a\\nb.png")


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip"])
def test_an_archive_of_the_folder_itself(tmp_path, kind):
    """As `tar czf set.tgz -C folder .` makes it: the folder's own entry is called "."."""
    data = packed(tmp_path, kind, {"./cat/0.png": solid(), "./dog/0.png": solid()})
    if kind == "zip":
        with zipfile.ZipFile(data, "a") as archive:
            archive.writestr("./", b"")
    else:
        folder = in_folder(tmp_path / "set", content())
        with tarfile.open(data, "w:gz" if kind == "tar.gz" else "w") as archive:
            archive.add(folder, ".")
    assert run(data, tmp_path / "out").classes == ["cat", "dog"]


def test_names_that_are_no_clean_text_are_written_as_text(tmp_path):
    odd = os.fsdecode(b"caf\xe9")  # Latin-1
    files = {f"{odd}/a\rb.png": solid(), f"{odd}/1.png": solid(), "dog/0.png": solid()}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    assert loaded.classes == sorted([ascii(odd), "dog"], key=loaded.classes.index)
    assert sorted(loaded.files) == sorted(
        [ascii(f"{odd}/a\rb.png"), ascii(f"{odd}/1.png"), "dog/0.png"]
    )
    assert sorted(loaded.labels.label) == sorted(
        [*[loaded.classes.index(ascii(odd))] * 2, loaded.classes.index("dog")]
    )
    "".join(loaded.classes).encode("utf-8")
