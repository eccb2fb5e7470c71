"""A small API on the frame: what the tests of authentication, counting and idempotency call."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import organisation_of, user_id_of
from accounts.idempotency import idempotent
from accounts.models import User
from lasso.errors import FieldError, FieldErrors, IllegalMove
from lasso.parsing import object_of


class Whoami(APIView):
    def get(self, request: Request) -> Response:
        user_id = user_id_of(request)
        return Response({"organisation": organisation_of(request).name, "user": str(user_id) if user_id else None})


class Orders(APIView):
    """Each POST makes one row, so that the tests can count what was done."""

    during: Callable[[], None] = staticmethod(lambda: None)

    @idempotent()
    def post(self, request: Request) -> Response:
        data = object_of(request)
        row = User.objects.create(username=f"order-{uuid.uuid4()}")
        type(self).during()
        answers: dict[str, Callable[[], Response]] = {
            "refuse": lambda: _raise(FieldErrors([FieldError("cvr", "is wrong.")])),
            "conflict": lambda: _raise(IllegalMove("It is finished.")),
            "break": lambda: _raise(RuntimeError("secret 1234")),
            "answer 422": lambda: Response({"no": "thanks"}, status=422),
        }
        answer = answers.get(str(data.get("do")))
        if answer:
            return answer()
        return Response({"id": row.pk, "data": data}, status=201, headers={"Location": f"/orders/{row.pk}"})


class Calls(APIView):
    """Like a view that waits for the network: not in a transaction."""

    made = 0

    @idempotent(is_atomic=False)
    def post(self, request: Request) -> Response:
        type(self).made += 1
        return Response({"made": type(self).made})


class Gate:
    """Holds whoever enters until the test opens it."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self) -> None:
        self.entered.set()
        assert self.open.wait(20)


def _raise(error: Exception) -> Response:
    raise error


urlpatterns = [
    path("apps/example/whoami", Whoami.as_view()),
    path("apps/example/orders", Orders.as_view()),
    path("apps/example/others", Orders.as_view()),
    path("apps/example/calls", Calls.as_view()),
    path("", include("lasso.urls")),
]

handler400 = "lasso.pages.handle_400"
handler403 = "lasso.pages.handle_403"
handler404 = "lasso.pages.handle_404"
handler500 = "lasso.pages.handle_500"
