"""Acts on a person's own row: added and corrected by an administrator, with a language of their own choice."""

from __future__ import annotations

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pilots import trail
from pilots.members.roles import require_administrator, require_another
from pilots.models import User

PHONE = re.compile(r"\+?\d{5,20}", re.ASCII)


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    password: str | None,
    by: User | None,
    door: str,
    email: str = "",
    phone: str = "",
    language: str = "",
    demo: bool = False,
) -> User:
    """Add a person without any role, or refuse a name, e-mail or phone that is taken.

    `by` is an administrator, a superuser, or None for a command on the server itself. The trail keeps the username alone.
    A password that somebody else chose is changed by its person at the first sign-in.
    """
    require_administrator(by)
    user = User(username=username, name=name, email=email, phone=plain_phone(phone) or phone, language=language, demo=demo)
    user.set_password(password)
    if by is not None:
        user.password_changed_at = None
    enter(user)
    trail.leave("members.add_person", kind="person", key=username, by=by, door=door, after={"demo": demo})
    return user


@transaction.atomic
def correct(*, user: User, name: str, email: str, phone: str, by: User | None, door: str) -> None:
    """Correct a person's name, e-mail and phone, or refuse those that another person has.

    `by` is an administrator, a superuser, or None for a command; nobody corrects their own, since whoever holds the e-mail can
    ask for a new password. The trail keeps which of the three changed, and not what they say.
    """
    require_administrator(by)
    require_another(by, user)
    if user.anonymised_at is not None:
        raise ValidationError(_("The name of this person is forgotten. The account stays off."), code="wrong_state")
    given = {"name": name, "email": User.objects.normalize_email(email), "phone": plain_phone(phone) or phone}
    changed = [field for field, text in given.items() if getattr(user, field) != text]
    for field in changed:
        setattr(user, field, given[field])
    if changed:
        enter(user)
        trail.leave("members.correct", kind="person", key=user.username, by=by, door=door, after={"changed": changed})


def enter(user: User) -> None:
    """Write a person, or refuse one whose name, e-mail or phone is taken, also by somebody who came at the same moment."""
    require_phone(user.phone)
    user.full_clean(exclude=["password"])
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise ValidationError(_("This username, e-mail or phone is taken. Choose another, or sign in."), code="taken") from None


def require_phone(text: str) -> None:
    """Refuse what is no phone number; none at all is fine."""
    if text and not plain_phone(text):
        raise ValidationError(
            {"phone": _("This is not a phone number. Write 5 to 20 digits, with + before the code of another country.")}, code="phone"
        )


def plain_phone(text: str) -> str:
    """Return a phone number as it is kept, without spaces, dashes and the prefix of China; empty where it is none."""
    digits = re.sub(r"[\s()-]", "", text).removeprefix("+86")
    return digits if PHONE.fullmatch(digits) else ""


@transaction.atomic
def choose_language(*, user: User, language: str, by: User, door: str) -> None:
    """Keep the language that a person reads the portal in."""
    if by != user:
        raise PermissionDenied(_("Everybody chooses their own language."))
    user.language = language
    user.full_clean(exclude=["password"])
    user.save(update_fields=["language"])
    trail.leave("members.choose_language", kind="person", key=user.username, by=by, door=door, after={"language": language})
