"""People are told what happened: once, not of what they did themselves, not when they are switched off, and each reads their own."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from pilots import members, notices
from pilots.models import Door, Mail, Membership, Notice, Role, TrailRow, User
from tests.builders import PAGE, person

pytestmark = pytest.mark.django_db
OPENED = Notice.Kind.COLLECTION_OPENED


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.MAIL = True


def tell(people, *, by=None, once="one", pilot=None, kind=OPENED, **payload):
    return notices.tell(kind, people=[one.pk for one in people], by=by, pilot=pilot, key="2030", once=once, payload=payload)


def told(user):
    return list(Notice.objects.filter(person=user))


def test_a_notice_holds_plain_facts_and_is_unread(tianjin, people):
    assert tell([people.lead], by=people.coordinator, pilot=tianjin, due="2031-03-31") == 1
    (notice,) = told(people.lead)
    assert (notice.kind, notice.pilot, notice.key, notice.payload) == (OPENED, tianjin, "2030", {"due": "2031-03-31"})
    assert (notice.actor, notice.covering, notice.read_at, notice.mailed_at) == (people.coordinator, None, None, None)


def test_the_same_said_twice_is_said_once(people):
    assert tell([people.lead, people.lead]) == 1
    assert tell([people.lead, people.contributor]) == 1
    assert [len(told(one)) for one in (people.lead, people.contributor)] == [1, 1]
    assert tell([people.lead], once="another") == 1


def test_nobody_is_told_what_they_did_themselves(people):
    assert tell([people.lead, people.contributor], by=people.lead) == 1
    assert told(people.lead) == []


def test_whoever_is_switched_off_is_not_told(people):
    members.switch_off(user=people.contributor, by=None, door=Door.COMMAND)
    assert tell([people.lead, people.contributor]) == 1
    assert told(people.contributor) == []


def test_team_leads_and_coordinators_are_those_who_hold_the_role_now(tianjin, people):
    assert set(notices.team(tianjin)) == {people.lead.pk, people.contributor.pk}
    assert notices.leads(tianjin) == [people.lead.pk]
    members.end(membership=Membership.objects.get(user=people.contributor), by=None, door=Door.COMMAND)
    members.switch_off(user=people.second, by=None, door=Door.COMMAND)
    assert notices.team(tianjin) == [people.lead.pk]
    assert notices.coordinators() == [people.coordinator.pk]


def test_reviewers_are_the_one_assigned_or_every_coordinator(people):
    assert notices.reviewers(people.second.pk) == [people.second.pk]
    assert set(notices.reviewers(None)) == {people.coordinator.pk, people.second.pk}
    members.end(membership=Membership.objects.get(user=people.second), by=None, door=Door.COMMAND)
    assert notices.reviewers(people.second.pk) == [people.coordinator.pk]


def test_telling_costs_one_statement_for_any_number_of_people(people, django_assert_num_queries):
    everybody = list(User.objects.all())
    with django_assert_num_queries(1):
        assert tell(everybody) == len(everybody)


def test_everybody_sees_their_own_notices_alone(tianjin, people):
    tell([people.lead], pilot=tianjin)
    for other in (people.contributor, people.coordinator, people.administrator, people.auditor, people.stranger):
        assert not Notice.objects.visible_to(other).exists()
    assert Notice.objects.visible_to(people.lead).count() == 1


def test_whoever_left_a_pilot_reads_no_more_what_they_were_told_of_it(tianjin, people):
    tell([people.contributor], pilot=tianjin)
    tell([people.contributor], once="no pilot's")
    members.end(membership=Membership.objects.get(user=people.contributor), by=None, door=Door.COMMAND)
    seen = Notice.objects.visible_to(User.objects.get(pk=people.contributor.pk))
    assert [notice.once for notice in seen] == ["no pilot's"]


def test_everybody_marks_their_own_notices_as_read(tianjin, people):
    for number in range(3):
        tell([people.lead, people.contributor], once=str(number), pilot=tianjin)
    first = told(people.lead)[0]
    with pytest.raises(PermissionDenied):
        notices.read(notice=first, by=people.contributor, door=PAGE)
    moment = notices.read(notice=first, by=people.lead, door=PAGE).read_at
    assert notices.read(notice=first, by=people.lead, door=PAGE).read_at == moment
    assert notices.read_all(by=people.lead, door=PAGE) == 2
    assert Notice.objects.visible_to(people.contributor).unread().count() == 3


def test_everybody_chooses_their_own_mail(people):
    notices.choose_mail(user=people.lead, mail=Mail.DAILY, by=people.lead, door=PAGE)
    assert User.objects.get(pk=people.lead.pk).mail == Mail.DAILY
    assert TrailRow.objects.get(act="members.choose_mail").after == {"mail": "daily"}
    with pytest.raises(PermissionDenied):
        notices.choose_mail(user=people.lead, mail=Mail.NONE, by=people.administrator, door=PAGE)


def test_read_notices_go_after_half_a_year_and_unread_ones_after_two(people):
    now = timezone.now()
    for once, made, read in (("old", 200, 181), ("fresh", 200, 179), ("unread", 729, None), ("never", 731, None)):
        tell([people.lead], once=once)
        read_at = read and now - timedelta(days=read)
        Notice.objects.filter(once=once).update(made_at=now - timedelta(days=made), read_at=read_at)
    assert notices.forget_old(by=None, door=Door.SYSTEM) == 2
    assert {notice.once for notice in told(people.lead)} == {"fresh", "unread"}


def test_the_notices_of_a_forgotten_person_go_with_the_name(people):
    gone = person("li.wei", Role.EXPERT)
    tell([gone])
    members.switch_off(user=gone, by=None, door=Door.COMMAND)
    members.anonymise(user=User.objects.get(pk=gone.pk), by=people.administrator, door=PAGE)
    assert told(gone) == []


def test_own_data_hold_the_notices(people):
    tell([people.lead], due="2031-03-31")
    (row,) = members.own_data(people.lead)["notices"]
    assert (row["kind"], row["payload"]) == ("collection-opened", {"due": "2031-03-31"})
