"""What is left of what was sold: every number by hand from the rows."""

from datetime import date
from fractions import Fraction

import pytest

from kpi.metrics.product_margins import ProductMargin, ProductMargins, compare_margins, measure_margins
from kpi.period import Period
from kpi.settings import AllSalesCosts, SalesCosts
from kpi.store import Warehouse
from tests.conftest import Company

MAY, JUNE = Period(date(2026, 5, 1), date(2026, 6, 1)), Period(date(2026, 6, 1), date(2026, 7, 1))
RATES = AllSalesCosts(payment=0.02, categories={"Coats": SalesCosts(payment=0.02, delivery=0.08)})


class TestAShop:
    """Three products: a coat (cost 60, overhead 20), a scarf (4, 1), a gift (cost 3) that is given away.

    May: one coat for 100; 5 scarves for 50, half of that order sent back; a gift; an order of 40 without lines that
    cost 10, and one of 30 of which no cost is known. June: 2 coats for 150.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def shop(cls, company: Company) -> Warehouse:
        return company(
            products=[
                {"product_id": "c", "name": "Coat", "category": "Coats", "unit_cost": 60, "unit_overhead": 20},
                {"product_id": "s", "name": "Scarf", "category": "Scarves", "unit_cost": 4, "unit_overhead": 1},
                {"product_id": "g", "name": "Gift", "unit_cost": 3},
            ],
            orders=[
                {"order_id": "1", "customer_id": "x", "ordered_at": "2026-05-02", "net_amount": 100},
                {"order_id": "2", "customer_id": "x", "ordered_at": "2026-05-03", "net_amount": 50},
                {"order_id": "3", "customer_id": "y", "ordered_at": "2026-05-04", "net_amount": 0},
                {
                    "order_id": "4",
                    "customer_id": "y",
                    "ordered_at": "2026-05-05",
                    "net_amount": 40,
                    "cost_amount": 10,
                },
                {"order_id": "5", "customer_id": "y", "ordered_at": "2026-05-06", "net_amount": 30},
                {"order_id": "6", "customer_id": "y", "ordered_at": "2026-06-06", "net_amount": 150},
            ],
            order_lines=[
                {"order_id": "1", "product_id": "c", "quantity": 1, "net_amount": 100},
                {"order_id": "2", "product_id": "s", "quantity": 5, "net_amount": 50},
                {"order_id": "3", "product_id": "g", "quantity": 1, "net_amount": 0},
                {"order_id": "6", "product_id": "c", "quantity": 2, "net_amount": 150},
            ],
            refunds=[{"order_id": "2", "refunded_at": "2026-05-09", "amount": 25}],
        )

    @pytest.fixture(scope="class")
    @classmethod
    def may(cls, shop: Warehouse) -> ProductMargins:
        return measure_margins(shop, MAY, RATES)

    def test_a_product_at_three_levels(self, may: ProductMargins) -> None:
        coat = may.items[0]
        assert (coat.name, coat.category) == ("Coat", "Coats")
        # 100 - 60, less 10 % for payment and delivery, less 20 overhead
        assert (coat.sold.gross, coat.sold.contribution, coat.sold.full) == (40, 30, 10)

    def test_what_was_sent_back_is_neither_sold_nor_paid(self, may: ProductMargins) -> None:
        scarf = _named(may, "Scarf")
        # half of 50, half of 5 · 4, 2 % of 25, half of 5 · 1
        assert (scarf.sold.revenue, scarf.sold.direct) == (25, 10)
        assert (scarf.sold.selling, scarf.sold.overhead) == (Fraction(1, 2), Fraction(5, 2))

    def test_orders_without_lines_count_under_no_product(self, may: ProductMargins) -> None:
        (bare,) = (item for item in may.items if item.product_id is None)
        assert (bare.sold.revenue, bare.sold.direct) == (40, 10)
        # 30 of 100 + 25 + 40 + 30
        assert may.uncovered_share == pytest.approx(30 / 195)

    def test_the_total_is_weighted_by_revenue(self, may: ProductMargins) -> None:
        # 40 + 15 + 30 - 3 of 165, not a mean of percentages
        assert may.total.share(may.total.gross) == pytest.approx(82 / 165)
        assert sum(one.revenue for one in may.by_category().values()) == 165

    def test_what_is_given_away_is_a_loss(self, may: ProductMargins) -> None:
        assert [(item.name, item.sold.full) for item in may.losses] == [("Gift", -3)]

    def test_what_a_change_is_made_of_adds_up(self, shop: Warehouse, may: ProductMargins) -> None:
        june = measure_margins(shop, JUNE, RATES)
        # coats at 75: 30 of 150 are left
        change = Fraction(30, 150) - Fraction(82, 165)
        found = compare_margins(june, may)
        assert found is not None
        assert sum(one.mix + one.price + one.cost for one in found.values()) == change
        # the same cost at a lower price
        assert (found["c"].price < 0, found["c"].cost) == (True, 0)
        assert compare_margins(june, ProductMargins(items=(), uncovered=Fraction())) is None

    def test_before_the_data_there_is_a_reason(self, shop: Warehouse) -> None:
        found = measure_margins(shop, Period(date(2020, 1, 1), date(2020, 2, 1)), RATES)
        assert (found.items, found.reason, found.uncovered_share) == ((), "no data before 2 May 2026", None)


def _named(found: ProductMargins, name: str) -> ProductMargin:
    return next(item for item in found.items if item.name == name)
