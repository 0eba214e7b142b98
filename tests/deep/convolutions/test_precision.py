"""Which precision is taken, where one of them is wrong, slow, or not there."""

import time

import pytest
import torch

from features.convolutions import precision


@pytest.fixture(autouse=True)
def has(monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda: True)


def gradients(kind: str, seconds: float = 0, factor: float = 1) -> dict[str, torch.Tensor]:
    exact = torch.linspace(-1, 1, 50)
    time.sleep(0.01)
    if kind == "float32":
        return {"a": exact, "b": torch.zeros(3)}
    time.sleep(seconds)
    return {"a": (factor * exact).bfloat16(), "b": torch.zeros(3)}


def test_bfloat16_is_taken_where_it_is_right():
    assert precision.choose(gradients, "cpu") == ("bfloat16", "trained in bfloat16")


@pytest.mark.parametrize("factor", [0, 0.25, 4, float("nan")])
def test_not_where_it_is_wrong(factor):
    chosen, why = precision.choose(lambda kind: gradients(kind, factor=factor), "cpu")
    assert chosen == "float32"
    assert "wrongly" in why


def test_not_where_it_is_much_slower():
    chosen, why = precision.choose(lambda kind: gradients(kind, seconds=0.1), "cpu")
    assert chosen == "float32"
    assert "slowly" in why


def test_not_where_the_processor_lacks_it(monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda: False)
    chosen, why = precision.choose(lambda kind: {}, "cpu")
    assert chosen == "float32"
    assert "no instructions" in why
