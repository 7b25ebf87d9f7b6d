"""Those who watch over the portal learn whether it lives and whether it can work."""

import pytest

from portal import __version__, health
from portal.celery import app


def test_live_asks_nothing_of_anything_else(client):
    answer = client.get("/healthz/live")
    assert answer.status_code == 200
    assert answer.json() == {"status": "alive", "version": __version__}


@pytest.mark.django_db
def test_ready_names_each_part(client):
    answer = client.get("/healthz/ready")
    assert answer.status_code == 200
    parts = {"database": "ok", "broker": "ok", "disk": "ok", "backup": "ok", "virus_scan": "off"}
    assert answer.json() == {"status": "ready", "version": __version__, **parts}


@pytest.mark.django_db
def test_ready_says_whether_evidence_is_scanned(client, settings):
    settings.CLAMD = "clamd://127.0.0.1:3310"
    assert client.get("/healthz/ready").json()["virus_scan"] == "on"


@pytest.mark.django_db
def test_ready_is_degraded_without_the_broker(client, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    answer = client.get("/healthz/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["broker"] == "failing"


@pytest.mark.django_db
def test_ready_is_degraded_on_a_full_disk(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**62)
    answer = client.get("/healthz/ready")
    assert answer.status_code == 200
    assert answer.json()["disk"] == "failing"


def test_ready_is_down_without_the_database(client, own_database, ground):
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = "gone"
    try:
        answer = client.get("/healthz/ready")
    finally:
        connection.close()
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
def test_health_refuses_to_be_written_to(client, path):
    assert client.post(path).status_code == 405


def test_every_answer_carries_the_content_policy(client):
    answer = client.get("/healthz/live")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_ready_is_down_while_a_connection_is_broken_and_ready_again_after(client, own_database):
    from django.db import connection

    connection.ensure_connection()
    connection.connection.close()
    connection.health_check_done = True
    assert client.get("/healthz/ready").status_code == 503
    connection.close_if_unusable_or_obsolete()
    assert client.get("/healthz/ready").status_code == 200
