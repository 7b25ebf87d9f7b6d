"""A log line is one line, and holds nothing that a person typed in confidence."""

import json
import logging
import sys

import pytest
import requests
from django.db import IntegrityError
from django.test import RequestFactory

from pilots import tokens
from pilots.models import Door, Token, User
from portal.logs import Lines
from tests.live import LivePortal
from tests.remote import CSRF

TRIES = (
    ("log.canary", "password-canary-8"),
    ("+86 139 5555 0002", "password-canary-7"),
    ("mail-canary@example.cn", "password-canary-9"),
)


def line(message="Something happened", **more):
    record = logging.LogRecord("portal", logging.WARNING, __file__, 1, message, (), more.pop("exc_info", None))
    vars(record).update(more)
    return Lines().format(record)


def test_a_record_is_one_line_of_json():
    written = line('first\nsecond \x1b[31m "quoted"')
    assert "\n" not in written
    assert "\x1b" not in written
    assert json.loads(written)["message"] == 'first\nsecond \x1b[31m "quoted"'


def test_a_request_is_named_without_what_it_carried():
    request = RequestFactory().post(
        "/account/login/?token=i37_hidden", {"password": "hidden"}, HTTP_AUTHORIZATION="Token i37_hidden", HTTP_COOKIE="sessionid=hidden"
    )
    written = line(request=request, status_code=403)
    assert "hidden" not in written
    assert json.loads(written) | {"method": "POST", "path": "/account/login/", "status": 403} == json.loads(written)


def test_an_exception_is_told_in_the_same_line():
    try:
        raise LookupError("nothing there")
    except LookupError:
        written = line(exc_info=sys.exc_info())
    assert "\n" not in written
    assert "LookupError: nothing there" in json.loads(written)["exception"]


@pytest.mark.django_db
def test_a_refusal_of_the_database_is_told_without_the_row(people):
    try:
        User.objects.create(username=people.lead.username, phone="+8613955550001")
    except IntegrityError:
        written = line(exc_info=sys.exc_info())
    assert "duplicate key" in json.loads(written)["exception"]
    assert people.lead.username not in written


def test_nothing_of_a_person_or_a_program_reaches_the_log(live_portal):
    person = User.objects.create_user("log.canary", "password-canary-7", phone="13955550002", email="mail-canary@example.cn")
    token, text = tokens.make(user=person, name="a program", scope=Token.Scope.OWN, by=person, door=Door.API)
    for name, password in (
        ("log.canary", "password-canary-8"),
        ("+86 139 5555 0002", "password-canary-7"),
        ("mail-canary@example.cn", "x"),
    ):
        sign_in(live_portal, name, password)
    for sent in (text, text + "x"):
        requests.get(f"{live_portal.url}/api/v1/cycles?secret=query-canary", headers={"Authorization": f"Token {sent}"}, timeout=20)
    logs = "".join(path.read_text() for path in live_portal.folder.glob("*.log"))
    assert "Booting worker" in logs
    canaries = ("canary", "13955550002", "139 5555", text, token.digest, "127.0.0.1:5")
    assert [canary for canary in canaries if canary in logs] == []


def sign_in(portal: LivePortal, name: str, password: str) -> None:
    with requests.Session() as visitor:
        visitor.trust_env = False
        page = visitor.get(f"{portal.url}/account/login/", timeout=20).text
        fields = {"login": name, "password": password, "csrfmiddlewaretoken": CSRF.search(page)[1]}
        visitor.post(f"{portal.url}/account/login/", fields, timeout=20)
