"""Value axes in round steps."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from charts.scale import scale

VALUES = st.lists(st.decimals(min_value=-(10**15), max_value=10**15, places=6), min_size=1, max_size=20)


@given(VALUES, st.booleans())
def test_the_axis_holds_every_value_between_exact_round_ticks(values: list[Decimal], from_zero: bool) -> None:
    axis = scale(values, from_zero=from_zero)
    ticks = axis.ticks()
    assert axis.low <= min(values) <= max(values) <= axis.high
    assert ticks[0] == axis.low
    assert ticks[-1] == axis.high
    assert 2 <= len(ticks) <= 8
    assert all(tick % axis.step == 0 for tick in ticks)
    assert not from_zero or axis.low <= 0 <= axis.high


def test_the_axis_starts_at_zero_where_leaving_it_out_would_exaggerate() -> None:
    assert scale([Decimal(30), Decimal(70)]).low == 0
    assert scale([Decimal(96), Decimal(99)]).low > 90


def test_one_value_and_no_value_have_an_axis_too() -> None:
    assert scale([Decimal(100)]).low < 100 < scale([Decimal(100)]).high
    assert scale([]).ticks()[-1] == 1
