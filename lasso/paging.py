"""Pages of a long list: where the next one starts (a continuation token) and how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from rest_framework.request import Request

from lasso.errors import FieldError, FieldErrors

TOKEN_PARAMETER = "cToken"  # noqa: S105 - the name of a query parameter
SIZE_PARAMETER = "pageSize"

Position = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is read page by page: whose, of what, filtered how.

    Its tokens are signed together with all of that, so a token of another list, or one that somebody changed, is
    refused. `shape` are the types of a position in it, such as `(int,)` for a number in a sequence.
    """

    scope: Sequence[str]
    shape: tuple[type[int | str], ...]

    def token_at(self, *position: int | str) -> str:
        """The token of the page that starts behind this position."""
        return self._signer().sign_object(list(position))

    def position_of(self, token: str) -> Position:
        """The position that a token was made for.

        Raises:
            FieldErrors: the token was not made for this list.
        """
        try:
            found = tuple(self._signer().unsign_object(token))
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise _not_a_token() from error
        if len(found) != len(self.shape) or not all(map(isinstance, found, self.shape)):
            raise _not_a_token()
        return found

    def position_in(self, request: Request) -> Position | None:
        """The position that the request's `cToken` stands for; None for the first page."""
        token = request.query_params.get(TOKEN_PARAMETER, "")
        return self.position_of(token) if token else None

    def _signer(self) -> signing.Signer:
        return signing.Signer(salt="\n".join(("lasso.paging", *self.scope)))


def page_size(request: Request, *, default: int, most: int) -> int:
    """How many entries the request wants on a page (`pageSize`).

    Raises:
        FieldErrors: it is not a whole number from 1 to `most`.
    """
    text = request.query_params.get(SIZE_PARAMETER, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= most):
        raise FieldErrors([FieldError(SIZE_PARAMETER, f"{text!r} is not a whole number from 1 to {most}.")])
    return int(text)


def _not_a_token() -> FieldErrors:
    sentence = (
        "this is not a continuation token of this list with this filter; "
        "send the continuationToken of the page before unchanged, or leave cToken out for the first page."
    )
    return FieldErrors([FieldError(TOKEN_PARAMETER, sentence)])
