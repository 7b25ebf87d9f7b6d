"""Whatever fails a request in the database or on a disk, its reader is told in calm words when to come back."""

import errno

import psycopg2
import psycopg2.errors
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from pilots.models import Pilot
from portal import outages
from tests import builders
from tests.programs import Program
from tests.visitors import signed_in

URLS = "tests.portal.failing_urls"
CONDITIONS = {
    "57P01": ("unavailable", "5"),  # the administrator ends the connection
    "57P03": ("unavailable", "5"),  # the server is starting
    "53300": ("unavailable", "5"),  # too many connections
    "25006": ("unavailable", "5"),  # the server only reads
    "58030": ("unavailable", "5"),  # its disk fails
    "40P01": ("busy", "1"),  # a deadlock
    "40001": ("busy", "1"),  # a serialization failure
    "55P03": ("busy", "1"),  # a lock did not come in time
    "57014": ("too_slow", "10"),  # the statement took too long
    "53100": ("no_room", "60"),  # the disk of the database is full
    f"errno-{errno.ENOSPC}": ("no_room", "60"),  # the disk of the files is full
    f"errno-{errno.EDQUOT}": ("no_room", "60"),
}


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = URLS
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


@pytest.mark.django_db
@pytest.mark.parametrize(("condition", "told"), CONDITIONS.items())
def test_every_outage_is_503_with_its_code_and_a_time_to_come_back(visitor, condition, told):
    with transaction.atomic():
        program = visitor.get(f"/api/v1/failing/{condition}")
        transaction.set_rollback(True)
    with transaction.atomic():
        page = visitor.get(f"/failing/{condition}")
        transaction.set_rollback(True)
    assert (program.status_code, program.json()["code"], program["Retry-After"]) == (503, *told)
    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, told[1], "no-store")
    assert program.json()["detail"] in page.content.decode()
    assert "in words of" not in page.content.decode() + program.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("condition", ["XX001", "42703", "22012", f"errno-{errno.ENOENT}"])
def test_a_fault_of_ours_stays_a_failure(visitor, condition):
    for address in (f"/api/v1/failing/{condition}", f"/failing/{condition}"):
        with transaction.atomic():
            assert visitor.get(address).status_code == 500
            transaction.set_rollback(True)


def test_a_line_that_breaks_while_the_answer_comes_is_an_outage():
    """The driver then raises its widest error, without a condition."""
    for condition, told in ((None, outages.AWAY), ("XX001", None)):
        error = DatabaseError("server closed the connection unexpectedly")
        error.__cause__ = psycopg2.DatabaseError() if condition is None else psycopg2.errors.lookup(condition)()
        if condition:
            error.__cause__.__setstate__({"pgcode": condition})
        assert outages.behind(error) is told


@pytest.fixture
def away(own_database):
    """The database goes away, as for a server whose connections are all broken; a person and their client stay."""
    people = builders.cast(*Pilot.objects.filter(slug__in=("tianjin", "qujiang")).order_by("-slug"))
    clients = {"person": signed_in(people.contributor), "program": Program(people.contributor), "visitor": Client()}
    for client in clients.values():
        client.raise_request_exception = False
    connection.close()
    connection.settings_dict["NAME"] = "gone"
    yield clients
    connection.close()
    connection.settings_dict["NAME"] = own_database.rsplit("/", 1)[1]


PAGES = ("/", "/todo", "/pilots/tianjin/", "/pilots/tianjin/data/2030/", "/account/", "/admin/", "/i18n/", "/indicators/")


def test_every_page_and_endpoint_stands_a_database_that_is_away(away):
    for name in ("person", "visitor"):
        answers = {address: away[name].get(address, headers={"accept-language": "en"}) for address in PAGES}
        failed = {address: answer for address, answer in answers.items() if answer.status_code == 503}
        # A redirect to the sign-in page, or a refusal of the method, asks the database for nothing.
        assert {answer.status_code for answer in answers.values()} <= {302, 405, 503}
        assert "/" in failed
        for answer in failed.values():
            assert answer["Retry-After"] == "5"
            assert "The database does not answer just now." in answer.content.decode()
            assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    for address in ("values", "tokens", "pilots/tianjin", "entries/tianjin/TJ-58/2030"):
        answer = away["program"].ask(address)
        assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "5", "unavailable")
    assert away["program"].tell("PUT", "entries/tianjin/TJ-58/2030", {"value": "1"}, If_None_Match="*").status_code == 503


def test_signing_in_while_the_database_is_away_is_503_and_what_was_typed_can_be_sent_again(away):
    answer = away["visitor"].post("/account/login/", {"login": "a.lead", "password": "x"}, headers={"accept-language": "zh-hans"})
    assert answer.status_code == 503
    assert "您填写的内容没有丢失" in answer.content.decode()


@pytest.mark.parametrize("kept_always", [True, False], ids=["mlps", "asvs"])
def test_a_session_that_cannot_be_kept_is_an_outage_and_no_fault_of_its_reader(own_database, settings, visitor, kept_always):
    settings.SESSION_SAVE_EVERY_REQUEST = kept_always
    person = signed_in(builders.person("somebody"))
    person.raise_request_exception = False
    answer = person.get("/failing/while-the-session-is-kept")
    connection.close()
    connection.settings_dict["NAME"] = own_database.rsplit("/", 1)[1]
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_after_an_outage_the_next_request_works(away, own_database):
    assert away["person"].get("/todo").status_code == 503
    connection.settings_dict["NAME"] = own_database.rsplit("/", 1)[1]
    assert away["person"].get("/todo").status_code == 200


@pytest.mark.django_db
def test_an_address_with_a_foreign_host_is_refused_in_the_form_of_the_api(visitor):
    answer = visitor.get("/api/v1/values", headers={"host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    assert "This request cannot be read" in visitor.get("/", headers={"host": "evil.example"}).content.decode()
