"""Exporting companies to an integration by their CVR numbers."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from integrations.exporting import MOST_AT_ONCE, ExportOrder, order_exports
from lasso.errors import NotFound
from lasso.language import translate as _
from portal.forms import PortalForm
from portal.integrations.numbers import numbers_in
from portal.integrations.page import integration_or_404
from portal.pages import MemberRequest, member_page

MOST_NAMED = 5


class ExportForm(PortalForm):
    """CVR numbers, pasted: one a line, or with spaces, commas or semicolons between them."""

    cvrs = forms.CharField(
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )

    def labels(self) -> dict[str, str]:
        """In the reader's language."""
        self.fields["cvrs"].help_text = _("Ét på hver linje, eller med mellemrum, komma eller semikolon imellem.")
        return {"cvrs": _("CVR-numre")}

    def clean_cvrs(self) -> list[str]:
        """The numbers, each once; refused when one of them is none, or there are too many."""
        found, wrong = numbers_in(self.cleaned_data["cvrs"])
        if wrong:
            named = ", ".join(f"»{text[:30]}«" for text in wrong[:MOST_NAMED])
            more = len(wrong) - MOST_NAMED
            sentence = _("Et CVR-nummer har otte cifre; det har disse ikke: {numbers}").format(numbers=named)
            raise forms.ValidationError(sentence + (_(" og {n} til.").format(n=more) if more > 0 else "."))
        if len(found) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("Der er {found} numre; der kan eksporteres {most} ad gangen.").format(
                    found=len(found), most=MOST_AT_ONCE
                )
            )
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def exports(request: MemberRequest, integration_id: UUID) -> HttpResponse:
    """Ask for numbers, and say what became of them."""
    shown = integration_or_404(request, integration_id)
    form = ExportForm(request.POST or None, initial={"cvrs": request.GET.get("cvrs", "")[:1000]})
    order: ExportOrder | None = None
    if request.method == "POST" and form.is_valid():
        try:
            order = order_exports(integration=shown, cvrs=form.cleaned_data["cvrs"], now=timezone.now())
        except NotFound:
            raise Http404 from None
        form = ExportForm()
    context = {"integration": shown, "form": form, "order": order}
    return render(request, "portal/integrations/exports.html", context)
