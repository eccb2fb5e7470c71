"""The forms of an endpoint's page: its limits, and since when everything is sent again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone

from delivery.api.endpoints import LIMITS
from delivery.endpoints import EndpointChanges
from delivery.models import Endpoint
from delivery.signing import DEFAULT_GRACE
from lasso.language import translate as _
from portal.forms import PortalForm

LOCAL = "%Y-%m-%dT%H:%M"


def _limit(name: str) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=LIMITS[name][1])


class LimitsForm(PortalForm):
    """How much the receiver takes; an empty field is no limit of its own."""

    max_in_flight = _limit("maxInFlight")
    rate_per_second = _limit("ratePerSecond")
    rate_per_minute = _limit("ratePerMinute")
    is_probed = forms.BooleanField(required=False)

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        """The limits as they are."""
        return cls(initial={name: getattr(endpoint, name) for name in cls.base_fields})

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        self.fields["is_probed"].help_text = _(
            "Mens modtageren er slået fra, prøves én levering om dagen. Når den når frem, slås modtageren til igen."
        )
        return {
            "max_in_flight": _("Kald på samme tid, højst"),
            "rate_per_second": _("Kald i sekundet, højst"),
            "rate_per_minute": _("Kald i minuttet, højst"),
            "is_probed": _("Prøv hver dag"),
        }

    def changes(self) -> EndpointChanges:
        """What the form sets, of one that is valid."""
        data = self.cleaned_data
        return EndpointChanges(
            max_in_flight=data["max_in_flight"],
            rate_per_second=data["rate_per_second"],
            rate_per_minute=data["rate_per_minute"],
            is_probed=data["is_probed"],
        )


class RecoverForm(PortalForm):
    """Since when everything that did not get through is sent again, in Danish time."""

    since = forms.DateTimeField(
        input_formats=[LOCAL, f"{LOCAL}:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local"}),
    )

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        self.fields["since"].help_text = _("Dansk tid.")
        return {"since": _("Siden")}

    def clean_since(self) -> datetime:
        """A moment that is over."""
        # Whatever zone Django reads it in, it was meant in the Danish one.
        since: datetime = self.cleaned_data["since"].replace(tzinfo=ZoneInfo(settings.DANISH_TIME_ZONE))
        if since > timezone.now():
            raise forms.ValidationError(_("Det tidspunkt er ikke kommet endnu."))
        return since


class SecretForm(PortalForm):
    """How long the signing secret before goes on beside the new one."""

    grace = forms.ChoiceField()

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        grace = self.fields["grace"]
        assert isinstance(grace, forms.ChoiceField)  # noqa: S101 - for the type checker
        hours = int(DEFAULT_GRACE / timedelta(hours=1))
        grace.choices = [
            (str(hours), _("Et døgn endnu, så modtageren kan nå at skifte")),
            ("168", _("En uge endnu")),
            ("0", _("Slet ikke: den er kommet i forkerte hænder")),
        ]
        return {"grace": _("Den gamle nøgle virker")}

    def duration(self) -> timedelta:
        """The time, of a form that is valid."""
        return timedelta(hours=int(self.cleaned_data["grace"]))
