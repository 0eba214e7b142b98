"""A config is completed, or refused in one line that names the key."""

from datetime import date

import pytest
import yaml
from support.mistakes import refused
from support.project import ROOT, only

from features.errors import BadInput
from pipeline import catalogue
from pipeline.plain import LONGEST_MESSAGE
from pipeline.settings import complete


def with_block(**block) -> dict:
    return {"blocks": {"mine": block}, "representations": only(mine=["mine"])}


def with_codebook(**codebook) -> dict:
    return with_words(codebook=codebook)


def with_words(**block) -> dict:
    return with_block(feature="bag_of_words", **block)


def with_sgd(**changes) -> dict:
    return {"sgd": changes}


def refuses(config: dict, *words: str) -> None:
    with refused(*words) as caught:
        complete(config)
    assert str(caught.value).startswith("config: ")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"dat": "photos"}, ["top level", "'dat'", "did you mean 'data'?"]),
        ({"shards": 3}, ["top level", "'shards'", "shard_size"]),
        ({"colour": 3}, ["top level", "'colour'", "allowed are data, "]),
        (with_block(feature="hog", pixel_per_cell=4), ["blocks.mine", "'pixels_per_cell'?"]),
        (with_block(feature="raw_pixels", bins=4), ["blocks.mine", "'bins'"]),
        (with_codebook(wrods=4), ["blocks.mine.codebook", "did you mean 'words'?"]),
        (with_sgd(epoch=4), ["sgd", "did you mean 'epochs'?"]),
    ],
)
def test_an_unknown_key_is_refused_with_a_suggestion(config, words):
    refuses(config, "unknown key", *words)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"data": 3}, "data"),
        ({"data": ""}, "data"),
        ({"data": "a\nb"}, "data"),
        ({"data": "a\0"}, "data"),
        ({"run": "a/b"}, "run"),
        ({"run": "a\n"}, "run"),
        ({"run": ".."}, "run"),
        ({"image_size": 0}, "image_size"),
        ({"image_size": "32"}, "image_size"),
        ({"image_size": 32.0}, "image_size"),
        ({"test_fraction": 0}, "test_fraction"),
        ({"folds": 1}, "folds"),
        ({"folds": 101}, "folds"),
        ({"folds": 2.0}, "folds"),
        ({"test_fraction": 1}, "test_fraction"),
        ({"validation_fraction": float("nan")}, "validation_fraction"),
        ({"validation_fraction": None}, "validation_fraction"),
        ({"seeds": 0}, "seeds"),
        ({"seeds": []}, "seeds"),
        ({"seeds": [-1]}, "seeds.0"),
        ({"seeds": [0, 1.0]}, "seeds.1"),
        ({"seeds": [True]}, "seeds.0"),
        ({"seeds": [1, 1]}, "seeds"),
        ({"shard_size": 0}, "shard_size"),
        ({"shard_size": "5000"}, "shard_size"),
        ({"blocks": None}, "blocks"),
        ({"blocks": {}}, "blocks"),
        ({"blocks": {"a b": {"feature": "hog"}}}, "blocks"),
        ({"blocks": {"a\n": {"feature": "hog"}}}, "blocks"),
        (with_block(), "blocks.mine"),
        (with_block(feature="sift"), "blocks.mine.feature"),
        (with_block(feature="hog", orientations=0), "blocks.mine.orientations"),
        (with_block(feature="hog", pixels_per_cell=8.0), "blocks.mine.pixels_per_cell"),
        (with_block(feature="hog", pixels_per_cell=[8, 0]), "blocks.mine.pixels_per_cell.1"),
        (with_block(feature="hog", pixels_per_cell=[8, 8]), "blocks.mine.pixels_per_cell"),
        (with_block(feature="hog", directions="round"), "blocks.mine.directions"),
        (with_block(feature="hog", block_norm="L3"), "blocks.mine.block_norm"),
        (with_block(feature="color_histogram", square_root=1), "blocks.mine.square_root"),
        (with_block(feature="color_histogram", bins=33), "blocks.mine.bins"),
        (with_block(feature="bag_of_words", codebook=8), "blocks.mine.codebook"),
        (with_codebook(words="8"), "blocks.mine.codebook.words"),
        (with_codebook(whitening=0), "blocks.mine.codebook.whitening"),
        (with_codebook(contrast_offset=float("inf")), "blocks.mine.codebook.contrast_offset"),
        ({"representations": {"mine": []}}, "representations.mine"),
        ({"representations": {"mine": ["hog", "hog"]}}, "representations.mine"),
        ({"representations": {"mine": "hog"}}, "representations.mine"),
        ({"representations": {"../mine": ["hog"]}}, "representations"),
        ({"representations": {"mine\n": ["hog"]}}, "representations"),
        ({"classifiers": "svm"}, "classifiers"),
        ({"classifiers": ["svm", "knn"]}, "classifiers.1"),
        ({"classifiers": ["svm", "svm"]}, "classifiers"),
        ({"sgd": {"epochs": None}}, "sgd.epochs"),
        (with_sgd(epochs=0), "sgd.epochs"),
        (with_sgd(momentum=1), "sgd.momentum"),
        (with_sgd(learning_rates=[0.1, 0]), "sgd.learning_rates.1"),
        (with_sgd(learning_rates=["1e-5"]), "sgd.learning_rates.0"),
        (with_sgd(learning_rates=[float("nan")]), "sgd.learning_rates.0"),
        (with_sgd(l2=[-1]), "sgd.l2.0"),
        (with_sgd(svm={"l2": []}), "sgd.svm.l2"),
        ({"classifiers": ["svm"], **with_sgd(softmax={"l2": [1]})}, "sgd.softmax"),
        (with_sgd(l2=[float("inf")]), "sgd.l2.0"),
        ({1: 2}, "top level"),
        ({True: 2, "data": "photos"}, "top level"),
        (with_block(feature="hog") | {"sgd": {3: 4}}, "sgd"),
    ],
    ids=str,
)
def test_a_wrong_value_is_refused_by_its_key(config, key):
    refuses(config, f"config: {key}: ")


@pytest.mark.parametrize("written", ["1e-5", "1E-5", "0.1", "2e20", "12e-6"])
def test_a_number_that_yaml_takes_for_text_comes_with_another_spelling(written):
    value = yaml.safe_load(written if "e" in written.lower() else f"'{written}'")
    assert isinstance(value, str)
    with pytest.raises(
        BadInput, match=r"sgd\.l2\.0: .* is not of type 'number'; write "
    ) as caught:
        complete(with_sgd(l2=[value]))
    hint = str(caught.value).rsplit("write ", 1)[1]
    assert yaml.safe_load(hint) == float(written)
    complete(with_sgd(l2=[yaml.safe_load(hint)]))


@pytest.mark.parametrize("text", ["five", "nan", "inf", ""])
def test_text_that_is_no_number_comes_without_one(text):
    with pytest.raises(BadInput, match=r"is not of type 'number'$"):
        complete(with_sgd(l2=[text]))


def test_whole_numbers_and_names_of_data_that_yaml_reads_otherwise():
    refuses({"shard_size": "5e3"}, "shard_size", "write 5000")
    refuses({"shard_size": 5000.0}, "shard_size", "write 5000")
    refuses({"data": 2024}, "data", "put it in quotes")


def test_a_block_that_is_not_there():
    refuses(
        {"representations": {"mine": ["hogg"]}}, "representations.mine", "'hogg'", "raw_pixels"
    )


def test_a_block_that_no_representation_uses():
    blocks = {name: {"feature": "hog"} for name in ("used", "unused")}
    config = {"blocks": blocks, "representations": {"mine": ["used"]}}
    refuses(config, "blocks.unused", "no representation uses it")


def test_blocks_of_the_default_that_are_not_used_are_left_out():
    assert list(complete({"representations": only(mine=["hog"])})["blocks"]) == ["hog"]


def test_more_words_than_patches():
    words = ["config: blocks.mine.codebook.words: ", "codebook.patches, which is 8"]
    refuses(with_codebook(words=9, patches=8), "9 is more", "lower words or raise patches", *words)
    refuses(with_codebook(patches=8), "256 is more", *words)
    complete(with_codebook(words=8, patches=8))


def test_one_view_has_no_average():
    refuses({"average_views": True}, "average_views", "one view", "flips", "scales")
    assert complete({"average_views": True, "scales": [0.9, 1]})["scales"] == [0.9, 1]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (with_words(threshold=0.3), ["threshold", "encoding is soft_threshold", "is hard"]),
        (with_words(neighbours=3, encoding="triangle"), ["neighbours", "is nearest", "triangle"]),
        (with_words(threshold=0, encoding="nearest"), ["threshold", "it is nearest"]),
        (
            with_codebook(iterations=3, method="random"),
            ["codebook.iterations", "method is kmeans or spherical_kmeans", "it is random"],
        ),
        (with_codebook(iterations=20, method="random_patches"), ["codebook.iterations"]),
    ],
)
def test_a_setting_that_does_not_apply_is_refused(config, words):
    refuses(config, "config: blocks.mine.", "remove it", *words)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (with_words(threshold=None), "threshold"),
        (with_words(threshold=None, encoding="soft_threshold"), "threshold"),
        (with_words(threshold=-0.1, encoding="soft_threshold"), "threshold"),
        (with_words(neighbours=0, encoding="nearest"), "neighbours"),
        (with_words(encoding="softmax"), "encoding"),
        (with_words(encoding=None), "encoding"),
        (with_codebook(method="gmm"), "codebook.method"),
        (with_codebook(iterations=None), "codebook.iterations"),
        (with_codebook(contrast_offset=0), "codebook.contrast_offset"),
    ],
    ids=str,
)
def test_a_wrong_setting_of_words_is_refused_by_its_key(config, key):
    refuses(config, f"config: blocks.mine.{key}: ")


def test_what_does_not_apply_is_null_and_what_does_has_its_default():
    block = complete(with_words())["blocks"]["mine"]
    assert block["codebook"]["method"] == "kmeans"
    assert block["codebook"]["iterations"] == 20
    assert (block["encoding"], block["threshold"], block["neighbours"]) == ("hard", None, None)
    block = complete(with_words(encoding="soft_threshold"))["blocks"]["mine"]
    assert (block["threshold"], block["neighbours"]) == (0.25, None)
    block = complete(with_words(encoding="nearest"))["blocks"]["mine"]
    assert (block["threshold"], block["neighbours"]) == (None, 100)
    for method, iterations in (("spherical_kmeans", 20), ("random", None)):
        block = complete(with_codebook(method=method))["blocks"]["mine"]
        assert block["codebook"]["iterations"] == iterations


def test_null_turns_whitening_and_normalisation_off():
    codebook = {"whitening": None, "contrast_offset": None}
    block = complete(with_codebook(**codebook))["blocks"]["mine"]
    assert codebook.items() <= block["codebook"].items()


def test_more_neighbours_than_words():
    words = ["config: blocks.mine.neighbours: ", "lower neighbours or raise words"]
    config = with_words(encoding="nearest", neighbours=257)
    refuses(config, "257 is more than codebook.words, which is 256", *words)
    config = with_words(encoding="nearest", codebook={"words": 99})
    refuses(config, "100 is more than codebook.words, which is 99", *words)
    complete(with_words(encoding="nearest", codebook={"words": 100}))


def test_missing_settings_are_those_of_the_default():
    config = complete(with_block(feature="hog", pixels_per_cell=4))
    assert config["blocks"] == {
        "mine": {
            "feature": "hog",
            "orientations": 9,
            "directions": "unsigned",
            "interpolate": False,
            "gamma": 1,
            "pixels_per_cell": 4,
            "cells_per_block": 2,
            "block_norm": "L2-Hys",
        }
    }
    default = yaml.safe_load((ROOT / "config/default.yaml").read_text())
    for key in default.keys() - {"blocks", "representations"}:
        assert config[key] == default[key]


def test_a_codebook_is_completed_too():
    block = complete(with_codebook(words=8))["blocks"]["mine"]
    assert block["codebook"]["words"] == 8
    assert block["codebook"]["patch_size"] == 6
    assert block["stride"] == 1


def test_what_the_default_config_shows_is_what_a_missing_setting_means():
    default = yaml.safe_load((ROOT / "config/default.yaml").read_text())
    for name, block in default["blocks"].items():
        bare = {"blocks": {name: {"feature": name}}, "representations": {name: [name]}}
        filled = complete(bare)["blocks"][name]
        small = {"codebook": {**filled.get("codebook", {}), **block.get("codebook", {})}}
        assert {**filled, **block, **(small if "codebook" in block else {})} == filled


def test_completing_changes_nothing_that_was_given():
    config = with_codebook(words=8)
    complete(config)
    assert config == with_codebook(words=8)


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "config").glob("*.yaml")))
def test_every_config_of_the_project_is_valid(name):
    if name == "schema.yaml":
        return
    given = yaml.safe_load((ROOT / "config" / name).read_text())
    config = complete(given)
    merged = {"blocks", "representations", "sgd"}
    for key in given.keys() - merged:
        assert config[key] == given[key]
    for key, value in given.get("representations", {}).items():
        assert config["representations"].get(key) == value
    assert {block for blocks in config["representations"].values() for block in blocks} == set(
        config["blocks"]
    )


def test_a_classifier_left_out_takes_its_own_grid_of_the_default_with_it():
    config = complete({"classifiers": ["softmax"]})
    assert "svm" not in config["sgd"]
    assert config["sgd"]["learning_rates"]
    with pytest.raises(BadInput, match=r"sgd\.svm: classifiers does not have svm"):
        complete({"classifiers": ["softmax"], **with_sgd(svm={"l2": [1]})})


def test_one_region_has_no_neighbours_to_share_with():
    why = "a single region shares patches with no other"
    refuses(
        with_words(grid=1, pooling="bilinear"),
        "config: blocks.mine.pooling: is bilinear, but grid is 1, and",
        f"{why}; set it to even, or change grid",
    )
    for grid, pooling in ((1, "even"), (2, "bilinear")):
        block = complete(with_words(grid=grid, pooling=pooling))["blocks"]["mine"]
        assert (block["grid"], block["pooling"]) == (grid, pooling)


@pytest.mark.parametrize("given", [{"cells_per_block": 2}, {}], ids=["given", "default"])
def test_without_a_norm_there_are_no_blocks(given):
    refuses(
        with_block(feature="hog", block_norm="none", **given),
        "config: blocks.mine.cells_per_block: is 2, but block_norm is none, and",
        "without a norm there are no blocks; set it to 1, or change block_norm",
    )
    complete(with_block(feature="hog", block_norm="none", cells_per_block=1))
    complete(with_block(feature="hog", block_norm="L1", cells_per_block=2))


FEATURE = {
    "about": "a feature of one's own",
    "settings": {
        "kind": {"enum": ["a", "b", "c"], "default": "a"},
        "most": {"type": "integer", "default": 5, "only": {"kind": ["a", "b"]}},
        "size": {"type": "integer", "default": 3, "at_most": "group.limit"},
        "small": {"type": "integer", "default": 0, "only": {"size": [1, 2]}},
        "group": {
            "type": "object",
            "default": {},
            "properties": {
                "limit": {"type": "integer", "default": 4},
                "inner": {"type": "integer", "default": 2, "at_most": "most"},
                "kind": {"enum": ["x", "y"], "default": "x"},
            },
        },
    },
    "conditions": [
        {
            "where": {"kind": ["b", "c"], "group.kind": ["y"]},
            "allowed": {"size": [1, 2]},
            "why": "so",
        }
    ],
}


@pytest.fixture
def one_feature(monkeypatch):
    known = catalogue.features()
    monkeypatch.setattr(catalogue, "features", lambda: {**known, "own": FEATURE})


def with_own(**block) -> dict:
    return with_block(feature="own", **block)


@pytest.mark.usefixtures("one_feature")
def test_the_words_of_any_yaml_are_obeyed():
    complete(with_own(size=4))
    refuses(
        with_own(size=5), "blocks.mine.size: 5 is more than group.limit, which is 4; lower size"
    )
    refuses(with_own(group={"limit": 2}), "blocks.mine.size: 3 is more than", "raise limit")
    refuses(
        with_own(most=1), "blocks.mine.group.inner: 2 is more than most, which is 1; lower inner"
    )
    refuses(
        with_own(kind="c", most=1), "blocks.mine.most: applies where kind is a or b", "it is c"
    )
    inside = {"group": {"kind": "y"}}
    words = ["blocks.mine.size: is 3, but kind is b, group.kind is y, and so; set it to 1 or 2"]
    refuses(with_own(kind="b", **inside), *words)
    for allowed in ({"kind": "a", "size": 3}, {"kind": "b", "size": 2}):
        complete(with_own(**allowed, **inside))


@pytest.mark.usefixtures("one_feature")
def test_a_limit_that_does_not_apply_limits_nothing():
    block = complete(with_own(kind="c"))["blocks"]["mine"]
    assert block["most"] is None
    assert block["group"]["inner"] == 2


@pytest.mark.usefixtures("one_feature")
def test_what_a_setting_applies_for_need_not_be_text():
    assert complete(with_own(size=1))["blocks"]["mine"]["small"] == 0
    refuses(with_own(small=1), "blocks.mine.small: applies where size is 1 or 2, but it is 3")


# ---- configs that no one means


def nested(depth: int) -> list:
    inside: list = []
    for _ in range(depth - 1):
        inside = [inside]
    return inside


def endless() -> list:
    found: list = []
    found.append(found)
    return found


def multiplied() -> list:
    """Lists of ten lists each, as YAML's anchors make them of a few lines."""
    found: list = ["x"] * 10
    for _ in range(10):
        found = [found] * 10
    return found


LONG = "x" * 100_000


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"image_size": 10**400}, ["image_size: ", "more than 300 digits"]),
        ({"image_size": -(10**5000)}, ["image_size: ", "more than 300 digits"]),
        ({"test_fraction": 10**400}, ["test_fraction: ", "more than 300 digits"]),
        (with_codebook(patches=10**30), ["codebook.patches: ", "greater than the maximum"]),
        (with_codebook(whitening=1e-300), ["codebook.whitening: ", "less than the minimum"]),
        (with_words(power=1e-300), ["power: ", "less than the minimum"]),
        (with_sgd(learning_rates=[1e300]), ["learning_rates.0: ", "greater than the maximum"]),
        (with_block(feature="hog", pixels_per_cell=10**9), ["pixels_per_cell: ", "maximum"]),
        ({"seeds": [2**32]}, ["seeds.0: ", "maximum"]),
        ({"seeds": list(range(1001))}, ["seeds: ", "more than 1,000 entries"]),
        ({"data": LONG}, ["data: ", "more than 4,096 characters"]),
        ({"run": LONG}, ["run: ", "100 of them at most"]),
        ({LONG: 1}, ["top level: ", "unknown key 'xxx"]),
        ({f"k{i}": 1 for i in range(9999)}, ["top level: ", "unknown key"]),
        (with_block(feature=LONG), ["blocks.mine.feature: "]),
        ({"representations": {LONG: ["hog"]}}, ["representations: "]),
        ({"layout": [LONG]}, ["layout.0: ", "more than 1,000 characters"]),
        ({"layout": nested(1000)}, ["layout.0.0", "lie in each other"]),
        ({"layout": endless()}, ["layout.0.0", "lie in each other"]),
        ({"layout": multiplied()}, ["more than 1,000,000 values"]),
        ({"data": date(2024, 1, 1)}, ["data: ", "put text in quotes"]),
        ({"data": b"photos"}, ["data: ", "put text in quotes"]),
        ({"labels": {1: "a"}}, ["labels: ", "the key 1 is not text"]),
        ({"labels": {"table": LONG + "\n"}}, ["labels.table: ", "more than 4,096 characters"]),
        ({"splits": {"fold": "dev"}}, ["splits.fold: "]),
        ({"file_name": ""}, ["file_name: "]),
    ],
    ids=range(26),
)
def test_what_no_one_means_is_one_short_line(config, words):
    with refused("config: ", *words) as caught:
        complete(config)
    assert len(str(caught.value)) <= LONGEST_MESSAGE


def test_zero_has_no_sign():
    assert str(complete(with_sgd(l2=[-0.0]))["sgd"]["l2"]) == "[0.0]"


def test_no_representation_is_called_like_the_row_of_the_largest_class():
    refuses({"representations": {"majority": ["hog"]}}, "representations.majority", "another name")


def test_folds_and_a_share_of_test_images_contradict_each_other():
    words = "folds: ", "5 folds", "test_fraction is given as well (0.3)", "remove one"
    refuses({"folds": 5, "test_fraction": 0.3}, *words)
    assert "test_fraction" not in complete({"folds": 5})
    assert "folds" not in complete({})
