"""Hangs the trail into chains: the tables of links and heads, and the functions with which the database writes and checks them."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# One text for a row, whatever the session's language, time zone or style of dates: every field with its length before it, so that
# nothing can be moved from one field to the next.
WORDS = """
CREATE FUNCTION trail_field(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN value IS NULL THEN '-' ELSE octet_length(value)::text || ':' || value END
$$;
CREATE FUNCTION trail_body(r pilots_trailrow, chain bigint, seq bigint) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT convert_to(
    trail_field(chain::text) || trail_field(seq::text) || trail_field(((extract(epoch FROM r.at) * 1000000)::bigint)::text)
    || trail_field(r.pilot_id::text) || trail_field(r.actor_id::text) || trail_field(r.door) || trail_field(r.act)
    || trail_field(r.object_kind) || trail_field(r.object_key) || trail_field(r.before::text) || trail_field(r.after::text)
    || trail_field(r.reason) || trail_field(r.batch::text), 'UTF8')
$$;
CREATE FUNCTION trail_step(state bytea, previous bytea, body bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(coalesce(state, previous) || body)
$$;
CREATE AGGREGATE trail_hash(previous bytea, body bytea) (SFUNC = trail_step, STYPE = bytea);
"""
NO_WORDS = """
DROP AGGREGATE trail_hash(bytea, bytea);
DROP FUNCTION trail_step(bytea, bytea, bytea);
DROP FUNCTION trail_body(pilots_trailrow, bigint, bigint);
DROP FUNCTION trail_field(text);
"""
# Called for every new row when its transaction is committed. The first call finds the transaction's earliest row, and behind it
# only rows of the same transaction hang in no chain yet: it hangs all of them in, and the later calls find nothing to do.
# Heads are locked in the order of their chains, so that two commits never wait for each other.
CHAIN = """
CREATE FUNCTION trail_chain(first bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  chains bigint[];
BEGIN
  IF EXISTS (SELECT FROM pilots_traillink WHERE row_id = first) THEN RETURN; END IF;
  chains := ARRAY(
    SELECT DISTINCT coalesce(r.pilot_id, 0) FROM pilots_trailrow r
    LEFT JOIN pilots_traillink l ON l.row_id = r.id AND l.row_id >= first WHERE r.id >= first AND l.row_id IS NULL ORDER BY 1);
  INSERT INTO pilots_trailhead (chain, seq, hash) SELECT chain, 0, '' FROM unnest(chains) AS chain ORDER BY chain ON CONFLICT DO NOTHING;
  PERFORM FROM pilots_trailhead WHERE chain = ANY (chains) ORDER BY chain FOR UPDATE;
  WITH waiting AS (
    SELECT r.id, h.chain, h.hash, h.seq + row_number() OVER (PARTITION BY h.chain ORDER BY r.id) AS seq, r
    FROM pilots_trailrow r JOIN pilots_trailhead h ON h.chain = coalesce(r.pilot_id, 0)
    LEFT JOIN pilots_traillink l ON l.row_id = r.id AND l.row_id >= first
    WHERE r.id >= first AND l.row_id IS NULL
  ), linked AS (
    INSERT INTO pilots_traillink (row_id, chain, seq, hash)
    SELECT id, chain, seq, trail_hash(hash, trail_body(r, chain, seq)) OVER (PARTITION BY chain ORDER BY seq) FROM waiting ORDER BY chain, seq
    RETURNING chain, seq, hash
  )
  UPDATE pilots_trailhead h SET seq = last.seq, hash = last.hash
  FROM (SELECT DISTINCT ON (chain) chain, seq, hash FROM linked ORDER BY chain, seq DESC) last WHERE h.chain = last.chain;
END
$$;
"""
# The rows that are there already hang in the order in which they were written.
PAST = """
INSERT INTO pilots_traillink (row_id, chain, seq, hash)
SELECT id, chain, seq, trail_hash('', trail_body(r, chain, seq)) OVER (PARTITION BY chain ORDER BY seq)
FROM (SELECT id, coalesce(pilot_id, 0)::bigint AS chain, row_number() OVER (PARTITION BY pilot_id ORDER BY id) AS seq, r FROM pilots_trailrow r) AS past;
INSERT INTO pilots_trailhead (chain, seq, hash)
SELECT DISTINCT ON (chain) chain, seq, hash FROM pilots_traillink ORDER BY chain, seq DESC;
"""


class Migration(migrations.Migration):
    dependencies = [("pilots", "0003_kept_answers")]

    operations = [
        migrations.CreateModel(
            name='TrailHead',
            fields=[
                ('chain', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'verbose_name': 'trail head',
                'verbose_name_plural': 'trail heads',
            },
        ),
        migrations.CreateModel(
            name='TrailLink',
            fields=[
                ('row', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='link', serialize=False, to='pilots.trailrow')),
                ('chain', models.BigIntegerField()),
                ('seq', models.BigIntegerField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'verbose_name': 'trail link',
                'verbose_name_plural': 'trail links',
            },
        ),
        migrations.RunSQL(WORDS, NO_WORDS),
        migrations.RunSQL(CHAIN, "DROP FUNCTION trail_chain(bigint)"),
        migrations.RunSQL(PAST, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='trailrow',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;", hash='d16e1407d8a0d1f96e14d48e7cd2961401bc65c7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_9f161', table='pilots_trailrow', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trailrow',
            trigger=pgtrigger.compiler.Trigger(name='chained', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func='PERFORM trail_chain(NEW.id); RETURN NULL;', hash='d153fa772e034742b3730dcc9c86748a4f0249b1', operation='INSERT', pgid='pgtrigger_chained_c679f', table='pilots_trailrow', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trailhead',
            trigger=pgtrigger.compiler.Trigger(name='rows_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='286c598ba9acfce775d03c97f2630176ae555622', operation='DELETE', pgid='pgtrigger_rows_stay_6e89b', table='pilots_trailhead', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trailhead',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;", hash='294ac69be5d6b9c1fb4645f9b32feb52c88d2f03', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_68e17', table='pilots_trailhead', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trailhead',
            trigger=pgtrigger.compiler.Trigger(name='moves_forward', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."seq" <= (OLD."seq") OR OLD."chain" IS DISTINCT FROM (NEW."chain"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='152aa6592ac96790da5b1178183942d3b9070ec5', operation='UPDATE', pgid='pgtrigger_moves_forward_c011b', table='pilots_trailhead', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='traillink',
            constraint=models.UniqueConstraint(fields=('chain', 'seq'), name='trail_link_once'),
        ),
        migrations.AddConstraint(
            model_name='traillink',
            constraint=models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='trail_link_counted'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='traillink',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='095ea028101f4927f3463f4ed9b51dc3db1ea121', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3b1a0', table='pilots_traillink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='traillink',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;", hash='697700516e8d11fa3efc137fcca1343f9cec3fd9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_518e9', table='pilots_traillink', when='BEFORE')),
        ),
    ]
