"""People, the roles they hold in a pilot or in the programme, and the tokens of their programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from pilots.models.keeping import known
from pilots.models.pilot import Pilot

# Asked with every request of a person: Django takes longer to write it than the server to answer it. A role in the programme has no pilot.
HELD = """
SELECT p.*, m.role FROM pilots_membership m LEFT JOIN pilots_pilot p ON p.id = m.pilot_id WHERE m.user_id = %s AND m.ended_at IS NULL
"""


class Role(models.TextChoices):
    """What a person may do; `pilots.access` says what each role opens."""

    VIEWER = "viewer", _("viewer")
    CONTRIBUTOR = "contributor", _("contributor")
    LEAD = "lead", _("lead")
    COORDINATOR = "coordinator", _("coordinator")
    EXPERT = "expert", _("expert")
    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")


PILOT_ROLES = (Role.VIEWER, Role.CONTRIBUTOR, Role.LEAD)
PROGRAMME_ROLES = (Role.COORDINATOR, Role.EXPERT, Role.ADMINISTRATOR, Role.AUDITOR)
# The roles whose work reaches into the admin: the step buttons, the settings, the trail.
ADMIN_ROLES = frozenset({Role.LEAD, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR})


class Mail(models.TextChoices):
    """How a person wants to be mailed what stands in their inbox."""

    AT_ONCE = "at-once", _("at once")
    DAILY = "daily", _("once a day")
    NONE = "none", _("not at all")


def keeps_people(user: object) -> bool:
    """Whether the person reads about everybody: the administrator, a superuser and the auditor do."""
    if getattr(user, "is_superuser", False):
        return True
    return bool(getattr(user, "programme_roles", frozenset()) & {Role.ADMINISTRATOR, Role.AUDITOR})


def led_by(user: object) -> list[int]:
    """Return the pilots that the person leads."""
    return [pilot for pilot, role in getattr(user, "grants", ()) if role == Role.LEAD]


class PeopleQuerySet(models.QuerySet):
    """People, and who of them administers or is not seen any more."""

    def visible_to(self, user: object) -> PeopleQuerySet:
        """Everybody for those who keep people; for a lead, who belongs or belonged to their pilots."""
        if keeps_people(user):
            return self
        return self.filter(pk__in=Membership.objects.visible_to(user).values("user"))

    def administering(self) -> PeopleQuerySet:
        """Return whoever can administer now: the administrators and superusers whose account is on."""
        holders = Membership.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).values("user")
        return self.filter(models.Q(is_superuser=True) | models.Q(pk__in=holders), is_active=True)

    def coordinating(self) -> PeopleQuerySet:
        """Return the coordinators of the programme whose account is on."""
        holders = Membership.objects.filter(role=Role.COORDINATOR, pilot=None, ended_at=None).values("user")
        return self.filter(pk__in=holders, is_active=True)

    def unused_since(self, moment: datetime) -> PeopleQuerySet:
        """Return the accounts that are on and that neither their person nor one of their tokens has used since a moment."""
        used = Token.objects.filter(user=models.OuterRef("pk"), last_used_at__gte=moment)
        seen = models.Q(last_login__gte=moment) | models.Exists(used)
        return self.filter(is_active=True, active_since__lt=moment).exclude(seen)


class UserManager(BaseUserManager.from_queryset(PeopleQuerySet)):
    """Makes people; the first administrator is made by `createsuperuser`."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.email = self.normalize_email(user.email)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(username, password, **{**fields, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by username, e-mail or phone."""

    username = models.CharField(_("username"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True, choices=[("zh-hans", "中文"), ("en", "English")])
    mail = models.CharField(_("mail about notices"), max_length=7, choices=Mail, default=Mail.AT_ONCE)
    is_active = models.BooleanField(_("active"), default=True)
    demo = models.BooleanField(_("demo account"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    active_since = models.DateTimeField(_("switched on since"), default=timezone.now, editable=False)
    anonymised_at = models.DateTimeField(_("name forgotten at"), null=True, blank=True, editable=False)
    # None where somebody else chose the password: its person changes it first.
    password_changed_at = models.DateTimeField(default=timezone.now, null=True, blank=True, editable=False)
    second_factor_since = models.DateTimeField(null=True, blank=True, editable=False)
    # How often all sessions of the person were ended; a session keeps the number that it began under.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    own_pilots: Mapping[str, Pilot] = MappingProxyType({})

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        ordering = ["username"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(models.functions.Lower("email"), condition=~models.Q(email=""), name="email_once"),
            models.UniqueConstraint(fields=["phone"], condition=~models.Q(phone=""), name="phone_once"),
            models.CheckConstraint(
                condition=models.Q(anonymised_at=None) | models.Q(is_active=False, is_superuser=False, name="", email="", phone=""),
                name="forgotten_is_off_and_nameless",
            ),
            models.CheckConstraint(condition=models.Q(language__in=["", "zh-hans", "en"]), name="user_language_is_known"),
            known("mail", Mail, of="user"),
        ]

    def __str__(self) -> str:
        if self.anonymised_at is not None:
            return gettext("former member %(number)s") % {"number": self.pk}
        return self.name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind each session to the password and to how often all sessions of the person were ended."""
        held = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("pilots.models.User.session", held, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @cached_property
    def grants(self) -> tuple[tuple[int | None, str], ...]:
        """The person's roles as (pilot id or None, role), read once for each request."""
        if not self.is_active or self.pk is None:
            return ()
        held = list(Pilot.objects.raw(HELD, [self.pk]))
        # The pilots come with the same question, for whoever looks one of them up next.
        self.own_pilots = {pilot.slug: pilot for pilot in held if pilot.pk}
        return tuple((pilot.pk, pilot.role) for pilot in held)

    @property
    def pilot_ids(self) -> frozenset[int]:
        """The pilots the person belongs to."""
        return frozenset(pilot for pilot, _role in self.grants if pilot)

    @property
    def programme_roles(self) -> frozenset[str]:
        return frozenset(role for pilot, role in self.grants if pilot is None)

    @property
    def reads_programme(self) -> bool:
        """Whether the person reads every pilot's facts: coordinator, expert and auditor do."""
        return bool(self.programme_roles & {Role.COORDINATOR, Role.EXPERT, Role.AUDITOR})

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens at all; it follows from membership (DECISIONS 20)."""
        return self.is_superuser or any(role in ADMIN_ROLES for _pilot, role in self.grants)


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> MembershipQuerySet:
        """All memberships for those who keep people; for a lead, those of their pilots."""
        return self if keeps_people(user) else self.filter(pilot__in=led_by(user))


class Membership(models.Model):
    """A role that a person holds in a pilot, or in the programme where no pilot is named."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=13, choices=Role)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "role", "user"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "pilot", "role"], condition=models.Q(ended_at=None), nulls_distinct=False, name="membership_once"
            ),
            models.CheckConstraint(
                condition=models.Q(pilot=None, role__in=PROGRAMME_ROLES) | models.Q(pilot__isnull=False, role__in=PILOT_ROLES),
                name="membership_role_fits_its_place",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(ended_at=None, role__in=(Role.ADMINISTRATOR, Role.AUDITOR)),
                name="administrator_or_auditor",
            ),
            known("role", Role, of="membership"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("granted_at")), name="membership_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Token(AbstractAuthToken):
    """A program's token: named, scoped, for one pilot or all that its person sees; only its hash is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("read published values")
        OWN = "own", _("read what its person may read")
        WRITE = "write", _("write entries")

    name = models.CharField(max_length=100, blank=True)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ)
    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="tokens")
    # Addresses and networks from which it may be used; none means from anywhere.
    addresses = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created"]
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=["read", "own", "write"]), name="token_scope_is_known"),
        ]
