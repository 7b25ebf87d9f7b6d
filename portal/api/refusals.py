"""Every refusal in one shape: application/problem+json (RFC 9457), in the reader's language."""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus
from math import ceil

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, ValidationError
from django.db import InternalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import defaults
from rest_framework import exceptions
from rest_framework.exceptions import APIException, ErrorDetail
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from portal import outages

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
STATUS_OF_CODE = {
    "wrong_state": 409,
    "locked": 409,
    "shown_once": 409,
    "gone": 410,
    "too_large": 413,
    "quota": 413,
    "stale": 412,
    "key_reused": 422,
    "precondition_required": 428,
}
TITLES = {
    400: gettext_lazy("The request was refused"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("This address does not take that method"),
    409: gettext_lazy("Not possible in this state"),
    410: gettext_lazy("No longer there"),
    412: gettext_lazy("It was changed meanwhile"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Not this kind of content"),
    422: gettext_lazy("The key stands for another request"),
    428: gettext_lazy("Say which version you mean"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("The server failed"),
    503: gettext_lazy("Not available now"),
}
NOTHING_HERE = gettext_lazy("There is nothing at this address, or nothing that you may see.")
# What PL/pgSQL's RAISE answers: a trigger held a lock that an act should have asked about first.
RAISED = "P0001"


def problem(exc: Exception, context: dict[str, object]) -> Response | None:
    """Turn a refusal into its answer; what is no refusal is a failure of the server and goes on as one."""
    if isinstance(exc, Http404 | exceptions.NotFound):
        return answer(404, str(NOTHING_HERE), code="not_found")
    if isinstance(exc, PermissionDenied):
        return answer(403, str(exc) or _("Your role does not allow this."), code="permission_denied")
    if isinstance(exc, ValidationError):
        return refused(exc)
    if isinstance(exc, exceptions.ValidationError):
        faults = shape_faults(exc.detail, context)
        return answer(400, joined(faults), code=first_code(exc.get_codes()), errors=faults)
    if isinstance(exc, APIException):
        return spoken(exc, context)
    if isinstance(exc, InternalError) and getattr(exc.__cause__, "pgcode", "") == RAISED:
        return answer(409, _("This is verified and locked. Reopen it first."), code="locked")
    outage = outages.behind(exc)
    if outage:
        log.warning("A request failed by an outage: %s", exc)
        return answer(503, str(outage.detail), code=outage.code, retry_after=outage.wait)
    return None


def content(status: int, detail: str, *, code: str, errors: list[dict] | None = None) -> dict[str, object]:
    """Compose the body of a refusal."""
    title = str(TITLES.get(status) or HTTPStatus(status).phrase)
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code, "errors": errors or []}


def answer(
    status: int, detail: str, *, code: str, errors: list[dict] | None = None, retry_after: int | None = None, **more: object
) -> Response:
    """Answer a refusal; `more` stands beside the standard members, `retry_after` counts seconds."""
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    body = {**content(status, detail, code=code, errors=errors), **more}
    return Response(body, status=status, headers=headers, content_type=PROBLEM)


def refused(error: ValidationError) -> Response:
    """Answer the refusal of an act: its code decides the status, its fields and what it allows are kept."""
    faults = [fault(field, inner) for field, inner in by_field(error)]
    codes = [inner.code for _field, inner in by_field(error)]
    code = getattr(error, "code", None) or next((code for code in codes if code in STATUS_OF_CODE), None) or codes[0] or "invalid"
    more = {"allowed": faults[0]["allowed"]} if STATUS_OF_CODE.get(code) == 409 else {}
    more |= getattr(error, "more", {})
    return answer(STATUS_OF_CODE.get(code, 400), joined(faults), code=code, errors=faults, **more)


def by_field(error: ValidationError) -> list[tuple[str | None, ValidationError]]:
    """Take a refusal apart: each single error with its field, None where it belongs to the whole."""
    if hasattr(error, "error_dict"):
        return [(None if field == NON_FIELD_ERRORS else field, inner) for field, found in error.error_dict.items() for inner in found]
    return [(None, inner) for inner in error.error_list]


def fault(field: str | None, error: ValidationError) -> dict[str, object]:
    """Write one error: where, what was given, why not, what is allowed."""
    value = getattr(error, "value", None)
    return {"field": field, "value": value, "message": "".join(error.messages), "allowed": list(getattr(error, "allowed", ()))}


def joined(faults: list[dict]) -> str:
    """Say in one text what all errors say."""
    return " ".join(dict.fromkeys(fault["message"] for fault in faults))


def shape_faults(detail: object, context: dict[str, object], path: tuple = ()) -> list[dict]:
    """Write the errors of a body's shape, each with the path to its place."""
    if isinstance(detail, dict):
        return [one for key, inner in detail.items() for one in shape_faults(inner, context, (*path, key))]
    if not isinstance(detail, ErrorDetail):
        numbered = any(isinstance(inner, dict) for inner in detail)
        return [one for n, inner in enumerate(detail) for one in shape_faults(inner, context, (*path, n) if numbered else path)]
    place = [part for part in path if part != "non_field_errors"]
    value, allowed = given_at(place, context["request"].data), choices_at(place, context)
    return [{"field": ".".join(map(str, place)) or None, "value": value, "message": str(detail), "allowed": allowed}]


def first_code(codes: object) -> str:
    """Find the first of the codes that are kept in the shape of the body."""
    while not isinstance(codes, str):
        codes = next(iter(codes.values() if isinstance(codes, dict) else codes), "invalid")
    return codes


def given_at(place: list, data: object) -> object:
    """Find what was given at a place of the body."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data if isinstance(data, str | int | bool | None) else None


def choices_at(place: list, context: dict[str, object]) -> list[str]:
    """Find the codes that the shape allows at a place of the body or, where it has no such place, the names it has."""
    shape = context["view"].takes.get(context["request"].method)
    field = shape() if shape else None
    for part in place:
        field = getattr(field, "child", field)
        names = getattr(field, "fields", {})
        if isinstance(part, str) and part not in names:
            return list(names)
        field = names[part] if isinstance(part, str) else field
    return list(getattr(field, "choices", ()))


def spoken(exc: APIException, context: dict[str, object]) -> Response:
    """Answer a refusal of the framework: not signed in, wrong method, too many requests and their like."""
    if isinstance(exc, exceptions.Throttled):
        return too_many(exc)
    detail = exc.detail if isinstance(exc.detail, str) else str(exc.default_detail)
    code = getattr(exc.detail, "code", exc.default_code)
    found = answer(exc.status_code, str(detail), code=code)
    if getattr(exc, "auth_header", None):
        found["WWW-Authenticate"] = exc.auth_header
    return found


def too_many(exc: exceptions.Throttled) -> Response:
    """Answer somebody who asked more often than a minute allows, with the seconds until the next one."""
    wait = ceil(exc.wait or 1)
    text = ngettext(
        "You have asked more often than one minute allows. Ask again in %(wait)s second.",
        "You have asked more often than one minute allows. Ask again in %(wait)s seconds.",
        wait,
    )
    return answer(429, text % {"wait": wait}, code="too_many", retry_after=wait)


def page_of_problem(status: int, detail: str, *, code: str, retry_after: int | None = None) -> HttpResponse:
    """Answer a refusal where no endpoint was reached, in the bytes that an endpoint would use."""
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return HttpResponse(JSONRenderer().render(content(status, detail, code=code)), status=status, headers=headers, content_type=PROBLEM)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that does not exist: a problem below /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return page_of_problem(404, str(NOTHING_HERE), code="not_found")
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that no view could read, or one whose session could not be kept because the database was away."""
    outage = outages.behind(exception)
    if outage:
        return not_now(request, outage)
    if isinstance(exception, RequestDataTooBig):
        return too_big(request)
    if request.path.startswith("/api/"):
        return page_of_problem(400, _("The request could not be read."), code="unreadable")
    return defaults.bad_request(request, exception)


def too_big(request: HttpRequest) -> HttpResponse:
    """Answer a body that is larger than any may be."""
    if request.path.startswith("/api/"):
        return page_of_problem(413, _("The body is too large. Send it in parts."), code="too_large")
    return render(request, "413.html", status=413)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what failed outside every endpoint: an outage as one, anything else without telling what failed."""
    outage = outages.behind(sys.exception())
    if outage:
        return not_now(request, outage)
    if request.path.startswith("/api/"):
        detail = _("Something failed here, and nothing was changed. Try again later.")
        return page_of_problem(500, detail, code="server_error")
    return defaults.server_error(request)


def not_now(request: HttpRequest, outage: outages.Outage) -> HttpResponse:
    """Answer an outage: a problem below /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return page_of_problem(503, str(outage.detail), code=outage.code, retry_after=outage.wait)
    return outages.page(request, outage)
