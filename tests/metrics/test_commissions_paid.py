"""What commissions cost per customer won: every number by hand from the rows."""

from datetime import date
from decimal import Decimal

from kpi.analysis import garwood_limits
from kpi.metrics.commissions_paid import measure_commissions_paid
from kpi.period import Period
from tests.conftest import Company

MAY = Period(date(2026, 5, 1), date(2026, 6, 1))


def test_commissions_by_programme(company: Company) -> None:
    """A (commission) won x and y for 30, B (recognition) won z for nothing; 6 name nobody, 9 are no commission."""
    programme = company(
        ambassadors=[
            {"ambassador_id": "A", "programme": "commission"},
            {"ambassador_id": "B", "programme": "recognition"},
        ],
        orders=[
            {"customer_id": who, "ordered_at": "2026-05-02", "net_amount": 10, "ambassador_id": by}
            for who, by in (("x", "A"), ("y", "A"), ("z", "B"))
        ],
        costs=[
            {"incurred_on": "2026-05-09", "category": "commission", "amount": 30, "ambassador_id": "A"},
            {"incurred_on": "2026-05-09", "category": "commission", "amount": 6},
            {"incurred_on": "2026-05-09", "category": "staff", "amount": 9},
            {"incurred_on": "2026-05-09", "category": "commission", "channel": "search", "amount": 99},
        ],
    )
    found = {one.programme: one for one in measure_commissions_paid(programme, MAY).items}
    assert list(found) == [None, "commission", "recognition", "unknown"]
    whole, (low, high) = found[None].per_customer, garwood_limits(3)
    assert (found[None].amount, whole.value, whole.n) == (Decimal(36), 12, 3)
    assert (whole.low, whole.high) == (36 / high, 36 / low)
    assert found["commission"].per_customer.value == 15
    assert found["recognition"].per_customer.value == 0
    # nobody is won by nobody: the 6 count in the whole alone
    assert (found["unknown"].amount, found["unknown"].per_customer.value) == (Decimal(6), None)


def test_without_a_programme_there_is_a_reason(company: Company) -> None:
    found = measure_commissions_paid(company(customers=[{"customer_id": "a"}]), MAY)
    assert (found.items, found.reason) == ((), "waits for costs or rewards, orders, ambassadors")
