"""One number walks from a city's keyboard to the annual report, on real servers."""

from datetime import date
from decimal import Decimal

import pytest

from cycles import checking, doing, planning, stages, stocktake
from indicators import targets
from indicators.models import Current, Series
from pilots.models import Pilot
from tests.builders import PAGE, answer_all, cast, collection
from tests.cycles import builders as cycles
from tests.remote import Visitor, lines_of, manage

TODAY = date(2025, 3, 1)
# What is typed at each door, and how the Chinese report prints it.
TYPED = {"TJ-58": "１，２３４．５", "TJ-60": "76", "TJ-61": "861.2万"}
PRINTED = {"TJ-58": "1,234.5", "TJ-60": "76", "TJ-61": "8,612,000"}
STORED = {"TJ-58": "1234.5", "TJ-60": "76", "TJ-61": "8612000"}


@pytest.fixture
def team(live_portal):
    return cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))


@pytest.fixture
def call(team):
    return collection(Pilot.objects.get(slug="tianjin"), team.coordinator)


@pytest.fixture
def cycle(team):
    """A cycle in Do whose one objective looks at the three figures."""
    pilot = Pilot.objects.get(slug="tianjin")
    cycle = cycles.opened(pilot, team, year=2030)
    series = list(Series.objects.filter(pilot=pilot, code__in=TYPED))
    planning.set_policy(cycle=cycle, title="方针", version="1", approved_on=cycle.starts, approved_by="管委会", by=team.lead, door=PAGE)
    objective = planning.add_objective(cycle=cycle, aim=cycles.aim(pilot, team, series=series), by=team.lead, door=PAGE)
    planning.justify(cycle=cycle, cells=cycles.blind(cycle), text="留待下一轮再作安排和评估。", by=team.lead, door=PAGE)
    for one in series:
        targets.set_target(series=one, operator="≥", value=Decimal(50), year=2030, by=team.coordinator, door=PAGE)
    stages.advance(cycle=cycle, by=team.coordinator, door=PAGE)
    doing.add_action(objective=objective, title="植树", owner=team.contributor, by=team.lead, door=PAGE)
    return cycle


def test_a_number_walks_from_the_keyboard_to_the_report_through_every_door(live_portal, team, call, cycle, tmp_path):
    enter_each_at_its_own_door(live_portal, tmp_path)
    answer_all(call, team.contributor)
    lead, coordinator = Visitor(live_portal, "a.lead"), Visitor(live_portal, "coordinator")
    lead.fill_in("/pilots/tianjin/data/2030/submit", {"note": "请审核", "confirmed": "yes"})
    assert not Current.objects.exists()
    verify(coordinator)
    assert in_the_matrix(Visitor(live_portal)) >= set(TYPED)
    assert in_the_stocktake(cycle, team) == STORED
    report = printed(coordinator, tmp_path)
    for code, figure in PRINTED.items():
        assert [line for line in report if code in line and figure in line], f"{code} {figure} stand on no line together"
    assert {row["indicator"]: row["value"] for row in values(Visitor(live_portal))} == STORED


def enter_each_at_its_own_door(portal, folder):
    """A row of a table, a field of a form, an item of the API."""
    table = folder / "figures.csv"
    table.write_text(f'指标编号,年份,数值,来源\nTJ-58,2030,"{TYPED["TJ-58"]}",统计年鉴\n', encoding="utf-8-sig")
    manage(portal, "import_workbook", str(table), "--pilot", "tianjin", "--period", "2030", "--by", "a.contributor")
    contributor = Visitor(portal, "a.contributor")
    contributor.fill_in("/pilots/tianjin/data/2030/", {"TJ-60@2030.value": TYPED["TJ-60"], "TJ-60@2030.version": "0"})
    contributor.api("PUT", "entries/tianjin/TJ-61/2030", {"value": TYPED["TJ-61"]}, If_None_Match="*")


def verify(coordinator):
    (submission,) = coordinator.api("GET", "pilots/tianjin/submissions").json()["data"]
    coordinator.api("POST", f"submissions/{submission['id']}:verify", {"assessment": "good", "comment": "数据可靠"})


def in_the_matrix(anybody):
    """The indicators that have a figure in some cell of the matrix."""
    matrix = anybody.api("GET", "pilots/tianjin/matrix?period=2030").json()
    return {one["indicator"] for cell in matrix["cells"] for one in cell["indicators"] if one["value"] is not None}


def in_the_stocktake(cycle, team):
    """Take the cycle through Check, and read what it froze."""
    stages.advance(cycle=cycle, by=team.coordinator, door=PAGE)
    audit = checking.plan_audit(cycle=cycle, planned_on=TODAY, auditor="审核员", scope="全部条款", by=team.lead, door=PAGE)
    checking.conclude_audit(audit=audit, held_on=TODAY, conclusion="符合。", by=team.lead, door=PAGE)
    meeting = checking.plan_review(cycle=cycle, planned_on=TODAY, by=team.lead, door=PAGE)
    checking.minute_review(review=meeting, held_on=TODAY, attendance="全体", conclusion="继续。", by=team.lead, door=PAGE)
    stages.advance(cycle=cycle, by=team.coordinator, door=PAGE)
    cycle.refresh_from_db()
    return {line.series_code: f"{line.value.normalize():f}" for line in stocktake.lines(cycle)}


def printed(coordinator, folder):
    """Order the report, wait until the worker has made it, and read the Chinese PDF."""
    order = {"year": 2030, "languages": ["zh", "en"], "formats": ["pdf"], "audience": "public"}
    address = coordinator.api("POST", "pilots/tianjin/reports", order).headers["Location"]
    report = coordinator.wait_for(address, state="ready")
    pdf = folder / "report.pdf"
    pdf.write_bytes(coordinator.api("GET", f"reports/{report['id']}/files/pdf?lang=zh").content)
    coordinator.api("POST", f"reports/{report['id']}:publish")
    return lines_of(pdf)


def values(anybody):
    return anybody.api("GET", f"values?pilot=tianjin&period=2030&indicator={','.join(TYPED)}").json()["data"]
