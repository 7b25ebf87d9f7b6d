"""The addresses of indicators, figures, entries and their review below /api/v1/."""

from django.urls import path

from indicators.api.editions import Changes, Releases
from indicators.api.values import Values

urlpatterns = [
    path("values", Values.as_view(), name="values"),
    path("releases", Releases.as_view(), name="releases"),
    path("changes", Changes.as_view(), name="changes"),
]
