"""Asks for every address as everybody, and leaves nothing behind."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

from tests.indicators.files import pdf
from tests.isolation.routes import Route

READING = ("GET", "HEAD")
OF_THE_MOMENT = ("Location", "Set-Cookie", "Content-Length", "Expires")
WRITING = ("INSERT", "UPDATE", "DELETE")
# What an unsafe request brings along, so that a refusal is one of the person and not of the shape.
ENTRY = {"value": "1"}
BODIES = {
    "api:tokens": {"name": "another program"},
    "api:entry": ENTRY,
    "api:entry-reopen": {"reason": "A slip of the pen"},
    "api:entries-batch": {"pilot": "tianjin", "entries": [{"series": "TJ-60", "period": "2030", "version": 0, **ENTRY}]},
    "api:entries-on-paper": {"pilot": "tianjin", "paper": 987654321, "entries": []},
    "api:entries-confirm": {"pilot": "tianjin", "figures": [{"series": "TJ-60", "period": "2030", "version": 1}]},
    "api:choose-mode": {"mode": "inputs"},
    "api:pilot-collections": {"period": "2031", "due": "2099-01-01"},
    "api:pilot-submissions": {"period": "2030"},
    "api:submission-send-back": {"summary": "Two places"},
    "api:submission-verify": {"assessment": "good"},
    "api:submission-accept": {"indicators": ["TJ-60"]},
    "api:submission-take-back": {"indicators": ["TJ-60"]},
    "api:submission-mark": {"indicator": "TJ-60", "kind": "must-fix", "text": "Look again"},
    "api:submission-advise": {"indicator": "TJ-60", "kind": "explain", "text": "Look again"},
    "api:submission-unmark": {"indicator": "TJ-60"},
    "api:submission-ask-to-unlock": {"indicator": "TJ-60", "reason": "A slip of the pen"},
    "api:submissions-assign": {"submissions": [987654321], "reviewer": "coordinator"},
    "api:mark-reply": {"text": "A text"},
    "api:unlock-refuse": {"answer": "A text"},
    "api:cycle-reopen": {"reason": "A longer slip of the pen"},
    "api:reports": {"year": 2024, "languages": ["en"], "formats": ["pdf"], "audience": "internal"},
    "api:report-withdraw": {"reason": "A slip of the pen"},
    "api:evidence-citations": {"series": "TJ-60", "period": "2030", "page": "3"},
    "api:comments": {"text": "A text"},
}
# Every page is sent all of these; a form takes those that it asks for.
FORM = {
    "reason": "A longer slip of the pen",
    "summary": "Two places",
    "assessment": "good",
    "accept_rest": "on",
    "cell": "TJ-58@2029",
    "languages": "en",
    "formats": "pdf",
    "audience": "internal",
    "language": "en",
    "operator": "=",
    "value": "1",
    "year": "2024",
    "first": "2031",
    "last": "2032",
    "flag": "A",
    "version": "1",
    "period": "2031",
    "due": "2099-01-01",
    "role": "viewer",
    "username": "new.person",
    "name": "New Person",
    "title": "A title",
    "text": "A text",
    "deed": "say",
}
SECRET = re.compile(rb'(csrfmiddlewaretoken" value="|"csrf_?token"[^A-Za-z0-9]+|X-CSRFToken[^A-Za-z0-9]+)[A-Za-z0-9]{32,64}')


# The fields beside the file of an endpoint that takes one.
BROUGHT: dict[str, dict[str, str]] = {"api:pilot-evidence": {}, "api:pilot-imports": {"period": "2030"}}


@dataclass(frozen=True)
class Answer:
    """What came back: its status, its bytes without what differs from one request to the next, its headers, its queries."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    location: str
    queries: int
    after: object = None

    @property
    def word(self) -> str:
        """The answer as the page of roles writes it."""
        return "sign-in" if self.status == 302 and "/login/" in self.location else str(self.status)


def ask(client: Client, route: Route, method: str, address: str, **more: object) -> Answer:
    """Send one request and undo whatever it did; `sending` replaces what it brings along, `then` looks at what it wrote."""
    cache.clear()
    connection.queries_log.clear()
    cookies = copy.copy(client.cookies)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = client.generic(method, address, **more.get("sending", sent(route, method)))
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if file := getattr(response, "file_to_stream", None):
            file.close()
        count = len(queries)
        wrote = any(query["sql"].startswith(WRITING) for query in queries.captured_queries)
        after = more["then"]() if "then" in more and wrote else None
        transaction.set_rollback(True)
    client.cookies = cookies
    headers = tuple(sorted((name, text) for name, text in response.headers.items() if name not in OF_THE_MOMENT))
    return Answer(response.status_code, SECRET.sub(b"", body), headers, response.headers.get("Location", ""), count, after)


def sent(route: Route, method: str) -> dict[str, object]:
    """The body and headers that a request to a route needs."""
    if method in READING:
        return {}
    if getattr(route.view, "cls", None) is None:
        return {"data": urlencode(FORM), "content_type": "application/x-www-form-urlencoded"}
    if method in getattr(route.view.cls, "brings", {}):
        return sent_file(BROUGHT.get(route.name, {}))
    body = json.dumps(BODIES.get(route.name, {}))
    return {"data": body, "content_type": "application/json", "headers": {"If-Match": '"1"'} if route.name == "api:entry" else {}}


def sent_file(fields: dict[str, str]) -> dict[str, object]:
    """A form with a small file and other fields."""
    form = {**fields, "file": SimpleUploadedFile("sent.pdf", pdf("sent"), "application/pdf")}
    return {"data": encode_multipart(BOUNDARY, form).decode(), "content_type": MULTIPART_CONTENT}
