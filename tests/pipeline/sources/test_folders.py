"""Folders as people have them: read as they are meant, or refused with advice that works.

Every set is given by its folders, as {train,test}/{cat,dog}; what is right was written down by
hand. Advice is taken from the message, word for word, and tried.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.layouts import advised, refusal, set_of, understood

from features.errors import BadInput
from pipeline.sources.folder_names import alike
from pipeline.sources.split_names import says_only_split

CAT_DOG = "{cat,dog}"

# ---- clear folders: what they are, and the classes and splits that are right


def check(folders, classes, splits, **options):
    """Every image has the class and split that its folder is mapped to."""
    found = understood(set_of(*folders), **options)
    assert found.classes == sorted(set(classes.values()))
    assert {f.rpartition("/")[0]: name for f, name in found.labels.items()} == classes
    for file, split in found.splits.items():
        assert split == next((p for top, p in splits.items() if file.startswith(top)), "")
    return found


def by_last(*folders):
    """The class is the last folder."""
    return {f.rpartition("/")[0]: f.split("/")[-2] for f in set_of(*folders, n=1)}


CLEAR = {
    "classes": ([CAT_DOG], {}),
    "two letters": (["{A,B}"], {}),
    "digits": (["{0,1,2,3,4,5,6,7,8,9}"], {}),
    "zero and one": (["{0,1}"], {}),
    "numbers": (["{00000,00001,00042}"], {}),
    "subjects": (["{s1,s2,s3}"], {}),
    "Caltech": (["101_ObjectCategories/{BACKGROUND_Google,accordion,yin_yang}"], {}),
    "wrapped": ([f"set/{CAT_DOG}"], {}),
    "wrapped deeply": (["a/b/c/d/e/f/g/{cat,dog}"], {}),
    "wrapped in its own name": ([f"set/set/set/{CAT_DOG}"], {}),
    "train and test": ([f"{{train,test}}/{CAT_DOG}"], {"train": "train", "test": "test"}),
    "train, val, test": (
        ["{train,val,test}/{cat,dog}"],
        {"train": "train", "val": "validation", "test": "test"},
    ),
    "Training and Testing": (
        ["brain/{Training,Testing}/{glioma,notumor}"],
        {"brain/Training": "train", "brain/Testing": "test"},
    ),
    "mixed case": (["{Train,test}/{cat,dog}"], {"Train": "train", "test": "test"}),
    "with spaces": (
        ["{Training Set,Test Set,Validation Set}/{cat,dog}"],
        {"Training": "train", "Test": "test", "Validation": "validation"},
    ),
    "seg_train": (
        ["{seg_train/seg_train,seg_test/seg_test}/{sea,forest}"],
        {"seg_train": "train", "seg_test": "test"},
    ),
    "wrapped once": (
        ["train/train/{cat,dog}", "test/{cat,dog}"],
        {"train": "train", "test": "test"},
    ),
    "no test": (["{train,valid}/{cat,dog}"], {"train": "train", "valid": "validation"}),
    "train alone": (["train/{cat,dog}"], {}),
    "a class called test tube": (
        ["{train,test}/{flask,test tube}"],
        {"train": "train", "test": "test"},
    ),
    "classes that may be called splits": (["{beaker,flask,test tube}"], {}),
    "people": (["lfw/{Ann_Lee,Bo_Li,Cy_Ko,Val_Kilmer}"], {}),
    "vehicles": (["{bus,car,train}"], {}),
    "vehicles in splits": (["{train,test}/{bus,train}"], {"train/": "train", "test/": "test"}),
    "a validation class fewer": (
        ["{train,test}/{cat,dog}", "val/cat"],
        {"train": "train", "test": "test", "val": "validation"},
    ),
    "real and fake": (
        ["real_vs_fake/real-vs-fake/{train,valid,test}/{real,fake}"],
        {
            "real_vs_fake/real-vs-fake/train": "train",
            "real_vs_fake/real-vs-fake/valid": "validation",
            "real_vs_fake/real-vs-fake/test": "test",
        },
    ),
}


@pytest.mark.parametrize(("folders", "splits"), CLEAR.values(), ids=CLEAR)
def test_clear_folders(folders, splits):
    check(folders, by_last(*folders), splits)


INNER = {
    "a test tube": "{beaker,flask,test tube}/images",
    "images in each class": "{cat,dog}/images",
    "a class in itself": "cat/cat|dog/dog",
    "a class once more": "cat/cat_images|dog/dog_images",
    "two folders deep": "{cat,dog}/data/jpg",
}


@pytest.mark.parametrize("folders", INNER.values(), ids=INNER)
def test_a_folder_in_each_class_is_passed_over(folders):
    folders = folders.split("|")
    wanted = {f.rpartition("/")[0]: f.split("/")[0] for f in set_of(*folders, n=1)}
    check(folders, wanted, {})


@pytest.mark.parametrize("val", ["", ",val"])
def test_splits_in_each_class(val):
    folders = f"set/{{cat,dog}}/{{train,test{val}}}"
    found = understood(set_of(folders, n=1))
    parts = {"train": "train", "test": "test", "val": "validation"}
    assert found.table() == {
        f"set/{name}/{split}/0.png": f"{name} {parts[split]}"
        for name in ("cat", "dog")
        for split in ("train", "test", *(["val"] if val else []))
    }


def test_validation_is_test_only_if_the_config_says_so():
    names = set_of("{train,val}/{cat,dog}")
    found = understood(names)
    assert set(found.splits.values()) == {"train", "validation"}
    assert "no folder of test images" in found.said
    found = understood(names, splits={"val": "test"})
    assert {s for f, s in found.splits.items() if f.startswith("val/")} == {"test"}
    found = understood(set_of("{cat,dog}/{train,val}"), splits={"val": "test"})
    assert {s for f, s in found.splits.items() if "/val/" in f} == {"test"}


@pytest.mark.parametrize(
    ("extra", "kept"),
    [("seg_pred/seg_pred", 8), ("papers", 8), ("unlabeled", 8), ("sample/a/b", 8)],
)
def test_other_folders_beside_splits_are_passed_over_and_said(extra, kept):
    found = understood(set_of("{train,test}/{cat,dog}", extra))
    assert len(found.labels) == kept
    assert found.classes == ["cat", "dog"]
    assert f"Passed over: 2 images in {extra.split('/')[0]}" in found.said


def test_what_stands_beside_train_alone_is_passed_over_and_said():
    found = understood(set_of("Train/{0,1}", "Meta"))
    assert found.classes == ["0", "1"]
    assert len(found.labels) == 4
    assert "Passed over: 2 images in Meta" in found.said


# ---- folders that can be read in several ways: readings by hand, of which each is to be offered

SEVERAL = {
    "a copy of all inside it": (
        ["cell/{P,U}", "cell/cell/{P,U}"],
        {"P U": 4, "P U cell": 8},
    ),
    "a copy of all in a folder of another name": (
        ["{cat,dog}", "backup/{cat,dog}"],
        {"cat dog": 4, "backup cat dog": 8},
    ),
    "a copy of all with its splits": (
        ["x/{train,test,val}/{N,P}", "x/x/{train,test,val}/{N,P}"],
        {"N P": 12},
    ),
    "a copy of a class": (["{cat,dog,cat - Copy}"], {"cat dog": 4, "cat cat - Copy dog": 6}),
    "another copy of a class": (["{cat,dog,Copy of cat}"], {"cat dog": 4}),
    "copies in classes": (["{cat,dog}/{old,new}", CAT_DOG], {"cat dog": 4}),
    "thumbnails in classes": ([CAT_DOG, "{cat,dog}/thumbs"], {"cat dog": 4}),
    "PlantVillage": (
        ["pv/{color,grayscale,segmented}/{Apple,Corn}"],
        {"Apple Corn": 4, "color grayscale segmented": 12},
    ),
    "images and masks": (["{images,masks}/{cat,dog}"], {"cat dog": 4}),
    "images and masks of splits": (["{train,test}/{images,masks}/{cat,dog}"], {"cat dog": 8}),
    "images and masks in splits": (["{images,masks}/{train,test}/{cat,dog}"], {"cat dog": 8}),
    "images and masks in classes": (["{COVID,Normal}/{images,masks}"], {"COVID Normal": 4}),
    "CUB": (["c/{images,segmentations}/{001.Gull,002.Tern}"], {"001.Gull 002.Tern": 4}),
    "unlabelled images among classes": (["{cat,dog,unlabeled}"], {"cat dog": 4}),
    "the same classes twice": (["{A,B}/{cat,dog}"], {"A B": 8, "cat dog": 8}),
    "domains": (["{photo,sketch,cartoon}/{cat,dog}"], {"cartoon photo sketch": 12, "cat dog": 12}),
    "test tubes in folders": (["{beaker,test tube}/images"], {"beaker test tube": 4}),
    "a class without test images": (["{cat,dog,cow}/train", "{cat,dog}/test"], {"cat dog": 8}),
    "folds": (["fold{1,2,3,4,5}/{cat,dog}"], {"cat dog": 20}),
    "folds in classes": (["{cat,dog}/fold{1,2,3}"], {"cat dog": 12}),
    "numbers of patients": (["{1,2,3,4,5,6,7,8,9,10,11,12,13}/{0,1}"], {"0 1": 52}),
    "dates": (["{2019-01-01,2019-01-02}/{cat,dog}"], {"cat dog": 8}),
    "dates in classes": (["cat/{2019-01-01,2019-01-02}", "dog/2019-01-01"], {"cat dog": 6}),
    "kinds of classes": (
        ["animal/{cat,dog}", "vehicle/{bus,car}"],
        {"animal vehicle": 8, "bus car cat dog": 8},
    ),
    "kinds of classes, one each": (["A/cat", "B/dog"], {"A B": 4, "cat dog": 4}),
    "a class of two kinds": (["cat", "dog/{big,small}"], {"cat dog": 6, "big cat small": 6}),
    "a folder inside a class": ([CAT_DOG, "dog/greg"], {"cat dog": 6}),
    "sets of splits": (["{d1,d2}/{train,test}/{cat,dog}"], {"cat dog": 16, "d1 d2": 16}),
    "splits in each fold": (["fold_{0,1}/{train,test}/{0,1}"], {"0 1": 8, "fold_0 fold_1": 16}),
    "samples beside the set": (["images/{train,test}/{cat,dog}", "samples"], {"cat dog": 8}),
    "two folders of training images": (["{train1,train2,test}/{cat,dog}"], {"cat dog": 12}),
    "masks of training images": (["{train,train_masks,test}/{cat,dog}"], {"cat dog": 8}),
    "two folders of test images": (["{Training,PublicTest,PrivateTest}/{0,1}"], {"0 1": 12}),
    "Fruits": (["f/{Training,Test}/{Fig,Kiwi}", "f/test-multiple", "f/papers"], {"Fig Kiwi": 8}),
    "more of the same": (["{train,test,extra}/{0,1}"], {"0 1": 8}),
    "train and what may be test": (["{train,holdout}/{0,1}"], {"0 1": 8}),
    "test and what may be train": (["{development,test}/{0,1}"], {"0 1": 8}),
    "test and validation": (["{test,val}/{0,1}"], {"0 1": 8}),
    "test in the training images": ([CAT_DOG, "test/{cat,dog}"], {"cat dog": 8}),
    "a class and train": (["train/{steam,diesel}", "car/{big,small}"], {"car train": 8}),
    "splits in another language": (["{训练,测试}/{猫,狗}"], {"狗 猫": 8}),
    "splits in a split": (["train/{train,val}/{cat,dog}", "test/{cat,dog}"], {"cat dog": 12}),
    "a folder test beside classes": (["{cat,dog,test}"], {"cat dog": 4, "cat dog test": 6}),
    "one class and a test tube": (["{beaker,test tube}"], {"beaker test tube": 4}),
    "class and split in one name": (["{cat,dog}_{train,test}"], {"cat dog": 8}),
    "classes that differ": (["train/{a,b,c,d}", "test/{a,b}"], {"a b": 8}),
    "images of test without classes": (["s/train/{cat,dog}", "s/test"], {"cat dog": 4}),
    "test/unknown": (["train/{cat,dog}", "test/unknown"], {"cat dog": 4}),
    "ImageNet": (["train/{n01440764,n01443537}", "val", "test"], {"n01440764 n01443537": 4}),
    "Tiny ImageNet": (["t/train/{n01,n02}/images", "t/{val,test}/images"], {"n01 n02": 4}),
    "validation has classes, test has none": (["{train,val}/{n1,n2}", "test"], {"n1 n2": 8}),
    "alphabet": (["a_train/a_train/{A,B}", "a_test/a_test"], {"A B": 4}),
    "a stray image": (["s/{cat,dog}", "s"], {"cat dog": 4}),
    "a stray image of a split": (["{train,test}/{cat,dog}", "train"], {"cat dog": 8}),
    "braces and stars": (["w{{x}}*/{A,B}/{cat,dog}".replace("{{x}}", "(x)")], {"cat dog": 8}),
    "quotes": (["a\"b'/{A,B}/{cat,dog}"], {"cat dog": 8}),
    "colons": (["{A: b,# B]}/{cat,dog}"], {"cat dog": 8}),
    "line breaks": (["{a\nb,c}/{cat,dog}"], {"cat dog": 8}),
    "no text": (["{a\udce9,c}/{cat,dog}"], {"cat dog": 8}),
}


@pytest.mark.parametrize(("folders", "readings"), SEVERAL.values(), ids=SEVERAL)
def test_what_can_be_read_in_several_ways_is_refused_with_advice_that_works(folders, readings):
    names = set_of(*folders)
    message = refusal(names)
    offered = set()
    for advice in advised(message):
        found = understood(names, **advice)
        assert f"{len(found.classes)} classes" in message
        offered.add((" ".join(found.classes), len(found.labels)))
    assert set(readings.items()) <= offered


def test_of_two_folders_either_may_be_the_test_images():
    """Nothing tells which, so that advice of one order alone would be a guess."""
    message = refusal(set_of("{Testdaten,Trainingsdaten}/{cat,dog}"))
    for train, test in (("Testdaten", "Trainingsdaten"), ("Trainingsdaten", "Testdaten")):
        assert f'set splits: {{"{train}": train, "{test}": test}} for 2 classes' in message


@pytest.mark.parametrize(
    "folders",
    [
        *("cell/{P,U}|cell/cell/{P,U}", "{A,B}/{cat,dog}", "cat|dog/{a,b}"),
        *("{images,masks}/{cat,dog}", "fold{1,2}/{cat,dog}", "{d1,d2}/{train,test}/{cat,dog}"),
    ],
)
def test_two_readings_are_shown_as_small_trees(folders):
    message = refusal(set_of(*folders.split("|")))
    assert message.count(" classes ") >= 2
    assert "{" in message.partition(" classes ")[2]


def test_trees_are_such_as_these():
    message = refusal(set_of("set/{cat,dog}", "set/set/{cat,dog}"))
    assert (
        'set ignore: ["/set/set"] for 2 classes set/{cat, dog} of 4 images, or set layout: '
        '["set/{class}/**"] for 3 classes set/{cat, dog, set} of 8 images' in message
    )


def test_advice_keeps_what_the_config_says_already():
    names = set_of("{cat,dog}", "backup/{cat,dog}", "old/{cat,dog}")
    advice = advised(refusal(names, ignore=["old"]))
    assert {"ignore": ["old", "/backup"]} in advice
    assert understood(names, ignore=["old", "/backup"]).classes == ["cat", "dog"]
    names = set_of("{train,a,b}/{cat,dog}")
    advice = advised(refusal(names, splits={"a": "test"}))
    assert {"splits": {"a": "test", "train": "train", "b": "train"}} in advice


# ---- classes that only names of files say


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            [f"p/images/{c}_{i}.jpg" for c in ("Abyssinian", "american_bulldog") for i in (1, 22)],
            "Abyssinian american_bulldog",
        ),
        (
            [f"p/images/{c}_{i}.jpg" for c in ("Abyssinian", "pug") for i in (1, 22)]
            + [
                f"p/annotations/trimaps/{c}_{i}.png" for c in ("Abyssinian", "pug") for i in (1, 2)
            ],
            "Abyssinian pug",
        ),
        ([f"train/{c}.{i}.jpg" for c in ("cat", "dog") for i in range(3)], "cat dog"),
        (
            [f"train/{c}.{i}.jpg" for c in ("cat", "dog") for i in range(3)]
            + [f"test1/{i}.jpg" for i in range(9)],
            "cat dog",
        ),
        ([f"{i}_{c}.png" for c in ("cat", "dog") for i in range(3)], "cat dog"),
        ([f"{c} ({i}).png" for c in ("cat", "dog") for i in range(3)], "cat dog"),
    ],
    ids=["pets", "pets with masks", "cat.0.jpg", "cat.0.jpg and others", "0_cat.png", "cat (1)"],
)
def test_where_names_of_files_say_the_class_the_advice_says_how(files, expected):
    found = understood(files, **advised(refusal(files))[0])
    assert " ".join(found.classes) == expected


def test_classes_by_names_of_files_keep_the_split_of_the_folders():
    files = [f"{s}/{c}.{i}.jpg" for s in ("train", "test") for c in ("cat", "dog") for i in (0, 1)]
    (advice,) = advised(refusal(files))
    assert understood(files, **advice).table() == {
        **{f"{s}/cat.{i}.jpg": f"cat {s}" for s in ("train", "test") for i in (0, 1)},
        **{f"{s}/dog.{i}.jpg": f"dog {s}" for s in ("train", "test") for i in (0, 1)},
    }


# ---- what cannot be read

REFUSED = {
    "one class": (["cat"], "one class only"),
    "one class, wrapped": (["set/cat"], "one class only"),
    "one class of two splits": (["{train,test}/cat"], "one class only"),
    "all in one folder": ([""], "all images lie in one folder"),
    "YOLO": (["data/{train,valid}/images"], "in no class folders"),
    "splits and no classes": (["{train,test}"], "hold images and no class folders"),
    "a class missing in test": (["train/{cat,dog}", "test/cat"], "class dog of train is missing"),
    "a class missing in train": (["train/cat", "test/{cat,dog}"], "class dog of test is missing"),
    "a class of validation only": (["{train,test}/{a,b}", "val/{a,c}"], "class c of validation"),
    "a class without test images": (["cat/{train,test}", "dog/train"], "dog is missing in test"),
    "people and splits": (["{train,test,query}"], "without class folders"),
    "pieces": (["audio/fold{1,2,3,4,5,6,7,8,9,10}"], "look like pieces of the data"),
    "parts": (["HAM10000_images_part_{1,2}"], "look like pieces of the data"),
    "lettered parts": (["part_{a,b}"], "look like pieces of the data"),
    "patients": (["patient{001,002,003}"], "look like pieces of the data"),
    "dates": (["{2019-01-01,2019-01-02,2019-02-01}"], "look like dates"),
    "years": (["{2019,2020}"], "look like dates"),
    "kinds": (["{images,masks}"], "look like kinds of files"),
    "numbered kinds": (["images_{001,002,003}/images"], "look like kinds of files"),
    "domains without classes": (["{trainA,trainB,testA,testB}"], "no class folders"),
}


@pytest.mark.parametrize(("folders", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(folders, words):
    names = set_of(*folders)
    message = refusal(names)
    assert words in message
    for advice in advised(message):
        understood(names, **advice)


def test_empty_folders_of_classes_and_splits():
    for names, folder, ignored in (
        (["{a,b}", "c/"], "class folder c", "/c"),
        (["set/{a,b}", "set/c/"], "class folder set/c", "/set/c"),
        (["{train,test}/{a,b}", "train/c/", "train/c/d/"], "class folder train/c", "/train/c"),
        (["{a,b}/images", "c/", "c/images/"], "class folder c", "/c"),
        (["train/{a,b}", "test/"], "folder test", "/test"),
        (["x/train/{a,b}", "x/Testing/", "x/Testing/a/"], "folder x/Testing", "/x/Testing"),
    ):
        files = [n for path in names for n in ([path] if path[-1] == "/" else set_of(path))]
        message = refusal(files)
        assert f"the {folder} holds no images" in message
        assert advised(message) == [{"ignore": [ignored]}]
        assert understood(files, ignore=[ignored]).classes == ["a", "b"]


def test_folders_that_hold_other_files_are_empty_of_images():
    files = [*set_of("{a,b}"), "c/0.dcm", "c/1.dcm"]
    assert "class folder c holds no images" in refusal(files)
    files = [*set_of("train/{a,b}"), "test/a/0.dcm"]
    assert "folder test holds no images" in refusal(files)


def test_folders_of_annotations_beside_classes_are_no_classes():
    found = understood([*set_of("{a,b}"), "annotations/0.xml", "annotations/1.xml"])
    assert found.classes == ["a", "b"]
    assert found.passed == {".xml files": (2, "annotations/0.xml")}
    found = understood([*set_of("food/images/{pie,cake}"), "food/meta/train.txt"])
    assert found.classes == ["cake", "pie"]


# ---- names


NFC, NFD = "caf\u00e9", "cafe\u0301"


def test_one_name_in_two_ways_of_unicode_is_one_class():
    found = understood(set_of(f"train/{{{NFC},tea}}", f"test/{{{NFD},tea}}", n=1))
    assert found.classes == [NFC, "tea"]
    assert found.table() == {
        f"train/{NFC}/0.png": f"{NFC} train",
        f"test/{NFD}/0.png": f"{NFC} test",
        "train/tea/0.png": "tea train",
        "test/tea/0.png": "tea test",
    }
    found = understood(set_of(f"train/{{{NFD},tea}}", f"test/{{{NFC},tea}}", n=1))
    assert found.classes == [NFD, "tea"]  # as the training images have it


@pytest.mark.parametrize("folders", ["{%s,%s,tea}", "{train,test}/{%s,%s,tea}"])
def test_two_such_names_in_one_split_are_refused(folders):
    assert "written in two ways of Unicode" in refusal(set_of(folders % (NFC, NFD)))


def test_classes_that_would_be_shown_alike_are_refused():
    odd = "caf\udce9"
    assert understood(set_of(f"{{{odd},dog}}")).classes == [*sorted([odd, "dog"])]
    assert "shown alike" in refusal(set_of(f"{{{odd},{odd!a}}}"))


def test_classes_that_differ_in_case_only_are_read_with_a_word():
    found = understood(set_of("{a,A,b}"))
    assert found.classes == ["A", "a", "b"]
    assert "Warning: the classes A and a differ in case only" in found.said


def test_masks_among_the_images_are_told():
    names = [f"{c}/{i}{end}.png" for c in ("a", "b") for i in (0, 1) for end in ("", "_mask")]
    found = understood(names)
    assert "Warning: 4 images are called like masks" in found.said
    (advice,) = advised(found.said)
    assert sorted(understood(names, **advice).labels) == sorted(set_of("{a,b}"))


@pytest.mark.parametrize("depth", [100, 1200, 5000])
def test_folders_of_any_depth_are_read(depth):
    deep = "/".join("d" * depth)
    assert understood(set_of(f"{deep}/{{cat,dog}}")).classes == ["cat", "dog"]
    message = refusal([*set_of(f"{deep}/{{A,B}}/{{cat,dog}}")])
    assert "can be read in several ways" in message


def test_a_folder_in_each_folder():
    message = refusal(["/".join("d" * n) + "/0.png" for n in range(1, 1200)])
    assert "lie beside the class folders" in message
    assert len(message) < 500


@pytest.mark.parametrize("piece", ["a", "1", "_", "_1", ".", " ", "(", "1_a", "copy ", "train"])
def test_no_name_keeps_our_patterns_busy(piece):
    """All patterns of our own come to an end on names as long as they may be."""
    name = (piece * 250)[:250]
    found = understood(set_of(f"x/{{a{name},b{name}}}"))
    assert len(found.classes) == 2
    refusal([f"x{name}{end}.png" for end in "ab"])


def test_long_names():
    name = "n" * 251
    found = understood(set_of(f"{name}/{{{name}a,{name}b}}"))
    assert found.classes == [f"{name}a", f"{name}b"]


# ---- folders that nobody thought of

NAMES = st.sampled_from(
    [
        *("train", "Test", "val", "seg_train", "train1", "cat", "dog", "bus", "test tube", "a"),
        *("images", "masks", "fold1", "fold2", "0", "1", "2019-01-01", "cat - Copy", "x{y}"),
        *("cat_train", "dog_test", "unlabeled", NFC, NFD, "b*", "\udce9", "c\nd"),
    ]
)


@given(
    st.lists(st.lists(NAMES, min_size=1, max_size=4), min_size=1, max_size=10),
    st.lists(NAMES, max_size=3, unique=True),
)
@settings(max_examples=300)
def test_any_folders_are_read_or_refused_with_advice_that_works(paths, tops):
    folders = {"/".join([*top, *path]) for path in paths for top in ([[t] for t in tops] or [[]])}
    names = [f"{folder}/{i}.png" for folder in sorted(folders) for i in (0, 1)]
    found, message = None, ""
    try:
        found = understood(names)
    except BadInput as mistake:
        message = str(mistake)
    if found is None:
        assert message.isprintable()
        for advice in advised(message):
            assert len(understood(names, **advice).classes) > 1
        return
    assert len(found.classes) > 1
    called = [name for name in found.classes if says_only_split(name)]
    assert not called or (called == ["train"] and "bus" in found.classes)
    if "test" in found.splits.values():
        parts = {
            part: {alike(found.labels[f]) for f, p in found.splits.items() if p == part}
            for part in ("train", "test")
        }
        assert parts["train"] == parts["test"]
