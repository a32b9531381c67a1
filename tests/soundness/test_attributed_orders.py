"""What ambassadors bring by first and later orders, what is taken back of it, and its share of all that is sold."""

from decimal import Decimal

import pytest

from kpi.store import Warehouse
from tests.conftest import Company
from tests.soundness.asking import attributed, groups, measured, value

MARCH = ("2026-03-01", "2026-04-01")


class TestFirstAndRepeatOrders:
    """ann touches c and d on 1 March; c came alone in January.

    c orders 100 on 5 March (a repeat, 30 refunded in May), d 80 on 6 March (the first ever, 20 refunded on the 9th)
    and 50 on 10 March (a repeat), alone 40 on 7 March without any touch.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def bought(cls, company: Company) -> Warehouse:
        return company(
            ambassadors=[
                {"ambassador_id": "ann", "customer_id": "ann", "lever": "website"},
                {"ambassador_id": "bob", "customer_id": "bob", "lever": "email"},
            ],
            touches=[
                {"ambassador_id": "ann", "customer_id": "c", "occurred_at": "2026-03-01"},
                {"ambassador_id": "ann", "customer_id": "d", "occurred_at": "2026-03-01"},
                {"ambassador_id": "bob", "customer_id": "d", "occurred_at": "2026-03-02"},
            ],
            orders=[
                {"order_id": "c0", "customer_id": "c", "ordered_at": "2026-01-05", "net_amount": 10},
                {"order_id": "c1", "customer_id": "c", "ordered_at": "2026-03-05", "net_amount": 100},
                {"order_id": "d1", "customer_id": "d", "ordered_at": "2026-03-06", "net_amount": 80},
                {"order_id": "d2", "customer_id": "d", "ordered_at": "2026-03-10", "net_amount": 50},
                {"order_id": "z1", "customer_id": "alone", "ordered_at": "2026-03-07", "net_amount": 40},
            ],
            refunds=[
                {"order_id": "c1", "refunded_at": "2026-05-04", "amount": 30},
                {"order_id": "d1", "refunded_at": "2026-03-09", "amount": 20},
            ],
        )

    @pytest.mark.parametrize("model", ["last", "first", "linear"])
    def test_both_add_up_to_all_of_it(self, bought: Warehouse, model: str) -> None:
        # first: 80 - 20; repeat: 100 - 30 + 50; refunded: 30 + 20, whenever they came
        by = {
            name: sum(Decimal(credit or 0) for credit in attributed(bought, *MARCH, model=model, metric=name).values())
            for name in (
                "attributed_first_order_revenue",
                "attributed_repeat_revenue",
                "attributed_refunds",
                "attributed_revenue",
            )
        }
        assert list(by.values()) == [60, 120, 50, 180]

    def test_each_ambassador_has_their_part(self, bought: Warehouse) -> None:
        # the last touch of d is bob's, the first ann's; shared, each has half of d's orders
        def parts(metric: str, model: str) -> dict[str | None, Decimal | float | None]:
            return attributed(bought, *MARCH, model=model, metric=metric)

        assert parts("attributed_first_order_revenue", "last") == {"ann": 0, "bob": 60}
        assert parts("attributed_repeat_revenue", "last") == {"ann": 70, "bob": 50}
        assert parts("attributed_refunds", "first") == {"ann": 50}
        assert parts("attributed_refunds", "linear") == {"ann": 40, "bob": 10}
        assert parts("attributed_repeat_revenue", "linear") == {"ann": 95, "bob": 25}

    def test_the_day_of_the_order_counts_not_that_of_the_refund(self, bought: Warehouse) -> None:
        assert value(bought, "attributed_refunds", "2026-05-01", "2026-06-01") == 0
        assert value(bought, "attributed_refunds", "2026-03-05", "2026-03-06") == 30

    def test_a_lever_adds_up_as_its_ambassadors_do(self, bought: Warehouse) -> None:
        assert groups(bought, "attributed_first_order_revenue", *MARCH, "lever") == {"email": 60, "website": 0}
        assert groups(bought, "attributed_repeat_revenue", *MARCH, "lever") == {"email": 50, "website": 70}

    def test_share_of_what_the_company_sells(self, bought: Warehouse) -> None:
        # 180 of 180 + 40
        assert value(bought, "attributed_revenue_share", *MARCH) == Decimal(180) / 220
        nothing = measured(bought, "attributed_revenue_share", "2026-06-01", "2026-07-01")
        assert (nothing.estimate.value, nothing.reason) == (None, "nothing was sold")

    def test_revenue_per_customer_won(self, company: Company) -> None:
        # won: p for 10 and 30, q for 20; r came alone. Mean 30, s² 200, t(1) = 12.7062: 30 ± 12.7062 √(200 / 2)
        built = company(
            touches=[{"ambassador_id": "ann", "customer_id": name, "occurred_at": "2026-03-01"} for name in ("p", "q")],
            orders=[
                {"customer_id": name, "ordered_at": day, "net_amount": amount}
                for name, day, amount in [
                    ("p", "2026-03-02", 10),
                    ("p", "2026-05-02", 30),
                    ("q", "2026-03-03", 20),
                    ("r", "2026-03-04", 500),
                ]
            ],
        )
        estimate = measured(built, "revenue_per_customer_won", "2026-03-01", "2026-06-01").estimate
        assert (estimate.value, estimate.n) == (30, 2)
        assert (estimate.low, estimate.high) == (pytest.approx(-97.062, abs=1e-3), pytest.approx(157.062, abs=1e-3))
        assert measured(built, "revenue_per_customer_won", "2026-05-01", "2026-06-01").estimate.n == 1
        assert (
            measured(built, "revenue_per_customer_won", "2026-06-01", "2026-07-01").reason == "no customer won bought"
        )
