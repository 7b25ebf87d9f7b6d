"""Names the app portal, and the administration as the portal has it, to Django."""

from django.apps import AppConfig
from django.contrib.admin import apps as stock
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")
    default_auto_field = "django.db.models.BigAutoField"


class AdministrationConfig(stock.AdminConfig):
    default = False
    default_site = "portal.admin.Site"
