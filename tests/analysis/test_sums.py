"""Clustered shares, means and ratios: estimates made from sums over units."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis import (
    Estimate,
    effective_sample_size,
    estimate_clustered_proportion,
    estimate_mean,
    estimate_proportion,
    estimate_ratio_of_sums,
)

Clusters = Sequence[tuple[int, int]]  # (successes, trials) of each

clusters_with_trials = st.lists(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=40
)


def sums(clusters: Clusters) -> tuple[tuple[int, int], dict[str, int]]:
    return (sum(y for y, _ in clusters), sum(x for _, x in clusters)), {
        "clusters": len(clusters),
        "sum_successes_squared": sum(y * y for y, _ in clusters),
        "sum_product": sum(x * y for y, x in clusters),
        "sum_n_squared": sum(x * x for _, x in clusters),
    }


def clustered(clusters: Clusters) -> Estimate:
    totals, squares = sums(clusters)
    return estimate_clustered_proportion(*totals, **squares)


def effective_n(clusters: Clusters) -> float | None:
    totals, squares = sums(clusters)
    return effective_sample_size(*totals, **squares)


class TestClusteredProportion:
    def test_a_worked_design_effect(self) -> None:
        # p = 12/60 = 0.2; y - p·x: 8 - 4 = 4, 2 - 4 = -2, 2 - 4 = -2; squares 16 + 4 + 4 = 24
        # variance 3/2 · 24 / 60² = 0.01; plain 0.2 · 0.8 / 60 = 0.002667; design effect 3.75; effective n 16
        clusters = [(8, 20), (2, 20), (2, 20)]
        assert effective_n(clusters) == pytest.approx(16)
        # Wilson of p = 0.2 on 16: z² = 3.8415; centre (0.2 + 3.8415/32) / (1 + 3.8415/16) = 0.2581
        # half width 1.96 · √(0.16/16 + 3.8415/1024) / 1.2401 = 0.1853
        answer = clustered(clusters)
        assert (answer.value, answer.low, answer.high) == pytest.approx((0.2, 0.0728, 0.4434), abs=1e-4)
        assert (answer.n, answer.method) == (16, "Wilson on the effective n")

    def test_clusters_more_alike_than_chance_give_no_more_than_the_plain_interval(self) -> None:
        # Every post converts 2 of 4: the variance between clusters is 0, the design effect is held at 1.
        answer, plain = clustered([(2, 4)] * 5), estimate_proportion(10, 20)
        assert (answer.value, answer.low, answer.high) == (plain.value, plain.low, plain.high)

    def test_clusters_of_one_trial_count_one_less_than_the_plain_trials(self) -> None:
        assert effective_n([(1, 1)] * 3 + [(0, 1)] * 7) == pytest.approx(9)  # 10 / (10 / 9)

    @given(clusters_with_trials)
    def test_the_interval_is_never_narrower_than_the_plain_one(self, clusters: Clusters) -> None:
        answer, plain = clustered(clusters), estimate_proportion(*sums(clusters)[0])
        assert answer.value == plain.value
        assert 0 <= answer.low <= plain.low + 1e-12
        assert plain.high - 1e-12 <= answer.high <= 1

    @given(clusters_with_trials, st.sampled_from([0, 1]))
    def test_when_no_or_every_trial_succeeds_clusters_show_no_difference(self, clusters: Clusters, share: int) -> None:
        agreeing = [(share * x, x) for _, x in clusters]
        answer, plain = clustered(agreeing), estimate_proportion(*sums(agreeing)[0])
        assert (answer.value, answer.low, answer.high) == (plain.value, plain.low, plain.high)

    def test_one_cluster_tells_nothing_about_others(self) -> None:
        assert clustered([(3, 10)]) == Estimate(value=0.3, n=1)

    def test_more_successes_than_trials_is_no_share(self) -> None:
        assert clustered([(5, 2), (1, 2)]) == Estimate(value=1.5, n=2)  # 6 / 4

    def test_one_cluster_may_pass_1_while_the_whole_does_not(self) -> None:
        # p = 6/20; residuals 3 - 0.6 = 2.4 and 3 - 5.4 = -2.4; variance 2 · 11.52 / 400 = 0.0576; plain 0.0105
        assert effective_n([(3, 2), (3, 18)]) == pytest.approx(20 * 0.0105 / 0.0576)

    @pytest.mark.parametrize("clusters", [[], [(0, 0), (0, 0)], [(2, 0), (1, 0)]])
    def test_no_trials_is_not_available(self, clusters: Clusters) -> None:
        assert clustered(clusters) == Estimate(value=None, n=0)

    @pytest.mark.parametrize(
        "changed", [{"sum_product": 10_000}, {"sum_n_squared": 10}, {"clusters": 0}, {"clusters": -1}]
    )
    def test_sums_of_other_clusters_are_refused(self, changed: dict[str, int]) -> None:
        totals, squares = sums([(8, 20), (2, 20), (2, 20)])
        with pytest.raises(ValueError, match=r"contradict each other|0 or more"):
            estimate_clustered_proportion(*totals, **(squares | changed))

    def test_clustered_clicks_are_covered_where_the_plain_interval_fails(self) -> None:
        # 60 posts of very unequal reach, each with its own rate around 5 % (intraclass correlation 0.03).
        random, truth, runs = Random(20261122), 0.05, 300
        spread = 1 / 0.03 - 1
        hits = {"plain": 0, "clustered": 0}
        for _ in range(runs):
            trials = [max(1, round(random.lognormvariate(3.5, 1))) for _ in range(60)]
            rates = [random.betavariate(truth * spread, (1 - truth) * spread) for _ in trials]
            posts = [(sum(random.random() < r for _ in range(x)), x) for r, x in zip(rates, trials, strict=True)]
            plain, answer = estimate_proportion(*sums(posts)[0]), clustered(posts)
            hits["plain"] += plain.low <= truth <= plain.high
            hits["clustered"] += answer.low <= truth <= answer.high
        assert hits["clustered"] / runs >= 0.88
        assert hits["plain"] / runs <= 0.75


class TestMean:
    def test_a_worked_interval(self) -> None:
        # 2, 4, 4, 4, 5, 5, 7, 9: total 40, squares 232, mean 5, variance (232 - 200) / 7; t of 7 degrees 2.364624
        answer = estimate_mean(40, 232, 8)
        half_width = 2.3646242515927853 * sqrt(32 / 7 / 8)
        assert (answer.value, answer.low, answer.high) == pytest.approx((5, 5 - half_width, 5 + half_width))
        assert (answer.n, answer.method) == (8, "Student t")

    def test_money_stays_exact(self) -> None:
        answer = estimate_mean(Decimal("0.3000"), Decimal("0.0500"), 2)  # 0.1 and 0.2
        assert answer.value == Decimal("0.15")
        assert answer.high - answer.low == pytest.approx(2 * 12.706204736174694 * 0.05)

    def test_a_large_mean_does_not_swallow_a_small_spread(self) -> None:
        # 10⁹ and 10⁹ + 1: in floating point the squares' difference would be lost.
        answer = estimate_mean(2 * 10**9 + 1, 10**18 + (10**9 + 1) ** 2, 2)
        assert answer.high - answer.value == pytest.approx(12.706204736174694 * 0.5, rel=1e-6)

    @given(st.lists(st.integers(-10_000, 10_000), min_size=2, max_size=50))
    def test_the_interval_is_symmetric_about_the_mean(self, numbers: list[int]) -> None:
        answer = estimate_mean(sum(numbers), sum(number**2 for number in numbers), len(numbers))
        assert answer.low <= answer.value <= answer.high
        assert answer.high - answer.value == pytest.approx(answer.value - answer.low, abs=1e-6)

    def test_equal_numbers_leave_no_doubt(self) -> None:
        assert estimate_mean(9, 27, 3) == Estimate(value=3.0, low=3.0, high=3.0, n=3, method="Student t")

    def test_one_number_has_no_interval_and_none_no_mean(self) -> None:
        assert estimate_mean(7, 49, 1) == Estimate(value=7.0, n=1)
        assert estimate_mean(0, 0, 0) == Estimate(value=None, n=0)

    @pytest.mark.parametrize("arguments", [(40, 10, 8), (40, 232, -1), (float("nan"), 1, 2)])
    def test_impossible_sums_are_refused(self, arguments: tuple[float, float, int]) -> None:
        with pytest.raises(ValueError, match=r"contradict each other|0 or more|not a finite number"):
            estimate_mean(*arguments)


class TestRatioOfSums:
    def test_a_worked_interval(self) -> None:
        # y 4, 6, 11 of x 2, 3, 5: ratio 21/10 = 2.1; residuals -0.2, -0.3, 0.5; squares 0.04 + 0.09 + 0.25 = 0.38
        # variance 3/2 · 0.38 / 100 = 0.0057; t of 2 degrees 4.302653
        answer = estimate_ratio_of_sums(21, 10, 3, sum_y_squared=173, sum_product=81, sum_x_squared=38)
        half_width = 4.302652729911275 * sqrt(0.0057)
        assert (answer.value, answer.low, answer.high) == pytest.approx((2.1, 2.1 - half_width, 2.1 + half_width))
        assert (answer.n, answer.method) == (3, "linearised ratio")

    @given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30))
    def test_with_ones_below_it_is_the_mean(self, numbers: list[int]) -> None:
        n, total, squares = len(numbers), sum(numbers), sum(number**2 for number in numbers)
        ratio = estimate_ratio_of_sums(total, n, n, sum_y_squared=squares, sum_product=total, sum_x_squared=n)
        mean = estimate_mean(total, squares, n)
        assert (ratio.value, ratio.low, ratio.high) == (mean.value, mean.low, mean.high)

    @given(st.lists(st.integers(1, 1000), min_size=2, max_size=30), st.integers(-20, 20))
    def test_units_in_proportion_leave_no_doubt(self, units: list[int], factor: int) -> None:
        x, x_squared = sum(units), sum(unit**2 for unit in units)
        answer = estimate_ratio_of_sums(
            factor * x,
            x,
            len(units),
            sum_y_squared=factor**2 * x_squared,
            sum_product=factor * x_squared,
            sum_x_squared=x_squared,
        )
        assert (answer.value, answer.low, answer.high) == (factor, factor, factor)

    def test_money_over_a_count_stays_exact(self) -> None:
        answer = estimate_ratio_of_sums(
            Decimal("10.0000"), 4, 1, sum_y_squared=Decimal(100), sum_product=Decimal(40), sum_x_squared=16
        )
        assert answer == Estimate(value=Decimal("2.5"), n=1)

    @pytest.mark.parametrize("x", [0, 0.0, Decimal(0)])
    def test_a_denominator_of_zero_is_not_available(self, x: float | Decimal) -> None:
        answer = estimate_ratio_of_sums(Decimal(5), x, 3, sum_y_squared=9, sum_product=0, sum_x_squared=2)
        assert answer == Estimate(value=None, n=3)

    def test_sums_of_other_units_are_refused(self) -> None:
        with pytest.raises(ValueError, match="contradict each other"):
            estimate_ratio_of_sums(21, 10, 3, sum_y_squared=1, sum_product=81, sum_x_squared=38)
