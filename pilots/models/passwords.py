"""Passwords that a person had, as hashes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.models.people import User


class FormerPassword(models.Model):
    """The hash of a password that a person had, kept so that it does not come back too soon."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["-ended_at", "-pk"]
        verbose_name = _("former password")
        verbose_name_plural = _("former passwords")

    def __str__(self) -> str:
        return f"{self.user} {self.ended_at:%Y-%m-%d}"
