"""One law at every door: a figure is refused by the same rule in the same words, and accepted to the same last digit."""

import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from indicators import numbers
from indicators.models import Entry, Mode
from pilots.models import Pilot, TrailRow, User
from tests.builders import collection, item, record, standing, submitted
from tests.programs import Program
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
LANGUAGE = "zh-hans"


@dataclass(frozen=True)
class Figure:
    """What a person types into one cell, and the version that they saw there."""

    series: str
    text: str
    period: str = "2030"
    version: int = 0


@dataclass(frozen=True)
class Told:
    """What a door answered: whether it let the figure in, and its words."""

    accepted: bool
    words: str


def page(figure: Figure, by: User, pilot: Pilot) -> Told:
    """The entry page, as a browser sends it."""
    cell = f"{figure.series}@{figure.period}"
    typed = {f"{cell}.value": figure.text, f"{cell}.version": str(figure.version)}
    answer = signed_in(by, language=LANGUAGE).post(reverse("indicators:entry", args=[pilot.slug, figure.period[:4]]), typed)
    return Told(answer.status_code == 302, html.unescape(answer.content.decode()))


def admin(figure: Figure, by: User, pilot: Pilot) -> Told:
    """The administration: a new entry, or the page of the one that stands."""
    entry = standing(pilot, figure.series, figure.period) if figure.version else None
    address = reverse("admin:indicators_entry_change", args=[entry.pk]) if entry else reverse("admin:indicators_entry_add")
    cell = {} if entry else {"series": pilot.series.get(code=figure.series).pk, "period": figure.period}
    typed = {"value": figure.text, "flag": "A", "version": str(figure.version), **cell}
    answer = signed_in(by, language=LANGUAGE).post(address, typed)
    return Told(answer.status_code == 302 and "/login/" not in answer.url, html.unescape(answer.content.decode()))


def api(figure: Figure, by: User, pilot: Pilot) -> Told:
    """The API, with a token of the person."""
    seen = {"If_Match": f'"{figure.version}"'} if figure.version else {"If_None_Match": "*"}
    address = f"entries/{pilot.slug}/{figure.series}/{figure.period}"
    answer = Program(by).tell("PUT", address, {"value": figure.text}, Accept_Language=LANGUAGE, **seen)
    return Told(answer.status_code in (200, 201), answer.json().get("detail", ""))


def command(figure: Figure, by: User, pilot: Pilot) -> Told:
    """The import of a table with one row."""
    rows, said = Path(f"row-{pilot.slug}.csv"), io.StringIO()
    rows.write_text(f'series,period,value,version\n{figure.series},{figure.period},"{figure.text}",{figure.version}\n', encoding="utf-8")
    try:
        call_command("import_workbook", str(rows), pilot=pilot.slug, period=figure.period[:4], by=by.username, stdout=said)
    except CommandError as refusal:
        return Told(False, said.getvalue() + str(refusal))
    return Told(True, said.getvalue())


DOORS: tuple[Callable[[Figure, User, Pilot], Told], ...] = (page, admin, api, command)
# What is wrong with a figure, and the code of the rule that refuses it.
WRONG = {
    "below the minimum": (Figure("TJ-58", "-1"), "below_minimum"),
    "above the maximum": (Figure("", "1000.5"), "above_maximum"),
    "not a number": (Figure("TJ-58", "about twelve"), "number"),
    "in another unit": (Figure("TJ-58", "12 furlongs"), "unit"),
    "too fine": (Figure("TJ-58", "0.0000000000001"), "number"),
    "changed meanwhile": (Figure("plans_adopted", "20", version=1), "stale"),
    "computed": (Figure("TJ-29", "17.4"), "wrong_state"),
    "a part above its whole": (Figure("water_bodies_grade4", "812", "2030-Q1"), "part_above_whole"),
    "of a year that nobody called": (Figure("TJ-58", "12", "2031"), "wrong_state"),
    "of another frequency": (Figure("TJ-01", "12"), "frequency"),
}


@pytest.fixture(autouse=True)
def _chinese(tmp_path, monkeypatch):
    """Everything is asked and answered in Chinese, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    with translation.override(LANGUAGE):
        yield


@pytest.fixture
def call(tianjin, people):
    call = collection(tianjin, people.coordinator)
    record(tianjin, people.contributor, item("plans_adopted", "10"), item("water_bodies_total", "700", period="2030-Q1")).raise_if_refused()
    record(tianjin, people.contributor, item("plans_adopted", "12", version=1)).raise_if_refused()
    return call


def written() -> tuple[list, int]:
    """Everything that a figure leaves."""
    return list(Entry.objects.order_by("pk").values()), TrailRow.objects.count()


def of_the_act(figure: Figure, by: User, pilot: Pilot) -> tuple[str, str]:
    """The refusal of the act itself, or of the reader of numbers before it: its code and its words."""
    try:
        read = numbers.read(figure.text, units=pilot.series.get(code=figure.series).unit.spellings)
    except ValidationError as refusal:
        return refusal.code, " ".join(refusal.messages)
    outcome = record(
        pilot, by, item(figure.series, read.value, figure.period, figure.version, qualifier=read.qualifier), dry_run=True
    ).outcomes[0]
    return outcome.code, outcome.message


def with_limit(figure: Figure, pilot: Pilot) -> Figure:
    """The figure, where it names no series in the first yearly one that cannot exceed a hundred."""
    if figure.series:
        return figure
    limited = pilot.series.filter(indicator__maximum__lte=100, mode=Mode.DIRECT, frequency="year").first()
    return Figure(limited.code, figure.text)


def through(
    door: Callable[[Figure, User, Pilot], Told], figure: Figure, by: User, pilot: Pilot
) -> tuple[Told, tuple[list, int], Entry | None]:
    """Go through a door and undo it; answer what was told, what was left, and the entry that stood then."""
    with transaction.atomic():
        told = door(figure, by, pilot)
        left, entry = written(), standing(pilot, figure.series, figure.period)
        transaction.set_rollback(True)
    return told, left, entry


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("case", WRONG)
def test_every_door_refuses_by_the_same_rule_in_the_same_words(tianjin, people, call, door, case):
    figure, rule = WRONG[case]
    figure = with_limit(figure, tianjin)
    code, words = of_the_act(figure, people.lead, tianjin)
    before = written()[0]
    told, left, _entry = through(door, figure, people.lead, tianjin)
    assert (code, told.accepted) == (rule, False)
    assert words in told.words
    assert left[0] == before
    assert not TrailRow.objects.filter(act="entry.record", actor=people.lead).exists()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_refuses_a_cell_that_is_submitted(tianjin, people, call, door):
    submitted(call, people)
    figure = Figure("TJ-58", "12", version=standing(tianjin, "TJ-58").version)
    code, words = of_the_act(figure, people.lead, tianjin)
    told, _left, entry = through(door, figure, people.lead, tianjin)
    assert (code, told.accepted, entry.value) == ("wrong_state", False, 10)
    assert words in told.words


@pytest.mark.parametrize("who", ["viewer", "coordinator", "auditor", "stranger"])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_refuses_a_person_without_the_role(tianjin, people, call, door, who):
    before, by = written()[0], getattr(people, who)
    with pytest.raises(PermissionDenied) as refusal:
        record(tianjin, by, item("TJ-58", "12"))
    told, left, entry = through(door, Figure("TJ-58", "12"), by, tianjin)
    assert (told.accepted, entry, left[0]) == (False, None, before)
    # The administration is shut to them before any figure is read, and to a stranger the sheet is not there at all.
    if door is not admin and who != "stranger":
        assert str(refusal.value) in told.words


GOOD = {
    "12": ("12", "="),
    "0": ("0", "="),
    "１，２３４．５": ("1234.5", "="),
    "1.2亿": ("120000000", "="),
    "≥ 90": ("90", "≥"),
    "约3亿": ("300000000", "≈"),
    "12345678901234.000000000001": ("12345678901234.000000000001", "="),
}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize("text", GOOD)
def test_every_door_takes_a_good_figure_to_the_same_last_digit(tianjin, people, call, door, text):
    value, qualifier = GOOD[text]
    told, left, entry = through(door, Figure("TJ-58", text), people.lead, tianjin)
    assert told.accepted, told.words[-2000:]
    assert (entry.value, entry.qualifier, entry.given, entry.written_by) == (Decimal(value), qualifier, text, people.lead)
    assert left[1] >= 1


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_changes_a_figure_that_it_saw(tianjin, people, call, door):
    told, _left, entry = through(door, Figure("plans_adopted", "15", version=2), people.lead, tianjin)
    assert told.accepted, told.words[-2000:]
    assert (entry.value, entry.version) == (15, 3)
