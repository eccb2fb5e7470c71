"""Which deliveries are wanted: the filters above the log."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from accounts.models import Organisation
from delivery.api.parameters import read_company
from delivery.finding import DeliveryFilter, endpoints_of
from delivery.models import Delivery, Endpoint
from lasso.language import translate as _
from portal.deliveries.wording import DELIVERY_STATES, PURPOSE_NAMES, endpoint_name
from portal.forms import PortalForm

# More would make a list that nobody looks through; each has a link to its deliveries on its own page.
MOST_ENDPOINTS = 100
LATEST_DATE = date(9999, 12, 30)
DATE = {"type": "date"}


class FilterForm(PortalForm):
    """The filters; all of them may be left out. The days are Danish ones, both included."""

    state = forms.ChoiceField(required=False)
    purpose = forms.ChoiceField(required=False)
    endpoint = forms.UUIDField(required=False)
    company = forms.CharField(required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    batch = forms.UUIDField(required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))
    until = forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        self.organisation = organisation
        super().__init__(*args, **kwargs)

    def labels(self) -> dict[str, str]:
        """In the reader's language, with what there is to choose from."""
        anything = ("", _("Alle"))
        self._choose("state", [anything, *((key.value, _(word)) for key, (word, _t) in DELIVERY_STATES.items())])
        self._choose("purpose", [anything, *((name, _(title)) for name, title in PURPOSE_NAMES.items())])
        self.fields["endpoint"].widget = forms.Select(choices=[anything, *self._endpoints()])
        return {
            "state": _("Tilstand"),
            "purpose": _("Formål"),
            "endpoint": _("Modtager"),
            "company": _("CVR-nummer"),
            "batch": _("Bestilling (id)"),
            "since": _("Fra og med"),
            "until": _("Til og med"),
        }

    def clean_company(self) -> str:
        """The CVR number."""
        text: str = self.cleaned_data["company"]
        if not text:
            return ""
        try:
            return read_company("".join(text.split()))
        except ValueError:
            raise forms.ValidationError(_("Et CVR-nummer har otte cifre.")) from None

    def wanted(self) -> DeliveryFilter:
        """The filter, of a form that is valid."""
        data = self.cleaned_data
        return DeliveryFilter(
            status=Delivery.Status(data["state"]) if data["state"] else None,
            purpose=data["purpose"] or None,
            endpoint_id=data["endpoint"],
            cvr=data["company"] or None,
            batch_id=data["batch"],
            since=_midnight(data["since"]) if data["since"] else None,
            until=_midnight(min(data["until"], LATEST_DATE) + timedelta(days=1)) if data["until"] else None,
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    def _endpoints(self) -> list[tuple[str, str]]:
        rows = list(endpoints_of(self.organisation)[:MOST_ENDPOINTS])
        asked = self._asked_endpoint()
        if asked is not None and all(row.pk != asked for row in rows):
            # One behind those, or one that is closed.
            rows += list(Endpoint.objects.filter(organisation=self.organisation, pk=asked))
        return [(str(row.pk), endpoint_name(row)) for row in rows]

    def _asked_endpoint(self) -> UUID | None:
        try:
            return UUID(self.data.get("endpoint", ""))
        except ValueError:
            return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.DANISH_TIME_ZONE))
