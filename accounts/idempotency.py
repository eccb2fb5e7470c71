"""`Idempotency-Key` on POST: a request sent twice is carried out once and answered twice.

1. The key is claimed in a short transaction of its own, so that a repeat sees the claim at once and is told to wait.
2. The work and its recorded answer are one transaction: a crash leaves both or neither, so no order is taken twice.
3. A claim has an end. Whoever takes over an ended one makes the first worker's record fail, and so its work too.
4. A refusal has done nothing; it is recorded after its transaction was rolled back. 409, 429 and 5xx are not recorded:
   those are meant to be tried again.
5. An answer with a secret in it is recorded encrypted.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import PARAMETER, organisation_of
from accounts.models import IdempotentRequest, Organisation
from lasso import error_codes
from lasso.encryption import decrypt, encrypt
from lasso.errors import FieldError, FieldErrors, Refusal, answer_exception

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
KEY = re.compile(r"[!-~]{1,255}")
# How long a first request may run before another may take over: longer than a request that lives.
LOCK = timedelta(minutes=1)
# What a repeat is told to wait while the first runs; nearly every request is done by then.
RETRY_AFTER = timedelta(seconds=2)
NOT_RECORDED = frozenset({HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
# Headers that belong to the answer itself, and are given again with it.
RECORDED_HEADERS = ("Location",)

View = TypeVar("View")
Arguments = ParamSpec("Arguments")
Post = Callable[Concatenate[View, Request, Arguments], Response]


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to answer a key, until another takes it over."""

    id: int
    locked_until: datetime
    is_secret: bool = False  # its answer must not stand in the table for all to read


class LostClaim(Refusal):
    """Another worker took the key over while we worked; what we did is rolled back."""

    code = error_codes.STILL_RUNNING

    def __init__(self) -> None:
        super().__init__(
            f"The work took longer than {LOCK.total_seconds():.0f} s and a repeat of this request took over.",
            headers=_retry_after(),
        )


def idempotent(
    *, is_atomic: bool = True, is_secret: bool = False
) -> Callable[[Post[View, Arguments]], Post[View, Arguments]]:
    """Lets a view's `post` be sent twice with the same Idempotency-Key.

    With `is_atomic` the view runs in a transaction, together with the record of its answer. A view that waits for the
    network turns it off: its answer is recorded afterwards, and a crash in between lets the repeat run again. The
    answer of a view that `is_secret` is encrypted in the record.
    """

    def decorated(post: Post[View, Arguments]) -> Post[View, Arguments]:
        @wraps(post)
        def answer(view: View, request: Request, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                return post(view, request, *args, **kwargs)
            claim = claim_key(
                organisation=organisation_of(request),
                key=checked_key(key),
                fingerprint=fingerprint_of(request),
                now=timezone.now(),
            )
            if isinstance(claim, Response):
                return claim
            claim = replace(claim, is_secret=is_secret)
            return _answer_once(claim, lambda: post(view, request, *args, **kwargs), is_atomic=is_atomic)

        answer.is_idempotent = True  # type: ignore[attr-defined] # read by lasso.openapi.Schema
        return cast("Post[View, Arguments]", answer)

    return decorated


def checked_key(key: str) -> str:
    """The key as sent, when it may be one.

    Raises:
        FieldErrors: it is empty, too long, or has characters that are not visible ASCII.
    """
    if not KEY.fullmatch(key):
        raise FieldErrors([FieldError(HEADER, f"the key has {len(key)} characters; use 1 to 255 visible ASCII ones.")])
    return key


def fingerprint_of(request: Request) -> str:
    """SHA-256 of what makes two requests the same: method, path, query (but for the API key) and body."""
    query = sorted(
        (name, value) for name, values in request.query_params.lists() if name != PARAMETER for value in values
    )
    digest = hashlib.sha256(f"{request.method} {request.path}?{urlencode(query)}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()


def claim_key(*, organisation: Organisation, key: str, fingerprint: str, now: datetime) -> Claim | Response:
    """The right to answer this key, or the answer that it was given before.

    Raises:
        Refusal: 422 when the key stands for another request, 409 while the first one runs.
    """
    locked_until = now + LOCK
    row, is_new = IdempotentRequest.objects.get_or_create(
        organisation=organisation,
        key=key,
        defaults={"fingerprint": fingerprint, "locked_until": locked_until, "created_at": now},
    )
    if is_new:
        return Claim(row.pk, locked_until)
    if row.created_at > now - settings.IDEMPOTENCY_RETENTION:
        if row.fingerprint != fingerprint:
            raise Refusal("This Idempotency-Key was used for another request.", code=error_codes.KEY_REUSED)
        if row.status_code is not None:
            return _recorded(row.status_code, row.answer, row.secret_body)
        if row.locked_until > now:
            raise _still_running()
    # Forgotten, or its first worker died. Only one of several can move the lock that all of them have seen.
    claimed = {"fingerprint": fingerprint, "locked_until": locked_until, "created_at": now}
    taken = IdempotentRequest.objects.filter(
        pk=row.pk, locked_until=row.locked_until, created_at=row.created_at
    ).update(**claimed, status_code=None, answer=None, secret_body="")
    if not taken:
        raise _still_running()
    return Claim(row.pk, locked_until)


def _answer_once(claim: Claim, work: Callable[[], Response], *, is_atomic: bool) -> Response:
    try:
        if not is_atomic:
            return _settled(claim, work())
        with transaction.atomic():
            response = work()
            if response.status_code < 400:
                _record(claim, response)
                return response
            transaction.set_rollback(True)
        return _settled(claim, response)
    except BaseException as exception:
        refusal = answer_exception(exception, {}) if isinstance(exception, Exception) else None
        if refusal is None or isinstance(exception, LostClaim):
            _release(claim)
        else:
            _settled(claim, refusal)
        raise


def _settled(claim: Claim, response: Response) -> Response:
    """Records an answer outside the work's transaction, or lets go of the key when it may be tried again."""
    if response.status_code in NOT_RECORDED or response.status_code >= 500:
        _release(claim)
    else:
        _record(claim, response)
    return response


def _held(claim: Claim) -> Any:
    return IdempotentRequest.objects.filter(pk=claim.id, locked_until=claim.locked_until, status_code=None)


def _record(claim: Claim, response: Response) -> None:
    headers = {name: response.headers[name] for name in RECORDED_HEADERS if name in response.headers}
    # As text: the database would put the names of a JSON object into another order.
    body = None if response.data is None else JSONRenderer().render(response.data).decode()
    secret_body = encrypt(body) if claim.is_secret and body is not None else ""
    answer: dict[str, Any] = {"body": None if secret_body else body, "headers": headers}
    if not _held(claim).update(status_code=response.status_code, answer=answer, secret_body=secret_body):
        raise LostClaim


def _release(claim: Claim) -> None:
    _held(claim).delete()


def _recorded(status_code: int, answer: Any, secret_body: str) -> Response:
    headers = answer["headers"] | {REPLAYED_HEADER: "true"}
    # Until a day after this column came to be there are answers that have their secret inside.
    secret = secret_body or (answer["body"] if answer.get("is_encrypted") else "")
    text = decrypt(secret) if secret else answer["body"]
    body = None if text is None else json.loads(text)
    return Response(body, status=status_code, headers=headers)


def _still_running() -> Refusal:
    return Refusal(
        "The first request with this Idempotency-Key is still running.",
        code=error_codes.STILL_RUNNING,
        headers=_retry_after(),
    )


def _retry_after() -> dict[str, str]:
    return {"retry-after": str(math.ceil(RETRY_AFTER.total_seconds()))}
