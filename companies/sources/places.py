"""Addresses and contacts in register documents."""

from __future__ import annotations

from datetime import date

from companies.profile import Address
from companies.sources.document import Node
from companies.sources.histories import current, held


def read_address(company: Node, key: str, day: date, *, has_ended: bool) -> Address | None:
    """The address in force on the day in the list under the key; of a company that has ended, the last."""
    node = held(company.items(key), day, has_ended=has_ended)
    if node is None:
        return None
    municipality = node.child("kommune")
    return Address(
        street_name=node.text("vejnavn"),
        house_number=_house_number(node),
        floor=node.text("etage"),
        door=node.text("sidedoer"),
        care_of=node.text("conavn"),
        city_name=node.text("bynavn"),
        postal_code=_padded(node.text("postnummer"), 4),
        postal_district=node.text("postdistrikt"),
        postal_box=node.text("postboks"),
        municipality_code=_padded(municipality.text("kommuneKode"), 4) if municipality else "",
        municipality_name=municipality.text("kommuneNavn") if municipality else "",
        country_code=node.text("landekode") or "DK",
        free_text=node.text("fritekst"),
    )


def read_contact(company: Node, key: str, day: date) -> str:
    """The contact in force on the day in the list under the key; hidden ones do not exist for us."""
    node = current((item for item in company.items(key) if not item.boolean("hemmelig")), day)
    return node.text("kontaktoplysning") if node else ""


def _house_number(node: Node) -> str:
    """As in "12", "12A", "12-14", "12A-12C"."""
    first = node.text("husnummerFra") + node.text("bogstavFra")
    last = node.text("husnummerTil") + node.text("bogstavTil")
    if last == node.text("bogstavTil") != "":
        last = node.text("husnummerFra") + last
    return f"{first}-{last}" if last and last != first else first


def _padded(number: str, width: int) -> str:
    """Numbers come without their leading zeros: 800 Høje Taastrup is 0800."""
    return number.zfill(width) if number.isdecimal() else number
