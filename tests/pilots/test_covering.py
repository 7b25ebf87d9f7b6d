"""A coordinator who is away is covered by another, who is told what the first would be told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from pilots import members, notices
from pilots.models import Cover, Door, Membership, Notice, Role, TrailRow
from tests.builders import PAGE, person

pytestmark = pytest.mark.django_db


def day(number=0):
    return timezone.localdate() + timedelta(days=number)


def arrange(away, cover, *, first=0, last=7, by=None):
    return members.cover(coordinator=away, cover=cover, first_day=day(first), last_day=day(last), by=by or away, door=PAGE)


def tell(user, once="one"):
    notices.tell(Notice.Kind.SUBMITTED, people=[user.pk], by=None, key="1", once=once)


def told(user, kind=Notice.Kind.SUBMITTED):
    return list(Notice.objects.filter(person=user, kind=kind))


def code(refusal):
    return [error.code for errors in refusal.value.error_dict.values() for error in errors]


def test_what_is_told_to_the_absent_goes_to_the_cover_as_well(people):
    arrange(people.coordinator, people.second)
    tell(people.coordinator)
    assert [notice.covering for notice in told(people.coordinator)] == [None]
    assert [notice.covering for notice in told(people.second)] == [people.coordinator]


def test_whoever_is_told_anyway_is_told_once_and_for_themselves(people):
    arrange(people.coordinator, people.second)
    notices.tell(Notice.Kind.SUBMITTED, people=[people.coordinator.pk, people.second.pk], by=None, key="1", once="both")
    assert [notice.covering for notice in told(people.second)] == [None]


@pytest.mark.parametrize(("first", "last", "count"), [(0, 0, 1), (1, 7, 0)])
def test_a_cover_holds_on_its_days_both_included(people, first, last, count):
    arrange(people.coordinator, people.second, first=first, last=last)
    tell(people.coordinator)
    assert len(told(people.second)) == count
    assert len(members.covered_by(people.second)) == count


def test_an_ended_cover_and_one_by_a_former_coordinator_tell_nothing(people):
    row = arrange(people.coordinator, people.second)
    Membership.objects.filter(user=people.second).update(ended_at=timezone.now())
    tell(people.coordinator, "former")
    Membership.objects.filter(user=people.second).update(ended_at=None)
    members.end_cover(cover=row, by=people.coordinator, door=PAGE)
    tell(people.coordinator, "ended")
    assert told(people.second) == []
    with pytest.raises(ValidationError) as refusal:
        members.end_cover(cover=row, by=people.coordinator, door=PAGE)
    assert refusal.value.code == "wrong_state"


def test_both_are_told_of_it_but_for_whoever_arranged_it(people):
    row = arrange(people.coordinator, people.second)
    assert (len(told(people.coordinator, "covering")), len(told(people.second, "covering"))) == (0, 1)
    members.end_cover(cover=row, by=people.administrator, door=PAGE)
    assert (len(told(people.coordinator, "cover-ended")), len(told(people.second, "cover-ended"))) == (1, 1)
    assert list(TrailRow.objects.filter(object_kind="cover").values_list("act", "object_key").order_by("pk")) == [
        ("members.cover", "coordinator"),
        ("members.end_cover", "coordinator"),
    ]


def test_one_cover_at_a_time_and_no_chains(people):
    third = person("third.coordinator", Role.COORDINATOR)
    arrange(people.coordinator, people.second)
    for away, cover, why in (
        (people.coordinator, third, "cover_twice"),
        (third, people.coordinator, "cover_away"),
        (people.second, third, "cover_chain"),
    ):
        with pytest.raises(ValidationError) as refusal:
            arrange(away, cover, first=7, last=9)
        assert code(refusal) == [why]
    assert arrange(people.coordinator, third, first=8, last=9).cover == third


@pytest.mark.parametrize(("first", "last"), [(3, 2), (-3, -1), (0, 100)])
def test_days_that_make_no_sense_are_refused(people, first, last):
    with pytest.raises(ValidationError) as refusal:
        arrange(people.coordinator, people.second, first=first, last=last)
    assert code(refusal) == ["cover_days"]


def test_only_coordinators_cover_for_another_coordinator(people):
    members.switch_off(user=people.second, by=None, door=Door.COMMAND)
    for away, cover, why in (
        (people.coordinator, people.expert, "cover_role"),
        (people.lead, people.coordinator, "cover_role"),
        (people.coordinator, people.second, "cover_role"),
        (people.coordinator, people.coordinator, "cover_self"),
    ):
        with pytest.raises(ValidationError) as refusal:
            arrange(away, cover, by=people.coordinator)
        assert code(refusal) == [why]


@pytest.mark.parametrize("who", ["lead", "expert", "auditor"])
def test_a_coordinator_or_an_administrator_arranges_it(people, who):
    with pytest.raises(PermissionDenied):
        arrange(people.coordinator, people.second, by=getattr(people, who))
    row = arrange(people.coordinator, people.second, by=people.administrator)
    with pytest.raises(PermissionDenied):
        members.end_cover(cover=row, by=getattr(people, who), door=PAGE)


def test_who_covers_for_whom_is_seen_by_those_who_arrange_it_and_the_auditor(people):
    arrange(people.coordinator, people.second)
    seen = {who: Cover.objects.visible_to(getattr(people, who)).count() for who in ("second", "administrator", "auditor", "lead", "expert")}
    assert seen == {"second": 1, "administrator": 1, "auditor": 1, "lead": 0, "expert": 0}
