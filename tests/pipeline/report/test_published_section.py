"""The report's table of published accuracies, which are numbers or ranges of them."""

import pytest

from pipeline.published import facts
from pipeline.report.sections.published import percents


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
