"""People, roles and invitations in the admin: the administrator keeps all of them, a lead those of their own pilot."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilots import invitations, members
from pilots.admin.acting import ActAdmin, ActForm, Deed, Sheet
from pilots.forms import DayField
from pilots.models import PILOT_ROLES, PROGRAMME_ROLES, Cover, Door, Invitation, Membership, Pilot, Role, User

GRANTERS = (Role.ADMINISTRATOR, Role.LEAD)


class PersonForm(ActForm):
    """A new person; without a password they cannot sign in until one is set for them."""

    username = forms.CharField(label=_("username"), max_length=150)
    name = forms.CharField(label=_("name"), max_length=150)
    email = forms.EmailField(label=_("e-mail"), required=False)
    phone = forms.CharField(label=_("phone"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("language"), required=False, choices=[("", "—"), ("zh-hans", "中文"), ("en", "English")])
    password = forms.CharField(label=_("first password"), required=False, strip=False, widget=forms.PasswordInput)

    def clean_password(self) -> str | None:
        password = self.cleaned_data["password"]
        if password:
            validate_password(password, User(username=self.data.get("username", ""), name=self.data.get("name", "")))
        return password or None


class RoleForm(ActForm):
    """A role and the place that it belongs to."""

    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    pilot = forms.ModelChoiceField(Pilot.objects.none(), label=_("pilot"), required=False)

    def prepare(self) -> None:
        self.fields["pilot"].queryset = Pilot.objects.visible_to(self.person)


class MembershipForm(RoleForm):
    """Who gets the role, where, and which."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("person"))
    field_order = ("user", "role", "pilot")

    def prepare(self) -> None:
        super().prepare()
        self.fields["user"].queryset = User.objects.visible_to(self.person)


class RoleAloneForm(ActForm):
    """Another role in the same place."""

    role = forms.ChoiceField(label=_("role"), choices=Role.choices)

    def prepare(self) -> None:
        place = PILOT_ROLES if self.target.pilot_id else PROGRAMME_ROLES
        self.fields["role"].choices = [(role.value, role.label) for role in place]


class ReasonForm(ActForm):
    """Why an account is switched."""

    reason = forms.CharField(label=_("reason"), max_length=300)


class InvitationForm(RoleForm):
    """Who is invited, where, and as what."""

    name = forms.CharField(label=_("name"), max_length=150)
    email = forms.EmailField(label=_("e-mail"), required=False)
    phone = forms.CharField(label=_("phone"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("language"), choices=[("zh-hans", "中文"), ("en", "English")])
    field_order = ("name", "role", "pilot")


class PeopleAdmin(ActAdmin):
    """What a superuser without any role sees besides the settings."""

    group = _("People")
    readers = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.LEAD})

    def opens_to(self, user: User) -> bool:
        return user.is_superuser or super().opens_to(user)

    def ever(self, deed: Deed, user: User) -> bool:
        return user.is_superuser or super().ever(deed, user)

    def offered(self, deed: Deed, target: models.Model, user: User) -> bool:
        return user.is_superuser or super().offered(deed, target, user)

    def holds(self, deed: Deed, target: models.Model, user: User) -> bool:
        return user.is_superuser or super().holds(deed, target, user)


@admin.register(User)
class UserAdmin(PeopleAdmin):
    list_display = ("username", "name", "email", "is_active", "demo")
    list_filter = ("is_active", "demo")
    search_fields = ("username", "name", "email")
    fields = ("username", "name", "email", "phone", "language", "mail", "is_active", "demo", "date_joined")
    add = Deed(
        "add",
        _("Add a person"),
        lambda _none, data, by: members.add_person(**data, by=by, door=Door.ADMIN),
        PersonForm,
        (Role.ADMINISTRATOR,),
    )
    deeds = (
        Deed(
            "grant", _("Give a role"), lambda user, data, by: members.grant(user=user, **data, by=by, door=Door.ADMIN), RoleForm, GRANTERS
        ),
        Deed(
            "switch_off",
            _("Switch the account off"),
            lambda user, data, by: members.switch_off(user=user, **data, by=by, door=Door.ADMIN),
            ReasonForm,
            (Role.ADMINISTRATOR,),
        ),
        Deed(
            "switch_on",
            _("Switch the account on"),
            lambda user, data, by: members.switch_on(user=user, **data, by=by, door=Door.ADMIN),
            ReasonForm,
            (Role.ADMINISTRATOR,),
        ),
    )

    def offered(self, deed: Deed, target: models.Model, user: User) -> bool:
        """A lead gives roles of their own pilot to whomever they see; an account is switched the other way than it stands."""
        fits = {"switch_off": target.is_active, "switch_on": not target.is_active and target.anonymised_at is None}
        return fits.get(deed.name, True) and self.ever(deed, user)

    def trail_of(self, target: User) -> tuple[str, str]:
        return "person", target.username


@admin.register(Membership)
class MembershipAdmin(PeopleAdmin):
    list_display = ("user", "role", "pilot", "granted_at", "ended_at")
    list_filter = ("role", "pilot")
    search_fields = ("user__username", "user__name")
    list_select_related = ("user", "pilot")
    fields = ("user", "pilot", "role", "granted_by", "granted_at", "ended_at")
    add = Deed("add", _("Give a role"), lambda _none, data, by: members.grant(**data, by=by, door=Door.ADMIN), MembershipForm, GRANTERS)
    deeds = (
        Deed(
            "change_role",
            _("Change the role"),
            lambda membership, data, by: members.change(membership=membership, **data, by=by, door=Door.ADMIN),
            RoleAloneForm,
            GRANTERS,
        ),
        Deed(
            "end",
            _("End this role"),
            lambda membership, _data, by: members.end(membership=membership, by=by, door=Door.ADMIN),
            roles=GRANTERS,
        ),
    )

    def offered(self, deed: Deed, target: Membership, user: User) -> bool:
        return target.ended_at is None and super().offered(deed, target, user)


class CoverForm(ActForm):
    """Who is away, who is there instead, and from when to when."""

    coordinator = forms.ModelChoiceField(User.objects.none(), label=_("coordinator who is away"))
    cover = forms.ModelChoiceField(User.objects.none(), label=_("covered by"))
    first_day = DayField(label=_("first day"))
    last_day = DayField(label=_("last day"))

    def prepare(self) -> None:
        for field in ("coordinator", "cover"):
            self.fields[field].queryset = User.objects.coordinating()


ARRANGERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@admin.register(Cover)
class CoverAdmin(PeopleAdmin):
    """Holiday cover: arranged and ended by coordinators and administrators."""

    readers = frozenset({*ARRANGERS, Role.AUDITOR})
    list_display = ("coordinator", "cover", "first_day", "last_day", "made_by", "ended_at")
    list_select_related = ("coordinator", "cover", "made_by")
    fields = ("coordinator", "cover", "first_day", "last_day", "made_by", "made_at", "ended_at")
    add = Deed("add", _("Arrange a cover"), lambda _none, data, by: members.cover(**data, by=by, door=Door.ADMIN), CoverForm, ARRANGERS)
    deeds = (
        Deed("end", _("End this cover"), lambda cover, _data, by: members.end_cover(cover=cover, by=by, door=Door.ADMIN), roles=ARRANGERS),
    )

    def offered(self, deed: Deed, target: Cover, user: User) -> bool:
        over = target.ended_at is not None or target.last_day < timezone.localdate()
        return not over and super().offered(deed, target, user)

    def trail_of(self, target: Cover) -> tuple[str, str]:
        return "cover", target.coordinator.username


@admin.register(Invitation)
class InvitationAdmin(PeopleAdmin):
    """Invitations; what makes a link shows it this once, on the page that answers."""

    list_display = ("__str__", "pilot", "roles", "invited_by", "invited_at", "expires_at", "accepted_by", "revoked_at")
    list_filter = ("pilot",)
    list_select_related = ("pilot", "invited_by", "accepted_by")
    fields = (
        "name",
        "email",
        "phone",
        "pilot",
        "roles",
        "invited_by",
        "invited_at",
        "expires_at",
        "accepted_by",
        "accepted_at",
        "revoked_at",
    )
    add = Deed("add", _("Invite a person"), lambda _none, data, by: invite(data, by), InvitationForm, GRANTERS)
    deeds = (
        Deed(
            "renew",
            _("Make a new link"),
            lambda invitation, _data, by: invitations.renew(invitation=invitation, by=by, door=Door.ADMIN),
            roles=GRANTERS,
        ),
        Deed(
            "revoke",
            _("Revoke the invitation"),
            lambda invitation, _data, by: invitations.revoke(invitation=invitation, by=by, door=Door.ADMIN),
            roles=GRANTERS,
        ),
    )

    def offered(self, deed: Deed, target: Invitation, user: User) -> bool:
        return target.accepted_at is None and target.revoked_at is None and super().offered(deed, target, user)

    def done(self, request: HttpRequest, sheet: Sheet, result: object) -> HttpResponse:
        """Show the link of an invitation, or go on after one was revoked."""
        if result is None:
            return super().done(request, sheet, result)
        invitation, text = result
        link = request.build_absolute_uri(f"/join/{text}/")
        context = {**self.admin_site.each_context(request), "title": sheet.deed.label, "opts": self.opts, "link": link}
        return TemplateResponse(request, "admin/link.html", {**context, "invitation": invitation, "back": self.page_of(invitation)})


def invite(data: dict, by: User) -> tuple[Invitation, str]:
    """Invite to the one role that the form asked for."""
    rest = {name: value for name, value in data.items() if name != "role"}
    return invitations.invite(**rest, roles=[data["role"]], by=by, door=Door.ADMIN)
