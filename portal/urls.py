"""The addresses of the portal, all below /portal."""

from __future__ import annotations

from django.urls import path

from portal import choosing_language, home, signing_in

app_name = "portal"

urlpatterns = [
    path("portal", home.home, name="home"),
    path("portal/sign-in", signing_in.sign_in, name="sign-in"),
    path("portal/sign-out", signing_in.sign_out, name="sign-out"),
    path("portal/forgotten-password", signing_in.forgotten_password, name="forgotten-password"),
    path("portal/new-password/<str:user_id>/<str:token>", signing_in.new_password, name="new-password"),
    path("portal/join/<str:token>", signing_in.join, name="join"),
    path("portal/organisation", signing_in.switch_organisation, name="switch-organisation"),
    path("portal/language", choosing_language.choose_language, name="language"),
]
