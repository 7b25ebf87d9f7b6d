"""The one base of all admin pages: what a person sees follows `visible_to`, and whatever changes goes through one act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial, update_wrapper

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilots import access, steps
from pilots.admin.words import Columns, name_fields
from pilots.models import Pilot, Role, TrailRow, User
from pilots.steps import Step

# Whoever works in the admin, by what they may read there.
EVERYBODY = frozenset({Role.LEAD, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR})
WORKERS = frozenset({Role.LEAD, Role.COORDINATOR, Role.AUDITOR})
KEEPERS = frozenset({Role.ADMINISTRATOR})


class ActForm(forms.Form):
    """The form of a deed; it knows the thing that the deed is about and the person who does it."""

    wrong_state = False

    def __init__(self, *args: object, target: models.Model | None, person: User, **kwargs: object) -> None:
        self.target, self.person = target, person
        kwargs.setdefault("initial", self.known())
        super().__init__(*args, **kwargs)
        self.prepare()

    def known(self) -> dict[str, object]:
        """What the form shows before anything is typed."""
        return {}

    def prepare(self) -> None:
        """Narrow the choices to what belongs to the target."""

    def refuse(self, refusal: ValidationError) -> None:
        """Show an act's refusal beside the fields that it names, in the act's own words."""
        by_field = getattr(refusal, "error_dict", None) or {None: refusal.error_list}
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, errors)
            self.wrong_state |= any(error.code == "wrong_state" for error in errors)

    @property
    def status(self) -> int:
        """The status of the answer that shows this form: 409 for a wrong state, 400 for what cannot be read or is against a rule."""
        if not self.is_bound:
            return 200
        return 409 if self.wrong_state else 400


@dataclass(frozen=True)
class Deed:
    """Something to do on an admin page: the form that asks for it and the one act that does it.

    `run` takes the target, the form's cleaned data and, as `by`, the person. A deed is offered to whoever holds one of `roles`, or
    where `table` is given, to whoever may take its `step` in the state that the target is in. The button of a `direct` one
    does it at once, although its form could say more; after one that `removes` there is no page to go back to.
    """

    name: str
    label: str | Promise
    run: Callable[..., object]
    form: type[ActForm] = ActForm
    roles: tuple[str, ...] = ()
    table: tuple[Step, ...] = ()
    step: str = ""
    direct: bool = False
    removes: bool = False

    @property
    def asks(self) -> bool:
        """Whether anything is to be filled in."""
        return bool(self.form.base_fields)

    @property
    def holders(self) -> frozenset[str]:
        """The roles that may ever do it."""
        if not self.table:
            return frozenset(self.roles)
        return frozenset(role for step in self.table if step.name == (self.step or self.name) for role in step.roles)

    def offered(self, held: Iterable[str], state: str) -> bool:
        """Whether somebody with the roles `held` may do it now."""
        if not self.table:
            return not self.holders.isdisjoint(held)
        return any(step.name == (self.step or self.name) for step in steps.available(self.table, state=state, roles=held))


@dataclass(frozen=True)
class Sheet:
    """What a page of a form needs besides the form itself."""

    deed: Deed
    target: models.Model | None = None
    back: str = field(default="")


class ActAdmin(Columns, admin.ModelAdmin):
    """An admin page that shows what its reader may see and changes things only by calling acts."""

    # The site takes in no page without this mark.
    calls_acts = True
    group = gettext_lazy("Framework")
    readers: frozenset[str] = EVERYBODY
    add: Deed | None = None
    change: Deed | None = None
    deeds: tuple[Deed, ...] = ()
    actions = None
    view_on_site = False
    show_full_result_count = False
    change_form_template = "admin/object.html"
    list_per_page = 50

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        name_fields(model)

    # What a reader may see

    def opens_to(self, user: User) -> bool:
        """Whether the person sees this kind of thing at all; a superuser counts as nothing more."""
        return not self.readers.isdisjoint(role for _pilot, role in user.grants)

    def seen_by(self, user: User) -> models.QuerySet:
        """Return the rows that the person may see."""
        rows = self.model._default_manager.all()
        return rows.visible_to(user) if hasattr(rows, "visible_to") else rows

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.seen_by(request.user)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> models.Model:
        """Return the thing, or answer for a hidden one as for one that does not exist."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.is_active and self.opens_to(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.add is not None and self.has_view_permission(request) and self.ever(self.add, request.user)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    # What a person may do

    def pilot_of(self, target: models.Model | None) -> Pilot | None:
        """The pilot that a thing belongs to; it decides which roles count."""
        return getattr(target, "pilot", None)

    def state_of(self, target: models.Model) -> str:
        """The state that the deeds' tables speak of."""
        return getattr(target, "state", "")

    def ever(self, deed: Deed, user: User) -> bool:
        """Whether the person may do it to something somewhere."""
        return not deed.holders.isdisjoint(role for _pilot, role in user.grants)

    def offered(self, deed: Deed, target: models.Model, user: User) -> bool:
        """Whether a button for it stands on the thing's page."""
        return deed.offered(access.roles_in(user, self.pilot_of(target)), self.state_of(target))

    def holds(self, deed: Deed, target: models.Model, user: User) -> bool:
        """Whether the person holds a role that may do it to this thing in some state."""
        return not deed.holders.isdisjoint(access.roles_in(user, self.pilot_of(target)))

    # Pages

    def get_urls(self) -> list:
        """Give every deed its address beside the pages of the thing."""
        own = [
            path(f"<path:object_id>/do/{deed.name}/", self.wrapped(deed), name=f"{self.opts.app_label}_{self.opts.model_name}_{deed.name}")
            for deed in self.deeds
        ]
        return own + super().get_urls()

    def wrapped(self, deed: Deed) -> Callable[..., HttpResponse]:
        """Return the view of a deed behind the admin's sign-in."""
        view = partial(self.deed_view, deed=deed)
        return update_wrapper(self.admin_site.admin_view(view), self.deed_view)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.answer(request, Sheet(self.add, None, reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """Show a thing with the deeds that are open now; where it has a form of its own, that form answers at this address."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        target = self.get_object(request, unquote(object_id))
        if self.change is not None and (request.method == "POST" or self.offered(self.change, target, request.user)):
            return self.answer(request, Sheet(self.change, target, self.page_of(target)))
        return super().change_view(request, object_id, form_url, {**self.beside(request, target), **(extra_context or {})})

    def deed_view(self, request: HttpRequest, object_id: str, deed: Deed) -> HttpResponse:
        """Ask for what a deed needs, and do it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        target = self.get_object(request, unquote(object_id))
        if request.method != "POST" and not self.holds(deed, target, request.user):
            raise PermissionDenied
        return self.answer(request, Sheet(deed, target, self.page_of(target)))

    def answer(self, request: HttpRequest, sheet: Sheet) -> HttpResponse:
        """Show the form of a deed; when it is sent, call the act and show its refusal beside the fields, or go on."""
        sent = request.POST if request.method == "POST" else None
        form = sheet.deed.form(sent, target=sheet.target, person=request.user)
        if sent is not None and form.is_valid():
            try:
                result = sheet.deed.run(sheet.target, form.cleaned_data, by=request.user)
            except ValidationError as refusal:
                form.refuse(refusal)
            else:
                return self.done(request, sheet, result)
        return TemplateResponse(request, "admin/deed.html", self.context_of(request, sheet, form), status=form.status)

    def done(self, request: HttpRequest, sheet: Sheet, result: object) -> HttpResponse:
        """Say that it is done and go on."""
        messages.success(request, _("Done: %(deed)s.") % {"deed": sheet.deed.label})
        return HttpResponseRedirect(self.onward(sheet, result))

    def onward(self, sheet: Sheet, result: object) -> str:
        """Where to go after a deed: to the page of what it made, or back."""
        if sheet.deed.removes:
            return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return self.page_of(result) if isinstance(result, self.model) else sheet.back

    def page_of(self, target: models.Model) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[target.pk])

    def context_of(self, request: HttpRequest, sheet: Sheet, form: ActForm) -> dict[str, object]:
        """What the page of a form shows."""
        fieldsets = [(None, {"fields": list(form.fields)})]
        beside = self.beside(request, sheet.target) if sheet.target else {}
        if sheet.deed is not self.change:
            beside |= {"deeds": [], "history": ""}
        return {
            **self.admin_site.each_context(request),
            **beside,
            "title": sheet.deed.label,
            "subtitle": str(sheet.target) if sheet.target else None,
            "opts": self.opts,
            "original": sheet.target,
            "deed": sheet.deed,
            "adminform": helpers.AdminForm(form, fieldsets, {}, (), model_admin=self),
            "errors": form.errors,
            "media": self.media + form.media,
            "back": sheet.back,
        }

    def beside(self, request: HttpRequest, target: models.Model) -> dict[str, object]:
        """What stands beside a thing: the deeds open now, and whether it has a history to show."""
        prefix = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        offered = [deed for deed in self.deeds if self.offered(deed, target, request.user)]
        return {
            "deeds": [(deed, reverse(f"{prefix}_{deed.name}", args=[target.pk])) for deed in offered],
            "history": reverse(f"{prefix}_history", args=[target.pk]) if self.trail_of(target) else "",
        }

    # History

    def trail_of(self, target: models.Model) -> tuple[str, str] | None:
        """The kind and key under which the trail knows a thing, where it does."""
        return None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Show who did what to a thing, from the trail."""
        target = self.get_object(request, unquote(object_id))
        known = self.trail_of(target)
        if known is None or not self.has_view_permission(request, target):
            raise PermissionDenied
        rows = TrailRow.objects.filter(pilot=self.pilot_of(target), object_kind=known[0], object_key=known[1]).select_related("actor")
        shown = {"title": _("History"), "subtitle": str(target), "opts": self.opts, "original": target, "rows": rows[:200]}
        context = {**self.admin_site.each_context(request), **shown, "back": self.page_of(target)}
        return TemplateResponse(request, "admin/trail.html", context)
