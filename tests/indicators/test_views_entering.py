"""The entry page: who sees it, what a post saves, and how each refusal stands beside its field."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators import collecting, grid, periods, review, targets
from indicators.forms import fingerprint, texts_of
from indicators.models import Entry, Submission
from indicators.roster import roster_of
from pilots.models import Door, Pilot
from tests.builders import PAGE, answer_all, collection, item, record, standing, submitted, verified
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/pilots/tianjin/data/2030/"
CHECK = "/pilots/tianjin/data/2030/submit"


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def posted(user, key: str, *, entry: Entry | None = None, headers: dict | None = None, **texts: str):
    """Post one cell as the page does: its texts, the version and the fingerprint that the page had shown."""
    seen = {f"{key}.version": str(entry.version if entry else 0), f"{key}.seen": fingerprint(texts_of(entry))}
    data = seen | {f"{key}.{name}": text for name, text in texts.items()}
    return signed_in(user).post(ADDRESS, data, headers=headers or {})


def test_the_page_shows_every_figure_that_people_type_once(tianjin, people, call):
    page = signed_in(people.contributor).get(ADDRESS).content.decode()
    typed = {
        f"{cell.key}.value" for row in grid.read(pilot=tianjin, period=periods.of_year(2030), user=people.lead).rows for cell in row.typed
    }
    assert len(typed) > 100
    assert {name for name in typed if page.count(f'name="{name}"') != 1} == set()


def test_an_input_says_how_many_figures_it_feeds_and_is_referred_to_afterwards(tianjin, people, call):
    rows = [
        row for row in grid.read(pilot=tianjin, period=periods.of_year(2030), user=people.lead).rows if row.series.code == "city_population"
    ]
    assert [row.kind for row in rows] == ["input"] + ["reference"] * (len(rows) - 1)
    assert rows[0].feeds == len(rows) > 10
    assert {one.code for one in rows[0].fed} == {one.code for one in roster_of(rows[0].series.pilot).fed_by(rows[0].series)}
    assert (rows[0].constant, rows[0].series.code) == (False, "city_population")
    assert f"feeds {rows[0].feeds} indicators" in signed_in(people.contributor).get(ADDRESS).content.decode()


def test_a_post_saves_what_was_typed_and_says_so(tianjin, people, call):
    answer = posted(people.contributor, "plans_adopted@2030", value="≥ 1.2万", source="统计年鉴")
    assert (answer.status_code, answer.url) == (302, ADDRESS)
    kept = standing(tianjin, "plans_adopted")
    assert (kept.value, kept.qualifier, kept.source, kept.given, kept.door) == (Decimal(12000), "≥", "统计年鉴", "≥ 1.2万", Door.PAGE)


def test_saving_an_input_says_how_many_computed_figures_it_changed(tianjin, people, call):
    record(tianjin, people.contributor, item("plans_adopted", "20"))
    client = signed_in(people.contributor)
    answer = client.post(ADDRESS, {"plans_with_participation@2030.value": "15", "plans_with_participation@2030.version": "0"}, follow=True)
    assert "1 figure saved. This changed 1 computed figure." in answer.content.decode()
    assert standing(tianjin, "TJ-54").value == 75
    assert "15 ÷ 20 × 100" in answer.content.decode()


def test_a_whole_page_saves_its_changed_cells_and_leaves_the_others(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "10"))
    before = standing(tianjin, "TJ-58")
    record(tianjin, people.lead, item("TJ-58", "11", version=1))
    data = {"TJ-58@2030.value": "10", "TJ-58@2030.version": "1", "TJ-58@2030.seen": fingerprint(texts_of(before))}
    answer = signed_in(people.contributor).post(ADDRESS, data | {"plans_adopted@2030.value": "20", "plans_adopted@2030.version": "0"})
    assert answer.status_code == 302
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "plans_adopted").value) == (11, 20)


def test_a_missing_figure_is_saved_with_its_reason_and_an_emptied_one_is_cleared(tianjin, people, call):
    posted(people.contributor, "TJ-58@2030", value="", reason="not-collected")
    assert standing(tianjin, "TJ-58").reason == "not-collected"
    posted(people.contributor, "TJ-58@2030", entry=standing(tianjin, "TJ-58"), value="", reason="")
    assert standing(tianjin, "TJ-58").empty
    assert standing(tianjin, "TJ-58").version == 2


def test_a_refused_figure_stands_in_its_field_with_the_reason_beside_it_and_the_others_are_saved(tianjin, people, call):
    data = {"TJ-58@2030.value": "12abc", "TJ-58@2030.version": "0", "plans_adopted@2030.value": "20", "plans_adopted@2030.version": "0"}
    answer = signed_in(people.contributor).post(ADDRESS, data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="12abc"' in page
    below = page.split('id="below-TJ-58@2030"')[1].split("</tr>")[0]
    assert "abc" in below
    assert 'aria-invalid="true"' in page
    assert (standing(tianjin, "TJ-58"), standing(tianjin, "plans_adopted").value) == (None, 20)


def test_a_colleagues_change_is_shown_beside_ones_own_and_the_next_save_replaces_it(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "17.4"))
    before = standing(tianjin, "TJ-58")
    record(tianjin, people.lead, item("TJ-58", "17.5", version=1))
    page = posted(people.contributor, "TJ-58@2030", entry=before, value="17.7").content.decode()
    below = page.split('id="below-TJ-58@2030"')[1].split("</tr>")[0]
    assert "a lead" in below
    assert "17.5" in below
    assert "17.7" in below
    assert standing(tianjin, "TJ-58").value == Decimal("17.5")
    data = {"TJ-58@2030.value": "17.7", "TJ-58@2030.version": page.split('name="TJ-58@2030.version" value="')[1].split('"')[0]}
    assert signed_in(people.contributor).post(ADDRESS, data).status_code == 302
    assert standing(tianjin, "TJ-58").value == Decimal("17.7")


def test_a_post_without_a_version_is_refused_at_its_cell(tianjin, people, call):
    answer = signed_in(people.contributor).post(ADDRESS, {"TJ-58@2030.value": "1"})
    assert answer.status_code == 400
    assert "Say which version you changed" in answer.content.decode()
    assert standing(tianjin, "TJ-58") is None


def test_a_cell_that_the_sheet_does_not_have_is_refused_by_name(tianjin, people, call):
    answer = signed_in(people.contributor).post(ADDRESS, {"TJ-580@2030.value": "1", "TJ-580@2030.version": "0"})
    assert answer.status_code == 400
    assert "TJ-580" in answer.content.decode()


@pytest.mark.parametrize("key", ["TJ\x0058@2030", "TJ-58@20\x0030", "TJ-58@", "@2030", "@", "TJ-58@2030@2030", "TJ-58@2030-Q9"])
def test_a_key_that_no_page_sends_is_refused_quietly(tianjin, people, call, key):
    answer = signed_in(people.contributor).post(ADDRESS, {f"{key}.value": "1", f"{key}.version": "0"})
    assert answer.status_code == 400
    assert not Entry.objects.exists()


def test_without_a_script_everything_about_one_figure_unfolds_on_demand(tianjin, people, call):
    page = signed_in(people.contributor).get(ADDRESS).content.decode()
    assert 'href="?cell=TJ-58%402030#TJ-58@2030"' in page
    assert "TJ-58@2030.source" not in page
    assert 'name="TJ-58@2030.source"' in signed_in(people.contributor).get(f"{ADDRESS}?cell=TJ-58@2030").content.decode()


def test_what_people_type_is_text_on_the_page(tianjin, people, call):
    posted(people.contributor, "TJ-58@2030", value="1", note='"><script>alert(1)</script>', source="<b>x</b>")
    page = signed_in(people.contributor).get(f"{ADDRESS}?cell=TJ-58@2030").content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_looking_changes_nothing(tianjin, people, call):
    before = Entry.objects.count()
    signed_in(people.contributor).get(ADDRESS)
    signed_in(people.lead).get(CHECK)
    assert Entry.objects.count() == before
    assert Submission.objects.count() == 0


@pytest.mark.parametrize("address", [ADDRESS, CHECK])
@pytest.mark.parametrize("who", ["stranger", "nobody", "administrator"])
def test_a_stranger_is_told_that_there_is_no_such_page(tianjin, people, call, who, address):
    client = signed_in(getattr(people, who))
    absent = client.get("/pilots/atlantis/data/2030/")
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert client.get(address).content == absent.content


@pytest.mark.parametrize("who", ["viewer", "coordinator", "expert", "auditor"])
def test_a_reader_sees_the_page_and_may_not_write(tianjin, people, call, who):
    client = signed_in(getattr(people, who))
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "TJ-58@2030.value" not in page.content.decode()
    assert client.post(ADDRESS, {"TJ-58@2030.value": "1", "TJ-58@2030.version": "0"}).status_code == 403
    assert client.post(CHECK).status_code == 403
    assert standing(tianjin, "TJ-58") is None


def test_nobody_signed_in_is_asked_to_sign_in(tianjin, call):
    answer = Client().get(ADDRESS)
    assert (answer.status_code, answer.url) == (302, f"/account/login/?next={ADDRESS}")


@pytest.mark.parametrize("period", ["2030-13", "20300", "last", "2030-Q5"])
def test_an_address_that_is_no_period_is_not_found(people, tianjin, period):
    assert signed_in(people.lead).get(f"/pilots/tianjin/data/{period}/").status_code == 404


def test_drafts_are_for_the_pilots_members_until_they_are_submitted(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "98765"))
    seen = {who: "98,765" in signed_in(getattr(people, who)).get(ADDRESS).content.decode() for who in ("viewer", "coordinator", "expert")}
    assert seen == {"viewer": True, "coordinator": False, "expert": False}
    assert "Not submitted yet" in signed_in(people.coordinator).get(ADDRESS).content.decode()
    assert "Not submitted yet" not in signed_in(people.auditor).get(ADDRESS).content.decode()
    answer_all(call, people.contributor)
    review.submit(collection=call, by=people.lead, door=PAGE)
    assert "98,765" in signed_in(people.coordinator).get(ADDRESS).content.decode()


def test_a_figure_that_is_not_yet_there_says_from_when_it_will_be_and_the_day_goes_with_the_reason(tianjin, people, call):
    posted(people.contributor, "TJ-58@2030", reason="not-yet", until="2031-06-30")
    kept = standing(tianjin, "TJ-58")
    assert (kept.reason, str(kept.until)) == ("not-yet", "2031-06-30")
    assert "TJ-58@2030" in {f"{gap.series.code}@{gap.period}" for gap in collecting.gaps(call)}
    posted(people.contributor, "TJ-58@2030", entry=kept, value="5", reason="")
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-58").until) == (5, None)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"reason": "not-collected", "until": "2031-06-30"}, "Only a figure that is not yet available"),
        ({"reason": "not-yet", "until": "2029-12-31"}, "is before 2030"),
        ({"reason": "not-yet", "until": "next summer"}, "day"),
    ],
)
def test_a_day_that_says_nothing_is_refused(tianjin, people, call, texts, said):
    answer = posted(people.contributor, "TJ-58@2030", **texts)
    assert (answer.status_code, said in answer.content.decode()) == (400, True)
    assert standing(tianjin, "TJ-58") is None


def test_a_period_without_a_call_says_so_and_refuses_figures(tianjin, people):
    client = signed_in(people.contributor)
    assert "No data are being collected for 2030" in client.get(ADDRESS).content.decode()
    answer = client.post(ADDRESS, {"TJ-58@2030.value": "1", "TJ-58@2030.version": "0"})
    assert answer.status_code == 400
    assert standing(tianjin, "TJ-58") is None


def questions(user, slug: str) -> int:
    """Count what the database is asked for a page, once the person is known to it."""
    client = signed_in(user)
    client.get(f"/pilots/{slug}/data/2030/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/pilots/{slug}/data/2030/").status_code == 200
    return len(asked)


def test_the_page_asks_as_few_questions_for_many_figures_as_for_few(tianjin, people, call):
    qujiang = Pilot.objects.get(slug="qujiang")
    answer_all(collection(qujiang, people.coordinator), people.stranger)
    one = {"operator": "≥", "value": Decimal(1), "year": 2035}
    targets.set_target(series=qujiang.series.filter(variable=None).first(), **one, by=people.coordinator, door=PAGE)
    few = questions(people.stranger, "qujiang")
    answer_all(call, people.contributor)
    assert questions(people.lead, "tianjin") == few


def test_only_marked_figures_open_again_after_a_return(tianjin, people, call):
    submission = submitted(call, people)
    marks = [review.MarkInput("TJ-58", "must-fix", "Check the unit.")]
    review.send_back(submission=submission, summary="One figure.", marks=marks, by=people.coordinator, door=PAGE)
    page = signed_in(people.contributor).get(ADDRESS).content.decode()
    assert 'name="TJ-58@2030.value"' in page
    assert "plans_adopted@2030.value" not in page
    assert "Check the unit." in page
    assert "One figure." in page


def test_a_verified_year_is_read_only(tianjin, people, call):
    verified(call, people)
    page = signed_in(people.contributor).get(ADDRESS).content.decode()
    assert "Verified by coordinator" in page
    assert ".value" not in page.split("<main")[1]
