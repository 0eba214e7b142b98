"""Which source `data` is for: a name wins over a path, and what is neither is told in one line."""

import inspect
import subprocess
import sys
from functools import partial
from importlib import import_module
from types import SimpleNamespace

import pytest
from support.image_sets import content, in_folder, in_zip
from support.mistakes import refused

from pipeline.sources import cifar_binary, image_folder, photos, registry
from pipeline.sources.source import Options


@pytest.mark.parametrize("name", registry.modules())
def test_every_source_has_what_the_workflow_asks_of_it(name):
    source = import_module(name)
    parameters = {"recognises": ["data"], "open": ["data", "options"]}
    parameters["fingerprint"] = ["data", "verify"]
    for function, expected in parameters.items():
        assert list(inspect.signature(getattr(source, function)).parameters) == expected
    assert set(source.OPTIONS) <= set(registry.OPTIONS)


def test_a_name_wins_over_a_path_that_is_called_like_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, source in (("photos", photos), ("cifar10", cifar_binary)):
        in_folder(tmp_path / name, content())
        assert registry.find(name) is source
        for path in (f"./{name}", str(tmp_path / name)):
            assert registry.find(path) is image_folder
            assert registry.open_source(path, Options()).classes == ["cat", "dog"]
            assert registry.fingerprint(path) != registry.fingerprint(name) == ""


def test_the_names_are_those_that_are_recognised():
    assert registry.names()[:2] == ["photos", "cifar10"]
    assert [registry.find(name) for name in registry.names()[:2]] == [photos, cifar_binary]
    for name in registry.names():
        assert name in registry.find(name).NAMES


def test_a_path_is_opened_whatever_lies_there(tmp_path):
    archive = in_zip(tmp_path / "set.zip", content())
    assert registry.open_source(str(archive), Options()).n == 4
    (tmp_path / "set.rar").write_bytes(b"x")
    with refused("set.rar", ".zip"):
        registry.open_source(str(tmp_path / "set.rar"), Options())


def test_the_options_of_a_source_are_those_that_it_reads(tmp_path):
    folder = str(in_folder(tmp_path / "set", content()))
    assert set(registry.options(folder)) == {
        *("layout", "ignore", "splits", "labels", "file_name", "archive_encoding")
    }
    assert registry.options("photos") == ()


@pytest.mark.parametrize(
    "data", ["cifar11", "Photos", "absent/set.zip", "", "a\nb", "a\0b", "n" * 300, "image_folder"]
)
def test_what_is_not_there_is_told_with_the_names_that_are(data):
    assert registry.find(data) is None
    said = data if data.isprintable() else ascii(data)
    for ask in (
        registry.fingerprint,
        registry.options,
        partial(registry.open_source, options=None),
    ):
        with refused(f"data {said}: ", "no such folder or archive", "one of photos, cifar10"):
            ask(data)


def test_a_source_more_is_a_module_more(monkeypatch):
    opened = []
    mine = SimpleNamespace(
        NAMES=("mine",),
        OPTIONS=("splits",),
        recognises=lambda data: data == "mine",
        open=lambda data, options: opened.append((data, options.seed)),
        fingerprint=lambda data, verify: data[::-1] + str(verify),
    )
    monkeypatch.setitem(sys.modules, "pipeline.sources.mine", mine)
    monkeypatch.setattr(registry, "SOURCES", ("photos", "mine", "image_folder"))
    registry.open_source("mine", Options(seed=3))
    assert opened == [("mine", 3)]
    assert registry.fingerprint("mine") == "enimFalse"
    assert registry.fingerprint("mine", True) == "enimTrue"
    assert registry.modules()[1] == "pipeline.sources.mine"
    assert registry.options("mine") == ("splits",)
    with refused("one of photos, mine"):
        registry.open_source("absent", Options())


def test_all_sources_are_imported_in_no_time():
    """All are whenever the workflow starts: what is slow to import waits until it is needed."""
    script = f"""
import sys
for name in {registry.modules()}:
    __import__(name)
slow = {{"PIL", "pooch", "requests", "skimage", "scipy", "numba", "pandas", "pyarrow", "h5py"}}
print(*slow & set(sys.modules))
"""
    command = [sys.executable, "-c", script]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == "\n"
