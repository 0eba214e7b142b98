"""Which precision is taken, where one of them is wrong, slow, or not there."""

import pytest
import torch

from features.convolutions import precision

REAL = precision.seconds


@pytest.fixture(autouse=True)
def has(monkeypatch):
    """A processor with bfloat16, on which it takes half of the time."""
    monkeypatch.setattr(precision, "has_bfloat16", lambda: True)
    monkeypatch.setattr(precision, "seconds", lambda kind: 2.0 if kind == "float32" else 1.0)


def gradients(kind: str, factor: float = 1) -> dict[str, torch.Tensor]:
    exact = torch.linspace(-1, 1, 50)
    if kind == "float32":
        return {"a": exact, "b": torch.zeros(3)}
    return {"a": (factor * exact).bfloat16(), "b": torch.zeros(3)}


def test_bfloat16_is_taken_where_it_is_right():
    assert precision.choose(gradients, "cpu") == ("bfloat16", "")


@pytest.mark.parametrize("factor", [0, 0.25, 4, float("nan")])
def test_not_where_it_is_wrong(factor):
    chosen, why = precision.choose(lambda kind: gradients(kind, factor=factor), "cpu")
    assert chosen == "float32"
    assert "wrongly" in why


def test_not_where_it_is_much_slower_every_time(monkeypatch):
    slow = iter([7.0, 7.5, 6.5, 9.0, 6.1])
    monkeypatch.setattr(precision, "seconds", lambda k: 2.0 if k == "float32" else next(slow))
    chosen, why = precision.choose(gradients, "cpu")
    assert chosen == "float32"
    assert "slowly" in why
    once = iter([7.0, 7.5, 5.9, 9.0, 6.1])
    monkeypatch.setattr(precision, "seconds", lambda k: 2.0 if k == "float32" else next(once))
    assert precision.choose(gradients, "cpu")[0] == "bfloat16"


def test_times_are_of_real_work():
    for kind in ("float32", "bfloat16"):
        assert 0 < REAL(kind) < 10


def test_not_where_the_processor_lacks_it(monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda: False)
    chosen, why = precision.choose(lambda kind: {}, "cpu")
    assert chosen == "float32"
    assert "no instructions" in why
