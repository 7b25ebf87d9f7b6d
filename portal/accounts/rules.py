"""The rules for passwords that Django does not bring: kinds of characters, words of this place, passwords had before."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pilots.models import Pilot

KINDS = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())
KINDS_WANTED = 3
# Words that everybody who knows the programme would try first, besides the names of the pilots and their cities.
OURS = ("iso37101", "37101", "bsi", "portal", "ecocity")
SHORTEST = 5


class KindsOfCharacters:
    """Ask for three kinds of characters in a password (GB/T 22239-2019, 8.1.4.1 a)."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a password with fewer than three of: capital letters, small letters, digits, other signs."""
        if sum(any(map(kind, password)) for kind in KINDS) < KINDS_WANTED:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """Say the rule in the reader's language."""
        return _("Use at least three of these: capital letters, small letters, digits, other signs.")


class NoWordsOfThisPlace:
    """Refuse a password with a word that everybody in the programme would guess."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a password that holds a name of a pilot or its city, of the standard, or of BSI, however it is written."""
        plain = re.sub(r"[\W_]", "", password.lower())
        if any(word in plain for word in words_of_this_place()):
            raise ValidationError(self.get_help_text(), code="password_words")

    def get_help_text(self) -> str:
        """Say the rule in the reader's language."""
        return _("Leave out the names of the pilots and their cities, of the standard, and of BSI.")


class NotHadBefore:
    """Refuse the password that a person has, and those that they had last."""

    def validate(self, password: str, user: object = None) -> None:
        """Compare with the hashes that are kept, the newest first; somebody who has no account yet has had none."""
        if getattr(user, "pk", None) is None:
            return
        former = user.former_passwords.values_list("password", flat=True)[: settings.PASSWORDS_REMEMBERED - 1]
        if any(check_password(password, kept) for kept in (user.password, *former)):
            raise ValidationError(self.get_help_text(), code="password_had_before")

    def get_help_text(self) -> str:
        """Say the rule in the reader's language."""
        return _("Choose one that is not among your last %(count)s passwords.") % {"count": settings.PASSWORDS_REMEMBERED}


def words_of_this_place() -> frozenset[str]:
    """Collect the words that a password may not hold: in small Latin letters, and Chinese names as they are."""
    rows = Pilot.objects.values_list("slug", "name_en", "short_name_en", "city_en", "short_name_zh", "city_zh")
    found = {word for row in rows for text in row for word in re.findall(r"[^\W\d_]+", text.lower())}
    return frozenset(OURS) | {word for word in found if len(word) >= SHORTEST or not word.isascii()}
