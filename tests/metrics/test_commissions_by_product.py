"""What commissions cost by product: every number by hand from the rows."""

from datetime import date
from fractions import Fraction

import pytest

from kpi.metrics.commissions_by_product import ProductCommissions, measure_commissions_by_product
from kpi.period import Period
from kpi.settings import AllSalesCosts
from tests.conftest import Company

MAY = Period(date(2026, 5, 1), date(2026, 6, 1))


@pytest.fixture(scope="module")
def found(company: Company) -> ProductCommissions:
    """A is paid 30 and is credited with coats for 60, half of it refunded, and hats for 70; B is paid nothing, with
    hats for 50; C is paid 8 and credited with nothing; 6 name nobody. 9 are staff, 99 another channel's, 7 April's.
    """
    who = ("A", "B", "C")
    return measure_commissions_by_product(
        company(
            ambassadors=[{"ambassador_id": name} for name in who],
            products=[
                {"product_id": "c", "name": "Coat", "unit_cost": 20},
                {"product_id": "h", "name": "Hat", "unit_cost": 1},
            ],
            orders=[
                {
                    "order_id": "1",
                    "customer_id": "x",
                    "ordered_at": "2026-05-02",
                    "net_amount": 60,
                    "ambassador_id": "A",
                },
                {
                    "order_id": "2",
                    "customer_id": "y",
                    "ordered_at": "2026-05-03",
                    "net_amount": 70,
                    "ambassador_id": "A",
                },
                {
                    "order_id": "3",
                    "customer_id": "z",
                    "ordered_at": "2026-05-04",
                    "net_amount": 50,
                    "ambassador_id": "B",
                },
                {"order_id": "4", "customer_id": "w", "ordered_at": "2026-06-01", "net_amount": 1},
            ],
            order_lines=[
                {"order_id": "1", "product_id": "c", "quantity": 1, "net_amount": 60},
                {"order_id": "2", "product_id": "h", "quantity": 7, "net_amount": 70},
                {"order_id": "3", "product_id": "h", "quantity": 5, "net_amount": 50},
            ],
            refunds=[{"order_id": "1", "refunded_at": "2026-05-09", "amount": 30}],
            costs=[
                {"incurred_on": "2026-05-09", "category": "commission", "amount": 30, "ambassador_id": "A"},
                {"incurred_on": "2026-05-09", "category": "commission", "amount": 8, "ambassador_id": "C"},
                {"incurred_on": "2026-05-09", "category": "commission", "amount": 6},
                {"incurred_on": "2026-05-09", "category": "staff", "amount": 9},
                {"incurred_on": "2026-05-09", "category": "commission", "channel": "search", "amount": 99},
                {"incurred_on": "2026-04-09", "category": "commission", "amount": 7, "ambassador_id": "A"},
                {"incurred_on": "2026-06-01", "category": "commission", "amount": 7, "ambassador_id": "A"},
            ],
        ),
        MAY,
        AllSalesCosts(payment=0.1),
    )


def test_an_ambassadors_commissions_go_where_their_credit_is(found: ProductCommissions) -> None:
    # of A's 30 for 100, 70 are hats and 30 coats
    items = {one.product.name: one for one in found.items if one.product}
    assert list(items) == ["Hat", "Coat"]
    assert (items["Hat"].amount, items["Hat"].revenue) == (21, 120)
    assert (items["Coat"].amount, items["Coat"].revenue) == (9, 30)
    assert items["Hat"].rate == pytest.approx(21 / 120)
    assert items["Coat"].rate == pytest.approx(0.3)


def test_the_margin_is_that_of_the_product(found: ProductCommissions) -> None:
    margins = {one.product.name: one.margin for one in found.items if one.product}
    # hats: 12 pieces for 12, and a tenth for payment; coats: half a piece sent back with the money, 10 for 30
    assert margins["Hat"] == pytest.approx(1 - 12 / 120 - 0.1)
    assert margins["Coat"] == pytest.approx(1 - 10 / 30 - 0.1)


def test_what_names_no_product_is_told(found: ProductCommissions) -> None:
    assert found.undivided == Fraction(14)  # 8 and 6


def test_without_a_programme_there_is_a_reason(company: Company) -> None:
    found = measure_commissions_by_product(company(customers=[{"customer_id": "a"}]), MAY, AllSalesCosts())
    assert (found.items, found.reason) == ((), "waits for costs or rewards, orders, ambassadors")
