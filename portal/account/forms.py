"""The forms of the account settings."""

from __future__ import annotations

from django import forms

from lasso.language import translate as _
from portal.forms import PortalForm
from portal.pages import LANGUAGE_NAMES


class OrganisationForm(PortalForm):
    """What an organisation says of itself."""

    name = forms.CharField(max_length=200)
    email = forms.EmailField(max_length=254)
    language = forms.ChoiceField(choices=[(code.value, name) for code, name in LANGUAGE_NAMES.items()])

    def labels(self) -> dict[str, str]:
        """In the reader's language, with what each is for."""
        self.fields["email"].help_text = _("Her skriver vi, når en levering endeligt er mislykkedes.")
        self.fields["language"].help_text = _("Gælder for rapporter og mails, hvor intet andet er valgt.")
        return {"name": _("Navn"), "email": _("E-mail til beskeder"), "language": _("Sprog")}


class InviteForm(PortalForm):
    """Whom to invite."""

    email = forms.EmailField(max_length=254)

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        return {"email": _("E-mail")}


class KeyForm(PortalForm):
    """What a key is for."""

    name = forms.CharField(max_length=50)

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        self.fields["name"].help_text = _("Hvad nøglen bruges til, så I kan kende den igen.")
        return {"name": _("Navn")}
