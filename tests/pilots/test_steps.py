"""The law of steps: who may take which, from where, and what a refusal says."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from pilots import steps
from pilots.steps import Step

TABLE = (
    Step("submit", ("draft", "returned"), "submitted", ("lead",), "Submit"),
    Step("return", ("submitted",), "returned", ("coordinator",), "Send back"),
    Step("verify", ("submitted",), "verified", ("coordinator",), "Verify"),
    Step("note", ("draft", "submitted"), "", ("lead", "coordinator"), "Note"),
)
# By hand: state, role -> what may be done.
ALLOWED = {
    ("draft", "lead"): ["submit", "note"],
    ("returned", "lead"): ["submit"],
    ("submitted", "lead"): ["note"],
    ("submitted", "coordinator"): ["return", "verify", "note"],
    ("draft", "coordinator"): ["note"],
}
STATES, ROLES = ("draft", "submitted", "returned", "verified"), ("lead", "coordinator", "viewer")
states, roles, names = st.sampled_from(STATES), st.frozensets(st.sampled_from(ROLES)), st.sampled_from([step.name for step in TABLE])


@given(states, roles)
def test_available_is_what_the_hand_written_table_allows(state, held):
    allowed = {name for role in held for name in ALLOWED.get((state, role), [])}
    assert {step.name for step in steps.available(TABLE, state=state, roles=held)} == allowed


@given(names, states, roles)
def test_take_gives_exactly_the_steps_that_are_available_and_refuses_the_person_before_the_state(name, state, held):
    step = next(step for step in TABLE if step.name == name)
    if held.isdisjoint(step.roles):
        with pytest.raises(PermissionDenied):
            steps.take(TABLE, name, state=state, roles=held)
    elif step in steps.available(TABLE, state=state, roles=held):
        assert steps.take(TABLE, name, state=state, roles=held) is step
    else:
        with pytest.raises(ValidationError) as refusal:
            steps.take(TABLE, name, state=state, roles=held)
        assert refusal.value.code == "wrong_state"
        assert refusal.value.allowed == [step.name for step in steps.available(TABLE, state=state, roles=held)]


@pytest.mark.parametrize(("state", "possible"), [("draft", "Submit, Note"), ("verified", "nothing")])
def test_a_wrong_state_names_what_is_possible_instead(state, possible):
    with translation.override("en"), pytest.raises(ValidationError, match=f"Possible now: {possible}") as refusal:
        steps.take(TABLE, "return", state=state, roles={"lead", "coordinator"})
    assert "Send back" in refusal.value.messages[0]
