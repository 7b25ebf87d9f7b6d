"""The pages about people: a lead keeps the team of a pilot, an administrator everybody; the auditor reads."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from pilots import invitations, members
from pilots.models import Door, Invitation, Membership, Role, TrailRow, User
from tests.builders import person
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
TEAM, EVERYBODY = "/pilots/tianjin/people/", "/people/"
WANG = {"name": "王芳", "email": "wang@city.cn", "role": "contributor", "language": "zh-hans"}


def main_of(answer) -> str:
    return answer.content.decode().split("<main")[1].split("</main>")[0]


def link_in(answer) -> str:
    return re.search(r'id="link" type="text" readonly value="([^"]+)"', answer.content.decode())[1]


def test_a_lead_invites_and_sees_the_link_this_once_with_words_in_both_languages(people):
    lead = signed_in(people.lead)
    answer = lead.post(TEAM + "invite", WANG)
    link = link_in(answer)
    assert link.startswith("http://testserver/join/")
    assert answer.headers["Cache-Control"].find("no-store") >= 0
    assert ("请打开以下链接" in main_of(answer), "Open this link" in main_of(answer)) == (True, True)
    for address in (TEAM, EVERYBODY, "/todo"):
        assert link not in lead.get(address).content.decode()
    assert "wang@city.cn" in main_of(lead.get(TEAM))


def test_what_is_wrong_with_an_invitation_stands_beside_the_field_and_what_was_typed_is_kept(people):
    answer = signed_in(people.lead).post(TEAM + "invite", {**WANG, "email": "no mail"})
    assert answer.status_code == 400
    assert "王芳" in main_of(answer)
    assert not Invitation.objects.exists()


def test_sending_the_form_twice_invites_once(people):
    lead = signed_in(people.lead)
    assert [lead.post(TEAM + "invite", WANG).status_code for _twice in range(2)] == [200, 400]
    assert Invitation.objects.count() == 1


def test_a_lead_changes_and_ends_roles_of_the_pilot(people):
    lead, role = signed_in(people.lead), people.viewer.memberships.get()
    assert lead.post(f"/people/roles/{role.pk}/change", {"role": "contributor"}).url == TEAM
    given = people.viewer.memberships.get(ended_at=None)
    assert given.role == Role.CONTRIBUTOR
    assert lead.post(f"/people/roles/{given.pk}/end").url == TEAM
    assert not people.viewer.memberships.filter(ended_at=None).exists()
    assert TrailRow.objects.filter(act="members.end", door="page", actor=people.lead).count() == 2


@pytest.mark.parametrize("role", ["coordinator", "wizard", ""])
def test_a_lead_gives_no_role_of_the_programme(people, role):
    held = people.viewer.memberships.get()
    assert signed_in(people.lead).post(f"/people/roles/{held.pk}/change", {"role": role}).status_code in {400, 403}
    assert people.viewer.memberships.get().ended_at is None


def test_ending_a_role_twice_is_told_in_words(people):
    role = people.viewer.memberships.get()
    lead = signed_in(people.lead)
    lead.post(f"/people/roles/{role.pk}/end")
    answer = lead.post(f"/people/roles/{role.pk}/end")
    assert answer.status_code == 409
    assert "This role has ended already." in main_of(answer)


def test_the_last_administrator_keeps_the_role_at_the_page_too(people):
    root = User.objects.create_superuser("root.person")
    User.objects.filter(pk=root.pk).update(is_superuser=False)
    members.grant(user=root, role=Role.ADMINISTRATOR, pilot=None, by=None, door=Door.COMMAND)
    members.end(membership=people.administrator.memberships.get(), by=None, door=Door.COMMAND)
    people.administrator.memberships.update(ended_at=None)
    members.switch_off(user=root, by=None, door=Door.COMMAND)
    role = people.administrator.memberships.get()
    assert signed_in(people.administrator).post(f"/people/roles/{role.pk}/end", {"from": "everybody"}).status_code == 403


def test_the_team_page_tells_role_giver_day_of_last_sign_in_and_second_factor(tianjin, people):
    added = person("wang.fang")
    members.grant(user=added, role=Role.VIEWER, pilot=tianjin, by=people.lead, door=Door.PAGE)
    User.objects.filter(pk=added.pk).update(last_login=timezone.datetime(2026, 3, 1, 20, 30, tzinfo=timezone.get_default_timezone()))
    page = main_of(signed_in(people.lead).get(TEAM))
    assert ("2026-03-01" in page, "20:30" in page, str(people.lead) in page) == (True, False, True)


def test_how_many_queries_the_team_takes_does_not_grow_with_it(tianjin, people, django_assert_max_num_queries):
    lead = signed_in(people.lead)
    lead.get(TEAM)
    for number in range(12):
        members.grant(user=person(f"more.{number}"), role=Role.VIEWER, pilot=tianjin, by=people.lead, door=Door.PAGE)
    with django_assert_max_num_queries(30):
        lead.get(TEAM)


def test_an_invitation_is_renewed_and_revoked_on_the_page(tianjin, people):
    invitation, old = invitations.invite(roles=["viewer"], pilot=tianjin, name="王芳", by=people.lead, door=Door.PAGE)
    lead = signed_in(people.lead)
    link = link_in(lead.post(f"/people/invitations/{invitation.pk}/renew"))
    assert old not in link
    assert invitations.find(link.rstrip("/").rpartition("/")[2]) == invitation
    assert lead.post(f"/people/invitations/{invitation.pk}/revoke").url == TEAM
    assert lead.post(f"/people/invitations/{invitation.pk}/revoke").status_code == 409


def test_a_lead_reaches_no_invitation_to_the_programme(people):
    invitation, _text = invitations.invite(roles=["expert"], pilot=None, name="王芳", by=people.administrator, door=Door.PAGE)
    for deed in ("renew", "revoke"):
        assert signed_in(people.lead).post(f"/people/invitations/{invitation.pk}/{deed}").status_code == 404


def test_an_administrator_invites_to_any_role(tianjin, people):
    administrator = signed_in(people.administrator)
    assert link_in(administrator.post(EVERYBODY + "invite", {**WANG, "role": "coordinator"}))
    assert link_in(administrator.post(EVERYBODY + "invite", {**WANG, "role": "lead", "pilot": tianjin.pk}))
    assert administrator.post(EVERYBODY + "invite", {**WANG, "role": "coordinator", "pilot": tianjin.pk}).status_code == 400
    assert administrator.get(EVERYBODY).content.decode().count("wang@city.cn") == 2


@pytest.mark.parametrize(
    ("asked", "found"), [("q=a.view", 1), ("q=A.VIEWER", 1), ("q=nobody.at.all", 0), ("q=%00", 10), ("show=programme", 5), ("show=off", 1)]
)
def test_everybody_is_searched(people, asked, found):
    members.switch_off(user=people.nobody, by=None, door=Door.COMMAND)
    page = main_of(signed_in(people.administrator).get(f"{EVERYBODY}?{asked}"))
    assert len(re.findall(r'<th scope="row">', page)) == found


def test_an_account_is_switched_off_and_on_with_a_reason(people):
    administrator, address = signed_in(people.administrator), f"/people/{people.viewer.pk}/"
    assert administrator.post(address + "switch-off", {"reason": ""}).status_code == 400
    assert administrator.post(address + "switch-off", {"reason": "Left the bureau"}).url == address
    assert not User.objects.get(pk=people.viewer.pk).is_active
    assert "Forget a viewer for good" in main_of(administrator.get(address))
    administrator.post(address + "switch-on", {"reason": "Came back"})
    assert User.objects.get(pk=people.viewer.pk).is_active


def test_a_person_is_forgotten_on_the_page(people):
    members.switch_off(user=people.viewer, by=None, door=Door.COMMAND)
    address = f"/people/{people.viewer.pk}/"
    assert signed_in(people.administrator).post(address + "forget").url == address
    page = main_of(signed_in(people.administrator).get(address))
    assert (f"former member {people.viewer.pk}" in page, "a.viewer" in page) == (True, False)


def test_an_administrator_gives_a_role_and_is_told_why_not(tianjin, people):
    administrator, address = signed_in(people.administrator), f"/people/{people.auditor.pk}/role"
    assert administrator.post(address, {"role": "viewer", "pilot": tianjin.pk}).status_code == 302
    answer = administrator.post(address, {"role": "administrator"})
    assert answer.status_code == 400
    assert "Nobody is both administrator and auditor" in main_of(answer)


def test_a_link_for_a_new_password_is_shown_once_and_works(people):
    link = link_in(signed_in(people.administrator).post(f"/people/{people.viewer.pk}/password-link"))
    assert TrailRow.objects.filter(act="passwords.make_link", object_key="a.viewer", actor=people.administrator).exists()
    answer = Client().get(link.removeprefix("http://testserver"), follow=True)
    assert answer.status_code == 200
    assert "password1" in answer.content.decode()


def test_a_name_and_contact_are_corrected_and_the_trail_says_what_changed_without_saying_it(people):
    administrator, address = signed_in(people.administrator), f"/people/{people.viewer.pk}/"
    given = {"name": "王芳", "email": "Wang@City.CN", "phone": "+86 139 5555 0003"}
    assert administrator.post(address + "correct", given).url == address
    viewer = User.objects.get(pk=people.viewer.pk)
    assert (viewer.name, viewer.email, viewer.phone) == ("王芳", "Wang@city.cn", "13955550003")
    row = TrailRow.objects.get(act="members.correct", object_key="a.viewer", actor=people.administrator)
    assert row.after == {"changed": ["name", "email", "phone"]}
    administrator.post(address + "correct", given)
    assert TrailRow.objects.filter(act="members.correct").count() == 1


def test_a_contact_that_another_person_has_is_refused_and_what_was_typed_stays(people):
    User.objects.filter(pk=people.lead.pk).update(email="taken@city.cn")
    answer = signed_in(people.administrator).post(
        f"/people/{people.viewer.pk}/correct", {"name": "Wang Fang", "email": "TAKEN@city.cn", "phone": "no phone"}
    )
    assert answer.status_code == 400
    assert all(typed in main_of(answer) for typed in ("Wang Fang", "TAKEN@city.cn", "no phone"))
    assert User.objects.get(pk=people.viewer.pk).email != "TAKEN@city.cn"
    assert "This is not a phone number" in main_of(answer)


def test_no_link_for_a_password_of_a_switched_off_account(people):
    members.switch_off(user=people.viewer, by=None, door=Door.COMMAND)
    assert signed_in(people.administrator).post(f"/people/{people.viewer.pk}/password-link").status_code == 409


def test_a_second_factor_is_reset_and_a_locked_door_opened(people):
    User.objects.filter(pk=people.viewer.pk).update(second_factor_since=timezone.now())
    administrator, address = signed_in(people.administrator), f"/people/{people.viewer.pk}/"
    assert "Reset the second factor" in main_of(administrator.get(address))
    for deed in ("reset-factor", "unlock"):
        assert administrator.post(address + deed).url == address
    assert User.objects.get(pk=people.viewer.pk).second_factor_since is None
    assert set(TrailRow.objects.filter(object_key="a.viewer").values_list("act", flat=True)) >= {"factors.reset", "sessions.unlock"}


@pytest.mark.parametrize("deed", ["role", "correct", "switch-off", "forget", "password-link", "reset-factor", "unlock"])
def test_nobody_changes_themselves_and_the_auditor_nobody(people, deed):
    for user, target in ((people.administrator, people.administrator), (people.auditor, people.viewer)):
        given = {"role": "coordinator", "reason": "To see", "name": "Another"}
        assert signed_in(user).post(f"/people/{target.pk}/{deed}", given).status_code == 403
    assert Membership.objects.filter(role=Role.COORDINATOR, ended_at=None).count() == 2


def test_the_auditor_reads_without_any_button(people):
    auditor = signed_in(people.auditor)
    for address in (TEAM, EVERYBODY, f"/people/{people.viewer.pk}/"):
        assert "<button" not in main_of(auditor.get(address)).replace('<button class="button" type="submit">Search</button>', "")


def test_who_is_soon_switched_off_stands_on_the_page(people, settings):
    settings.UNUSED_DAYS = 90
    User.objects.filter(pk=people.viewer.pk).update(active_since=timezone.now() - timezone.timedelta(days=80))
    assert "switched off within two weeks" in main_of(signed_in(people.administrator).get(EVERYBODY))
    settings.UNUSED_DAYS = 0
    assert "switched off within two weeks" not in main_of(signed_in(people.administrator).get(EVERYBODY))


def test_own_data_come_as_a_file(people):
    answer = signed_in(people.viewer).get("/account/data")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.json()["person"]["username"] == "a.viewer"
    assert "/account/data" in signed_in(people.viewer).get("/account/").content.decode()


def test_navigation_and_to_do_lead_to_the_people(tianjin, people):
    lead, administrator = signed_in(people.lead), signed_in(people.administrator)
    assert f'href="{TEAM}"' in lead.get("/help/").content.decode()
    assert 'href="/people/"' in administrator.get("/help/").content.decode()
    assert TEAM not in signed_in(people.contributor).get("/help/").content.decode()
    assert "nobody enters figures yet" not in lead.get("/todo").content.decode()
    members.end(membership=people.contributor.memberships.get(), by=people.lead, door=Door.PAGE)
    assert "nobody enters figures yet" in lead.get("/todo").content.decode()
    assert "invitation is open" not in administrator.get("/todo").content.decode()
    invitations.invite(roles=["viewer"], pilot=tianjin, name="王芳", by=people.lead, door=Door.PAGE)
    assert "1 invitation is open" in administrator.get("/todo").content.decode()
