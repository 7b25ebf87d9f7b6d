"""What no row may say, whoever writes it: each list, pair and parent is held by the database itself."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cycles import improving
from indicators import review, targets
from indicators.models import Citation, Collection, Comment, Evidence, Import, Phrase, SignOff
from pilots import invitations
from pilots.models import Pilot, Role, User
from tests.builders import PAGE, collection, submitted
from tests.cycles import builders as cycles
from tests.isolation import world

pytestmark = pytest.mark.django_db
APPS = ("pilots", "indicators", "cycles", "reports")
MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
LISTS = [
    (model, field, [value for value, _words in (field.choices or field.base_field.choices)])
    for model in MODELS
    for field in model._meta.local_fields
    if field.choices or getattr(getattr(field, "base_field", None), "choices", None)
]
OTHER = "(SELECT id FROM pilots_pilot WHERE slug = 'qujiang')"
# The condition that must refuse, and the statement that is against it.
PAIRS = {
    "pilot_place_is_whole": "UPDATE pilots_pilot SET latitude = NULL WHERE longitude IS NOT NULL",
    "membership_ends_after_it_began": "UPDATE pilots_membership SET ended_at = granted_at - interval '1 day'",
    "membership_role_fits_its_place": "UPDATE pilots_membership SET pilot_id = NULL WHERE role = 'lead'",
    "unit_factor_is_positive": "UPDATE indicators_unit SET factor_denominator = 0",
    "variable_limits_are_in_order": "UPDATE indicators_variable SET minimum = 2, maximum = 1",
    "indicator_limits_are_in_order": "UPDATE indicators_indicator SET minimum = 2, maximum = 1",
    "indicator_formula_is_whole": "UPDATE indicators_indicator SET denominator_id = NULL WHERE numerator_id IS NOT NULL",
    "series_days_are_in_order": "UPDATE indicators_series SET first_day = '2030-01-01', last_day = '2029-01-01'",
    "target_year_is_a_year": "UPDATE indicators_target SET year = 20240",
    "collection_due_after_opening": "UPDATE indicators_collection SET due = opens - 1",
    "entry_flag_fits_the_figure": "UPDATE indicators_entry SET flag = 'L' WHERE value IS NOT NULL",
    "entry_ratio_is_whole": "UPDATE indicators_entry SET numerator = 1 WHERE NOT computed",
    "entry_version_counts_from_one": "UPDATE indicators_entry SET version = 0",
    "entry_of_the_pilot_of_its_series": f"UPDATE indicators_entry SET pilot_id = {OTHER}",
    "observation_has_a_value_or_a_reason": "UPDATE indicators_observation SET reason = 'not-yet' WHERE value IS NOT NULL",
    "observation_ratio_is_whole": "UPDATE indicators_observation SET numerator = 1 WHERE denominator IS NULL",
    "observation_withdrawn_has_no_value": "UPDATE indicators_observation SET withdrawn = true WHERE value IS NOT NULL",
    "observation_says_something": "UPDATE indicators_observation SET value = NULL, reason = ''",
    "observation_of_the_pilot_of_its_series": f"UPDATE indicators_observation SET pilot_id = {OTHER}",
    "current_of_the_pilot_of_its_series": f"UPDATE indicators_current SET pilot_id = {OTHER}",
    "release_counts_from_one": "UPDATE indicators_release SET number = 0",
    "submission_decided_by_its_state": "UPDATE indicators_submission SET decided_at = NULL, decided_by_id = NULL WHERE state = 'verified'",
    "submission_decision_is_whole": "UPDATE indicators_submission SET decided_by_id = NULL WHERE state = 'verified'",
    "submission_reviewed_by_somebody": "UPDATE indicators_submission SET state = 'in-review', reviewer_id = NULL WHERE state = 'submitted'",
    "submission_returned_says_why": "UPDATE indicators_submission SET summary = '' WHERE state = 'returned'",
    "submission_verified_is_assessed": "UPDATE indicators_submission SET assessment = '' WHERE state = 'verified'",
    "cover_by_another": "UPDATE pilots_cover SET cover_id = coordinator_id",
    "cover_ends_after_it_began": "UPDATE pilots_cover SET last_day = first_day - 1",
    "submission_of_the_pilot_of_its_collection": f"UPDATE indicators_submission SET pilot_id = {OTHER}",
    "entry_until_belongs_to_not_yet": "UPDATE indicators_entry SET until = '2031-01-01' WHERE value IS NOT NULL",
    "entry_unconfirmed_is_from_paper": "UPDATE indicators_entry SET unconfirmed = true WHERE paper_id IS NULL",
    "evidence_sum_is_sha256": "UPDATE indicators_evidence SET sha256 = 'none'",
    "evidence_holds_something": "UPDATE indicators_evidence SET size = 0",
    "citation_end_is_whole": "UPDATE indicators_citation SET ended_at = now()",
    "comment_says_something": "UPDATE indicators_comment SET text = ''",
    "import_percent_is_percent": "UPDATE indicators_import SET percent = 101",
    "import_application_is_whole": "UPDATE indicators_import SET applied_at = now(), state = 'applied'",
    "import_applied_by_its_state": "UPDATE indicators_import SET state = 'applied'",
    "sign_off_names_its_figures": "UPDATE indicators_signoff SET figures = 'none'",
    "judgement_end_is_whole": "UPDATE indicators_judgement SET ended_at = now()",
    "advice_is_not_sent": "UPDATE indicators_mark SET advice = true WHERE sent_at IS NOT NULL",
    "unlock_request_decided_by_its_state": "UPDATE indicators_unlockrequest SET state = 'granted'",
    "cycle_share_is_percent": "UPDATE cycles_cycle SET share = 101",
    "cycle_ends_after_start": "UPDATE cycles_cycle SET ends = starts",
    "stage_change_changes_something": "UPDATE cycles_stagechange SET after = before",
    "stocktake_target_has_its_operator": "UPDATE cycles_stocktakeline SET target = 1, target_operator = ''",
    "stocktake_baseline_has_its_year": "UPDATE cycles_stocktakeline SET baseline = 1, baseline_year = NULL",
    "stocktake_value_or_reason": "UPDATE cycles_stocktakeline SET value = 1, reason = 'not-yet'",
    "correction_check_is_whole": "UPDATE cycles_correctiveaction SET checked_on = now()",
    "report_failed_says_why": "UPDATE reports_report SET state = 'failed'",
    "report_error_only_when_failed": "UPDATE reports_report SET error = 'no-room'",
    "report_content_is_whole": "UPDATE reports_report SET composed_at = NULL",
    "report_ready_is_composed": "UPDATE reports_report SET ready_at = NULL",
    "report_published_has_its_moment": "UPDATE reports_report SET published_at = now()",
    "report_percent_is_percent": "UPDATE reports_report SET percent = 101",
    "report_file_is_not_empty": "UPDATE reports_reportfile SET size = 0",
}


@pytest.fixture
def everything(tianjin, people):
    """A row in every table that has a list of values."""
    world.furnished(tianjin, people)
    cycle = tianjin.cycles.get()
    raised = improving.raise_nonconformity(cycle=cycle, grade="minor", text="A gap", by=people.lead, door=PAGE)
    plan = {"cause": "Haste", "title": "Slow down", "owner": people.contributor, "due": date(2099, 1, 1)}
    improving.plan_correction(nonconformity=raised, **plan, by=people.lead, door=PAGE)
    improving.decide(cycle=cycle, kind="lesson", text="Begin earlier", by=people.lead, door=PAGE)
    marks = [review.MarkInput(series="TJ-58", kind="must-fix", text="Look again")]
    sent = submitted(collection(tianjin, people.coordinator, 2028), people)
    review.accept(submission=sent, codes=["TJ-60"], by=people.coordinator, door=PAGE)
    review.send_back(submission=sent, summary="Two places", marks=marks, by=people.coordinator, door=PAGE)
    review.ask_to_unlock(submission=sent, code="TJ-60", reason="A slip", by=people.lead, door=PAGE)
    Phrase.objects.create(key="unit", text_zh="请核对单位", text_en="Check the unit")
    targets.set_baseline(series=cycles.measurable(tianjin), year=2020, value=Decimal(1), by=people.coordinator, door=PAGE)
    gathered(tianjin, sent.collection, by=people.lead)
    invitations.invite(pilot=tianjin, name="A guest", roles=[Role.VIEWER], by=people.lead, door=PAGE)


def gathered(pilot: Pilot, call: Collection, *, by: User) -> None:
    """A file, its citation, a comment on the same cell, an import and a sign-off."""
    now, cell = timezone.now(), {"series": pilot.series.get(code="TJ-53"), "start": date(2040, 1, 1)}
    file = {"sha256": "a" * 64, "size": 1, "name": "表.xlsx"}
    scan = Evidence.objects.create(pilot=pilot, **file, kind="xlsx", put_by=by, put_at=now)
    Citation.objects.create(evidence=scan, **cell, cited_by=by, cited_at=now)
    Comment.objects.create(**cell, text="Why?", written_by=by, written_at=now)
    Import.objects.create(pilot=pilot, start=cell["start"], **file, kind="xlsx", brought_by=by, brought_at=now, door=PAGE)
    SignOff.objects.create(collection=call, name="王局长", day=now.date(), scan=scan, figures="b" * 64, recorded_by=by, recorded_at=now)


def refusal_of(statement: str, table: str) -> str:
    """Run a statement with our own triggers asleep and answer which condition refused it; "" where none did."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        try:
            with transaction.atomic():
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
                cursor.execute(statement)
                transaction.set_rollback(True)
        except IntegrityError as error:
            return error.__cause__.diag.constraint_name
    return ""


def test_every_list_is_held_by_the_database(everything):
    """Also by one that is made tomorrow: a list of values without its condition fails here."""
    passed = []
    for model, field, _values in LISTS:
        table, column = model._meta.db_table, field.column
        strange = f"ARRAY['{'z' * field.base_field.max_length}']" if hasattr(field, "base_field") else f"'{'z' * field.max_length}'"
        if not model._base_manager.exists() or not refusal_of(f"UPDATE {table} SET {column} = {strange}", table):
            passed.append(f"{table}.{column}")
    assert not passed
    assert len(LISTS) > 50


def test_every_pair_and_parent_is_held_by_the_database(everything):
    told = {name: refusal_of(statement, statement.split()[1]) for name, statement in PAIRS.items()}
    assert {name: refusal for name, refusal in told.items() if refusal != name} == {}


def test_every_value_of_a_list_is_taken_by_its_condition():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'")
        conditions = [f"{table} {text}" for table, text in cursor.fetchall()]
    for model, field, values in LISTS:
        holding = [text for text in conditions if text.startswith(model._meta.db_table) and field.column in text]
        assert any(all(f"'{value}'" in text for value in values) for text in holding), f"{model.__name__}.{field.name}"
