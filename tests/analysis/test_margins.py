"""Margins by hand, and why their share changed: the parts add up exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis import Sold, decompose_margin
from kpi.analysis.margins import NOTHING


def sold(quantity: int, revenue: int, direct: int, selling: int = 0, overhead: int = 0) -> Sold:
    return Sold(
        quantity=Fraction(quantity),
        revenue=Fraction(revenue),
        direct=Fraction(direct),
        selling=Fraction(selling),
        overhead=Fraction(overhead),
    )


def test_three_levels() -> None:
    one = sold(10, 100, 60, 5, 40)
    assert (one.gross, one.contribution, one.full) == (40, 35, -5)
    assert [one.share(margin) for margin in (one.gross, one.contribution, one.full)] == [0.4, 0.35, -0.05]


def test_what_is_given_away_has_no_share() -> None:
    free = sold(3, 0, 12)
    assert (free.gross, free.share(free.gross)) == (-12, None)


def test_a_price_that_rose_and_a_cost_that_rose() -> None:
    # One product. Then 10 pieces at 10 that cost 6: 40 %. Now 10 at 12 that cost 7.2: 40 % again.
    # price: -mean cost 6.6 · (1/12 - 1/10) = +0.11; cost: the rest, -0.11
    (found,) = decompose_margin({"a": sold(10, 120, 72)}, {"a": sold(10, 100, 60)}).values()
    assert (found.mix, found.price, found.cost) == (0, Fraction(11, 100), Fraction(-11, 100))


def test_more_of_the_poorer_product_is_mix() -> None:
    then = {"rich": sold(1, 100, 20), "poor": sold(1, 100, 80)}
    now = {"rich": sold(1, 100, 20), "poor": sold(3, 300, 240)}
    # 80 % and 20 %: from 50 % to (80 + 60) / 400 = 35 %, all of it mix
    found = decompose_margin(now, then)
    assert sum(one.mix for one in found.values()) == Fraction(-15, 100)
    assert all(one.price == one.cost == 0 for one in found.values())


def test_a_new_product_is_mix_and_no_revenue_is_refused() -> None:
    then = {"a": sold(1, 100, 50)}
    found = decompose_margin({"a": sold(1, 100, 50), "new": sold(1, 100, 90)}, then)
    assert (found["new"].price, found["new"].cost) == (0, 0)
    with pytest.raises(ValueError, match="denominator"):
        decompose_margin({}, then)


numbers = st.integers(0, 1_000)
SIDES = st.dictionaries(st.sampled_from("abcd"), st.builds(sold, numbers, numbers, numbers), min_size=1)


@given(SIDES, SIDES)
def test_the_parts_add_up_to_the_change(now: dict[str, Sold], then: dict[str, Sold]) -> None:
    totals = [sum(side.values(), NOTHING) for side in (now, then)]
    if not all(total.revenue for total in totals):
        with pytest.raises(ValueError, match="denominator"):
            decompose_margin(now, then)
        return
    change = totals[0].gross / totals[0].revenue - totals[1].gross / totals[1].revenue
    found = decompose_margin(now, then)
    assert sum(one.mix + one.price + one.cost for one in found.values()) == change
