"""People and their roles in the admin: the administrator adds and grants, a lead grants in their own pilot."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots import members
from pilots.admin.acting import ActAdmin, ActForm, Deed
from pilots.models import Door, Membership, Pilot, Role, User

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
        self.fields["user"].queryset = people_seen_by(self.person)


def people_seen_by(user: User) -> models.QuerySet:
    """Return everybody for the administrator, a superuser and the auditor; for a lead, who belongs to their pilots."""
    if user.is_superuser or user.programme_roles & {Role.ADMINISTRATOR, Role.AUDITOR}:
        return User.objects.all()
    return User.objects.filter(memberships__in=memberships_seen_by(user)).distinct()


def memberships_seen_by(user: User) -> models.QuerySet:
    """Return all memberships for the administrator, a superuser and the auditor; for a lead, those of their pilots."""
    if user.is_superuser or user.programme_roles & {Role.ADMINISTRATOR, Role.AUDITOR}:
        return Membership.objects.all()
    led = [pilot for pilot, role in user.grants if role == Role.LEAD]
    return Membership.objects.filter(pilot__in=led)


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


@admin.register(User)
class UserAdmin(PeopleAdmin):
    list_display = ("username", "name", "email", "is_active", "demo")
    list_filter = ("is_active", "demo")
    search_fields = ("username", "name", "email")
    fields = ("username", "name", "email", "phone", "language", "is_active", "demo", "date_joined")
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
    )

    def seen_by(self, user: User) -> models.QuerySet:
        return people_seen_by(user)

    def offered(self, deed: Deed, target: models.Model, user: User) -> bool:
        """A lead gives roles of their own pilot to whomever they see."""
        return self.ever(deed, user)

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
            "end",
            _("End this role"),
            lambda membership, _data, by: members.end(membership=membership, by=by, door=Door.ADMIN),
            roles=GRANTERS,
        ),
    )

    def seen_by(self, user: User) -> models.QuerySet:
        return memberships_seen_by(user)

    def offered(self, deed: Deed, target: Membership, user: User) -> bool:
        return target.ended_at is None and super().offered(deed, target, user)
