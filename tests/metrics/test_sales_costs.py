"""What sales to customers won cost: every share by hand from the rows."""

from datetime import date

import pytest

from kpi.metrics.assumptions import measure_assumptions
from kpi.metrics.sales_costs import sales_cost_of_buyers, sales_cost_of_orders, sales_cost_of_subscriptions
from kpi.period import Period
from kpi.settings import AllSalesCosts, SalesCosts, Settings
from kpi.store import Warehouse
from tests.conftest import Company

SPRING = Period(date(2026, 3, 1), date(2026, 6, 1))
WON = {"is_referred": ["true"]}
RATES = AllSalesCosts(
    payment=0.02, categories={"Coats": SalesCosts(delivery=0.1), "Plans": SalesCosts(support=0.3), "Hats": SalesCosts()}
)


@pytest.fixture(scope="module")
def shop(company: Company) -> Warehouse:
    """x was won, b was not: 60 of coats and 40 of scarves, half of it sent back; 30 without lines; a plan of 10 and one
    of 30, of no category. b buys hats for 900.
    """
    won = {"customer_id": "x", "ambassador_id": "A"}
    plan = {"customer_id": "x", "effective_at": "2026-03-05"}
    return company(
        products=[
            {"product_id": "c", "name": "Coat", "category": "Coats", "unit_cost": 6},
            {"product_id": "s", "name": "Scarf", "category": "Scarves", "unit_cost": 4},
            {"product_id": "h", "name": "Hat", "category": "Hats", "unit_cost": 4},
            {"product_id": "p", "name": "Plan", "category": "Plans", "unit_cost": 4, "unit_price": 10},
        ],
        orders=[
            {**won, "order_id": "1", "ordered_at": "2026-03-02", "net_amount": 100},
            {**won, "order_id": "2", "ordered_at": "2026-04-02", "net_amount": 30},
            {"customer_id": "b", "order_id": "3", "ordered_at": "2026-03-01", "net_amount": 900},
            {"customer_id": "b", "order_id": "4", "ordered_at": "2026-06-01", "net_amount": 9},
        ],
        order_lines=[
            {"order_id": "1", "product_id": "c", "quantity": 1, "net_amount": 60},
            {"order_id": "1", "product_id": "s", "quantity": 1, "net_amount": 40},
            {"order_id": "3", "product_id": "h", "quantity": 1, "net_amount": 900},
        ],
        refunds=[{"order_id": "1", "refunded_at": "2026-03-09", "amount": 50}],
        touches=[{"ambassador_id": "A", "customer_id": "c", "occurred_at": "2026-02-15"}],
        subscriptions=[
            {**plan, "subscription_id": "1", "product_id": "p", "monthly_amount": 10},
            {**plan, "subscription_id": "2", "product_id": "unheard-of", "monthly_amount": 30},
            {**plan, "subscription_id": "3", "product_id": "p", "monthly_amount": 500, "customer_id": "b"},
        ],
    )


def test_of_what_customers_won_ordered(shop: Warehouse) -> None:
    # coats 30 at 10 %, scarves 20 and 30 without lines at 2 %; hats were for others
    assert sales_cost_of_orders(shop, RATES, SPRING) == pytest.approx((30 * 0.1 + 50 * 0.02) / 80)


def test_of_what_customers_won_subscribe_to(shop: Warehouse) -> None:
    # 10 at 30 %, 30 at 2 %; of everybody, 510 at 30 %
    assert sales_cost_of_subscriptions(shop, RATES, SPRING.end, WON) == pytest.approx((10 * 0.3 + 30 * 0.02) / 40)
    assert sales_cost_of_subscriptions(shop, RATES, SPRING.end, {}) == pytest.approx((510 * 0.3 + 30 * 0.02) / 540)


def test_of_what_buyers_ordered_before_a_day(shop: Warehouse) -> None:
    # coats 30 at 10 %, scarves 20 and 30 without lines at 2 %, hats 900 at nothing; in June 9 more without lines
    assert sales_cost_of_buyers(shop, RATES, SPRING.end, {}) == pytest.approx((30 * 0.1 + 50 * 0.02) / 980)
    assert sales_cost_of_buyers(shop, RATES, date(2026, 6, 2), {}) == pytest.approx((30 * 0.1 + 59 * 0.02) / 989)
    won = (30 * 0.1 + 50 * 0.02) / 80
    assert sales_cost_of_buyers(shop, RATES, SPRING.end, WON) == pytest.approx(won)
    assert sales_cost_of_buyers(shop, AllSalesCosts(payment=0.05), SPRING.end, {}) == 0.05


def test_a_margin_less_what_its_own_sales_cost(shop: Warehouse, paris: Settings) -> None:
    # 40 a month for three months, of which the costs of 10 are known: 6 of 10, less 9 % of sales costs; 80 were ordered
    found = measure_assumptions(shop, paris.model_copy(update={"sales_costs": RATES})).assumptions["margin"]
    assert found.source == "plans that customers won subscribe to, less sales costs"
    assert found.value == pytest.approx(0.6 - 0.09)


def test_without_sales_or_categories_the_usual_rates(shop: Warehouse) -> None:
    january = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert sales_cost_of_orders(shop, RATES, january) == 0.02
    assert sales_cost_of_buyers(shop, RATES, january.end, {}) == 0.02
    assert sales_cost_of_subscriptions(shop, RATES, january.end, WON) == 0.02
    usual = AllSalesCosts(payment=0.05)
    assert sales_cost_of_orders(shop, usual, SPRING) == 0.05
    assert sales_cost_of_subscriptions(shop, usual, SPRING.end, WON) == 0.05
