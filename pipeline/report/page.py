"""The page itself: templates filled in, with everything from the data escaped."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.report.material import Material
from pipeline.report.texts import count

FOLDER = Path(__file__).parent / "templates"


def rendered(material: Material, sections: list[dict]) -> str:
    """The page in HTML. sections: of each its name, and what its template is given."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["t"] = material.texts
    source = {
        name: (FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")
    }
    return environment.get_template("page.html").render(
        run=material.run,
        about=about(material),
        language=material.config["language"],
        sections=[section for section in sections if not section["command"]],
        missing=[section for section in sections if section["command"]],
        tables=sorted(material.used.items()),
        css=source["page.css"],
        js=source["page.js"],
    )


def about(material: Material) -> str:
    """The size of the run, in a line."""
    return material.texts(
        "page.about",
        images=count(len(material.part)),
        classes=count(len(material.class_names)),
        representations=count(len(material.chosen)),
        classifiers=material.texts.listed(list(material.titles.values())),
    )
