"""The addresses of the portal, all below /portal."""

from __future__ import annotations

from django.urls import path

from portal import choosing_language, home, signing_in
from portal.account import keys, members, organisation, using_the_api
from portal.batches import listing, page, preview
from portal.batches.urls import urlpatterns as ordering
from portal.companies.urls import urlpatterns as companies
from portal.deliveries.urls import urlpatterns as deliveries
from portal.integrations.urls import urlpatterns as integrations

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
    path("portal/batches", listing.batches, name="batches"),
    path("portal/batches/<uuid:batch_id>", page.batch, name="batch"),
    path("portal/batches/<uuid:batch_id>/download", page.download, name="batch-download"),
    path("portal/batches/<uuid:batch_id>/reports/<uuid:report_id>", preview.report, name="report"),
    path("portal/batches/<uuid:batch_id>/reports/<uuid:report_id>/pdf", preview.pdf, name="report-pdf"),
    path("portal/batches/<uuid:batch_id>/<str:name>", page.move, name="batch-move"),
    path("portal/account", organisation.organisation, name="account"),
    path("portal/account/members", members.members, name="members"),
    path("portal/account/members/<uuid:user_id>/remove", members.remove, name="remove-member"),
    path("portal/account/invitations/<int:invitation_id>/withdraw", members.withdraw, name="withdraw-invitation"),
    path("portal/account/keys", keys.keys, name="keys"),
    path("portal/account/keys/<str:prefix>/revoke", keys.revoke, name="revoke-key"),
    path("portal/account/api", using_the_api.using_the_api, name="using-the-api"),
    *ordering,
    *companies,
    *integrations,
    *deliveries,
]
