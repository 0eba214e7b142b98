"""Config files and the command line are read alike, and laid over each other in order."""

from pathlib import Path

import pytest
from snakemake.cli import parse_config
from support.mistakes import refused

from pipeline.given import check_options, configs
from pipeline.settings import complete


def typed(*entries: str) -> list[dict]:
    """Of the command line; Snakemake must be able to read it too, whatever it takes it for."""
    assert parse_config(entries)
    return configs([], entries)


def written(folder: Path, *texts: str) -> list[Path]:
    files = [folder / f"{place}.yaml" for place in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    return files


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("sgd={epochs: 200}", {"epochs": 200}),
        ("sgd={'epochs': 200}", {"epochs": 200}),
        ('sgd={"epochs":200}', {"epochs": 200}),
        ("sgd={learning_rates: [1, 1.5, 1.0e-3]}", {"learning_rates": [1, 1.5, 0.001]}),
        ("sgd={svm: null}", {"svm": None}),
        ("sgd={svm: }", {"svm": None}),
        ("seeds=[0, 1]", [0, 1]),
        ("seeds= [0, 1] ", [0, 1]),
        ("ignore=['2024', old]", ["2024", "old"]),
        ("flips=true", True),
        ("flips=True", True),
        ("image_size=32", 32),
        ("test_fraction=.5", 0.5),
        ("test_fraction=1e-1", "1e-1"),
        ("run=null", None),
        ("run=", None),
        ("run='null'", "null"),
        ("run='2024'", "2024"),
        ('run="it\'s"', "it's"),
        ("run=2024-05-01", "2024-05-01"),
        ("data=my {ü} #1", "my {ü} #1"),
        ("data=it's", "it's"),
        ("data=a=b", "a=b"),
        ("data=[a", "[a"),
        ("data=*a", "*a"),
        ("data=!a", "!a"),
        ("data=b\udcff", "b\udcff"),
    ],
)
def test_the_command_line_is_read_as_a_file_is(entry, value):
    assert typed(entry) == [{entry.partition("=")[0]: value}]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("sgd={epochs: '200'}", ["sgd.epochs: '200' is not of type 'integer'; write 200"]),
        ("sgd={epochs: 1e2}", ["sgd.epochs: '1e2' is not of type 'integer'; write 100"]),
        ("sgd={learning_rates: [1e-5]}", ["sgd.learning_rates.0: '1e-5'", "write 1.0e-5"]),
        ("sgd={l2: [nan]}", ["sgd.l2.0: 'nan' is not of type 'number'"]),
        ("sgd={l2: [.nan]}", ["sgd.l2.0: nan is not of type 'number'"]),
        ("sgd={epoch: 3}", ["sgd: unknown key 'epoch'; did you mean 'epochs'?"]),
        ("sgd={epochs: 3", ["sgd: '{epochs: 3' is not of type 'object'"]),
        ("sgd={epochs: null}", ["sgd.epochs: null removes it"]),
        ("sgd={epochs: 2024-01-01}", ["sgd.epochs: ", "put text in quotes"]),
        ("test_fraction=1e-1", ["test_fraction: '1e-1' is not of type 'number'; write 0.1"]),
        ("data=2024", ["data: 2024", "put it in quotes", "--config data=\"'2024'\""]),
        ("data=", ["data: null removes it"]),
        ("seeds=0,1", ["seeds: '0,1' is not of type 'array'"]),
        ("representations={hgo: null}", ["representations.hgo: ", "did you mean 'hog'?"]),
    ],
)
def test_the_command_line_is_checked_as_strictly_as_a_file(tmp_path, entry, words):
    with refused("config: ", *words):
        complete(*typed(entry))
    key, _, value = entry.partition("=")
    if not value.endswith("3"):  # that is no YAML
        with refused("config: ", *words):
            complete(*configs(written(tmp_path, f"{key}: {value}"), []))


def test_the_form_that_a_message_shows_works():
    assert typed("data='2024'") == [{"data": "2024"}]


def test_a_key_that_stands_twice_in_a_group_is_refused():
    with refused("--config sgd: the key epochs stands twice, in lines 1 and 1; remove one"):
        typed("sgd={epochs: 3, epochs: 4}")


def test_files_come_in_order_and_the_command_line_last(tmp_path):
    files = written(
        tmp_path,
        "sgd: {epochs: 1, batch_size: 8, svm: null}\nseeds: [1]\n",
        "sgd: {epochs: 2, svm: {l2: [1]}}\nseeds: [2, 3]\nrun: mine\n",
    )
    found = complete(*configs(files, ["sgd={epochs: 3}", "run=", "sgd={momentum: 0}"]))
    assert found["seeds"] == [2, 3]
    assert "run" not in found
    given = {"epochs": 3, "batch_size": 8, "momentum": 0, "svm": {"l2": [1]}}
    assert found["sgd"] == {**complete()["sgd"], **given}


def test_what_json_takes_and_yaml_does_not_is_one_line(tmp_path):
    (file,) = written(tmp_path, '{"seeds":\t[1]}\n\t{')
    with refused(f"{file}: this is no YAML: "):
        configs([file], [])
    assert configs(written(tmp_path, '{"seeds": [1]}'), []) == [{"seeds": [1]}]


@pytest.mark.parametrize(
    "options",
    [
        ["--config", "data=x", "--config", "image_size=8"],
        ["--config=data=x", "--cores", "2", "-C", "image_size=8"],
    ],
)
def test_a_second_config_option_is_refused(options):
    """Snakemake would take the last alone."""
    with refused("--config stands more than once", "behind one"):
        check_options(options)


@pytest.mark.parametrize(
    "options", [[], ["--config", "data=x", "image_size=8"], ["--configfile", "a", "-C", "data=x"]]
)
def test_one_config_option_is_not(options):
    check_options(options)
