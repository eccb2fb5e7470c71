"""`{{ text|as_written }}`: a text, which says its language where that is not the report's."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from lasso.language import spoken
from lasso.language import translate as _
from reporting.contents.written import NOTES, Written

register = template.Library()


@register.filter
def as_written(text: str, note: str = "") -> SafeString:
    """The text, escaped; in another language than the report's it is marked so for screen readers.

    With `"noted"` it is also said to eyes, behind the text.
    """
    if not isinstance(text, Written) or text.language is spoken():
        return conditional_escape(text)
    marked = format_html('<span lang="{}">{}</span>', text.language.value, text)
    if not note:
        return marked
    return format_html('{} <span class="detail">{}</span>', marked, _(NOTES[text.language]))
