"""The demo is lively, walks the acts, and says everywhere that it is a demo."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from cycles.models import Cycle, Objective
from indicators import collecting
from indicators.models import Baseline, Collection, Current, Entry, Observation, Release, Series, Submission, Target
from pilots.models import Fact, Pilot, Role, TrailRow, User
from portal.management.demo import people
from portal.management.demo.figures import Sheet

PILOTS = ("tianjin", "qujiang", "huangpu", "university-town")


def load() -> str:
    said = StringIO()
    call_command("demo_data", stdout=said, skip_checks=True)
    return said.getvalue()


def state(slug: str, year: int) -> str:
    return collecting.state_of(Collection.objects.get(pilot__slug=slug, start__year=year))


def test_every_row_that_can_say_so_says_demo(demo_database):
    """Whatever carries the mark carries it, but for what the fixtures brought from sources."""
    rows = {model: model.objects.all() for model in apps.get_models() if any(field.name == "demo" for field in model._meta.fields)}
    rows[Target] = Target.objects.exclude(proposed_by=None)
    for model in rows.keys() - {Pilot, Series}:
        assert not rows[model].filter(demo=False).exists(), model.__name__
    for model in (Entry, Observation, Current, Release, Collection, Submission, Baseline, Cycle, Objective, User):
        assert model.objects.filter(demo=True).exists(), model.__name__


def test_people_and_sources_say_so_in_words(demo_database):
    assert all(user.name.startswith("演示") for user in User.objects.all())
    typed = Entry.objects.filter(computed=False).exclude(value=None)
    assert typed.exists()
    assert not typed.exclude(source__contains="demo data, not measured").exists()
    assert all("演示" in objective.statement_zh and "Demo" in objective.statement_en for objective in Objective.objects.all())


def test_there_is_one_of_every_role_and_the_printed_password_opens_the_account(demo_database):
    held = {role for user in User.objects.all() for _pilot, role in user.grants}
    assert held == set(Role.values)
    assert User.objects.get(username="tianjin-lead").check_password(people.PASSWORD)
    assert not User.objects.filter(is_superuser=True).exists()


def test_each_pilot_stands_somewhere_else(demo_database):
    assert [state("tianjin", year) for year in (2021, 2022, 2023, 2024)] == ["verified", "verified", "verified", "open"]
    assert [state("qujiang", year) for year in (2022, 2023, 2024)] == ["verified", "verified", "submitted"]
    assert state("huangpu", 2024) == "open"
    assert state("university-town", 2024) == "returned"
    stages = dict(Cycle.objects.values_list("pilot__slug", "stage"))
    assert stages == {"tianjin": "act", "qujiang": "check", "huangpu": "do", "university-town": "plan"}


def test_tianjin_has_answered_thirty_eight_of_its_sixty_three(demo_database):
    done = collecting.completeness(Collection.objects.get(pilot__slug="tianjin", start__year=2024))
    assert (done.done, done.total) == (38, 63)


def test_the_figures_show_every_pace_and_no_source_is_overruled(demo_database):
    paces = set(Current.objects.filter(frequency="year", start__year=2023).values_list("pace", flat=True))
    assert paces >= {"reached", "on-track", "behind", "off-track", "no-target"}
    assert Target.objects.filter(demo=False, active=True).count() == 25
    assert not Target.objects.filter(demo=True, series__targets__demo=False).exists()


def test_population_stays_near_what_the_article_says(demo_database):
    for slug, key in (("tianjin", "residents"), ("qujiang", "population"), ("huangpu", "residents")):
        printed = Fact.objects.get(pilot__slug=slug, kind="figure", key=key).value
        for entry in Entry.objects.filter(pilot__slug=slug, series__code="city_population"):
            assert abs(entry.value - printed) < printed / 5


def test_the_same_figures_come_at_every_load(demo_database):
    pilot = Pilot.objects.get(slug="tianjin")
    collection = Collection.objects.get(pilot=pilot, start__year=2022)
    stored = {
        (entry.series.code, entry.period): entry.value for entry in Entry.objects.filter(start__year=2022, pilot=pilot, computed=False)
    }
    again = {(item.series, item.period): item.value for item in Sheet(pilot).items(collection)}
    assert again == stored


def test_loading_again_changes_nothing_and_prints_the_accounts(demo_database):
    before = (Entry.objects.count(), TrailRow.objects.count(), User.objects.count())
    said = load()
    assert (Entry.objects.count(), TrailRow.objects.count(), User.objects.count()) == before
    assert "tianjin-lead" in said
    assert people.PASSWORD in said


@pytest.mark.django_db
def test_a_server_refuses_demo_data(settings):
    settings.DESK = False
    with pytest.raises(CommandError, match="A server takes no demo data"):
        load()
    assert not User.objects.filter(demo=True).exists()


@pytest.mark.django_db
def test_a_portal_with_people_of_its_own_takes_no_demo_data():
    User.objects.create_user("zhang", "a long enough password", name="张")
    assert "no demo data are loaded" in load()
    assert not User.objects.filter(demo=True).exists()
    assert not Entry.objects.exists()
