"""Names and texts that are kept in Chinese and in English side by side."""

from django.db import models
from django.utils.translation import get_language


def choose(row: object, field: str) -> str:
    """Return `field` in the reader's language, or in the other one where it is empty."""
    zh, en = getattr(row, f"{field}_zh"), getattr(row, f"{field}_en")
    if (get_language() or "zh").startswith("zh"):
        return zh or en
    return en or zh


class Named(models.Model):
    """A row with a short name in both languages."""

    name_zh = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return choose(self, "name")


class Described(Named):
    """A named row with a description in both languages."""

    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def description(self) -> str:
        return choose(self, "description")
