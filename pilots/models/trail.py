"""The trail: one append-only row for everything that an act changed, hung into a chain of hashes, whose heads are sealed every day."""

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.models.keeping import kept_whole, known, stays_whole
from pilots.models.people import User
from pilots.models.pilot import Pilot

# Every pilot has a chain of its own; what concerns no pilot hangs in the programme's.
PROGRAMME = 0


class Door(models.TextChoices):
    """Where an act was called from."""

    PAGE = "page", _("page")
    ADMIN = "admin", _("admin")
    API = "api", _("API")
    WORKBOOK = "workbook", _("workbook")
    COMMAND = "command", _("command")
    SYSTEM = "system", _("system")


class TrailQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> models.QuerySet:
        """Auditors read the whole trail; the others see history on the pages of what they may read."""
        return self if "auditor" in getattr(user, "programme_roles", ()) else self.none()


class Chained(pgtrigger.Trigger):
    """Calls the function of the chains directly, which a migration made: the library's own wrapping costs more than the hash of a row."""

    def render_execute(self, model: type[models.Model]) -> str:
        """Name the function that hangs a row, and all that wait with it, into their chains."""
        return "trail_chained()"


class TrailRow(models.Model):
    """Who did what, when, through which door, and what it was before and after."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="trail")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    door = models.CharField(max_length=8, choices=Door)
    act = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    batch = models.UUIDField(default=uuid.uuid4)

    objects = TrailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("trail row")
        verbose_name_plural = _("trail")
        constraints = [
            known("door", Door, of="trailrow"),
        ]
        indexes = [models.Index(fields=["pilot", "object_kind", "object_key"], name="trail_of_an_object")]
        triggers = [
            *kept_whole(),
            # Deferred, so that the head of a chain is locked by a commit and never by an act that still waits for other locks.
            Chained(name="chained", operation=pgtrigger.Insert, when=pgtrigger.After, timing=pgtrigger.Deferred, func="RETURN NULL;"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.object_key}"


class TrailLink(models.Model):
    """Where a row hangs: the number in its chain, and the sha256 over the hash before it and everything the row says.

    The database writes it when the act's transaction is committed. It points at the row without holding it, so that a row
    that somebody takes out leaves its link behind.
    """

    row = models.OneToOneField(TrailRow, models.DO_NOTHING, primary_key=True, related_name="link", db_constraint=False)
    chain = models.BigIntegerField()
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = _("trail link")
        verbose_name_plural = _("trail links")
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="trail_link_once"),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="trail_link_counted"),
        ]
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.chain}/{self.seq}"


class TrailHead(models.Model):
    """The last number and hash of a chain; locked while a commit hangs its rows in, so that a chain never forks."""

    chain = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = _("trail head")
        verbose_name_plural = _("trail heads")
        triggers = [
            *stays_whole(),
            pgtrigger.Protect(
                name="moves_forward",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__seq__lte=pgtrigger.F("old__seq")) | pgtrigger.Q(old__chain__df=pgtrigger.F("new__chain")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.seq}"


class TrailSealQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> models.QuerySet:
        """Auditors read the seals with the trail."""
        return self if "auditor" in getattr(user, "programme_roles", ()) else self.none()


class TrailSeal(models.Model):
    """Where every chain ended on a day, signed with the portal's key, and what the walk of all chains found before."""

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    heads = models.JSONField()
    signature = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    faults = models.PositiveIntegerField()

    objects = TrailSealQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        verbose_name = _("trail seal")
        verbose_name_plural = _("trail seals")
        triggers = kept_whole()

    def __str__(self) -> str:
        return self.day.isoformat()
