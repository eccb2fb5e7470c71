"""Where each report's webhook goes, how we sign in there, and a try of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from accounts.models import Organisation
from delivery.auth import AuthConfigError
from delivery.endpoints import EndpointURLError, check_url
from delivery.testing import TestResult, send_test
from lasso.language import translate as _
from portal.batches.refusals import in_words
from portal.deliveries.wording import State, answer_words, delivery_state, milliseconds
from portal.integrations.forms import NONE, EndpointForm
from portal.throttling import test_call_refusal
from reporting.answers import example_item
from reporting.models import ReportType

# Of the documentation.
EXAMPLE_CVR, EXAMPLE_BATCH = "34580820", "d2e61fbf-7562-4ffb-ba33-52396c0ba12d"


@dataclass(frozen=True, slots=True)
class Tested:
    """A call that was tried, in words."""

    result: TestResult
    state: State
    sentence: str
    took: int | None


class WebhookForm(EndpointForm):
    """A webhook that may be left out. Its URL is called as it stands, always by POST."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, is_optional=True, **kwargs)
        del self.fields["method"]
        self.fields["url"].help_text = _("Får et kald for hver rapport, når den er færdig.")

    def clean_url(self) -> str:
        """Refuses what no call is ever made to."""
        url: str = self.cleaned_data["url"]
        if url:
            try:
                check_url(url)
            except EndpointURLError as error:
                raise forms.ValidationError(in_words(error.message)) from None
        return url

    def clean(self) -> dict[str, Any]:
        """Says that a sign-in without an address is for nothing."""
        data = super().clean()
        if data.get("sign_in", NONE) != NONE and "url" in data and not data["url"]:
            self.add_error("url", _("Skriv også den adresse, der skal logges ind på."))
        return data

    @property
    def auth_config(self) -> dict[str, Any] | None:
        """The sign-in as the API takes it, of a form that is valid."""
        way = self.cleaned_data.get("sign_in", NONE)
        return None if way == NONE or not self.is_wanted else self._auth_config(way, self.cleaned_data)

    def test(self, *, organisation: Organisation, report_type: ReportType, now: datetime) -> Tested | None:
        """Call the webhook with a made-up report.

        None, and no call is made, when the form is wrong, has no URL, or the organisation has tried too often; why
        stands at its field. Makes a call of up to 15 s: never within a transaction.
        """
        if not self.is_valid():
            return None
        url = self.cleaned_data["url"]
        if not url:
            self.add_error("url", _("Skriv den adresse, der skal prøves."))
            return None
        if refusal := test_call_refusal(organisation):
            self.add_error("url", refusal)
            return None
        body = example_item(batch_id=EXAMPLE_BATCH, cvr=EXAMPLE_CVR, report_type=report_type, now=now)
        try:
            result = send_test(url=url, auth=self.auth, body=body)
        except (EndpointURLError, AuthConfigError) as error:
            self.add_error("url", in_words(error.message))
            return None
        sentence = answer_words(
            status_code=result.status_code,
            sentence=result.error,
            error_code=result.error_code,
            words=result.answer_body,
        )
        return Tested(result, delivery_state(result.state), sentence, milliseconds(result.duration))
