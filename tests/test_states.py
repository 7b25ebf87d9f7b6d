"""The page of states says what the tables of steps say, of every table that there is."""

import sys

from tests import workflows
from tests.house.tree import PACKAGES


def test_the_page_of_states_is_what_the_tables_say():
    assert workflows.PAGE.read_text(encoding="utf-8") == workflows.written()


def test_every_table_of_steps_stands_on_it():
    written = {id(workflows.table(dotted)) for dotted, _words in workflows.WORKFLOWS.values()}
    assert workflows.every_table(name for name in list(sys.modules) if name.split(".")[0] in PACKAGES) == written
