"""Invitations: links by which people who are not there yet come in, or people who are get another role."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilots.models.people import PILOT_ROLES, PROGRAMME_ROLES, Role, User, keeps_people, led_by
from pilots.models.pilot import Pilot


class InvitationQuerySet(models.QuerySet):
    """Invitations, and which of them still open something."""

    def visible_to(self, user: object) -> InvitationQuerySet:
        """All of them for those who keep people; for a lead, those to their pilots."""
        return self if keeps_people(user) else self.filter(pilot__in=led_by(user))

    def open(self, now: datetime | None = None) -> InvitationQuerySet:
        """Return those that were neither accepted nor revoked and have not expired."""
        return self.waiting().filter(expires_at__gt=now or timezone.now())

    def waiting(self) -> InvitationQuerySet:
        """Return those that were neither accepted nor revoked, expired ones included."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """An invitation to one place in some roles; of its link only a hash is kept, and its names only while it waits.

    `seed` makes the link together with the key of the portal, so that the link can be sent and stands nowhere.
    """

    seed = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans")
    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="invitations")
    roles = ArrayField(models.CharField(max_length=13, choices=Role))
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="invitations")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pilot=None, roles__contained_by=list(PROGRAMME_ROLES))
                | models.Q(pilot__isnull=False, roles__contained_by=list(PILOT_ROLES)),
                name="invitation_roles_fit_their_place",
            ),
            models.CheckConstraint(condition=models.Q(roles__len__gte=1), name="invitation_to_something"),
            models.CheckConstraint(condition=models.Q(language__in=["zh-hans", "en"]), name="invitation_in_a_language_there_is"),
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("invited_at")), name="invitation_expires_later"),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at=None),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, revoked_at=None) | models.Q(name="", email="", phone=""),
                name="invitation_forgets_names_when_done",
            ),
            models.CheckConstraint(condition=models.Q(roles__contained_by=Role.values), name="invitation_roles_are_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(self.accepted_by or self.pk)

    @property
    def open(self) -> bool:
        """Whether its link still opens."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def role_names(self) -> list[str]:
        """The roles in the reader's language."""
        return [str(Role(role).label) for role in self.roles]
