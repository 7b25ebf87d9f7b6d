"""The sign-off inside the city: who agreed to which figures, bound to them, and asked for where the lead wants it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.utils import InternalError
from django.utils import timezone, translation

from indicators import collecting, review, signing
from indicators.models import SignOff
from pilots.models import TrailRow
from tests.builders import PAGE, collection, item, record, scan, standing, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def answered(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "12.5"), item("plans_adopted", "20"))
    return call


def signed(call, by, **changes):
    given = {"name": "王处长", "post": "规划局", "day": date(2026, 1, 5), "figures": signing.sum_of(call)}
    page = changes.pop("scan", None) or scan(call.pilot, by)
    return signing.sign_off(collection=call, scan=page, by=by, door=PAGE, **{**given, **changes})


def require(call, by, needed=True):
    return signing.require_sign_off(collection=call, needed=needed, by=by, door=PAGE)


def test_a_lead_records_who_signed_with_the_scan_and_the_figures(people, answered):
    made = signed(answered, people.lead)
    assert (made.name, made.post, made.recorded_by, made.figures) == ("王处长", "规划局", people.lead, signing.sum_of(answered))
    found = signing.standing(answered)
    assert (found.sign_off, found.changed, found.holds) == (made, 0, True)
    row = TrailRow.objects.get(act="signing.sign_off")
    assert (row.actor, row.after["scan"], row.after["figures"]) == (people.lead, made.scan.sha256, made.figures)


@pytest.mark.parametrize("who", ["viewer", "contributor", "stranger", "coordinator", "expert", "administrator", "auditor", "nobody"])
def test_only_a_lead_records_it_or_asks_for_it(people, answered, who):
    page = scan(answered.pilot, people.lead)
    with pytest.raises(PermissionDenied):
        signed(answered, getattr(people, who), scan=page)
    with pytest.raises(PermissionDenied):
        require(answered, getattr(people, who))


def test_a_changed_figure_no_longer_agrees_and_is_counted(tianjin, people, answered):
    signed(answered, people.lead)
    record(tianjin, people.contributor, item("TJ-58", "12.6", version=1), item("TJ-60", "1"))
    assert signing.standing(answered).changed == 2
    record(tianjin, people.contributor, item("TJ-58", "12.5", version=2), item("TJ-60", None, version=1))
    assert signing.standing(answered).holds


def test_a_source_or_a_note_is_no_figure(tianjin, people, answered):
    signed(answered, people.lead)
    record(tianjin, people.contributor, item("TJ-58", "12.5", version=1, source="统计年鉴", note="初步"))
    assert signing.standing(answered).holds


@pytest.mark.parametrize("change", [{"value": "12.6"}, {"qualifier": "≈"}, {"flag": "E"}, {"value": None, "reason": "not-collected"}])
def test_the_sum_holds_value_sign_status_and_reason(tianjin, people, answered, change):
    before = signing.sum_of(answered)
    record(tianjin, people.contributor, item("TJ-58", version=1, **{"value": "12.5", **change})).raise_if_refused()
    assert signing.sum_of(answered) != before


def test_figures_that_were_changed_meanwhile_are_not_signed(tianjin, people, answered):
    seen = signing.sum_of(answered)
    record(tianjin, people.contributor, item("TJ-58", "12.6", version=1))
    with pytest.raises(ValidationError) as refused:
        signed(answered, people.lead, figures=seen)
    assert refused.value.code == "stale"


def test_what_is_submitted_or_empty_is_not_signed(people, call):
    with pytest.raises(ValidationError, match="no figures"):
        signed(call, people.lead)
    submitted(call, people)
    with pytest.raises(ValidationError) as refused:
        signed(call, people.lead)
    assert refused.value.code == "wrong_state"


def test_a_day_to_come_a_missing_name_and_a_scan_of_another_pilot_are_refused(people, answered):
    tomorrow = timezone.localdate() + timedelta(days=1)
    other = scan(people.stranger.memberships.get().pilot, people.stranger)
    for field, wrong in (("day", {"day": tomorrow}), ("name", {"name": "  "}), ("scan", {"scan": other})):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            signed(answered, people.lead, **({"scan": scan(answered.pilot, people.lead, f"{field}.pdf")} | wrong))
        assert field in refused.value.error_dict


def test_a_sign_off_is_never_changed_or_removed(people, answered):
    made = signed(answered, people.lead)
    for wrong in (lambda: SignOff.objects.filter(pk=made.pk).update(name="李"), lambda: SignOff.objects.filter(pk=made.pk).delete()):
        with pytest.raises(InternalError), transaction.atomic():
            wrong()


def test_it_is_lacking_only_where_the_lead_asks_for_it(tianjin, people, answered):
    assert signing.lacking(answered) == ""
    asked = require(answered, people.lead)
    assert "missing" in signing.lacking(asked)
    signed(asked, people.lead)
    assert signing.lacking(asked) == ""
    record(tianjin, people.contributor, item("TJ-58", "12.6", version=1))
    assert "changed since" in signing.lacking(asked)


def test_the_next_year_asks_for_it_too_and_the_trail_tells_who_decided(tianjin, people, answered):
    require(answered, people.lead)
    assert collection(tianjin, people.coordinator, 2031).needs_sign_off
    require(answered, people.lead, needed=False)
    rows = TrailRow.objects.filter(act="signing.require_sign_off").order_by("pk")
    assert [(row.actor, row.after["needs_sign_off"]) for row in rows] == [(people.lead, True), (people.lead, False)]


def test_a_closed_collection_asks_for_nothing_new(people, answered):
    collecting.close(collection=answered, by=people.coordinator, door=PAGE)
    with pytest.raises(ValidationError) as refused:
        require(answered, people.lead)
    assert refused.value.code == "wrong_state"


def test_submitting_does_not_change_what_was_signed(tianjin, people, call):
    before = submitted(call, people)
    review.withdraw(submission=before, by=people.lead, door=PAGE)
    signed(call, people.lead)
    review.submit(collection=call, by=people.lead, door=PAGE)
    assert signing.standing(call).holds
    assert standing(tianjin, "TJ-58").state == "locked"
