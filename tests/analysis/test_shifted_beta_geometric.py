"""The shifted-beta-geometric model against Fader and Hardie's cohorts, and what it refuses."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kpi.analysis.lifetime_value import monthly_rate, value_over
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.shifted_beta_geometric import Renewals, ShiftedBetaGeometric, fit_shifted_beta_geometric

FILE = Path(__file__).parents[1] / "references" / "lifetime.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["shifted_beta_geometric"]
COHORTS = ("regular", "high_end")


def cohort(name: str, years: int) -> Renewals:
    return Renewals.of_cohort([10 * percent for percent in CASES["survival_percent"][name][: years + 1]])


def fitted(renewals: Renewals) -> ShiftedBetaGeometric:
    found = fit_shifted_beta_geometric(renewals)
    assert isinstance(found, ShiftedBetaGeometric)
    return found


def test_the_fit_is_that_of_the_paper() -> None:
    found = fitted(cohort("regular", CASES["fitted_years"]))
    expected = CASES["regular"]
    assert (found.alpha, found.beta) == pytest.approx((expected["alpha"], expected["beta"]), abs=0.0005)
    assert found.log_likelihood == pytest.approx(expected["LL_computed"], abs=0.0005)


@pytest.mark.parametrize("name", COHORTS)
def test_the_years_that_followed(name: str) -> None:
    survival = 100 * fitted(cohort(name, CASES["fitted_years"])).survival(13)[8:]
    assert survival == pytest.approx(CASES["holdout_model"][name], abs=0.006)
    # the model stays within two points of what came in five more years
    assert survival == pytest.approx(CASES["holdout_actual"][name], abs=2)


def test_the_guide_of_2014() -> None:
    case = CASES["guide_2014"]
    found = fitted(Renewals.of_cohort(case["counts"]))
    assert (found.alpha, found.beta) == pytest.approx((case["alpha"], case["beta"]), abs=0.00005)
    assert found.log_likelihood == pytest.approx(case["LL"], abs=0.0005)


@pytest.mark.parametrize("name", COHORTS)
def test_discounted_lifetimes(name: str) -> None:
    case, found = CASES["discounted_lifetime_10_percent"][name], fitted(cohort(name, CASES["fitted_years"]))
    assert found.discounted_lifetime(0.1) == pytest.approx(case["DEL"], abs=0.0005)
    residual = [found.discounted_residual_lifetime(number, 0.1) for number in range(1, 6)]
    assert residual == pytest.approx(case["DERL_n1_5"], abs=0.001)
    # the formula is the sum of what is paid in each period; who is about to renew has the first of them behind them
    assert value_over(1, found.survival(400), 0.1) == pytest.approx(found.discounted_lifetime(0.1), rel=1e-9)
    assert residual[0] == pytest.approx(1.1 * (found.discounted_lifetime(0.1) - 1), rel=1e-9)


def test_a_lifetime_without_end_needs_a_horizon() -> None:
    found = fitted(cohort("regular", CASES["fitted_years"]))
    assert found.alpha < 1
    assert found.expected_lifetime() is Obstacle.ENDLESS
    assert found.discounted_lifetime(0) is Obstacle.ENDLESS
    assert found.discounted_residual_lifetime(1, 0) is Obstacle.ENDLESS
    assert np.isfinite(value_over(1, found.survival(36), monthly_rate(0.1)))


def test_a_lifetime_with_an_end() -> None:
    # alpha 2, beta 3: S = 1, 3/5, 3·4/(5·6), …; the mean is (2 + 3 - 1) / (2 - 1) = 4
    model = ShiftedBetaGeometric(alpha=2, beta=3, log_likelihood=0)
    assert model.survival(3) == pytest.approx([1, 0.6, 0.4])
    assert model.expected_lifetime() == 4
    assert model.discounted_lifetime(0) == 4
    assert model.survival(400_000).sum() == pytest.approx(4, abs=0.001)


def test_constant_churn_is_the_limit_of_people_who_do_not_differ() -> None:
    survival = fitted(Renewals.of_cohort([10_000, 9_000, 8_100, 7_290])).survival(6)
    assert survival == pytest.approx(0.9 ** np.arange(6), abs=0.0005)


def test_lifetimes_of_every_age_count_together() -> None:
    # 10 left after 1 period, 5 were seen to renew once, 4 left after 2, 6 renewed twice: at risk 25 then 10
    renewals = Renewals.of_lifetimes([1, 1, 2, 2, 0], [True, False, True, False, False], [10, 5, 4, 6, 99])
    assert renewals.at_risk.tolist() == [25, 10]
    assert renewals.left.tolist() == [10, 4]


def test_a_cohort_gives_the_same_fit_as_its_lifetimes() -> None:
    counts = CASES["guide_2014"]["counts"]
    left = [before - after for before, after in pairwise(counts)]
    lifetimes = Renewals.of_lifetimes([1, 2, 3, 4, 4], [True] * 4 + [False], [*left, counts[-1]])
    assert fitted(lifetimes) == fitted(Renewals.of_cohort(counts))


@pytest.mark.parametrize(
    ("remaining", "obstacle"),
    [
        ([], Obstacle.NOBODY),
        ([100], Obstacle.NOBODY),
        ([0, 0], Obstacle.NOBODY),
        ([100, 100], Obstacle.NOBODY_LEFT),
        ([100, 0], Obstacle.EVERYBODY_LEFT),
        ([1, 0, 0], Obstacle.EVERYBODY_LEFT),
    ],
)
def test_what_tells_nothing(remaining: list[float], obstacle: Obstacle) -> None:
    assert fit_shifted_beta_geometric(Renewals.of_cohort(remaining)) is obstacle


def test_one_customer_in_a_thousand_leaving_has_a_value() -> None:
    found = fitted(Renewals.of_cohort([1_000, 1_000, 999]))
    assert 23 < value_over(1, found.survival(24)) < 24


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="does not grow"):
        Renewals.of_cohort([1, 2])
    with pytest.raises(ValueError, match="one period or more"):
        Renewals.of_lifetimes([0], [True], [1])
    model = ShiftedBetaGeometric(alpha=2, beta=3, log_likelihood=0)
    with pytest.raises(ValueError, match="first is number 1"):
        model.discounted_residual_lifetime(0, 0.1)
    with pytest.raises(ValueError, match="not 0 or more"):
        model.discounted_lifetime(-0.1)
