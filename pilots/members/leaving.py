"""What a person may ask of their data: to have them all, and to be forgotten once they have left."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pilots import trail
from pilots.members.roles import require_administrator, require_another
from pilots.models import PERSONAL, Cover, Digest, Invitation, Mail, Membership, Notice, TrailRow, User

# The apps whose rows about a person are the work of the programme; every other package's rows go with the person.
KEPT_IN = {"pilots", "indicators", "cycles", "reports"}


def own_data(user: User) -> dict[str, object]:
    """Gather what the portal keeps about a person: their row, roles, tokens, invitations and what they did, as plain data."""
    kept = [name for model, name in (label.split(".") for label in PERSONAL) if model == "User" and name != "password"]
    roles = user.memberships.order_by("granted_at")
    return {
        "person": {name: getattr(user, name) for name in (*kept, "date_joined", "last_login", "active_since")},
        "roles": [
            {"pilot": one.pilot.slug if one.pilot else None, "role": one.role, "from": one.granted_at, "until": one.ended_at}
            for one in roles.select_related("pilot")
        ],
        "tokens": list(user.auth_token_set.values("token_key", "name", "scope", "created", "expiry", "last_used_at")),
        "invitations": list(user.invitations.values("invited_at", "roles", "accepted_at", "revoked_at")),
        "notices": list(
            Notice.objects.filter(person=user).values("made_at", "kind", "pilot__slug", "key", "payload", "read_at", "mailed_at")
        ),
        "acts": list(TrailRow.objects.filter(actor=user).order_by("pk").values("at", "act", "object_kind", "object_key", "door")),
    }


@transaction.atomic
def anonymise(*, user: User, by: User, door: str) -> None:
    """Forget the name of somebody who has left: username, name, e-mail, phone, password and roles go, the row and the trail stay.

    What other packages keep of the person (second factors, addresses, sign-ins elsewhere) goes with it. Refused: an account that
    is not switched off. It cannot be undone. The trail goes on naming the row by number, and old rows by the username of their day.
    """
    require_administrator(by)
    require_another(by, user)
    standing = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if standing.is_active:
        raise ValidationError(_("Switch this account off first."), code="wrong_state")
    if standing.anonymised_at is not None:
        return
    now, known_as = timezone.now(), standing.username
    Membership.objects.filter(user=user, ended_at=None).update(ended_at=now)
    Invitation.objects.filter(accepted_by=user).update(name="", email="", phone="")
    for relation in User._meta.related_objects:
        if relation.related_model._meta.app_label not in KEPT_IN:
            relation.related_model._base_manager.filter(**{relation.field.name: user}).delete()
    user.former_passwords.all().delete()
    for passing in (Notice, Digest):
        passing.objects.filter(person=user).delete()
    Cover.objects.filter(Q(coordinator=user) | Q(cover=user), ended_at=None).update(ended_at=now)
    # Something in the place of the old hash that no password has.
    user.password, user.username = make_password(secrets.token_hex(32)), f"former-{user.pk}"
    user.name = user.email = user.phone = user.language = ""
    user.mail = Mail.NONE
    user.anonymised_at, user.is_superuser, user.second_factor_since = now, False, None
    user.save()
    user.__dict__.pop("grants", None)
    trail.leave("members.anonymise", kind="person", key=known_as, by=by, door=door, after={"username": user.username})
