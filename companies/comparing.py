"""What differs between two versions of a company, by the names of the field catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from companies.catalogue import Field, Json, Part, Subject, catalogue
from companies.catalogue.people import BENEFICIAL_OWNERS
from companies.figures import Accounts
from companies.profile import Profile

# By field, its value before and after under those two keys.
Differences = dict[str, dict[str, Json]]

OF_COMPANY = catalogue(Part.COMPANY)
OF_ACCOUNTS = catalogue(Part.ACCOUNTS)
# Named as changed without telling what it was or is: the change log is read by those who may not see them.
BENEFICIAL_OWNERS_CHANGED: Mapping[str, Mapping[str, Json]] = {BENEFICIAL_OWNERS: {"before": None, "after": None}}


def changed_fields(before: Profile, after: Profile) -> Differences:
    """What differs between two profiles of one company, each as it is in force on its own day."""
    return _differences(OF_COMPANY, _values(OF_COMPANY, Subject(before)), _values(OF_COMPANY, Subject(after)))


def changed_figures(before: Accounts | None, after: Accounts | None) -> Differences:
    """What differs between a company's newest annual accounts before and after; None: none were filed."""
    old, new = (_values(OF_ACCOUNTS, Subject(accounts=accounts)) for accounts in (before, after))
    return _differences(OF_ACCOUNTS, old, new)


def all_fields(profile: Profile) -> Differences:
    """Every field that has a value, as if the company had come into being: for when what was before is not known."""
    return {
        name: {"before": None, "after": value}
        for name, value in _values(OF_COMPANY, Subject(profile)).items()
        if value not in (None, [])
    }


def _values(fields: Iterable[Field], subject: Subject) -> dict[str, Json]:
    return {field.name: field.value(subject) for field in fields}


def _differences(fields: Iterable[Field], old: Mapping[str, Json], new: Mapping[str, Json]) -> Differences:
    return {
        field.name: {"before": old[field.name], "after": new[field.name]}
        for field in fields
        if old[field.name] != new[field.name]
    }
