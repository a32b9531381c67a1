"""Gamma-Gamma against the published fit of CDNOW, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kpi.analysis.gamma_gamma import GammaGamma, Spending, fit_gamma_gamma
from kpi.analysis.obstacle import Obstacle
from tests.analysis import cdnow

FILE = Path(__file__).parents[1] / "references" / "lifetime.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["gamma_gamma"]
PAPER = GammaGamma(**CASES["params"], log_likelihood=CASES["LL"])


class TestCdnow:
    @pytest.fixture
    def repeaters(self) -> pl.DataFrame:
        return cdnow.customers().filter(pl.col("repeats") > 0)

    def test_the_fit_is_the_published_one(self, repeaters: pl.DataFrame) -> None:
        spending = Spending.of(repeaters["repeats"], repeaters["mean"])
        assert spending.customers == CASES["n_repeaters"]
        assert spending.correlation == pytest.approx(0.114, abs=0.0005)
        fitted = fit_gamma_gamma(spending)
        for name, value in CASES["params"].items():
            assert getattr(fitted, name) == pytest.approx(value, abs=0.005)
        assert fitted.log_likelihood == pytest.approx(CASES["LL"], abs=0.00005)
        assert fitted.mean == pytest.approx(CASES["pop_mean"], abs=0.005)

    def test_expected_means_of_the_first_ten(self) -> None:
        first = cdnow.customers()[:10]
        found = PAPER.expected_means(first["repeats"], first["mean"].fill_null(0))
        assert found == pytest.approx(CASES["cond_mean_first10_customers"], abs=CASES["tol"])

    def test_the_currency_does_not_matter(self, repeaters: pl.DataFrame) -> None:
        euros = fit_gamma_gamma(Spending.of(repeaters["repeats"], repeaters["mean"]))
        cents = fit_gamma_gamma(Spending.of(repeaters["repeats"], 100 * repeaters["mean"]))
        assert (cents.p, cents.q, cents.v) == pytest.approx((euros.p, euros.q, 100 * euros.v), rel=1e-4)


def invent(seed: int, n: int, *, p: float = 5, q: float = 4, v: float = 30) -> Spending:
    draw = np.random.default_rng(seed)
    purchases = draw.geometric(0.4, n)
    means = draw.gamma(p * purchases, 1 / (draw.gamma(q, 1 / v, n) * purchases))
    return Spending.of(purchases, means)


def test_it_finds_what_spending_was_drawn_from() -> None:
    fitted = fit_gamma_gamma(invent(3, 40_000))
    assert (fitted.p, fitted.q, fitted.v) == pytest.approx((5, 4, 30), rel=0.06)
    assert fitted.mean == pytest.approx(5 * 30 / 3, rel=0.02)


def test_counted_customers_are_customers() -> None:
    some = invent(4, 400)
    twice = Spending.of(some.purchases, some.means, np.full(400, 2))
    one, two = fit_gamma_gamma(some), fit_gamma_gamma(twice)
    assert (two.p, two.q, two.v) == pytest.approx((one.p, one.q, one.v), rel=1e-4)
    assert two.log_likelihood == pytest.approx(2 * one.log_likelihood)
    assert fit_gamma_gamma(some, begin=one).log_likelihood == pytest.approx(one.log_likelihood)


def test_a_mean_without_end_is_no_mean() -> None:
    assert fit_gamma_gamma(invent(5, 5_000, q=0.7)) is Obstacle.HEAVY_TAIL


def test_the_expected_mean_lies_between_the_own_and_that_of_all() -> None:
    few, many, none = PAPER.expected_means([1, 50, 0], [100, 100, 0])
    assert PAPER.mean == none
    assert PAPER.mean < few < many < 100


def test_who_all_spend_the_same_do_not_tell_how_people_differ() -> None:
    assert fit_gamma_gamma(Spending.of([1, 2], [20, 20], [300, 300])) is Obstacle.NO_SPREAD
    assert Spending.of([1, 2], [20, 20]).correlation is None


def test_few_customers_are_too_few() -> None:
    assert fit_gamma_gamma(Spending.of([1, 2], [20, 30], [100, 99])) is Obstacle.TOO_FEW_REPEATERS
    assert fit_gamma_gamma(Spending.of([], []), fewest=0) is Obstacle.TOO_FEW_REPEATERS


@pytest.mark.parametrize("spending", [([0], [10]), ([1], [0]), ([1], [float("inf")]), ([1], [1, 2]), ([1], [1], [-1])])
def test_what_cannot_be_is_refused(spending: tuple[list[float], ...]) -> None:
    with pytest.raises(ValueError, match=r"Only who bought|as many of each|not negative"):
        Spending.of(*spending)
