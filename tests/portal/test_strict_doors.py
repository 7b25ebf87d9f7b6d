"""One strict reader at every door: what is only nearly a number, a day, a code or JSON is refused, and never a failure."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from indicators.models import Entry
from pilots.api import Day, NumberText, Whole, end_of, moment, whole
from pilots.forms import DayField, WholeField, read_day
from pilots.models import TrailRow
from portal.api.addresses import endpoints, readable
from tests.isolation.asking import BODIES
from tests.programs import Program
from tests.programs import whole as full

NO_NUMBERS = ("1_0", "٣", "９", "1e400", "1e1", "NaN", "Infinity", "-1", "+1", "1.0", "0x10", "1 0", "", "9" * 19, "9" * 5000, "1\x00", "²")
NO_DAYS = (
    *("2025-3-2", "20250302", "2025-W01-1", "２０２５-03-02", "0001-01-01", "9999-12-31", "2025-02-30", "2025-03-02 "),
    *("", "NaN", "2025-03-02\x00"),
)
NO_MOMENTS = (
    *("2025-03-02T04:05:06", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("2025-03-02T٠٤:05:06Z", "2025-03-02T24:61:00Z"),
)
NO_BODIES = (
    *("[" * 100_000, '{"a":' * 100_000, "", "{", "[1]", '"x"', "null", "true", "1", b"\xff\xfe", b'{"a": "\xc3"}'),
    *('{"\\ud800": 1}', '{"a": "\\u0000"}', '{"a": NaN}', '{"a": 1, "a": 2}', "{'a': 1}", '{"a": 01}', '{"a": 1,}'),
)
# What stands in an address where a request must get as far as its body.
PARTS = {"pilot": "tianjin", "slug": "tianjin", "series": "TJ-58", "code": "TJ-58", "period": "2030", "prefix": "i37_x", "kind": "pdf"}
OFFERED = ("is_superuser", "is_staff", "role", "roles", "groups", "owner", "id", "pk", "created_at", "by", "door", "user", "demo", "state")


def address(pattern) -> str:
    """An address with something in each of its places."""
    return readable(pattern).replace("{id}", "1").format(**PARTS)


def operations(attribute: str):
    """Every operation that declares something, as (method, address, what it declares)."""
    for pattern in endpoints:
        for method, declared in getattr(pattern.callback.cls, attribute).items():
            yield method, address(pattern), declared


WRITES = list(operations("takes"))
NUMBERS = [(place, one.name) for _method, place, asks in operations("asks") for one in asks if hasattr(one.read, "shape") and not one.many]


def body_for(method: str, place: str) -> dict:
    """A body that the operation accepts."""
    by_address = {address(pattern): pattern.name for pattern in endpoints}
    return BODIES.get(f"api:{by_address[place]}", {})


def test_there_is_something_to_walk():
    assert len(WRITES) >= 15
    assert len(NUMBERS) >= 6


@pytest.mark.django_db
def test_a_query_number_is_plain_digits():
    for place, name in NUMBERS:
        for text in NO_NUMBERS:
            answer = Client().get(full(place), {name: text})
            told = answer.json()
            assert (place, name, text[:20], answer.status_code) == (place, name, text[:20], 400)
            assert told["errors"][0]["field"] == name


@pytest.mark.django_db
def test_a_query_day_is_a_day_and_a_time_has_its_zone():
    for name in ("updated_since", "as_of"):
        for text in (*NO_DAYS, *NO_MOMENTS):
            assert (text, Client().get("/api/v1/values", {name: text}).status_code) == (text, 400)
        for text in ("2025-03-02", "2025-03-02T04:05:06Z", "2025-03-02T04:05:06+08:00", "1900-01-01", "2199-12-31"):
            assert (text, Client().get("/api/v1/values", {name: text}).status_code) == (text, 200)


@pytest.mark.django_db
def test_strange_codes_periods_and_cursors_are_400():
    filters = ("pilot", "indicator", "purpose", "issue", "goal", "theme", "standard", "period", "frequency", "flag")
    for name in (*filters, "release", "cursor", "fields"):
        for text in ("1_0", "٣", "\x00", "NaN", "a,,b", ",", "2024..", "..2024", "2024..2023", "9" * 5000, "' OR 1=1 --", "\U0001f600"):
            assert (name, text[:20], Client().get("/api/v1/values", {name: text}).status_code) == (name, text[:20], 400)


@pytest.mark.django_db
def test_half_a_character_in_a_query_is_400_too():
    for place in ("values?pilot=%ed%a0%80", "values?%ed%a0%80=1", "values?pilot=%ff", "pilots/%ff", "indicators/%ed%a0%80"):
        assert (place, Client().get(full(place)).status_code) in {(place, 400), (place, 404)}


@pytest.mark.django_db
def test_ids_that_no_database_counts_to_are_404(people):
    program = Program(people.coordinator)
    for number in (2**31, 2**63 - 1, 2**63, 2**64, "9" * 30, "9" * 4400):
        for place in ("cycles/{}", "submissions/{}", "reports/{}", "reports/{}/files/pdf"):
            assert (place, program.ask(place.format(number)).status_code) == (place, 404)
        assert program.tell("POST", f"cycles/{number}:advance").status_code == 404
        assert program.tell("POST", f"submissions/{number}:begin").status_code == 404


@pytest.mark.django_db
def test_every_write_refuses_what_is_no_json_object(people):
    program = Program(people.lead)
    for method, place, _shape in WRITES:
        for body in NO_BODIES:
            answer = program.tell(method, place, body or b" ")
            assert (place, body[:20], answer.status_code, answer["Content-Type"]) == (place, body[:20], 400, "application/problem+json")


@pytest.mark.django_db
def test_every_write_refuses_another_kind_of_content_and_a_body_that_is_too_large(people, settings):
    program = Program(people.lead)
    for method, place, _shape in WRITES:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/xml", "json"):
            answer = program.generic(method, full(place), b"{}", content_type=kind, headers=program.sent)
            assert (place, kind, answer.status_code) == (place, kind, 415)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for method, place, _shape in WRITES:
        assert (place, program.tell(method, place, {"a": "x" * 1000}).status_code) == (place, 413)


@pytest.mark.django_db
def test_every_operation_refuses_a_parameter_and_a_key_that_it_does_not_know(people):
    program = Program(people.lead)
    for method, place, _declared in [*operations("asks"), *operations("takes"), *operations("answers")]:
        asked = f"{place}?langg=en"
        answer = program.ask(asked) if method == "GET" else program.tell(method, asked, body_for(method, place))
        told = answer.json()
        assert (method, place, answer.status_code, told["code"]) == (method, place, 400, "unknown_parameter")
        assert "“lang”" in told["detail"]
    for method, place, shape in WRITES:
        for known in shape().fields:
            body = {**body_for(method, place), f"{known}x": 1}
            answer = program.tell(method, place, body, If_Match='"1"')
            assert (place, known, answer.status_code, f"“{known}”" in answer.json()["detail"]) == (place, known, 400, True)


@pytest.mark.django_db
def test_nothing_is_assigned_that_an_operation_does_not_ask_for(people):
    fields = {name for model in apps.get_models() for field in model._meta.get_fields() for name in (field.name, f"{field.name}_id")}
    program = Program(people.coordinator)
    before = TrailRow.objects.count()
    for method, place, shape in WRITES:
        foreign = (fields | set(OFFERED)) - set(shape().fields)
        answer = program.tell(method, place, {**body_for(method, place), **dict.fromkeys(foreign, 1)}, If_Match='"1"')
        told = answer.json()
        assert (place, answer.status_code, told["code"]) == (place, 400, "unknown_field")
        assert {error["field"] for error in told["errors"]} == foreign
    assert TrailRow.objects.count() == before
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_strange_headers_are_4xx(people, tianjin):
    program = Program(people.contributor)
    for version in ("3", '"٣"', '"1_0"', '"-1"', '"' + "9" * 30 + '"', '"1", "2"', "W/", '""', "é"):
        answer = program.tell("PUT", "entries/tianjin/TJ-58/2030", {"value": "1"}, If_Match=version)
        assert (version, answer.status_code) == (version, 400)
    for token in ("Token", "Token a b", "Token é", "Token " + "x" * 5000, "Token i37_\x00", "Token \t"):
        assert (token[:20], Client().get("/api/v1/tokens", headers={"Authorization": token}).status_code) == (token[:20], 401)
    for accept in ("x", "*/*;q=2", ",,,", "text/html", "application/json;" * 500, "é"):
        assert Client().get("/api/v1/purposes", headers={"Accept": accept}).status_code == 200
    for host in ("evil.example", "localhost:port", "é", "a b", ""):
        assert (host, Client().get("/api/v1/purposes", headers={"Host": host}).status_code) == (host, 400)
    for cookie in ("sessionid=" + "x" * 3000, "sessionid=\x01", "sessionid=é", "csrftoken=x; django_language=../..", "=;;="):
        for place in ("/api/v1/purposes", "/api/v1/tokens", "/", "/account/login/"):
            assert (cookie[:20], Client().get(place, headers={"Cookie": cookie}).status_code < 500) == (cookie[:20], True)


def refused(read, *given: object) -> bool:
    """Whether a reader refuses, in one of the two tongues of refusal; anything else that it raises fails the test."""
    try:
        read(*given)
    except (ValidationError, serializers.ValidationError):
        return True
    return False


def plain(text: str, digits: int) -> bool:
    """Whether a text is a whole number in plain digits."""
    unsigned = text.removeprefix("-")
    return unsigned.isascii() and unsigned.isdigit() and len(unsigned) <= digits


NEARLY_NUMBERS = st.one_of(st.text(), st.integers().map(str), st.from_regex(r"-?\d{1,20}", fullmatch=True))
NEARLY_DAYS = st.one_of(st.text(), st.dates().map(str), st.from_regex(r"\d{4}-\d{2}-\d{2}", fullmatch=True))
NEARLY_MOMENTS = st.one_of(
    st.text(), *(st.datetimes().map(lambda when, zone=zone: f"{when.isoformat()}{zone}") for zone in ("Z", "+14:00"))
)


@given(NEARLY_NUMBERS)
def test_a_whole_number_is_plain_digits_at_every_door(text):
    in_query = plain(text, 12) and not text.startswith("-") and 1 <= int(text) <= 1000
    assert refused(whole(1, 1000), "limit", text) is not in_query
    assert refused(Whole().run_validation, NumberText(text)) is not plain(text, 18)
    assert refused(WholeField().clean, text) is not plain(text.strip(), 9)
    assert refused(Whole().run_validation, text)


@given(NEARLY_DAYS)
def test_a_day_is_a_day_at_every_door(text):
    for read in (read_day, DayField().clean, Day().run_validation):
        if not refused(read, text):
            day = read(text)
            assert (str(day), text.isascii(), 1900 <= day.year < 2200) == (text.strip(), True, True)


@given(NEARLY_MOMENTS)
def test_a_moment_has_its_zone_or_is_refused(text):
    for read in (moment, end_of):
        assert refused(read, "as_of", text) or read("as_of", text).tzinfo is not None
