"""What a customer is worth and when they have paid back, against published sums and their own laws."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis import Assumptions, payback_of
from kpi.analysis.lifetime_value import (
    Due,
    constant_survival,
    expected_path,
    monthly_rate,
    payback_time,
    perpetual_value,
    simple_payback,
    value_over,
)
from kpi.analysis.obstacle import Obstacle

CASES = json.loads((Path(__file__).parents[1] / "references" / "lifetime.json").read_text(encoding="utf-8"))
FARRIS, PAYBACK = CASES["customer_lifetime_value"], CASES["payback"]

margins, churns, discounts = st.floats(0.01, 1e6), st.floats(0.001, 1), st.floats(0, 1)
survivals = st.lists(st.floats(0, 1), min_size=1, max_size=40).map(lambda shares: [1.0, *sorted(shares, reverse=True)])


class TestPerpetual:
    def test_farris(self) -> None:
        # 19.95 a month, less 1.50 of direct cost and 6.00 a year to keep the customer; 0.5 % leave, 1 % discount
        margin = FARRIS["price"] - FARRIS["var_cost"] - FARRIS["retention_spend_year"] / 12
        assert margin == pytest.approx(FARRIS["margin"])
        assert perpetual_value(1, FARRIS["attrition"], FARRIS["d"]) == pytest.approx(FARRIS["multiplier"], abs=0.005)
        assert perpetual_value(margin, FARRIS["attrition"], FARRIS["d"]) == pytest.approx(FARRIS["CLV"], abs=0.5)

    def test_farris_with_less_spent_on_keeping(self) -> None:
        value = perpetual_value(19.95 - 1.5 - 3 / 12, 0.01, FARRIS["d"])
        assert value == pytest.approx(FARRIS["variant_spend3_attrition1pct_computed"], abs=0.05)

    def test_without_a_discount_it_is_margin_over_churn(self) -> None:
        assert perpetual_value(80, 0.05) == pytest.approx(1600)
        second = PAYBACK["second"]
        assert second["LTV"] / second["CAC"] == second["ratio"]

    def test_nobody_leaving_without_a_discount_has_no_end(self) -> None:
        assert perpetual_value(80, 0) is Obstacle.ENDLESS
        assert perpetual_value(80, 0, 0.1) == pytest.approx(880)  # 80 · 1.1 / 0.1

    def test_everybody_leaving_at_once_brings_one_margin(self) -> None:
        assert perpetual_value(80, 1) == 80
        assert perpetual_value(80, 1, due=Due.END) == 0

    @given(margins, churns, discounts)
    def test_start_and_end_differ_by_one_margin(self, margin: float, churn: float, discount: float) -> None:
        start, end = (perpetual_value(margin, churn, discount, due=due) for due in Due)
        assert start - end == pytest.approx(margin, rel=1e-9)

    @given(margins, st.lists(churns, min_size=2, max_size=5, unique=True), discounts)
    def test_more_churn_is_worth_less(self, margin: float, rates: list[float], discount: float) -> None:
        values = [perpetual_value(margin, churn, discount) for churn in sorted(rates)]
        assert all(more >= less for more, less in pairwise(values))

    @pytest.mark.parametrize(("churn", "discount"), [(-0.1, 0), (1.1, 0), (0.1, -0.1), (0.1, float("inf"))])
    def test_what_cannot_be_is_refused(self, churn: float, discount: float) -> None:
        with pytest.raises(ValueError, match="is not"):
            perpetual_value(1, churn, discount)


class TestOverAHorizon:
    def test_by_hand(self) -> None:
        # 10 · (1 + 0.5/1.25 + 0.25/1.5625) = 10 · (1 + 0.4 + 0.16)
        assert value_over(10, [1, 0.5, 0.25], 0.25) == pytest.approx(15.6)
        assert value_over(10, [1, 0.5, 0.25], 0.25, due=Due.END) == pytest.approx(5.6)
        assert value_over(10, []) == 0

    @given(margins, churns, discounts)
    def test_a_long_horizon_reaches_the_perpetual_value(self, margin: float, churn: float, discount: float) -> None:
        long = value_over(margin, constant_survival(churn, 40_000), discount)
        assert long == pytest.approx(perpetual_value(margin, churn, discount), rel=1e-9)

    @given(margins, survivals, discounts)
    def test_start_and_end_differ_by_the_first_margin(
        self, margin: float, survival: list[float], discount: float
    ) -> None:
        start, end = (value_over(margin, survival, discount, due=due) for due in Due)
        assert start - end == pytest.approx(margin, rel=1e-9)

    @given(margins, survivals, discounts)
    def test_it_grows_with_margin_and_horizon_and_shrinks_with_the_discount(
        self, margin: float, survival: list[float], discount: float
    ) -> None:
        value = value_over(margin, survival, discount)
        assert value_over(2 * margin, survival, discount) == pytest.approx(2 * value)
        rounding = 1 + 1e-12
        assert value_over(margin, survival[:-1], discount) <= value * rounding
        assert value <= value_over(margin, survival) * rounding

    def test_a_loss_is_a_loss(self) -> None:
        assert value_over(-5, [1, 0.5]) == -7.5

    def test_months_compound_to_a_year(self) -> None:
        assert (1 + monthly_rate(0.1)) ** 12 == pytest.approx(1.1)
        assert monthly_rate(0) == 0
        with pytest.raises(ValueError, match="not above -1"):
            monthly_rate(-1)


def leaving(margin: float, churn: float) -> Assumptions:
    return Assumptions(arpa=margin, margin=1, churn=churn, other_cost=0)


class TestPayback:
    def test_the_usual_sum(self) -> None:
        assert simple_payback(PAYBACK["CAC"], PAYBACK["ARPA"] * PAYBACK["GM"]) == PAYBACK["months"]
        second = PAYBACK["second"]
        found = simple_payback(second["CAC"], second["monthly_contribution"])
        assert found == pytest.approx(second["payback"], abs=0.005)

    @pytest.mark.parametrize(("cost", "usual", "months"), [(533, 6.67, 7.90), (1000, 12.5, 19.1)])
    def test_leaving_customers_take_longer(self, cost: float, usual: float, months: float) -> None:
        # margin 80 a month, 5 % leave
        assert simple_payback(cost, 80) == pytest.approx(usual, abs=0.01)
        assert payback_time(cost, 80, 0.05) == pytest.approx(months, abs=0.05)
        assert payback_of(leaving(80, 0.05), cost) == int(months) + 1

    @pytest.mark.parametrize(
        ("cost", "margin", "churn", "expected"),
        [
            (1600, 80, 0.05, Obstacle.NEVER),  # all that a customer ever brings
            (100, 0, 0.05, Obstacle.NEVER),
            (100, -1, 0, Obstacle.NEVER),
            (0, 0, 0.05, 0),
            (-5, -1, 0.5, 0),
            (160, 80, 0, 2),
            (40, 80, 1, 0.5),  # the first margin comes, then everybody is gone
            (80, 80, 1, 1),
            (81, 80, 1, Obstacle.NEVER),
        ],
    )
    def test_edges(self, cost: float, margin: float, churn: float, expected: float | Obstacle) -> None:
        assert payback_time(cost, margin, churn) == expected

    @given(st.lists(st.floats(0, 1e4), min_size=2, max_size=6), st.floats(1, 100), st.floats(0, 1))
    def test_a_higher_cost_never_pays_back_sooner(self, costs: list[float], margin: float, churn: float) -> None:
        for one, other in pairwise(sorted(costs)):
            for found in (
                [payback_time(cost, margin, churn) for cost in (one, other)],
                [payback_of(leaving(margin, churn), cost) for cost in (one, other)],
            ):
                first, second = (float("inf") if isinstance(each, Obstacle) else each for each in found)
                assert first <= second


class TestExpectedPath:
    def test_by_hand(self) -> None:
        # 100 from somebody new: 100, 80, 60. 50 from one who stayed a month: 50, 50 · 0.6/0.8 = 37.5, then the last
        # pace of 0.6/0.8 goes on: 28.125.
        path = expected_path([100, 50], [0, 1], [1, 0.8, 0.6], 3)
        assert path.tolist() == pytest.approx([150, 117.5, 88.125])

    def test_where_nobody_stayed_nothing_is_left(self) -> None:
        assert expected_path([100, 50], [1, 0], [1, 0], 3).tolist() == [50, 0, 0]

    def test_of_nobody_it_is_0(self) -> None:
        assert expected_path([], [], [1, 0.5], 2).tolist() == [0, 0]

    def test_with_one_share_known_nobody_is_expected_to_stay(self) -> None:
        assert expected_path([100], [0], [1], 2).tolist() == [100, 0]
