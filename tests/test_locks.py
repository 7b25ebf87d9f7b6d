"""Each lock is tried at every door: what is submitted, verified, closed, given out or only grows stays as it is."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.utils import InternalError
from django.urls import reverse

from cycles import planning, stages
from cycles.models import Cycle, Stocktake, StocktakeLine
from indicators import collecting, review
from indicators.models import Collection, Current, Entry, Mark, Observation, Release, Submission
from pilots.models import TrailRow
from reports import orders
from reports.models import Report, ReportFile
from tests.builders import PAGE, collection, item, record, standing
from tests.isolation import foreign, world
from tests.programs import Program
from tests.test_doors import admin, api, command, page, through
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
LONG = "a reason that is long enough"


@pytest.fixture
def a(tianjin, people):
    """A pilot with one of everything that is locked."""
    world.furnished(tianjin, people)
    closed = collection(tianjin, people.coordinator, 2027)
    record(tianjin, people.contributor, item("TJ-58", "12", "2027")).raise_if_refused()
    collecting.close(collection=closed, by=people.coordinator, door=PAGE)
    orders.publish(report=Report.objects.get(pilot=tianjin), by=people.coordinator, door=PAGE)
    stages.advance(cycle=tianjin.cycles.get(), by=people.coordinator, door=PAGE, override_reason=LONG)
    return tianjin


# What each row is, and a change of it that nobody may make past the acts.
CHANGES = {
    "a verified entry": (Entry, {"state": "verified", "value__isnull": False}, {"value": 31}),
    "the text of a verified entry": (Entry, {"state": "verified"}, {"source": "another"}),
    "a submitted entry": (Entry, {"state": "locked", "value__isnull": False}, {"value": 31}),
    "the note of a submitted entry": (Entry, {"state": "locked"}, {"note": "another"}),
    "an entry of a closed collection": (Entry, {"start__year": 2027, "value__isnull": False}, {"value": 31}),
    "a closed collection": (Collection, {"closed_at__isnull": False}, {"closed_at": None}),
    "the day of a closed collection": (Collection, {"closed_at__isnull": False}, {"due": date(2099, 1, 1)}),
    "an observation": (Observation, {"value__isnull": False}, {"value": 31}),
    "a current figure": (Current, {"value__isnull": False}, {"value": 31}),
    "a release": (Release, {}, {"count": 1}),
    "a verified submission": (Submission, {"state": "verified"}, {"assessment": "weak"}),
    "the state of a verified submission": (
        Submission,
        {"state": "verified"},
        {"state": "submitted", "decided_at": None, "decided_by": None},
    ),
    "a closed cycle": (Cycle, {"stage": "closed"}, {"share": 2}),
    "a stocktake": (Stocktake, {}, {"number": 9}),
    "a line of a stocktake": (StocktakeLine, {}, {"order": 9}),
    "a published report": (Report, {"state": "published"}, {"release": "another"}),
    "the content of a published report": (Report, {"state": "published"}, {"content": {}}),
    "a printed file": (ReportFile, {}, {"size": 1}),
    "the trail": (TrailRow, {}, {"reason": "another"}),
}
STAYING = (Entry, Collection, Observation, Release, Submission, Mark, Cycle, Stocktake, StocktakeLine, Report, ReportFile, TrailRow)


def refused(pilot, attempt) -> bool:
    """Try something past the acts; answer whether the database refused it and everything of the pilot stands as before."""
    before = foreign.fingerprint(pilot)
    try:
        with transaction.atomic():
            attempt()
    except InternalError:
        return foreign.fingerprint(pilot) == before
    return False


def tell_triggers_to_look_away() -> None:
    """Set for this session what the trigger library asks before each of its triggers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', (SELECT array_agg(tgname)::text FROM pg_trigger WHERE NOT tgisinternal), true)"
        )


@pytest.mark.parametrize("session", [lambda: None, tell_triggers_to_look_away], ids=["any", "one that tells the triggers to look away"])
def test_no_update_past_the_acts_passes_a_lock(a, session):
    session()
    passed = []
    for name, (model, which, change) in CHANGES.items():
        rows = model._base_manager.filter(**which)
        one = rows.first()
        assert one is not None, f"there is no row for {name}"
        for field, value in change.items():
            setattr(one, field, value)
        table, key = model._meta.db_table, model._meta.pk
        column = model._meta.get_field(next(iter(change))).column
        attempts = {
            "update": lambda rows=rows, change=change: rows.update(**change),
            "bulk": lambda model=model, one=one, change=change: model._base_manager.bulk_update([one], list(change)),
            "raw SQL": lambda one=one, change=change, words=(table, column, key.column): by_hand(one, next(iter(change.values())), *words),
        }
        passed += [f"{name} by {door}" for door, attempt in attempts.items() if not refused(a, attempt)]
    assert not passed


def by_hand(one, value, table: str, column: str, key: str) -> None:
    value = "{}" if value == {} else value
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE {key} = %s', [value, one.pk])


def test_nothing_that_stays_is_removed(a):
    for model in STAYING:
        if model._base_manager.exists():
            table = model._meta.db_table
            assert refused(a, lambda table=table: connection.cursor().execute(f"DELETE FROM {table}")), table


def test_nothing_is_born_verified_or_into_a_closed_collection_or_cycle(a):
    entry, objective = standing(a, "TJ-58", "2027"), Cycle.objects.get(pilot=a).objectives.first()
    entry.pk, objective.pk, objective.order = None, None, 77
    entry.series = a.series.get(code="TJ-60")
    assert refused(a, lambda: Entry.objects.bulk_create([entry]))
    entry.start, entry.state = date(2030, 1, 1), "verified"
    assert refused(a, lambda: Entry.objects.bulk_create([entry]))
    assert refused(a, lambda: type(objective).objects.bulk_create([objective]))


LOCKED = {"verified": "2024", "submitted": "2029", "of a closed collection": "2027"}


@pytest.mark.parametrize("lock", LOCKED)
@pytest.mark.parametrize("door", [page, admin, api, command], ids=lambda door: door.__name__)
def test_no_door_writes_into_a_locked_cell(a, people, door, lock, tmp_path, monkeypatch):
    from tests.test_doors import Figure

    monkeypatch.chdir(tmp_path)
    figure = Figure("TJ-58", "31", LOCKED[lock], standing(a, "TJ-58", LOCKED[lock]).version)
    before = foreign.fingerprint(a)
    told, _left, entry = through(door, figure, people.lead, a)
    assert (told.accepted, entry.value == 31) == (False, False)
    assert foreign.fingerprint(a) == before


@pytest.mark.parametrize("lock", LOCKED)
def test_the_api_says_409_to_each_of_its_ways_of_writing(a, people, lock):
    year = LOCKED[lock]
    version = standing(a, "TJ-58", year).version
    program, seen = Program(people.lead), {"If_Match": f'"{version}"'}
    rows = [{"series": "TJ-58", "period": year, "value": "31", "version": version}]
    answers = [
        program.tell("PUT", f"entries/tianjin/TJ-58/{year}", {"value": "31"}, **seen),
        program.tell("DELETE", f"entries/tianjin/TJ-58/{year}", **seen),
        program.tell("POST", "entries:batch", {"pilot": "tianjin", "entries": rows}),
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]


def test_no_act_moves_what_is_closed_decided_or_given_out(a, people):
    call, cycle = Collection.objects.get(closed_at__isnull=False), a.cycles.get()
    verified = Submission.objects.filter(state="verified").first()
    report, by = Report.objects.get(pilot=a, state="published"), {"by": people.coordinator, "door": PAGE}
    for act in (
        lambda: collecting.close(collection=call, **by),
        lambda: collecting.extend(collection=call, due=date(2099, 1, 1), reason=LONG, **by),
        lambda: review.submit(collection=call, by=people.lead, door=PAGE),
        lambda: review.verify(submission=verified, assessment="weak", accept_rest=True, **by),
        lambda: review.send_back(submission=verified, summary="Again", **by),
        lambda: review.withdraw(submission=verified, by=people.lead, door=PAGE),
        lambda: stages.advance(cycle=cycle, **by),
        lambda: planning.set_policy(cycle=cycle, title="Another", version="2", **by),
        lambda: orders.publish(report=report, **by),
        lambda: orders.cancel(report=report, **by),
    ):
        before = foreign.fingerprint(a)
        with pytest.raises(ValidationError) as refusal, transaction.atomic():
            act()
        assert refusal.value.code == "wrong_state"
        assert foreign.fingerprint(a) == before


def test_the_pages_of_what_is_closed_refuse_to_move_it(a, people):
    cycle, verified = a.cycles.get(), Submission.objects.filter(state="verified").first()
    visitor = signed_in(people.coordinator)
    for address, form in (
        (reverse("indicators:review_verify", args=[verified.pk]), {"assessment": "weak"}),
        (reverse("indicators:review_send_back", args=[verified.pk]), {"summary": "Again"}),
        (reverse("cycles:advance", args=["tianjin", cycle.number]), {"override_reason": LONG}),
    ):
        before = foreign.fingerprint(a)
        assert visitor.post(address, form).status_code in (400, 409)
        assert foreign.fingerprint(a) == before
