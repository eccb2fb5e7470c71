"""What the admin's first page says of the work."""

from __future__ import annotations

from django import template

from lasso.overview import Section, sections

register = template.Library()


@register.simple_tag
def overview() -> list[Section]:
    """Every section, read now."""
    return sections()
