"""The answer to a request that no view has spoken for: nobody may."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class Nobody(BasePermission):
    """Refuse everyone, so that an API view without a declared permission shows nothing."""

    def has_permission(self, request: Request, view: object) -> bool:
        return False
