"""What the pages about people ask for."""

from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from pilots.forms import RefusableForm
from pilots.models import PILOT_ROLES, Invitation, Pilot, Role, User

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
IN_A_PILOT = [(role.value, role.label) for role in PILOT_ROLES]


class TeamInvitationForm(RefusableForm):
    """Who is invited to a pilot, and as what."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=IN_A_PILOT, initial=Role.CONTRIBUTOR)
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def asked(self, pilot: Pilot | None) -> dict[str, object]:
        """Return what the act takes."""
        given = {"pilot": pilot, **self.cleaned_data}
        given["roles"] = [given.pop("role")]
        return given


class InvitationForm(TeamInvitationForm):
    """Who is invited to the programme or to any pilot."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.COORDINATOR)
    pilot = forms.ModelChoiceField(
        Pilot.objects.none(),
        label=_("Pilot"),
        required=False,
        empty_label=_("the whole programme"),
        help_text=_("Viewer, contributor and lead belong to a pilot; the other roles to the whole programme."),
    )
    field_order = ("name", "role", "pilot")

    def __init__(self, *args: object, person: User, **more: object) -> None:
        super().__init__(*args, **more)
        self.fields["pilot"].queryset = Pilot.objects.visible_to(person)


class RoleForm(RefusableForm):
    """A role and the place that it belongs to."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.COORDINATOR)
    pilot = forms.ModelChoiceField(Pilot.objects.none(), label=_("Pilot"), required=False, empty_label=_("the whole programme"))

    def __init__(self, *args: object, person: User, **more: object) -> None:
        super().__init__(*args, **more)
        self.fields["pilot"].queryset = Pilot.objects.visible_to(person)


class DetailsForm(RefusableForm):
    """What a person is called and how they are reached."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class JoinForm(RefusableForm):
    """How an invited person will sign in."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        help_text=_("You sign in with it. Letters, digits and @ . + - _ are possible."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    again = forms.CharField(label=_("Password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: object, invitation: Invitation, **more: object) -> None:
        super().__init__(*args, initial={"name": invitation.name, "username": suggested(invitation)}, **more)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, object]:
        """Refuse two passwords that differ, which is a slip of the hand."""
        given = super().clean()
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return given


def suggested(invitation: Invitation) -> str:
    """Suggest a username: the first part of the e-mail, or a name without spaces and Chinese characters."""
    first = invitation.email.partition("@")[0] or invitation.name
    return first if first.isascii() and " " not in first else ""
