"""Lets no session tell a trigger to look away: the trigger library's own function asks a setting that every session may set.

A later migration that brings a trigger brings that function back, and must end like this one; tests/test_locks.py says so.
"""

from django.db import migrations

NEVER = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT FALSE'
"""


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0003_states_and_pairs"),
        ("cycles", "0004_one_parent"),
        ("indicators", "0009_closed_in_one_look"),
        ("pilots", "0009_chained_at_once"),
    ]

    operations = [migrations.RunSQL(NEVER, migrations.RunSQL.noop)]
