"""The framework, the pilots and tokens over REST."""

import pytest

from pilots import tokens
from pilots.models import Clause, Fact, Goal, GoalTarget, Standard, Token, TrailRow
from tests.programs import Program
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


def test_the_framework_is_whole(program, db):
    sizes = {name: len(program.ask(name).json()["data"]) for name in ("purposes", "issues", "clauses", "standards", "goals", "pilots")}
    assert sizes == {
        "purposes": 6,
        "issues": 12,
        "clauses": Clause.objects.count(),
        "standards": Standard.objects.count(),
        "goals": 17,
        "pilots": 4,
    }
    targets = [target["code"] for goal in program.ask("goals").json()["data"] for target in goal["targets"]]
    assert len(targets) == GoalTarget.objects.count() == 169
    assert Goal.objects.count() == 17


def test_words_come_in_the_readers_language_and_codes_stay(program, db):
    english, chinese = (program.ask(f"purposes?lang={language}").json()["data"][0] for language in ("en", "zh"))
    assert english["code"] == chinese["code"]
    assert english["name"] != chinese["name"]
    assert program.ask("purposes", Accept_Language="en").json()["data"][0] == english


def test_a_pilot_has_its_name_in_both_languages(program, db):
    row = program.ask("pilots").json()["data"][0]
    assert (row["slug"], row["name"]) == ("tianjin", {"zh": "中新天津生态城", "en": "Sino-Singapore Tianjin Eco-City"})


def test_facts_with_doubts_are_for_members_and_programme_readers(tianjin, people):
    doubtful = {fact.key for fact in Fact.objects.filter(pilot=tianjin, public=False)}
    assert doubtful

    def shown(program):
        return {fact["key"] for fact in program.ask("pilots/tianjin").json()["facts"]}

    for who in ("viewer", "coordinator"):
        assert shown(Program(getattr(people, who))) >= doubtful
    for program in (Program(), Program(people.stranger), Program(people.viewer, scope=Token.Scope.READ)):
        assert not shown(program) & doubtful


def test_a_pilot_that_is_not_there_is_404(program, db):
    assert program.ask("pilots/atlantis").status_code == 404


def test_a_person_makes_a_token_once_shown_and_ends_it(people):
    client = signed_in(people.contributor)
    body = {"name": "nightly pull", "scope": "own", "pilot": "tianjin", "days": 30}
    made = client.post("/api/v1/tokens", body, content_type="application/json")
    assert made.status_code == 201
    text = made.json()["token"]
    assert text.startswith("i37_")
    listed = client.get("/api/v1/tokens").json()["data"]
    assert [(row["name"], row["scope"], row["pilot"], row["prefix"]) for row in listed] == [("nightly pull", "own", "tianjin", text[:15])]
    assert text not in client.get("/api/v1/tokens").content.decode()
    assert text not in str(list(Token.objects.values())) + str(list(TrailRow.objects.values()))
    assert client.delete(f"/api/v1/tokens/{text[:15]}").status_code == 204
    assert Program().ask("pilots", Authorization=f"Token {text}").status_code == 401


def test_a_token_makes_no_token_and_sees_nobody_elses(people):
    program = Program(people.contributor)
    assert program.ask("tokens").status_code == 403
    assert program.tell("POST", "tokens", {"name": "more"}).status_code == 403


def test_a_session_without_its_csrf_token_changes_nothing(people, db):
    client = signed_in(people.contributor)
    client.handler.enforce_csrf_checks = True
    assert client.post("/api/v1/tokens", {"name": "forged"}, content_type="application/json").status_code == 403
    assert not Token.objects.exists()


def test_another_persons_token_is_not_there(people):
    token, _text = tokens.make(user=people.lead, name="hers", scope="read", by=people.lead, door="api")
    client = signed_in(people.contributor)
    assert client.delete(f"/api/v1/tokens/{token.token_key}").status_code == 404
    assert Token.objects.filter(pk=token.pk).exists()


def test_a_wrong_expired_or_orphaned_token_is_401_in_the_same_words(people, db):
    _token, expired = tokens.make(user=people.lead, name="old", scope="read", days=1, by=people.lead, door="api")
    Token.objects.update(expiry="2020-01-01T00:00:00Z")
    _token, orphaned = tokens.make(user=people.viewer, name="left", scope="read", by=people.viewer, door="api")
    type(people.viewer).objects.filter(pk=people.viewer.pk).update(is_active=False)
    answers = [Program().ask("pilots", Authorization=f"Token {text}") for text in (expired, orphaned, "i37_nothing", "\u00e9")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}
    assert answers[0]["WWW-Authenticate"] == "Token"


def test_a_token_answer_sets_no_cookie_and_notes_its_use(people, db):
    answer = Program(people.viewer).ask("pilots")
    assert not answer.cookies
    assert Token.objects.get().last_used_at is not None


def test_a_token_for_one_pilot_opens_no_other_and_no_programme_role(people, tianjin):
    from tests.builders import person

    both = person("both", "contributor", tianjin)
    tokens_pilot = Program(both, scope=Token.Scope.OWN, pilot=tianjin)
    assert tokens_pilot.ask("pilots/tianjin/collections").status_code == 200
    assert tokens_pilot.ask("pilots/qujiang/collections").status_code == 404
    assert Program(both, scope=Token.Scope.READ).ask("pilots/tianjin/collections").status_code == 403


def test_a_token_lasts_a_year_at_most_and_is_for_a_pilot_of_ones_own(people):
    client = signed_in(people.contributor)
    for wrong in ({"days": 366}, {"days": 0}, {"pilot": "qujiang"}, {"scope": "all"}, {"user": "lead"}):
        answer = client.post("/api/v1/tokens", {"name": "x", **wrong}, content_type="application/json")
        assert (wrong, answer.status_code) == (wrong, 400)
    assert not Token.objects.exists()
