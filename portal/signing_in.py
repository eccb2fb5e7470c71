"""Pages before the others: sign in, sign out, a new password, an invitation taken up."""

from __future__ import annotations

from typing import cast

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from kombu.exceptions import OperationalError

from accounts.inviting import InvitationError, accept_invitation, find_invitation, join_as_new_user, user_of
from accounts.models import Invitation, User
from lasso.language import translate as _
from portal.forms import JoinForm, NewPasswordForm, ResetForm, SignInForm
from portal.reader import ORGANISATION, ReaderRequest, begin_work, work_for
from portal.tasks import send_password_reset
from portal.throttling import minutes_to_wait

log = structlog.get_logger(__name__)

NEXT = "next"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password, then go on to where the person was going."""
    if request.user.is_authenticated:
        return redirect(_destination(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        if minutes := minutes_to_wait(request, doing="sign-in", account=email):
            form.add_error(None, _("For mange forsøg. Prøv igen om {minutes} min.").format(minutes=minutes))
            status = 429
        elif user := authenticate(request, username=email, password=form.cleaned_data["password"]):
            login(request, user)
            begin_work(request, user)
            return redirect(_destination(request))
        else:
            form.add_error(None, _("E-mail eller adgangskode er forkert."))
            status = 403
    context = {"form": form, "next": _destination(request, otherwise="")}
    return render(request, "portal/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("portal:sign-in")


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Send a link to the address, if somebody has it; the answer does not tell."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        if minutes := minutes_to_wait(request, doing="new-password", account=email):
            form.add_error(None, _("For mange forsøg. Prøv igen om {minutes} min.").format(minutes=minutes))
            return render(request, "portal/forgotten_password.html", {"form": form}, status=429)
        language = cast("ReaderRequest", request).reader.language
        try:
            # Whether anybody has the address is found out by the worker, so that the answer takes as long either way.
            send_password_reset.delay(email=email, language=language.value)
        except OperationalError as error:
            log.warning("password_reset_not_queued", error=str(error))
            form.add_error(None, _("Mailen kan ikke sendes lige nu. Prøv igen om lidt."))
            return render(request, "portal/forgotten_password.html", {"form": form}, status=503)
        return render(request, "portal/forgotten_password_sent.html", {"email": email})
    return render(request, "portal/forgotten_password.html", {"form": form})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, user_id: str, token: str) -> HttpResponse:
    """Take a new password from who has the link, which works once."""
    user = _user_of(user_id)
    if user is None or not default_token_generator.check_token(user, token):
        return render(request, "portal/dead_link.html", {"is_invitation": False}, status=404)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        messages.success(request, _("Adgangskoden er ændret. Log ind med den nye."))
        return redirect("portal:sign-in")
    return render(request, "portal/new_password.html", {"form": form, "email": user.email})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Take up an invitation: who is new chooses a password, who has one signs in first."""
    try:
        invitation = find_invitation(token=token, now=timezone.now())
        if user_of(invitation) is None:
            return _join_as_new(request, invitation, token)
        return _join_as_user(request, invitation, token)
    except InvitationError as error:
        if error.reason == "other":
            return render(request, "portal/join_as_other.html", {"invitation": invitation}, status=403)
        return render(request, "portal/dead_link.html", {"is_invitation": True}, status=404)


def _join_as_user(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    user = request.user
    if isinstance(user, AnonymousUser):
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        return render(request, "portal/join.html", {"invitation": invitation})
    accept_invitation(token=token, user=user, now=timezone.now())
    return _work_for_new(request, invitation)


def _join_as_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = JoinForm(request.POST or None, user=User(username=invitation.email, email=invitation.email))
    if request.method == "POST" and form.is_valid():
        user = join_as_new_user(token=token, now=timezone.now(), **form.cleaned_data)
        login(request, user)
        return _work_for_new(request, invitation)
    return render(request, "portal/join_as_new.html", {"form": form, "invitation": invitation})


def _work_for_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    request.session[ORGANISATION] = str(invitation.organisation_id)
    return redirect("portal:home")


@require_POST
def switch_organisation(request: HttpRequest) -> HttpResponse:
    """Work for another organisation; one that the person is no member of changes nothing (404)."""
    if not work_for(request, organisation_id=request.POST.get("organisation", "")):
        return render(request, "error.html", {"status": 404, "title": _("Siden findes ikke")}, status=404)
    return redirect("portal:home")


def _user_of(user_id: str) -> User | None:
    try:
        key = urlsafe_base64_decode(user_id).decode()
        return User.objects.filter(pk=key, is_active=True).first()
    except (ValueError, ValidationError):
        return None


def _destination(request: HttpRequest, *, otherwise: str | None = None) -> str:
    """Where the person was going, if that is a page of ours."""
    asked = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=settings.SECURE)
    # A word alone would be taken for the name of a page by whoever redirects to it.
    if asked.startswith("/") and is_ours:
        return asked
    return resolve_url("portal:home") if otherwise is None else otherwise
