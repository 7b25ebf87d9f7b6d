"""A session as its person recognises it: when it began, on what, and roughly from where."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first word that a browser's own description of itself holds decides; most of them call themselves Chrome or Safari too.
BROWSERS = (
    ("MicroMessenger", gettext_lazy("WeChat")),
    ("QQBrowser", gettext_lazy("QQ Browser")),
    ("360", gettext_lazy("360 Browser")),
    ("QIHU", gettext_lazy("360 Browser")),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Shown:
    """One session as a row of the list."""

    began: datetime
    device: str
    address: str
    this: bool

    @classmethod
    def of(cls, session: UserSession) -> Shown:
        """Put a session into words."""
        return cls(session.created_at, in_words(session.user_agent), shortened(session.ip), session.is_current())


def in_words(itself: str) -> str:
    """Say what browser on what system describes itself so."""
    browser = next((name for mark, name in BROWSERS if mark in itself), "")
    system = next((name for mark, name in SYSTEMS if mark in itself), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return str(browser or system) or _("another program")


def shortened(address: str) -> str:
    """Leave of an address what its person recognises and nobody can follow: the first half."""
    found = ipaddress.ip_address(address)
    if found.version == 4:
        return ".".join([*str(found).split(".")[:2], "*", "*"])
    return ":".join([*found.exploded.split(":")[:3], "…"])
