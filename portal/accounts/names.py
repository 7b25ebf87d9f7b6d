"""Whom a name typed at the door means, and from which address it was typed."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from pilots import members

# What a wrong code is counted under, so that nobody can name it at the sign-in page.
CODE_OF = "second_factor_of"
HASH_LETTERS = 16


@dataclass(frozen=True)
class Named:
    """Whom a try is counted against: `key` for the counting, `shown` for the trail."""

    key: str
    shown: str


def person(typed: str) -> AbstractBaseUser | None:
    """Find the person with this username, e-mail or phone, in that order, by one question."""
    phone = members.plain_phone(typed)
    same = Q(username__iexact=typed) | Q(email__iexact=typed)
    found = list(get_user_model().objects.filter(same | Q(phone=phone) if phone else same)) if typed else []
    return min(found, key=lambda user: (user.username.lower() != typed.lower(), user.email.lower() != typed.lower()), default=None)


def named(request: HttpRequest, credentials: dict | None = None) -> Named:
    """Say whom a try means: a person however they are named, or the hash of a name that nobody has."""
    given = credentials or {}
    if CODE_OF in given:
        return Named(f"code:{given[CODE_OF].pk}", given[CODE_OF].username)
    typed = given.get("username") or given.get("email") or request.POST.get("login") or ""
    known: dict[str, Named] = request.__dict__.setdefault("named_at_the_door", {})
    if typed not in known:
        known[typed] = _named(typed)
    return known[typed]


def _named(typed: str) -> Named:
    user = person(typed.replace("\0", ""))
    if user is not None:
        return Named(f"person:{user.pk}", user.username)
    digest = salted_hmac("portal.accounts.names", typed.lower(), algorithm="sha256").hexdigest()[:HASH_LETTERS]
    return Named(f"hash:{digest}", f"hash:{digest}")


def counted_name(request: HttpRequest, credentials: dict | None = None) -> str:
    """Find the name under which the lockout counts a try."""
    return named(request, credentials).key


def client_address(request: HttpRequest) -> str:
    """Find the address a request came from, behind as many proxies as PROXY_COUNT says."""
    return get_adapter(request).get_client_ip(request)
