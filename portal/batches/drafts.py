"""Orders between the form and the preview: kept, found again, ordered once, and forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Organisation, User
from lasso.encryption import decrypt, encrypt
from portal.batches.checking import check_list
from portal.batches.company_lists import ListedCompany, restored, stored
from portal.models import OrderDraft
from reporting.models import Batch
from reporting.ordering import order_batch
from reporting.placing import order_of, read_order


@dataclass(frozen=True, slots=True)
class CompanyList:
    """Companies to order reports of, and where they were read: a file's name, or empty for pasted ones."""

    companies: Sequence[ListedCompany]
    source: str = ""
    unused_columns: Sequence[str] = ()


def find_draft(*, organisation: Organisation, member: User, draft_id: UUID) -> OrderDraft | None:
    """The member's own draft for the organisation; None when it is another's, forgotten or never was."""
    return OrderDraft.objects.filter(pk=draft_id, organisation=organisation, member=member).first()


def keep_draft(
    *,
    draft: OrderDraft | None,
    organisation: Organisation,
    member: User,
    listed: CompanyList,
    fields: Mapping[str, Any],
    auth: Mapping[str, Any] | None,
    now: datetime,
) -> OrderDraft:
    """Write down what was filled in so far, in the draft or a new one; one that was ordered stays as it was.

    `fields` is the order as the API takes it, without `items` and `authConfig`.
    """
    if draft is None or draft.batch_id is not None:
        draft = OrderDraft(organisation=organisation, member=member)
    draft.companies = stored(listed.companies)
    draft.source, draft.unused_columns = listed.source, list(listed.unused_columns)
    draft.fields = dict(fields)
    draft.auth = encrypt(json.dumps(auth)) if auth else ""
    draft.changed_at = now
    draft.save()
    return draft


def list_of(draft: OrderDraft) -> CompanyList:
    """The draft's companies."""
    return CompanyList(restored(draft.companies), draft.source, draft.unused_columns)


def auth_of(draft: OrderDraft) -> dict[str, Any] | None:
    """How to sign in at the draft's webhook, as the API takes it."""
    auth: dict[str, Any] | None = json.loads(decrypt(draft.auth)) if draft.auth else None
    return auth


def order_draft(*, draft_id: UUID, only_good: bool, now: datetime) -> Batch:
    """Order what the draft holds, once: asked again, the same batch is given.

    With `only_good` unknown, wrong and doubled companies are left out; else all that can be ordered are.

    Raises:
        lasso.errors.FieldErrors: nothing is ordered.
        OrderDraft.DoesNotExist: it was forgotten meanwhile.
    """
    with transaction.atomic():
        draft = OrderDraft.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=draft_id)
        if draft.batch is not None:
            return draft.batch
        checked = check_list(restored(draft.companies))
        body = order_body(draft.fields, checked.good if only_good else checked.orderable)
        body["authConfig"] = auth_of(draft)
        order = order_of(read_order(body), organisation=draft.organisation)
        batch = order_batch(organisation=draft.organisation, user_id=draft.member_id, order=order, now=now)
        draft.batch, draft.companies, draft.auth = batch, [], ""
        draft.save(update_fields=["batch", "companies", "auth"])
        return batch


def order_body(fields: Mapping[str, Any], companies: Sequence[ListedCompany]) -> dict[str, Any]:
    """The order as the API takes it."""
    items = [{"cvr": one.cvr, "format": one.format or None, "internalCustomerId": one.customer_id} for one in companies]
    return {**fields, "items": items}
