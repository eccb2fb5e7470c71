"""Where the company is and how it is reached."""

from __future__ import annotations

import re
from collections.abc import Callable

from companies.catalogue.field import Field, FieldType, Json, of_company
from companies.catalogue.formats import telephone
from companies.profile import Address, Profile

HOUSE = re.compile(r"(\d+)([A-Za-zÆØÅæøå]?)")
Read = Callable[[Address], str]


def first_line(address: Address) -> str:
    """Street, house and door, as on an envelope: "Prøvevej 12A, 2. tv"; abroad the first line of the free text."""
    street = f"{address.street_name} {address.house_number}".strip()
    if not street:
        return _box(address) if address.postal_box else _free_lines(address)[0]
    floor = f"{address.floor}." if address.floor.isdecimal() else address.floor
    inside = f"{floor} {address.door}".strip()
    return f"{street}, {inside}" if inside else street


def second_line(address: Address) -> str:
    """What else belongs on the envelope: c/o, the place's name, the postal box; abroad the rest of the free text."""
    is_first = not address.street_name and not address.house_number
    parts = [
        f"c/o {address.care_of}" if address.care_of else "",
        address.city_name if address.city_name != address.postal_district else "",
        "" if is_first else _box(address),
        ", ".join(_free_lines(address)[1:]) if is_first and not address.postal_box else "",
    ]
    return ", ".join(part for part in parts if part)


def house(address: Address) -> tuple[str, str]:
    """Number and letter: "12A" is 12 and A; "12-14" stays one number."""
    match = HOUSE.fullmatch(address.house_number)
    return (match[1], match[2].upper()) if match else (address.house_number, "")


def _box(address: Address) -> str:
    box = address.postal_box
    return f"Postboks {box}" if box.isdecimal() else box


def _free_lines(address: Address) -> list[str]:
    lines = [line.strip() for line in address.free_text.splitlines()]
    return [line for line in lines if line] or [""]


def _at(read: Read) -> Callable[[Profile], Json]:
    return lambda company: read(company.address) if company.address else ""


def _by_mail(read: Read) -> Callable[[Profile], Json]:
    return lambda company: read(company.postal_address) if company.postal_address else ""


def _place(name: str, label_da: str, label_en: str, read: Read) -> Field:
    return of_company(name, label_da, label_en, FieldType.TEXT, _at(read))


def _postal(name: str, label_da: str, label_en: str, read: Read) -> Field:
    return of_company(name, label_da, label_en, FieldType.TEXT, _by_mail(read))


def _contact(name: str, label_da: str, label_en: str, read: Callable[[Profile], str]) -> Field:
    return of_company(name, label_da, label_en, FieldType.TEXT, read)


FIELDS: tuple[Field, ...] = (
    _place("address1", "Adresse, linje 1", "Address, line 1", first_line),
    _place("address2", "Adresse, linje 2", "Address, line 2", second_line),
    _place("zipCode", "Postnummer", "Postal code", lambda address: address.postal_code),
    _place("city", "By", "City", lambda address: address.postal_district or address.city_name),
    _place("country", "Landekode", "Country code", lambda address: address.country_code),
    _place("streetName", "Vejnavn", "Street name", lambda address: address.street_name),
    _place("houseNo", "Husnummer", "House number", lambda address: house(address)[0]),
    _place("houseLetter", "Husbogstav", "House letter", lambda address: house(address)[1]),
    _place("floor", "Etage", "Floor", lambda address: address.floor),
    _place("door", "Dør", "Door", lambda address: address.door),
    _place("careOf", "C/o-navn", "Care of", lambda address: address.care_of),
    _place("placeName", "Bynavn", "Place name", lambda address: address.city_name),
    _place("postBox", "Postboks", "Postal box", lambda address: address.postal_box),
    _place("municipality", "Kommune", "Municipality", lambda address: address.municipality_name),
    _place("municipalityCode", "Kommunekode", "Municipality code", lambda address: address.municipality_code),
    _postal("postalAddress1", "Postadresse, linje 1", "Postal address, line 1", first_line),
    _postal("postalAddress2", "Postadresse, linje 2", "Postal address, line 2", second_line),
    _postal("postalZipCode", "Postadresse, postnummer", "Postal address, postal code", lambda one: one.postal_code),
    _postal("postalCity", "Postadresse, by", "Postal address, city", lambda one: one.postal_district or one.city_name),
    _postal("postalCountry", "Postadresse, landekode", "Postal address, country code", lambda one: one.country_code),
    _contact("telephone", "Telefon", "Telephone", lambda company: telephone(company.telephone)),
    _contact(
        "secondaryTelephone",
        "Telefon, sekundær",
        "Telephone, secondary",
        lambda company: telephone(company.secondary_telephone),
    ),
    _contact("fax", "Telefax", "Fax", lambda company: telephone(company.fax)),
    _contact("email", "E-mail", "E-mail", lambda company: company.email),
    _contact("website", "Hjemmeside", "Website", lambda company: company.website),
)
