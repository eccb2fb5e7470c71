"""The administration's way in: guessed at no more often than the portal's."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from lasso.language import translate as _
from portal.throttling import minutes_to_wait


class PatientSignInForm(AdminAuthenticationForm):
    """Django's own, behind the count that the portal's sign-in shares: one account, one number of tries."""

    def clean(self) -> dict[str, Any]:
        """Refuse before the password is looked at, so that who waits learns nothing.

        Raises:
            ValidationError: too many tries; or the name or the password is wrong.
        """
        account = str(self.cleaned_data.get("username") or "")
        # Without a request there is nobody to count: Django's own tests and shells.
        if self.request is not None and (minutes := minutes_to_wait(self.request, doing="sign-in", account=account)):
            raise ValidationError(_("For mange forsøg. Prøv igen om {minutes} min.").format(minutes=minutes))
        return super().clean()


admin.site.login_form = PatientSignInForm
