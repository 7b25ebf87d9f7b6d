"""The API as a whole: the root, refusals in one shape, caching, compression, the description and its pages."""

import gzip
import re

import pytest
from django.db import OperationalError
from django.urls import get_resolver
from rest_framework.permissions import AllowAny, IsAuthenticated, IsAuthenticatedOrReadOnly

from pilots.api import Endpoint
from pilots.api.programs import WithoutToken
from portal.api.addresses import endpoints, readable
from tests.programs import Program

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "detail", "code", "errors"}


@pytest.fixture
def program():
    return Program()


def test_the_root_lists_every_address(program, db):
    listed = program.ask("").json()
    assert list(listed) == [pattern.name for pattern in endpoints]
    assert listed["values"].endswith("/api/v1/values")
    assert listed["entry"].endswith("/api/v1/entries/{pilot}/{series}/{period}")


def test_every_endpoint_is_one_of_ours_and_declares_who_may_ask():
    for pattern in endpoints:
        view = pattern.callback.cls
        assert issubclass(view, Endpoint), pattern.name
        assert set(view.permission_classes) <= {AllowAny, IsAuthenticated, IsAuthenticatedOrReadOnly, WithoutToken}, pattern.name
        assert view.permission_classes, pattern.name


def test_an_endpoint_that_declares_nobody_lets_nobody_in(rf, db):
    class Forgotten(Endpoint):
        def get(self, request):
            raise AssertionError("somebody came in")

    assert Forgotten.as_view()(rf.get("/api/v1/forgotten")).status_code == 401


def test_a_refusal_has_the_same_members_whatever_is_wrong(program, people):
    refused = {
        400: program.ask("values?colour=red"),
        401: program.ask("tokens"),
        403: Program(people.viewer).tell("POST", "pilots/tianjin/collections", {"period": "2031", "due": "2032-03-31"}),
        404: program.ask("pilots/atlantis"),
        405: program.tell("POST", "values"),
        410: program.ask(f"changes?since={'0' * 32}.1"),
        415: Program(people.lead).post("/api/v1/pilots/tianjin/submissions", {"period": "2030"}, headers=Program(people.lead).sent),
    }
    for status, answer in refused.items():
        problem = answer.json()
        assert (answer.status_code, problem["status"], answer["Content-Type"]) == (status, status, "application/problem+json")
        assert set(problem) >= MEMBERS
        assert problem["title"]
        assert problem["detail"]


def test_a_refusal_speaks_the_readers_language(program, db):
    assert program.ask("pilots/atlantis?lang=en").json()["detail"] == "There is nothing at this address, or nothing that you may see."
    assert re.search(r"[\u4e00-\u9fff]", program.ask("pilots/atlantis?lang=zh").json()["detail"])


def test_an_address_that_does_not_exist_answers_like_a_thing_that_does_not(program, db):
    nowhere, nothing = program.ask("nowhere"), program.ask("pilots/atlantis")
    assert (nowhere.status_code, nowhere.content, nowhere["Content-Type"]) == (404, nothing.content, nothing["Content-Type"])


def test_a_failure_of_the_server_is_told_as_a_problem_without_its_cause(program, db, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a secret of the server")

    monkeypatch.setattr("indicators.extracts.standing", fail)
    program.raise_request_exception = False
    answer = program.ask("values")
    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert "secret" not in answer.content.decode()


STRANGE = (
    *("[" * 200_000, '{"a":' * 200_000, "", "{", "[1]", '"x"', "null", b"\xff\xfe"),
    *('{"period": "2030", "period": "2031"}', '{"\\ud800": 1}', '{"period": "2030", "note": "\\u0000"}'),
)
LISTS = ("purposes", "issues", "clauses", "standards", "goals", "pilots", "pilots/tianjin", "indicators", "releases", "changes", "values")


def test_a_database_that_does_not_answer_is_503_with_a_time_to_come_back(program, db, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("the connection was closed")

    monkeypatch.setattr("indicators.extracts.standing", away)
    answer = program.ask("values")
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "5", "unavailable")
    assert "closed" not in answer.content.decode()


def test_strange_bodies_are_400_and_never_500(people, db):
    program = Program(people.lead)
    for body in (
        "[" * 200_000,
        '{"a":' * 200_000,
        "",
        "{",
        "[1]",
        '"x"',
        "null",
        b"\xff\xfe",
        '{"period": "2030", "period": "2031"}',
        '{"\\ud800": 1}',
    ):
        answer = program.tell("POST", "pilots/tianjin/submissions", body or b" ")
        assert (body[:20], answer.status_code, answer["Content-Type"]) == (body[:20], 400, "application/problem+json")


def test_a_body_that_is_too_large_is_413(people, db, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = Program(people.lead).tell("POST", "pilots/tianjin/submissions", {"period": "2030", "note": "x" * 1000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_every_public_list_has_a_validator_and_an_unchanged_one_is_304(program, db):
    for address in (
        "purposes",
        "issues",
        "clauses",
        "standards",
        "goals",
        "pilots",
        "pilots/tianjin",
        "indicators",
        "releases",
        "changes",
        "values",
    ):
        first = program.ask(address)
        again = program.ask(address, If_None_Match=first["ETag"])
        assert (address, again.status_code, again.content, again["Cache-Control"]) == (address, 304, b"", "public, no-cache")
        assert program.ask(address, If_None_Match='"other"').status_code == 200


def test_answers_are_compressed_for_those_who_accept_it(program, db):
    plain, packed = program.ask("goals"), program.ask("goals", Accept_Encoding="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == plain["ETag"]


def test_a_browser_gets_json_and_no_page(program, db):
    for address in ("values", "pilots", "tokens"):
        assert "json" in program.ask(address, Accept="text/html,*/*")["Content-Type"]


@pytest.fixture(scope="module")
def description():
    from drf_spectacular.generators import SchemaGenerator

    from portal.api.addresses import urlpatterns

    assert urlpatterns
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_holds_every_endpoint_with_its_refusals(description):
    described = set(description["paths"])
    for pattern in endpoints:
        address = "/api/v1/" + readable(pattern)
        assert address in described
        for operation in description["paths"][address].values():
            assert {"400", "401", "429"} <= set(operation["responses"])
            assert operation["summary"]
    put = description["paths"]["/api/v1/entries/{pilot}/{series}/{period}"]["put"]["responses"]
    assert {"200", "403", "404", "409", "412", "428"} <= set(put)
    assert set(put["412"]["content"]) == {"application/problem+json"}


def test_the_description_names_every_query_parameter(description):
    names = {parameter["name"] for parameter in description["paths"]["/api/v1/values"]["get"]["parameters"]}
    assert names >= {"pilot", "indicator", "purpose", "issue", "goal", "theme", "standard", "period", "frequency", "flag", "updated_since"}
    assert names >= {"as_of", "release", "fields", "order", "limit", "cursor", "count", "format", "bom", "lang"}


def test_operations_have_names_of_their_own(description):
    names = [operation["operationId"] for path in description["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_the_viewer_is_served_from_here_without_inline_script_or_style(client, db):
    page = client.get("/api/v1/docs/").content.decode()
    assert not re.search(r"<style|\sstyle=|<script>|https?://", page)
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert client.get("/api/v1/schema/").status_code == 200


def test_no_address_of_the_api_stands_outside_the_list():
    below = {pattern.name for pattern in get_resolver("portal.api.addresses").url_patterns}
    assert below == {pattern.name for pattern in endpoints} | {"root", "schema", "docs"}
