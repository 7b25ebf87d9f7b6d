"""Reminders: figures, changes and reviews are spoken of on their days, once, in Asia/Shanghai, and nothing is lost on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone

from indicators import collecting, review
from indicators.models import Collection, Submission
from pilots.models import Notice, OutboxRow, Pilot, User
from portal import reminding, tasks
from tests import builders
from tests.builders import PAGE, locks_asleep, submitted, verified

UTC = ZoneInfo("UTC")
OPENS, DUE = date(2031, 1, 1), date(2031, 3, 1)
TEAM = {"a.lead", "a.contributor"}
REVIEWERS = {"coordinator", "second.coordinator"}


@pytest.fixture
def call(tianjin, people):
    """A call for data of which nothing was entered; the pilots' other calls are closed."""
    Collection.objects.update(closed_at=timezone.now())
    made = builders.collection(tianjin, people.coordinator, due=DUE)
    Collection.objects.filter(pk=made.pk).update(opens=OPENS)
    Notice.objects.all().delete()
    return Collection.objects.get(pk=made.pk)


def said(kind="due"):
    """The reminders of a kind by the day that they name, as (username, days)."""
    found = Notice.objects.filter(kind=kind).order_by("pk")
    return [(one.person.username, one.payload["days"]) for one in found]


def whole(start, end):
    return (start + timedelta(days=number) for number in range((end - start).days + 1))


def days_told(start, end, kind, user):
    """Walk from day to day and return on which of them somebody is told."""
    told = []
    for today in whole(start, end):
        before = Notice.objects.filter(kind=kind, person=user).count()
        reminding.remind(today=today)
        told += [today] * (Notice.objects.filter(kind=kind, person=user).count() - before)
    return told


@pytest.mark.django_db
def test_figures_are_spoken_of_at_half_time_the_day_before_and_1_7_and_every_30_days_after(call, people):
    told = days_told(OPENS, DUE + timedelta(days=95), "due", people.contributor)
    assert told == [date(2031, 1, 30), date(2031, 2, 28), *(DUE + timedelta(days=number) for number in (1, 7, 30, 60, 90))]
    assert {who for who, _days in said()} == TEAM
    first = Notice.objects.filter(kind="due").earliest("pk").payload
    assert (first["period"], first["due"], first["days"], first["done"]) == ("2030", "2031-03-01", 30, 0)
    assert first["missing"] > 0 and first["total"] >= first["missing"]


@pytest.mark.django_db
def test_from_seven_days_over_the_coordinators_are_told_too(call, people):
    told = days_told(DUE - timedelta(days=1), DUE + timedelta(days=61), "overdue", people.coordinator)
    assert told == [DUE + timedelta(days=number) for number in (7, 30, 60)]
    assert {who for who, _days in said("overdue")} == REVIEWERS


@pytest.mark.django_db
@pytest.mark.parametrize("answered", [submitted, verified])
def test_what_was_submitted_in_time_is_not_spoken_of(call, people, answered):
    answered(call, people)
    assert days_told(DUE - timedelta(days=3), DUE + timedelta(days=31), "due", people.lead) == []
    assert said("overdue") == []


def send_back(call, people, due, on):
    """Submit and send back, as if on a day."""
    submission = submitted(call, people)
    far = timezone.localdate() + timedelta(days=900)
    review.send_back(submission=submission, summary="Again", due=far, by=people.coordinator, door=PAGE)
    moment = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    with locks_asleep():
        Submission.objects.filter(pk=submission.pk).update(due=due, decided_at=moment, submitted_at=moment)
    Notice.objects.all().delete()
    return Submission.objects.get(pk=submission.pk)


@pytest.mark.django_db
def test_what_was_sent_back_becomes_overdue_and_is_spoken_of_by_its_own_day(call, people):
    """The trap: a daily task that looks at the day of submission alone never reminds of what came back."""
    sent, due = date(2031, 4, 1), date(2031, 4, 21)
    send_back(call, people, due, sent)
    told = days_told(sent, due + timedelta(days=31), "return-due", people.contributor)
    assert told == [date(2031, 4, 11), date(2031, 4, 20), *(due + timedelta(days=number) for number in (1, 7, 30))]
    assert said() == [], "nothing is said of the day of the call any more"
    assert {who for who, _days in said("return-due")} == TEAM
    late = Notice.objects.filter(kind="overdue")
    assert {(one.person.username, one.payload["days"]) for one in late} == {("coordinator", 7), ("coordinator", 30)}
    assert late.first().payload["returned"] is True


@pytest.mark.django_db
def test_a_submission_that_waits_is_spoken_of_after_5_and_10_days_and_each_10_later(call, people):
    submission = submitted(call, people)
    since = timezone.localdate(submission.submitted_at)
    told = days_told(since, since + timedelta(days=41), "waiting", people.second)
    assert told == [since + timedelta(days=number) for number in (5, 10, 20, 30, 40)]
    Submission.objects.filter(pk=submission.pk).update(reviewer=people.second)
    Notice.objects.all().delete()
    reminding.remind(today=since + timedelta(days=50))
    assert said("waiting") == [("second.coordinator", 50)], "only whom it is assigned to"


@pytest.mark.django_db
def test_after_standing_still_only_the_latest_reminder_is_said(call, people):
    assert reminding.remind(today=DUE + timedelta(days=40)) == len(TEAM) + len(REVIEWERS)
    assert said() == [("a.contributor", -40), ("a.lead", -40)]
    assert reminding.remind(today=DUE + timedelta(days=40)) == 0


@pytest.mark.django_db
def test_a_day_that_moved_begins_the_reminders_of_the_new_day(call, people):
    today = timezone.localdate()
    Collection.objects.filter(pk=call.pk).update(opens=today - timedelta(days=40), due=today - timedelta(days=1))
    call.refresh_from_db()
    reminding.remind(today=today)
    assert {days for _who, days in said()} == {-1}
    later = today + timedelta(days=20)
    collecting.extend(collection=call, due=later, reason="Holidays", by=people.coordinator, door=PAGE)
    Notice.objects.all().delete()
    told = days_told(today, later + timedelta(days=1), "due", people.lead)
    assert told == [today + timedelta(days=10), later - timedelta(days=1), later + timedelta(days=1)], "half time counts from today"


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["closed", "pilot off", "not yet open"])
def test_nothing_is_said_of_what_nobody_owes(call, people, why):
    if why == "closed":
        Collection.objects.filter(pk=call.pk).update(closed_at=timezone.now())
    elif why == "pilot off":
        Pilot.objects.filter(pk=call.pilot_id).update(active=False)
    else:
        Collection.objects.filter(pk=call.pk).update(opens=DUE + timedelta(days=500), due=DUE + timedelta(days=600))
    assert reminding.remind(today=DUE + timedelta(days=30)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2031, 2, 27, 15, 59, tzinfo=UTC), 29),  # the 27th in China and in UTC: half time is the last that was due
        (datetime(2031, 2, 27, 16, 0, tzinfo=UTC), 1),  # midnight of the 28th in China
        (datetime(2031, 2, 28, 0, 0, tzinfo=UTC), 1),
        (datetime(2031, 2, 28, 15, 59, tzinfo=UTC), 1),
        (datetime(2031, 3, 1, 16, 0, tzinfo=UTC), -1),  # the 2nd in China, still the 1st in UTC
    ],
)
def test_days_are_counted_in_china(call, people, monkeypatch, moment, told):
    monkeypatch.setattr(timezone, "now", lambda: moment)
    tasks.remind()
    expected = 2 if told == 29 else told
    assert said() == [("a.contributor", expected), ("a.lead", expected)]
    marks = {notice.once.rsplit(":", 1)[1] for notice in Notice.objects.filter(kind="due")}
    assert marks == {{29: "2031-01-30", 1: "2031-02-28", -1: "2031-03-02"}[told]}


@pytest.mark.parametrize(("due", "wanted"), [(0, []), (1, []), (2, [1]), (3, [1, 2]), (4, [2, 3]), (10, [5, 9])])
def test_short_times_have_no_reminder_on_the_day_they_begin(due, wanted):
    start = date(2031, 1, 1)
    days = reminding.marks(start, start + timedelta(days=due), today=start + timedelta(days=due))
    assert [(day - start).days for day in days if day <= start + timedelta(days=due)] == wanted


@pytest.mark.django_db
def test_every_round_of_the_clock_asks_little_when_all_is_said(call, people, django_assert_max_num_queries):
    reminding.remind(today=DUE)
    with django_assert_max_num_queries(5):
        assert reminding.remind(today=DUE) == 0


@pytest.fixture
def stage(own_database, settings):
    """A database with real commits, where somebody wants mail at once, and a call whose day is tomorrow."""
    settings.MAIL, settings.OUTBOX_NUDGE = True, "tests.errands.nudge"
    tianjin = Pilot.objects.get(slug="tianjin")
    people = builders.cast(tianjin, Pilot.objects.get(slug="qujiang"))
    User.objects.filter(pk=people.lead.pk).update(email="li.wei@city.cn")
    Collection.objects.update(closed_at=timezone.now())
    call = builders.collection(tianjin, people.coordinator, due=DUE)
    Collection.objects.filter(pk=call.pk).update(opens=OPENS)
    Notice.objects.all().delete()
    OutboxRow.objects.all().delete()
    return call


def in_a_thread(pool, act, *args):
    def closing():
        try:
            return act(*args)
        finally:
            connection.close()

    return pool.submit(closing)


def test_two_clocks_at_the_same_moment_say_each_reminder_once(stage):
    barrier = threading.Barrier(2, timeout=30)

    def clock():
        barrier.wait()
        return reminding.remind(today=DUE - timedelta(days=1))

    with ThreadPoolExecutor(2) as pool:
        told = sorted(one.result(timeout=60) for one in [in_a_thread(pool, clock) for _clock in range(2)])
    assert sum(told) == 2
    assert sorted(said()) == [("a.contributor", 1), ("a.lead", 1)]
    assert OutboxRow.objects.filter(task="notices.mail").count() == 1


def test_a_clock_waits_for_another_that_is_about_to_say_the_same(stage):
    today = DUE - timedelta(days=1)
    (reminder,) = reminding.reminders(today)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert reminding.say(reminder) == 2
            other = in_a_thread(pool, reminding.say, reminder)
            with pytest.raises(TimeoutError):
                other.result(timeout=2)
        assert other.result(timeout=30) == 0
    assert Notice.objects.filter(kind="due").count() == 2
    assert OutboxRow.objects.filter(task="notices.mail").count() == 1


def test_a_reminder_that_was_rolled_back_is_said_by_the_next_clock(stage):
    today = DUE - timedelta(days=1)
    with transaction.atomic():
        assert reminding.remind(today=today) == 2
        transaction.set_rollback(True)
    assert not Notice.objects.exists() and not OutboxRow.objects.exists()
    assert reminding.remind(today=today) == 2


def test_reminders_survive_a_broker_that_is_away(stage, settings, monkeypatch):
    from django.core import mail
    from kombu.exceptions import OperationalError

    from pilots import outbox

    settings.OUTBOX_NUDGE = "portal.tasks.nudge"

    def away(*_args, **_options):
        raise OperationalError("nobody answers")

    with monkeypatch.context() as patch:
        patch.setattr(tasks.relay, "delay", away)
        patch.setattr(tasks.deliver, "delay", away)
        assert reminding.remind(today=DUE - timedelta(days=1)) == 2
        with pytest.raises(OperationalError):
            tasks.relay()
    assert not mail.outbox
    handed = []
    monkeypatch.setattr(tasks.deliver, "delay", handed.append)
    tasks.relay()
    for row in handed:
        outbox.deliver(row)
    assert [sent.to for sent in mail.outbox] == [["li.wei@city.cn"]]
