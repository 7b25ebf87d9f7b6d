"""The rows of the catalogue, of series, collections, entries and submissions as the API writes them."""

from __future__ import annotations

from functools import cached_property

from rest_framework import serializers

from indicators import review, rules
from indicators.models import Baseline, Entry, Indicator, Mapping, Series, Submission
from pilots import access
from pilots.api import Moment, Plain
from pilots.models import Role


class UnitRow(serializers.Serializer):
    """A unit."""

    code = serializers.CharField(source="key")
    name = serializers.CharField()


class FormulaRow(serializers.Serializer):
    """Numerator divided by denominator, times the multiplier."""

    numerator = serializers.CharField(source="numerator.key")
    denominator = serializers.CharField(source="denominator.key")
    multiplier = Plain()


def end_of(mapping: Mapping) -> dict[str, str]:
    """What an indicator serves: the kind of thing and its code."""
    if mapping.purpose:
        return {"kind": "purpose", "code": mapping.purpose.key}
    if mapping.issue:
        return {"kind": "issue", "code": mapping.issue.key}
    return {"kind": "goal", "code": str(mapping.goal.number)}


class IndicatorRow(serializers.Serializer):
    """A definition of what is measured."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    standard = serializers.CharField(source="standard.key", default=None, allow_null=True)
    theme = serializers.CharField(source="theme.key", default=None, allow_null=True)
    goal_target = serializers.CharField(source="goal_target.code", default=None, allow_null=True)
    unit = UnitRow()
    direction = serializers.CharField()
    formula = serializers.SerializerMethodField()
    minimum = Plain(allow_null=True)
    maximum = Plain(allow_null=True)
    decimals = serializers.IntegerField()
    frequency = serializers.CharField()
    aggregation = serializers.CharField()
    mappings = serializers.SerializerMethodField()
    note = serializers.CharField()
    retired = serializers.BooleanField()

    def get_formula(self, indicator: Indicator) -> dict | None:
        """The formula, where the figure can be computed."""
        return FormulaRow(indicator).data if indicator.has_formula else None

    def get_mappings(self, indicator: Indicator) -> list[dict]:
        """The purposes, issues and goals that it serves, and whether that is a public source's word or our judgement."""
        return [{**end_of(mapping), "origin": mapping.origin} for mapping in indicator.mappings.all()]


class WholeIndicatorRow(IndicatorRow):
    """A definition with its earlier versions."""

    versions = serializers.SerializerMethodField()

    def get_versions(self, indicator: Indicator) -> list[dict]:
        """The earlier versions, for the figures that followed them."""
        return [
            {"version": past.version, "replaced_at": Moment().to_representation(past.replaced_at), "content": past.content}
            for past in indicator.past_definitions.all()
        ]


class BaselineRow(serializers.Serializer):
    """The figure from which progress is measured."""

    year = serializers.IntegerField()
    value = Plain()
    qualifier = serializers.CharField()
    source = serializers.CharField()
    demo = serializers.BooleanField()


class TargetRow(serializers.Serializer):
    """What a pilot wants to reach; without a year it stands for every period."""

    operator = serializers.CharField()
    value = Plain()
    year = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    source = serializers.CharField()
    demo = serializers.BooleanField()


class SeriesRow(serializers.Serializer):
    """What a pilot reports: an adopted indicator, or an input of a formula."""

    indicator = serializers.CharField(source="code")
    shared = serializers.SerializerMethodField()
    kind = serializers.CharField()
    mode = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField(source="unit.key")
    frequency = serializers.CharField()
    computed = serializers.BooleanField()
    required = serializers.BooleanField()
    decimals = serializers.IntegerField()
    owner_unit = serializers.CharField()
    constant = serializers.BooleanField(help_text="Whether the figure may be taken over from the year before.")
    baseline = serializers.SerializerMethodField()
    targets = serializers.SerializerMethodField()
    demo = serializers.BooleanField()

    def get_shared(self, series: Series) -> str:
        """The code by which pilots join: the indicator's, or the variable's key."""
        return series.indicator.code if series.indicator else series.variable.key

    def get_baseline(self, series: Series) -> dict | None:
        """The baseline, if there is one."""
        baseline: Baseline | None = next(iter(series.baselines.all()), None)
        return BaselineRow(baseline).data if baseline else None

    def get_targets(self, series: Series) -> list[dict]:
        """The targets in force."""
        return [TargetRow(target).data for target in series.targets.all() if target.active]


class WarningRow(serializers.Serializer):
    """Why a figure is to be looked at again."""

    rule = serializers.CharField(help_text="The code of the rule, as docs/rules.md lists them.")
    message = serializers.CharField()
    suggestion = Plain(allow_null=True, help_text="The figure that was probably meant, in the unit of the series.")
    explained = serializers.BooleanField(help_text="Whether the explanation of the figure answers it.")


class EntryRow(serializers.Serializer):
    """A working figure."""

    pilot = serializers.CharField(source="pilot.slug")
    series = serializers.CharField(source="series.code")
    period = serializers.CharField()
    value = Plain(allow_null=True)
    qualifier = serializers.CharField()
    unit = serializers.CharField(source="series.unit.key")
    flag = serializers.CharField()
    reason = serializers.SerializerMethodField()
    until = serializers.DateField(allow_null=True, help_text="The day from which a figure that is not yet available will be.")
    numerator = Plain(allow_null=True)
    denominator = Plain(allow_null=True)
    source = serializers.CharField()
    note = serializers.CharField()
    explanation = serializers.CharField()
    computed = serializers.BooleanField()
    demo = serializers.BooleanField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    written_at = Moment()
    steps = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    def get_reason(self, entry: Entry) -> str | None:
        """Why there is no figure."""
        return entry.reason or None

    def get_steps(self, entry: Entry) -> list[str]:
        """What the reader's roles may do with it in its state."""
        reader = self.context["reader"]
        if entry.state == Entry.State.VERIFIED:
            return ["reopen"] if access.may(reader, entry.pilot, Role.COORDINATOR) else []
        free = entry.state == Entry.State.OPEN and not entry.computed
        return ["write", "delete"] if free and access.may(reader, entry.pilot, *access.TEAM) else []

    def get_warnings(self, entry: Entry) -> list[dict]:
        """What the soft rules ask about the figure, with what was probably meant; explained ones are among them."""
        return WarningRow(self.watch(entry.series, entry.period), many=True).data

    @cached_property
    def watch(self) -> rules.Watch:
        """The soft rules with what stands beside the figures of this answer, which are of one pilot; read here unless they are given."""
        if self.context.get("watch"):
            return self.context["watch"]
        rows = list(self.parent.instance) if isinstance(self.parent, serializers.ListSerializer) else [self.instance]
        return rules.Watch.around(rows[0].pilot, rows, reader=self.context["reader"])


class ReplyRow(serializers.Serializer):
    """What the pilot answered to a mark."""

    text = serializers.CharField()
    at = Moment(source="written_at")


class MarkRow(serializers.Serializer):
    """What a reviewer wants of one series; a draft is seen by those who review, and sent with the submission."""

    id = serializers.IntegerField(source="pk")
    indicator = serializers.CharField(source="series.code")
    round = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.CharField()
    advice = serializers.BooleanField(help_text="Whether an expert said so, for the reviewers alone.")
    sent_at = Moment(allow_null=True)
    replies = ReplyRow(many=True, source="seen_replies", help_text="The last one counts.")


class UnlockRow(serializers.Serializer):
    """That the pilot asks to change a figure that was not marked."""

    id = serializers.IntegerField(source="pk")
    submission = serializers.IntegerField(source="submission_id")
    indicator = serializers.CharField(source="series.code")
    round = serializers.IntegerField()
    state = serializers.CharField()
    reason = serializers.CharField()
    answer = serializers.CharField()


class SubmissionRow(serializers.Serializer):
    """A pilot's answer to a collection, on its way to being verified."""

    id = serializers.IntegerField()
    pilot = serializers.CharField(source="pilot.slug")
    period = serializers.CharField(source="collection.period")
    number = serializers.IntegerField()
    round = serializers.IntegerField()
    state = serializers.CharField()
    note = serializers.CharField()
    submitted_at = Moment()
    decided_at = Moment(allow_null=True)
    summary = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    assessment = serializers.CharField()
    comment = serializers.CharField()
    demo = serializers.BooleanField()
    reviewer = serializers.CharField(source="reviewer.name", allow_null=True, default=None)
    marks = MarkRow(many=True, source="seen_marks")
    unlock_requests = UnlockRow(many=True)
    steps = serializers.SerializerMethodField()
    blocking = serializers.SerializerMethodField()

    def get_steps(self, submission: Submission) -> list[str]:
        """The steps that the reader may take now, as they are written in addresses."""
        return [step.name.replace("-", "_") for step in review.possible(submission, self.context["reader"])]

    def get_blocking(self, submission: Submission) -> list[dict]:
        """What keeps the data from being submitted again, while they are the pilot's to change."""
        if submission.state in (Submission.State.SUBMITTED, Submission.State.IN_REVIEW):
            return []
        found = review.check(submission.collection, reader=self.context["reader"]).blocking
        return [
            {
                "code": one.code,
                "indicator": one.indicator.code if one.indicator else one.series.code if one.series else None,
                "series": one.series.code if one.series else None,
                "period": one.period.code if one.period else None,
                "message": one.message,
            }
            for one in found
        ]
