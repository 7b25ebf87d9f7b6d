"""Second factors: who needs one, how their secrets lie in the database, and that a code works once."""

from __future__ import annotations

import base64
import logging

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pilots.models import Role

log = logging.getLogger(__name__)
# Whoever holds one of these reaches beyond a pilot.
ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR})
LAST_STEP = "last_step"


class SecondFactors(DefaultMFAAdapter):
    """Keeps secrets encrypted with a key made of SECRET_KEY, and speaks in our words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not right. Each code works once and for about a minute. If new ones fail too, check the clock of your phone."
        ),
        "cannot_generate_recovery_codes": _("Set up a second factor first."),
        "rate_limited": _("There were too many tries. Wait a few minutes and try again."),
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """Name the account in the app by its username; an e-mail would stand there for everybody to see."""
        return user.get_username()

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret; one of another SECRET_KEY becomes a secret that no code fits: its owner is refused, the server does not break."""
        try:
            return cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.error("A second factor cannot be read: SECRET_KEY was changed since it was set up. An administrator can reset it.")
            return totp.generate_totp_secret()


def cipher() -> Fernet:
    """Make the cipher of this portal's second factors."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal second factors").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def needed(user: AbstractBaseUser) -> bool:
    """Say whether a person may do nothing before they have a second factor, as SECOND_FACTOR says."""
    if settings.SECOND_FACTOR == "roles":
        return user.is_superuser or not ROLES.isdisjoint(user.programme_roles)
    return settings.SECOND_FACTOR == "everybody"


def held(user: AbstractBaseUser) -> bool:
    """Say whether a person has set up a second factor."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


@transaction.atomic
def spend(user: AbstractBaseUser, code: str) -> Authenticator | None:
    """Find the factor that a code fits and use the code up; None where it fits none or was used.

    Two sends of one code wait for each other, so that only one of them finds it unused.
    """
    for factor in Authenticator.objects.select_for_update(no_key=True).filter(user_id=user.pk).order_by("-type"):
        if _fits_clock(factor, code) if factor.type == Authenticator.Type.TOTP else factor.wrap().validate_code(code):
            return factor
    return None


def _fits_clock(factor: Authenticator, code: str) -> bool:
    """Whether a code belongs to a step of the clock after the last one used (RFC 6238, 5.2), one step early or late allowed."""
    secret = SecondFactors().decrypt(factor.data["secret"])
    for step in totp.yield_hotp_counters_from_time():
        fits = compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step)))
        if fits and step > factor.data.get(LAST_STEP, 0):
            factor.data[LAST_STEP] = step
            factor.save(update_fields=["data"])
            return True
    return False


def codes_left(user: AbstractBaseUser) -> int:
    """Count the recovery codes that a person has not used."""
    kept = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(kept.wrap().get_unused_codes()) if kept else 0


def forget(user: AbstractBaseUser) -> None:
    """Forget the second factor of a person and its recovery codes."""
    Authenticator.objects.filter(user_id=user.pk).delete()
