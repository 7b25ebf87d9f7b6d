"""The administration shows each role what a hand-written table says, and changes nothing except by acts."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.urls import reverse
from django.utils import translation

from pilots.models import Invitation, Membership, Pilot, Role, TrailRow, User
from tests import visitors

ROLES = ("lead", "coordinator", "administrator", "auditor")
EVERYBODY = set(ROLES)
WORKERS = {"lead", "coordinator", "auditor"}
PEOPLE = {"lead", "administrator", "auditor", "superuser"}
# Who may open which list, written by hand.
OPEN_TO = {
    "Purpose Issue Clause Standard Goal GoalTarget Pilot Fact": EVERYBODY,
    "Indicator Variable Unit Theme Mapping Series Target Baseline": EVERYBODY,
    "Milestone": {"coordinator", "auditor"},
    "User Membership Invitation": PEOPLE,
    "Cover": {"coordinator", "administrator", "auditor", "superuser"},
    "TrailRow": {"auditor"},
    "Edition OutboxRow": {"administrator", "superuser"},
    "Collection Entry Submission Mark Observation Current Release": WORKERS,
    "Cycle Policy Objective Justification Action Audit Review Stocktake Nonconformity CorrectiveAction Decision": WORKERS,
}
OPENED = {model: roles for models, roles in OPEN_TO.items() for model in models.split()}


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("root.person", name="Root")


@pytest.fixture
def signed_in(people, superuser):
    """Sign in as a role and return the client."""
    return lambda role: visitors.signed_in(superuser if role == "superuser" else getattr(people, role))


def listed(model: type) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def ours() -> list[type]:
    return [model for model in admin.site._registry if model._meta.app_label in {"pilots", "indicators", "cycles"}]


def test_every_page_of_the_administration_stands_in_the_table():
    assert {model.__name__ for model in ours()} == set(OPENED)
    assert {model._meta.app_label for model in admin.site._registry} <= {"pilots", "indicators", "cycles", "reports"}


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_each_role_opens_what_the_table_says_and_nothing_else(signed_in, role):
    client = signed_in(role)
    found = {model.__name__: client.get(listed(model)).status_code for model in ours()}
    assert found == {model: 200 if role in roles else 403 for model, roles in OPENED.items()}


@pytest.mark.parametrize("role", ["viewer", "contributor", "expert", "nobody"])
def test_who_has_no_work_in_the_administration_stays_outside(signed_in, role):
    client = signed_in(role)
    for address in (reverse("admin:index"), listed(Pilot), reverse("admin:pilots_pilot_change", args=[Pilot.objects.first().pk])):
        assert client.get(address).status_code in {302, 403}


def test_stranger_to_the_portal_is_asked_to_sign_in(client, db):
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_front_page_names_only_what_opens(signed_in, role):
    answer = signed_in(role).get(reverse("admin:index"))
    shown = {model["object_name"] for group in answer.context["app_list"] for model in group["models"]}
    assert shown & set(OPENED) == {model for model, roles in OPENED.items() if role in roles}


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_nothing_is_changed_or_deleted_past_the_acts(signed_in, role):
    client, pilot = signed_in(role), Pilot.objects.first()
    before = TrailRow.objects.count()
    change = reverse("admin:pilots_pilot_change", args=[pilot.pk])
    delete = reverse("admin:pilots_pilot_delete", args=[pilot.pk])
    assert client.post(change, {"name_en": "Mine", "slug": "mine"}).status_code == 403
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert client.post(listed(Pilot), {"action": "delete_selected", "_selected_action": pilot.pk}).status_code in {200, 403}
    assert Pilot.objects.get(pk=pilot.pk).slug == pilot.slug
    assert TrailRow.objects.count() == before


def test_lead_sees_only_the_memberships_of_their_pilot(signed_in, people):
    client = signed_in("lead")
    theirs = Membership.objects.get(user=people.stranger)
    assert client.get(reverse("admin:pilots_membership_change", args=[theirs.pk])).status_code == 404
    assert client.get(reverse("admin:pilots_membership_change", args=[0])).status_code == 404
    mine = Membership.objects.get(user=people.viewer)
    assert client.get(reverse("admin:pilots_membership_change", args=[mine.pk])).status_code == 200


def test_administrator_adds_a_person_and_gives_a_role(signed_in, tianjin):
    client = signed_in("administrator")
    added = client.post(reverse("admin:pilots_user_add"), {"username": "new.person", "name": "New Person"})
    person = User.objects.get(username="new.person")
    assert added["Location"] == reverse("admin:pilots_user_change", args=[person.pk])
    client.post(reverse("admin:pilots_user_grant", args=[person.pk]), {"role": "viewer", "pilot": tianjin.pk})
    assert person.memberships.get().role == Role.VIEWER
    assert TrailRow.objects.filter(act="members.grant", door="admin").count() == 1


def test_refusal_of_the_act_is_shown_and_what_was_typed_is_kept(signed_in, tianjin, people):
    address = reverse("admin:pilots_user_grant", args=[people.viewer.pk])
    answer = signed_in("administrator").post(address, {"role": "coordinator", "pilot": tianjin.pk})
    assert answer.status_code == 400
    assert "programme" in answer.context["adminform"].form.non_field_errors()[0] or "项目" in answer.content.decode()
    assert answer.context["adminform"].form["role"].value() == "coordinator"


def test_lead_cannot_give_roles_of_the_programme(signed_in, people):
    answer = signed_in("lead").post(reverse("admin:pilots_user_grant", args=[people.viewer.pk]), {"role": "coordinator"})
    assert answer.status_code == 403
    assert not people.viewer.memberships.filter(role=Role.COORDINATOR).exists()


def test_lead_ends_a_role_in_their_pilot(signed_in, people):
    membership = Membership.objects.get(user=people.viewer)
    signed_in("lead").post(reverse("admin:pilots_membership_end", args=[membership.pk]))
    membership.refresh_from_db()
    assert membership.ended_at is not None


def test_weak_first_password_is_refused_beside_its_field(signed_in):
    answer = signed_in("administrator").post(reverse("admin:pilots_user_add"), {"username": "new", "name": "New", "password": "12345"})
    assert answer.status_code == 400
    assert answer.context["adminform"].form.errors["password"]
    assert not User.objects.filter(username="new").exists()


def test_history_of_a_person_is_the_trail(signed_in, people):
    answer = signed_in("administrator").get(reverse("admin:pilots_user_history", args=[people.viewer.pk]))
    assert [row.act for row in answer.context["rows"]] == ["members.add_person"]


def test_every_field_and_column_has_its_name_in_chinese():
    with translation.override("zh-hans"):
        pages = admin.site._registry.items()
        shown = {(model.__name__, name): label_for_field(name, model, page) for model, page in pages for name in named(page)}
        spoken = {where for where, label in shown.items() if str(label).isascii() and label not in {"ID", "SHA-256"}}
    assert not spoken


def named(page: admin.ModelAdmin) -> list[str]:
    """Every name that the list or the page of a thing shows."""
    fields = (*page.model._meta.fields, *page.model._meta.many_to_many)
    columns = [name for name in page.list_display if name != "__str__"]
    return columns + [field.name for field in fields if field.editable and not field.auto_created]


def test_every_form_page_opens_for_somebody(signed_in, people):
    """Each deed of the site can be asked for by at least one role; a form that breaks would show here."""
    client = signed_in("administrator")
    assert client.get(reverse("admin:pilots_user_add")).status_code == 200
    assert client.get(reverse("admin:pilots_membership_add")).status_code == 200
    assert client.get(reverse("admin:pilots_user_grant", args=[people.viewer.pk])).status_code == 200


def test_an_invitation_is_made_renewed_and_revoked_and_its_link_shown_once(signed_in, tianjin):
    lead = signed_in("lead")
    given = {"name": "王芳", "role": "contributor", "pilot": tianjin.pk, "language": "en"}
    answer = lead.post(reverse("admin:pilots_invitation_add"), given)
    invitation = Invitation.objects.get()
    assert "/join/" in answer.content.decode()
    address = reverse("admin:pilots_invitation_change", args=[invitation.pk])
    assert "/join/" not in lead.get(address).content.decode()
    assert "/join/" in lead.post(reverse("admin:pilots_invitation_renew", args=[invitation.pk])).content.decode()
    assert lead.post(reverse("admin:pilots_invitation_revoke", args=[invitation.pk])).status_code == 302
    assert lead.post(reverse("admin:pilots_invitation_renew", args=[invitation.pk])).status_code == 409


def test_an_account_is_switched_off_and_on_in_the_admin_with_a_reason(signed_in, people):
    administrator, off = signed_in("administrator"), reverse("admin:pilots_user_switch_off", args=[people.viewer.pk])
    assert administrator.post(off, {"reason": ""}).status_code == 400
    assert administrator.post(off, {"reason": "Left"}).status_code == 302
    assert not User.objects.get(pk=people.viewer.pk).is_active
    administrator.post(reverse("admin:pilots_user_switch_on", args=[people.viewer.pk]), {"reason": "Back"})
    assert User.objects.get(pk=people.viewer.pk).is_active


def test_a_role_is_changed_in_the_admin(signed_in, people):
    membership = Membership.objects.get(user=people.viewer)
    signed_in("lead").post(reverse("admin:pilots_membership_change_role", args=[membership.pk]), {"role": "contributor"})
    assert people.viewer.memberships.get(ended_at=None).role == Role.CONTRIBUTOR
