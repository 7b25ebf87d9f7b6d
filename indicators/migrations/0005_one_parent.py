"""Rows that stand between two others belong to the same pilot or cycle as both."""

from django.db import migrations

WHOLE = [
    ("indicators_series", "series_of_its_pilot", "(id, pilot_id)"),
    ("indicators_collection", "collection_of_its_pilot", "(id, pilot_id)"),
]
PAIRS = [
    ("indicators_entry", "entry_of_the_pilot_of_its_series", "(series_id, pilot_id)", "indicators_series (id, pilot_id)"),
    ("indicators_observation", "observation_of_the_pilot_of_its_series", "(series_id, pilot_id)", "indicators_series (id, pilot_id)"),
    ("indicators_current", "current_of_the_pilot_of_its_series", "(series_id, pilot_id)", "indicators_series (id, pilot_id)"),
    ("indicators_submission", "submission_of_the_pilot_of_its_collection", "(collection_id, pilot_id)", "indicators_collection (id, pilot_id)"),
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
    dependencies = [("indicators", "0004_states_and_pairs")]
    operations = together()
