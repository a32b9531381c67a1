"""BG/NBD against the published fit, forecasts and hold-out of CDNOW, and against its own laws."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln, gammaln

from bench.cdnow import lines as printed
from kpi.analysis.bg_nbd import BetaGeometricNbd, Histories, fit_bg_nbd
from kpi.analysis.obstacle import Obstacle
from kpi.readme import README
from tests.analysis import cdnow

CASES = json.loads((Path(__file__).parents[1] / "references" / "lifetime.json").read_text(encoding="utf-8"))["bg_nbd"]


def model(r: float, alpha: float, a: float, b: float, log_likelihood: float = 0.0) -> BetaGeometricNbd:
    return BetaGeometricNbd(r=r, alpha=alpha, a=a, b=b, log_likelihood=log_likelihood)


PAPER = model(*(CASES["params_paper"][name] for name in ("r", "alpha", "a", "b")))
PRECISE = model(*(CASES["params_precise"][name] for name in ("r", "alpha", "a", "b")))


@pytest.fixture(scope="module")
def customers() -> pl.DataFrame:
    return cdnow.customers()


@pytest.fixture(scope="module")
def known(customers: pl.DataFrame) -> Histories:
    return Histories.of(customers["repeats"], customers["recency"], customers["age"])


class TestCdnow:
    def test_the_fit_is_the_published_one(self, known: Histories) -> None:
        fitted = fit_bg_nbd(known)
        assert isinstance(fitted, BetaGeometricNbd)
        for name, value in CASES["params_paper"].items():
            digits = 0.05 if name == "LL" else 0.0005
            assert getattr(fitted, "log_likelihood" if name == "LL" else name) == pytest.approx(value, abs=digits)
        for name in ("r", "alpha", "a", "b"):
            assert getattr(fitted, name) == pytest.approx(CASES["params_precise"][name], abs=3e-5)
        assert fitted.log_likelihood == pytest.approx(CASES["params_precise"]["LL"], abs=0.0005)

    def test_days_and_weeks_give_the_same_customers(self, known: Histories) -> None:
        days = Histories.of(known.repeats, 7 * known.recency, 7 * known.ages)
        weekly, daily = fit_bg_nbd(known), fit_bg_nbd(days)
        assert (daily.r, daily.a, daily.b) == pytest.approx((weekly.r, weekly.a, weekly.b), rel=1e-4)
        assert daily.alpha == pytest.approx(7 * weekly.alpha, rel=1e-4)
        assert daily.expected_repeats(7 * 39) == pytest.approx(weekly.expected_repeats(39), rel=1e-5)

    def test_grouped_histories_are_the_same_histories(self, known: Histories) -> None:
        rows, counts = np.unique(np.stack([known.repeats, known.recency, known.ages]), axis=1, return_counts=True)
        assert len(counts) < 2357
        grouped, one_by_one = fit_bg_nbd(Histories.of(*rows, counts)), fit_bg_nbd(known)
        assert grouped.log_likelihood == pytest.approx(one_by_one.log_likelihood, abs=1e-6)
        assert grouped.alpha == pytest.approx(one_by_one.alpha, rel=1e-4)

    def test_the_holdout_of_39_weeks(self, customers: pl.DataFrame, known: Histories) -> None:
        expected = fit_bg_nbd(known).expected_purchases(known, 39)
        totals = CASES["holdout_totals_computed"]
        assert customers["later"].sum() == totals["actual"]
        assert expected.sum() == pytest.approx(totals["predicted"], abs=0.05)
        table = CASES["holdout39w_by_freq_0..7plus"]
        bins = np.minimum(customers["repeats"].to_numpy(), 7)
        for number, n in enumerate(table["n"]):
            chosen = bins == number
            assert chosen.sum() == n
            assert customers["later"].to_numpy()[chosen].mean() == pytest.approx(table["actual_mean"][number], rel=1e-6)
            assert expected[chosen].mean() == pytest.approx(table["expected_mean"][number], rel=2e-4)

    def test_a_fit_from_an_earlier_one_is_the_same(self, known: Histories) -> None:
        again = fit_bg_nbd(known, begin=PAPER)
        assert again.log_likelihood == pytest.approx(CASES["params_precise"]["LL"], abs=0.0005)


class TestForecasts:
    def test_repeats_of_a_new_customer(self) -> None:
        table = CASES["E_X_t"]
        for time, value in zip(table["t"], table["value"], strict=True):
            assert PRECISE.expected_repeats(time) == pytest.approx(value, abs=table["tol"])
        assert PRECISE.expected_repeats(52) == pytest.approx(CASES["E_X_52"], abs=1e-5)

    def test_purchases_of_one_customer(self) -> None:
        first = Histories.of([2], [30.43], [38.86])
        assert PAPER.expected_purchases(first, 39) == pytest.approx([CASES["E_Y_39__x2_tx30.43_T38.86"]], abs=0.0005)
        case = CASES["cust1516"]  # of a fit that ended as near to the best one as its search went
        often = Histories.of([case["x"]], [case["tx"]], [case["T"]])
        assert PRECISE.expected_purchases(often, 52) == pytest.approx([case["cond_exp_52"]], abs=1e-3)
        assert PRECISE.probability_alive(often).to_list() == pytest.approx([case["p_alive"]], abs=1e-5)

    def test_who_bought_more_often_and_stopped_is_more_likely_gone(self) -> None:
        case = CASES["increasing_frequency_paradox_T39_tx20_t52"]
        found = PRECISE.expected_purchases(Histories.of(case["x"], [20] * 4, [39] * 4), 52)
        assert found == pytest.approx(case["value"], rel=1e-3)

    def test_how_likely_each_number_of_repeats_is(self) -> None:
        found = [PAPER.probability_of(repeats, 30) for repeats in range(11, 21)]
        assert found == pytest.approx(CASES["P_X30_eq_n_11_20_with_paper_params"], rel=1e-6)
        assert PAPER.probability_of(0, 39) == pytest.approx(CASES["P_X39_eq_0"], abs=1e-7)
        chances = [PAPER.probability_of(repeats, 30) for repeats in range(300)]
        assert sum(chances) == pytest.approx(1, abs=1e-9)
        expected = sum(repeats * chance for repeats, chance in enumerate(chances))
        assert expected == pytest.approx(PAPER.expected_repeats(30), rel=1e-6)

    def test_who_never_came_back_has_no_probability(self) -> None:
        assert PAPER.probability_alive(Histories.of([0, 1], [0, 5], [39, 39])).null_count() == 1

    @pytest.mark.parametrize(("a", "b"), [(1.0, 2.4), (1 + 1e-9, 2.4), (0.4, 0.6), (0.4, 0.6 + 1e-9)])
    def test_where_the_formula_is_0_over_0_the_forecast_has_no_gap(self, a: float, b: float) -> None:
        # a = 1; and a + b = 1 for who never came back
        some = Histories.of([0, 3, 40], [0, 20, 30], [39, 39, 39])
        below, at, above = (model(0.25, 4.4, a + side, b) for side in (-0.001, 0, 0.001))
        sides = (below.expected_repeats(39) + above.expected_repeats(39)) / 2
        assert at.expected_repeats(39) == pytest.approx(sides, rel=1e-5)
        both = (below.expected_purchases(some, 39) + above.expected_purchases(some, 39)) / 2
        assert at.expected_purchases(some, 39) == pytest.approx(both, rel=1e-5)

    @pytest.mark.parametrize("repeats", [98, 102])
    def test_where_the_function_is_not_found_its_mean_is(self, repeats: int) -> None:
        # of half-integers hyp2f1 gives no number here; beside them it does
        one = Histories.of([repeats], [1], [1])
        at, near = (model(0.5 + shift, 1, 0.5, 2).expected_purchases(one, 20)[0] for shift in (0, 1e-6))
        assert at == pytest.approx(near, rel=1e-5)

    def test_people_who_agree_on_leaving_have_a_forecast(self) -> None:
        # all leave with a chance of 0.2 after each purchase: the mean of (1 - (1 + p·u)^-(r + x)) / p is that at 0.2
        at = model(0.5, 10, 2_000, 8_000).expected_purchases(Histories.of([0, 4], [0, 40], [40, 40]), 50)
        spans = 50 / (10 + 40)
        alone, often = ((1 - (1 + 0.2 * spans) ** -(0.5 + x)) / 0.2 for x in (0, 4))
        odds = 0.2 / 0.8 * (50 / 50) ** 4.5
        assert at == pytest.approx([alone, often / (1 + odds)], rel=2e-3)

    def test_the_likelihood_of_a_loyal_customer_is_that_of_hardie(self) -> None:
        case = CASES["logp_stable"]
        fixed = model(case["r"], case["alpha"], case["a"], case["b"])
        assert _log_likelihood(fixed, 0, 0, case["T"]) == pytest.approx(case["x0"], abs=1e-7)
        assert _log_likelihood(fixed, 200, 38, case["T"]) == pytest.approx(case["x200_tx38"], abs=1e-4)

    @given(
        st.tuples(st.floats(0.01, 50), st.floats(0.1, 500), st.floats(0.01, 50), st.floats(0.01, 50)),
        st.integers(0, 300),
        st.floats(0, 1),
        st.floats(0.1, 500),
        st.floats(0.1, 200),
    )
    def test_forecasts_are_finite_and_grow(
        self, parameters: tuple[float, ...], repeats: int, share: float, age: float, time: float
    ) -> None:
        fixed = model(*parameters)
        one = Histories.of([repeats], [share * age if repeats else 0], [age])
        soon, later = (float(fixed.expected_purchases(one, span)[0]) for span in (time, 2 * time))
        assert 0 <= soon <= later * (1 + 1e-6) + 1e-9
        assert 0 <= fixed.expected_repeats(time) <= fixed.expected_repeats(2 * time) * (1 + 1e-6) + 1e-9
        assert np.isfinite([soon, later, fixed.expected_repeats(2 * time)]).all()


def _log_likelihood(fixed: BetaGeometricNbd, x: int, recency: float, age: float) -> float:
    """Of one customer, written as in note 4 of Fader and Hardie (2005), beside the fit's own."""
    r, alpha, a, b = fixed.r, fixed.alpha, fixed.a, fixed.b
    here = betaln(a, b + x) - (r + x) * np.log(alpha + age)
    gone = betaln(a + 1, b + x - 1) - (r + x) * np.log(alpha + recency) if x else -np.inf
    return float(gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b) + np.logaddexp(here, gone))


class TestFit:
    @staticmethod
    def invent(seed: int, n: int) -> Histories:
        """Customers drawn from r = 0.8, alpha = 10, a = 1.2, b = 3, each seen for 60 to 100."""
        draw = np.random.default_rng(seed)
        ages = draw.uniform(60, 100, n)
        pace, leaving = draw.gamma(0.8, 1 / 10, n), draw.beta(1.2, 3, n)
        repeats, recency, alive, moment = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool), np.zeros(n)
        while alive.any():
            moment = moment + draw.exponential(1 / pace)
            alive &= moment <= ages
            repeats, recency = repeats + alive, np.where(alive, moment, recency)
            alive &= draw.random(n) >= leaving
        return Histories.of(repeats, recency, ages)

    def test_it_finds_what_histories_were_drawn_from(self) -> None:
        fitted = fit_bg_nbd(self.invent(7, 40_000))
        assert (fitted.r, fitted.alpha, fitted.a, fitted.b) == pytest.approx((0.8, 10, 1.2, 3), rel=0.1)

    def test_the_fit_is_written_as_published(self) -> None:
        some = self.invent(8, 500)
        fitted = fit_bg_nbd(some)
        cases = zip(some.repeats, some.recency, some.ages, strict=True)
        published = sum(_log_likelihood(fitted, int(x), recency, age) for x, recency, age in cases)
        assert fitted.log_likelihood == pytest.approx(published, rel=1e-9)

    def test_few_who_came_back_are_too_few(self) -> None:
        some = Histories.of([1, 0], [5, 0], [9, 9], [199, 10_000])
        assert (some.customers, some.repeaters) == (10_199, 199)
        assert fit_bg_nbd(some) is Obstacle.TOO_FEW_REPEATERS
        assert isinstance(fit_bg_nbd(Histories.of([1, 0], [5, 0], [9, 9], [200, 10_000])), BetaGeometricNbd)

    @pytest.mark.parametrize("histories", [([], [], []), ([0], [0], [0]), ([1], [5], [9], [0])])
    def test_nobody(self, histories: tuple[list[float], ...]) -> None:
        found = fit_bg_nbd(Histories.of(*histories))
        assert found in (Obstacle.NOBODY, Obstacle.TOO_FEW_REPEATERS)

    def test_nobody_ever_came_back(self) -> None:
        assert fit_bg_nbd(Histories.of([0], [0], [39], [5_000]), fewest=0) is Obstacle.TOO_FEW_REPEATERS

    def test_people_who_do_not_differ_and_never_leave_have_a_forecast(self) -> None:
        # everybody bought every 5 days for 50 days and goes on: some 10 purchases in the next 50
        fitted = fit_bg_nbd(Histories.of([10], [50], [50], [1_000]))
        assert isinstance(fitted, BetaGeometricNbd)
        assert fitted.expected_purchases(Histories.of([10], [50], [50]), 50) == pytest.approx([10], rel=0.02)

    @pytest.mark.parametrize(
        "histories",
        [
            ([-1], [0], [1]),
            ([1], [2], [1]),
            ([0], [1], [2]),
            ([1], [-1], [2]),
            ([1], [1], [float("nan")]),
            ([1], [1], [2, 3]),
            ([1], [1], [2], [-1]),
        ],
    )
    def test_what_cannot_be_is_refused(self, histories: tuple[list[float], ...]) -> None:
        with pytest.raises(ValueError, match=r"history counts|lies between|as many of each"):
            Histories.of(*histories)


def test_what_the_readme_says_of_cdnow_is_what_comes_out(customers: pl.DataFrame) -> None:
    table = list(printed(cdnow.FILE))
    readme = README.read_text(encoding="utf-8")
    assert [line for line in table if line not in readme] == []
    assert table[-1] == "| all | 2,357 | 1,653 | 1,882 | -12% |"
