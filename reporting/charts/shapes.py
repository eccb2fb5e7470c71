"""The boxes of an ownership chart: kinds are told apart by shape and border, and said in words beneath the name."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from companies.graph import ChainEnd, Node
from companies.profile import ParticipantKind

BOX_HEIGHT = 46.0
INK, FAINT, PAPER, FILLED = "#1b2a3a", "#5b6b7b", "#ffffff", "#1f3a4d"


def describe_node(node: Node) -> str:
    """What a node is, in a few words: "ApS · CVR 99000003", "Person", "Udenlandsk · SE"."""
    if node.kind is ParticipantKind.PERSON:
        words = ["Person"]
    elif node.kind is ParticipantKind.OTHER or node.end is ChainEnd.FOREIGN:
        words = ["Udenlandsk", node.country_code]
    else:
        words = [node.form, f"CVR {node.cvr}" if node.cvr else ""]
    if not node.is_active:
        words.append("ophørt")
    return " · ".join(word for word in words if word) or "Ikke nærmere oplyst"


def legend() -> tuple[tuple[SafeString, str], ...]:
    """A small drawing of each kind of box, with its meaning."""
    kinds = (
        (Node("", ParticipantKind.COMPANY, ""), "Dansk selskab"),
        (Node("", ParticipantKind.PERSON, ""), "Person"),
        (Node("", ParticipantKind.OTHER, ""), "Udenlandsk ejer"),
        (Node("", ParticipantKind.COMPANY, "", end=ChainEnd.FOUNDATION), "Fond eller forening"),
        (Node("", ParticipantKind.COMPANY, "", end=ChainEnd.UNKNOWN), "Kæden kan ikke følges videre"),
    )
    return tuple((_swatch(node, text), text) for node, text in kinds)


def _swatch(node: Node, text: str) -> SafeString:
    shape = box_shape(node, 1, 1, 20, height=10)
    return mark_safe(  # noqa: S308 - our own words only
        f'<svg xmlns="http://www.w3.org/2000/svg" width="22" height="12" viewBox="0 0 22 12">'
        f"<title>{escape(text)}</title>{shape}</svg>"
    )


def box_shape(
    node: Node | None, left: float, top: float, width: float, *, is_root: bool = False, height: float = BOX_HEIGHT
) -> str:
    """A box by its node's kind; None is a gathering box."""
    radius, border = 2.0, ""
    if node is None:
        border = ' stroke-dasharray="1 3"'
    elif node.kind is ParticipantKind.PERSON:
        radius = height / 2
    elif node.kind is ParticipantKind.OTHER or node.end is ChainEnd.FOREIGN:
        border = ' stroke-dasharray="6 3"'
    elif node.end in {ChainEnd.UNKNOWN, ChainEnd.NO_OWNERS, ChainEnd.DEPTH} and not is_root:
        border = ' stroke-dasharray="2 2"'
    fill = FILLED if is_root else PAPER
    shape = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}" '
        f'fill="{fill}" stroke="{INK}" stroke-width="1"{border}/>'
    )
    if node and node.end is ChainEnd.FOUNDATION:
        shape += (
            f'<rect x="{left + 2.5:.1f}" y="{top + 2.5:.1f}" width="{width - 5:.1f}" height="{height - 5:.1f}" '
            f'fill="none" stroke="{INK}" stroke-width="0.7"/>'
        )
    return shape
