"""Classes, splits and groups by layout and by file names, and what the keys say together."""

import pytest
from support.layouts import refusal, set_of, understood

# ---- layout


@pytest.mark.parametrize(
    ("folders", "layout", "expected"),
    [
        ("{a,b}/{cat,dog}", ["*/{class}/*"], "cat|dog|cat|dog"),
        ("{a,b}/{cat,dog}", ["{class}/**"], "a|a|b|b"),
        ("{train,test}/{cat,dog}", ["{split}/{class}/*"], "cat train|dog train|cat test|dog test"),
        ("{cat,dog}/{val,x}", ["{class}/val/*"], "cat|dog"),
        ("{images,masks}/{cat,dog}", ["images/{class}/*"], "cat|dog"),
        ("{cat,dog}/{images,masks}", ["{class}/images/*"], "cat|dog"),
        ("{x1,x2}/train/{cat,dog}", ["x1/{split}/{class}/*"], "cat train|dog train"),
        ("{train,test}", ["{class}/*"], "train|test"),
    ],
)
def test_with_layout_anything_can_be_read(folders, layout, expected):
    found = understood(set_of(folders, n=1), layout=layout)
    order = [name for name in set_of(folders, n=1) if name in found.labels]
    assert "|".join(found.table()[name] for name in order) == expected


def test_images_that_fit_no_pattern_are_passed_over_and_said():
    found = understood(set_of("{images,masks}/{cat,dog}"), layout=["images/{class}/*"])
    assert (
        "Passed over: 4 images that fit no pattern of layout, such as masks/cat/0.png"
        in found.said
    )


@pytest.mark.parametrize("around", ["set/", "a/b/c/"])
def test_a_layout_may_leave_out_the_folders_around_everything(around):
    names = set_of(f"{around}{{cat,dog}}/{{images,masks}}", n=1)
    for layout in ("{class}/images/*", f"{around}{{class}}/images/*"):
        assert understood(names, layout=[layout]).table() == {
            f"{around}cat/images/0.png": "cat",
            f"{around}dog/images/0.png": "dog",
        }


def test_a_layout_that_mixes_train_and_test_does_so_with_a_word():
    names = set_of("set/{train,test}/{cat,dog}")
    assert "Warning" in understood(names, layout=["set/*/{class}/*"]).said
    assert "Warning" not in understood(names, layout=["set/{split}/{class}/*"]).said
    assert "Warning" not in understood(set_of("{a,b}/{cat,dog}"), layout=["*/{class}/*"]).said


def test_a_layout_that_fits_nothing_is_refused_with_an_example():
    message = refusal(set_of("{train,test}/{cat,dog}"), layout=["{split}/x/{class}/*"])
    assert message.startswith(
        "config: layout: {split}/x/{class}/* fits no image of set, such as test"
    )


def test_splits_of_a_layout_are_known_or_named():
    names = set_of("{fold1,fold2,train}/{cat,dog}")
    message = refusal(names, layout=["{split}/{class}/*"])
    assert 'splits: {"fold1": train, "fold2": test}' in message
    found = understood(
        names, layout=["{split}/{class}/*"], splits={"fold1": "train", "fold2": "test"}
    )
    assert {f.split("/")[0]: s for f, s in found.splits.items()} == {
        "fold1": "train",
        "fold2": "test",
        "train": "train",
    }


def test_groups_of_a_layout():
    found = understood(set_of("{p1,p2}/{cat,dog}"), layout=["{group}/{class}/*"])
    groups = {name: set() for name in ("p1", "p2")}
    for file, group in found.groups.items():
        groups[file.split("/")[0]].add(group)
    assert {len(each) for each in groups.values()} == {1}
    assert groups["p1"] != groups["p2"]


# ---- file names


def test_the_class_is_sought_in_file_names():
    names = ["cat.0.jpg", "x/dog.1.jpg", "x/y/bird.2.jpg", "cat.3.jpg"]
    found = understood(names, file_name=r"^(?P<class>cat|dog)\.")
    assert found.labels == {"cat.0.jpg": "cat", "x/dog.1.jpg": "dog", "cat.3.jpg": "cat"}
    assert "Passed over: 1 images whose names do not fit file_name" in found.said


def test_file_names_may_say_split_and_group_too():
    names = [
        f"{c}_{p}_{s}_{i}.png" for c in "ab" for p in "xy" for s in ("tr", "te") for i in "01"
    ]
    pattern = r"^(?P<class>\w)_(?P<group>\w)_(?P<split>\w\w)_"
    message = refusal(names, file_name=pattern)
    assert "{te, tr} may be splits" in message
    found = understood(names, file_name=pattern, splits={"tr": "train", "te": "test"})
    assert found.table()["a_x_tr_0.png"] == "a train"
    assert found.table()["b_y_te_1.png"] == "b test"
    groups = {f.split("_")[1]: g for f, g in found.groups.items()}
    assert len(set(found.groups.values())) == 2
    assert groups["x"] != groups["y"]


def test_file_names_may_say_the_group_alone():
    names = [f"{c}/{p}_{i}.png" for c in ("cat", "dog") for p in "xy" for i in "01"]
    names += ["cat/odd.png", "dog/even.png"]
    found = understood(names, file_name=r"^(?P<group>\w)_\d")
    assert found.classes == ["cat", "dog"]
    assert found.groups["cat/x_0.png"] == found.groups["dog/x_1.png"]
    assert len(set(found.groups.values())) == 4
    assert "The names of 2 images do not fit file_name" in found.said


def test_file_names_may_say_the_split_alone():
    names = [f"{c}/{s}_{i}.png" for c in ("cat", "dog") for s in ("train", "test") for i in "01"]
    found = understood(names, file_name=r"^(?P<split>[a-z]+)_")
    assert found.table() == {n: f"{n[:3]} {n[4:].split('_')[0]}" for n in names}


@pytest.mark.parametrize("pattern", [r"^(?P<class>x)\.", r"^(?P<group>x)\."])
def test_a_pattern_that_fits_nothing_is_refused_with_an_example(pattern):
    message = refusal(set_of("{cat,dog}"), file_name=pattern)
    assert message.startswith("config: file_name: ")
    assert "fits no image of set, such as cat/0.png" in message


def test_splits_of_folders_that_are_said_for_some_images_only():
    names = [
        f"{s}/{c}.{i}.jpg" for s in ("train", "test", "x") for c in ("cat", "dog") for i in "01"
    ]
    pattern = r"^(?P<class>[a-z]+)\."
    message = refusal(names, file_name=pattern)
    assert "images lie in {test, train, x}, and not all of these say a split" in message
    assert len(understood(names, file_name=pattern, ignore=["/x"]).labels) == 8
    found = understood(names, file_name=pattern, splits={"x": "test"})
    assert found.splits["x/cat.0.jpg"] == "test"


# ---- keys together


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layout": ["{class}/*"], "labels": "l.csv"}, "layout and labels both say"),
        ({"file_name": "(?P<class>a)", "labels": "l.csv"}, "file_name and labels both say"),
        ({"file_name": "(?P<class>a)", "layout": ["{class}/*"]}, "layout and file_name both say"),
    ],
)
def test_two_keys_that_say_the_class_are_refused(options, words):
    message = refusal(set_of("{cat,dog}"), **options)
    assert message.startswith("config: ")
    assert words in message


@pytest.mark.parametrize(
    ("folders", "options"),
    [
        ("{train,test}/{cat,dog}", {}),
        ("{cat,dog}", {}),
        ("{cat,dog}/{train,test}", {}),
        ("{train,test}/{cat,dog}", {"layout": ["{split}/{class}/*"]}),
        ("{train,test}/{cat,dog}", {"layout": ["*/{class}/*"]}),
    ],
)
def test_every_name_of_splits_is_used_or_refused(folders, options):
    message = refusal(set_of(folders), splits={"vall": "test"}, **options)
    assert "vall" in message


def test_every_pattern_of_ignore_is_used_or_refused():
    names = set_of("{cat,dog}")
    assert "config: ignore: /set/old fits no file" in refusal(names, ignore=["/set/old"])
    assert refusal(names, ignore=["*.png", "old"]).startswith("config: ignore: old")
    assert "holds no images" in refusal(names, ignore=["*.png"])
    assert understood(names, ignore=["0.png"]).labels.keys() == {"cat/1.png", "dog/1.png"}
    found = understood([*names, "cat/@eaDir/0.png"], ignore=["@eaDir"])
    assert found.classes == ["cat", "dog"]


def test_without_images_what_else_there_is_is_told():
    message = refusal(["train.zip", "test.zip", "README"])
    assert "holds no images" in message
    assert "2 .zip files, such as test.zip" in message
    assert "holds no images" in refusal([])


def test_one_class_only():
    names = set_of("{cat,dog}")
    assert "one class only, 0" in refusal(names, file_name="(?P<class>0)")
    assert "one class only, cat" in refusal(names, layout=["{class}/0.png"], ignore=["dog"])
