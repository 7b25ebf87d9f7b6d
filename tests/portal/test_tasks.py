"""Jobs reach the worker through the outbox, and wait there while the broker is away."""

import os

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from pilots import outbox
from pilots.models import OutboxRow
from portal import tasks
from portal.celery import app

DONE = []


def note(mark: str) -> None:
    """A task for these tests."""
    DONE.append(mark)


@pytest.fixture
def noted(settings):
    DONE.clear()
    settings.OUTBOX_TASKS = {"note": f"{__name__}.note"}
    return DONE


@pytest.fixture(autouse=True)
def _nobody_is_quiet(monkeypatch):
    """Let every test begin with a broker that has just answered, whatever an earlier one met."""
    monkeypatch.setattr(tasks.nudge, "quiet_until", 0.0)


@pytest.fixture
def by_hand():
    """Run Celery's tasks where they are called."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.mark.django_db
def test_relay_delivers_every_row_that_is_due(noted, by_hand):
    outbox.put("note", key="one", payload={"mark": "one"})
    outbox.put("note", key="two", payload={"mark": "two"})
    tasks.relay()
    assert noted == ["one", "two"]
    assert not OutboxRow.objects.filter(done_at=None).exists()


@pytest.mark.django_db
def test_deliver_three_times_runs_a_task_once(noted):
    row = outbox.put("note", key="one", payload={"mark": "one"})
    for _again in range(3):
        tasks.deliver(row.pk)
    assert noted == ["one"]


@pytest.mark.django_db
def test_a_commit_nudges_the_relay(noted, by_hand, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        outbox.put("note", key="one", payload={"mark": "one"})
        assert noted == []
    assert noted == ["one"]


@pytest.mark.django_db
def test_without_the_broker_the_row_waits(noted, monkeypatch, caplog, django_capture_on_commit_callbacks):
    with app.connection_for_write(url="redis://127.0.0.1:1/0") as away, django_capture_on_commit_callbacks(execute=True):
        monkeypatch.setattr(tasks.relay, "delay", lambda: tasks.relay.apply_async(connection=away))
        outbox.put("note", key="one", payload={"mark": "one"})
    assert "the outbox waits" in caplog.text
    assert OutboxRow.objects.get(done_at=None).key == "one"


@pytest.fixture
def broker_away(monkeypatch):
    """Send every message to an address where nobody listens, and count the tries."""
    tries = []
    with app.connection_for_write(url="redis://127.0.0.1:1/0") as away:
        for task in (tasks.relay, tasks.deliver):

            def send(*args, task=task):
                tries.append((task.name, *args))
                return task.apply_async(args, connection=away)

            monkeypatch.setattr(task, "delay", send)
        yield tries


def test_a_broker_that_does_not_answer_is_nudged_once_a_round(broker_away, monkeypatch):
    nudge = tasks.Nudge()
    for _save in range(5):
        nudge()
    assert len(broker_away) == 1
    monkeypatch.setattr(tasks, "QUIET_SECONDS", 0)
    nudge.quiet_until = 0.0
    nudge()
    nudge()
    assert len(broker_away) == 3


@pytest.mark.django_db
def test_what_the_broker_did_not_take_is_due_again_at_once(noted, broker_away):
    rows = [outbox.put("note", key=mark, payload={"mark": mark}) for mark in ("one", "two")]
    with pytest.raises(OperationalError):
        tasks.relay()
    assert broker_away == [("portal.deliver", rows[0].pk)], "the second is not even tried"
    assert outbox.waiting() == [row.pk for row in rows]


@pytest.mark.django_db
def test_a_row_that_is_done_is_not_put_back():
    row = outbox.put("note", key="one", payload={"mark": "one"})
    outbox.waiting()
    OutboxRow.objects.update(done_at=timezone.now())
    outbox.put_back([row.pk])
    assert outbox.waiting() == []
    assert OutboxRow.objects.get().sent_at is not None


def test_every_task_of_the_outbox_is_there():
    for path in settings.OUTBOX_TASKS.values():
        assert callable(import_string(path))


@pytest.mark.django_db
def test_unfinished_files_are_swept_by_the_clock(settings, tmp_path, caplog):
    settings.MEDIA_ROOT = str(tmp_path)
    folder = tmp_path / "reports" / "ab"
    folder.mkdir(parents=True)
    left = folder / ".unfinished-x1"
    left.touch()
    os.utime(left, (0, 0))
    caplog.set_level("INFO")
    tasks.sweep()
    assert not left.exists()
    assert "were removed: 1" in caplog.text


def test_every_scheduled_task_is_there():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
