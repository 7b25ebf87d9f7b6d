"""Published figures over REST: exact rows, filters, pages, streams, validators, releases and changes."""

import csv
import io
import json
from itertools import chain

import pytest
from django.db import connection

from indicators.models import Current, Series
from tests.builders import collection, item, record, verified
from tests.programs import Program, text_of
from tests.published import withdraw, year

pytestmark = pytest.mark.django_db
COLUMNS = (
    *("pilot", "indicator", "shared", "period", "value", "qualifier", "unit", "flag", "reason"),
    *("numerator", "denominator", "target", "pace", "definition", "source", "demo", "release", "verified_at"),
)


@pytest.fixture
def published(tianjin, people):
    return year(people, tianjin)


@pytest.fixture
def program():
    return Program()


def values(program, query=""):
    answer = program.ask(f"values?{query}")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["data"]


def test_a_row_is_exactly_what_the_contract_says(program, published):
    (row,) = values(program, "indicator=TJ-58")
    assert row == {
        "pilot": "tianjin",
        "indicator": "TJ-58",
        "shared": Series.objects.get(code="TJ-58").indicator.code,
        "period": "2030",
        "value": "12.5",
        "qualifier": "=",
        "unit": Series.objects.get(code="TJ-58").unit.key,
        "flag": "A",
        "reason": None,
        "numerator": None,
        "denominator": None,
        "target": None,
        "pace": "no-target",
        "definition": 1,
        "source": "=cmd|' /C calc'!A0",
        "demo": False,
        "release": "tianjin/2030/r1",
        "verified_at": published.decided_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert tuple(row) == COLUMNS


def test_a_computed_row_shows_its_numerator_and_denominator(program, published):
    (row,) = values(program, "indicator=iso37120-5.6&pilot=tianjin&period=2030")
    assert (row["indicator"], row["denominator"]) == ("TJ-29", "68965")


def test_every_current_figure_is_given_once_and_inputs_are_not(program, published):
    rows = values(program, "limit=10000")
    assert len(rows) == Current.objects.count() == len({(row["indicator"], row["period"]) for row in rows})
    assert not [row for row in rows if row["indicator"] == "city_population"]


def test_drafts_never_show(program, tianjin, people):
    collection(tianjin, people.coordinator)
    record(tianjin, people.contributor, item("TJ-58", "12.5", source="canary"))
    for address in ("values", "values?format=csv", "values?format=ndjson", "changes", "pilots/tianjin/indicators", "pilots/tianjin/matrix"):
        assert "canary" not in text_of(program.ask(address))
    assert values(program) == []


def test_pages_put_together_are_the_whole(program, published):
    whole = values(program, "limit=10000&fields=indicator,period")
    for size in (7, len(whole), 1000):
        found = list(program.pages(f"values?limit={size}&fields=indicator,period"))
        assert (list(chain(*found)), len(found)) == (whole, -(-len(whole) // size))


def test_every_order_pages_without_loss(program, published):
    for order in ("period", "-period", "verified_at", "-verified_at", "-pilot"):
        found = list(chain(*program.pages(f"values?limit=29&fields=indicator,period&order={order}")))
        assert len({tuple(row.values()) for row in found}) == len(found) == Current.objects.count()


def test_a_page_costs_the_same_at_any_depth(program, published, django_assert_num_queries):
    second = program.ask("values?limit=5").json()["next"]
    third = program.ask(second).json()["next"]
    for address in (second, third):
        with django_assert_num_queries(2):
            program.ask(address)


FILTERS = (
    "pilot=tianjin",
    "period=2030",
    "period=2029..2031",
    "period=2030-Q1..2030-Q4,2030-01",
    "frequency=year,month",
    "flag=A",
    "purpose=environment",
    "issue=mobility,safety-security",
    "goal=11,6",
    "theme=health",
    "standard=iso-37120",
    "updated_since=2020-01-01",
    "updated_since=2020-01-01T00:00:00%2B08:00",
)


def test_every_filter_gives_some_and_says_how_many(program, published):
    for query in FILTERS:
        page = program.ask(f"values?{query}&count=1&limit=10000").json()
        assert 0 < page["count"] == len(page["data"]) <= Current.objects.count(), query


def test_a_filter_that_nothing_meets_gives_nothing(program, published):
    for query in ("pilot=qujiang", "period=2029", "updated_since=2100-01-01", "flag=B", "as_of=2020-01-01"):
        assert values(program, query) == [], query


def test_a_year_holds_the_quarters_and_months_inside_it_and_a_quarter_only_itself(program, published):
    kinds = {len(row["period"]) for row in values(program, "period=2030&limit=10000")}
    assert kinds == {4, 7}
    assert {row["period"] for row in values(program, "period=2030-Q2&limit=10000")} == {"2030-Q2", "2030-04", "2030-05", "2030-06"}


SLIPS = (
    ("indicater=TJ-58", "indicater", "indicator"),
    ("pilot=tianjn", "pilot", "tianjin"),
    ("indicator=TJ-588", "indicator", "TJ-58"),
    ("purpose=enviroment", "purpose", "environment"),
    ("issue=mobilty", "issue", "mobility"),
    ("theme=helth", "theme", "health"),
    ("standard=iso-37121", "standard", "iso-37120"),
    ("frequency=years", "frequency", "year"),
    ("fields=valu", "fields", "value"),
    ("order=periods", "order", "period"),
    ("format=jason", "format", "json"),
    ("release=tianjin/2030/r2", "release", "tianjin/2030/r1"),
    ("lang=z", "lang", "zh"),
)


def test_what_is_not_known_is_400_and_names_the_nearest(program, published):
    for query, field, nearest in SLIPS:
        answer = program.ask(f"values?{query}")
        fault = answer.json()["errors"][0]
        assert (query, answer.status_code, fault["field"]) == (query, 400, field)
        assert nearest in fault["allowed"]


UNREADABLE = (
    "period=2030-Q5",
    "period=2031..2030",
    "period=2030..2030-Q4",
    "goal=18",
    "goal=x",
    "limit=0",
    "limit=10001",
    "limit=１０",
    "cursor=abc",
    "cursor=W10",
    "cursor=////",
    "updated_since=yesterday",
    "updated_since=2030-02-30",
    "as_of=2030-01-01T00:00:00",
    "pilot=tianjin&pilot=qujiang",
    "pilot=tianjin,,qujiang",
    "pilot=%00",
    "release=%00",
    "indicator=%00",
    "count=2",
    "format=csv&limit=5",
    "format=ndjson&bom=1",
    "as_of=2031-01-01&release=tianjin/2030/r1",
    "order=-pilot&cursor=WyJwaWxvdCIsIDEsIDEsICIyMDMwLTAxLTAxIiwgInllYXIiXQ",
)


def test_what_cannot_be_read_is_400(program, published):
    for query in UNREADABLE:
        answer = program.ask(f"values?{query}")
        assert (query, answer.status_code, answer["Content-Type"]) == (query, 400, "application/problem+json")
        assert answer.json()["errors"][0]["message"]


def test_csv_holds_the_same_rows_and_no_cell_becomes_a_formula(program, published):
    answer = program.ask("values?format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(text_of(answer), newline="")))
    assert tuple(rows[0]) == COLUMNS
    by_code = {(row["indicator"], row["period"]): row for row in rows}
    assert len(rows) == Current.objects.count()
    assert by_code["TJ-58", "2030"]["source"] == "'=cmd|' /C calc'!A0"
    assert by_code["TJ-06", "2030"]["value"] == "-3.5"
    assert by_code["TJ-60", "2030"]["source"] == '年鉴, "2030"'
    assert (by_code["TJ-58", "2030"]["demo"], by_code["TJ-58", "2030"]["reason"]) == ("false", "")


def test_csv_for_excel_begins_with_a_byte_order_mark_and_ends_lines_as_the_rfc_says(program, published):
    text = text_of(program.ask("values?format=csv&bom=1&fields=indicator,value&indicator=TJ-58"))
    assert text == '\ufeffindicator,value\r\n"TJ-58",12.5\r\n'


def test_every_sign_that_begins_a_formula_is_held_back(program, tianjin, people):
    call = collection(tianjin, people.coordinator)
    codes = ("TJ-12", "TJ-23", "TJ-24", "TJ-25", "TJ-26", "TJ-58", "TJ-60", "TJ-61")
    sources = dict(zip(codes, (f"{sign}1+1" for sign in "=+-@＝＋－＠"), strict=True))
    record(tianjin, people.contributor, *(item(code, "1", source=source) for code, source in sources.items())).raise_if_refused()
    verified(call, people)
    rows = csv.DictReader(io.StringIO(text_of(program.ask(f"values?format=csv&indicator={','.join(codes)}")), newline=""))
    assert {row["indicator"]: row["source"] for row in rows} == {code: f"'{source}" for code, source in sources.items()}


def test_ndjson_and_json_say_the_same(program, published):
    lines = text_of(program.ask("values?format=ndjson")).splitlines()
    assert [json.loads(line) for line in lines] == values(program, "limit=10000")


def test_the_accept_header_chooses_the_form(program):
    for accept, kind in (("text/csv", "text/csv"), ("application/x-ndjson", "application/x-ndjson"), ("text/html", "application/json")):
        assert program.ask("values", Accept=accept)["Content-Type"].startswith(kind)


def test_a_stream_crosses_its_slices_without_loss(program, published, monkeypatch):
    monkeypatch.setattr("indicators.extracts.slices.SLICE", 10)
    assert len(text_of(program.ask("values?format=csv")).splitlines()) == Current.objects.count() + 1


def test_an_unchanged_pull_is_304_and_costs_one_query(program, published, django_assert_num_queries):
    for query in ("", "format=csv", "pilot=tianjin&period=2030"):
        first = program.ask(f"values?{query}")
        text_of(first)
        with django_assert_num_queries(1):
            again = program.ask(f"values?{query}", If_None_Match=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_the_validator_tells_apart_question_form_and_language(program, published):
    asked = ("values", "values?limit=5", "values?format=csv", "values?format=ndjson", "values?lang=en", "values?period=2030")
    assert len({program.ask(address)["ETag"] for address in asked}) == len(asked)


def test_a_publication_changes_the_validator(program, published, people):
    before = program.ask("values")["ETag"]
    withdraw(people)
    assert program.ask("values", If_None_Match=before).status_code == 200


def test_published_figures_may_be_kept_by_caches_and_those_of_signed_in_readers_may_not(program, published, people):
    assert program.ask("values")["Cache-Control"] == "public, no-cache"
    assert Program(people.viewer).ask("values")["Cache-Control"] == "private, no-cache"
    assert set(program.ask("values")["Vary"].split(", ")) >= {"Authorization", "Cookie", "Accept-Language", "Accept"}


def test_names_come_in_the_readers_language(program, published):
    asked = "values?indicator=TJ-58&fields=name,pilot_name&lang="
    english, chinese = (program.ask(asked + language).json()["data"][0] for language in ("en", "zh"))
    assert english == {"name": "Green building floor area completed (cumulative)", "pilot_name": "Tianjin Eco-City"}
    assert chinese["pilot_name"] == "天津生态城"


def test_a_pilot_that_is_switched_off_takes_its_figures_along(program, published, tianjin):
    tag = program.ask("values")["ETag"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pilots_pilot SET active = false WHERE slug = 'tianjin'")
    again = program.ask("values", If_None_Match=tag)
    assert (again.status_code, again.json()["data"]) == (200, [])
