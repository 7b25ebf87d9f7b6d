"""People, the roles they hold in a pilot or in the programme, and the tokens of their programs."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from pilots.models.pilot import Pilot


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


class UserManager(BaseUserManager):
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
    is_active = models.BooleanField(_("active"), default=True)
    demo = models.BooleanField(_("demo account"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

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
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @cached_property
    def grants(self) -> tuple[tuple[int | None, str], ...]:
        """The person's roles as (pilot id or None, role), read once for each request."""
        if not self.is_active or self.pk is None:
            return ()
        return tuple(self.memberships.filter(ended_at=None).values_list("pilot_id", "role"))

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


class Membership(models.Model):
    """A role that a person holds in a pilot, or in the programme where no pilot is named."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=13, choices=Role)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

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
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created"]
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
