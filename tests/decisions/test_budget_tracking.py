"""The plan beside what was spent, by hand from the costs written out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from kpi.decisions.budget_tracking import Tracked, track
from kpi.decisions.budgets import Cell
from kpi.store import Warehouse
from tests.conftest import Company

AMBASSADOR, SEARCH = ("ambassador", "reward"), ("search", "media")


def months(year: int, first: int, *amounts: int) -> list[tuple[str, int]]:
    return [(f"{year}-{month:02}-10", amount) for month, amount in enumerate(amounts, first)]


def costs(pair: tuple[str, str], days: Iterable[tuple[str, int]]) -> list[dict[str, object]]:
    channel, category = pair
    return [{"incurred_on": day, "amount": amount, "channel": channel, "category": category} for day, amount in days]


@pytest.fixture(scope="module")
def spent(company: Company) -> Warehouse:
    """Data ends with the order of 15 May 2026; of search there is January alone."""
    return company(
        orders=[{"ordered_at": "2026-05-15", "customer_id": "c", "net_amount": 1}],
        costs=[
            *costs(AMBASSADOR, months(2025, 11, 100, 120)),
            *costs(AMBASSADOR, months(2026, 1, 140, 160, 100, 120, 30)),
            *costs(SEARCH, months(2026, 1, 50)),
        ],
    )


def by_pair(found: Iterable[Tracked]) -> dict[tuple[str | None, str | None], Tracked]:
    return {(one.channel, one.category): one for one in found}


PLAN: dict[Cell, Decimal] = {
    **{(date(2026, month, 1), *AMBASSADOR): Decimal(130) for month in range(1, 13)},
    (date(2026, 6, 1), "event", "event"): Decimal(400),
    (date(2025, 12, 1), *AMBASSADOR): Decimal(9_999),  # of another year
}


def test_months_over_are_compared_and_the_others_forecast(spent: Warehouse) -> None:
    found = by_pair(track(spent, PLAN, 2026))
    rewards = found[AMBASSADOR]
    # January to April are over: 140 + 160 + 100 + 120 = 520 of 4 * 130 = 520; May has begun.
    assert (rewards.planned, rewards.planned_so_far, rewards.spent, rewards.left) == (1560, 520, 520, 0)
    assert [month.planned for month in rewards.months] == [Decimal(130)] * 12
    # Mean of 100, 120, 140, 160, 100, 120 = 740 / 6 = 123.33; 520 + 8 * 123.33 = 1,506.67
    assert rewards.forecast.value == pytest.approx(520 + 8 * 740 / 6)
    assert rewards.forecast.n == 6
    # s² = (23.33² + 3.33² + 16.67² + 36.67² + 23.33² + 3.33²) / 5 = 546.67, t(5) = 2.570582:
    # 8 * 2.570582 * 23.3809 * sqrt(1/8 + 1/6) = 259.67
    assert rewards.forecast.low == pytest.approx(1506.667 - 259.67, abs=0.02)
    assert rewards.forecast.high == pytest.approx(1506.667 + 259.67, abs=0.02)


def test_a_channel_without_plan_and_a_plan_without_costs(spent: Warehouse) -> None:
    found = by_pair(track(spent, PLAN, 2026))
    assert list(found) == [(None, None), AMBASSADOR, ("event", "event"), SEARCH]
    search, events = found[SEARCH], found["event", "event"]
    assert (search.planned, search.spent, search.left) == (None, 50, None)
    assert (events.planned, events.planned_so_far, events.spent) == (400, None, 0)
    assert events.forecast.value == 0
    # Everything together: 520 + 50 spent in months over; of what has a plan 520 of 520.
    whole = found[None, None]
    assert (whole.planned, whole.planned_so_far, whole.spent, whole.left) == (1960, 520, 570, 0)


def test_only_months_with_a_plan_are_compared_with_it(spent: Warehouse) -> None:
    plan = {(date(2026, 2, 1), *AMBASSADOR): Decimal(100), (date(2026, 1, 1), *SEARCH): Decimal(80)}
    whole, rewards, search = track(spent, plan, 2026)
    # February: 160 of 100; January: 50 of 80; together 60 too much and 30 left.
    assert (rewards.planned_so_far, rewards.left, rewards.spent) == (100, -60, 520)
    assert (search.planned_so_far, search.left, search.spent) == (80, 30, 50)
    assert (whole.planned_so_far, whole.left, whole.spent) == (180, -30, 570)


def test_a_year_that_is_over_is_what_was_spent(company: Company) -> None:
    done = company(
        orders=[{"ordered_at": "2026-01-05", "customer_id": "c", "net_amount": 1}],
        costs=costs(AMBASSADOR, months(2025, 1, *range(10, 130, 10))),
    )
    (whole, rewards) = track(done, {}, 2025)
    # 10 + 20 + … + 120 = 780
    assert (whole.spent, rewards.spent) == (780, 780)
    assert (rewards.forecast.value, rewards.forecast.low, rewards.forecast.high) == (780, 780, 780)


def test_more_than_the_run_rate_is_spent_already(company: Company) -> None:
    """December has begun with more than any month before: the year cannot cost less than that."""
    begun = company(
        orders=[{"ordered_at": "2025-12-20", "customer_id": "c", "net_amount": 1}],
        costs=costs(AMBASSADOR, [*months(2025, 10, 10, 10), ("2025-12-05", 500)]),
    )
    rewards = by_pair(track(begun, {}, 2025))[AMBASSADOR]
    assert rewards.spent == 20
    assert (rewards.forecast.value, rewards.forecast.low) == (520, 520)


def test_a_month_that_began_high_leaves_the_others_their_cost(company: Company) -> None:
    """September and October cost 100 each, November 250 by the 5th, December is to come."""
    begun = company(
        orders=[{"ordered_at": "2025-11-20", "customer_id": "c", "net_amount": 1}],
        costs=costs(AMBASSADOR, [*months(2025, 9, 100, 100), ("2025-11-05", 250)]),
    )
    rewards = by_pair(track(begun, {}, 2025))[AMBASSADOR]
    # 200 are over, November stands at 250, December is still to cost the mean of 100.
    assert (rewards.forecast.value, rewards.forecast.low, rewards.forecast.high) == (550, 550, 550)


def test_next_year_is_forecast_by_the_last_twelve_months(company: Company) -> None:
    """100 a month, but 1,000 in November and December 2024; data ends on 10 October 2025."""
    known = company(
        orders=[{"ordered_at": "2025-10-10", "customer_id": "c", "net_amount": 1}],
        costs=costs(AMBASSADOR, [*months(2024, 11, 1000, 1000), *months(2025, 1, *[100] * 9), ("2025-10-02", 10)]),
    )
    for year in (2025, 2026):
        rewards = by_pair(track(known, {}, year))[AMBASSADOR]
        # 11 months: (2 * 1,000 + 9 * 100) / 11 = 263.64
        assert rewards.forecast.n == 11
    assert rewards.forecast.value == pytest.approx(12 * 2900 / 11)


def test_before_the_data_nothing_is_forecast(company: Company) -> None:
    begun = company(
        orders=[{"ordered_at": "2026-03-20", "customer_id": "c", "net_amount": 1}],
        costs=costs(AMBASSADOR, [*months(2025, 6, *[100] * 7), *months(2026, 1, 100, 100, 100)]),
    )
    (before,) = track(begun, {}, 2024)
    assert (before.forecast.value, before.is_open) == (None, False)
    # June to December: what was spent, and nothing to come.
    half = by_pair(track(begun, {}, 2025))[AMBASSADOR]
    assert (half.spent, half.forecast.value, half.is_open) == (700, 700, False)


def test_a_month_whose_costs_are_not_booked_yet_is_still_to_come(company: Company) -> None:
    """Costs end on 30 September, orders on 20 November: October is no zero, and November has begun."""
    quarterly = company(
        orders=[{"ordered_at": "2025-11-20", "customer_id": "c", "net_amount": 1}],
        costs=costs(AMBASSADOR, [*months(2025, 1, *[100] * 8), ("2025-09-30", 100)]),
    )
    rewards = by_pair(track(quarterly, {}, 2025))[AMBASSADOR]
    assert rewards.forecast.value == pytest.approx(1200)


def test_the_rows_add_up_to_everything_together(company: Company) -> None:
    """Events cost 12,000 in December 2024 and nothing since; tools 100 a month; no month has begun."""
    ended = company(
        orders=[{"ordered_at": "2025-08-31", "customer_id": "c", "net_amount": 1}],
        costs=[
            *costs(("event", "event"), months(2024, 12, 12_000)),
            *costs(("ambassador", "tooling"), months(2025, 1, *[100] * 8)),
        ],
    )
    for year in (2025, 2026):
        whole, *rows = track(ended, {}, year)
        assert sum(float(row.forecast.value or 0) for row in rows) == pytest.approx(float(whole.forecast.value or 0))
        assert sum(row.spent or 0 for row in rows) == (whole.spent or 0)


def test_what_has_a_plan_is_forecast_by_itself(spent: Warehouse) -> None:
    plan = {(date(2026, month, 1), *AMBASSADOR): Decimal(100) for month in (2, 5, 6)}
    whole, rewards, *_ = track(spent, plan, 2026)
    # February cost 160; May has begun with 30 and June is to come, each for the mean of 740 / 6.
    assert float(rewards.planned_forecast or 0) == pytest.approx(160 + 2 * 740 / 6)
    assert whole.planned_forecast == rewards.planned_forecast


def test_nothing_is_known(company: Company) -> None:
    (whole,) = track(company(orders=[{"ordered_at": "2026-05-15", "customer_id": "c", "net_amount": 1}]), {}, 2026)
    assert (whole.planned, whole.spent, whole.forecast.value) == (None, None, None)
