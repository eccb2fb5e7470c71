"""What the portal's forms share: words in the reader's language, and the rules of names and passwords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import User
from lasso.language import translate as _


class PortalForm(forms.Form):
    """A form whose fields say by attributes what is wrong with them, for screen readers."""

    required_css_class = "required"
    use_required_attribute = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, label in self.labels().items():
            self.fields[name].label = label

    def labels(self) -> dict[str, str]:
        """The labels in the reader's language: field name → label."""
        return {}


class NewPasswordForm(PortalForm):
    """A password, typed once: it can be shown, and a wrong one is reset by mail."""

    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), max_length=200
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def labels(self) -> dict[str, str]:
        """Adds the rule to the label's field."""
        self.fields["password"].help_text = _("Mindst 12 tegn, og ikke en, der ofte bruges.")
        return {"password": _("Adgangskode")}

    def clean_password(self) -> str:
        """Refuses what Django's validators refuse."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class JoinForm(NewPasswordForm):
    """What a new member says of themself."""

    first_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    field_order = ("first_name", "last_name", "password")

    def labels(self) -> dict[str, str]:
        """The names come before the password."""
        return {"first_name": _("Fornavn"), "last_name": _("Efternavn"), **super().labels()}


class SignInForm(PortalForm):
    """An e-mail address and a password."""

    email = forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        strip=False, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        return {"email": _("E-mail"), "password": _("Adgangskode")}


class ResetForm(PortalForm):
    """Who has forgotten their password."""

    email = forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"}))

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        return {"email": _("E-mail")}
