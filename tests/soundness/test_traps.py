"""Joins that would count twice, rows that are replaced, other currencies and time zones."""

from decimal import Decimal

import pytest

from kpi.metrics import METRICS, Attribution, Model, measure
from kpi.settings import Settings
from kpi.store import Warehouse
from tests.conftest import Company
from tests.soundness.asking import attributed, groups, level, measured, period, value

MARCH = ("2026-03-01", "2026-04-01")


class TestTwoEnrolmentsAtOnce:
    """Customer a is A1 (since January) and A2 (since February) at once: what a does and gets happens once."""

    @pytest.fixture(scope="class")
    @classmethod
    def doubled(cls, company: Company) -> Warehouse:
        return company(
            ambassadors=[
                {"ambassador_id": "A1", "customer_id": "a", "enrolled_at": "2026-01-01", "left_at": "2026-03-20"},
                {"ambassador_id": "A2", "customer_id": "a", "enrolled_at": "2026-02-01"},
            ],
            content=[{"customer_id": "a", "posted_at": day} for day in ("2026-03-10", "2026-03-25")],
            referrals=[
                {"ambassador_id": "A1", "referred_at": "2026-03-10"},
                {"ambassador_id": "A2", "referred_at": "2026-03-11"},
            ],
            rewards=[{"customer_id": "a", "granted_at": "2026-03-10", "cost_amount": 8}],
            surveys=[
                {
                    "customer_id": "a",
                    "audience": "ambassador",
                    "asked_at": "2026-03-10",
                    "answered_at": "2026-03-10",
                    "score": 9,
                }
            ],
        )

    def test_acts_are_counted_once(self, doubled: Warehouse) -> None:
        # the post of the 10th goes to the earlier enrolment, that of the 25th to the one left; referrals to their own
        assert value(doubled, "acts", *MARCH) == 4
        assert groups(doubled, "acts", *MARCH, "ambassador_id") == {"A1": 2, "A2": 2}
        assert value(doubled, "acting_customers", *MARCH) == 1

    def test_costs_and_answers_too(self, doubled: Warehouse) -> None:
        assert value(doubled, "programme_cost", *MARCH) == 8
        assert groups(doubled, "programme_cost", *MARCH, "ambassador_id") == {"A1": 8}
        assert measured(doubled, "ambassador_net_promoter_score", *MARCH).estimate.n == 1
        assert measured(doubled, "ambassador_response_rate", *MARCH).estimate.n == 1

    def test_each_enrolment_is_an_ambassador(self, doubled: Warehouse) -> None:
        # the post of the 10th is an act of both while both are enrolled
        assert level(doubled, "enrolled_ambassadors", "2026-03-20") == 2
        assert level(doubled, "active_ambassadors", "2026-03-20") == 2
        assert level(doubled, "enrolled_ambassadors", "2026-03-21") == 1
        assert level(doubled, "active_ambassadors", "2026-03-21") == 1
        assert level(doubled, "activation_rate", "2026-03-21") == 1


class TestEverythingTwice:
    """One order of 100 with two lines, two refunds (10 each), two touches and a code, by a customer with two of all."""

    @pytest.fixture(scope="class")
    @classmethod
    def fanned(cls, company: Company) -> Warehouse:
        moment = "2026-03-10T12:00:00"
        return company(
            products=[
                {"product_id": "p1", "category": "x", "unit_cost": 10},
                {"product_id": "p2", "category": "x", "unit_cost": 20},
            ],
            orders=[
                {"order_id": "o", "customer_id": "c", "ordered_at": moment, "net_amount": 100, "ambassador_id": "A"}
            ],
            order_lines=[
                {"order_id": "o", "product_id": "p1", "net_amount": 50},
                {"order_id": "o", "product_id": "p2", "net_amount": 50},
            ],
            refunds=[
                {"order_id": "o", "refunded_at": "2026-03-11", "amount": 10},
                {"order_id": "o", "refunded_at": "2026-03-12", "amount": 10},
            ],
            touches=[
                {"ambassador_id": "A", "customer_id": "c", "occurred_at": "2026-03-09"},
                {"ambassador_id": "B", "customer_id": "c", "occurred_at": "2026-03-09"},
            ],
            subscriptions=[
                {"subscription_id": name, "customer_id": "c", "effective_at": "2026-03-01", "monthly_amount": 5}
                for name in ("s1", "s2")
            ],
        )

    def test_nothing_is_multiplied(self, fanned: Warehouse) -> None:
        # 100 - 20 = 80; margin (100 - 10 - 20) × 80 % = 56; 5 + 5 a month of one account
        for model in Model:
            attribution = Attribution(model=model)
            found = {
                name: measure(fanned, METRICS[name], period(*MARCH), attribution=attribution).estimate.value
                for name in ("attributed_revenue", "attributed_revenue_ledger", "attributed_margin")
            }
            assert found == {"attributed_revenue": 80, "attributed_revenue_ledger": 80, "attributed_margin": 56}, model
        assert value(fanned, "net_revenue", *MARCH) == 80
        assert value(fanned, "referred_customer_revenue", *MARCH) == 80
        assert (value(fanned, "orders", *MARCH), value(fanned, "new_customers", *MARCH)) == (1, 1)
        assert groups(fanned, "attributed_revenue", *MARCH, "category") == {"x": 80}
        assert groups(fanned, "attributed_revenue", *MARCH, "product_id") == {"p1": 40, "p2": 40}
        assert value(fanned, "monthly_recurring_revenue", *MARCH) == 10
        assert measured(fanned, "average_revenue_per_account", *MARCH).estimate.n == 1

    def test_linear_counts_every_touch(self, fanned: Warehouse) -> None:
        # code A, link A, link B: 80 in thirds
        credit = attributed(fanned, *MARCH, model="linear")
        assert sum(credit.values()) == 80
        assert credit["B"] == pytest.approx(Decimal("26.6667"), abs=Decimal("0.0002"))


def test_a_later_row_replaces_the_earlier_one(company: Company) -> None:
    order = {"order_id": "o", "customer_id": "c", "ordered_at": "2026-03-10", "ambassador_id": "A"}
    built = company(
        orders=[{**order, "net_amount": 100}, {**order, "net_amount": 60, "ordered_at": "2026-04-10"}],
        ambassadors=[
            {"ambassador_id": "A", "lever": "email"},
            {"ambassador_id": "A", "lever": "app"},
        ],
    )
    assert value(built, "net_revenue", *MARCH) == 0
    assert groups(built, "attributed_revenue", "2026-01-01", "2026-06-01", "lever") == {"app": 60}
    assert level(built, "enrolled_ambassadors", "2026-03-01") == 1


def test_a_subscription_handed_over(company: Company) -> None:
    # a pays 20; from 10 March b pays 25 for the same subscription: a is gone, b is new
    built = company(
        customers=[{"customer_id": "a", "sector": "a"}, {"customer_id": "b", "sector": "b"}],
        subscriptions=[
            {"subscription_id": "s", "customer_id": "a", "effective_at": "2026-01-10", "monthly_amount": 20},
            {"subscription_id": "s", "customer_id": "b", "effective_at": "2026-03-10", "monthly_amount": 25},
        ],
    )
    assert groups(built, "monthly_recurring_revenue", *MARCH, "sector") == {"a": 0, "b": 25}
    assert groups(built, "mrr_churn", *MARCH, "sector") == {"a": 20}
    assert groups(built, "mrr_new", *MARCH, "sector") == {"b": 25}
    assert value(built, "net_revenue_retention", *MARCH) == 0


def test_other_currencies_are_converted_once(company: Company) -> None:
    # 100 dollars at 0.9 = 90, cost 60 dollars = 54; 45 of the 90 come back: 45; margin (90 - 54) × 45/90 = 18
    dollars = Settings(time_zone="Europe/Paris", currency="EUR", rates={"USD": Decimal("0.9")})
    order = {"customer_id": "c", "ordered_at": "2026-03-10", "net_amount": 100, "cost_amount": 60, "ambassador_id": "A"}
    built = company(
        settings=dollars,
        orders=[{**order, "order_id": "o", "currency": "USD"}, {**order, "order_id": "e", "currency": "EUR"}, order],
        refunds=[{"order_id": "o", "refunded_at": "2026-03-20", "amount": 45}],
    )
    # the other two are 100 euros each with a margin of 40
    assert value(built, "net_revenue", *MARCH) == 245
    assert value(built, "attributed_revenue", *MARCH) == 245
    assert value(built, "attributed_revenue_ledger", *MARCH) == 245
    assert value(built, "attributed_margin", *MARCH) == 98


def test_days_follow_the_business_time_zone(company: Company) -> None:
    # 03:00 UTC on 1 April is 23:00 on 31 March in New York; a moment without an offset is read there too
    built = company(
        settings=Settings(time_zone="America/New_York", currency="EUR", rates={}),
        orders=[
            {"customer_id": "c", "ordered_at": "2026-04-01T03:00:00Z", "net_amount": 1},
            {"customer_id": "c", "ordered_at": "2026-03-31T23:00:00", "net_amount": 2},
            {"customer_id": "c", "ordered_at": "2026-04-01T04:00:00Z", "net_amount": 4},
        ],
    )
    assert value(built, "net_revenue", *MARCH) == 3
    assert value(built, "net_revenue", "2026-04-01", "2026-05-01") == 4


def test_a_days_window_is_of_24_hours_whatever_the_clocks_do(company: Company) -> None:
    # clocks went forward on 29 March: 30 × 24 hours before 10 April 12:00 is 11 March 11:00 in Paris
    orders = [{"customer_id": name, "ordered_at": "2026-04-10T12:00:00", "net_amount": 10} for name in ("in", "out")]
    built = company(
        orders=orders,
        touches=[
            {"ambassador_id": "A", "customer_id": "in", "occurred_at": "2026-03-11T11:00:00"},
            {"ambassador_id": "B", "customer_id": "out", "occurred_at": "2026-03-11T10:59:59"},
        ],
    )
    assert attributed(built, "2026-04-01", "2026-05-01") == {"A": 10}


def test_cents_of_large_amounts_are_kept(company: Company) -> None:
    # 123,456,789,012.3457 in three parts and 0.0001 in three parts
    amounts = ("123456789012.3457", "0.0001")
    built = company(
        orders=[{"customer_id": "c", "ordered_at": "2026-03-10T12:00:00", "net_amount": amount} for amount in amounts],
        touches=[{"ambassador_id": name, "customer_id": "c", "occurred_at": "2026-03-09"} for name in ("A", "B", "C")],
    )
    whole = Decimal("123456789012.3458")
    assert value(built, "attributed_revenue", *MARCH) == whole
    assert sum(attributed(built, *MARCH, model="linear").values()) == whole
    assert value(built, "net_revenue", *MARCH) == whole


class TestLargeAmounts:
    """Amounts of a currency of small units, or of large companies: money has 18 digits, its products have more."""

    def test_converted_orders(self, company: Company) -> None:
        # 7,000 euros at 163 yen; half of it refunded
        built = company(
            settings=Settings(time_zone="Europe/Paris", currency="JPY", rates={"EUR": Decimal(163)}),
            orders=[
                {
                    "order_id": "o",
                    "customer_id": "c",
                    "ordered_at": "2026-03-10",
                    "net_amount": 7000,
                    "cost_amount": 6500,
                    "currency": "EUR",
                    "ambassador_id": "A",
                }
            ],
            refunds=[{"order_id": "o", "refunded_at": "2026-03-20", "amount": 570500}],
        )
        # 1,141,000 - 570,500; margin 500 × 163 / 2
        assert value(built, "net_revenue", *MARCH) == 570500
        assert value(built, "attributed_margin", *MARCH) == 40750

    def test_accounts(self, company: Company) -> None:
        built = company(
            subscriptions=[
                {"subscription_id": name, "customer_id": name, "effective_at": "2026-01-10", "monthly_amount": amount}
                for name, amount in (("a", 100_000), ("b", 2_000_000), ("c", 900_000))
            ]
        )
        # mean of 0.1, 2.0 and 0.9 million
        assert value(built, "average_revenue_per_account", *MARCH) == 1_000_000
        assert measured(built, "average_revenue_per_account", *MARCH).estimate.n == 3
        assert value(built, "net_revenue_retention", *MARCH) == 1

    def test_costs_of_goods(self, company: Company) -> None:
        # a million pieces at 12,000: 12,000,000,000 of 30,000,000,000; without lines half of 30,000,000,000
        order = {"customer_id": "c", "ordered_at": "2026-03-10", "net_amount": 30_000_000_000, "ambassador_id": "A"}
        built = company(
            products=[{"product_id": "p", "unit_cost": 12_000}],
            orders=[{**order, "order_id": "lines"}, {**order, "order_id": "none"}],
            order_lines=[{"order_id": "lines", "product_id": "p", "quantity": 1_000_000, "net_amount": 30_000_000_000}],
            refunds=[{"order_id": "none", "refunded_at": "2026-03-20", "amount": 15_000_000_000}],
        )
        # 18,000,000,000 + 15,000,000,000 × 1/2
        assert value(built, "attributed_margin", *MARCH) == 25_500_000_000
        assert value(built, "attributed_revenue", *MARCH) == 45_000_000_000


def test_an_enrolment_that_ends_before_it_begins_keeps_its_referral_and_counts_nobody(company: Company) -> None:
    # Z left on 1 March and enrolled on 2 March: never enrolled. The referral of 5 March is an act of Z's customer z all
    # the same; with the vote of c, 2 acts by 2 people.
    warehouse = company(
        ambassadors=[
            {"ambassador_id": "Z", "customer_id": "z", "enrolled_at": "2026-03-02", "left_at": "2026-03-01"},
        ],
        referrals=[{"ambassador_id": "Z", "referred_at": "2026-03-05"}],
        interactions=[{"customer_id": "c", "kind": "vote", "occurred_at": "2026-03-05"}],
    )
    assert value(warehouse, "acts", "2026-03-01", "2026-04-01") == 2
    assert value(warehouse, "acting_customers", "2026-03-01", "2026-04-01") == 2
    assert [level(warehouse, "enrolled_ambassadors", day) for day in ("2026-03-02", "2026-03-03", "2026-04-01")] == [
        0
    ] * 3
    assert level(warehouse, "active_ambassadors", "2026-03-06") == 0
