"""The form of an integration: its name and its endpoints. The mapping's rows are `mapping_rows`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from delivery.auth import AuthConfig, AuthConfigError, AuthMethod, ClientAuthentication, auth_from_json, parse_auth
from delivery.endpoints import EndpointURLError
from delivery.models import Endpoint
from delivery.owned_endpoints import needs_sign_in_anew
from delivery.url_templates import check_url_template
from integrations.setting_up import LONGEST_NAME, EndpointEdit, NewEndpoint
from lasso.encryption import decrypt
from lasso.language import translate as _
from portal.forms import PortalForm
from portal.refusals import in_words

AS_BEFORE, NONE = "keep", "none"
# Where a refusal of `parse_auth` stands in the form.
AUTH_FIELDS = {
    "Method": "sign_in",
    "Key": "key",
    "Value": "secret",
    "TokenUrl": "token_url",
    "Scope": "scope",
    "ClientAuthentication": "client_authentication",
}
GIVEN_AGAIN = "must be given again"


class PartForm(PortalForm):
    """A part of the form: while only another part is asked for, it shows what was typed and judges nothing."""

    def __init__(self, *args: Any, is_judged: bool = True, **kwargs: Any) -> None:
        self.is_judged = is_judged
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """Clean it, if it is judged."""
        if self.is_judged:
            super().full_clean()
        else:
            self._errors = ErrorDict()
            self.cleaned_data = {}


class NameForm(PartForm):
    """What the integration is called."""

    name = forms.CharField(max_length=LONGEST_NAME)

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        self.fields["name"].help_text = _("Det, I selv kalder systemet, for eksempel »Vores CRM«.")
        return {"name": _("Navn")}


class EndpointForm(PartForm):
    """Where messages go, and how we sign in there. What is stored of a sign-in is kept, and never shown.

    `is_optional` is the update endpoint, which may have no URL: then there is none.
    """

    url = forms.CharField(
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    method = forms.ChoiceField(choices=[(method, method) for method in Endpoint.Method.values])
    sign_in = forms.ChoiceField()
    key = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
    # What was typed comes back when something else was wrong; what is stored never does.
    secret = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    token_url = forms.CharField(required=False, widget=forms.TextInput(attrs={"inputmode": "url"}))
    scope = forms.CharField(required=False)
    client_authentication = forms.ChoiceField(
        required=False, choices=[(way.value, way.value) for way in ClientAuthentication]
    )

    def __init__(self, *args: Any, stored: Endpoint | None = None, is_optional: bool = False, **kwargs: Any) -> None:
        self.stored = stored
        self.is_optional = is_optional
        self.auth: AuthConfig | None = None
        if stored is not None:
            has_auth = stored.auth != ""
            kwargs["initial"] = {
                "url": stored.url,
                "method": stored.method,
                "sign_in": AS_BEFORE if has_auth else NONE,
            }
        super().__init__(*args, **kwargs)
        self.fields["url"].required = not is_optional

    def labels(self) -> dict[str, str]:
        """In the reader's language, with the ways to sign in."""
        sign_in = self.fields["sign_in"]
        assert isinstance(sign_in, forms.ChoiceField)  # noqa: S101 - for the type checker
        kept = [(AS_BEFORE, _("Som hidtil (vises ikke)"))] if self.stored and self.stored.auth else []
        sign_in.choices = [
            *kept,
            (NONE, _("Intet")),
            (AuthMethod.HEADER.value, _("Header")),
            (AuthMethod.BASIC_AUTH.value, _("Bruger og adgangskode (Basic)")),
            (AuthMethod.BEARER.value, _("Bearer-token")),
            (AuthMethod.OAUTH2.value, _("OAuth2 (client credentials)")),
            (AuthMethod.KERBEROS.value, _("Kerberos")),
        ]
        self.fields["url"].help_text = _("Må have pladsholderne {cvr} og {lassoId} i stien.")
        return {
            "url": _("Adresse (URL)"),
            "method": _("Metode"),
            "sign_in": _("Log ind med"),
            "key": _("Navn"),
            "secret": _("Hemmelighed"),
            "token_url": _("Adresse, der giver token"),
            "scope": _("Scope (kan udelades)"),
            "client_authentication": _("Klientens hemmelighed sendes som"),
        }

    def clean_url(self) -> str:
        """Refuses what no call is ever made to."""
        url: str = self.cleaned_data["url"]
        if url:
            try:
                check_url_template(url)
            except EndpointURLError as error:
                raise forms.ValidationError(in_words(error.message)) from None
        return url

    def clean(self) -> dict[str, Any]:
        """Reads the sign-in; of an endpoint that is left out it does not matter."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        way = data.get("sign_in", NONE)
        if not data.get("url") or way == NONE:
            return data
        if way == AS_BEFORE:
            self._keep(data["url"])
            return data
        try:
            self.auth = parse_auth(self._auth_config(way, data), path="")
        except AuthConfigError as error:
            name = AUTH_FIELDS.get(error.path.rpartition(".")[2], "sign_in")
            self.add_error(name, in_words(error.message))
        return data

    @property
    def is_wanted(self) -> bool:
        """Whether there is to be such an endpoint."""
        return bool(self.cleaned_data.get("url"))

    def new_endpoint(self) -> NewEndpoint:
        """The endpoint, of a form that is valid."""
        return NewEndpoint(url=self.cleaned_data["url"], method=self.cleaned_data["method"], auth=self.auth)

    def edit(self) -> EndpointEdit:
        """What the form changes of the stored endpoint; a sign-in as before is left out."""
        edit = EndpointEdit(url=self.cleaned_data["url"], method=self.cleaned_data["method"])
        if self.cleaned_data["sign_in"] != AS_BEFORE:
            edit["auth"] = self.auth
        return edit

    def _keep(self, url: str) -> None:
        assert self.stored is not None  # noqa: S101 - else the choice is not there
        if needs_sign_in_anew(endpoint=self.stored, url=url):
            self.add_error("sign_in", in_words(GIVEN_AGAIN))
        else:
            self.auth = auth_from_json(decrypt(self.stored.auth))

    @staticmethod
    def _auth_config(way: str, data: dict[str, Any]) -> dict[str, Any]:
        config = {"Method": way, "Value": data.get("secret", "")}
        if way != AuthMethod.BEARER:
            config["Key"] = data.get("key", "")
        if way == AuthMethod.OAUTH2:
            config["TokenUrl"] = data.get("token_url", "")
            config["Scope"] = data.get("scope", "")
            config["ClientAuthentication"] = data.get("client_authentication") or ClientAuthentication.BASIC.value
        return config
