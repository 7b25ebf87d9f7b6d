"""Sign-in with an organisation's own service, in a real browser, against a small service that signs its answers."""

import subprocess
import sys

import pytest

from pilots.models import TrailRow, User
from tests.builders import person
from tests.house.tree import ROOT
from tests.issuer import Issuer
from tests.live import live

WHO = {"sub": "42", "email": "li.wei@city.cn", "email_verified": True, "name": "Li Wei"}


@pytest.fixture
def issuer(tmp_path):
    with Issuer(tmp_path) as found:
        yield found


@pytest.fixture
def portal(ground, own_database, tmp_path, issuer, monkeypatch):
    for name, text in issuer.environment().items():
        monkeypatch.setenv(name, text)
    database = own_database.rsplit("/", 1)[1]
    subprocess.run(
        [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0", "--skip-checks"], env=ground.environment(database), check=True
    )
    person("li.wei", email="li.wei@city.cn", language="en")
    yield from live(ground, database_url=own_database, folder=tmp_path, only=("web",))


@pytest.fixture
def page(chromium):
    context = chromium.new_context(ignore_https_errors=True, locale="en")
    yield context.new_page()
    context.close()


def come_in(page, portal, wanted="/todo"):
    page.goto(f"{portal.url}{wanted}")
    page.get_by_role("button", name="Sign in with City Hall").click()
    page.wait_for_load_state()


def test_whom_the_service_knows_with_a_verified_mail_comes_in_and_nobody_else(page, portal, issuer):
    issuer.claims = WHO
    come_in(page, portal)
    assert page.url == f"{portal.url}/todo"
    assert TrailRow.objects.filter(act="sessions.begin").get().after["how"] == "oidc"
    assert User.objects.get(username="li.wei").has_usable_password()

    for claims in ({**WHO, "email": "stranger@city.cn"}, {**WHO, "email_verified": False}, {**WHO, "email_verified": "true"}):
        issuer.claims = claims
        page.context.clear_cookies()
        come_in(page, portal)
        assert page.get_by_role("heading", level=1).inner_text() == "There is no account for you yet"
    assert User.objects.count() == 1
    User.objects.update(is_active=False)
    issuer.claims = WHO
    page.context.clear_cookies()
    come_in(page, portal)
    assert page.get_by_role("heading", level=1).inner_text() == "This account is switched off"
