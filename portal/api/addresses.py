"""The addresses below /api/v1/: those of every app, the root that lists them, and their description."""

from __future__ import annotations

import re

from django.urls import URLPattern, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

import cycles.api
import indicators.api
import pilots.api
import portal.api.notices
import portal.api.todo
import reports.api
from pilots.api import Endpoint


class Root(Endpoint):
    """Where a reader begins."""

    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        """List the addresses of the API, with {names} to fill in."""
        here = request.build_absolute_uri(request.path)
        return Response({pattern.name: here + readable(pattern) for pattern in endpoints})


def readable(pattern: URLPattern) -> str:
    """Write an address with {name} for each part to fill in, as its description does."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern)).replace("{pk}", "{id}")


READING = ("get", "head")
# An app adds its own list here; the order is that of the root.
endpoints = [
    *pilots.api.urlpatterns,
    *indicators.api.urlpatterns,
    *cycles.api.urlpatterns,
    *reports.api.urlpatterns,
    *portal.api.todo.urlpatterns,
    *portal.api.notices.urlpatterns,
]

urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("schema/", SpectacularAPIView.as_view(http_method_names=READING), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api_docs.html", http_method_names=READING),
        name="docs",
    ),
    *endpoints,
]
