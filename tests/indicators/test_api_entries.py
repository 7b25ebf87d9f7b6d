"""Working figures over REST: versions, exact numbers, computed figures, batches; strangers see nothing."""

import pytest

from indicators.models import Entry, Series
from indicators.roster import roster_of
from pilots.models import Token, TrailRow
from tests.builders import collection, standing, verified
from tests.programs import Program

pytestmark = pytest.mark.django_db
CELL = "entries/tianjin/TJ-58/2030"
NOT_READERS = ("stranger", "administrator", "nobody")
READERS = ("viewer", "contributor", "lead", "coordinator", "expert", "auditor")


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def program(call, people):
    return Program(people.contributor)


def new(program, value, address=CELL, **fields):
    return program.tell("PUT", address, {"value": value, **fields}, If_None_Match="*")


def test_a_new_figure_is_created_and_a_changed_one_names_its_version(program):
    first = new(program, "12.50", source="环境局月报")
    assert (first.status_code, first["ETag"]) == (201, '"1"')
    row = first.json()
    assert {name: row[name] for name in ("pilot", "series", "period", "value", "qualifier", "flag", "reason", "state", "version")} == {
        "pilot": "tianjin",
        "series": "TJ-58",
        "period": "2030",
        "value": "12.5",
        "qualifier": "=",
        "flag": "A",
        "reason": None,
        "state": "open",
        "version": 1,
    }
    assert (row["steps"], row["warnings"]) == (["write", "delete"], [])
    second = program.tell("PUT", CELL, {"value": 13.1}, If_Match=first["ETag"])
    assert (second.status_code, second["ETag"], second.json()["value"]) == (200, '"2"', "13.1")
    assert program.ask(CELL).json()["value"] == "13.1"


def test_an_input_names_the_indicators_that_change_with_it(program, tianjin):
    written = new(program, "20", "entries/tianjin/plans_adopted/2030").json()
    fed = [series.code for series in roster_of(tianjin).fed_by(Series.objects.get(pilot=tianjin, code="plans_adopted"))]
    assert fed
    assert (written["feeds"], written["also"]) == (fed, [])
    assert program.ask("entries/tianjin/plans_adopted/2030").json()["feeds"] == fed
    assert new(program, "12").json()["feeds"] == []


def test_a_write_leaves_one_trail_row_by_the_api_door(program, people):
    new(program, "7")
    assert TrailRow.objects.get(object_kind="entry", object_key="TJ-58/2030").door == "api"


def test_a_change_without_a_version_is_428_and_a_stale_one_412_with_what_stands_there(program, tianjin):
    new(program, "17.4")
    assert program.tell("PUT", CELL, {"value": "1"}).status_code == 428
    program.tell("PUT", CELL, {"value": "17.5"}, If_Match='"1"')
    stale = program.tell("PUT", CELL, {"value": "17.7"}, If_Match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert (stale.json()["current"]["value"], stale.json()["current"]["version"]) == ("17.5", 2)
    assert str(standing(tianjin, "TJ-58").value.normalize()) == "17.5"


def test_a_version_that_cannot_be_read_is_400(program):
    for header in ({"If_Match": "3"}, {"If_Match": '"3", "4"'}, {"If_Match": '"abc"'}, {"If_None_Match": '"1"'}, {"If_Match": "*"}):
        assert program.tell("PUT", CELL, {"value": "1"}, **header).status_code == 400


def test_a_weak_tag_from_a_compressing_proxy_names_the_same_version(program):
    new(program, "1")
    assert program.tell("PUT", CELL, {"value": "2"}, If_Match='W/"1"').status_code == 200


def test_clearing_a_figure_keeps_its_place_and_raises_its_version(program, tianjin):
    new(program, "1")
    assert program.tell("DELETE", CELL, If_Match='"1"').status_code == 204
    cleared = program.ask(CELL)
    assert (cleared.json()["value"], cleared.json()["version"], cleared["ETag"]) == (None, 2, '"2"')
    assert program.tell("DELETE", CELL).status_code == 428


READ = {
    '"1,234.5"': "1234.5",
    '"１２．５"': "12.5",
    '"1.2亿"': "120000000",
    "0.1": "0.1",
    "1e2": "100",
    "12345678901234.000000000001": "12345678901234.000000000001",
    "0": "0",
}
UNREAD = ("NaN", "Infinity", "1e400", '"٣"', '"1_0"', "true", "[1]", '"1\\u0000"', '"\\ud800"', "1e-13", '"twelve"', '"9"9', "[" * 100_000)


def test_numbers_are_read_exactly(program):
    for version, (sent, stored) in enumerate(READ.items()):
        header = {"If_Match": f'"{version}"'} if version else {"If_None_Match": "*"}
        answer = program.tell("PUT", CELL, f'{{"value": {sent}}}', **header)
        assert (sent, answer.status_code, answer.json().get("value")) == (sent, 200 if version else 201, stored)


def test_what_is_no_number_is_refused_and_nothing_is_stored(program):
    for sent in UNREAD:
        answer = program.tell("PUT", CELL, f'{{"value": {sent}}}', If_None_Match="*")
        assert (sent[:20], answer.status_code, answer["Content-Type"]) == (sent[:20], 400, "application/problem+json")
    assert not Entry.objects.exists()


def test_a_qualifier_in_the_text_or_beside_it_is_kept(program):
    assert new(program, "≥ 12").json()["qualifier"] == "≥"
    assert program.tell("PUT", CELL, {"value": "12", "qualifier": "≈"}, If_Match='"1"').json()["qualifier"] == "≈"


def test_a_missing_figure_has_its_reason_and_never_zero(program):
    row = new(program, None, reason="not-collected").json()
    assert (row["value"], row["flag"], row["reason"]) == (None, "L", "not-collected")


def test_an_unknown_field_or_code_names_what_is_right(program):
    slip = program.tell("PUT", CELL, {"valeu": "1"}, If_None_Match="*")
    assert slip.json()["errors"][0] == {
        "field": "valeu",
        "value": "1",
        "message": slip.json()["detail"],
        "allowed": ["value", "qualifier", "flag", "reason", "until", "source", "note", "explanation"],
    }
    reason = program.tell("PUT", CELL, {"value": None, "reason": "forgot"}, If_None_Match="*").json()["errors"][0]
    assert (reason["field"], reason["value"]) == ("reason", "forgot")
    assert "not-collected" in reason["allowed"]


def test_nobody_writes_a_field_that_is_not_theirs(program):
    for field in ("state", "pilot", "written_by", "version", "id", "demo", "computed", "is_staff"):
        assert new(program, "1", **{field: 1}).status_code == 400
    assert not Entry.objects.exists()


def test_a_computed_figure_is_409_and_names_its_inputs(program):
    answer = new(program, "17", address="entries/tianjin/TJ-29/2030")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert "city_population" in answer.json()["allowed"]


def test_an_input_tells_what_changed_with_it(program, tianjin):
    top, bottom = Program().ask("indicators/iso37120-5.6").json()["formula"]["numerator"], "city_population"
    assert new(program, "12", address=f"entries/tianjin/{top}/2030").json()["also"] == []
    assert new(program, "68965", address=f"entries/tianjin/{bottom}/2030").json()["also"] == ["TJ-29"]
    computed = program.ask("entries/tianjin/TJ-29/2030").json()
    assert (computed["value"], computed["numerator"], computed["denominator"]) == ("17.400130500979", "12", "68965")


def test_a_figure_outside_its_limits_is_400_by_the_rule_of_every_door(program):
    answer = new(program, "-1")
    assert (answer.status_code, answer.json()["code"]) == (400, "below_minimum")


def test_a_verified_figure_is_409_until_the_coordinator_reopens_it(program, call, people, tianjin):
    verified(call, people)
    version = standing(tianjin, "TJ-58").version
    locked = program.tell("PUT", CELL, {"value": "1"}, If_Match=f'"{version}"')
    assert (locked.status_code, locked.json()["code"]) == (409, "wrong_state")
    assert program.tell("POST", f"{CELL}:reopen", {"reason": "typing slip"}).status_code == 403
    assert Program(people.coordinator).tell("POST", f"{CELL}:reopen").status_code == 400
    opened = Program(people.coordinator).tell("POST", f"{CELL}:reopen", {"reason": "typing slip"})
    assert [(row["series"], row["state"]) for row in opened.json()["data"]] == [("TJ-58", "open")]
    assert program.tell("PUT", CELL, {"value": "1"}, If_Match=f'"{version}"').status_code == 200


def test_to_a_stranger_a_figure_is_not_there_word_for_word(program, people):
    new(program, "1")
    for who in NOT_READERS:
        stranger = Program(getattr(people, who))
        changes = [stranger.tell("PUT", CELL, {"value": "2"}, If_Match='"1"'), stranger.tell("DELETE", CELL, If_Match='"1"')]
        absent = stranger.ask("entries/no-such-pilot/TJ-58/2030")
        for answer in (stranger.ask(CELL), *changes):
            assert (who, answer.status_code, answer.content) == (who, 404, absent.content)


def test_a_reader_who_does_not_enter_figures_is_403(call, people):
    for who in ("viewer", "auditor", "coordinator", "expert"):
        assert (who, new(Program(getattr(people, who)), "1").status_code) == (who, 403)
    assert not Entry.objects.exists()


def test_a_draft_is_seen_by_the_team_and_the_auditor_only(program, people):
    new(program, "1")
    seen = {who: Program(getattr(people, who)).ask(CELL).status_code for who in READERS}
    assert seen == {"viewer": 200, "contributor": 200, "lead": 200, "coordinator": 404, "expert": 404, "auditor": 200}


def test_without_signing_in_a_figure_is_401(call):
    answer = Program().ask(CELL)
    assert (answer.status_code, answer["WWW-Authenticate"], answer.json()["code"]) == (401, "Token", "not_authenticated")


def test_the_shape_is_refused_before_anything_is_said_of_rights(call):
    assert Program().tell("PUT", CELL, {"nothing": 1}).status_code == 400
    assert Program().ask(f"{CELL}?colour=red").status_code == 400


def test_a_token_that_reads_writes_nothing(call, people):
    for scope in (Token.Scope.READ, Token.Scope.OWN):
        assert new(Program(people.contributor, scope=scope), "1").status_code == 403
    assert not Entry.objects.exists()


def test_a_batch_tells_each_outcome(program):
    items = [
        {"series": "TJ-58", "period": "2030", "value": "10", "version": 0},
        {"series": "TJ-29", "period": "2030", "value": "17", "version": 0},
        {"series": "city_population", "period": "2030", "value": "many", "version": 0},
        {"series": "TJ-99", "period": "2030", "value": "1", "version": 0},
        {"series": "TJ-60", "period": "2030", "value": "1"},
    ]
    answer = program.tell("POST", "entries:batch?partial=1", {"pilot": "tianjin", "entries": items})
    assert answer.status_code == 200
    outcomes = [(one["series"], one["status"], one["code"]) for one in answer.json()["data"]]
    assert outcomes == [
        ("TJ-58", "created", ""),
        ("TJ-29", "refused", "wrong_state"),
        ("city_population", "refused", "number"),
        ("TJ-99", "refused", "unknown_series"),
        ("TJ-60", "refused", "precondition_required"),
    ]
    assert answer.json()["applied"] is True
    assert [entry.series.code for entry in Entry.objects.all()] == ["TJ-58"]


def test_one_refusal_keeps_back_a_whole_batch(program):
    for bad in ("many", "-1"):
        items = [{"series": "TJ-60", "value": "1"}, {"series": "TJ-58", "value": bad}]
        sent = {"pilot": "tianjin", "entries": [{**one, "period": "2030", "version": 0} for one in items]}
        answer = program.tell("POST", "entries:batch", sent)
        assert (answer.status_code, answer.json()["applied"]) == (400, False)
        assert [one["status"] for one in answer.json()["data"]] == ["created", "refused"]
    assert not Entry.objects.exists()


def test_a_dry_run_says_what_would_happen_and_writes_nothing(program):
    items = [{"series": "TJ-58", "period": "2030", "value": "1", "version": 0}]
    answer = program.tell("POST", "entries:batch?dry_run=1", {"pilot": "tianjin", "entries": items})
    assert (answer.json()["applied"], answer.json()["data"][0]["status"]) == (False, "created")
    assert not Entry.objects.exists()


def test_a_strangers_batch_finds_no_pilot(call, people):
    items = [{"series": "TJ-58", "period": "2030", "value": "1", "version": 0}]
    assert Program(people.stranger).tell("POST", "entries:batch", {"pilot": "tianjin", "entries": items}).status_code == 404


def test_a_figure_that_jumps_is_answered_with_its_warning_and_what_was_probably_meant(program, tianjin, people):
    collection(tianjin, people.coordinator, 2029)
    assert new(program, "1240", "entries/tianjin/TJ-58/2029").json()["warnings"] == []
    (warning,) = new(program, "12400", note="台账").json()["warnings"]
    assert (warning["rule"], warning["suggestion"], warning["explained"]) == ("power", "1240", False)
    assert "1,240" in warning["message"]
    assert program.ask(CELL).json()["warnings"] == [warning]
    program.tell("PUT", CELL, {"value": "12400", "explanation": "并入新建城区的建筑面积"}, If_Match='"1"')
    assert [one["explained"] for one in program.ask(CELL).json()["warnings"]] == [True]


def test_a_program_says_from_when_a_figure_will_be_available(program):
    assert new(program, None, reason="not-yet", until="2031-06-30").json()["until"] == "2031-06-30"
    refused = program.tell("PUT", CELL, {"value": "5", "until": "2031-06-30"}, If_Match='"1"')
    assert (refused.status_code, refused.json()["code"]) == (400, "until_alone")


def test_a_batch_answers_each_figure_with_its_warnings(program, tianjin, people):
    collection(tianjin, people.coordinator, 2029)
    items = [{"series": "TJ-58", "period": year, "value": value, "version": 0} for year, value in (("2029", "1240"), ("2030", "6450"))]
    answer = program.tell("POST", "entries:batch", {"pilot": "tianjin", "entries": items})
    assert [[one["rule"] for one in row["warnings"]] for row in answer.json()["data"]] == [[], ["ratio"]]
