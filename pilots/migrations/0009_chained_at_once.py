"""Hangs the rows of a transaction into their chains at the cost of their hashes: one function, called without a wrapping, that never walks a table."""

from importlib import import_module

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

CHAIN = import_module("pilots.migrations.0004_trail_chain").CHAIN

# The first call finds the transaction's earliest row, and behind it only rows of the same transaction hang in no chain yet: it
# hangs all of them in, and the later calls find nothing to do. Heads are locked in the order of their chains, so that two commits
# never wait for each other. A plan is kept from call to call, and made when the tables were small it would walk them whole ever
# after: the settings leave it only the indexes.
CHAINED = """
CREATE FUNCTION trail_chained() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  chains bigint[];
BEGIN
  IF EXISTS (SELECT FROM pilots_traillink WHERE row_id = NEW.id) THEN RETURN NULL; END IF;
  chains := ARRAY(
    SELECT DISTINCT coalesce(r.pilot_id, 0) FROM pilots_trailrow r
    LEFT JOIN pilots_traillink l ON l.row_id = r.id AND l.row_id >= NEW.id WHERE r.id >= NEW.id AND l.row_id IS NULL ORDER BY 1);
  INSERT INTO pilots_trailhead (chain, seq, hash) SELECT chain, 0, '' FROM unnest(chains) AS chain ORDER BY chain ON CONFLICT DO NOTHING;
  PERFORM FROM pilots_trailhead WHERE chain = ANY (chains) ORDER BY chain FOR UPDATE;
  WITH waiting AS (
    SELECT r.id, h.chain, h.hash, h.seq + row_number() OVER (PARTITION BY h.chain ORDER BY r.id) AS seq, r
    FROM pilots_trailrow r JOIN pilots_trailhead h ON h.chain = coalesce(r.pilot_id, 0)
    LEFT JOIN pilots_traillink l ON l.row_id = r.id AND l.row_id >= NEW.id
    WHERE r.id >= NEW.id AND l.row_id IS NULL
  ), linked AS (
    INSERT INTO pilots_traillink (row_id, chain, seq, hash)
    SELECT id, chain, seq, trail_hash(hash, trail_body(r, chain, seq)) OVER (PARTITION BY chain ORDER BY seq) FROM waiting ORDER BY chain, seq
    RETURNING chain, seq, hash
  )
  UPDATE pilots_trailhead h SET seq = last.seq, hash = last.hash
  FROM (SELECT DISTINCT ON (chain) chain, seq, hash FROM linked ORDER BY chain, seq DESC) last WHERE h.chain = last.chain;
  RETURN NULL;
END
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0008_states_and_pairs'),
    ]

    operations = [
        migrations.RunSQL(CHAINED, "DROP FUNCTION trail_chained()"),
        pgtrigger.migrations.RemoveTrigger(
            model_name='trailrow',
            name='chained',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trailrow',
            trigger=pgtrigger.compiler.Trigger(name='chained', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', execute='trail_chained()', func='RETURN NULL;', hash='65b9b8251c54289e10d153dcf1e1f0d7b70b8241', operation='INSERT', pgid='pgtrigger_chained_c679f', table='pilots_trailrow', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.RunSQL("DROP FUNCTION trail_chain(bigint)", CHAIN),
    ]
