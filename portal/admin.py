"""The administration as one site: only pages that stand on the house's base, grouped by what they are about."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# The groups of the front page in their order; a group that nobody named comes last.
GROUPS = (_("Cycles"), _("Data"), _("Pilots"), _("People"), _("Indicators"), _("Framework"), _("Reports"), _("Trail"), _("Settings"))


class Site(admin.AdminSite):
    """The administration. What other packages register stays out, because nothing there asks who may see it."""

    site_title = site_header = index_title = _("Administration")
    enable_nav_sidebar = False

    def register(
        self, model_or_iterable: type[models.Model] | Iterable[type[models.Model]], admin_class: type | None = None, **options: object
    ) -> None:
        """Take in a model only with a page that says that it calls acts, as the house's base does."""
        if getattr(admin_class, "calls_acts", False):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, object]]:
        """Group what the reader may see by what it is about, whichever app holds it."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        found = [model for app in self._build_app_dict(request).values() for model in app["models"]]
        groups: dict[str, list[dict]] = {str(group): [] for group in GROUPS}
        for model in found:
            groups.setdefault(str(self._registry[model["model"]].group), []).append(model)
        return [self.group(name, models_) for name, models_ in groups.items() if models_]

    def group(self, name: str, found: list[dict]) -> dict[str, object]:
        """One group of the front page, in the shape that the stock templates take."""
        return {
            "name": name,
            "app_label": found[0]["model"]._meta.app_label,
            "app_url": reverse("admin:index", current_app=self.name),
            "has_module_perms": True,
            "models": found,
        }

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Send people to the one page for passwords."""
        return redirect("account_change_password")

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Send people to the one page for signing out."""
        return redirect("account_logout")
