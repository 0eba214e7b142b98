"""The report in a real browser: what a reader sees, at any width, in either theme, on paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from report.hostile import CLASSES, SCRIPT
from report.looks import (
    BEYOND,
    CHART_COLORS,
    CUT,
    KEPT_WHOLE,
    OVERLAPPING,
    contrast,
    luminance,
    over,
)

WIDTHS, SCHEMES, LANGUAGES = (360, 1280), ("light", "dark"), ("en", "ko")
A4 = 718, 1047  # pixels of a page between margins of 10 mm
CELL = [0, 114, 178], 0.75  # the darkest cell of a confusion matrix: its colour, how opaque


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture
def opened(browser, pages, language):
    """Open the page at a width in a theme; what went wrong there is in its list `said`."""
    contexts = []

    def open_page(width: int = 1280, scheme: str = "light", name: str = "", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.said.append(request.url))
        page.goto(pages[name or language].as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def without_itself(page) -> list[str]:
    """What the page said or asked for, but for its own file and what is inside it."""
    return [said for said in page.said if said != page.url and not said.startswith("data:")]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_is_asked_for_cut_off_or_overlapping(opened, width, scheme):
    page = opened(width, scheme)
    assert without_itself(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(BEYOND) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPPING) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_can_be_used_by_everyone(opened, scheme):
    """No serious findings of axe-core, contrast of 4.5:1 included."""
    page = opened(1280, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if is_serious(v)] == []


def is_serious(violation: dict) -> bool:
    return violation["impact"] in ("serious", "critical")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_texts_in_charts_stand_out_from_what_is_behind_them(opened, scheme):
    """axe-core does not look into charts."""
    colors = opened(1280, scheme).evaluate(CHART_COLORS)
    paper = colors["paper"]
    assert (luminance(paper) < 0.1) == (scheme == "dark")
    assert colors["texts"]
    for text in colors["texts"]:
        assert contrast(text, paper) >= 4.5
    strongest = max(colors["texts"], key=lambda text: contrast(text, paper))
    assert contrast(strongest, over(*CELL, paper)) >= 4.5


def test_names_are_shown_as_text(opened):
    page = opened()
    assert "taken" not in page.title()
    assert page.locator("script").count() == 1
    assert page.locator("#done").get_by_text(SCRIPT, exact=True).first.is_visible()
    text = page.locator("main").inner_text()
    assert CLASSES[1] in text
    assert CLASSES[3][:20] in text
    assert CLASSES[2] in text


def test_it_says_the_language_that_it_is_in(opened, language):
    page = opened()
    assert page.evaluate("document.documentElement.lang") == language
    hangul = re.search("[\uac00-\ud7a3]", page.locator("main").inner_text())
    assert bool(hangul) == (language == "ko")


def test_tables_sort_by_a_click_on_a_heading(opened):
    page = opened()
    table = page.locator("#results table")
    place = 2  # test accuracy

    def column() -> list[float]:
        return [
            float(row)
            for row in table.locator(f"tbody tr td:nth-child({place + 1})").all_inner_texts()
        ]

    heading = table.locator("thead th").nth(place)
    before = column()
    heading.locator("button").click()
    assert column() == sorted(before, reverse=True) != before
    assert heading.get_attribute("aria-sort") == "descending"
    heading.locator("button").press("Enter")
    assert column() == sorted(before)


def test_it_can_be_read_without_scripts(opened):
    page = opened(java_script_enabled=False)
    assert page.locator("#results tbody tr").count() == 11
    assert page.locator("th button").count() == 0


def test_print_gives_whole_figures(opened):
    width, height = A4
    page = opened(width)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    pieces = page.evaluate(KEPT_WHOLE)
    assert len(pieces) > 50
    assert all(piece["inside"] == "avoid" for piece in pieces)
    smallest = [piece for piece in pieces if piece["tag"] not in ("FIGURE",)]
    assert [piece for piece in smallest if piece["height"] > height] == []
    assert [piece for piece in pieces if piece["right"] > width + 1] == []
    assert page.pdf(format="A4").count(b"/Type /Page\n") > 3


def test_each_section_links_its_tables_which_are_there(opened, run):
    page = opened()
    links = page.eval_on_selector_all(
        "main a[href]", "all => all.map(a => a.getAttribute('href'))"
    )
    files = {link for link in links if not link.startswith("#")}
    assert len(files) > 10
    assert [file for file in files if not (run.folder / "results/hostile" / file).exists()] == []


def test_what_is_not_computed_says_which_command_does(opened):
    page = opened(name="plain")
    said = page.locator("#missing code").all_inner_texts()
    every = ("invariance", "label_efficiency", "audit", "lecture")
    assert said == [f"snakemake {name} && snakemake" for name in every]
    assert opened().locator("#missing").count() == 0
