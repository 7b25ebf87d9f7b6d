"""Seeding makes synthetic pilots that say so, in every state, by the acts that people use."""

import json
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone

from cycles.models import Cycle
from indicators import collecting
from indicators.models import Collection, Current, Entry, Series
from pilots import tokens
from pilots.models import Edition, Pilot, Role, User
from reports.models import Report

LAST = timezone.localdate().year - 1


def seed(pilots: int = 4, years: int = 3, number: int = 7, **options: object) -> str:
    out = StringIO()
    call_command("seed", pilots=pilots, years=years, seed=number, stdout=out, skip_checks=True, **options)
    return out.getvalue()


def figures() -> dict[tuple, object]:
    typed = Entry.objects.filter(pilot__slug__startswith="synthetic-", computed=False)
    return {(slug, code, start): value for slug, code, start, value in typed.values_list("pilot__slug", "series__code", "start", "value")}


@pytest.fixture
def told(db, settings):
    """What seeding four pilots prints."""
    settings.DESK = True
    return json.loads(seed(as_json=True))


def test_seed_makes_everybody_whom_the_contract_names(told):
    parts = {f"{letter}.{role}" for letter in "ABC" for role in ("viewer", "contributor", "lead")}
    assert set(told["actors"]) == parts | {"coordinator", "expert", "administrator", "auditor", "disabled"}
    assert told["pilots"] == [f"synthetic-{number:04}" for number in (1, 2, 3, 4)]
    assert told["public"] == told["pilots"]
    assert told["actors"]["B.lead"]["pilot"] == "synthetic-0002"
    assert told["actors"]["auditor"]["pilot"] is None


def test_every_actor_but_the_disabled_one_opens_the_portal(told, rf):
    for part, actor in told["actors"].items():
        user = authenticate(rf.post("/"), username=actor["username"], password=actor["password"])
        token = tokens.find(actor["token"], address="127.0.0.1")
        assert (user is None) == (token is None) == (part == "disabled"), part
    held = {role for user in User.objects.filter(is_active=True) for _pilot, role in user.grants}
    assert held == set(Role.values)


def test_every_row_says_demo_and_every_name_synthetic(told):
    assert all("合成" in user.name for user in User.objects.all())
    assert all("合成" in pilot.name_zh and "Synthetic" in pilot.name_en for pilot in Pilot.objects.filter(slug__in=told["pilots"]))
    for model in apps.get_models():
        if model not in (Pilot, Series) and {"demo", "pilot"} <= {field.name for field in model._meta.fields}:
            assert not model._base_manager.filter(pilot__slug__in=told["pilots"], demo=False).exists(), model.__name__


def test_each_pilot_has_years_in_every_state(told):
    for place, slug in enumerate(told["pilots"]):
        calls = Collection.objects.filter(pilot__slug=slug).order_by("start")
        assert [call.start.year for call in calls] == [LAST - 2, LAST - 1, LAST]
        assert [collecting.state_of(call) for call in calls] == ["verified", "returned" if place % 2 else "submitted", "open"]
        done = collecting.completeness(calls[2])
        assert 0 < done.done < done.total == 12
        assert Current.objects.filter(pilot__slug=slug, frequency="month").count() >= 24
        assert Current.objects.filter(pilot__slug=slug, series__code="SY-01").exists()
        assert Cycle.objects.get(pilot__slug=slug).stage == ("do" if place % 2 else "plan")
        assert Report.objects.get(pilot__slug=slug).state == "ordered"


def test_the_real_pilots_and_their_editions_stay_as_they_were(db, settings):
    settings.DESK = True
    before = (set(Edition.objects.values_list("fixture", "sha256")), Series.objects.filter(pilot__slug="tianjin").count())
    seed(pilots=1)
    assert (set(Edition.objects.values_list("fixture", "sha256")), Series.objects.filter(pilot__slug="tianjin").count()) == before
    assert not Entry.objects.exclude(pilot__slug__startswith="synthetic-").exists()


def test_the_same_seed_makes_the_same_figures_and_another_others(db, settings):
    from django.db import transaction

    settings.DESK = True
    made = []
    for number in (7, 7, 8):
        with transaction.atomic():
            seed(pilots=1, number=number)
            made.append(figures())
            transaction.set_rollback(True)
    assert made[0] == made[1] != made[2]
    assert made[0]


@pytest.mark.parametrize(("pilots", "years"), [(0, 3), (1, 2), (10000, 3), (1, 51)])
def test_seed_refuses_numbers_out_of_range(db, settings, pilots, years):
    settings.DESK = True
    with pytest.raises(CommandError, match="1 to 9999 pilots and 3 to 50 years"):
        seed(pilots=pilots, years=years)


def test_seed_refuses_a_second_time(told):
    with pytest.raises(CommandError, match="synthetic pilots already"):
        seed()


def test_seed_refuses_a_server_and_a_portal_in_use(db, settings):
    settings.DESK = False
    with pytest.raises(CommandError, match="A server takes no synthetic pilots"):
        seed()
    settings.DESK = True
    User.objects.create_user("zhang", "a long enough password", name="张")
    with pytest.raises(CommandError, match="people of its own"):
        seed()
    assert not Pilot.objects.filter(slug__startswith="synthetic-").exists()
