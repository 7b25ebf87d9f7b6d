"""Submissions in the admin: the steps of the review as buttons, and the marks that were made."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators import review
from indicators.admin.entering import DATA, LARGE, SeriesField
from indicators.models import Mark, Series, Submission
from pilots.admin import WORKERS, ActAdmin, ActForm, Deed
from pilots.forms import DayField
from pilots.models import Door, User


class MarkedField(SeriesField, forms.ModelMultipleChoiceField):
    """Some series of the pilot."""


class SendBackForm(ActForm):
    """What must change; the cells chosen get one mark each, with the same words."""

    summary = forms.CharField(label=_("what must change"), widget=LARGE)
    due = DayField(label=_("due"), required=False)
    marked = MarkedField(Series.objects.none(), label=_("marked series"), required=False)
    kind = forms.ChoiceField(label=_("kind of mark"), required=False, choices=Mark.Kind.choices)
    text = forms.CharField(label=_("words of the mark"), required=False, widget=LARGE)

    def prepare(self) -> None:
        self.fields["marked"].queryset = Series.objects.of(self.target.pilot).with_definitions().select_related("pilot")

    def clean(self) -> dict:
        data = super().clean()
        if data.get("marked") and not data.get("text"):
            raise ValidationError({"text": ValidationError(_("Write what the marks say."), code="required")})
        return data


class VerifyForm(ActForm):
    """The overall assessment."""

    assessment = forms.ChoiceField(label=_("overall assessment"), choices=Submission.Assessment.choices)
    comment = forms.CharField(label=_("comment"), required=False, widget=LARGE)
    accept_rest = forms.BooleanField(label=_("accept every value that is not reviewed yet"), required=False)


def send_back(submission: Submission, data: dict, *, by: User) -> Submission:
    marks = [review.MarkInput(series.code, data["kind"], data["text"]) for series in data["marked"]]
    return review.send_back(submission=submission, summary=data["summary"], due=data["due"], marks=marks, by=by, door=Door.ADMIN)


@admin.register(Submission)
class SubmissionAdmin(ActAdmin):
    group = DATA
    readers = WORKERS
    list_display = ("collection", "round", "state", "submitted_by", "submitted_at", "decided_by", "demo")
    list_filter = ("state", "pilot", "demo")
    list_select_related = ("collection__pilot", "submitted_by", "decided_by")
    deeds = (
        Deed(
            "begin", _("Begin review"), lambda found, _data, by: review.begin(submission=found, by=by, door=Door.ADMIN), table=review.STEPS
        ),
        Deed("send_back", _("Send back"), send_back, SendBackForm, table=review.STEPS, step="send-back"),
        Deed(
            "verify",
            _("Verify"),
            lambda found, data, by: review.verify(submission=found, **data, by=by, door=Door.ADMIN),
            VerifyForm,
            table=review.STEPS,
        ),
        Deed(
            "withdraw",
            _("Withdraw"),
            lambda found, _data, by: review.withdraw(submission=found, by=by, door=Door.ADMIN),
            table=review.STEPS,
        ),
    )

    def offered(self, deed: Deed, target: Submission, user: User) -> bool:
        """Four eyes count as well: nobody is offered to verify what they submitted."""
        return (deed.step or deed.name) in {step.name for step in review.available(target, user)}

    def trail_of(self, target: Submission) -> tuple[str, str]:
        return "submission", f"{target.collection.period}/{target.number}"


@admin.register(Mark)
class MarkAdmin(ActAdmin):
    group = DATA
    readers = WORKERS
    list_display = ("submission", "series", "kind", "round", "made_by")
    list_filter = ("kind",)
    list_select_related = ("submission__collection__pilot", "series", "made_by")

    def seen_by(self, user: User) -> models.QuerySet:
        return Mark.objects.visible_to(user)
