"""The word that tells whether what the pilots report is still what it was."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class RosterWord(models.Model):
    """One row with a word that the database draws anew, at random, with each statement on what pilots report.

    Units, variables, indicators, series, pilots and the facts of their profiles change a few times a year and are looked at with
    every save. Whoever has read the word and then them may keep what was read until the word is another one. A number would not do:
    one that was rolled back comes again with something else behind it.
    """

    word = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = _("word of what is reported")
        verbose_name_plural = _("words of what is reported")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="roster_word_is_one")]
