"""Setting an integration up, and changing it: one form, which also shows and tries what it would send."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from companies.errors import CompanyUnknown, DocumentError
from delivery.testing import TestResult
from integrations.models import Integration
from integrations.previewing import Preview, Which, example_cvr, example_of, preview_mapping
from integrations.testing import send_draft_example
from lasso.errors import NotFound
from lasso.language import translate as _
from portal.deliveries.wording import State, answer_words, delivery_state, milliseconds
from portal.integrations.draft import PARTS, Draft
from portal.integrations.mapping_rows import moved, with_constant
from portal.integrations.numbers import number_in
from portal.integrations.page import integration_or_404
from portal.pages import MemberRequest, member_page
from portal.throttling import test_call_refusal

PAGE = "portal/integrations/form.html"
PREVIEW = "portal/integrations/preview_part.html"
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Shown:
    """Both messages of a company, laid out; or why there are none."""

    cvr: str = ""
    export: str = ""
    update: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Tested:
    """A call that was tried, in words."""

    which: Which
    result: TestResult
    state: State
    sentence: str
    took: int | None


@require_safe
@member_page
def choose(request: MemberRequest) -> HttpResponse:
    """What kind of integration to add."""
    return render(request, "portal/integrations/choose.html")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: MemberRequest) -> HttpResponse:
    """Set up a new integration."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def change(request: MemberRequest, integration_id: UUID) -> HttpResponse:
    """Change an integration."""
    return _edit(request, integration_or_404(request, integration_id))


def _edit(request: MemberRequest, integration: Integration | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, Draft.of(integration))
    deed, _colon, detail = request.POST.get("do", "save").partition(":")
    judged = {"save": PARTS, "test": (detail,)}.get(deed, ())
    draft = Draft.posted(request.POST, integration, judged=judged)
    if deed == "save":
        return _saved(request, draft)
    if deed == "preview":
        return _page(request, draft, shown=preview_of(draft, request.POST.get("preview_cvr", "")))
    if deed == "test" and detail in tuple(Which):
        return _page(request, draft, tested=_tested(request, draft, Which(detail)))
    if deed in STEPS:
        draft.rows = moved(draft.rows, key=detail, step=STEPS[deed])
    elif deed == "constant":
        draft.rows = with_constant(draft.rows)
    return _page(request, draft)


def _saved(request: MemberRequest, draft: Draft) -> HttpResponse:
    try:
        saved = draft.save(organisation=request.organisation, now=timezone.now())
    except NotFound:
        raise Http404 from None
    if saved is None:
        return _page(request, draft)
    messages.success(request, _("{name} er gemt.").format(name=saved.integration.name))
    return redirect("portal:integration", integration_id=saved.integration.pk)


def _page(
    request: MemberRequest, draft: Draft, *, shown: Shown | None = None, tested: Tested | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "draft": draft,
        "integration": draft.integration,
        "groups": [
            {"id": "exported", "title": _("I beskeden"), "rows": [row for row in draft.rows if row.is_exported]},
            {"id": "others", "title": _("Andre felter"), "rows": [row for row in draft.rows if not row.is_exported]},
        ],
        "shown": shown,
        "tested": tested,
        "preview_cvr": request.POST.get("preview_cvr", ""),
        "has_errors": bool(
            draft.mapping_errors
            or any(row.errors for row in draft.rows)
            or any(form.is_bound and form.errors for form in (draft.name, draft.export, draft.update))
        )
        and request.POST.get("do", "save") == "save",
    }
    is_part = getattr(request, "htmx", None) and request.headers.get("hx-target") == "preview"
    return render(request, PREVIEW if is_part else PAGE, context)


def preview_of(draft: Draft, cvr: str) -> Shown:
    """Both messages of the company, by the draft's mapping; of a fictional one when none is named."""
    if not draft.has_good_mapping():
        return Shown(error=_("Ret felterne ovenfor, så kan beskeden vises."))
    mapping = draft.mapping
    if not cvr.strip():
        preview = Preview(
            cvr=example_cvr(),
            export=example_of(mapping=mapping, which=Which.EXPORT),
            update=example_of(mapping=mapping, which=Which.UPDATE),
        )
        return shown_of(preview)
    return preview_by(cvr, lambda number: preview_mapping(mapping=mapping, cvr=number, now=timezone.now()))


def preview_by(text: str, read: Callable[[str], Preview]) -> Shown:
    """What the function reads of the company whose number was typed, laid out; or why it cannot."""
    number = number_in(text)
    if not number:
        return Shown(error=_("Et CVR-nummer har otte cifre."))
    try:
        return shown_of(read(number))
    except CompanyUnknown:
        return Shown(error=_("Registret har ingen virksomhed med det CVR-nummer."))
    except DocumentError:
        return Shown(error=_("Registrets dokument om virksomheden kan ikke læses."))


def shown_of(preview: Preview) -> Shown:
    """The messages, indented for people."""
    return Shown(cvr=preview.cvr, export=laid_out(preview.export), update=laid_out(preview.update))


def laid_out(text: str) -> str:
    """JSON with a line for each member; as it stands where it is none."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def in_words(which: Which, result: TestResult) -> Tested:
    """A test's result in the reader's language."""
    sentence = answer_words(
        status_code=result.status_code,
        sentence=result.error,
        error_code=result.error_code,
        words=result.answer_body,
    )
    return Tested(which, result, delivery_state(result.state), sentence, milliseconds(result.duration))


def _tested(request: MemberRequest, draft: Draft, which: Which) -> Tested | None:
    endpoint = draft.endpoint_to_test(which)
    if not draft.has_good_mapping() or endpoint is None:
        return None
    if refusal := test_call_refusal(request.organisation):
        draft.form_of(which).add_error("url", refusal)
        return None
    return in_words(which, send_draft_example(endpoint=endpoint, mapping=draft.mapping, which=which))
