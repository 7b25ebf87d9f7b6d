"""Tells people what happened, once, in the transaction of what happened; and what they do with it: read it, have it mailed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pilots import access, outbox, trail
from pilots.models import Digest, Mail, Membership, Notice, Pilot, Role, User

# How long a notice is kept that was read, and one that nobody ever read.
READ_DAYS, UNREAD_DAYS = 180, 730
# A digest tells what is not older than this: who turns it on after a year is not sent the year.
DIGEST_DAYS = 7
# One statement for everybody: those who are on and did not do it themselves, and whoever covers for them today as a coordinator.
# The rows come in the order of the people, so that two who tell the same at once wait for each other in one order.
TELL = """
INSERT INTO pilots_notice (person_id, kind, pilot_id, key, payload, once, actor_id, covering_id, made_at)
SELECT DISTINCT ON (told.person) told.person, %(kind)s, %(pilot)s, %(key)s, %(payload)s::jsonb, %(once)s, %(by)s, told.covering, %(now)s
FROM (
  SELECT person, NULL::bigint AS covering FROM unnest(%(people)s::bigint[]) AS person
  UNION ALL
  SELECT c.cover_id, c.coordinator_id FROM pilots_cover c
  WHERE c.coordinator_id = ANY(%(people)s::bigint[]) AND c.ended_at IS NULL AND %(today)s BETWEEN c.first_day AND c.last_day
  AND EXISTS (SELECT FROM pilots_membership m WHERE m.user_id = c.cover_id AND m.role = 'coordinator' AND m.ended_at IS NULL)
) AS told JOIN pilots_user u ON u.id = told.person
WHERE u.is_active AND told.person IS DISTINCT FROM %(by)s
ORDER BY told.person, told.covering NULLS FIRST
ON CONFLICT (person_id, once) DO NOTHING
RETURNING (SELECT mail = 'at-once' AND email <> '' AND NOT demo FROM pilots_user WHERE id = person_id)
"""
CALL = "INSERT INTO pilots_digest (person_id, day) SELECT unnest(%s::bigint[]), %s ON CONFLICT DO NOTHING RETURNING person_id"


@transaction.atomic(savepoint=False)
def tell(
    kind: str,
    *,
    people: Iterable[int],
    once: str,
    by: User | None,
    pilot: Pilot | None = None,
    key: str = "",
    payload: dict[str, object] | None = None,
) -> int:
    """Tell people something in the transaction of the act that did it, and return how many did not know it yet.

    `people` are the ids of persons; whoever covers for one of them today is told too. Nobody is told who did it (`by`), who is
    switched off, or who was told the same (`once`) before. `key` names the thing for the link, `payload` holds plain facts. Mail is
    sent later by the worker, to whoever wants it at once.
    """
    told = {
        "kind": Notice.Kind(kind).value,
        "people": sorted(set(people)),
        "pilot": pilot and pilot.pk,
        "key": key,
        "payload": json.dumps(payload or {}),
        "once": once,
        "by": by and by.pk,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    if not told["people"]:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(TELL, told)
        wanted = [row[0] for row in cursor.fetchall()]
    if any(wanted) and settings.MAIL:
        outbox.put("notices.mail", key=once[:120], payload={"once": once})
    return len(wanted)


def team(pilot: Pilot) -> list[int]:
    """Return the people who enter a pilot's figures: its leads and contributors."""
    return _holders(pilot, access.TEAM)


def leads(pilot: Pilot) -> list[int]:
    """Return the leads of a pilot."""
    return _holders(pilot, (Role.LEAD,))


def coordinators() -> list[int]:
    """Return the coordinators of the programme."""
    return _holders(None, (Role.COORDINATOR,))


def reviewers(reviewer: int | None) -> list[int]:
    """Return who reviews: the person whom a submission is assigned to while that person is a coordinator, else every coordinator."""
    everybody = coordinators()
    return [reviewer] if reviewer in everybody else everybody


def _holders(pilot: Pilot | None, roles: Iterable[str]) -> list[int]:
    """Return the people whose account is on and who hold one of `roles` in a place now."""
    held = Membership.objects.filter(pilot=pilot, role__in=list(roles), ended_at=None, user__is_active=True)
    return list(held.order_by("user").values_list("user", flat=True).distinct())


def read(*, notice: Notice, by: User, door: str) -> Notice:
    """Mark one's own notice as read; read already changes nothing. It leaves no row in the trail: nobody else is concerned."""
    if notice.person_id != by.pk:
        raise PermissionDenied(_("Everybody reads their own notices."))
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
        notice.refresh_from_db(fields=["read_at"])
    return notice


def read_all(*, by: User, door: str) -> int:
    """Mark all of one's notices as read and return how many were not."""
    return Notice.objects.visible_to(by).unread().update(read_at=timezone.now())


@transaction.atomic
def choose_mail(*, user: User, mail: str, by: User, door: str) -> None:
    """Keep how often a person wants mail about their notices: at once, once a day, or never."""
    if by != user:
        raise PermissionDenied(_("Everybody chooses their own mail."))
    user.mail = mail
    user.full_clean(exclude=["password"])
    user.save(update_fields=["mail"])
    trail.leave("members.choose_mail", kind="person", key=user.username, by=by, door=door, after={"mail": mail})


def unmailed(once: str) -> list[Notice]:
    """Return the notices of one telling that still wait to be mailed at once: unread ones of people who want and may have them."""
    waiting = Notice.objects.filter(once=once, mailed_at=None, read_at=None, person__mail=Mail.AT_ONCE)
    return [notice for notice in _mailable(waiting) if Notice.objects.visible_to(notice.person).filter(pk=notice.pk).exists()]


def undigested(person: User) -> list[Notice]:
    """Return what a person's digest tells: unread, not mailed, not older than a week, the newest first."""
    since = timezone.now() - timedelta(days=DIGEST_DAYS)
    return list(_mailable(Notice.objects.visible_to(person).unread().filter(mailed_at=None, made_at__gte=since)))


def _mailable(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Leave out whoever is off, has no address, or is a demo account."""
    found = notices.filter(person__is_active=True, person__demo=False).exclude(person__email="")
    return found.select_related("person", "pilot", "actor", "covering").order_by("-made_at", "-pk")


def mailed(*, notices: Iterable[Notice], by: None, door: str) -> None:
    """Write down that notices were handed to the mail server."""
    Notice.objects.filter(pk__in=[notice.pk for notice in notices], mailed_at=None).update(mailed_at=timezone.now())


@transaction.atomic
def call_digests(*, until: datetime, by: None, door: str) -> int:
    """Put a day's digest on its way for everybody who wants one and was told something before `until`; return for how many.

    The day is that of `until`. Asked again on the same day, by whichever clock, it puts nothing more.
    """
    if not settings.MAIL:
        return 0
    since, day = until - timedelta(days=DIGEST_DAYS), timezone.localdate(until)
    fresh = Notice.objects.unread().filter(mailed_at=None, made_at__gte=since, made_at__lt=until, person__mail=Mail.DAILY)
    people = sorted(set(_mailable(fresh).values_list("person", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute(CALL, [people, day])
        called = [person for (person,) in cursor.fetchall()]
    for person in called:
        outbox.put("notices.digest", key=f"{person}/{day}", payload={"person": person})
    return len(called)


def forget_old(*, by: None, door: str) -> int:
    """Delete the notices that were read half a year ago, those that nobody read in two years, and the days of old digests."""
    now = timezone.now()
    gone, _each = Notice.objects.filter(read_at__lt=now - timedelta(days=READ_DAYS)).delete()
    stale, _each = Notice.objects.filter(made_at__lt=now - timedelta(days=UNREAD_DAYS)).delete()
    Digest.objects.filter(day__lt=timezone.localdate() - timedelta(days=READ_DAYS)).delete()
    return gone + stale
