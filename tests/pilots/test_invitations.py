"""Invitations: a link opens once, within a week, what its maker may give; whatever else it was, it answers alike."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilots import invitations, members
from pilots.models import Door, Invitation, OutboxRow, Pilot, Role, TrailRow, User

pytestmark = pytest.mark.django_db
PASSWORD = "quiet river under nine bridges"
PAGE = Door.PAGE


def invite(pilot, by, *roles, **more):
    return invitations.invite(roles=roles or [Role.CONTRIBUTOR], pilot=pilot, by=by, door=PAGE, **{"name": "王芳", **more})


def join(text, username="wang.fang", password=PASSWORD):
    return invitations.join(text=text, username=username, name="王芳", password=password, door=PAGE)


def refused(call, *words, **more):
    with pytest.raises(ValidationError) as refusal:
        call(*words, **more)
    return refusal.value


def test_an_invited_person_joins_once_with_the_roles_of_the_invitation(tianjin, people):
    _invitation, text = invite(tianjin, people.lead, Role.CONTRIBUTOR, email="wang@city.cn", phone="+86 138 0013 8000", language="en")
    user = join(text)
    assert user.check_password(PASSWORD)
    assert (user.email, user.phone, user.language, user.name) == ("wang@city.cn", "13800138000", "en", "王芳")
    assert user.grants == ((tianjin.pk, Role.CONTRIBUTOR),)
    assert user.memberships.get().granted_by == people.lead
    assert refused(join, text, "second").code == "gone"
    acts = list(TrailRow.objects.filter(act__startswith="invitations.").order_by("pk").values_list("act", "actor"))
    assert acts == [("invitations.invite", people.lead.pk), ("invitations.accept", user.pk)]


def test_a_person_with_an_account_accepts_and_gets_the_roles(tianjin, people):
    _invitation, text = invite(None, people.administrator, Role.EXPERT)
    invitations.accept(text=text, by=people.viewer, door=PAGE)
    assert User.objects.get(pk=people.viewer.pk).programme_roles == {Role.EXPERT}
    assert refused(invitations.accept, text=text, by=people.nobody, door=PAGE).code == "gone"


def test_only_a_hash_of_the_link_is_kept(tianjin, people):
    invitation, text = invite(tianjin, people.lead)
    assert len(text) * 4 >= 128
    assert text not in str(list(Invitation.objects.values()))
    assert text not in str(list(TrailRow.objects.values()))
    assert invitations.find(text) == invitation


@pytest.mark.parametrize("end", ["used", "revoked", "expired", "renewed", "inviter without the role", "inviter switched off", "unknown"])
def test_a_link_that_opens_nothing_is_refused_in_one_sentence_whatever_it_was(tianjin, people, end):
    invitation, text = invite(tianjin, people.lead)
    if end == "used":
        join(text)
    elif end == "revoked":
        invitations.revoke(invitation=invitation, by=people.lead, door=PAGE)
    elif end == "expired":
        Invitation.objects.update(invited_at=timezone.now() - timedelta(days=8), expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "renewed":
        invitations.renew(invitation=invitation, by=people.lead, door=PAGE)
    elif end == "inviter without the role":
        members.end(membership=people.lead.memberships.get(), by=people.administrator, door=PAGE)
    elif end == "inviter switched off":
        members.switch_off(user=people.lead, by=None, door=PAGE)
    else:
        text = "0" * 40
    assert invitations.find(text) is None
    assert refused(join, text, "other").messages == invitations.gone().messages
    assert refused(invitations.accept, text=text, by=people.nobody, door=PAGE).messages == invitations.gone().messages
    assert not User.objects.filter(username="other").exists()


def test_a_failed_look_up_costs_one_query(db):
    with CaptureQueriesContext(connection) as queries:
        assert invitations.find("\x00\ud800" + "x" * 500) is None
    assert len(queries) == 1


def test_a_new_link_lasts_another_week_and_is_the_only_one(tianjin, people):
    invitation, old = invite(tianjin, people.lead)
    Invitation.objects.update(invited_at=timezone.now() - timedelta(days=8), expires_at=timezone.now() - timedelta(days=1))
    renewed, text = invitations.renew(invitation=invitation, by=people.administrator, door=PAGE)
    assert (renewed.pk, renewed.invited_by) == (invitation.pk, people.administrator)
    assert timedelta(days=6) < renewed.expires_at - timezone.now() <= timedelta(days=7)
    assert (invitations.find(old), invitations.find(text)) == (None, invitation)


def test_whoever_gives_the_roles_invites_to_them(tianjin, people):
    qujiang = Pilot.objects.get(slug="qujiang")
    for role in (Role.VIEWER, Role.CONTRIBUTOR, Role.LEAD):
        invite(tianjin, people.lead, role, name=f"{role} by lead")
        with pytest.raises(PermissionDenied):
            invite(qujiang, people.lead, role)
    for role in (Role.COORDINATOR, Role.EXPERT, Role.ADMINISTRATOR, Role.AUDITOR):
        invite(None, people.administrator, role, name=f"{role} by administrator")
        for who in ("lead", "coordinator", "auditor", "nobody"):
            with pytest.raises(PermissionDenied):
                invite(None, getattr(people, who), role)
    for who in ("viewer", "contributor", "stranger", "coordinator", "expert", "auditor", "nobody"):
        with pytest.raises(PermissionDenied):
            invite(tianjin, getattr(people, who))


@pytest.mark.parametrize("who", ["viewer", "stranger", "coordinator", "auditor"])
def test_nobody_else_renews_or_revokes(tianjin, people, who):
    invitation, text = invite(tianjin, people.lead)
    for act in (invitations.renew, invitations.revoke):
        with pytest.raises(PermissionDenied):
            act(invitation=invitation, by=getattr(people, who), door=PAGE)
    assert invitations.find(text)


@pytest.mark.parametrize("roles", [[], ["viewer", "expert"], ["lead", "wizard"]])
def test_roles_that_do_not_fit_are_refused(tianjin, people, roles):
    refused(invitations.invite, roles=roles, pilot=tianjin, by=None, door=PAGE, name="王芳")


def test_nobody_is_invited_to_be_administrator_and_auditor(people):
    assert refused(invite, None, None, Role.ADMINISTRATOR, Role.AUDITOR).code == "role_apart"
    _invitation, text = invite(None, people.administrator, Role.ADMINISTRATOR)
    assert refused(invitations.accept, text=text, by=people.auditor, door=PAGE).code == "role_apart"
    assert invitations.find(text)


def test_nobody_accepts_their_own_invitation(tianjin, people):
    _invitation, text = invite(None, people.administrator, Role.COORDINATOR)
    with pytest.raises(PermissionDenied):
        invitations.accept(text=text, by=people.administrator, door=PAGE)


def test_a_person_is_invited_to_a_place_once(tianjin, people):
    invite(tianjin, people.lead, email="wang@city.cn")
    assert refused(invite, tianjin, people.lead, Role.VIEWER, email="WANG@city.cn", name="Wang").code == "invited"
    invite(tianjin, people.lead, email="li@city.cn")


@pytest.mark.parametrize(("wrong", "field"), [({"password": "short"}, "password"), ({"username": "a.viewer"}, "username")])
def test_a_weak_password_or_a_taken_name_leaves_the_link_open(tianjin, people, wrong, field):
    _invitation, text = invite(tianjin, people.lead)
    assert field in refused(join, text, **wrong).error_dict
    assert invitations.find(text)


def test_names_are_kept_only_while_an_invitation_waits(tianjin, people):
    made = [invite(tianjin, people.lead, name=f"人{number}", email=f"{number}@city.cn", phone=f"1380013800{number}") for number in range(4)]
    join(made[0][1])
    invitations.revoke(invitation=made[1][0], by=people.lead, door=PAGE)
    past = timezone.now() - timedelta(days=31)
    Invitation.objects.filter(pk=made[2][0].pk).update(invited_at=past - timedelta(days=7), expires_at=past)
    assert [invitations.forget_expired(by=None, door=Door.SYSTEM) for _twice in range(2)] == [1, 0]
    kept = Invitation.objects.exclude(name="", email="", phone="")
    assert list(kept) == [made[3][0]]


def test_an_invitation_is_mailed_where_there_is_a_mail_server_and_its_row_holds_no_link(tianjin, people, settings):
    settings.MAIL = False
    invite(tianjin, people.lead, email="none@city.cn")
    settings.MAIL = True
    invitation, text = invite(tianjin, people.lead, email="wang@city.cn", address="https://portal.example.cn")
    invite(tianjin, people.lead, name="without mail")
    row = OutboxRow.objects.get()
    assert row.payload == {"invitation_id": invitation.pk, "address": "https://portal.example.cn"}
    assert text not in str(row.payload)
