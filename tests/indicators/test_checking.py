"""The check before submitting: what blocks and what does not, the same for the act, the page and the API."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import entry, paper, review, signing
from indicators.models import Submission
from tests.builders import CHECKED, PAGE, answer_all, collection, item, record, scan, standing, verified
from tests.programs import Program
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/pilots/tianjin/data/2030/"
CHECK, EXPLAIN = ADDRESS + "submit", ADDRESS + "explain"
SURE = {"confirmed": "yes"}


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def jump(tianjin, people, call):
    """A complete year in which one figure jumps and nobody has said why."""
    collection(tianjin, people.coordinator, 2029)
    record(tianjin, people.contributor, item("TJ-58", "1240", period="2029"), item("TJ-58", "6450")).raise_if_refused()
    answer_all(call, people.contributor, explained=False)
    return standing(tianjin, "TJ-58")


def refusals(call, by):
    with pytest.raises(ValidationError) as refusal:
        review.submit(collection=call, by=by, door=PAGE)
    assert not Submission.objects.filter(collection=call).exists()
    return refusal.value.messages


def found(call, people):
    return review.check(call, reader=people.lead)


def shown(user, **data):
    answer = signed_in(user).post(CHECK, data) if data else signed_in(user).get(CHECK)
    return answer.status_code, answer.content.decode().split("<main")[1]


def explained(user, standing, text, **more):
    return signed_in(user).post(EXPLAIN, {"cell": "TJ-58@2030", "version": str(standing.version), "explanation": text, **more})


def test_a_warning_keeps_a_year_back_until_it_is_explained(tianjin, people, call, jump):
    _heading, warning = refusals(call, people.lead)
    assert "TJ-58" in warning and "5.2" in warning
    record(tianjin, people.contributor, item("TJ-58", "6450", version=1, explanation=CHECKED)).raise_if_refused()
    assert [one.series.code for one in found(call, people).explained if one.series.code == "TJ-58"] == ["TJ-58"]
    assert review.submit(collection=call, by=people.lead, door=PAGE).state == "submitted"


def test_or_until_it_is_corrected(tianjin, people, call, jump):
    record(tianjin, people.contributor, item("TJ-58", "1300", version=1)).raise_if_refused()
    assert review.submit(collection=call, by=people.lead, door=PAGE)


def test_a_figure_from_paper_keeps_a_year_back_until_a_lead_confirms_it(tianjin, people, call):
    figures = [item("TJ-58", "12.5", explanation=CHECKED)]
    entry.record_on_paper(pilot=tianjin, entries=figures, paper=scan(tianjin, people.coordinator), by=people.coordinator, door=PAGE)
    answer_all(call, people.contributor)
    assert [one.key for one in found(call, people).unconfirmed] == ["TJ-58@2030"]
    assert "TJ-58" in refusals(call, people.lead)[1]
    (waiting,) = paper.unconfirmed(call)
    paper.confirm(pilot=tianjin, figures=[paper.Seen("TJ-58", waiting.period, waiting.version)], by=people.lead, door=PAGE)
    assert review.submit(collection=call, by=people.lead, door=PAGE)


def test_a_sign_off_that_is_asked_for_and_missing_keeps_a_year_back(tianjin, people, call):
    answer_all(call, people.contributor)
    signing.require_sign_off(collection=call, needed=True, by=people.lead, door=PAGE)
    call.refresh_from_db()
    assert [one.code for one in found(call, people).blocking] == ["sign-off"]
    assert refusals(call, people.lead)[0] == signing.lacking(call)


def test_what_is_submitted_already_is_not_asked_about_again(tianjin, people, call):
    """After a return only what is open again is looked at; the rest cannot be changed."""
    answer_all(call, people.contributor)
    submission = review.submit(collection=call, by=people.lead, door=PAGE)
    marks = [review.MarkInput("TJ-60", "must-fix", "请核对")]
    review.send_back(submission=submission, summary="一处", due=date(2099, 1, 1), marks=marks, by=people.coordinator, door=PAGE)
    check = found(call, people)
    assert {one.series.code for one in [*check.doubtful, *check.explained]} <= {"TJ-60"}
    assert [(one.code, one.series.code) for one in check.blocking] == [("unanswered", "TJ-60")]
    review.reply(mark=submission.marks.get(), text="已核对", by=people.lead, door=PAGE)
    assert review.submit(collection=call, by=people.lead, door=PAGE).round == 2


def test_a_program_is_told_the_same_with_codes(tianjin, people, call, jump):
    answer = Program(people.lead).tell("POST", "pilots/tianjin/submissions", {"period": "2030"})
    assert answer.status_code == 400
    record(tianjin, people.contributor, item("TJ-58", "6450", version=1, explanation=CHECKED)).raise_if_refused()
    row = Program(people.lead).tell("POST", "pilots/tianjin/submissions", {"period": "2030"}).json()
    assert row["blocking"] == []
    Program(people.lead).tell("POST", f"submissions/{row['id']}:withdraw", {})
    record(tianjin, people.contributor, item("TJ-58", "6450", version=2)).raise_if_refused()
    (blocking,) = Program(people.lead).ask(f"submissions/{row['id']}").json()["blocking"]
    assert {name: blocking[name] for name in ("code", "series", "period", "indicator")} == {
        "code": "warning",
        "series": "TJ-58",
        "period": "2030",
        "indicator": "TJ-58",
    }
    assert "5.2" in blocking["message"]


def test_the_page_names_what_is_missing_and_links_to_it(people, call):
    check = found(call, people)
    status, page_text = shown(people.lead)
    assert (status, len(check.missing) > 10) == (200, True)
    assert all(f"{ADDRESS}#{one.key}" in page_text for one in [*check.missing, *check.optional])
    assert f"{len(check.missing)} required figures missing" in page_text


def test_pressing_submit_while_something_blocks_says_so_keeps_the_note_and_leads_to_the_first(people, call):
    status, page_text = shown(people.lead, note="almost there", **SURE)
    first = found(call, people).blocking[0]
    assert status == 400
    assert "required figures are still missing" in page_text
    assert "almost there" in page_text
    assert page_text.count("autofocus") == 1
    assert f'#{first.key}" autofocus' in page_text
    assert not Submission.objects.exists()


def test_the_sources_are_confirmed_before_a_year_is_submitted(people, call):
    answer_all(call, people.contributor)
    status, page_text = shown(people.lead, note="x")
    assert (status, Submission.objects.exists()) == (400, False)
    assert "Confirm the sources" in page_text
    answer = signed_in(people.lead).post(CHECK, {"note": "two estimates inside", **SURE}, follow=True)
    assert Submission.objects.get().note == "two estimates inside"
    assert "Submitted by a lead" in answer.content.decode()
    assert "TJ-58@2030.value" not in answer.content.decode()
    assert signed_in(people.lead).post(CHECK, SURE).status_code == 409


def test_a_warning_is_explained_beside_it_without_leaving_the_check(tianjin, people, call, jump):
    _status, page_text = shown(people.contributor)
    assert 'name="explanation"' in page_text and "5.2 times last year" in page_text
    answer = explained(people.contributor, jump, "三个新建片区的建筑面积并入统计")
    assert (answer.status_code, answer.url) == (302, CHECK)
    kept = standing(tianjin, "TJ-58")
    assert (kept.explanation, kept.value, kept.given, kept.version) == ("三个新建片区的建筑面积并入统计", jump.value, jump.given, 2)
    assert "Explained: 三个新建片区的建筑面积并入统计" in shown(people.lead)[1]


@pytest.mark.parametrize(
    ("text", "more", "status"),
    [
        ("新口径", {}, 400),
        ("x" * 5001, {}, 400),
        (CHECKED, {"version": "7"}, 400),
        (CHECKED, {"cell": "TJ-58"}, 400),
        (CHECKED, {"cell": "X@2030"}, 404),
    ],
)
def test_an_explanation_that_cannot_be_saved_is_refused_and_kept_in_its_box(tianjin, people, call, jump, text, more, status):
    answer = explained(people.contributor, jump, text, **more)
    assert answer.status_code == status
    assert standing(tianjin, "TJ-58").explanation == ""
    if not {"cell", "version"} & more.keys():
        assert text in answer.content.decode()


def test_a_computed_warning_is_explained_at_its_input(tianjin, people, call):
    collection(tianjin, people.coordinator, 2029)
    record(tianjin, people.contributor, item("new_patents", "100", period="2029"), item("city_population", "100000", period="2029"))
    record(tianjin, people.contributor, item("new_patents", "180"), item("city_population", "72000"))
    (finding,) = [one for one in found(call, people).doubtful if one.series.code == "TJ-29"]
    assert finding.place.series.code in ("new_patents", "city_population")
    _status, page_text = shown(people.contributor)
    assert "Explanation, kept with" in page_text


def test_after_submitting_the_page_says_how_long_reviews_take_once_there_are_some(tianjin, people, call):
    for year in (2026, 2027, 2028):
        verified(collection(tianjin, people.coordinator, year), people)
    answer_all(call, people.contributor)
    review.submit(collection=call, by=people.lead, door=PAGE)
    page_text = signed_in(people.lead).get(ADDRESS).content.decode()
    assert "waiting for the review by BSI. Half of the reviews take no longer than 0 days." in page_text


def test_no_usual_time_is_made_up_from_fewer_than_three_reviews(tianjin, people, call):
    verified(collection(tianjin, people.coordinator, 2028), people)
    assert Submission.objects.get().usual_days is None


def test_figures_without_a_file_are_counted_and_do_not_block(tianjin, people, call):
    answer_all(call, people.contributor)
    _status, page_text = shown(people.lead)
    assert "figures without a file as evidence" in page_text
    assert "Ready to submit" in page_text


def test_the_check_asks_the_database_no_more_for_many_figures_than_for_few(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "12.5")).raise_if_refused()
    with CaptureQueriesContext(connection) as few:
        found(call, people)
    answer_all(call, people.contributor)
    with CaptureQueriesContext(connection) as many:
        found(call, people)
    assert len(many) <= len(few)
