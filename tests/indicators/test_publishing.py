"""Publication: what is written when figures are verified, how an edition is sealed, and how a figure is taken back."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from indicators import collecting, numbers, periods, publishing, review
from indicators.models import Current, Observation, Release, Revision
from pilots.models import TrailRow
from tests.builders import PAGE, answer_all, collection, item, record, standing, submitted, verified

pytestmark = pytest.mark.django_db
YEAR = periods.of_year(2030)


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def current(code="TJ-29"):
    return Current.objects.get(series__code=code, frequency="year")


def withdraw(row, by, reason="口径有误"):
    return publishing.withdraw(current=row, reason=reason, by=by, door=PAGE)


def corrected(call, people, code, value):
    """Reopen a figure, change it and verify the change."""
    review.reopen(pilot=call.pilot, cells=[(code, YEAR)], reason="更正", by=people.coordinator, door=PAGE)
    record(call.pilot, people.contributor, item(code, value, version=standing(call.pilot, code).version)).raise_if_refused()
    submission = review.submit(collection=call, by=people.lead, door=PAGE)
    return review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)


def test_an_observation_copies_the_entry_to_the_last_digit_and_letter(tianjin, people, call):
    value = "12345678901234.000000000001"
    record(tianjin, people.contributor, item("TJ-58", value, qualifier="≥", flag="P", source="统计年鉴")).raise_if_refused()
    verified(call, people)
    for row in (Observation.objects.get(series__code="TJ-58"), current("TJ-58")):
        assert (row.value, row.qualifier, row.flag, row.source) == (Decimal(value), "≥", "P", "统计年鉴")
        assert (row.unit, row.release, row.revision, row.demo) == (row.series.unit.key, "tianjin/2030/r1", 1, False)


def test_a_missing_figure_is_published_with_its_reason_and_without_the_persons_note(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", None, reason="confidential", note="内部说明")).raise_if_refused()
    verified(call, people)
    row = current("TJ-58")
    assert (row.value, row.reason, row.flag, row.pace, row.note) == (None, "confidential", "Q", "no-data", "")


def test_publication_leaves_a_trail_row_for_each_figure_with_one_batch(people, call):
    verified(call, people)
    rows = TrailRow.objects.filter(act="publishing.publish")
    assert rows.count() == Observation.objects.count()
    assert rows.values("batch").distinct().count() == 1


def test_publish_is_for_a_coordinator(people, call):
    submission = submitted(call, people)
    with pytest.raises(PermissionDenied):
        publishing.publish(submission=submission, entries=list(review.entries_of(submission)), by=people.lead, door=PAGE)
    assert not Revision.objects.filter(number__gt=0).exists()


def test_a_quarter_is_published_without_an_edition(tianjin, people):
    quarter = periods.parse("2030-Q1")
    call = collecting.open_collection(pilot=tianjin, period=quarter, due=date(2030, 5, 1), by=people.coordinator, door=PAGE)
    answer_all(call, people.contributor)
    submission = review.submit(collection=call, by=people.lead, door=PAGE)
    assert review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE) is None
    assert Current.objects.exists()
    assert all(quarter.contains(row.period) and row.release == "" for row in Current.objects.all())
    assert not Release.objects.exists()


def test_an_edition_is_sealed_by_the_lines_of_every_figure_it_holds(tianjin, people, call):
    verified(call, people)
    release = Release.objects.get()
    rows = Current.objects.select_related("series").order_by("series__code", "start", "frequency")
    lines = [
        "\t".join([r.series.code, r.period.code, numbers.plain(r.value) or "", r.qualifier, r.unit, r.flag, r.reason, str(r.definition)])
        for r in rows
    ]
    assert (release.count, release.sha256) == (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())


def test_a_second_edition_holds_the_whole_year_again_and_the_first_stays(tianjin, people, call):
    verified(call, people)
    first = Release.objects.get()
    second = corrected(call, people, "TJ-58", "11")
    assert (second.code, second.number, second.count) == ("tianjin/2030/r2", 2, first.count)
    assert second.sha256 != first.sha256
    assert Observation.objects.filter(series__code="TJ-58").count() == 2
    assert Observation.objects.filter(series__code="TJ-29").count() == 1


def test_withdraw_takes_the_figure_back_and_keeps_what_was_published(people, call):
    verified(call, people)
    before = current().value
    tombstone = withdraw(current(), people.coordinator)
    tombstone.refresh_from_db()
    assert (tombstone.withdrawn, tombstone.value, tombstone.note, tombstone.revision) == (True, None, "口径有误", 2)
    assert not Current.objects.filter(series__code="TJ-29").exists()
    assert Observation.objects.get(series__code="TJ-29", withdrawn=False).value == before
    row = TrailRow.objects.get(act="publishing.withdraw")
    assert (row.object_key, row.reason, row.before) == ("TJ-29/2030", "口径有误", {"value": numbers.plain(before)})


@pytest.mark.parametrize("who", ["viewer", "contributor", "lead", "stranger", "expert", "administrator", "auditor", "nobody"])
def test_withdraw_is_for_a_coordinator(people, call, who):
    verified(call, people)
    with pytest.raises(PermissionDenied):
        withdraw(current(), getattr(people, who))
    assert current()


def test_withdraw_needs_a_reason(people, call):
    verified(call, people)
    with pytest.raises(ValidationError) as refusal:
        withdraw(current(), people.coordinator, " ")
    assert refusal.value.message_dict.keys() == {"reason"}
    assert (current().revision, Revision.objects.get().number) == (1, 1)


def test_a_figure_is_withdrawn_once(people, call):
    verified(call, people)
    row = current()
    withdraw(row, people.coordinator)
    with pytest.raises(ValidationError) as refusal:
        withdraw(row, people.coordinator)
    assert refusal.value.code == "wrong_state"
    assert Observation.objects.filter(series__code="TJ-29", withdrawn=True).count() == 1


def test_a_correction_that_came_in_between_is_not_withdrawn_unseen(people, call):
    verified(call, people)
    row = current("TJ-58")
    corrected(call, people, "TJ-58", "11")
    with pytest.raises(ValidationError) as refusal:
        withdraw(row, people.coordinator)
    assert (refusal.value.code, current("TJ-58").value) == ("wrong_state", 11)


def test_a_withdrawn_figure_comes_back_by_reopening_and_verifying_it(tianjin, people, call):
    verified(call, people)
    withdraw(current("TJ-58"), people.coordinator)
    corrected(call, people, "TJ-58", "12")
    assert (current("TJ-58").value, current("TJ-58").release) == (12, "tianjin/2030/r2")
    told = Observation.objects.filter(series__code="TJ-58").order_by("revision").values_list("value", "withdrawn")
    assert list(told) == [(10, False), (None, True), (12, False)]


def test_editions_of_two_pilots_share_one_row_of_revisions(tianjin, people, call):
    from pilots.models import Pilot, Role
    from tests.builders import person

    verified(call, people)
    qujiang = Pilot.objects.get(slug="qujiang")
    others = type(people)(**vars(people))
    others.contributor, others.lead = person("b.contributor", Role.CONTRIBUTOR, qujiang), people.stranger
    verified(collection(qujiang, people.coordinator), others)
    assert list(Release.objects.order_by("revision").values_list("code", "revision")) == [("tianjin/2030/r1", 1), ("qujiang/2030/r1", 2)]
    tianjin.refresh_from_db()
    assert tianjin.revision == 1


def test_the_number_of_statements_does_not_grow_with_the_figures(people, call, django_assert_max_num_queries):
    submission = submitted(call, people)
    with django_assert_max_num_queries(70):
        review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    assert connection.in_atomic_block
