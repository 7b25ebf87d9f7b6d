"""The pages around gathering: years opened and filled together, constants taken over, the way an indicator is reported."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import signing
from indicators.forms import fingerprint, texts_of
from indicators.models import Collection, Mode, Series
from tests.builders import collection, item, record, scan, standing, submitted
from tests.indicators import files
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
CALLS, FILL = "/pilots/tianjin/data/", "/pilots/tianjin/data/2028..2030/"
SAME, MODE = "/pilots/tianjin/data/2030/same", "/pilots/tianjin/indicators/TJ-54/mode"


@pytest.fixture
def years(tianjin, people):
    return [collection(tianjin, people.coordinator, year) for year in (2028, 2029, 2030)]


def box(key, value, entry=None):
    """A cell as the page posts it."""
    return {f"{key}.value": value, f"{key}.version": entry.version if entry else 0, f"{key}.seen": fingerprint(texts_of(entry))}


def test_the_list_shows_each_year_with_its_state_and_leads_to_all_of_them(tianjin, people, years):
    submitted(years[0], people)
    page = signed_in(people.contributor).get(CALLS).content.decode()
    assert page.count("of 63") == 2
    assert 'href="/pilots/tianjin/data/2029..2030/"' in page
    assert "Open these years" not in page


def test_a_coordinator_opens_several_years_at_once(tianjin, people, years):
    form = {"first": "2026", "last": "2029", "due": "2031-03-31"}
    coordinator = signed_in(people.coordinator)
    assert coordinator.post(CALLS, form).status_code == 302
    assert Collection.objects.filter(pilot=tianjin).count() == 5
    assert coordinator.post(CALLS, form).status_code == 409
    swapped = coordinator.post(CALLS, {**form, "first": "2030", "last": "2026"})
    assert (swapped.status_code, "The last year lies before the first" in swapped.content.decode()) == (400, True)


def test_years_are_filled_side_by_side_as_one_batch_with_each_refusal_beside_its_field(tianjin, people, years):
    posted = box("plans_adopted@2028", "18") | box("plans_adopted@2030", "1.2万") | box("TJ-12@2029", "140")
    answer = signed_in(people.contributor).post(FILL, posted)
    page = answer.content.decode()
    assert (answer.status_code, page.count('aria-invalid="true"')) == (400, 1)
    assert 'id="error-TJ-12@2029"' in page
    assert 'value="140"' in page
    assert (standing(tianjin, "plans_adopted", "2028").value, standing(tianjin, "plans_adopted").value) == (Decimal(18), Decimal(12000))
    assert standing(tianjin, "TJ-12", "2029") is None


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(tianjin, people, years):
    stale = box("plans_adopted@2029", "21")
    record(tianjin, people.lead, item("plans_adopted", "19", "2029"))
    answer = signed_in(people.contributor).post(FILL, stale)
    assert (answer.status_code, standing(tianjin, "plans_adopted", "2029").value) == (400, Decimal(19))
    assert "changed this to 19" in answer.content.decode()


def test_only_open_years_and_yearly_typed_figures_have_fields(tianjin, people, years):
    submitted(years[1], people)
    page = signed_in(people.contributor).get(FILL).content.decode()
    assert 'name="plans_adopted@2028.value"' in page
    assert 'name="plans_adopted@2029.value"' not in page
    assert "TJ-54@2030.value" not in page
    assert "TJ-35@" not in page
    assert "not open" in signed_in(people.contributor).get("/pilots/tianjin/data/2027..2030/").content.decode()


def test_the_page_of_years_costs_the_same_for_three_years_as_for_two(tianjin, people, years):
    client = signed_in(people.contributor)
    client.get(FILL)
    counts = []
    for address in (FILL, "/pilots/tianjin/data/2029..2030/"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("years", ["2030..2030", "2030..2028", "2010..2030", "2028..20３0", "..", "2028..x"])
def test_other_ranges_are_no_page(tianjin, people, years):
    assert signed_in(people.contributor).get(f"/pilots/tianjin/data/{years}/").status_code == 404


def test_a_coordinator_sees_no_draft_on_the_page_of_years(tianjin, people, years):
    record(tianjin, people.contributor, item("plans_adopted", "777777"))
    page = signed_in(people.coordinator).get(FILL).content.decode()
    assert "777" not in page
    assert "<input" not in page.partition("<table")[2]


def test_constants_are_taken_over_with_a_reason(tianjin, people, years):
    record(tianjin, people.contributor, item("wetland_base", "31.5", "2029"), item("plans_adopted", "20", "2029"))
    client = signed_in(people.contributor)
    page = client.get(SAME).content.decode()
    assert ("wetland_base" in page, "plans_adopted" in page) == (True, False)
    chosen = {"series": "wetland_base", "version-wetland_base": "0"}
    assert client.post(SAME, chosen).status_code == 400
    assert client.post(SAME, {**chosen, "reason": "The boundary has not changed"}).status_code == 302
    kept = standing(tianjin, "wetland_base")
    assert (kept.value, kept.explanation) == (Decimal("31.5"), "The boundary has not changed")
    assert "Nothing to take over" in client.get(SAME).content.decode()


def test_nothing_else_is_taken_over_even_if_it_is_posted(tianjin, people, years):
    record(tianjin, people.contributor, item("plans_adopted", "20", "2029"))
    posted = {"series": "plans_adopted", "version-plans_adopted": "0", "reason": "The same"}
    answer = signed_in(people.contributor).post(SAME, posted)
    assert (answer.status_code, "not a constant" in answer.content.decode()) == (400, True)
    assert standing(tianjin, "plans_adopted") is None


def test_the_page_of_the_mode_says_what_changes_before_it_does(tianjin, people, years):
    record(tianjin, people.contributor, item("plans_with_participation", "5"), item("plans_adopted", "20"))
    lead = signed_in(people.lead)
    page = lead.get(MODE).content.decode()
    assert "1 figure of open periods is written anew" in page
    assert "Inputs that are no longer asked for" in page
    assert Series.objects.get(pilot=tianjin, code="TJ-54").mode == Mode.INPUTS
    assert lead.post(MODE, {"mode": "direct"}).status_code == 302
    assert Series.objects.get(pilot=tianjin, code="TJ-54").mode == Mode.DIRECT
    assert lead.post(MODE, {"mode": "direct"}).status_code == 409


def test_the_way_to_the_mode_is_shown_to_leads_only(tianjin, people, years):
    address = "/pilots/tianjin/indicators/TJ-54/"
    shown = {who: MODE in signed_in(getattr(people, who)).get(address).content.decode() for who in ("lead", "contributor", "coordinator")}
    assert shown == {"lead": True, "contributor": False, "coordinator": False}


def test_a_submitted_figure_hinders_and_an_indicator_without_formula_stays_typed(tianjin, people, years):
    submitted(years[2], people)
    lead = signed_in(people.lead)
    hindered = lead.get(MODE).content.decode()
    assert ("is submitted" in hindered, '<button class="button button-primary"' in hindered) == (True, False)
    assert "always entered directly" in lead.get("/pilots/tianjin/indicators/TJ-58/mode").content.decode()


PAPER, CONFIRM, SIGN = (f"/pilots/tianjin/data/2030/{page}" for page in ("paper", "confirm", "sign-off"))


def pdf() -> SimpleUploadedFile:
    """A small stamped page."""
    return SimpleUploadedFile("盖章页.pdf", files.pdf(), content_type="application/pdf")


def test_a_coordinator_types_from_a_scan_and_the_lead_confirms(tianjin, people, years):
    record(tianjin, people.contributor, item("plans_adopted", "777"))
    coordinator, lead = signed_in(people.coordinator), signed_in(people.lead)
    page = coordinator.get(PAPER).content.decode()
    assert ("TJ-58@2030.value" in page, "plans_adopted@2030" in page, "777" in page) == (True, False, False)
    answer = coordinator.post(PAPER, box("TJ-58@2030", "12.5") | box("TJ-12@2030", "140") | {"file": pdf()})
    assert (answer.status_code, 'id="error-TJ-12@2030"' in answer.content.decode()) == (400, True)
    kept = standing(tianjin, "TJ-58")
    assert (kept.value, kept.unconfirmed, kept.paper.name) == (Decimal("12.5"), True, "盖章页.pdf")
    waiting = lead.get(CONFIRM).content.decode()
    assert ("12.5" in waiting, "盖章页.pdf" in waiting) == (True, True)
    seen = {"figure": "TJ-58@2030", "TJ-58@2030.version": "1"}
    assert signed_in(people.contributor).post(CONFIRM, seen).status_code == 403
    assert lead.post(CONFIRM, seen).status_code == 302
    assert not standing(tianjin, "TJ-58").unconfirmed
    assert "Nothing waits to be confirmed" in lead.get(CONFIRM).content.decode()
    assert lead.post(CONFIRM, seen).status_code == 409


def test_without_a_scan_nothing_is_recorded_and_what_was_typed_is_kept(tianjin, people, years):
    answer = signed_in(people.coordinator).post(PAPER, box("TJ-58@2030", "12.5"))
    page = answer.content.decode()
    assert (answer.status_code, "Choose the scan of the paper" in page, 'value="12.5"' in page) == (400, True, True)
    assert standing(tianjin, "TJ-58") is None


def test_a_scan_that_is_here_already_is_chosen_but_not_that_of_another_pilot(tianjin, people, years):
    mine, other = scan(tianjin, people.coordinator), scan(people.stranger.memberships.get().pilot, people.coordinator)
    coordinator = signed_in(people.coordinator)
    assert coordinator.post(PAPER, box("TJ-58@2030", "1") | {"scan": other.pk}).status_code == 400
    assert coordinator.post(PAPER, box("TJ-58@2030", "1") | {"scan": mine.pk}).status_code == 302
    assert standing(tianjin, "TJ-58").paper == mine


def test_a_sign_off_is_recorded_with_its_scan_and_told_when_figures_change(tianjin, people, years):
    record(tianjin, people.contributor, item("TJ-58", "12.5"))
    lead = signed_in(people.lead)
    form = {"name": "王处长", "post": "规划局", "day": "2026-01-05", "figures": signing.sum_of(years[2]), "file": pdf()}
    assert lead.post(SIGN, form).status_code == 302
    assert "Signed off by 王处长 on 2026-01-05" in signed_in(people.viewer).get(SIGN).content.decode()
    record(tianjin, people.contributor, item("TJ-58", "12.6", version=1))
    assert "1 figure changed since 王处长" in lead.get(SIGN).content.decode()
    again = lead.post(SIGN, {**form, "file": pdf()})
    assert (again.status_code, "Figures were changed meanwhile" in again.content.decode()) == (400, True)


def test_a_lead_asks_for_the_sign_off_and_takes_that_back(tianjin, people, years):
    lead = signed_in(people.lead)
    for needed in ("1", "0"):
        assert lead.post(f"{SIGN}/needed", {"needed": needed}).status_code == 302
        assert Collection.objects.get(pk=years[2].pk).needs_sign_off == (needed == "1")
    assert signed_in(people.coordinator).post(f"{SIGN}/needed", {"needed": "1"}).status_code == 403


def test_a_period_that_nobody_called_has_none_of_these_pages(tianjin, people, years):
    lead = signed_in(people.lead)
    assert {lead.get(address.replace("2030", "2035")).status_code for address in (CONFIRM, SIGN)} == {404}
    assert signed_in(people.coordinator).get(PAPER.replace("2030", "2035")).status_code == 404
