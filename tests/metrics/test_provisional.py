"""What of attributed revenue is final, and what may still be refunded, counted by hand."""

from collections.abc import Callable
from datetime import date

import pytest

from kpi.metrics import Attribution, Measurement, Model, measure_finality, part_by_finality
from kpi.period import Period
from kpi.store import Warehouse

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
DATA_END = date(2026, 11, 11)


def days(first: str, end: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("refund_days", "final", "provisional"),
    [
        # On 11 November an order of 12 October is 30 days old, and that of the 11th is beyond them.
        (30, days("2026-10-01", "2026-10-12"), days("2026-10-12", "2026-11-01")),
        (10, OCTOBER, None),
        (11, days("2026-10-01", "2026-10-31"), days("2026-10-31", "2026-11-01")),
        (41, None, OCTOBER),
        (0, OCTOBER, None),
    ],
)
def test_the_days_are_parted(refund_days: int, final: Period | None, provisional: Period | None) -> None:
    assert part_by_finality(OCTOBER, DATA_END, refund_days) == (final, provisional)


def test_days_without_data_are_in_neither() -> None:
    whole = days("2026-11-01", "2026-12-01")
    assert part_by_finality(whole, DATA_END, 5) == (days("2026-11-01", "2026-11-06"), days("2026-11-06", "2026-11-11"))
    assert part_by_finality(days("2026-11-15", "2026-12-01"), DATA_END, 5) == (None, None)


@pytest.fixture(scope="module")
def sold(company: Callable[..., Warehouse]) -> Warehouse:
    """ann touches x on 1 October, bob on the 20th; x orders 100 on the 2nd, 30 of it refunded, and 60 on the 25th.

    The data ends on 10 November.
    """
    return company(
        touches=[
            {"ambassador_id": "ann", "customer_id": "x", "occurred_at": "2026-10-01"},
            {"ambassador_id": "bob", "customer_id": "x", "occurred_at": "2026-10-20"},
        ],
        orders=[
            {"order_id": "o1", "customer_id": "x", "ordered_at": "2026-10-02", "net_amount": 100},
            {"order_id": "o2", "customer_id": "x", "ordered_at": "2026-10-25", "net_amount": 60},
            {"order_id": "o3", "customer_id": "y", "ordered_at": "2026-11-10", "net_amount": 5},
        ],
        refunds=[{"order_id": "o1", "refunded_at": "2026-10-30", "amount": 30}],
    )


def amount(found: Measurement | None) -> object:
    return None if found is None else found.estimate.value


def test_the_parts_add_up(sold: Warehouse) -> None:
    parts = measure_finality(sold, OCTOBER, 30)
    assert (amount(parts.final), amount(parts.provisional)) == (70, 60)
    assert amount(measure_finality(sold, OCTOBER, 41).final) is None
    assert amount(measure_finality(sold, OCTOBER, 41).provisional) == 130


def test_they_follow_filters_and_attribution(sold: Warehouse) -> None:
    for ambassador, model, expected in (
        ("ann", Model.LAST, (70, 0)),
        ("bob", Model.LAST, (0, 60)),
        ("ann", Model.LINEAR, (70, 30)),
    ):
        parts = measure_finality(
            sold,
            OCTOBER,
            30,
            where={"ambassador_id": [ambassador]},
            attribution=Attribution(model=model, window_days=30),
        )
        assert (amount(parts.final), amount(parts.provisional)) == expected


def test_a_part_before_the_data_is_none(company: Callable[..., Warehouse]) -> None:
    # Both begin on 10 October; ann brings x for 100 on the 12th and 30 on the 25th. The data ends on 31 October, so
    # orders since 2 October may still be refunded: nothing is known of 1 September to 1 October, and 130 is open.
    warehouse = company(
        touches=[{"ambassador_id": "ann", "customer_id": "x", "occurred_at": "2026-10-10"}],
        orders=[
            {"customer_id": "y", "ordered_at": "2026-10-10", "net_amount": 5},
            {"customer_id": "x", "ordered_at": "2026-10-12", "net_amount": 100},
            {"customer_id": "x", "ordered_at": "2026-10-25", "net_amount": 30},
            {"customer_id": "y", "ordered_at": "2026-10-31", "net_amount": 5},
        ],
    )
    parts = measure_finality(warehouse, days("2026-09-01", "2026-11-01"), 30)
    assert parts.final is None
    assert amount(parts.provisional) == 130
    # Open since 22 October, 30 is; since the 11th, the day of no more than 5 by y is final, and since the 10th none.
    for refund_days, expected in ((10, (100, 30)), (21, (0, 130)), (22, (None, 130))):
        parts = measure_finality(warehouse, days("2026-09-01", "2026-11-01"), refund_days)
        assert (amount(parts.final), amount(parts.provisional)) == expected
