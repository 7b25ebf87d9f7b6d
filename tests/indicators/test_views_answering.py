"""What the entry page's script is answered: the fate of each cell that it sent, and how every cell that changed looks now."""

from decimal import Decimal

import pytest

from tests.builders import collection, item, record, standing
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/pilots/tianjin/data/2030/"
SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def by_script(user, key: str, *, version: int = 0, **texts: str) -> dict:
    """Post one cell as the page's script does, and return what it is answered."""
    data = {f"{key}.version": str(version)} | {f"{key}.{name}": text for name, text in texts.items() if name != "dry_run"}
    data |= {name: text for name, text in texts.items() if name == "dry_run"}
    answer = signed_in(user).post(ADDRESS, data, headers=SCRIPT)
    assert answer.status_code == 200
    return answer.json()


def test_the_pages_script_is_answered_with_the_cells_that_changed(tianjin, people, call):
    record(tianjin, people.contributor, item("plans_adopted", "20"))
    told = by_script(people.contributor, "plans_with_participation@2030", value="15")
    assert told["outcomes"]["plans_with_participation@2030"]["status"] == "created"
    assert told["outcomes"]["plans_with_participation@2030"]["also"] == ["TJ-54"]
    assert set(told["cells"]) == {"plans_with_participation@2030", "TJ-54@2030"}
    assert told["cells"]["plans_with_participation@2030"]["version"] == 1
    assert told["cells"]["TJ-54@2030"]["text"] == "75.0"


def test_the_script_learns_who_changed_a_cell_meanwhile_and_what_stands_there(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "17.4"))
    told = by_script(people.contributor, "TJ-58@2030", value="17.7")
    assert told["outcomes"]["TJ-58@2030"]["status"] == "stale"
    assert told["outcomes"]["TJ-58@2030"]["theirs"]["who"] == "a lead"
    assert (told["cells"]["TJ-58@2030"]["texts"]["value"], told["cells"]["TJ-58@2030"]["version"]) == ("17.4", 1)
    assert standing(tianjin, "TJ-58").value == Decimal("17.4")


def test_a_save_whose_answer_was_lost_is_no_conflict_with_oneself(tianjin, people, call):
    by_script(people.contributor, "plans_adopted@2030", value="1.2万")
    again = by_script(people.contributor, "plans_adopted@2030", value="1.2万")
    assert again["outcomes"]["plans_adopted@2030"]["status"] == "unchanged"
    assert again["cells"]["plans_adopted@2030"]["version"] == standing(tianjin, "plans_adopted").version == 1


def test_a_dry_run_says_what_would_become_of_a_cell_and_writes_nothing(tianjin, people, call):
    told = by_script(people.contributor, "TJ-58@2030", value="12", dry_run="1")
    assert (told["outcomes"]["TJ-58@2030"]["status"], told["outcomes"]["TJ-58@2030"]["read"]) == ("created", "12")
    refused = by_script(people.contributor, "TJ-58@2030", value="n/a", dry_run="1")
    assert refused["outcomes"]["TJ-58@2030"]["status"] == "refused"
    assert standing(tianjin, "TJ-58") is None


def test_the_script_asks_how_a_cell_looks_by_now(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "17.4", source="Yearbook"))
    told = signed_in(people.contributor).get(f"{ADDRESS}?cells=TJ-58@2030", headers=SCRIPT).json()
    assert set(told["cells"]) == {"TJ-58@2030"}
    assert (told["cells"]["TJ-58@2030"]["text"], told["cells"]["TJ-58@2030"]["version"]) == ("17.4", 1)
