"""Every route of the portal, found in the URLconf itself, and its address with given ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """A route: its full name (its pattern where it has none), the names of its parts to fill in, and its view."""

    name: str
    parts: tuple[str, ...]
    view: Callable[..., HttpResponse]
    pattern: str = ""

    @property
    def space(self) -> str:
        """What its ids are found under: in the administration the model, elsewhere the namespace."""
        if self.pattern and self.name == self.pattern:
            app_and_model = re.match(r"admin/(\w+)/(\w+)/", self.pattern)
            return f"admin:{app_and_model[1]}_{app_and_model[2]}" if app_and_model else ""
        namespace, _colon, rest = self.name.rpartition(":")
        return f"admin:{'_'.join(rest.split('_')[:2])}" if namespace == "admin" else namespace

    def address(self, ids: dict[str, object]) -> str:
        """The address with each part filled in."""
        if self.name != self.pattern:
            return reverse(self.name, kwargs={part: ids[part] for part in self.parts})
        pattern = self.pattern.replace("(?P<url>.*)$", "no/such/page/")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(ids[part[1]]), pattern)

    @property
    def methods(self) -> tuple[str, ...]:
        """GET and the unsafe methods that an endpoint declares; a page is tried with GET and POST."""
        endpoint = getattr(self.view, "cls", None)
        if endpoint is None:
            return ("GET", "POST")
        return tuple(method for method in ("GET", *UNSAFE) if hasattr(endpoint, method.lower()))


def every_route(resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), before: str = "") -> Iterator[Route]:
    """Walk the URLconf to its last leaf."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = ":".join((*spaces, pattern.name)) if pattern.name else whole
            parts = tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex)
            yield Route(name, parts, pattern.callback, whole)
        else:
            yield from every_route(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces, whole)
