"""Programs for tests: clients that carry a person's token and speak JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.http import HttpResponse
from django.test import Client

from pilots import tokens
from pilots.models import Door, Pilot, Token, User

API = "/api/v1/"


class Program(Client):
    """A client of the API; addresses are given from below /api/v1/, headers with underscores for hyphens."""

    def __init__(self, person: User | None = None, *, scope: str = Token.Scope.WRITE, pilot: Pilot | None = None) -> None:
        super().__init__()
        self.sent = {}
        if person is not None:
            _token, text = tokens.make(user=person, name="a program", scope=scope, pilot=pilot, by=person, door=Door.API)
            self.sent = {"Authorization": f"Token {text}"}

    def ask(self, address: str, **headers: str) -> HttpResponse:
        """Read an address."""
        return self.get(whole(address), headers={**self.sent, **hyphens(headers)})

    def pages(self, address: str) -> Iterator[list[dict]]:
        """Follow `next` from page to page."""
        while address:
            page = self.ask(address).json()
            yield page["data"]
            address = page["next"]

    def tell(self, method: str, address: str, body: object = None, **headers: str) -> HttpResponse:
        """Send a body: text as it is, anything else as JSON."""
        raw = body if isinstance(body, str | bytes) else json.dumps(body or {})
        return self.generic(method, whole(address), raw, content_type="application/json", headers={**self.sent, **hyphens(headers)})


def whole(address: str) -> str:
    """Put an address below the API unless it is whole already."""
    return address if address.startswith(("/", "http")) else API + address


def hyphens(headers: dict[str, str]) -> dict[str, str]:
    """Write header names as HTTP does."""
    return {name.replace("_", "-"): text for name, text in headers.items()}


def text_of(response: HttpResponse) -> str:
    """The whole body, streamed or not."""
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()
