"""A new batch: the form, a preview of what would be ordered, and the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.searching import names_of
from lasso.errors import FieldErrors
from lasso.language import translate as _
from portal.batches.checking import CheckedList, check_list
from portal.batches.company_lists import ListedCompany, plain_number
from portal.batches.drafts import auth_of, find_draft, keep_draft, list_of, order_draft
from portal.batches.file_names import example_name, example_of
from portal.batches.order_forms import DEFAULT_FORMAT, NewBatchForm
from portal.batches.recurring import coming_of
from portal.batches.refusals import in_words
from portal.batches.repeating import CHOICES, choice_for, next_moments
from portal.batches.webhook_form import Tested, WebhookForm
from portal.batches.wording import type_name
from portal.integrations.forms import AUTH_FIELDS
from portal.models import OrderDraft
from portal.pages import MemberRequest, member_page
from reporting.models import ReportType
from reporting.recurrence import Recurrence

MOST_EXAMPLES = 5
WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Example:
    """One of the good companies, and what its report will be called."""

    company: ListedCompany
    name: str
    file_name: str


@sensitive_post_parameters("webhook-secret")
@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_batch(request: MemberRequest) -> HttpResponse:
    """Fill in an order; what is right goes on to its preview."""
    if request.method != "POST":
        draft = _draft_named(request, request.GET.get("draft", ""))
        form = NewBatchForm(draft=draft, initial=_initial(request))
        return _page(request, form, WebhookForm(prefix=WEBHOOK, initial=_webhook_initial(draft)))
    draft = _draft_named(request, request.POST.get("draft", ""))
    webhook = WebhookForm(request.POST, prefix=WEBHOOK)
    if request.POST.get("do") == "test":
        return _tested(request, draft, webhook)
    form = NewBatchForm(request.POST, request.FILES, draft=draft)
    is_right = all([form.is_valid(), webhook.is_valid()])
    draft = _kept(request, form, webhook)
    if is_right and draft is not None:
        return redirect("portal:batch-preview", draft_id=draft.pk)
    return _page(request, form, webhook, draft=draft)


@require_safe
@member_page
def file_name(request: MemberRequest) -> HttpResponse:
    """What a report of a fictional company would be called by the format in the query."""
    return render(request, "portal/batches/file_name.html", {"example": example_of(request.GET)})


@require_safe
@member_page
def preview(request: MemberRequest, draft_id: UUID) -> HttpResponse:
    """What would be ordered: the settings, and which of the companies are unknown, wrong or doubled."""
    draft = _draft_or_404(request, draft_id)
    if draft.batch_id is not None:
        return redirect("portal:batch", batch_id=draft.batch_id)
    listed = list_of(draft)
    checked = check_list(listed.companies)
    context = {
        "draft": draft,
        "fields": draft.fields,
        "type": type_name(draft.fields["type"]),
        "listed": listed,
        "checked": checked,
        "left_out_count": len(checked.orderable) - len(checked.good),
        "examples": _examples(draft, checked),
        "scheduled": _moment_of(draft),
        "repeat": _(CHOICES[choice_for(draft.fields.get("recurrence"), first=_moment_of(draft))]),
        "coming": _coming_of(draft),
    }
    return render(request, "portal/batches/order_preview.html", context)


@require_POST
@member_page
def order(request: MemberRequest, draft_id: UUID) -> HttpResponse:
    """Order all, or only the good ones; a second click goes to the batch of the first."""
    draft = _draft_or_404(request, draft_id)
    which = request.POST.get("which", "")
    if which not in {"all", "good"}:
        raise Http404
    try:
        batch = order_draft(draft_id=draft.pk, only_good=which == "good", now=timezone.now())
    except FieldErrors as refusal:
        for error in refusal.errors:
            messages.error(request, f"{error.path}: {in_words(error.message)}")
        return redirect("portal:batch-preview", draft_id=draft_id)
    except OrderDraft.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Rapporterne er bestilt."))
    return redirect("portal:batch", batch_id=batch.pk)


def _draft_named(request: MemberRequest, text: str) -> OrderDraft | None:
    """The draft of that id; one that is gone is as none: the form can be sent anyway."""
    try:
        draft_id = UUID(text)
    except ValueError:
        return None
    return find_draft(organisation=request.organisation, member=request.member, draft_id=draft_id)


def _draft_or_404(request: MemberRequest, draft_id: UUID) -> OrderDraft:
    draft = find_draft(organisation=request.organisation, member=request.member, draft_id=draft_id)
    if draft is None:
        raise Http404
    return draft


def _initial(request: MemberRequest) -> dict[str, Any]:
    """An empty order, or of the companies and the type that the address names."""
    asked = request.GET.get("type", "")
    numbers = request.GET.get("cvr", "")[:1000]
    name = request.GET.get("name", "")[:200]
    if not name and numbers:
        cvr = plain_number(numbers)
        name = names_of([cvr]).get(cvr, "")[:200]
    return {
        "name": name,
        "type": asked if asked in ReportType.values else ReportType.REVISION.value,
        "companies": numbers,
        "format": DEFAULT_FORMAT,
        "language": request.organisation.language,
    }


def _webhook_initial(draft: OrderDraft | None) -> dict[str, Any]:
    """What was filled in, without the secret: that is given again, and never shown."""
    if draft is None:
        return {}
    auth = auth_of(draft) or {}
    kept = {field: auth[name] for name, field in AUTH_FIELDS.items() if name in auth and field != "secret"}
    return {"url": draft.fields.get("notificationWebhookUrl", ""), **kept}


def _kept(request: MemberRequest, form: NewBatchForm, webhook: WebhookForm) -> OrderDraft | None:
    """The order as a draft, also where something else is wrong: a file that was read need not be sent again."""
    if form.listed is None:
        return form.draft
    is_sendable = webhook.is_valid()
    return keep_draft(
        draft=form.draft,
        organisation=request.organisation,
        member=request.member,
        listed=form.listed,
        fields={
            **form.for_api,
            "notificationWebhookUrl": webhook.cleaned_data["url"] if is_sendable else "",
        },
        auth=webhook.auth_config if is_sendable else None,
        now=timezone.now(),
    )


def _tested(request: MemberRequest, draft: OrderDraft | None, webhook: WebhookForm) -> HttpResponse:
    asked = request.POST.get("type", "")
    report_type = ReportType(asked) if asked in ReportType.values else ReportType.REVISION
    tested = webhook.test(organisation=request.organisation, report_type=report_type, now=timezone.now())
    if getattr(request, "htmx", None) and request.headers.get("hx-target") == "webhook-test":
        return render(request, "portal/batches/webhook_test.html", {"tested": tested, "webhook": webhook})
    form = NewBatchForm(draft=draft, initial={name: request.POST.get(name, "") for name in NewBatchForm.base_fields})
    return _page(request, form, webhook, tested=tested)


def _page(
    request: MemberRequest,
    form: NewBatchForm,
    webhook: WebhookForm,
    *,
    draft: OrderDraft | None = None,
    tested: Tested | None = None,
) -> HttpResponse:
    kept = draft or form.draft
    values = request.POST if request.method == "POST" else {name: form[name].value() for name in ("format", "type")}
    context = {
        "form": form,
        "webhook": webhook,
        "draft": kept,
        "kept_count": len(kept.companies) if kept else 0,
        "tested": tested,
        "example": example_of(values),
        "coming": coming_of(request) if request.method == "POST" else _coming_of(kept),
        "has_errors": bool(form.is_bound and form.errors) or bool(webhook.is_bound and webhook.errors),
    }
    return render(request, "portal/batches/new.html", context)


def _examples(draft: OrderDraft, checked: CheckedList) -> list[Example]:
    """The first of those that will be ordered, with the names of their files."""
    return [
        Example(
            company,
            checked.names[company.cvr],
            example_name(
                company.format or draft.fields["format"],
                cvr=company.cvr,
                name=checked.names[company.cvr],
                report_type=draft.fields["type"],
                customer_id=company.customer_id,
            ),
        )
        for company in checked.good[:MOST_EXAMPLES]
    ]


def _coming_of(draft: OrderDraft | None) -> dict[str, Any]:
    """The next runs of a draft that is to be repeated."""
    stored = draft.fields.get("recurrence") if draft else None
    if draft is None or not stored:
        return {"moments": []}
    return {"moments": next_moments(Recurrence(stored["crontab"], stored["timeZone"]), first=_moment_of(draft))}


def _moment_of(draft: OrderDraft) -> datetime | None:
    text = draft.fields.get("scheduledTime")
    return None if not text else datetime.fromisoformat(text)
