"""What a save asks of the database: the same few questions however many figures stand beside it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import answer_all, collection
from tests.programs import Program
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
# In a test the act's transaction lies inside that of the test, and counts for two.
AT_THE_API, ON_THE_PAGE, TRANSACTION = 8, 11, 2


def asked_at_the_api(program, version: int) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = program.tell("PUT", "entries/tianjin/TJ-58/2030", {"value": str(20 + version)}, If_Match=f'"{version}"')
    assert answer.status_code == 200, answer.content
    return len(asked) - TRANSACTION


def asked_on_the_page(client, version: int) -> int:
    typed = {"TJ-58@2030.value": str(20 + version), "TJ-58@2030.version": str(version)}
    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/pilots/tianjin/data/2030/", typed, headers={"X-Requested-With": "fetch"})
    assert json.loads(answer.content)["outcomes"]["TJ-58@2030"]["status"] == "updated"
    return len(asked) - TRANSACTION


def test_a_save_asks_a_handful_of_questions_however_much_stands_beside_it(tianjin, people):
    answer_all(collection(tianjin, people.coordinator), people.lead)
    program, client = Program(people.lead), signed_in(people.lead)
    asked_at_the_api(program, 1), asked_on_the_page(client, 2)
    assert asked_at_the_api(program, 3) == AT_THE_API
    assert asked_on_the_page(client, 4) == ON_THE_PAGE
