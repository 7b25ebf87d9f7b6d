"""Looks at all figures of a statement together when it asks whether their collection is closed."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0008_sign_off_needed'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='entry',
            name='closed_collection_takes_nothing',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='closed_collection_takes_nothing', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (\n        SELECT FROM (SELECT DISTINCT pilot_id, start FROM (SELECT id, pilot_id, start, value, qualifier, flag, reason FROM new_rows WHERE NOT computed AND state = 'open') AS figures) AS asked\n        JOIN indicators_collection c ON c.pilot_id = asked.pilot_id AND c.start <= asked.start\n            AND asked.start < c.start + (CASE c.frequency WHEN 'year' THEN 12 WHEN 'half' THEN 6 WHEN 'quarter' THEN 3 ELSE 1 END\n                                         || ' months')::interval\n        GROUP BY asked.pilot_id, asked.start HAVING count(*) = count(c.closed_at)\n    ) THEN\n        RAISE EXCEPTION 'pgtrigger: the collection of this figure is closed';\n    END IF;\n    RETURN NULL;\n", hash='7f4e90dc291486af64a0a28a51393051817250d9', level='STATEMENT', operation='INSERT', pgid='pgtrigger_closed_collection_takes_nothing_86911', referencing='REFERENCING NEW TABLE AS new_rows ', table='indicators_entry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='closed_collection_keeps_all', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (\n        SELECT FROM (SELECT DISTINCT pilot_id, start FROM (SELECT id, pilot_id, start, value, qualifier, flag, reason FROM new_rows WHERE NOT computed AND state = 'open' EXCEPT SELECT id, pilot_id, start, value, qualifier, flag, reason FROM old_rows) AS figures) AS asked\n        JOIN indicators_collection c ON c.pilot_id = asked.pilot_id AND c.start <= asked.start\n            AND asked.start < c.start + (CASE c.frequency WHEN 'year' THEN 12 WHEN 'half' THEN 6 WHEN 'quarter' THEN 3 ELSE 1 END\n                                         || ' months')::interval\n        GROUP BY asked.pilot_id, asked.start HAVING count(*) = count(c.closed_at)\n    ) THEN\n        RAISE EXCEPTION 'pgtrigger: the collection of this figure is closed';\n    END IF;\n    RETURN NULL;\n", hash='e6bfd3702db8725e28f438a35b76e82558680104', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_closed_collection_keeps_all_df53c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='indicators_entry', when='AFTER')),
        ),
    ]
