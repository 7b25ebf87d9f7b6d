"""The forms of the cycle's admin: what an act needs, with the choices that belong to the cycle at hand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles import gates
from cycles.models import Audit, Decision, Nonconformity, Objective
from indicators.models import Series
from pilots.admin import ActForm
from pilots.forms import DayField, WholeField
from pilots.models import PILOT_ROLES, Clause, Issue, Pilot, Purpose, Role, User

LARGE = forms.Textarea(attrs={"rows": 3})


class SeriesField(forms.ModelMultipleChoiceField):
    """Indicators of the pilot under code and name."""

    def label_from_instance(self, series: Series) -> str:
        return f"{series.code} {series.name}"


class CycleForm(ActForm):
    """A new cycle."""

    pilot = forms.ModelChoiceField(Pilot.objects.none(), label=_("pilot"))
    year = WholeField(label=_("year of the figures"), min_value=1900, max_value=2199)
    name_zh = forms.CharField(label=_("name in Chinese"), max_length=200, required=False)
    name_en = forms.CharField(label=_("name in English"), max_length=200, required=False)
    starts = DayField(label=_("starts"))
    ends = DayField(label=_("ends"))
    share = WholeField(label=_("share of required indicators to be verified, in percent"), initial=80)
    scope = forms.CharField(label=_("scope"), required=False, widget=LARGE)

    def prepare(self) -> None:
        pilots = Pilot.objects.visible_to(self.person)
        if Role.COORDINATOR not in self.person.programme_roles:
            pilots = pilots.filter(pk__in=self.person.pilot_ids)
        self.fields["pilot"].queryset = pilots


class OverrideForm(ActForm):
    """Why a gate is passed although something is lacking."""

    override_reason = forms.CharField(
        label=_("reason for moving on although this is lacking"), required=False, widget=LARGE, help_text=_("It is kept with the change.")
    )


class ReasonForm(ActForm):
    reason = forms.CharField(label=_("reason"), widget=LARGE)


class PolicyForm(ActForm):
    """The policy, approved or not yet."""

    title = forms.CharField(label=_("title"), max_length=300)
    version = forms.CharField(label=_("version"), max_length=40)
    approved_on = DayField(label=_("approved on"), required=False)
    approved_by = forms.CharField(label=_("approved by"), max_length=200, required=False)

    def known(self) -> dict[str, object]:
        policy = getattr(self.target, "policy", None)
        return {name: getattr(policy, name) for name in self.base_fields} if policy else {}


class MemberForm(ActForm):
    """A form that names a member of the pilot as the owner."""

    def name_owner(self, pilot: Pilot) -> None:
        """Offer the pilot's members."""
        held = {"memberships__pilot": pilot, "memberships__role__in": PILOT_ROLES, "memberships__ended_at": None}
        self.fields["owner"].queryset = User.objects.filter(**held).distinct()


class ObjectiveForm(MemberForm):
    """What an objective says; its target is one of `cycle` or, for a change, of the objective itself."""

    statement_zh = forms.CharField(label=_("statement in Chinese"), required=False, widget=LARGE)
    statement_en = forms.CharField(label=_("statement in English"), required=False, widget=LARGE)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("owner"), required=False)
    due = DayField(label=_("due"), required=False)
    series = SeriesField(Series.objects.none(), label=_("indicators"), required=False)
    purposes = forms.ModelMultipleChoiceField(Purpose.objects.all(), label=_("purposes"), required=False)
    issues = forms.ModelMultipleChoiceField(Issue.objects.all(), label=_("issues"), required=False)

    def known(self) -> dict[str, object]:
        if not isinstance(self.target, Objective):
            return {}
        shown = {name: getattr(self.target, name) for name in ("statement_zh", "statement_en", "owner", "due")}
        return {**shown, **{name: getattr(self.target, name).all() for name in ("series", "purposes", "issues")}}

    def prepare(self) -> None:
        cycle = self.target.cycle if isinstance(self.target, Objective) else self.target
        self.fields["series"].queryset = Series.objects.of(cycle.pilot).filter(indicator__isnull=False).select_related("indicator")
        self.name_owner(cycle.pilot)


class ActionForm(MemberForm):
    """A new action of an objective."""

    title = forms.CharField(label=_("title"), max_length=300)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("owner"), required=False)
    due = DayField(label=_("due"), required=False)
    purposes = forms.ModelMultipleChoiceField(Purpose.objects.all(), label=_("purposes"), required=False)
    issues = forms.ModelMultipleChoiceField(Issue.objects.all(), label=_("issues"), required=False)

    def prepare(self) -> None:
        self.name_owner(self.target.cycle.pilot)


class BlindForm(ActForm):
    """Blind cells of the matrix and why they stay so."""

    cells = forms.MultipleChoiceField(label=_("blind cells"))
    text = forms.CharField(label=_("reason"), widget=LARGE)

    def prepare(self) -> None:
        issues, purposes = Issue.objects.in_bulk(), Purpose.objects.in_bulk()
        self.cells = {f"{i}-{p}": (issues[i], purposes[p]) for i, p in sorted(gates.blind_cells(self.target))}
        self.fields["cells"].choices = [(key, f"{issue} × {purpose}") for key, (issue, purpose) in self.cells.items()]

    def clean_cells(self) -> list[tuple[Issue, Purpose]]:
        return [self.cells[key] for key in self.cleaned_data["cells"]]


class AuditForm(ActForm):
    planned_on = DayField(label=_("planned on"))
    auditor = forms.CharField(label=_("internal auditor"), max_length=200)
    scope = forms.CharField(label=_("scope"), widget=LARGE)


class ConclusionForm(ActForm):
    held_on = DayField(label=_("held on"))
    conclusion = forms.CharField(label=_("conclusion"), widget=LARGE)


class ReviewForm(ActForm):
    planned_on = DayField(label=_("planned on"))


class MinutesForm(ActForm):
    held_on = DayField(label=_("held on"))
    attendance = forms.CharField(label=_("attendance"), widget=LARGE)
    conclusion = forms.CharField(label=_("conclusion"), widget=LARGE)


class NonconformityForm(ActForm):
    """What is not met, and where it was found."""

    text = forms.CharField(label=_("what is not met"), widget=LARGE)
    grade = forms.ChoiceField(label=_("grade"), choices=Nonconformity.Grade.choices)
    audit = forms.ModelChoiceField(Audit.objects.none(), label=_("internal audit"), required=False)
    clause = forms.ModelChoiceField(Clause.objects.all(), label=_("clause"), required=False)

    def prepare(self) -> None:
        self.fields["audit"].queryset = self.target.audits.all()


class CorrectionForm(MemberForm):
    """What removes the cause."""

    cause = forms.CharField(label=_("cause"), widget=LARGE)
    title = forms.CharField(label=_("title"), max_length=300)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("owner"))
    due = DayField(label=_("due"))

    def prepare(self) -> None:
        self.name_owner(self.target.cycle.pilot)


class EffectForm(ActForm):
    """Whether the cause is gone, and what shows it."""

    effective = forms.TypedChoiceField(
        label=_("did it work"), choices=[("yes", _("yes")), ("no", _("no"))], coerce=lambda text: text == "yes"
    )
    evidence = forms.CharField(label=_("what the check found"), widget=LARGE)


class DecisionForm(ActForm):
    kind = forms.ChoiceField(label=_("kind"), choices=Decision.Kind.choices)
    text = forms.CharField(label=_("decision"), widget=LARGE)
