"""Who reads a page, for which organisation, in which language."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from django.test import Client

from accounts.models import Membership, Organisation, User
from accounts.organisations import add_member
from tests.portal.conftest import PASSWORD

if TYPE_CHECKING:
    from portal.pages import MemberRequest

pytestmark = pytest.mark.django_db


def works_for(client: Client) -> str:
    request = cast("MemberRequest", client.get("/portal").wsgi_request)
    return request.organisation.name


def test_it_works_for_one_of_several_organisations(portal: Client, member: User, organisation, other_organisation):
    add_member(organisation=other_organisation, user=member)
    assert works_for(portal) == "Advokaterne Andetsteds"  # by name
    assert portal.post("/portal/organisation", {"organisation": str(organisation.pk)}).status_code == 302
    assert works_for(portal) == "Revisionshuset Prøve"


def test_it_goes_on_working_for_the_organisation_it_began_with(stranger: Client, member: User, other_organisation):
    stranger.post("/portal/sign-in", {"email": member.email, "password": PASSWORD})
    add_member(organisation=other_organisation, user=member)  # the first by name from now on
    assert works_for(stranger) == "Revisionshuset Prøve"


@pytest.mark.parametrize("chosen", ["", "nonsense", "other"])
def test_it_never_works_for_an_organisation_of_others(portal: Client, other_organisation: Organisation, chosen: str):
    text = str(other_organisation.pk) if chosen == "other" else chosen
    assert portal.post("/portal/organisation", {"organisation": text}).status_code == 404
    assert works_for(portal) == "Revisionshuset Prøve"


def test_it_ends_at_once_with_the_membership(portal: Client, member: User):
    assert portal.get("/portal").status_code == 200
    Membership.objects.all().delete()
    assert portal.get("/portal").status_code == 403


def test_it_speaks_the_organisations_language(portal: Client, organisation: Organisation):
    assert '<html lang="da">' in portal.get("/portal").content.decode()
    Organisation.objects.update(language="en")
    assert '<html lang="en">' in portal.get("/portal").content.decode()


def test_it_speaks_the_language_that_the_browser_asks_strangers_in(stranger: Client):
    assert '<html lang="en">' in stranger.get("/portal/sign-in", headers={"accept-language": "en-GB"}).content.decode()
    assert '<html lang="da">' in stranger.get("/portal/sign-in", headers={"accept-language": "sv"}).content.decode()


def test_it_speaks_the_chosen_language_and_stays_on_the_page(portal: Client):
    answer = portal.post("/portal/language", {"language": "en", "next": "/portal?side=2"})
    assert answer["location"] == "/portal?side=2"
    assert '<html lang="en">' in portal.get("/portal").content.decode()


def test_it_says_in_the_readers_language_that_there_is_no_such_page(portal: Client):
    for language, said in (("da", "Siden findes ikke"), ("en", "Page not found")):
        portal.post("/portal/language", {"language": language})
        answer = portal.get("/portal/companies/99999999")
        page = answer.content.decode()
        assert (answer.status_code, f'<html lang="{language}">' in page, said in page) == (404, True, True)


def test_it_takes_no_unknown_language_and_leads_nowhere_else(portal: Client):
    answer = portal.post("/portal/language", {"language": "<b>", "next": "//elsewhere.example"})
    assert answer["location"] == "/portal"
    assert not answer.cookies
