"""The portal starts only on settings that are right, and says by name which one is not."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment
from tests.house.tree import ROOT

GOOD_KEY = "kV7pQ2xR9sLw4TzB6nYc8MdJ3hGf5AeUoXiKtWvZrSyPqNbC7uEgDm"
SERVER = {"SECRET_KEY": GOOD_KEY, "ALLOWED_HOSTS": "portal.example.cn"}
WRONG = [
    ("DATABASE_URL", "sqlite:///portal.db"),
    ("DATABASE_URL", "postgresql://name:secret@server:port/portal"),
    ("REDIS_URL", "localhost:6379"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "x" * 60),
    ("CSRF_TRUSTED_ORIGINS", "portal.example.cn"),
    ("PROXY_COUNT", "one"),
    ("PROXY_COUNT", "²"),
    ("RATE_ANONYMOUS", "many"),
    ("RATE_SIGNED_IN", "-1"),
    ("RATE_WRITES", "1.5"),
    ("RATE_WHOLE", "٣"),
    ("HTTPS", "maybe"),
    ("EMAIL_URL", "mail.example.cn"),
    ("TIME_ZONE", "Asia/Nowhere"),
    ("TIME_ZONE", "../etc/passwd"),
    ("LANGUAGE_CODE", "zh"),
    ("PASSWORD_PROFILE", "strong"),
    ("PUBLIC_SITE", "perhaps"),
    ("OIDC_URL", "http://id.example.cn"),
    ("LOG_LEVEL", "LOUD"),
    ("DESK", "2"),
    ("DEBUG", "sometimes"),
]


def start(code: str = "import django; django.setup()", **environ: str) -> subprocess.CompletedProcess:
    """Start Django in a process of its own with this environment."""
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL")}
    env = {**kept, "DJANGO_SETTINGS_MODULE": "portal.settings", **environ}
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("variable", environment.VARIABLES, ids=lambda variable: variable.name)
def test_read_takes_every_default(variable):
    environment.read(variable.name, {})


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_read_refuses_a_wrong_value_by_name(name, text):
    with pytest.raises(ImproperlyConfigured, match=f"^{name} is wrong: write "):
        environment.read(name, {name: text})


def test_read_keeps_a_wrong_password_to_itself():
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.read("DATABASE_URL", {"DATABASE_URL": "postgresql://name:hidden@server:hidden2/portal"})
    assert "hidden" not in str(refusal.value)


def test_read_takes_a_value_from_a_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"{GOOD_KEY}\n")
    assert environment.read("SECRET_KEY", {"SECRET_KEY_FILE": str(path)}) == GOOD_KEY


def test_read_refuses_a_value_and_a_file_together(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY and SECRET_KEY_FILE are both set"):
        environment.read("SECRET_KEY", {"SECRET_KEY": GOOD_KEY, "SECRET_KEY_FILE": str(tmp_path / "key")})


def test_read_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY_FILE names .* cannot be read"):
        environment.read("SECRET_KEY", {"SECRET_KEY_FILE": str(tmp_path / "none")})


def test_mail_reads_every_part_of_an_address():
    found = environment.read("EMAIL_URL", {"EMAIL_URL": "smtp+tls://li%40city.cn:p%3Aw@mail.city.cn"})
    assert found["EMAIL_HOST"] == "mail.city.cn"
    assert found["EMAIL_PORT"] == 587
    assert found["EMAIL_HOST_USER"] == "li@city.cn"
    assert found["EMAIL_HOST_PASSWORD"] == "p:w"
    assert found["EMAIL_USE_TLS"]
    assert not found["EMAIL_USE_SSL"]


def test_a_server_starts_on_right_settings():
    done = start(**SERVER)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"DEBUG": "on"}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "portal.example.cn,*"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"SECRET_KEY": f"django-insecure-{GOOD_KEY}"}, "SECRET_KEY is an example"),
        ({"SECRET_KEY": "tooshort"}, "SECRET_KEY is wrong"),
        ({"TIME_ZONE": "Mars/Olympus"}, "TIME_ZONE is wrong"),
    ],
    ids=str,
)
def test_a_server_refuses_to_start_on_a_wrong_setting(wrong, name):
    done = start(**{**SERVER, **wrong})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_the_web_server_refuses_a_key_of_the_moment():
    done = start("import portal.wsgi")
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_a_server_sends_cookies_by_https_only():
    names = "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME", "SECURE_SSL_REDIRECT"
    code = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names}))"
    assert start(code, **SERVER).stdout.split() == ["True", "True", "__Host-sessionid", "True"]
    assert start(code, **SERVER, DESK="1").stdout.split() == ["False", "False", "sessionid", "False"]


def test_a_server_believes_a_proxy_only_when_there_is_one():
    code = "from django.conf import settings as s; print(s.SECURE_PROXY_SSL_HEADER)"
    assert start(code, **SERVER).stdout.strip() == "None"
    assert "HTTP_X_FORWARDED_PROTO" in start(code, **SERVER, PROXY_COUNT="1").stdout


def test_the_web_server_cuts_off_a_question_that_takes_too_long(own_database):
    question = "from django.db import connection as c; k = c.cursor(); k.execute('SHOW statement_timeout'); print(k.fetchone())"
    code = f"import portal.wsgi; {question}"
    assert "5s" in start(code, **{**SERVER, "DATABASE_URL": own_database}).stdout
    assert "5s" not in start(code.replace("portal.wsgi", "django; django.setup()"), **{**SERVER, "DATABASE_URL": own_database}).stdout


def test_a_server_refuses_demo_accounts(own_database):
    from pilots.models import User

    assert start("import portal.wsgi", **SERVER).returncode == 0
    User.objects.create_user("demo", demo=True)
    done = start("import portal.wsgi", **{**SERVER, "DATABASE_URL": own_database})
    assert done.returncode != 0
    assert "demo accounts" in done.stderr.splitlines()[-1]
