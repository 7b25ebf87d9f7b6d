"""The page about the API: every address, parameter and line to copy on it is there."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from indicators.api.asking import FILTERS, SHAPES
from portal.api.addresses import endpoints, readable
from tests.house.tree import ROOT
from tests.programs import Program

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
# Addresses that other apps describe on pages of their own.
ELSEWHERE = {"cycles", "reports"}


def section(heading):
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_every_address_is_on_the_page_and_every_address_on_the_page_is_there():
    documented = set(re.findall(r"`([a-z][\w/{}:]*)`", section("Addresses"))) - {"next"}
    known = {readable(pattern) for pattern in endpoints}
    assert documented <= known
    assert {address for address in known - documented if not ELSEWHERE & set(re.split(r"[/:]", address))} == set()


def test_every_parameter_of_values_is_on_the_page():
    table = {name for row in re.findall(r"^\| (`.*?) \|", section("Published figures"), re.M) for name in re.findall(r"`(\w+)`", row)}
    assert table == {parameter.name for parameter in (*FILTERS, *SHAPES)}


@pytest.mark.django_db
def test_every_line_to_copy_asks_for_something_that_answers():
    lines = [urlsplit(line) for line in re.findall(r"https://portal\.example(/api/v1/values\?[^\"`]+)", PAGE)]
    assert len(lines) >= 5
    for line in lines:
        assert dict(parse_qsl(line.query)) != {}
        assert Program().ask(line.geturl()).status_code == 200
