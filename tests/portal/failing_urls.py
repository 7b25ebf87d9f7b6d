"""The addresses of the portal, and two beside them whose query fails with the condition that the address names."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.api import Endpoint
from portal.urls import handler400, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler404", "handler500"]


def fail(condition: str) -> None:
    """Let the database fail, as it would by itself; a number instead of a condition is an error of the disk."""
    if condition.startswith("errno-"):
        raise OSError(int(condition.removeprefix("errno-")), "in words of the system")
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'in words of the database' USING ERRCODE = '" + condition + "'; END $$")


def page(request: HttpRequest, condition: str) -> HttpResponse:
    """Fail on a page."""
    fail(condition)


def in_the_end(request: HttpRequest) -> HttpResponse:
    """Answer, after the database has gone away and before the session is kept."""
    request.session["seen"] = "this page"
    connection.close()
    connection.settings_dict["NAME"] = "gone"
    return HttpResponse("done")


class Failing(Endpoint):
    """Fail at the API."""

    permission_classes = (AllowAny,)

    def get(self, request: Request, condition: str) -> Response:
        """Fail."""
        fail(condition)


urlpatterns = [
    path("api/v1/failing/<condition>", Failing.as_view()),
    path("failing/while-the-session-is-kept", in_the_end),
    path("failing/<condition>", page),
    *urlpatterns,
]
