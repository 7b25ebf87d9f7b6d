"""Each check of integrity finds a fault planted past the acts, with the locks of the database set aside for the moment."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from cycles import planning
from indicators import evidence
from pilots import sealing
from pilots.models import Door, Pilot, Role
from portal.management.integrity import CHECKS
from reports import shelf
from reports.models import ReportFile
from tests.builders import PAGE, collection, person
from tests.cycles import builders as cycles
from tests.indicators import books, files
from tests.published import year
from tests.reports import builders as reports

ENTRY = "(SELECT e.id FROM indicators_entry e JOIN indicators_series s ON s.id = e.series_id WHERE s.code = 'TJ-58')"
FIGURE = "(SELECT o.id FROM indicators_observation o JOIN indicators_series s ON s.id = o.series_id WHERE s.code = 'TJ-58')"
RATIO = """(SELECT {table}.id FROM {table} JOIN indicators_series s ON s.id = {table}.series_id
 WHERE s.mode = 'inputs' AND {table}.numerator > 0 AND {table}.frequency = 'year' AND s.frequency = 'year' ORDER BY {table}.id LIMIT 1)"""
A_RATIO, A_PUBLISHED_RATIO = RATIO.format(table="indicators_entry"), RATIO.format(table="indicators_observation")
QUJIANG = "(SELECT id FROM pilots_pilot WHERE slug = 'qujiang')"
INPUT = (
    "(SELECT id FROM indicators_series WHERE code = 'city_population' AND pilot_id = (SELECT id FROM pilots_pilot WHERE slug = 'tianjin'))"
)
LIMITED = "(SELECT min(s.id) FROM indicators_series s JOIN indicators_indicator i ON i.id = s.indicator_id WHERE i.minimum = 0 {more})"
AIMED = LIMITED.format(more="AND s.id IN (SELECT series_id FROM indicators_target WHERE active)")

# What each check is to find, in a verified year of Tianjin.
IN_A_YEAR = {
    "entry-of-another-pilot": f"UPDATE indicators_entry SET pilot_id = {QUJIANG} WHERE id = {ENTRY}",
    "entry-of-another-frequency": f"UPDATE indicators_entry SET frequency = 'month' WHERE id = {ENTRY}",
    "entry-off-the-calendar": f"UPDATE indicators_entry SET start = '2030-02-01' WHERE id = {ENTRY}",
    "entry-beyond-limits": f"UPDATE indicators_entry SET value = -1 WHERE series_id = {LIMITED.format(more='')}",
    "target-beyond-limits": f"UPDATE indicators_target SET value = -1 WHERE series_id = {AIMED}",
    "baseline-beyond-limits": f"INSERT INTO indicators_baseline (series_id, year, value, qualifier, source, demo, set_at)"
    f" SELECT {LIMITED.format(more='')}, 2020, -1, '=', '', false, now()",
    "entry-misdivided": f"UPDATE indicators_entry SET value = value + 0.000001 WHERE id = {A_RATIO}",
    "entry-of-other-inputs": f"UPDATE indicators_entry SET value = value + 1 WHERE series_id = {INPUT}",
    "entry-flag-against-reason": f"UPDATE indicators_entry SET value = NULL, reason = 'not-applicable', flag = 'A' WHERE id = {ENTRY}",
    "entry-held-for-nothing": f"UPDATE indicators_entry SET state = 'locked' WHERE id = {ENTRY}",
    "entry-without-its-trail": f"UPDATE indicators_entry SET version = version + 1 WHERE id = {ENTRY}",
    "verified-without-observation": f"DELETE FROM indicators_observation WHERE id = {FIGURE}",
    "verified-unlike-observation": f"UPDATE indicators_entry SET value = value + 1 WHERE id = {ENTRY}",
    "observation-lost-demo-mark": f"UPDATE indicators_entry SET demo = true WHERE id = {ENTRY}",
    "current-not-latest": "INSERT INTO indicators_observation (pilot_id, series_id, start, frequency, value, qualifier, unit, flag, reason,"
    " pace, definition, source, note, demo, release, revision, verified_at, withdrawn, verified_by_id)"
    " SELECT pilot_id, series_id, start, frequency, value, qualifier, unit, flag, reason, pace,"
    f" definition, source, note, demo, '', revision + 1, verified_at, false, verified_by_id"
    f" FROM indicators_observation WHERE id = {FIGURE}",
    "current-unlike-observation": f"UPDATE indicators_current SET value = value + 1 WHERE observation_id = {FIGURE}",
    "observation-without-current": f"DELETE FROM indicators_current WHERE observation_id = {FIGURE}",
    "observation-of-an-input": f"UPDATE indicators_observation SET series_id = {INPUT} WHERE id = {FIGURE}",
    "observation-of-another-pilot": f"UPDATE indicators_observation SET pilot_id = {QUJIANG} WHERE id = {FIGURE}",
    "observation-misdivided": f"UPDATE indicators_observation SET value = value + 0.000001 WHERE id = {A_PUBLISHED_RATIO}",
    "observation-of-unknown-definition": f"UPDATE indicators_observation SET definition = 99 WHERE id = {FIGURE}",
    "observation-ahead-of-programme": "UPDATE indicators_revision SET number = 0",
    "pilot-behind-its-observations": "UPDATE pilots_pilot SET revision = 0 WHERE slug = 'tianjin'",
    "release-of-another-checksum": f"UPDATE indicators_observation SET value = value + 1 WHERE id = {FIGURE}",
    "release-lost-demo-mark": f"UPDATE indicators_observation SET demo = true WHERE id = {FIGURE}",
    "release-after-a-gap": "UPDATE indicators_release SET number = 2",
    "submission-decided-by-nobody": "UPDATE indicators_submission SET decided_by_id = NULL, decided_at = NULL",
    "submission-decided-by-its-submitter": "UPDATE indicators_submission SET decided_by_id = submitted_by_id",
    "submission-of-another-pilot": f"UPDATE indicators_submission SET pilot_id = {QUJIANG}",
    "series-of-another-dimension": "UPDATE indicators_series SET unit_id = (SELECT u.id FROM indicators_unit u WHERE u.dimension <>"
    " (SELECT v.dimension FROM indicators_unit v WHERE v.id = indicators_series.unit_id) ORDER BY u.id LIMIT 1)"
    f" WHERE id = {INPUT}",
    "series-outside-the-matrix": "DELETE FROM indicators_mapping WHERE purpose_id IS NOT NULL AND indicator_id ="
    " (SELECT indicator_id FROM indicators_series WHERE code = 'TJ-58')",
    "outbox-given-up": "INSERT INTO pilots_outboxrow (task, key, payload, created_at, due_at, attempts, error)"
    " VALUES ('build', 'x', '{}', now(), now(), 5, 'RuntimeError')",
}
A_LINK = "(SELECT row_id FROM pilots_traillink WHERE chain > 0 AND seq = 2)"
# The same, after the trail was sealed.
IN_THE_TRAIL = {
    "trail-row-in-no-chain": f"DELETE FROM pilots_traillink WHERE row_id = {A_LINK}",
    "trail-link-without-row": f"DELETE FROM pilots_trailrow WHERE id = {A_LINK}",
    "trail-link-after-a-gap": f"DELETE FROM pilots_traillink WHERE row_id = {A_LINK}",
    "trail-row-unlike-its-link": f"UPDATE pilots_trailrow SET reason = 'another' WHERE id = {A_LINK}",
    "trail-head-off-its-chain": "UPDATE pilots_trailhead SET seq = seq + 1",
    "trail-seal-unsigned": "UPDATE pilots_trailseal SET day = day + 1",
    "trail-seal-unlike-its-chains": "UPDATE pilots_traillink SET hash = sha256(hash) WHERE chain > 0",
}
# The same, after a cycle has gone through Check and its report was printed.
IN_A_CYCLE = {
    "stocktake-of-another-objective": "UPDATE cycles_stocktakeline SET objective_id = (SELECT max(id) FROM cycles_objective)",
    "stocktake-unlike-observation": "UPDATE cycles_stocktakeline SET value = value + 1 WHERE observation_id IS NOT NULL",
    "cycle-off-its-stage": "UPDATE cycles_cycle SET stage = 'plan' WHERE id IN (SELECT cycle_id FROM cycles_stagechange)",
}
IN_A_REPORT = {
    "report-without-files": "DELETE FROM reports_reportfile",
    "report-of-another-content": "UPDATE reports_report SET content = jsonb_set(content, '{number}', '\"x\"')",
    "file-missing": "UPDATE reports_reportfile SET sha256 = repeat('0', 64)",
}
IN_EVIDENCE = {
    "evidence-missing": "UPDATE indicators_evidence SET sha256 = repeat('0', 64)",
    "citation-of-another-pilot": f"UPDATE indicators_evidence SET pilot_id = {QUJIANG}",
    "edition-of-another-pilot": "UPDATE indicators_evidence SET replaces_id = id",
}
IN_AN_IMPORT = {
    "import-without-its-file": "UPDATE indicators_import SET sha256 = repeat('0', 64)",
    "import-of-lost-cells": "UPDATE indicators_import SET lines = '[]'",
}
ELSEWHERE = {"submission-beside-another", "auditor-who-administers", "file-changed", "evidence-changed"}


def plant(statement: str) -> None:
    """Run a statement with all triggers asleep and all conditions gone, as somebody could who owns the database; it has to reach a row."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if table := re.search(r"(?:UPDATE|INSERT INTO|DELETE FROM) (\w+)", statement):
            cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", [table[1]])
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table[1]} DROP CONSTRAINT "{name}"')
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        reached = cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert reached, statement


def count(code: str) -> int:
    """How many rows a check finds, once the rows of the trail hang in their chains as at the end of a transaction."""
    connection.check_constraints()
    return CHECKS[code].faults()[0]


def found_by(code: str, statement: str) -> bool:
    """Whether a check finds nothing before a fault is planted, and something afterwards."""
    assert count(code) == 0
    plant(statement)
    return count(code) > 0


def test_every_check_has_a_planted_fault():
    assert set(CHECKS) == {*IN_A_YEAR, *IN_THE_TRAIL, *IN_A_CYCLE, *IN_A_REPORT, *IN_EVIDENCE, *IN_AN_IMPORT, *ELSEWHERE}


@pytest.mark.parametrize("code", IN_A_YEAR)
def test_check_finds_the_fault_in_a_year(tianjin, people, code):
    year(people, tianjin)
    assert found_by(code, IN_A_YEAR[code])


@pytest.mark.parametrize("code", IN_THE_TRAIL)
def test_check_finds_the_fault_in_the_trail(tianjin, people, code, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    year(people, tianjin)
    connection.check_constraints()
    sealing.seal(day=date(2030, 1, 1), by=None, door=Door.SYSTEM)
    assert found_by(code, IN_THE_TRAIL[code])


@pytest.mark.parametrize("code", IN_A_CYCLE)
def test_check_finds_the_fault_in_a_cycle(tianjin, people, code):
    cycle = cycles.opened(tianjin, people)
    objective = cycles.acting_stage(cycle, people)
    cycles.corrected(tianjin, people, objective.series.get().code, "3")
    qujiang = Pilot.objects.get(slug="qujiang")
    other = cycles.opened(qujiang, SimpleNamespace(lead=people.stranger))
    planning.add_objective(cycle=other, aim=cycles.aim(qujiang, people, owner=people.stranger), by=people.stranger, door=PAGE)
    assert found_by(code, IN_A_CYCLE[code])


@pytest.mark.parametrize("code", IN_A_REPORT)
def test_check_finds_the_fault_in_a_report(tianjin, people, code):
    reports.ready(tianjin, people.lead)
    assert found_by(code, IN_A_REPORT[code])


def test_check_finds_a_printed_file_that_was_changed(tianjin, people):
    reports.ready(tianjin, people.lead)
    assert count("file-changed") == 0
    path = shelf.path_of(ReportFile.objects.get().sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    changed = count("file-changed")
    path.write_bytes(whole)
    assert (changed, count("file-changed")) == (1, 0)


@pytest.fixture
def cited(tianjin, people):
    """A file of evidence that a figure cites."""
    kept = files.put(tianjin, people.contributor).evidence
    period, series = collection(tianjin, people.coordinator).period, tianjin.series.get(code="TJ-58")
    evidence.cite(evidence=kept, series=series, period=period, by=people.contributor, door=PAGE)
    return kept


@pytest.mark.parametrize("code", IN_EVIDENCE)
def test_check_finds_the_fault_in_evidence(cited, code):
    assert found_by(code, IN_EVIDENCE[code])


def test_check_finds_evidence_that_was_changed(cited):
    assert count("evidence-changed") == 0
    path = evidence.path_of(cited.sha256)
    path.write_bytes(path.read_bytes() + b" ")
    changed = count("evidence-changed")
    path.unlink()
    assert (changed, count("evidence-changed"), count("evidence-missing")) == (1, 0, 1)


@pytest.mark.parametrize("code", IN_AN_IMPORT)
def test_check_finds_the_fault_in_an_import(tianjin, people, settings, tmp_path, code):
    settings.MEDIA_ROOT = str(tmp_path)
    collection(tianjin, people.coordinator)
    assert books.brought(tianjin, people.lead, b"series,value\nTJ-58,5\n").state == "ready"
    assert found_by(code, IN_AN_IMPORT[code])


def test_check_finds_two_submissions_under_way(tianjin, people):
    year(people, tianjin)
    plant("DROP INDEX submission_one_under_way")
    columns = "pilot_id, collection_id, round, note, submitted_by_id, submitted_at, summary, assessment, comment, demo"
    two = f"INSERT INTO indicators_submission ({columns}, number, state) SELECT {columns}, number + n, 'submitted'"
    assert found_by("submission-beside-another", f"{two} FROM indicators_submission, generate_series(1, 2) n")


def test_check_finds_an_auditor_who_administers(tianjin, people):
    user = person("both", Role.AUDITOR)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX administrator_or_auditor")
    grant = "INSERT INTO pilots_membership (user_id, role, granted_at) VALUES"
    assert found_by("auditor-who-administers", f"{grant} ({user.pk}, 'administrator', now())")
