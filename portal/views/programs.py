"""The tokens of a person's programs: listed, made with their text shown once, and ended."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from pilots import tokens
from pilots.models import Door, Pilot, Token, User

SCOPES = [
    (Token.Scope.READ, _("Read published figures")),
    (Token.Scope.OWN, _("Read everything that you may read")),
    (Token.Scope.WRITE, _("Read and write as you may")),
]
DAYS = [(30, _("30 days")), (90, _("90 days")), (365, _("1 year"))]


class TokenForm(forms.Form):
    """What a token is for, what it opens and how long it lasts."""

    name = forms.CharField(
        label=_("Name of the token"),
        max_length=100,
        help_text=_("What the program does, such as “nightly copy to the city data platform”."),
    )
    scope = forms.ChoiceField(label=_("What it may do"), choices=SCOPES, initial=Token.Scope.READ, widget=forms.RadioSelect)
    pilot = forms.ModelChoiceField(
        label=_("Only for the pilot"), queryset=Pilot.objects.none(), required=False, empty_label=_("All that you see")
    )
    days = forms.TypedChoiceField(label=_("It lasts"), choices=DAYS, initial=90, coerce=int)
    addresses = forms.CharField(
        label=_("Only from these addresses"),
        required=False,
        max_length=1000,
        help_text=_("Addresses such as 203.0.113.7 or networks such as 203.0.113.0/24, with blanks between them."),
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        """Offer the pilots that the person belongs to."""
        super().__init__(*args, **kwargs)
        self.fields["pilot"].queryset = Pilot.objects.filter(pk__in=user.pilot_ids)

    @property
    def wanted(self) -> dict[str, object]:
        """The token as the act takes it."""
        return {**self.cleaned_data, "addresses": self.cleaned_data["addresses"].replace(",", " ").split()}

    def refuse(self, refusal: ValidationError) -> None:
        """Show an act's refusal beside the field that it names."""
        for name, errors in (getattr(refusal, "error_dict", None) or {None: refusal.error_list}).items():
            self.add_error(name if name in self.fields else None, errors)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("text")
def programs(request: HttpRequest) -> HttpResponse:
    """List the person's tokens; make one and show its text, which stands on this one page and nowhere else."""
    form, text, token = TokenForm(request.POST or None, user=request.user), "", None
    if request.method == "POST" and form.is_valid():
        try:
            token, text = tokens.make(user=request.user, by=request.user, door=Door.PAGE, **form.wanted)
        except ValidationError as refusal:
            form.refuse(refusal)
    mine = request.user.auth_token_set.select_related("pilot")
    refused = request.method == "POST" and token is None
    context = {"form": TokenForm(user=request.user) if token else form, "tokens": mine, "made": token, "text": text}
    return render(request, "programs.html", context, status=400 if refused else 200)


@login_required
@require_POST
def end_program(request: HttpRequest, prefix: str) -> HttpResponse:
    """End one of the person's tokens; its next request is refused."""
    tokens.revoke(token=get_object_or_404(request.user.auth_token_set, token_key=prefix), by=request.user, door=Door.PAGE)
    return redirect("programs")
