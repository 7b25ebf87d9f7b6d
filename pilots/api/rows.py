"""The rows of the framework and of the pilots as the API writes them."""

from __future__ import annotations

from datetime import UTC

from rest_framework import serializers

from pilots.models import Pilot


class Both(serializers.Serializer):
    """A text in both languages, whatever the reader's own is."""

    zh = serializers.CharField()
    en = serializers.CharField()

    def __init__(self, kept: str, **kwargs: object) -> None:
        """Name the field that is kept twice."""
        super().__init__(source="*", **kwargs)
        self.kept = kept

    def to_representation(self, instance: object) -> dict[str, str]:
        """Write both texts."""
        return {language: getattr(instance, f"{self.kept}_{language}") for language in self.fields}


class Plain(serializers.DecimalField):
    """An exact decimal, as a string with all its digits and no idle zeros."""

    def __init__(self, **kwargs: object) -> None:
        """Take every number that the database holds."""
        super().__init__(max_digits=38, decimal_places=12, **kwargs)

    def to_representation(self, value: object) -> str:
        """Write the digits."""
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


class Moment(serializers.DateTimeField):
    """A time in UTC."""

    def __init__(self, **kwargs: object) -> None:
        """Write every time in UTC, wherever the reader is."""
        super().__init__(default_timezone=UTC, **kwargs)


class PurposeRow(serializers.Serializer):
    """One of the six purposes."""

    code = serializers.CharField(source="key")
    name = serializers.CharField()
    description = serializers.CharField()


class IssueRow(PurposeRow):
    """One of the twelve issues."""

    clause = serializers.CharField()


class ClauseRow(serializers.Serializer):
    """A clause of ISO 37101 with its questions, in our own words."""

    number = serializers.CharField()
    parent = serializers.CharField(source="parent.number", default=None, allow_null=True)
    name = serializers.CharField()
    stage = serializers.CharField()
    questions = serializers.JSONField()
    records = serializers.SerializerMethodField()

    def get_records(self, clause: object) -> list[str]:
        """The kinds of record that the clause asks to keep."""
        return [kind.key for kind in clause.outputs.all()]


class StandardRow(serializers.Serializer):
    """A standard of the register."""

    code = serializers.CharField(source="key")
    standard = serializers.CharField(source="code")
    name = serializers.CharField()
    role = serializers.CharField()
    category = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    status = serializers.CharField()


class GoalTargetRow(serializers.Serializer):
    """A target of the Sustainable Development Goals."""

    code = serializers.CharField()
    title = serializers.CharField()


class GoalRow(serializers.Serializer):
    """One of the seventeen goals with its targets."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    colour = serializers.CharField()
    targets = GoalTargetRow(many=True)


class PilotRow(serializers.Serializer):
    """A pilot in a list."""

    slug = serializers.CharField()
    name = Both("name")
    short_name = Both("short_name")
    community_type = serializers.CharField()
    city = serializers.CharField()
    province = serializers.CharField()
    latitude = Plain(allow_null=True)
    longitude = Plain(allow_null=True)
    demo = serializers.BooleanField()


class FactRow(serializers.Serializer):
    """What a source says of a pilot."""

    key = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    value = Plain(allow_null=True)
    qualifier = serializers.CharField()
    unit = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    source = serializers.CharField()
    source_phrase = serializers.CharField()
    doubt = serializers.CharField()


class MilestoneRow(serializers.Serializer):
    """An event, known to the month."""

    key = serializers.CharField()
    name = serializers.CharField()
    month = serializers.DateField(format="%Y-%m")
    kind = serializers.CharField()
    place = serializers.CharField()


class WholePilotRow(PilotRow):
    """A pilot with its facts, the standards it tries out, its milestones and its goals."""

    goals = serializers.SerializerMethodField()
    facts = serializers.SerializerMethodField()
    trials = serializers.SerializerMethodField()
    milestones = serializers.SerializerMethodField()

    def get_goals(self, pilot: Pilot) -> list[int]:
        """The numbers of the goals it works for."""
        return [goal.number for goal in pilot.goals.all()]

    def get_facts(self, pilot: Pilot) -> list[dict]:
        """The facts that the reader may see."""
        return FactRow(pilot.facts.visible_to(self.context["reader"]), many=True).data

    def get_trials(self, pilot: Pilot) -> list[dict]:
        """The standards it tries out."""
        return [{"standard": trial.standard.key, "name": trial.standard.name} for trial in pilot.trials.select_related("standard")]

    def get_milestones(self, pilot: Pilot) -> list[dict]:
        """Its own events, in order."""
        return MilestoneRow(pilot.milestones.all(), many=True).data
