"""Shares, differences, costs per event and scores against published values and their own laws."""

import json
from decimal import Decimal
from math import exp, fsum, lgamma, log, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis import (
    Estimate,
    estimate_cost_per_event,
    estimate_difference,
    estimate_difference_of_proportions,
    estimate_net_promoter_score,
    estimate_proportion,
    garwood_limits,
)

REFERENCES = json.loads((Path(__file__).parents[1] / "references" / "intervals.json").read_text(encoding="utf-8"))

counts = st.integers(0, 10_000)
successes_and_trials = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def within(decimals: int) -> float:
    return 0.5000001 * 10**-decimals


class TestProportion:
    @pytest.mark.parametrize("case", REFERENCES["wilson"], ids=lambda case: f"{case['successes']}/{case['n']}")
    def test_references(self, case: dict[str, float]) -> None:
        answer = estimate_proportion(case["successes"], case["n"])
        assert answer.value == case["successes"] / case["n"]
        assert (answer.low, answer.high) == pytest.approx((case["low"], case["high"]), abs=within(case["decimals"]))

    def test_customer_satisfaction_of_delighted(self) -> None:
        case = REFERENCES["customer_satisfaction"]
        very_satisfied, satisfied, *others = case["counts_5_to_1"]  # 42 + 32 = 74 of 107
        answer = estimate_proportion(very_satisfied + satisfied, very_satisfied + satisfied + sum(others))
        assert (answer.n, answer.method) == (107, "Wilson")
        assert answer.value * 100 == pytest.approx(case["percent"], abs=within(case["decimals"]))

    @given(successes_and_trials)
    def test_the_interval_holds_the_share_and_stays_between_0_and_1(self, case: tuple[int, int]) -> None:
        answer = estimate_proportion(*case)
        assert 0 <= answer.low <= answer.value <= answer.high <= 1

    @given(successes_and_trials)
    def test_failures_mirror_successes(self, case: tuple[int, int]) -> None:
        successes, n = case
        answer, mirrored = estimate_proportion(successes, n), estimate_proportion(n - successes, n)
        assert (1 - answer.high, 1 - answer.low) == pytest.approx((mirrored.low, mirrored.high), abs=1e-12)

    def test_no_trials_is_not_available(self) -> None:
        assert estimate_proportion(0, 0) == Estimate(value=None, n=0)

    @pytest.mark.parametrize(("successes", "n"), [(3, 2), (1, 0), (-1, 2), (0, -1)])
    def test_impossible_counts_are_refused(self, successes: int, n: int) -> None:
        with pytest.raises(ValueError, match=r"cannot pass 1|0 or more"):
            estimate_proportion(successes, n)


class TestDifferenceOfProportions:
    @pytest.mark.parametrize("case", REFERENCES["newcombe"], ids=lambda case: f"{case['first']}-{case['second']}")
    def test_references(self, case: dict[str, object]) -> None:
        (a, m), (b, n) = case["first"], case["second"]
        answer = estimate_difference_of_proportions(a / m, m, b / n, n)
        assert answer.value == a / m - b / n
        assert (answer.low, answer.high) == pytest.approx((case["low"], case["high"]), abs=within(case["decimals"]))

    @given(successes_and_trials, successes_and_trials)
    def test_swapping_the_sides_turns_the_interval_round(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        sides = (one[0] / one[1], one[1]), (other[0] / other[1], other[1])
        answer = estimate_difference_of_proportions(*sides[0], *sides[1])
        swapped = estimate_difference_of_proportions(*sides[1], *sides[0])
        assert -1 <= answer.low <= answer.value <= answer.high <= 1
        assert (answer.value, answer.low, answer.high) == pytest.approx((-swapped.value, -swapped.high, -swapped.low))

    def test_a_smaller_effective_n_widens_the_interval(self) -> None:
        plain = estimate_difference_of_proportions(0.087, 1000, 0.021, 1000)
        clustered = estimate_difference_of_proportions(0.087, 412.5, 0.021, 1000)
        assert clustered.low < plain.low < plain.value < plain.high < clustered.high
        assert (plain.n, clustered.n) == (1000, 412)

    @pytest.mark.parametrize("sides", [(None, 0, 0.5, 10), (0.5, 10, None, 0), (0.0, 0, 0.5, 10)])
    def test_a_side_without_trials_is_not_available(self, sides: tuple[float, int, float, int]) -> None:
        assert estimate_difference_of_proportions(*sides) == Estimate(value=None, n=0)

    @pytest.mark.parametrize("sides", [(1.2, 10, 0.5, 10), (0.5, 10, -0.1, 10), (0.5, -1, 0.5, 10)])
    def test_impossible_shares_are_refused(self, sides: tuple[float, int, float, int]) -> None:
        with pytest.raises(ValueError, match=r"not both shares|0 or more"):
            estimate_difference_of_proportions(*sides)


class TestGarwood:
    @pytest.mark.parametrize("case", REFERENCES["garwood"], ids=lambda case: str(case["count"]))
    def test_references(self, case: dict[str, float]) -> None:
        assert garwood_limits(case["count"]) == pytest.approx((case["low"], case["high"]), abs=within(case["decimals"]))

    @given(st.integers(1, 300))
    def test_each_limit_leaves_two_and_a_half_percent_beyond_the_count(self, count: int) -> None:
        def probabilities(mean: float, values: range) -> float:
            return fsum(exp(value * log(mean) - mean - lgamma(value + 1)) for value in values)

        low, high = garwood_limits(count)
        assert low < count < high
        assert 1 - probabilities(low, range(count)) == pytest.approx(0.025, abs=1e-9)  # P(count or more | low)
        assert probabilities(high, range(count + 1)) == pytest.approx(0.025, abs=1e-9)  # P(count or fewer | high)

    def test_a_negative_count_is_refused(self) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            garwood_limits(-1)


class TestCostPerEvent:
    def test_money_over_customers(self) -> None:
        answer = estimate_cost_per_event(Decimal("1000.0000"), 25)
        assert answer.value == Decimal("40")  # 1000 / 25
        assert answer.low == pytest.approx(1000 / 36.904931697530365)
        assert answer.high == pytest.approx(1000 / 16.178681847829328)
        assert (answer.n, answer.method) == (25, "Garwood")

    def test_without_customers_only_the_least_is_known(self) -> None:
        answer = estimate_cost_per_event(Decimal(369), 0)
        assert (answer.value, answer.high, answer.n) == (None, None, 0)
        assert answer.low == pytest.approx(369 / -log(0.025))  # 100.03: "at least cost / 3.69"

    def test_corrections_above_the_spending_keep_the_limits_in_order(self) -> None:
        answer = estimate_cost_per_event(-100.0, 4)
        assert answer.low < answer.value == -25.0 < answer.high < 0
        assert estimate_cost_per_event(-100.0, 0) == Estimate(value=None, n=0)

    def test_no_cost_is_a_price_of_zero(self) -> None:
        assert estimate_cost_per_event(0.0, 3) == Estimate(value=0.0, low=0.0, high=0.0, n=3, method="Garwood")

    def test_what_is_not_a_number_is_refused(self) -> None:
        with pytest.raises(ValueError, match="not a finite number"):
            estimate_cost_per_event(Decimal("NaN"), 3)


class TestNetPromoterScore:
    @pytest.mark.parametrize("case", REFERENCES["net_promoter_score"], ids=lambda case: case["source"][:20])
    def test_references(self, case: dict[str, float]) -> None:
        answer = estimate_net_promoter_score(case["promoters"], case["passives"], case["detractors"])
        assert answer.value == pytest.approx(case["score"], abs=within(case["decimals"]))
        assert answer.n == case["promoters"] + case["passives"] + case["detractors"]

    def test_the_interval_of_a_worked_case(self) -> None:
        answer = estimate_net_promoter_score(162, 108, 54)
        # n + 3 = 327; (162.75 - 54.75) / 327 = 0.330275; variance 217.5 / 327 - 0.330275² = 0.556055
        half_width = 1.959963984540054 * sqrt((217.5 / 327 - (108 / 327) ** 2) / 327)
        assert (answer.low, answer.high) == pytest.approx(
            (100 * (108 / 327 - half_width), 100 * (108 / 327 + half_width))
        )

    def test_five_passives_still_leave_thirty_points_of_doubt(self) -> None:
        answer = estimate_net_promoter_score(0, 5, 0)
        # n + 3 = 8, both shares 0.75 / 8: half width 1.96 · √(0.1875 / 8) = 0.3000
        assert (answer.value, answer.low, answer.high) == pytest.approx((0, -30.0, 30.0), abs=0.01)

    @given(counts, counts, counts)
    def test_swapping_promoters_and_detractors_turns_the_score_round(
        self, promoters: int, passives: int, detractors: int
    ) -> None:
        answer = estimate_net_promoter_score(promoters, passives, detractors)
        swapped = estimate_net_promoter_score(detractors, passives, promoters)
        if answer.n == 0:
            assert answer == swapped == Estimate(value=None, n=0)
        else:
            assert (answer.value, answer.low, answer.high) == (-swapped.value, -swapped.high, -swapped.low)
            assert -100 <= answer.low < answer.high <= 100

    @given(counts, counts, counts)
    def test_from_two_answers_on_the_interval_holds_the_score(
        self, promoters: int, passives: int, detractors: int
    ) -> None:
        answer = estimate_net_promoter_score(promoters, passives, detractors)
        if answer.n > 1:
            assert answer.low <= answer.value <= answer.high

    def test_one_lone_promoter_is_pulled_to_98_5(self) -> None:
        answer = estimate_net_promoter_score(1, 0, 0)
        # n + 3 = 4; centre (1.75 - 0.75) / 4 = 0.25; half width 1.96 · √((2.5 / 4 - 0.0625) / 4) = 0.735
        assert (answer.value, answer.low, answer.high) == pytest.approx((100, -48.5, 98.5), abs=0.01)

    @pytest.mark.parametrize(("promoting", "detracting"), [(0.5, 1 / 6), (0.7, 0.1), (0.2, 0.5)])
    def test_of_twenty_answers_the_interval_holds_the_truth_as_often_as_it_says(
        self, promoting: float, detracting: float
    ) -> None:
        n, truth, covered = 20, 100 * (promoting - detracting), 0.0
        for promoters in range(n + 1):
            for detractors in range(n - promoters + 1):
                passives = n - promoters - detractors
                answer = estimate_net_promoter_score(promoters, passives, detractors)
                if answer.low <= truth <= answer.high:
                    ways = lgamma(n + 1) - lgamma(promoters + 1) - lgamma(passives + 1) - lgamma(detractors + 1)
                    covered += (
                        exp(ways)
                        * promoting**promoters
                        * detracting**detractors
                        * (1 - promoting - detracting) ** passives
                    )
        assert 0.93 <= covered <= 0.98

    def test_negative_counts_are_refused(self) -> None:
        with pytest.raises(ValueError, match="detractors is -1"):
            estimate_net_promoter_score(3, 2, -1)


class TestDifference:
    @given(first=successes_and_trials, second=successes_and_trials)
    def test_of_two_shares_it_is_newcombes(self, first: tuple[int, int], second: tuple[int, int]) -> None:
        one, other = estimate_proportion(*first), estimate_proportion(*second)
        answer = estimate_difference(one, other)
        expected = estimate_difference_of_proportions(one.value, first[1], other.value, second[1])
        assert answer.value == expected.value
        assert (max(-1.0, answer.low or 0), min(1.0, answer.high or 0)) == pytest.approx((expected.low, expected.high))
        assert answer.n == min(first[1], second[1])

    def test_of_two_scores(self) -> None:
        # 40 [30, 45] less 10 [7, 22]: 30 - √(10² + 12²) = 14.380, 30 + √(5² + 3²) = 35.831
        one, other = Estimate(value=40, low=30, high=45, n=8), Estimate(value=Decimal(10), low=7, high=22, n=9)
        answer = estimate_difference(one, other)
        assert (answer.value, answer.n) == (30, 8)
        assert (answer.low, answer.high) == pytest.approx((14.3795, 35.8310), abs=1e-4)

    def test_what_is_missing_on_a_side_is_missing(self) -> None:
        known, single = Estimate(value=3, low=1, high=4, n=7), Estimate(value=1, n=1)
        assert estimate_difference(known, single) == Estimate(value=2, n=1)
        assert estimate_difference(known, Estimate(value=None, n=0)) == Estimate(value=None, n=0)
        assert estimate_difference(known, Estimate(value=2)) == Estimate(value=1)
