"""Answers that were given to programs, kept for a day under the key that the sender chose."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.models.people import User
from pilots.models.pilot import Pilot


class KeptAnswer(models.Model):
    """What one sending did: the same key at the same address gets this answer again and does nothing twice.

    `pilot` is the one that the sender's token is held to, so that no token is given an answer that it could not have had.
    `place` and `asked` are sha256 sums of method and address, and of everything that the request asks for.
    """

    actor = models.ForeignKey(User, models.CASCADE, related_name="+")
    pilot = models.ForeignKey(Pilot, models.CASCADE, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(fields=["actor", "pilot", "place", "key"], nulls_distinct=False, name="answer_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.key}"
