"""What is left of what was sold: every number by hand from the rows."""

from datetime import date
from fractions import Fraction

import pytest

from kpi.metrics.product_margins import ProductMargin, ProductMargins, compare_margins, measure_margins
from kpi.period import Period
from kpi.settings import AllSalesCosts, SalesCosts
from kpi.store import Listing, Warehouse
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


class TestOrdersThatSayWhatTheyCost:
    """A coat costs 60, a scarf 4, a sample nothing; each order has lines and a cost of its own."""

    @pytest.fixture(scope="class")
    @classmethod
    def shop(cls, company: Company) -> Warehouse:
        lines = {
            "1": (("c", 1, 100), ("s", 5, 50)),
            "2": (("c", 1, 100), ("s", 5, 100)),
            "3": (("p", 2, 30), ("q", 1, 10)),
            "4": (("p", 1, 0), ("q", 3, 0)),
            "5": (("c", 1, 100),),
        }
        amounts = {"1": (150, 100), "2": (200, 40), "3": (40, 8), "4": (0, 6), "5": (100, None)}
        return company(
            products=[
                {"product_id": "c", "name": "Coat", "unit_cost": 60, "unit_overhead": 20},
                {"product_id": "s", "name": "Scarf", "unit_cost": 4},
                {"product_id": "p", "name": "Sample", "unit_cost": 0},
                {"product_id": "q", "name": "Other sample", "unit_cost": 0},
            ],
            orders=[
                {
                    "order_id": order,
                    "customer_id": "x",
                    "ordered_at": f"2026-05-0{order}",
                    "net_amount": net,
                    "cost_amount": cost,
                }
                for order, (net, cost) in amounts.items()
            ],
            order_lines=[
                {"order_id": order, "line_no": number, "product_id": product, "quantity": quantity, "net_amount": net}
                for order, rows in lines.items()
                for number, (product, quantity, net) in enumerate(rows, 1)
            ],
            refunds=[{"order_id": "2", "refunded_at": "2026-05-09", "amount": 50}],
        )

    @pytest.mark.parametrize(
        ("day", "costs"),
        [
            (1, {"Coat": 75, "Scarf": 25}),  # 100 split as 60 and 5 · 4 are
            (2, {"Coat": Fraction("22.5"), "Scarf": Fraction("7.5")}),  # 40 split so, less the quarter sent back
            (3, {"Sample": 6, "Other sample": 2}),  # nothing by product: 8 split as 30 and 10 paid
            (4, {"Sample": 3, "Other sample": 3}),  # nothing paid either: 6 in halves
            (5, {"Coat": 60}),  # no cost of its own
        ],
    )
    def test_the_cost_of_its_products_is_that_of_the_order(
        self, shop: Warehouse, day: int, costs: dict[str, Fraction]
    ) -> None:
        found = measure_margins(shop, Period(date(2026, 5, day), date(2026, 5, day + 1)), RATES)
        assert {item.name: item.sold.direct for item in found.items} == costs

    def test_products_leave_what_orders_leave(self, shop: Warehouse) -> None:
        orders = shop.rows(Listing(mart="fct_orders", columns=("margin_amount",), order=("order_id",)))
        # 150 - 100, three quarters of 200 - 40, 40 - 8, 0 - 6, 100 - 60
        assert [order["margin_amount"] for order in orders] == [50, 120, 32, -6, 40]
        assert measure_margins(shop, MAY, RATES).total.gross == 50 + 120 + 32 - 6 + 40

    def test_overhead_stays_that_of_the_pieces(self, shop: Warehouse) -> None:
        # three coats at 20, of one of which three quarters were kept
        assert _named(measure_margins(shop, MAY, RATES), "Coat").sold.overhead == 55


def _named(found: ProductMargins, name: str) -> ProductMargin:
    return next(item for item in found.items if item.name == name)
