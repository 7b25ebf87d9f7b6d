"""A sound database gives no check anything to find, and the command says so."""

import json
from io import StringIO

from django.core.management import call_command
from django.db import connection

from indicators.models import Entry
from portal.management.integrity import CHECKS, SHOWN
from tests.builders import collection, item, locks_asleep, record, standing
from tests.cycles import builders as cycles
from tests.house.tree import ROOT
from tests.published import correct, withdraw, year
from tests.reports import builders as reports


def found() -> dict[str, list[str]]:
    """What every check finds in a transaction that is about to end, without those that find nothing."""
    connection.check_constraints()
    faults = {code: check.faults() for code, check in CHECKS.items()}
    return {code: rows for code, (count, rows) in faults.items() if count}


def told(*words: str) -> tuple[int, str]:
    """How the command ends, and what it prints."""
    said = StringIO()
    connection.check_constraints()
    try:
        call_command("check_integrity", *words, stdout=said, skip_checks=True)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def misplace(count: int) -> None:
    """Move entries to another pilot past the acts."""
    connection.check_constraints()
    with locks_asleep(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE indicators_entry SET pilot_id = (SELECT id FROM pilots_pilot WHERE slug = 'qujiang')"
            " WHERE id IN (SELECT id FROM indicators_entry ORDER BY id LIMIT %s)",
            [count],
        )


def test_the_page_of_commands_says_how_many_questions_are_asked():
    assert f"asks {len(CHECKS)} questions" in (ROOT / "docs/commands.md").read_text(encoding="utf-8")


def test_checks_find_nothing_in_a_portal_without_figures(tianjin):
    assert len(CHECKS) >= 25
    assert found() == {}


def test_checks_find_nothing_in_the_demo(demo_database):
    assert Entry.objects.exists()
    assert found() == {}
    assert told()[0] == 0


def test_checks_find_nothing_after_a_correction_and_a_withdrawal(tianjin, people):
    call = year(people, tianjin).collection
    correct(call, people, "13")
    withdraw(people)
    assert found() == {}


def test_checks_find_nothing_in_a_cycle_and_its_report(tianjin, people):
    cycle = cycles.opened(tianjin, people)
    objective = cycles.acting_stage(cycle, people)
    cycles.corrected(tianjin, people, objective.series.get().code, "3")
    reports.published(tianjin, people)
    assert found() == {}


def test_check_integrity_ends_with_one_and_names_the_faulty_row(tianjin, people):
    year(people, tianjin)
    misplace(1)
    ended, said = told()
    assert ended == 1
    assert f"indicators.entry {Entry.objects.order_by('pk').first().pk}: " in said
    assert f"     1  entry-of-another-pilot: {CHECKS['entry-of-another-pilot'].sentence}" in said


def test_check_integrity_counts_every_row_and_names_the_first(tianjin, people):
    year(people, tianjin)
    misplace(SHOWN + 5)
    ended, said = told("--json")
    check = next(row for row in json.loads(said)["checks"] if row["code"] == "entry-of-another-pilot")
    assert (ended, check["count"], len(check["rows"])) == (1, SHOWN + 5, SHOWN)
    assert json.loads(said)["sound"] is False


def test_check_integrity_says_that_a_portal_is_sound(tianjin):
    ended, said = told("--json")
    answer = json.loads(said)
    assert (ended, answer["sound"], {row["code"] for row in answer["checks"]}) == (0, True, set(CHECKS))


def test_checks_leave_a_draft_alone_however_often_it_is_written(tianjin, people):
    collection(tianjin, people.coordinator)
    record(tianjin, people.contributor, item("TJ-58", "1")).raise_if_refused()
    record(tianjin, people.contributor, item("TJ-58", "2", version=standing(tianjin, "TJ-58").version)).raise_if_refused()
    assert found() == {}
