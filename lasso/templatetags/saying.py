"""`{% say "Indhold" %}` in a template: the Danish sentence in the spoken language."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from lasso.language import translate

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: template.Context, sentence: str, **values: object) -> SafeString:
    """The sentence in the spoken language, its named placeholders filled: `{% say "Side {n}" n=page %}`.

    What is filled in is escaped, the sentence itself is ours. The sentence must stand in the template literally,
    or be marked where it is written: it is looked up in the catalogue. Nothing is escaped inside
    `{% autoescape off %}`, as in the text of a mail.
    """
    if not context.autoescape:
        return mark_safe(translate(sentence).format(**values))  # noqa: S308 - it is not HTML
    said = conditional_escape(translate(sentence))
    return format_html(said, **values) if values else said
