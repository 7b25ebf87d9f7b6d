"""The tables that only grow refuse to be emptied, changed or thinned out, whoever asks the database."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import InternalError

from pilots import trail
from pilots.models import Door, TrailHead

pytestmark = pytest.mark.django_db

GROWING = {
    "pilots_trailrow",
    "pilots_traillink",
    "pilots_trailseal",
    "indicators_observation",
    "indicators_comment",
    "indicators_offered",
    "indicators_release",
    "indicators_reopening",
    "indicators_reply",
    "indicators_signoff",
    "cycles_stagechange",
    "cycles_stocktake",
    "cycles_stocktakeline",
    "reports_reportfile",
}
# Their rows may change, by rules of their own, and none of them goes.
STAYING = {
    "pilots_trailhead",
    "indicators_citation",
    "indicators_collection",
    "indicators_entry",
    "indicators_evidence",
    "indicators_import",
    "indicators_judgement",
    "indicators_submission",
    "indicators_unlockrequest",
    "cycles_cycle",
    "reports_report",
}

# Drafts of these change and go; what was sent stays, and all of them together never go.
DRAFTED = {"indicators_mark"}


def refused(statement: str) -> bool:
    """Whether one of our triggers refuses a statement."""
    with pytest.raises(InternalError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return refusal.value.__cause__.pgcode == "P0001"


def guards(table: str) -> set[str]:
    """What the triggers of a table stand against, each as the operation at the level of rows or of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.event_manipulation, t.action_orientation FROM information_schema.triggers t"
            " WHERE t.event_object_table = %s AND t.action_condition IS NULL AND t.action_timing = 'BEFORE'"
            " UNION SELECT 'TRUNCATE', 'STATEMENT' FROM pg_trigger WHERE tgrelid = %s::regclass AND tgtype & 32 > 0",
            [table, table],
        )
        return {f"{operation} {level}" for operation, level in cursor.fetchall()}


def test_the_tables_are_those_whose_models_say_so():
    named = {
        model._meta.db_table: {trigger.name for trigger in model._meta.triggers}
        for model in apps.get_models()
        if hasattr(model._meta, "triggers")
    }
    assert {table for table, names in named.items() if "append_only" in names} == GROWING
    assert {table for table, names in named.items() if "never_emptied" in names} == GROWING | STAYING | DRAFTED


@pytest.mark.parametrize("table", sorted(GROWING))
def test_no_row_of_a_growing_table_changes_or_goes(table):
    assert guards(table) >= {"UPDATE ROW", "DELETE ROW", "TRUNCATE STATEMENT"}


@pytest.mark.parametrize("table", sorted(STAYING))
def test_no_row_of_a_staying_table_goes(table):
    assert guards(table) >= {"DELETE ROW", "TRUNCATE STATEMENT"}


@pytest.mark.parametrize("table", sorted(GROWING | STAYING | DRAFTED))
def test_the_database_refuses_to_empty_it(table):
    assert refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pilots_traillink SET hash = ''",
        "DELETE FROM pilots_traillink",
        "DELETE FROM pilots_trailhead",
        "UPDATE pilots_trailhead SET seq = seq - 1",
        "UPDATE pilots_trailhead SET hash = ''",
        "UPDATE pilots_trailhead SET chain = chain + 1000, seq = seq + 1",
    ],
)
def test_links_stay_and_heads_move_forward_only(statement):
    trail.leave("a.deed", kind="thing", key="T-1", by=None, door=Door.COMMAND)
    connection.check_constraints()
    assert TrailHead.objects.exists()
    assert refused(statement)
