"""A run whose classes have hostile names, its report in both languages, and a browser."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from report.hostile import CONFIG, write_images, write_optional
from support.project import Run

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Run:
    """The run, with its report in English, and in Korean with all optional sections."""
    made = Run(tmp_path_factory.mktemp("report"))
    write_images(made.folder / CONFIG["data"])
    made.make("--cores", "2", config=CONFIG)
    folder = made.folder / "results/hostile"
    (folder / "report.html").rename(folder / "plain.html")
    write_optional(folder, made.folder / "work/hostile")
    for language in ("en", "ko"):
        made.make("--cores", "2", config={**CONFIG, "language": language})
        shutil.copy(folder / "report.html", folder / f"{language}.html")
    return made


@pytest.fixture(scope="session")
def pages(run) -> dict[str, Path]:
    """The reports: plain, in English without any optional section; en and ko with all of them."""
    return {name: run.folder / f"results/hostile/{name}.html" for name in ("plain", "en", "ko")}


@pytest.fixture(scope="session")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "no Chromium: on Debian, apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()
