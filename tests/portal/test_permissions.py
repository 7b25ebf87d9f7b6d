"""An API view that declares no permission lets nobody in."""

import pytest
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from pilots.models import User
from portal.permissions import Nobody


class Forgotten(APIView):
    """A view whose author forgot to say who may see it."""

    def get(self, request):
        return Response({"secret": "figures"})


@pytest.mark.parametrize("user", [None, User(username="li"), User(username="root", is_superuser=True)], ids=str)
def test_nobody_is_let_in_without_a_declared_permission(user, monkeypatch):
    monkeypatch.setattr(Forgotten, "authentication_classes", [])
    monkeypatch.setattr(Forgotten, "get_exception_handler", lambda self: lambda refusal, context: Response(status=refusal.status_code))
    request = APIRequestFactory().get("/")
    if user:
        force_authenticate(request, user)
    assert Forgotten.as_view()(request).status_code in {401, 403}


def test_nobody_is_the_rule_for_every_view():
    assert list(api_settings.DEFAULT_PERMISSION_CLASSES) == [Nobody]
