"""A person gets all that is kept about them, and is forgotten once they have left."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CharField, EmailField, TextField

from pilots import members
from pilots.models import IMPERSONAL, PERSONAL, Door, Role, Token, TrailRow, User
from tests.builders import person
from tests.house.tree import ROOT

pytestmark = pytest.mark.django_db
# The models whose texts say who somebody is.
LABELLED = ("User", "Invitation", "Membership", "Token")


@pytest.fixture
def gone(tianjin, people):
    user = person("li.wei", Role.CONTRIBUTOR, tianjin, email="li.wei@city.cn", phone="13800138000")
    User.objects.filter(pk=user.pk).update(name="李伟")
    members.switch_off(user=user, by=None, door=Door.COMMAND)
    return User.objects.get(pk=user.pk)


def anonymise(user, by):
    members.anonymise(user=user, by=by, door=Door.PAGE)


def test_a_forgotten_person_is_a_number(people, gone):
    gone.emailaddress_set.create(email="li.wei@city.cn")
    anonymise(gone, people.administrator)
    known = User.objects.get(pk=gone.pk)
    assert (known.username, known.name, known.email, known.phone) == (f"former-{gone.pk}", "", "", "")
    assert str(known) in {f"former member {gone.pk}", f"前成员 {gone.pk}"}
    assert not known.emailaddress_set.exists()
    assert not known.memberships.filter(ended_at=None).exists()
    assert not known.check_password("a long sentence kept for tests")


def test_the_trail_stays_as_it_was_and_says_who_forgot_whom(people, gone):
    before = list(TrailRow.objects.order_by("pk").values())
    anonymise(gone, people.administrator)
    assert list(TrailRow.objects.order_by("pk").values())[: len(before)] == before
    row = TrailRow.objects.get(act="members.anonymise")
    assert (row.actor, row.object_key) == (people.administrator, "li.wei")


def test_forgetting_twice_leaves_one_row(people, gone):
    for _twice in range(2):
        anonymise(gone, people.administrator)
    assert TrailRow.objects.filter(act="members.anonymise").count() == 1


def test_only_a_switched_off_account_is_forgotten_and_it_never_comes_back(people, gone):
    with pytest.raises(ValidationError):
        anonymise(people.contributor, people.administrator)
    anonymise(gone, people.administrator)
    with pytest.raises(ValidationError) as refusal:
        members.switch_on(user=gone, by=people.administrator, door=Door.PAGE, reason="Back")
    assert refusal.value.code == "wrong_state"


@pytest.mark.parametrize("who", ["viewer", "lead", "coordinator", "expert", "auditor"])
def test_nobody_else_forgets_a_person(people, gone, who):
    with pytest.raises(PermissionDenied):
        anonymise(gone, getattr(people, who))
    assert User.objects.get(pk=gone.pk).name == "李伟"


def test_own_data_hold_everything_in_the_register_and_no_password(tianjin, people):
    found = members.own_data(people.contributor)
    assert {f"User.{name}" for name in found["person"]} >= {label for label in PERSONAL if label.startswith("User.")} - {"User.password"}
    assert "password" not in found["person"]
    assert found["roles"][0]["pilot"] == "tianjin"


@pytest.mark.parametrize("name", LABELLED)
def test_every_text_about_people_is_labelled(name):
    model = apps.get_model("pilots", name)
    texts = {f"{name}.{field.name}" for field in model._meta.fields if isinstance(field, CharField | TextField | EmailField)}
    assert texts == {label for label in {**PERSONAL, **IMPERSONAL} if label.startswith(f"{name}.")}


def test_no_label_stands_for_nothing_or_twice():
    for label in (*PERSONAL, *IMPERSONAL):
        name, field = label.split(".")
        apps.get_model("pilots", name)._meta.get_field(field)
    assert not PERSONAL.keys() & IMPERSONAL.keys()


@pytest.mark.parametrize("label", PERSONAL)
def test_the_page_on_privacy_says_what_the_register_says(label):
    what = PERSONAL[label]
    row = f"| `{label}` | {what.why} | {what.kept} | {what.seen} |"
    assert row in (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")


def test_own_data_of_a_program_name_its_token_and_not_its_text(people):
    token = Token.objects.create(people.viewer, name="plant")[0]
    assert members.own_data(people.viewer)["tokens"][0]["token_key"] == token.token_key
    assert token.digest not in str(members.own_data(people.viewer))
