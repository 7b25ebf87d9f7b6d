"""People at the sign-in page: browsers that type names, passwords and codes, and a clock that can be moved."""

from __future__ import annotations

import base64
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.http import HttpResponse
from django.test import Client

from pilots.models import TrailRow, User
from tests.builders import PASSWORD

LOGIN, CODE, SET_UP, CODES = "/account/login/", "/account/code/", "/account/factor/set-up/", "/account/factor/codes/"


class Clock:
    """The time that sign-in, sessions and codes go by, some seconds from the real one."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ahead, real = 0, time.time
        patch.setattr(time, "time", lambda: real() + self.ahead)

    def go(self, *, seconds: int = 0, minutes: int = 0, hours: int = 0) -> None:
        """Move forward."""
        self.ahead += seconds + 60 * minutes + 3600 * hours


class Browser(Client):
    """One browser at one address."""

    def __init__(self, address: str = "10.0.0.1", **more: object) -> None:
        super().__init__(
            REMOTE_ADDR=address, headers={"accept-language": "en", "user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/108"}, **more
        )

    @property
    def is_in(self) -> bool:
        """Whether somebody is signed in here, as the portal's next answer shows."""
        return self.get("/account/").status_code == 200

    def sign_in(self, name: str | User, password: str = PASSWORD, **more: str) -> HttpResponse:
        """Type a name and a password."""
        return self.post(LOGIN, {"login": getattr(name, "username", name), "password": password, **more})

    def type_code(self, code: str, at: str = CODE) -> HttpResponse:
        """Type a code."""
        return self.post(at, {"code": code})

    def set_up(self) -> list[str]:
        """Set up a second factor with an app, and return the recovery codes."""
        secret = re.search(r'class="key">([A-Z2-7]+)<', self.get(SET_UP).content.decode())[1]
        assert self.type_code(code_of(secret), at=SET_UP).url == CODES
        return re.findall(r"<code>(\d{5}) (\d{5})</code>", self.get(CODES).content.decode())


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds away."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def secret_of(user: User) -> str:
    """The key in a person's app."""
    factor = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return totp.decrypt(factor.data["secret"])


def shown_now(user: User, steps: int = 0) -> str:
    """What the app of a person shows now, or some steps away."""
    return code_of(secret_of(user), steps)


def deeds(user: User | None = None) -> list[str]:
    """What the trail says, the oldest first; of one person or of everybody."""
    rows = TrailRow.objects.filter(object_kind="person").order_by("pk")
    return [row.act for row in (rows.filter(object_key=user.username) if user else rows)]


def picture(page: str) -> bytes:
    """The picture with the key that a page carries within itself."""
    return base64.b64decode(re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)[1])
