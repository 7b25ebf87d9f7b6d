"""Rows that stand between two others belong to the same pilot or cycle as both."""

from django.db import migrations

WHOLE = [
    ("cycles_objective", "objective_of_its_cycle", "(id, cycle_id)"),
    ("cycles_audit", "audit_of_its_cycle", "(id, cycle_id)"),
    ("cycles_nonconformity", "nonconformity_of_its_cycle", "(id, cycle_id)"),
]
PAIRS = [
    ("cycles_action", "action_in_the_cycle_of_its_objective", "(objective_id, cycle_id)", "cycles_objective (id, cycle_id)"),
    ("cycles_nonconformity", "nonconformity_in_the_cycle_of_its_audit", "(audit_id, cycle_id)", "cycles_audit (id, cycle_id)"),
    ("cycles_correctiveaction", "correction_in_the_cycle_of_its_cause", "(nonconformity_id, cycle_id)", "cycles_nonconformity (id, cycle_id)"),
]


def together() -> list[migrations.RunSQL]:
    """A row that names both a parent and what the parent belongs to names them as the parent does."""
    whole = [
        migrations.RunSQL(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE {columns}", f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table, name, columns in WHOLE
    ]
    pairs = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {columns} REFERENCES {parent} DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )
        for table, name, columns, parent in PAIRS
    ]
    return whole + pairs


class Migration(migrations.Migration):
    dependencies = [("cycles", "0003_states_and_pairs")]
    operations = together()
