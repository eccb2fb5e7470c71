"""The boxes of an ownership chart: kinds are told apart by shape and border, and said in words beneath the name."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from companies.graph import ChainEnd, Node
from companies.profile import ParticipantKind
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.names import is_abroad, node_text

INK, FAINT, PAPER, FILLED, TINT = "#1a2732", "#55636f", "#ffffff", "#17364d", "#eef3f6"
ROUNDING = 15.0


class Shape(StrEnum):
    """How a box is drawn."""

    COMPANY = "company"
    ROOT = "root"
    PERSON = "person"
    FOREIGN = "foreign"
    FOUNDATION = "foundation"
    UNKNOWN = "unknown"
    GATHERED = "gathered"


MEANINGS = {
    Shape.ROOT: mark("Virksomheden selv"),
    Shape.COMPANY: mark("Dansk selskab"),
    Shape.PERSON: mark("Person"),
    Shape.FOREIGN: mark("Udenlandsk ejer"),
    Shape.FOUNDATION: mark("Fond eller forening"),
    Shape.UNKNOWN: mark("Kæden kan ikke følges videre"),
    Shape.GATHERED: mark("Flere samlet"),
}
CIRCLE = mark("Del af kredsejerskab")
END_WORDS = {
    ChainEnd.UNKNOWN: mark("Ikke i registret"),
    ChainEnd.NO_OWNERS: mark("Ingen ejere oplyst"),
    ChainEnd.DEPTH: mark("Ikke fulgt videre"),
}


def describe_node(node: Node) -> str:
    """What a node is, in a few words: "ApS · CVR 99000003", "Person", "Udenlandsk · SE"."""
    if node.kind is ParticipantKind.PERSON:
        words = [_("Person")]
    elif node.kind is ParticipantKind.OTHER or node.end is ChainEnd.FOREIGN:
        words = [_("Udenlandsk"), node.country_code] if is_abroad(node) else [node_text(node)]
    else:
        words = [node.form, f"CVR {node.cvr}" if node.cvr else ""]
    if not node.is_active:
        words.append(_("ophørt"))
    return " · ".join(word for word in words if word) or _("Ikke nærmere oplyst")


def shape_of(node: Node | None, *, is_root: bool = False) -> Shape:
    """How a node's box is drawn; None is a gathering box."""
    if is_root:
        return Shape.ROOT
    if node is None:
        return Shape.GATHERED
    if node.kind is ParticipantKind.PERSON:
        return Shape.PERSON
    if node.kind is ParticipantKind.OTHER or node.end is ChainEnd.FOREIGN:
        return Shape.FOREIGN if is_abroad(node) else Shape.UNKNOWN
    if node.end is ChainEnd.FOUNDATION:
        return Shape.FOUNDATION
    return Shape.UNKNOWN if node.end in END_WORDS else Shape.COMPANY


def legend(shapes: Iterable[Shape], *, has_circle: bool = False) -> tuple[tuple[SafeString, str], ...]:
    """A small drawing of each kind of box in the chart, with its meaning; the company itself needs none."""
    met = set(shapes)
    found = [
        (_swatch(shape, _(meaning)), _(meaning))
        for shape, meaning in MEANINGS.items()
        if shape in met and shape is not Shape.ROOT
    ]
    if has_circle:
        found.append((_swatch(Shape.COMPANY, _(CIRCLE), is_in_circle=True), _(CIRCLE)))
    return tuple(found)


def box_shape(shape: Shape, left: float, top: float, width: float, height: float, *, is_in_circle: bool = False) -> str:
    """A box. One that is part of a circle of owners has a heavy border."""
    radius = {Shape.PERSON: min(height / 2, ROUNDING), Shape.ROOT: 2.0}.get(shape, 0.0)
    border = {Shape.FOREIGN: "7 3", Shape.UNKNOWN: "2 2", Shape.GATHERED: "1 3"}.get(shape)
    fill = {Shape.ROOT: FILLED, Shape.PERSON: TINT}.get(shape, PAPER)
    place = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"'
    dashes = f' stroke-dasharray="{border}"' if border else ""
    rounded = f' rx="{radius:.1f}"' if radius else ""
    heavy = 2.4 if is_in_circle else 1
    drawn = f'<rect {place}{rounded} fill="{fill}" stroke="{INK}" stroke-width="{heavy}"{dashes}/>'
    if shape is Shape.FOUNDATION:
        inner = f"M{left + 2.5:.1f} {top + 2.5:.1f}h{width - 5:.1f}v{height - 5:.1f}h{5 - width:.1f}z"
        drawn += f'<path d="{inner}" fill="none" stroke="{INK}" stroke-width="0.7"/>'
    return drawn


def _swatch(shape: Shape, text: str, *, is_in_circle: bool = False) -> SafeString:
    drawn = box_shape(shape, 1.5, 1.5, 21, 10, is_in_circle=is_in_circle)
    return mark_safe(  # noqa: S308 - our own words only
        f'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="13" viewBox="0 0 24 13">'
        f"<title>{escape(text)}</title>{drawn}</svg>"
    )
