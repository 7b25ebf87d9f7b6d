"""The address of every page and endpoint."""

urlpatterns: list = []
