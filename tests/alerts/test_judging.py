"""Each condition on rows written out: what holds, what just does not, and what cannot be told."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kpi.alerts import Verdict, judge_rule
from kpi.decisions import Change, Target, Targets
from kpi.decisions.alert_rules import Rule, Span, When
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from tests.conftest import Company

from .conftest import CUSTOMERS, TODAY, rule, weekly_orders

FRANCE = (("country_code", ("FR",)),)
WEEK = Period(date(2026, 11, 15), date(2026, 11, 22))


@pytest.fixture(scope="module")
def warehouse(bare_company: Company) -> Warehouse:
    """Orders of the weeks before each other: 5 (one of them Belgian), 3, 1, 3, 1 and so on, thirteen weeks in all."""
    return bare_company(customers=CUSTOMERS, orders=weekly_orders())


def judged(warehouse: Warehouse, given: Rule, *targets: Target, today: date = TODAY) -> Verdict:
    return judge_rule(warehouse, given, targets_of(*targets), today)


def targets_of(*targets: Target) -> Targets:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Targets(
        Change(entry_id=number, recorded_at=at, who="olga", before=None, after=target)
        for number, target in enumerate(targets, 1)
    )


@pytest.mark.parametrize(
    ("when", "limit", "holds"),
    [
        (When.ABOVE, "4.9", True),
        (When.ABOVE, "5", False),  # the limit itself is within
        (When.BELOW, "5.1", True),
        (When.BELOW, "5", False),
    ],
)
def test_a_value_beside_its_limit(warehouse: Warehouse, when: When, limit: str, holds: bool) -> None:
    found = judged(warehouse, rule(when, limit))
    assert (found.value, found.holds, found.period) == (5, holds, WEEK)
    assert (found.high if when is When.ABOVE else found.low) == Decimal(limit)


def test_a_filter_keeps_its_rows(warehouse: Warehouse) -> None:
    found = judged(warehouse, rule(When.BELOW, "5", filters=FRANCE))
    assert (found.value, found.holds) == (4, True)


@pytest.mark.parametrize(
    ("when", "limit", "against", "high", "holds"),
    [
        (When.RISES, "0.6", Comparison.PREVIOUS, "4.8", True),  # 3 × 1.6
        (When.RISES, "0.67", Comparison.PREVIOUS, "5.01", False),
        (When.FALLS, "0.1", Comparison.PREVIOUS, None, False),
    ],
)
def test_a_change_of_a_count_is_a_share(
    warehouse: Warehouse, when: When, limit: str, against: Comparison, high: str | None, holds: bool
) -> None:
    found = judged(warehouse, rule(when, limit, against=against))
    assert (found.value, found.compared, found.holds) == (5, 3, holds)
    assert found.high == (None if high is None else Decimal(high))


def test_a_rise_by_just_the_limit_is_not_more(bare_company: Company) -> None:
    # 10 orders and then 11: in binary fractions 11 / 10 - 1 is above 0.1
    weeks = [(date(2026, 11, 2), 10), (date(2026, 11, 9), 11)]
    orders = [
        {"customer_id": "fr", "ordered_at": f"{day} 10:00:00", "net_amount": 100} for day, n in weeks for _ in range(n)
    ]
    orders[-1] |= {"ordered_at": "2026-11-15 10:00:00"}
    warehouse = bare_company(orders=orders)
    rises = rule(When.RISES, "0.1", against=Comparison.PREVIOUS)
    assert judged(warehouse, rises).holds is False
    assert judged(warehouse, rule(When.RISES, "0.0999", against=Comparison.PREVIOUS)).holds is True


def test_a_change_without_a_past_is_not_judged(warehouse: Warehouse) -> None:
    found = judged(warehouse, rule(When.FALLS, "0.1", against=Comparison.LAST_YEAR))
    assert (found.value, found.holds, found.reason) == (5, None, "no data before 23 Aug 2026")


def test_a_target_that_is_missed_or_met(warehouse: Warehouse) -> None:
    # 7 of November's 30 days: of 30 orders 7, of 21.4 not quite 5
    november = Target(metric="orders", month=date(2026, 11, 1), value=Decimal(30))
    found = judged(warehouse, rule(When.MISSES), november)
    assert (found.value, found.low, found.high, found.holds) == (5, 7, None, True)
    met = Target(metric="orders", month=date(2026, 11, 1), value=Decimal("21.4"))
    assert judged(warehouse, rule(When.MISSES), met).holds is False
    assert judged(warehouse, rule(When.MISSES)).reason == "these days have no target"


def test_a_target_of_the_last_whole_month(warehouse: Warehouse) -> None:
    # October: the weeks that began on 4, 11, 18 and 25 October had 1, 3, 1 and 3 orders
    october = Target(metric="orders", month=date(2026, 10, 1), value=Decimal(9))
    found = judged(warehouse, rule(When.MISSES, span=Span.MONTH), october)
    assert (found.period, found.value, found.low, found.holds) == (
        Period(date(2026, 10, 1), date(2026, 11, 1)),
        8,
        9,
        True,
    )


def test_a_value_outside_its_usual_range(warehouse: Warehouse) -> None:
    # twelve weeks of 3 and 1: 2 ± 2.201 · √(12/11) · √(13/12) = 2 ± 2.393, and no count is below 0
    found = judged(warehouse, rule(When.UNUSUAL))
    assert (found.value, found.low, found.holds) == (5, 0, True)
    assert found.high == pytest.approx(Decimal("4.393"), abs=Decimal("0.001"))
    assert judged(warehouse, rule(When.UNUSUAL, filters=FRANCE)).holds is False  # 4 orders


def test_a_usual_range_of_what_credit_notes_turn_negative_reaches_below_zero(bare_company: Company) -> None:
    # twelve weeks of 3 and -1: 1 ± 2.201 · 2 · √(12/11) · √(13/12) = 1 ± 4.785
    amounts = [-10, *[3, -1] * 6]
    costs = [
        {"incurred_on": str(TODAY - timedelta(days=7 * back + 1)), "channel": "ambassador", "amount": amount}
        for back, amount in enumerate(amounts)
    ]
    costs[-1]["incurred_on"] = str(TODAY - timedelta(days=7 * len(amounts)))  # the data begins with its week
    found = judged(bare_company(costs=costs), rule(When.UNUSUAL, metric="programme_cost"))
    assert (found.value, found.holds) == (-10, True)
    assert found.low == pytest.approx(Decimal("-3.785"), abs=Decimal("0.001"))


def test_a_usual_range_needs_eight_known_periods(bare_company: Company) -> None:
    # the newest seven weeks of the past: 3, 1, 3, 1, 3, 1, 3
    warehouse = bare_company(customers=CUSTOMERS, orders=weekly_orders()[: 5 + 15])
    found = judged(warehouse, rule(When.UNUSUAL))
    assert (found.holds, found.reason) == (
        None,
        "a usual range needs 8 of the last 12 periods, and 7 are known",
    )


@pytest.mark.parametrize(("today", "holds"), [(date(2026, 11, 24), False), (date(2026, 11, 25), True)])
def test_old_data(warehouse: Warehouse, today: date, holds: bool) -> None:
    # the last order is of 21 November: three days old on the 24th
    found = judged(warehouse, rule(When.STALE, "3"), today=today)
    assert (found.value, found.high, found.holds) == ((today - date(2026, 11, 21)).days, 3, holds)


def test_days_whose_rows_are_missing_are_not_judged_but_their_age_is(bare_company: Company) -> None:
    # orders stopped on 21 October, while surveys go on: no fall to nothing, but old data
    surveys = [{"customer_id": "fr", "asked_at": "2026-11-21 10:00:00"}]
    early = [one for one in weekly_orders() if str(one["ordered_at"]) < "2026-10-22"]
    warehouse = bare_company(customers=CUSTOMERS, orders=early, surveys=surveys)
    found = judged(warehouse, rule(When.BELOW, "1"))
    assert (found.holds, found.reason) == (None, "no orders after 18 Oct 2026")
    stale = judged(warehouse, rule(When.STALE, "30"))
    assert (stale.value, stale.holds) == (35, True)  # 18 October to 22 November


def test_a_metric_without_a_value_or_a_place_is_not_judged(warehouse: Warehouse) -> None:
    assert judged(warehouse, rule(When.ABOVE, "1", metric="programme_cost")).reason == "waits for costs or rewards"
    assert judged(warehouse, rule(When.STALE, "1", metric="programme_cost")).reason == "waits for costs or rewards"
    gone = "the metric or its breakdown is not there any more"
    assert judged(warehouse, rule(When.ABOVE, "1", metric="gone")).reason == gone
    assert judged(warehouse, rule(When.ABOVE, "1", filters=(("lever", ("sales",)),))).reason == gone
