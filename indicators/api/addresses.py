"""The addresses of indicators, figures, entries and their review below /api/v1/."""

urlpatterns = []
