"""Jobs reach the worker through the outbox, and wait there while the broker is away."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

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


def test_every_task_of_the_outbox_is_there():
    for path in settings.OUTBOX_TASKS.values():
        assert callable(import_string(path))


def test_every_scheduled_task_is_there():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
