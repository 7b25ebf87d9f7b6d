"""Rounds, judgements, marks that are drafts until they are sent, replies, requests to unlock, reopenings and phrases."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

# What was marked before was sent with its round, and what is under way was offered as it stands.
SENT = "UPDATE indicators_mark SET sent_at = made_at"
OFFERED = """
INSERT INTO indicators_offered (submission_id, round, entry_id, version, value, qualifier, flag, reason, numerator, denominator, source, note, explanation)
SELECT s.id, s.round, e.id, e.version, e.value, e.qualifier, e.flag, e.reason, e.numerator, e.denominator, e.source, e.note, e.explanation
FROM indicators_submission s
JOIN indicators_collection c ON c.id = s.collection_id
JOIN indicators_entry e ON e.pilot_id = s.pilot_id AND e.state <> 'verified' AND e.start >= c.start
    AND e.start < c.start + (CASE c.frequency WHEN 'year' THEN 12 WHEN 'half' THEN 6 WHEN 'quarter' THEN 3 ELSE 1 END || ' months')::interval
WHERE s.state IN ('submitted', 'in-review', 'returned')
"""
# The trigger library's own function asks a setting that every session may set; see the migration reports.0004.
NEVER = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT FALSE'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0010_roster_word'),
        ('reports', '0004_no_side_door'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('versions', models.JSONField(default=dict)),
                ('batch', models.UUIDField(default=uuid.uuid4)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'judgement',
                'verbose_name_plural': 'judgements',
                'ordering': ['submission', 'series', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Offered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('value', models.DecimalField(blank=True, decimal_places=12, max_digits=38, null=True)),
                ('qualifier', models.CharField(choices=[('=', 'exactly'), ('≥', 'at least'), ('≤', 'at most'), ('>', 'more than'), ('≈', 'about')], max_length=1)),
                ('flag', models.CharField(choices=[('A', 'normal'), ('B', 'break in the series'), ('E', 'estimated'), ('P', 'provisional'), ('L', 'missing: not collected'), ('M', 'missing: cannot exist'), ('O', 'missing'), ('Q', 'missing: confidential')], max_length=1)),
                ('reason', models.CharField(blank=True, choices=[('not-collected', 'not collected'), ('not-applicable', 'not applicable'), ('not-yet', 'not yet available'), ('confidential', 'confidential'), ('division', 'the denominator is zero')], max_length=14)),
                ('numerator', models.DecimalField(blank=True, decimal_places=12, max_digits=38, null=True)),
                ('denominator', models.DecimalField(blank=True, decimal_places=12, max_digits=38, null=True)),
                ('source', models.CharField(blank=True, max_length=500)),
                ('note', models.TextField(blank=True)),
                ('explanation', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'offered figure',
                'verbose_name_plural': 'offered figures',
                'ordering': ['submission', 'round', 'entry'],
            },
        ),
        migrations.CreateModel(
            name='Phrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('must-fix', 'must fix'), ('explain', 'explain'), ('note', 'note')], default='explain', max_length=8)),
                ('text_zh', models.TextField()),
                ('text_en', models.TextField()),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'verbose_name': 'phrase',
                'verbose_name_plural': 'phrases',
                'ordering': ['order', 'key'],
            },
        ),
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('note', models.TextField()),
                ('reopened_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'reopening',
                'verbose_name_plural': 'reopenings',
                'ordering': ['collection', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'reply',
                'verbose_name_plural': 'replies',
                'ordering': ['mark', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='UnlockRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('asked', 'asked'), ('granted', 'granted'), ('refused', 'refused')], default='asked', max_length=7)),
                ('reason', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'request to unlock',
                'verbose_name_plural': 'requests to unlock',
                'ordering': ['submission', 'pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='mark',
            options={'ordering': ['submission', 'series', 'round'], 'verbose_name': 'mark', 'verbose_name_plural': 'marks'},
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='mark',
            name='append_only',
        ),
        migrations.RemoveConstraint(
            model_name='mark',
            name='mark_once_a_round',
        ),
        migrations.AddField(
            model_name='mark',
            name='advice',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='mark',
            name='sent_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(SENT, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='mark',
            trigger=pgtrigger.compiler.Trigger(name='sent_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sent_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8491524d5d56c77ffbc98ade2222c74d29028e28', operation='UPDATE OR DELETE', pgid='pgtrigger_sent_stays_a4d1a', table='indicators_mark', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(condition=models.Q(('advice', False)), fields=('submission', 'series', 'round'), name='mark_once_a_round'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(condition=models.Q(('advice', True)), fields=('submission', 'series', 'round', 'made_by'), name='advice_once_a_round'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('advice', False), ('sent_at', None), _connector='OR'), name='advice_is_not_sent'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='judgement',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='judgement',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.series'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='indicators.submission'),
        ),
        migrations.AddField(
            model_name='offered',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offered', to='indicators.entry'),
        ),
        migrations.AddField(
            model_name='offered',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offered', to='indicators.submission'),
        ),
        migrations.AddField(
            model_name='phrase',
            name='written_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reopening',
            name='collection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='indicators.collection'),
        ),
        migrations.AddField(
            model_name='reopening',
            name='reopened_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reopening',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='indicators.series'),
        ),
        migrations.AddField(
            model_name='reply',
            name='mark',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='indicators.mark'),
        ),
        migrations.AddField(
            model_name='reply',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unlockrequest',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unlockrequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unlockrequest',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.series'),
        ),
        migrations.AddField(
            model_name='unlockrequest',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unlock_requests', to='indicators.submission'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('submission', 'series'), name='judgement_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='judgement_end_is_whole'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgement',
            trigger=pgtrigger.compiler.Trigger(name='ended_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."ended_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='937b9305a8e73162b88db183e133c97d9b777452', operation='UPDATE', pgid='pgtrigger_ended_stays_ed232', table='indicators_judgement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgement',
            trigger=pgtrigger.compiler.Trigger(name='rows_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a6b2ea28aa2608cbcbb0d1bb021604f6fee47752', operation='DELETE', pgid='pgtrigger_rows_stay_03957', table='indicators_judgement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgement',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;", hash='62f4896d95572cd684068d47e1981929692b0d99', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_dae1e', table='indicators_judgement', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='offered',
            constraint=models.UniqueConstraint(fields=('submission', 'round', 'entry'), name='offered_once_a_round'),
        ),
        migrations.AddConstraint(
            model_name='offered',
            constraint=models.CheckConstraint(condition=models.Q(('qualifier__in', ['=', '≥', '≤', '>', '≈'])), name='offered_qualifier_is_known'),
        ),
        migrations.AddConstraint(
            model_name='offered',
            constraint=models.CheckConstraint(condition=models.Q(('flag__in', ['A', 'B', 'E', 'P', 'L', 'M', 'O', 'Q'])), name='offered_flag_is_known'),
        ),
        migrations.AddConstraint(
            model_name='offered',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['', 'not-collected', 'not-applicable', 'not-yet', 'confidential', 'division'])), name='offered_reason_is_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offered',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='820d176158b707b96954003bd10d6075e78abb73', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_35ccc', table='indicators_offered', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offered',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;", hash='111c40db007c9efa55883dffee5b7045b2a77185', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_3db4f', table='indicators_offered', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='phrase',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['must-fix', 'explain', 'note'])), name='phrase_kind_is_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b3284cc5db064fc97e1b83135326cedcd9082dc9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fb936', table='indicators_reopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;", hash='ba1b8390b2b379a0e90cefc5c51818fc63c8cef8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_85ae8', table='indicators_reopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reply',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d04fb6d125b7d174453f07c25131fb6271d0df7f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d8242', table='indicators_reply', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reply',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;", hash='c1671c44216314388d98d95fc5204cd93f7b5fbe', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_2b88a', table='indicators_reply', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='unlockrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('submission', 'series', 'round'), name='unlock_request_waits_once'),
        ),
        migrations.AddConstraint(
            model_name='unlockrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'granted', 'refused'])), name='unlock_request_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='unlockrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='unlock_request_decided_by_its_state'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unlockrequest',
            trigger=pgtrigger.compiler.Trigger(name='decided_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."state" = \'asked\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='232ac46a265fa4972dbbb44e2216b331728d3d47', operation='UPDATE', pgid='pgtrigger_decided_stays_e5f36', table='indicators_unlockrequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unlockrequest',
            trigger=pgtrigger.compiler.Trigger(name='rows_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='eabc8bce8c5e4945d09f8ef2f54b28a8b3b10d82', operation='DELETE', pgid='pgtrigger_rows_stay_fcd4c', table='indicators_unlockrequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unlockrequest',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;", hash='10ce70bb15f1ad233616d7ac60b38facb44278ac', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_4497d', table='indicators_unlockrequest', when='BEFORE')),
        ),
        migrations.RunSQL(OFFERED, migrations.RunSQL.noop),
        migrations.RunSQL(NEVER, migrations.RunSQL.noop),
    ]
