"""Figures in the administration: entered, reviewed, targeted and withdrawn by the acts, with the acts' own words."""

import pytest
from django.urls import reverse

from indicators import review
from indicators.models import Collection, Current, Entry, Mode, Series, Submission, Target
from indicators.periods import Frequency
from pilots.models import TrailRow
from tests import builders
from tests.visitors import signed_in

YEAR = 2030


@pytest.fixture
def call(tianjin, people) -> Collection:
    return builders.collection(tianjin, people.coordinator, YEAR)


@pytest.fixture
def series(tianjin) -> Series:
    """A percentage that is typed for a whole year."""
    typed = Series.objects.of(tianjin).filter(indicator__maximum=100, mode=Mode.DIRECT, frequency=Frequency.YEAR)
    return typed.order_by("order").first()


def page(thing, deed: str = "change") -> str:
    return reverse(f"admin:indicators_{thing._meta.model_name}_{deed}", args=[thing.pk])


def buttons(answer) -> set[str]:
    return {deed.name for deed, _address in answer.context["deeds"]}


def enter(person, series: Series, **more: object):
    given = {"series": series.pk, "period": str(YEAR), "value": "１2.5", "flag": "A", "version": "0"}
    return signed_in(person).post(reverse("admin:indicators_entry_add"), {**given, **more})


def test_lead_enters_a_figure_and_the_trail_names_the_admin(call, people, series):
    answer = enter(people.lead, series)
    entry = Entry.objects.get(series=series)
    assert answer["Location"] == page(entry)
    assert (str(entry.value.normalize()), entry.given, entry.door, entry.written_by) == ("12.5", "１2.5", "admin", people.lead)
    assert TrailRow.objects.filter(act__startswith="entry.", door="admin").exists()


@pytest.mark.parametrize(("role", "status"), [("coordinator", 403), ("auditor", 403), ("administrator", 403)])
def test_others_enter_nothing(call, people, series, role, status):
    assert enter(getattr(people, role), series).status_code == status
    assert not Entry.objects.filter(series=series).exists()


def test_series_of_another_pilot_cannot_be_chosen(call, people, series):
    assert enter(people.stranger, series).status_code == 400
    assert not Entry.objects.filter(series=series).exists()


@pytest.mark.parametrize("typed", ["12,5 km", "101", "-1", "1e5", "٣"])
def test_wrong_figure_is_refused_beside_the_figure_and_kept(call, people, series, typed):
    answer = enter(people.lead, series, value=typed)
    form = answer.context["adminform"].form
    assert answer.status_code == 400
    assert list(form.errors) == ["value"]
    assert form["value"].value() == typed
    assert not Entry.objects.filter(series=series).exists()


def test_changed_figure_needs_the_version_that_was_shown(call, people, series):
    enter(people.lead, series)
    entry = Entry.objects.get(series=series)
    client = signed_in(people.lead)
    shown = client.get(page(entry)).context["adminform"].form
    assert (shown["value"].value(), shown["version"].value()) == ("12.5", 1)
    assert client.post(page(entry), {"value": "13", "flag": "A", "version": "1"}).status_code == 302
    stale = client.post(page(entry), {"value": "14", "flag": "A", "version": "1"})
    assert stale.status_code == 400
    assert "13" in stale.context["adminform"].form.non_field_errors()[0]
    assert client.post(page(entry), {"value": "14", "flag": "A"}).status_code == 400
    entry.refresh_from_db()
    assert entry.value == 13


def test_missing_figure_is_kept_with_its_reason(call, people, series):
    enter(people.lead, series, value="", reason="not-collected")
    entry = Entry.objects.get(series=series)
    assert (entry.value, entry.reason, entry.flag) == (None, "not-collected", "L")


def test_drafts_are_for_the_team_until_they_are_submitted(call, people, series):
    enter(people.lead, series)
    entry = Entry.objects.get(series=series)
    answers = {
        role: signed_in(getattr(people, role)).get(page(entry)).status_code for role in ("lead", "auditor", "coordinator", "stranger")
    }
    assert answers == {"lead": 200, "auditor": 200, "coordinator": 404, "stranger": 404}


def test_period_without_a_call_is_refused_as_a_wrong_state(people, series):
    answer = enter(people.lead, series)
    assert answer.status_code == 409
    assert answer.context["adminform"].form.non_field_errors()


def test_coordinator_opens_extends_and_closes_a_call(people, tianjin):
    client = signed_in(people.coordinator)
    client.post(reverse("admin:indicators_collection_add"), {"pilot": tianjin.pk, "period": "2031", "due": "2032-03-31"})
    call = Collection.objects.get(start__year=2031)
    assert client.post(page(call, "extend"), {"due": "2032-04-30", "reason": "Holidays"}).status_code == 302
    assert client.post(page(call, "close")).status_code == 302
    call.refresh_from_db()
    assert (str(call.due), call.closed_at is None) == ("2032-04-30", False)
    assert signed_in(people.lead).get(reverse("admin:indicators_collection_add")).status_code == 403


def test_review_runs_through_its_buttons(call, people):
    builders.answer_all(call, people.contributor)
    lead, coordinator = signed_in(people.lead), signed_in(people.coordinator)
    assert buttons(lead.get(page(call))) == {"submit"}
    lead.post(page(call, "submit"), {"note": "All there."})
    submission = Submission.objects.get()
    assert buttons(lead.get(page(submission))) == {"withdraw"}
    assert buttons(coordinator.get(page(submission))) == {"begin", "send_back", "verify"}
    coordinator.post(page(submission, "begin"))
    series = Series.objects.of(call.pilot).filter(mode=Mode.DIRECT, indicator__isnull=False).first()
    marks = {"summary": "Look again.", "marked": [series.pk], "kind": "must-fix", "text": "Is this a share?"}
    assert coordinator.post(page(submission, "send_back"), marks).status_code == 302
    submission.refresh_from_db()
    assert (submission.state, submission.marks.get().text) == ("returned", "Is this a share?")
    review.reply(mark=submission.marks.get(), text="It is a share.", by=people.lead, door="page")
    lead.post(page(call, "submit"), {})
    assert lead.post(page(submission, "verify"), {"assessment": "good"}).status_code == 403
    coordinator.post(page(submission, "verify"), {"assessment": "good", "comment": "", "accept_rest": "on"})
    submission.refresh_from_db()
    assert submission.state == "verified"
    assert Current.objects.exists()


def test_incomplete_submission_is_refused_with_each_gap(call, people, series):
    enter(people.lead, series)
    answer = signed_in(people.lead).post(page(call, "submit"), {"note": ""})
    assert answer.status_code == 400
    assert len(answer.context["adminform"].form.non_field_errors()) > 2
    assert not Submission.objects.exists()


def test_mark_without_words_is_refused(call, people):
    submission = builders.submitted(call, people)
    series = Series.objects.of(call.pilot).first()
    given = {"summary": "Look again.", "marked": [series.pk], "kind": "must-fix", "text": ""}
    answer = signed_in(people.coordinator).post(page(submission, "send_back"), given)
    assert list(answer.context["adminform"].form.errors) == ["text"]
    submission.refresh_from_db()
    assert submission.state == "submitted"


def test_verified_figure_is_reopened_and_a_published_one_withdrawn(call, people, series):
    builders.verified(call, people)
    client = signed_in(people.coordinator)
    entry = Entry.objects.get(series=series)
    assert buttons(client.get(page(entry))) == {"reopen"}
    client.post(page(entry, "reopen"), {"reason": "A slip of the pen"})
    entry.refresh_from_db()
    assert entry.state == "open"
    current = Current.objects.get(series=series)
    assert signed_in(people.lead).post(page(current, "withdraw"), {"reason": "Mine"}).status_code == 403
    answer = client.post(page(current, "withdraw"), {"reason": "It was another city's."})
    assert answer["Location"] == reverse("admin:indicators_current_changelist")
    assert not Current.objects.filter(pk=current.pk).exists()


def test_target_and_baseline_are_set_by_lead_and_coordinator(people, series):
    for role, status in (("lead", 302), ("coordinator", 302), ("auditor", 403), ("administrator", 403)):
        client = signed_in(getattr(people, role))
        target = {"operator": "≥", "value": "90%", "year": "2035"}
        assert client.post(page(series, "target"), target).status_code == status
        assert client.post(page(series, "baseline"), {"year": "2020", "value": "≈50"}).status_code == status
    assert Target.objects.get(series=series, year=2035, active=True).approved_by == people.coordinator
    assert (series.baselines.get().value, series.baselines.get().qualifier) == (50, "≈")


def test_target_beyond_the_limits_is_refused_beside_the_figure(people, series):
    answer = signed_in(people.lead).post(page(series, "target"), {"operator": "≥", "value": "120", "year": "2035"})
    assert list(answer.context["adminform"].form.errors) == ["value"]
    qualified = signed_in(people.lead).post(page(series, "target"), {"operator": "≥", "value": "≈90", "year": "2035"})
    assert list(qualified.context["adminform"].form.errors) == ["value"]
    assert not Target.objects.filter(series=series, year=2035).exists()


def test_nobody_submits_through_the_review_of_another_pilot(call, people):
    submission = builders.submitted(call, people)
    client = signed_in(people.stranger)
    for deed in ("change", "withdraw", "verify", "send_back", "begin", "history"):
        assert client.get(page(submission, deed)).status_code == 404
    assert client.post(page(submission, "withdraw")).status_code == 404
    assert review.available(submission, people.stranger) == []


def test_scripts_of_the_admin_are_served(people):
    assert signed_in(people.lead).get(reverse("admin:jsi18n")).status_code == 200
