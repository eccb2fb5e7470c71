"""Organisations and their members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.keys import NewKey, create_api_key
from accounts.models import Membership, Organisation, User


class NoSuchOrganisation(Exception):  # noqa: N818 - the name says all
    """No organisation, or more than one, goes by what was given."""


@transaction.atomic
def create_organisation(
    *,
    name: str,
    email: str,
    language: str = "da",
    has_beneficial_owner_access: bool = False,
    key_name: str = "first key",
) -> tuple[Organisation, NewKey]:
    """A new organisation with its first API key.

    Raises:
        ValidationError: a field is wrong; nothing was stored.
    """
    organisation = Organisation(
        name=name.strip(),
        email=email.strip(),
        language=language,
        has_beneficial_owner_access=has_beneficial_owner_access,
    )
    organisation.full_clean()
    organisation.save()
    return organisation, create_api_key(organisation=organisation, name=key_name)


def change_organisation(*, organisation: Organisation, name: str, email: str, language: str) -> None:
    """What the organisation says of itself, set by a member.

    Raises:
        ValidationError: a field is wrong; nothing was stored.
    """
    organisation.name, organisation.email, organisation.language = name.strip(), email.strip(), language
    organisation.full_clean()
    organisation.save(update_fields=["name", "email", "language"])


def find_organisation(*, text: str) -> Organisation:
    """The organisation with this id or exactly this name; one that was closed is found by `accounts.erasing` alone.

    Raises:
        NoSuchOrganisation: with a sentence that says what to give instead.
    """
    there = Organisation.objects.filter(closed_at__isnull=True)
    found = list(there.filter(**_named(text)).order_by("created_at"))
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(organisation.pk) for organisation in found)
        raise NoSuchOrganisation(f"{len(found)} organisations are called {text!r}; give one of the ids {ids}.")
    known = ", ".join(there.order_by("name").values_list("name", flat=True)[:10])
    raise NoSuchOrganisation(f"No organisation has the id or the name {text!r}; there is {known or 'none yet'}.")


def add_member(*, organisation: Organisation, user: User) -> Membership:
    """Makes a user a member; one who is stays one."""
    return Membership.objects.get_or_create(organisation=organisation, user=user)[0]


def sentences(error: ValidationError) -> list[str]:
    """A validation error as `field: sentence`, one for each."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [f"{field}: {message}" for field, messages in error.message_dict.items() for message in messages]


def _named(text: str) -> dict[str, Any]:
    try:
        return {"pk": UUID(text)}
    except ValueError:
        return {"name": text}
