"""A server with an unsafe or unreadable setting does not start: each real command ends within seconds, saying which setting it is."""

import contextlib
import os
import subprocess
import sys

import pytest

from tests.house.tree import ROOT
from tests.portal.test_settings import GOOD_KEY, SERVER

# Seconds; the slowest takes one.
PATIENCE, TRIES = 5, 3
COMMANDS = {
    "web": ["-m", "gunicorn", "--config", "python:portal.serving", "--bind", "127.0.0.1:0"],
    "worker": ["-m", "celery", "--app", "portal.celery", "worker", "--pool", "solo", "--without-gossip", "--without-mingle"],
    "beat": ["-m", "celery", "--app", "portal.celery", "beat", "--schedule", "/dev/null"],
    "migrate": ["manage.py", "migrate", "--plan"],
}
UNSAFE = {
    "debug pages": ({"DEBUG": "on"}, "DEBUG is on"),
    "a key that others know": ({"SECRET_KEY": f"django-insecure-{GOOD_KEY}"}, "SECRET_KEY is an example"),
    "a short key": ({"SECRET_KEY": "tooshort"}, "SECRET_KEY is wrong"),
    "a key of one letter": ({"SECRET_KEY": "x" * 60}, "SECRET_KEY is wrong"),
    "every host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
    "every host among others": ({"ALLOWED_HOSTS": "portal.example.cn,*"}, "ALLOWED_HOSTS must name"),
    "no host": ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
    "a value and a file": ({"SECRET_KEY_FILE": "/run/secrets/key"}, "SECRET_KEY and SECRET_KEY_FILE are both set"),
    "no address of a database": ({"DATABASE_URL": "sqlite:///portal.db"}, "DATABASE_URL is wrong"),
    "no address of a queue": ({"REDIS_URL": "localhost:6379"}, "REDIS_URL is wrong"),
    "no switch": ({"HTTPS": "maybe"}, "HTTPS is wrong"),
    "no number": ({"PROXY_COUNT": "one"}, "PROXY_COUNT is wrong"),
    "no time zone": ({"TIME_ZONE": "Mars/Olympus"}, "TIME_ZONE is wrong"),
    "no profile": ({"PASSWORD_PROFILE": "strong"}, "PASSWORD_PROFILE is wrong"),
    "an issuer without https": ({"OIDC_URL": "http://id.example.cn"}, "OIDC_URL is wrong"),
    "an address without a scheme": ({"CSRF_TRUSTED_ORIGINS": "portal.example.cn"}, "CSRF_TRUSTED_ORIGINS is wrong"),
    "no mail server": ({"EMAIL_URL": "mail.example.cn"}, "EMAIL_URL is wrong"),
}


def started(command: str, **environ: str) -> subprocess.CompletedProcess:
    """Start one of the portal's processes with a server's environment, and wait for its end.

    One that is late is killed and started once more, since other tests may hold the machine up; three times late fails.
    """
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL")}
    env = {**kept, "DJANGO_SETTINGS_MODULE": "portal.settings", **SERVER, **environ}
    argv = [sys.executable, *COMMANDS[command]]
    for _try in range(TRIES):
        with contextlib.suppress(subprocess.TimeoutExpired):
            return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE)
    raise AssertionError(f"{command} was still there after {PATIENCE} seconds, {TRIES} times")


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_the_web_server_does_not_start(unsafe):
    refused("web", unsafe)


@pytest.mark.parametrize("command", ["worker", "beat", "migrate"])
@pytest.mark.parametrize("unsafe", ["debug pages", "every host", "a short key", "no address of a database"])
def test_no_other_process_starts(command, unsafe):
    refused(command, unsafe)


def refused(command: str, unsafe: str) -> None:
    environ, words = UNSAFE[unsafe]
    done = started(command, **environ)
    assert done.returncode != 0
    assert words in done.stdout + done.stderr


def test_a_web_server_does_not_start_on_a_database_with_demo_accounts(own_database):
    from pilots.models import User

    User.objects.create_user("demo", demo=True)
    done = started("web", DATABASE_URL=own_database)
    assert done.returncode != 0
    assert "demo accounts" in done.stdout + done.stderr


def test_a_web_server_without_a_key_does_not_start():
    done = started("web", SECRET_KEY="")
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stdout + done.stderr
