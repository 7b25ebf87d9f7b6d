"""Sending again without doing again: what an `Idempotency-Key` means at every address of the API."""

from __future__ import annotations

import hashlib
import re

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request

from pilots import answers
from pilots.api.refusing import refusal
from pilots.api.uploads import sums_of
from pilots.models import KeptAnswer

HEADER = "Idempotency-Key"
# Visible ASCII, as long as the store takes; most clients send a UUID.
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
# What changes the meaning of a request beside its address and its body.
MEANING = ("If-Match", "If-None-Match")


class Repeated(Exception):
    """The request was answered before; `response` is that answer again."""

    def __init__(self, response: HttpResponse) -> None:
        """Take the answer."""
        super().__init__()
        self.response = response


def claim(request: Request, *, shown_once: bool) -> KeptAnswer:
    """Take the request's key for it. Raises `Repeated` with the kept answer; refuses a key that stands for another request."""
    key = request.headers[HEADER]
    if not KEY.fullmatch(key):
        raise refusal(HEADER, _("Send a key of 1 to 200 letters, digits and signs, such as a UUID."), value=key[:80])
    pilot = request.auth.pilot if request.auth else None
    place, asked = sum_of(request.method, request.path), sum_of(*meaning_of(request))
    kept, new = answers.claim(actor=request.user, pilot=pilot, place=place, key=key, asked=asked)
    if new:
        return kept
    if kept.asked != asked:
        text = _("This key was sent with another request before. Use a new key for each request that is to do something.")
        raise refusal(HEADER, text, value=key, code="key_reused")
    if shown_once:
        text = _("This request was carried out before, and its answer is shown only once. What it made is at %(address)s.")
        raise refusal(HEADER, text % {"address": kept.headers["Location"]}, value=key, code="shown_once")
    raise Repeated(again(kept))


def settle(kept: KeptAnswer, response: HttpResponseBase, *, shown_once: bool) -> None:
    """Keep the answer of what was done, or give the key back after a refusal."""
    if not status.is_success(response.status_code):
        answers.release(kept)
        return
    # The type of the answer is set when it is rendered.
    body = response.render().content.decode()
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    answers.keep(kept, status=response.status_code, headers=headers, body="" if shown_once else body)


def again(kept: KeptAnswer) -> HttpResponse:
    """Make a kept answer once more."""
    response = HttpResponse(kept.body, status=kept.status)
    del response["Content-Type"]
    for name, text in kept.headers.items():
        response[name] = text
    return response


def meaning_of(request: Request) -> list[bytes | str]:
    """Everything that a request asks for, apart from its address."""
    query = request.META.get("QUERY_STRING", "")
    return [query, *(request.headers.get(name, "") for name in MEANING), *sums_of(request)]


def sum_of(*parts: bytes | str) -> str:
    """The sha256 over parts, each with its length, so that no two lists of parts have the same."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode(errors="surrogatepass")
        digest.update(len(raw).to_bytes(8) + raw)
    return digest.hexdigest()
