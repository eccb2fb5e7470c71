"""Views that go wrong in every way: what the tests of the error body call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import include, path
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lasso.errors import FieldError, FieldErrors, IllegalMove, NotFound, Unprocessable
from lasso.parsing import object_of


class Item(serializers.Serializer[Any]):
    cvr = serializers.IntegerField()
    tags = serializers.ListField(child=serializers.CharField(), required=False)


class Order(serializers.Serializer[Any]):
    name = serializers.CharField()
    items = Item(many=True)

    def validate(self, attrs: Any) -> Any:
        if attrs["name"] == "both":
            raise serializers.ValidationError("Name and items do not fit together.")
        return attrs


FAILURES: dict[str, Callable[[], Exception]] = {
    "fields": lambda: FieldErrors([FieldError("items[3].cvr", "is wrong."), FieldError("name", "is missing.")]),
    "many": lambda: FieldErrors(FieldError(f"items[{number}]", "is wrong.") for number in range(500)),
    "not-found": lambda: NotFound("There is no batch with this id."),
    "http404": lambda: Http404("secret table"),
    "conflict": lambda: IllegalMove("The batch is finished."),
    "unprocessable": lambda: Unprocessable("This cannot be done."),
    "denied": lambda: PermissionDenied("secret reason"),
    "suspicious": lambda: SuspiciousOperation("secret reason"),
    "broken-off": lambda: UnreadablePostError("gone"),
    "throttled": lambda: exceptions.Throttled(wait=1.2),
    "broken": lambda: RuntimeError("password=hunter2"),
    "away": lambda: OperationalError("connection to hunter2 failed"),
}


class Failing(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request, kind: str) -> Response:
        raise FAILURES[kind]()  # noqa: RSE102 - what is called makes the exception


class Open(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        return Response(object_of(request))


class Orders(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        order = Order(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(order.validated_data)


def broken_page(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("password=hunter2")


def page_without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection to hunter2 failed")


urlpatterns = [
    path("apps/example/fails/<str:kind>", Failing.as_view()),
    path("apps/example/open", Open.as_view()),
    path("apps/example/orders", Orders.as_view()),
    path("pages/broken", broken_page),
    path("pages/away", page_without_database),
    path("", include("lasso.urls")),
]

handler400 = "lasso.pages.handle_400"
handler403 = "lasso.pages.handle_403"
handler404 = "lasso.pages.handle_404"
handler500 = "lasso.pages.handle_500"
