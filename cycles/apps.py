"""Names the app cycles to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CyclesConfig(AppConfig):
    name = "cycles"
    verbose_name = _("Cycles")
    default_auto_field = "django.db.models.BigAutoField"
