"""The public bands of ownership and votes."""

from __future__ import annotations

from decimal import Decimal

from companies.profile import ShareBand

# The owners' register files only the floor of a band (5-9,99 %, 10-14,99 %, …, 100 %).
HIGH_BY_FLOOR = {
    Decimal(floor): Decimal(high)
    for floor, high in (
        ("0.05", "0.0999"),
        ("0.1", "0.1499"),
        ("0.15", "0.1999"),
        ("0.2", "0.2499"),
        ("0.25", "0.3332"),
        ("0.3333", "0.4999"),
        ("0.5", "0.6666"),
        ("0.6667", "0.8999"),
        ("0.9", "0.9999"),
        ("1", "1"),
    )
}


def band_of(floor: Decimal | None) -> ShareBand | None:
    """The band that begins at the floor; a floor of no band is taken as an exact share."""
    if floor is None:
        return None
    return ShareBand(low=floor, high=HIGH_BY_FLOOR.get(floor, floor))
