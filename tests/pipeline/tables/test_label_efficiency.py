"""The crossing of two curves by hand, and what is chosen, drawn and said of it."""

import numpy as np
import pandas as pd
import pytest
from support.texts import english, file_of, texts

from pipeline.tables.crossing import RESAMPLINGS, crossing, resampled
from pipeline.tables.label_efficiency import (
    chosen,
    describe,
    draw,
    kind,
    label_efficiency,
)

TEXT = texts("label_efficiency", folder="tables")
LABELS = np.array([10.0, 100, 1000])


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        ([1, 2, 3], 10),  # ahead from the first
        ([-1, 1, 2], 10**1.5),  # in the middle, of the logarithms
        ([-1, 3, -1], np.inf),  # not at the last
        ([1, -1, 3], 10**2.25),  # only the last time counts
        ([-2, 0, 1], 100),
        ([-2, -1, 0], np.inf),
    ],
)
def test_where_a_difference_becomes_positive_for_good(difference, expected):
    assert crossing(LABELS, np.array(difference, float)) == pytest.approx(expected)


def test_resampling_draws_that_are_alike_always_leads_to_the_same():
    draws = [np.full(5, -1.0), np.full(3, 1.0), np.array([2.0])]
    found = resampled(LABELS, draws, np.random.default_rng(0))
    assert found == pytest.approx(np.full(RESAMPLINGS, 10**1.5))


def test_resampling_follows_how_draws_vary():
    """Of two draws, -1 and 3, a resampled mean is -1 in one of four."""
    found = resampled(np.array([10.0]), [np.array([-1.0, 3])], np.random.default_rng(0))
    assert np.isinf(found).mean() == pytest.approx(0.25, abs=0.06)


def row(name: str, knows: str, labels: int, draw: int, test: float, validation: float = 0.5):
    return {
        "representation": name,
        "classifier": "svm",
        "seed": 0,
        "share": labels / 1000,
        "labels": labels,
        "draw": draw,
        "validation_accuracy": validation,
        "validation_loss": 1.0,
        "test_accuracy": test,
        "knows": knows,
    }


def table(learned: list[float], by_hand: list[float]) -> pd.DataFrame:
    """Two draws of each of three numbers of labels, alike."""
    rows = [
        row(name, knows, int(labels), draw, accuracy)
        for name, knows, curve in (
            ("net", "labels of these images", learned),
            ("hog", "hand-made", by_hand),
        )
        for labels, accuracy in zip(LABELS, curve, strict=True)
        for draw in (1, 2)
    ]
    return pd.DataFrame(rows)


def said(learned: list[float], by_hand: list[float]) -> str:
    return describe(table(learned, by_hand), np.random.default_rng(0), TEXT)


def test_the_sentence_says_from_how_many_labels_on():
    assert said([0.2, 0.5, 0.9], [0.3, 0.4, 0.5]) == (
        "Learned features overtake hand-made ones from 32 labels on "
        "(95 % interval over draws: 32 to 32)."
    )
    assert "with as few as 10 labels on" in said([0.4, 0.5, 0.9], [0.3, 0.4, 0.5])
    never = said([0.2, 0.3, 0.4], [0.3, 0.4, 0.5])
    assert never.startswith("With up to 1,000 labels, learned features never overtake")
    assert "(100 % of 1,000 resamplings of the draws agree)." in never


def test_a_run_of_one_kind_alone_has_nothing_to_compare():
    rows = table([0.2, 0.5, 0.9], [0.3, 0.4, 0.5])
    rng = np.random.default_rng(0)
    assert "no learned features" in describe(rows.query("representation == 'hog'"), rng, TEXT)
    assert "no hand-made features" in describe(rows.query("representation == 'net'"), rng, TEXT)


def test_test_labels_choose_nothing():
    """The row of the better validation labels is taken, though its test accuracy is lower."""
    rows = pd.DataFrame(
        [
            row("net", "labels of these images", 10, 1, 0.9, validation=0.4),
            row("net", "labels of these images", 10, 1, 0.1, validation=0.6),
            row("net", "labels of these images", 10, 2, 0.7, validation=0.6),
        ]
    )
    assert chosen(rows, ["representation", "knows"]).tolist() == [False, True, True]
    rows["validation_accuracy"], rows["validation_loss"] = 0.5, [1.0, 2.0, 3.0]
    assert chosen(rows, ["representation", "knows"]).tolist() == [True, False, True]


def test_kinds():
    assert kind("nothing") == "pixels"
    assert kind("hand-made, unlabelled images") == "hand-made"
    assert kind("hand-made, labels of these images") == "both"
    assert kind("another data set") == "learned"


def test_a_line_runs_through_means_and_whiskers_reach_the_draws():
    rows = pd.DataFrame(
        [row("a_b", "hand-made", 10, i, accuracy) for i, accuracy in enumerate([0.1, 0.2, 0.6])]
    )
    (axes,) = draw(rows, TEXT).axes
    (line,) = axes.containers
    assert line[0].get_ydata() == pytest.approx([30])
    (whisker,) = line[2][0].get_segments()
    assert whisker[:, 1] == pytest.approx([10, 60])


def test_the_stage_joins_records_and_says_what_takes_no_part(tmp_path):
    rows = table([0.2, 0.5, 0.9], [0.3, 0.4, 0.5]).drop(columns="knows")
    for (name, share, turn), record in rows.groupby(["representation", "share", "draw"]):
        record.to_csv(tmp_path / f"{name}-{share:g}-{turn}.csv", index=False)
    points = [f"{labels / 1000:g}-{turn}" for labels in LABELS for turn in (1, 2)]
    files = [tmp_path / f"found.{end}" for end in ("csv", "svg", "png", "txt", "md")]
    label_efficiency(
        [str(tmp_path / f"{name}-{{point}}.csv") for name in ("hog", "net")],
        points,
        {"hog": {"svm": "hand-made"}, "net": {"svm": "labels of these images"}},
        ["convnet"],
        file_of("en", "tables"),
        *files,
    )
    found = pd.read_csv(files[0])
    assert len(found) == 12
    assert set(found["knows"]) == {"hand-made", "labels of these images"}
    assert found["chosen"].all()
    assert files[3].read_text().startswith("Learned features overtake hand-made ones from 32 ")
    page = files[4].read_text()
    assert files[3].read_text().strip() in page
    assert page.endswith("\n\nconvnet takes no part: its features were fitted with all labels.\n")
    assert ">hog (hand-made)</text>" in files[1].read_text()


def test_sentences_and_the_chart_in_korean():
    korean = texts("label_efficiency", "ko", "tables")
    rows, rng = table([0.2, 0.5, 0.9], [0.3, 0.4, 0.5]), np.random.default_rng(0)
    assert describe(rows, rng, korean).startswith("레이블이 32개 이상이면 학습한 특징이")
    figure = draw(rows, korean)
    labels = [each.get_text() for each in figure.legends[0].get_texts()]
    assert labels == ["net (이 이미지들의 레이블)", "hog (손으로 설계)"]
    assert not english(figure.axes[0].get_xlabel() + figure.axes[0].get_ylabel())
