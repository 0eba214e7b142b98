"""The report's table of published accuracies, which are numbers or ranges of them."""

from pathlib import Path

import pytest

from pipeline.published import facts
from pipeline.report.material import Material
from pipeline.report.sections.published import percents, section
from pipeline.report.texts import Texts

ROOT = Path(__file__).parents[3]


def test_the_section_shows_a_range_beside_a_number(tmp_path):
    (tmp_path / "published.csv").write_text(
        "data,representation,classifier,accuracy,published,what,source\n"
        "cifar10,raw_pixels,softmax,0.4,0.347-0.392,raw pixels,course\n"
        "cifar10,hog,svm,,0.5,HOG,project\n"
    )
    run = Material(
        texts=Texts(ROOT / "pipeline/report/texts/en.yaml"),
        run="mine",
        config={},
        trial={},
        files={},
        results=tmp_path,
        blocks=[],
        looks_for=[],
        titles={"svm": "SVM"},
        tables=["published"],
        lecture=[],
    )
    shown = [
        (row["classifier"], row["accuracy"], row["published"]) for row in section(run)["rows"]
    ]
    assert shown == [("softmax", "40.0", "34.7\u201339.2"), ("SVM", "", "50.0")]


@pytest.mark.parametrize(
    ("published", "wanted"), [("0.5", "50.0"), ("0.347-0.392", "34.7\u201339.2"), ("1", "100.0")]
)
def test_published_shares_are_shown_in_percent(published, wanted):
    assert percents(published) == wanted


def test_every_published_fact_can_be_shown():
    for fact in facts():
        ends = [float(end) / 100 for end in percents(fact["published"]).split("\u2013")]
        wanted = [float(end) for end in fact["published"].split("-")]
        assert ends == pytest.approx(wanted, abs=0.0005 + 1e-9)
