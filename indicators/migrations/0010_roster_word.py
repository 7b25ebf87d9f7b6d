"""Draws a new word with each statement that changes what pilots report, so that a process knows whether it may keep what it read."""

import uuid

from django.db import migrations, models

TABLES = ("pilots_pilot", "pilots_fact", "indicators_unit", "indicators_variable", "indicators_indicator", "indicators_series")
# Before the statement: whoever changes two of these tables waits here first, and holds no row yet that another one wants.
DRAW = """
INSERT INTO indicators_rosterword (id, word) VALUES (1, gen_random_uuid());
CREATE FUNCTION indicators_draw_roster_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE indicators_rosterword SET word = gen_random_uuid();
    RETURN NULL;
END;
$$;
""" + "".join(
    f"CREATE TRIGGER draw_roster_word BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION indicators_draw_roster_word();\n"
    for table in TABLES
)
FORGET = (
    "".join(f"DROP TRIGGER draw_roster_word ON {table};\n" for table in TABLES)
    + "DROP FUNCTION indicators_draw_roster_word(); DELETE FROM indicators_rosterword;"
)


class Migration(migrations.Migration):

    dependencies = [
        ("indicators", "0009_closed_in_one_look"),
        ("pilots", "0009_chained_at_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="RosterWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                "verbose_name": "word of what is reported",
                "verbose_name_plural": "words of what is reported",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="roster_word_is_one")],
            },
        ),
        migrations.RunSQL(DRAW, FORGET),
    ]
