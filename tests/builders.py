"""People and figures for tests, made by walking the acts."""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.utils import timezone

from indicators import collecting, entry, periods, review
from indicators.entry import Batch, Item
from indicators.models import Collection, Entry, Evidence, Series, Submission
from pilots import members
from pilots.models import Door, Pilot, Role, User

PASSWORD = "a long sentence kept for tests"
PAGE = Door.PAGE
# What the team says of figures that repeat last year's or do not fit the pilot, so that no warning keeps them back.
CHECKED = "数据已与主管部门逐项核对，情况属实。"
# How many parts make a year, so that a sum of plausible parts is plausible too.
PARTS = {"year": 1, "half": 2, "quarter": 4, "month": 12}


@functools.cache
def hashed() -> str:
    """The hash of the password that everybody in the tests has, whatever hash a test that asks first may use."""
    real = PBKDF2PasswordHasher()
    return real.encode(PASSWORD, real.salt())


@contextlib.contextmanager
def locks_asleep() -> Iterator[None]:
    """Let the triggers of the database sleep, so that a test can put a row into a state without walking there."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def person(username: str, role: str | None = None, pilot: Pilot | None = None, **fields: object) -> User:
    """Add a person and give them a role. Hashing is slow on purpose, so all of them share one hash."""
    user = members.add_person(username=username, name=username.replace(".", " "), password=None, by=None, door=Door.COMMAND, **fields)
    User.objects.filter(pk=user.pk).update(password=hashed())
    if role:
        members.grant(user=user, role=role, pilot=pilot, by=None, door=Door.COMMAND)
    return User.objects.get(pk=user.pk)


def cast(pilot: Pilot, other: Pilot) -> SimpleNamespace:
    """Everybody whom the tests know: the pilot's team, the programme's people, and a stranger from the other pilot."""
    return SimpleNamespace(
        viewer=person("a.viewer", Role.VIEWER, pilot),
        contributor=person("a.contributor", Role.CONTRIBUTOR, pilot),
        lead=person("a.lead", Role.LEAD, pilot),
        stranger=person("b.lead", Role.LEAD, other),
        coordinator=person("coordinator", Role.COORDINATOR),
        second=person("second.coordinator", Role.COORDINATOR),
        expert=person("expert", Role.EXPERT),
        administrator=person("administrator", Role.ADMINISTRATOR),
        auditor=person("auditor", Role.AUDITOR),
        nobody=person("nobody"),
    )


def collection(pilot: Pilot, by: User, year: int = 2030, due: date | None = None) -> Collection:
    """Open the collection of a year."""
    return collecting.open_collection(pilot=pilot, period=periods.of_year(year), due=due or date(year + 1, 3, 31), by=by, door=PAGE)


def item(series: str, value: str | Decimal | None, period: str = "2030", version: int | None = 0, **fields: object) -> Item:
    """An answer to one cell, as a door would hand it over."""
    return Item(series, period, None if value is None else Decimal(value), version=version, **fields)


def record(pilot: Pilot, by: User, *items: Item, **options: object) -> Batch:
    return entry.record(pilot=pilot, entries=items, by=by, door=options.pop("door", PAGE), **options)


def standing(pilot: Pilot, code: str, period: str = "2030") -> Entry | None:
    """The entry that stands in a cell now."""
    when = periods.parse(period)
    return Entry.objects.filter(pilot=pilot, series__code=code, start=when.start, frequency=when.frequency).first()


def plausible(series: Series) -> Decimal:
    """A figure within the limits of a series; parts stay below their wholes because denominators are larger."""
    definition = series.definition
    wholes = getattr(definition, "as_denominator", None)
    if wholes is not None and wholes.exists():
        return Decimal(1000)
    if definition.maximum is not None:
        return (definition.maximum / 2 / PARTS[series.frequency]).to_integral_value()
    return Decimal(10)


def explain_all(call: Collection, by: User) -> None:
    """Say of every figure that is warned of that it is right."""
    doubtful = review.check(call, reader=by).doubtful
    places = {finding.place.pk: finding.place for finding in doubtful if finding.place}
    record(call.pilot, by, *(Item.of(place, explanation=CHECKED) for place in places.values())).raise_if_refused()


def answer_all(call: Collection, by: User, *, explained: bool = True) -> Batch:
    """Answer every cell of a collection that has no answer yet, and explain what is warned of."""
    known = {(e.series_id, e.period): e for e in Entry.objects.filter(pilot=call.pilot).within(call.period)}
    items = [
        Item(
            series.code,
            period,
            plausible(series),
            explanation=CHECKED,
            version=known[series.pk, period].version if (series.pk, period) in known else 0,
        )
        for series, period in collecting.expected(call)
        if (series.pk, period) not in known or known[series.pk, period].empty
    ]
    batch = record(call.pilot, by, *items)
    batch.raise_if_refused()
    if explained:
        explain_all(call, by)
    return batch


def submitted(call: Collection, people: SimpleNamespace) -> Submission:
    """A complete collection, submitted by the lead."""
    answer_all(call, people.contributor)
    return review.submit(collection=call, by=people.lead, door=PAGE)


def verified(call: Collection, people: SimpleNamespace) -> Submission:
    """A complete collection, submitted and verified."""
    submission = submitted(call, people)
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    submission.refresh_from_db()
    return submission


def scan(pilot: Pilot, by: User, name: str = "盖章页.pdf") -> Evidence:
    """A stamped page as it lies among a pilot's evidence."""
    digest = hashlib.sha256(f"{pilot.slug}/{name}".encode()).hexdigest()
    file = {"size": 1000, "kind": "pdf", "name": name, "put_by": by, "put_at": timezone.now()}
    return Evidence.objects.get_or_create(pilot=pilot, sha256=digest, defaults=file)[0]
