"""A cycle in Plan, for the tests of what follows."""

import pytest


@pytest.fixture
def cycle(tianjin, people):
    from tests.cycles import builders

    return builders.opened(tianjin, people)
