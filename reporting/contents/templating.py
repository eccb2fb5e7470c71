"""The templates of the reports: Jinja's language, compiled once a process, every value escaped.

A name that a template does not find is an error, never a gap in a report.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from lasso.language import spoken, translate
from reporting.contents.written import NOTES, Written

FOLDER = Path(settings.BASE_DIR) / "templates" / "reports"


def draw(template: str, **values: object) -> str:
    """The template, a name below `templates/reports/`, with these values.

    Raises:
        jinja2.TemplateError: there is no such template, or it asks for something that it was not given.
    """
    return _templates.get_template(template).render(values)


def load_templates() -> None:
    """Compile every template now, so that processes forked from this one inherit them."""
    for name in _templates.list_templates(extensions=["jinja"]):
        _templates.get_template(name)


def say(sentence: str, **values: object) -> Markup:
    """The sentence in the spoken language, its named placeholders filled: `{{ say("Side {n}", n=page) }}`.

    What is filled in is escaped. The sentence must stand in the template literally: it is looked up in the catalogue.
    """
    return escape(translate(sentence)).format(**values)


def as_written(text: str, *, noted: bool = False) -> str:
    """The text; in another language than the report's it is marked so for screen readers.

    `noted`, it is also said to eyes, behind the text.
    """
    if not isinstance(text, Written) or text.language is spoken():
        return text
    marked = Markup('<span lang="{}">{}</span>').format(text.language.value, text)
    if not noted:
        return marked
    return Markup('{} <span class="detail">{}</span>').format(marked, translate(NOTES[text.language]))


def line_breaks(text: str) -> Markup:
    """The text with a `<br>` for each of its line ends."""
    lines = escape(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Markup("<br>").join(lines)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    made.globals["say"] = say
    made.filters["as_written"] = as_written
    made.filters["line_breaks"] = line_breaks
    return made


_templates = _environment()
