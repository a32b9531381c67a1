"""Where the data begins and ends: outside it there is no number, whoever asks."""

from datetime import date

import pytest

from kpi.language import speaking
from kpi.metrics import METRICS, breakdown, compare, coverage, measure, trend
from kpi.period import Comparison, Grain, Period
from kpi.store import Warehouse
from tests.conftest import Company, Row

REVENUE, COST = METRICS["net_revenue"], METRICS["programme_cost"]


def days(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


def orders(*wanted: str) -> list[Row]:
    return [{"customer_id": "x", "ordered_at": day, "net_amount": 100} for day in wanted]


@pytest.fixture(scope="module")
def stopped(company: Company) -> Warehouse:
    """Orders of 100 each day from 1 September to 12 October, costs at the end of three months, posts to the end.

    Orders stop 19 days before the data does: 1 November less 13 October.
    """
    daily = [f"2026-09-{day:02d}" for day in range(1, 31)] + [f"2026-10-{day:02d}" for day in range(1, 13)]
    return company(
        orders=orders(*daily),
        costs=[{"incurred_on": day, "amount": 10} for day in ("2026-08-31", "2026-09-30", "2026-10-31")],
        content=[{"customer_id": "c", "posted_at": day} for day in ("2026-07-01", "2026-10-31")],
    )


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        (days("2026-08-01", "2026-09-01"), "no data before 1 Sep 2026"),
        (days("2026-10-13", "2026-10-14"), "no orders after 12 Oct 2026"),
        (days("2026-11-01", "2026-12-01"), "no data after 31 Oct 2026"),
    ],
)
def test_outside_the_data_there_is_no_value(stopped: Warehouse, period: Period, reason: str) -> None:
    whole = measure(stopped, REVENUE, period)
    (group,) = breakdown(stopped, REVENUE, period, "country_code")
    (both,) = compare(stopped, REVENUE, period, Comparison.PREVIOUS)
    steps = trend(stopped, REVENUE, period, Grain.MONTH)
    for answer in (whole, group, both.current, *steps):
        assert (answer.estimate.value, answer.group, answer.reason) == (None, None, reason)


def test_the_reason_is_in_the_language_spoken(stopped: Warehouse) -> None:
    with speaking("fr"):
        told = measure(stopped, REVENUE, days("2026-08-01", "2026-09-01")).reason
    assert told == "pas de données avant le 1er sept. 2026"


def test_one_day_of_data_is_a_value(stopped: Warehouse) -> None:
    assert measure(stopped, REVENUE, days("2026-08-01", "2026-09-02")).estimate.value == 100
    assert measure(stopped, REVENUE, days("2026-10-12", "2026-11-01")).estimate.value == 100


def test_steps_behind_the_last_order_have_no_value(stopped: Warehouse) -> None:
    # Monday 28 September to Sunday 1 November: 7 × 100, 7 × 100, Monday 12 October alone, then nothing.
    weeks = trend(stopped, REVENUE, days("2026-09-28", "2026-11-01"), Grain.WEEK)
    assert [week.estimate.value for week in weeks] == [700, 700, 100, None, None]
    assert [week.is_complete for week in weeks] == [True, True, False, False, False]


def test_a_comparison_that_begins_before_the_data_has_no_value(stopped: Warehouse) -> None:
    # The 20 days before 11 September begin on 22 August; the 10 days before it on the first day with orders.
    (late,) = compare(stopped, REVENUE, days("2026-09-11", "2026-10-01"), Comparison.PREVIOUS)
    assert (late.current.estimate.value, late.compared.estimate.value) == (2000, None)
    assert (late.compared.reason, late.change) == ("no data before 1 Sep 2026", None)
    (first,) = compare(stopped, REVENUE, days("2026-09-11", "2026-09-21"), Comparison.PREVIOUS)
    assert (first.current.estimate.value, first.compared.estimate.value, first.change) == (1000, 1000, 0)


def test_a_table_stops_sooner_when_it_is_filled_each_day(stopped: Warehouse) -> None:
    # 19 days without an order are a stop, 31 days without costs are the custom of many a company.
    october = days("2026-10-01", "2026-11-01")
    assert coverage(stopped, REVENUE).explain_incomplete(october) == "incomplete: orders end 12 Oct 2026"
    assert coverage(stopped, COST).explain_incomplete(october) is None
    # Behind the last day of all data, what ended first is still what is told.
    autumn = days("2026-10-01", "2026-12-01")
    assert coverage(stopped, REVENUE).explain_incomplete(autumn) == "incomplete: orders end 12 Oct 2026"
    assert coverage(stopped, COST).explain_incomplete(autumn) == "incomplete: data ends 31 Oct 2026"
    assert measure(stopped, REVENUE, october).is_complete is False
    assert measure(stopped, COST, october).is_complete is True


def test_a_table_that_often_pauses_has_not_stopped(company: Company) -> None:
    # Orders each 15 days: 14 days without one, as between 2 and 17 October; 14 more to the end are as usual.
    sparse = company(
        orders=orders("2026-09-02", "2026-09-17", "2026-10-02", "2026-10-17"),
        content=[{"customer_id": "c", "posted_at": "2026-10-31"}],
    )
    october = days("2026-10-01", "2026-11-01")
    assert coverage(sparse, REVENUE).explain_incomplete(october) is None
    assert measure(sparse, REVENUE, october).is_complete is True
    # A pause of 199 days ended more than a year before the last order: since then the longest is 89, four times.
    older = company(
        orders=orders("2025-01-01", "2025-07-20", "2025-10-18", "2026-01-16", "2026-04-16", "2026-07-15", "2026-08-12")
    )
    assert older.table_pauses() == {"orders": 89}


def test_surveys_reach_as_far_as_their_answers(company: Company) -> None:
    # Asked on 1 October, answered on the 9th: the answers of the second week are not missing.
    asked = {"customer_id": "c", "asked_at": "2026-10-01", "answered_at": "2026-10-09", "score": 10}
    warehouse = company(surveys=[asked])
    assert warehouse.table_dates() == {"surveys": (date(2026, 10, 1), date(2026, 10, 9))}
    assert measure(warehouse, METRICS["net_promoter_score"], days("2026-10-08", "2026-10-10")).estimate.value == 100


def test_a_level_stands_until_something_changes_it(company: Company) -> None:
    warehouse = company(
        subscriptions=[{"subscription_id": "s", "customer_id": "c", "effective_at": "2026-03-01", "monthly_amount": 5}],
        orders=orders("2026-10-31"),
    )
    assert (
        measure(warehouse, METRICS["monthly_recurring_revenue"], days("2026-10-01", "2026-11-01")).estimate.value == 5
    )


def test_a_period_is_measured_in_every_group_that_has_a_value(company: Company) -> None:
    # FR bought in September and October, BE in October only; in September BE is worth nothing, not unknown.
    warehouse = company(
        customers=[{"customer_id": "f", "country_code": "FR"}, {"customer_id": "b", "country_code": "BE"}],
        orders=[
            {"customer_id": "f", "ordered_at": "2026-09-01", "net_amount": 7},
            {"customer_id": "f", "ordered_at": "2026-10-02", "net_amount": 20},
            {"customer_id": "b", "ordered_at": "2026-10-30", "net_amount": 1},
        ],
    )
    found = compare(warehouse, REVENUE, days("2026-10-01", "2026-10-31"), Comparison.PREVIOUS, by="country_code")
    assert [(one.current.group, one.current.estimate.value, one.compared.estimate.value) for one in found] == [
        ("BE", 1, 0),
        ("FR", 20, 7),
    ]
