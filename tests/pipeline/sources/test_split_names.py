"""Names of folders that are splits, in every usual way, and names that only look like some."""

import pytest

from pipeline.sources.split_names import part_of, says_only_split, split_of

USUAL = {
    "train": (
        *("train", "Train", "TRAIN", "training", "Training", "train1", "train_2", "training_set"),
        *(
            "Training Set",
            "trainset",
            "TrainSet",
            "TrainingData",
            "seg_train",
            "asl_alphabet_train",
        ),
        *("train2017", "my-train", "x.train", "data_train", "trn", "trainval", "train_val"),
        *("Final_Training", "train_images", "imagestrain", "01_train"),
    ),
    "test": (
        *("test", "Test", "TESTING", "testing", "test1", "Test Set", "testset", "TestData"),
        *("seg_test", "PublicTest", "private_test", "test-multiple_fruits", "tst", "evaluation"),
        *("eval", "tests", "bounding_box_test"),
    ),
    "validation": (
        *("val", "Val", "valid", "validation", "VALIDATION_SET", "valset", "dev", "val2017"),
        *("imagenet_val", "Valid-Images"),
    ),
    "": (
        *("cat", "contest", "protest", "latest", "attest", "trainer", "strain", "trains", "oval"),
        *("naval", "eval2train", "interval", "train_test", "test and train", "0", "", "fold1"),
        *("validity", "development", "тест", "device", "restrain"),
    ),
}


@pytest.mark.parametrize(("part", "names"), USUAL.items(), ids=lambda part: str(part)[:10])
def test_usual_names_of_splits(part, names):
    assert {name: split_of(name) for name in names} == dict.fromkeys(names, part)


@pytest.mark.parametrize("name", ["test", "Training Set", "TRAIN", "seg_train", "val2017"])
def test_a_name_may_say_nothing_but_a_split(name):
    assert says_only_split(name)


@pytest.mark.parametrize("name", ["test tube", "training shoes", "Val_Kilmer", "trainA", "cat"])
def test_a_name_may_say_more(name):
    assert not says_only_split(name)


def test_the_config_may_call_any_folder_a_split():
    chosen = {"fold1": "test", "val": "test"}
    assert [part_of(name, chosen) for name in ("fold1", "val", "train", "cat")] == [
        *("test", "test", "train", "")
    ]
