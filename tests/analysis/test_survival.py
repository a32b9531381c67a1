"""How long people stay, against R's survfit, lifelines and their own laws."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis.obstacle import Obstacle
from kpi.analysis.survival import LogRank, log_rank, survival_curve
from kpi.settings import PROJECT

CASES = json.loads((Path(__file__).parents[1] / "references" / "lifetime.json").read_text(encoding="utf-8"))
AML = CASES["kaplan_meier"]
MAINTAINED = [(time, status) for time, status, group in AML["aml"] if group == 1]
TELCO = PROJECT.parent / "shared" / "references" / "subscription" / "Telco-Customer-Churn.csv"

subjects = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=60)


def test_the_curve_is_that_of_r() -> None:
    times, happened = zip(*MAINTAINED, strict=True)
    curve = survival_curve(times, happened)
    assert curve.times.tolist() == AML["t"]
    assert curve.at_risk.tolist() == AML["n_risk"]
    assert np.round(curve.shares, 3).tolist() == AML["S"]
    assert np.round(curve.shares * curve.log_errors, 4).tolist() == AML["se"]
    assert (curve.n, curve.longest, curve.median) == (11, 161, 31)


def test_the_log_rank_is_that_of_the_literature() -> None:
    times, happened, group = zip(*AML["aml"], strict=True)
    found = log_rank(times, happened, [one == 1 for one in group])
    assert isinstance(found, LogRank)
    assert found.statistic == pytest.approx(AML["logrank_chisq"], abs=0.0005)
    assert found.p_value == pytest.approx(AML["logrank_p"], abs=0.00005)
    assert (found.observed, found.expected) == (7, pytest.approx(10.689, abs=0.001))  # R: survdiff


@pytest.fixture(scope="module")
def customers() -> pl.DataFrame:
    if not TELCO.exists():
        pytest.skip(f"../shared/references/subscription/{TELCO.name} is not here")
    return pl.read_csv(TELCO, columns=["tenure", "Churn", "Partner"])


class TestTelco:
    def test_the_curve_is_that_of_lifelines(self, customers: pl.DataFrame) -> None:
        curve = survival_curve(customers["tenure"], customers["Churn"] == "Yes")
        expected = CASES["telco"]
        assert curve.n == expected["rows"]
        assert curve.events.sum() == expected["churned"]
        for month, share in expected["km"].items():
            assert curve.estimate_at(int(month)).value == pytest.approx(share, abs=5e-7)
        year = curve.estimate_at(12)
        assert (year.low, year.high) == pytest.approx(expected["km12_ci_loglog"], abs=5e-7)
        assert year.method == "log-log"

    def test_counted_subjects_are_subjects(self, customers: pl.DataFrame) -> None:
        grouped = customers.group_by("tenure", "Churn", "Partner").len()
        whole = survival_curve(customers["tenure"], customers["Churn"] == "Yes")
        counted = survival_curve(grouped["tenure"], grouped["Churn"] == "Yes", grouped["len"])
        assert counted.shares == pytest.approx(whole.shares, abs=1e-14)
        assert (counted.n, counted.exposure) == (whole.n, whole.exposure)

    def test_the_log_rank_is_that_of_lifelines(self, customers: pl.DataFrame) -> None:
        grouped = customers.group_by("tenure", "Churn", "Partner").len()
        found = [
            log_rank(customers["tenure"], customers["Churn"] == "Yes", customers["Partner"] == "Yes"),
            log_rank(grouped["tenure"], grouped["Churn"] == "Yes", grouped["Partner"] == "Yes", grouped["len"]),
        ]
        for one in found:
            assert isinstance(one, LogRank)
            assert one.statistic == pytest.approx(CASES["telco"]["logrank_partner_chisq"], abs=5e-5)
            assert one.p_value < 1e-90


@given(st.lists(st.integers(0, 50), min_size=1, max_size=80))
def test_without_open_ends_it_is_one_minus_the_share_gone(times: list[int]) -> None:
    curve = survival_curve(times, [True] * len(times))
    for at in range(52):
        assert curve.shares_at([at])[0] == pytest.approx(sum(time > at for time in times) / len(times), abs=1e-12)


@given(subjects)
def test_a_curve_falls_from_1_and_its_interval_holds_it(cases: list[tuple[int, bool]]) -> None:
    times, happened = zip(*cases, strict=True)
    curve = survival_curve(times, happened)
    assert np.all(np.diff(np.concatenate([[1.0], curve.shares])) < 0)
    assert curve.exposure == sum(times)
    for at in range(22):
        found = curve.estimate_at(at)
        # beyond the longest time nothing is known, save that nobody is left where the last one went
        is_open = any(not happened for time, happened in cases if time == max(times))
        assert (found.value is None) == (at > max(times) and is_open)
        if found.low is not None:
            assert 0 <= found.low <= found.value <= found.high <= 1


@given(subjects, st.data())
def test_swapping_the_groups_changes_nothing(cases: list[tuple[int, bool]], data: st.DataObject) -> None:
    is_first = data.draw(st.lists(st.booleans(), min_size=len(cases), max_size=len(cases)))
    times, happened = zip(*cases, strict=True)
    one, other = (log_rank(times, happened, group) for group in (is_first, [not first for first in is_first]))
    if isinstance(one, Obstacle):
        assert other is one
    else:
        assert isinstance(other, LogRank)
        assert one.statistic == pytest.approx(other.statistic, abs=1e-9)
        assert 0 <= one.p_value <= 1
        # observed and expected of both groups add up to all events
        assert one.observed + other.observed == pytest.approx(one.expected + other.expected)


def test_an_event_at_time_0_counts_and_an_open_end_there_does_not_hinder_it() -> None:
    # time 0: one of three goes, 2/3 stay; the open one at 0 was there. Time 2: the last one goes.
    curve = survival_curve([0, 0, 2], [True, False, True])
    assert (curve.times.tolist(), curve.at_risk.tolist()) == ([0, 2], [3, 1])
    assert curve.shares.tolist() == [pytest.approx(2 / 3), 0]
    assert curve.estimate_at(2).low is None
    assert curve.churn == 1  # two events in 0 + 0 + 2


@pytest.mark.parametrize(("times", "happened"), [([], []), ([0], [False]), ([0], [True]), ([5, 5], [False, False])])
def test_few_subjects(times: Sequence[float], happened: Sequence[bool]) -> None:
    curve = survival_curve(times, happened)
    assert curve.n == len(times)
    assert curve.median == (0 if happened == [True] else None)
    assert curve.churn == (0 if sum(times) else None)
    assert log_rank(times, happened, [True] * len(times)) is Obstacle.NO_DIFFERENCE_TO_TEST


@pytest.mark.parametrize(
    ("times", "counts"), [([-1.0], [1]), ([float("nan")], [1]), ([float("inf")], [1]), ([1.0], [-1]), ([1.0], [1, 1])]
)
def test_what_cannot_be_is_refused(times: list[float], counts: list[int]) -> None:
    with pytest.raises(ValueError, match=r"not negative|as many of each"):
        survival_curve(times, [True], counts)
