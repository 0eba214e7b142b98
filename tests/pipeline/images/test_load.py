"""Images come out as their pixels say, in the seed's order, with the right labels."""

import hashlib
import io
import os
import tracemalloc
import zipfile
from dataclasses import replace

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
    in_tar,
    in_zip,
    packed,
    run,
    solid,
)

from features.errors import BadInput
from pipeline.sources import registry
from pipeline.sources.source import Options

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


# ---- one size for all


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_unequal_sizes_are_brought_to_32_and_it_is_said(tmp_path, kind, threads):
    files = content() | {"dog/wide.png": solid((7, 8, 9), size=(9, 5))}
    data = packed(tmp_path, kind, files)
    loaded = run(data, tmp_path / "out", threads=threads)
    assert loaded.images.shape == (5, 32, 32, 3)
    assert (loaded.image("dog/wide.png") == (7, 8, 9)).all()
    assert "each is brought to 32 x 32" in loaded.said
    assert loaded.form["size"] == 32
    assert "image_size" in loaded.said
    sizes = loaded.found("size")
    assert {size: n for size, (n, _) in sizes.items()} == {"4 x 4": "4", "9 x 5": "1"}
    assert sizes["9 x 5"][1] == "dog/wide.png"
    if kind != "folder":  # of which the digests are of what was read
        digest = hashlib.sha256(data.read_bytes()).hexdigest()
        assert loaded.checksum["sha256"] == digest


def test_the_last_image_alone_may_differ_in_size(tmp_path):
    files = {f"{name}/{i:03d}.png": solid((i, 0, 0)) for name in "ab" for i in range(250)}
    data = in_tar(tmp_path / "set.tar", files | {"b/z.png": solid(size=(5, 4))})
    one, two = (run(data, tmp_path / f"{n}", threads=n) for n in (1, 2))
    assert one.images.shape == (501, 32, 32, 3)
    for row, file in enumerate(one.files):
        assert file == "b/z.png" or one.images[row, 9, 9, 0] == int(file[2:5])
    assert one.images.tobytes() == two.images.tobytes()
    assert one.said == two.said


def test_images_of_one_size_keep_it(tmp_path):
    files = {f"{name}.png": solid(size=(45, 7)) for name in ("a/0", "a/1", "b/0", "b/1")}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out")
    assert loaded.images.shape == (4, 7, 45, 3)
    assert "all have 45 x 7 pixels" in loaded.said
    assert "32 x 32" not in loaded.said


def test_a_size_that_is_given_is_not_talked_about(tmp_path):
    files = content() | {"dog/wide.png": solid(size=(9, 5))}
    loaded = run(in_folder(tmp_path / "set", files), tmp_path / "out", image_size=8)
    assert loaded.images.shape == (5, 8, 8, 3)
    assert loaded.form["size"] == 8
    assert "differ in size" not in loaded.said


# ---- 16-bit grey


def grey(*peaks: int) -> list[bytes]:
    """16-bit images with values from 0 to these."""
    return [encoded(np.array([[0, peak // 2], [peak, 0]], np.uint16)) for peak in peaks]


def of_grey(tmp_path, *peaks: int, **options):
    names = [f"{split}/{name}/0.png" for split in ("train", "test") for name in "ab"]
    files = dict(zip(names, grey(*peaks), strict=True))
    return run(in_folder(tmp_path / "set", files), tmp_path / "out", **options)


def test_a_narrow_range_is_warned_of(tmp_path):
    loaded = of_grey(tmp_path, 4095, 300, 200, 100)
    assert "Warning: 16-bit grey images have values from 0 to 4095 only" in loaded.said
    assert "range: measured" in loaded.said
    assert loaded.image("train/a/0.png").max() == 16  # 4095 / 257 is 15.9


@pytest.mark.parametrize("peak", [40000, 65535])
def test_a_wide_range_is_not(tmp_path, peak):
    assert "16-bit grey images have" not in of_grey(tmp_path, peak, 300, 200, 100).said


@pytest.mark.parametrize("white", [4095, 40000, 65535])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_largest_value_of_a_measured_range_is_white(tmp_path, white, threads):
    loaded = of_grey(tmp_path, 1000, white, 500, 100, range="measured", threads=threads)
    assert loaded.image("train/b/0.png").max() == 255
    for file, peak in (("train/a/0.png", 1000), ("test/a/0.png", 500)):
        assert loaded.image(file).max() == round(peak * 255 / white)
    assert f"is {white}, and is made white" in loaded.said
    assert loaded.form == {"size": 0, "resize": "crop", "white": white}


def test_test_images_do_not_say_what_is_white(tmp_path):
    loaded = of_grey(tmp_path, 1000, 2000, 500, 60000, range="measured")
    assert loaded.image("train/b/0.png").max() == 255
    assert loaded.image("train/a/0.png").max() == 128  # 127.5, and ties go to the even
    assert loaded.image("test/b/0.png").max() == 255
    assert "that are no test images is 2000" in loaded.said


def test_a_range_that_cannot_be_measured_is_said(tmp_path):
    loaded = run(in_folder(tmp_path / "set", content()), tmp_path / "out", range="measured")
    assert "no 16-bit grey images" in loaded.said
    assert loaded.form == {"size": 0, "resize": "crop", "white": 65535}


# ---- unreadable images


def broken(n: int, of: int) -> dict[str, bytes]:
    """Images of two classes, n of which cannot be read."""
    good = {f"{'ab'[i % 2]}/{i:04d}.png": solid((i % 256, i // 256, 7)) for i in range(of - n)}
    return good | {f"a/bad {i:04d}.png": (b"", b"text")[i % 2] for i in range(n)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_all_unreadable_images_are_in_one_message(tmp_path, kind, threads):
    data = packed(tmp_path, kind, broken(23, of=400))
    named = [f"a/bad {i:04d}.png ({('empty', 'text, not an image')[i % 2]})" for i in range(20)]
    words = ["23 of 400 images cannot be read", *named, "; and 3 more", "replace or remove"]
    fails(data, tmp_path / "out", *words, threads=threads)


def test_what_is_odd_about_others_is_said_there_as_well_and_what_is_usual_is_not(tmp_path):
    deep = np.full((8, 8), 40_000, np.uint16)
    files = {
        f"{name}/{i}.jpg": encoded(solid_pixels(i), "jpeg") for name in "ab" for i in range(3)
    }
    files |= {"a/gif.jpg": encoded(solid_pixels(9), "gif"), "b/deep.png": encoded(deep)}
    files |= {"a/end.jpg": files["a/0.jpg"][:-2], "b/empty.jpg": b""}
    with pytest.raises(BadInput) as caught:
        run(in_zip(tmp_path / "set.zip", files), tmp_path / "out")
    assert str(caught.value).endswith(
        "1 of 10 images cannot be read: b/empty.jpg (empty): replace or remove them. "
        "Read all the same: a/gif.jpg (GIF called .jpg); a/end.jpg (end mark missing)"
    )


def solid_pixels(value: int) -> np.ndarray:
    return np.full((8, 8, 3), value, np.uint8)


def test_what_is_known_from_the_listing_is_said_before_any_image_is_decoded(tmp_path, capsys):
    files = {f"{split}/{i}/0.png": b"no image" for split in ("train", "test") for i in range(7)}
    with pytest.raises(BadInput):
        run(in_zip(tmp_path / "set.zip", files), tmp_path / "out")
    assert (
        "14 images of 7 classes, 0, 1, 2, 3, 4 and 2 more. Splits: train from train, test from "
        "test." in capsys.readouterr().err
    )


def test_skipping_is_advised_where_it_would_help(tmp_path):
    few = in_zip(tmp_path / "few.zip", broken(2, of=200))
    fails(few, tmp_path / "few", "set unreadable: skip")
    many = in_zip(tmp_path / "many.zip", broken(3, of=200))
    with pytest.raises(BadInput) as caught:
        run(many, tmp_path / "many")
    assert "unreadable: skip" not in str(caught.value)
    fails(many, tmp_path / "many", "3 of 200", "more than 1%", unreadable="skip")


@pytest.mark.parametrize("threads", [1, 2])
def test_skipped_images_are_listed_and_play_no_part(tmp_path, threads):
    data = in_zip(tmp_path / "set.zip", broken(2, of=200))
    loaded = run(data, tmp_path / "out", unreadable="skip", threads=threads)
    assert loaded.found("unreadable") == {
        "empty": ("1", "a/bad 0000.png"),
        "text, not an image": ("1", "a/bad 0001.png"),
    }
    assert loaded.found("images") == {
        "a": ("99", ""),
        "b": ("99", ""),
        "a skipped": ("2", ""),
    }
    assert "198 images of 2 classes" in loaded.said
    assert "Skipped: 2 images that cannot be read" in loaded.said
    bad = [file.startswith("a/bad") for file in loaded.files]
    assert [split == "skipped" for split in loaded.splits] == bad
    assert not loaded.images[bad].any()
    # They look the same in the array, and are not taken for copies of each other.
    assert len(set(loaded.labels.content)) == 200
    assert "duplicates" not in {row["kind"] for row in loaded.rows}


def test_where_none_can_be_read_all_are_named(tmp_path):
    files = {f"{name}/{i}.png": b"text" for name in "ab" for i in range(2)}
    data = in_folder(tmp_path / "set", files)
    named = [f"{file} (text, not an image)" for file in files]
    for unreadable in ("refuse", "skip"):
        fails(data, tmp_path / "out", "4 of 4", *named, unreadable=unreadable)


def test_unreadable_images_in_front_are_not_kept_in_memory(tmp_path):
    files = {f"a/{i}.png": bytes(2**20) for i in range(60)}
    data = in_zip(tmp_path / "set.zip", files | {"b/0.png": solid()}, zipfile.ZIP_STORED)
    before = tracemalloc.start() or tracemalloc.get_traced_memory()[0]
    fails(data, tmp_path / "out", "60 of 61", "nothing but zeros")
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_a_refusal_leaves_no_file_of_an_earlier_step(tmp_path):
    data = in_zip(tmp_path / "set.zip", content())

    def vanish():
        raise BadInput("the archive has changed")

    source = registry.open_source(str(data), Options())
    with pytest.MonkeyPatch.context() as patch:
        changed = replace(source, sha256=vanish)
        patch.setattr("pipeline.images.load.open_source", lambda *_: changed)
        fails(data, tmp_path / "out", "has changed")


# ---- bad input


def test_unknown_name_or_missing_path(tmp_path):
    fails("cifar11", tmp_path / "out", "data", "cifar11", "photos, cifar10")
    fails(tmp_path / "absent.zip", tmp_path / "out", "data", "absent.zip")
    fails("", tmp_path / "out", "data", "photos")


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


def test_decompression_bomb_image(tmp_path):
    bomb = encoded(Image.new("1", (12_000, 12_000)), "png")
    assert len(bomb) < 200_000
    folder = in_folder(tmp_path / "set", content() | {"dog/bomb.png": bomb})
    fails(folder, tmp_path / "out", "dog/bomb.png", "pixels", image_size=4)


def test_a_name_with_a_line_break_stays_in_one_line(tmp_path):
    folder = in_folder(tmp_path / "set", content() | {"dog/a\nb.png": b"bad"})
    fails(folder, tmp_path / "out", "a\\nb.png")


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
