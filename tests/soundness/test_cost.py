"""What the programme and the other channels cost per customer: every number by hand from the rows beside it."""

from decimal import Decimal

import pytest

from kpi.metrics import AmbassadorCost, costs_by_ambassador
from kpi.store import Warehouse
from tests.conftest import Company
from tests.soundness.asking import groups, measured, period, value

JUNE = ("2026-06-01", "2026-07-01")
JULY = ("2026-07-01", "2026-08-01")


class TestProgrammeCost:
    """Costs of channel ambassador 100 + 40 (staff) + 15.5 - 5 (a correction), rewards 8 + 2: 160.50 in June."""

    @pytest.fixture(scope="class")
    @classmethod
    def spent(cls, company: Company) -> Warehouse:
        return company(
            ambassadors=[
                {"ambassador_id": "A", "customer_id": "a", "programme": "commission", "left_at": "2026-06-15"},
                {"ambassador_id": "B", "customer_id": "b"},
            ],
            costs=[
                {"incurred_on": "2026-06-01", "amount": 100, "category": "commission", "ambassador_id": "A"},
                {"incurred_on": "2026-06-30", "amount": 40, "category": "staff"},
                {"incurred_on": "2026-06-10", "amount": "15.5", "category": "reward", "ambassador_id": "B"},
                {"incurred_on": "2026-06-10", "amount": -5, "category": "tooling"},
                {"incurred_on": "2026-07-01", "amount": 1000, "category": "tooling"},
                {"incurred_on": "2026-05-31", "amount": 1000, "category": "tooling"},
                {"incurred_on": "2026-06-10", "amount": 500, "category": "media", "channel": "search"},
                {"incurred_on": "2026-06-10", "amount": 70, "category": "staff", "channel": "search"},
            ],
            rewards=[
                {"customer_id": "a", "granted_at": "2026-06-10", "cost_amount": 8},
                {"customer_id": "a", "granted_at": "2026-06-20", "cost_amount": 2},  # A had left: nobody's
                {"customer_id": "c", "granted_at": "2026-06-20"},  # a thank-you costs nothing
                {"customer_id": "c", "granted_at": "2026-06-30T22:30:00Z", "cost_amount": 3},  # 1 July in Paris
            ],
        )

    def test_costs_and_rewards(self, spent: Warehouse) -> None:
        assert value(spent, "programme_cost", *JUNE) == Decimal("160.5")
        assert value(spent, "programme_cost_without_staff", *JUNE) == Decimal("120.5")
        assert value(spent, "programme_cost", *JULY) == 1003

    def test_spending_is_of_every_channel(self, spent: Warehouse) -> None:
        # 160.50 of the programme, 500 + 70 of search; 1,000 and a reward of 3 in July
        assert value(spent, "spending", *JUNE) == Decimal("730.5")
        assert value(spent, "spending", *JULY) == 1003
        assert groups(spent, "spending", *JUNE, "channel") == {"ambassador": Decimal("160.5"), "search": 570}

    def test_breakdowns(self, spent: Warehouse) -> None:
        assert groups(spent, "programme_cost", *JUNE, "category") == {
            "commission": 100,
            "reward": Decimal("25.5"),
            "staff": 40,
            "tooling": -5,
        }
        assert groups(spent, "programme_cost", *JUNE, "ambassador_id") == {
            "A": 108,
            "B": Decimal("15.5"),
            "unknown": 37,
        }
        assert groups(spent, "programme_cost", *JUNE, "programme") == {
            "commission": 108,
            "recognition": Decimal("15.5"),
            "unknown": 37,
        }


class TestAcquisitionCost:
    """1000 of costs in June and 25 first orders with A's code; 369 of costs in July and nobody new."""

    @pytest.fixture(scope="class")
    @classmethod
    def acquired(cls, company: Company) -> Warehouse:
        code = {"ordered_at": "2026-06-10", "net_amount": 80, "ambassador_id": "A"}
        return company(
            orders=[
                *({**code, "customer_id": f"won-{number}"} for number in range(25)),
                {**code, "customer_id": "won-0", "ordered_at": "2026-06-20"},  # a second order wins nobody
                {**code, "customer_id": "alone", "ambassador_id": None},
            ],
            costs=[
                {"incurred_on": "2026-06-12", "amount": 1000},
                {"incurred_on": "2026-07-10", "amount": 369},
                {"incurred_on": "2026-06-10", "amount": 5555, "channel": "search"},
            ],
        )

    def test_interval_is_garwoods(self, acquired: Warehouse) -> None:
        # 1000 / 25 = 40; the limits of a count of 25 are 16.18 and 36.90: 1000 / 36.90 = 27.10, 1000 / 16.18 = 61.81
        estimate = measured(acquired, "acquisition_cost", *JUNE).estimate
        assert (estimate.value, estimate.n, estimate.method) == (40, 25, "Garwood")
        assert estimate.low == pytest.approx(1000 / 36.905, abs=0.005)
        assert estimate.high == pytest.approx(1000 / 16.179, abs=0.005)

    def test_without_customers_there_is_only_an_at_least(self, acquired: Warehouse) -> None:
        answer = measured(acquired, "acquisition_cost", *JULY)
        assert (answer.estimate.value, answer.estimate.high, answer.estimate.n) == (None, None, 0)
        assert answer.estimate.low == pytest.approx(369 / 3.6889, abs=0.01)
        assert answer.reason == "no customer was won"

    def test_a_day_of_customers_without_a_cost(self, acquired: Warehouse) -> None:
        # costs are known of this company, and none of them fell on the day: 0 / 25
        assert value(acquired, "acquisition_cost", "2026-06-10", "2026-06-11") == 0

    def test_cost_to_revenue(self, acquired: Warehouse) -> None:
        # 1000 / (26 × 80) in June; no revenue in July
        assert value(acquired, "cost_to_revenue_ratio", *JUNE) == pytest.approx(Decimal(1000) / 2080)
        answer = measured(acquired, "cost_to_revenue_ratio", *JULY)
        assert (answer.estimate.value, answer.reason) == (None, "no revenue is attributed")

    def test_return_on_investment(self, acquired: Warehouse) -> None:
        # margin 26 × 40 = 1040: (1040 - 1000) / 1000; in July (0 - 369) / 369 = -1
        assert value(acquired, "return_on_investment", *JUNE) == Decimal("0.04")
        assert value(acquired, "return_on_investment", *JULY) == -1
        answer = measured(acquired, "return_on_investment", "2026-08-01", "2026-09-01")
        assert (answer.estimate.value, answer.reason) == (None, "the programme cost nothing")

    def test_by_ambassador(self, acquired: Warehouse) -> None:
        # the costs name nobody, the customers were all A's: neither has both sides, and what A cost is not 0
        for metric in ("acquisition_cost", "cost_to_revenue_ratio"):
            assert groups(acquired, metric, *JUNE, "ambassador_id") == {"A": None, "unknown": None}
        # nothing came of the 1000 that is nobody's: (0 - 1000) / 1000
        assert groups(acquired, "return_on_investment", *JUNE, "ambassador_id") == {"A": None, "unknown": -1}
        answer = measured(acquired, "acquisition_cost", *JUNE, ambassador_id="A")
        assert (answer.estimate.value, answer.reason) == (None, "no cost names an ambassador of this segment")


class TestOtherChannels:
    """search 300 for 2 customers, fair 200 for nobody, press no cost for 1; an ambassador won s3, whatever he says."""

    @pytest.fixture(scope="class")
    @classmethod
    def channels(cls, company: Company) -> Warehouse:
        bought = {"ordered_at": "2026-06-10", "net_amount": 80}
        channels = {"s1": "search", "s2": "search", "s3": "search", "p1": "press", "s4": "search", "am": "ambassador"}
        return company(
            customers=[
                *({"customer_id": name, "acquisition_channel": channel} for name, channel in channels.items()),
                {"customer_id": "staff", "acquisition_channel": "search", "is_staff": True},
            ],
            orders=[
                *({**bought, "customer_id": name} for name in ("s1", "s2", "p1", "am", "nobody-asked", "staff")),
                {**bought, "customer_id": "s3", "ambassador_id": "A"},
                {**bought, "customer_id": "s4", "ordered_at": "2026-05-10"},
                {**bought, "customer_id": "s4"},  # not the first order
            ],
            costs=[
                {"incurred_on": "2026-06-10", "amount": 120, "channel": "search"},
                {"incurred_on": "2026-06-20", "amount": 180, "channel": "search", "category": "staff"},
                {"incurred_on": "2026-06-20", "amount": 200, "channel": "fair"},
                {"incurred_on": "2026-07-20", "amount": 999, "channel": "search"},
                {"incurred_on": "2026-06-20", "amount": 5000, "channel": "ambassador"},
            ],
        )

    def test_by_channel(self, channels: Warehouse) -> None:
        # search 300 / 2; without customers or without a recorded cost there is no value
        assert groups(channels, "channel_cac", *JUNE, "channel") == {
            "fair": None,
            "press": None,
            "search": 150,
            "unknown": None,
        }

    def test_search(self, channels: Warehouse) -> None:
        # the limits of a count of 2 are 0.2422 and 7.2247: 300 / 7.2247 = 41.52, 300 / 0.2422 = 1238.6
        estimate = measured(channels, "channel_cac", *JUNE, channel="search").estimate
        assert (estimate.value, estimate.n) == (150, 2)
        assert (estimate.low, estimate.high) == (pytest.approx(41.52, abs=0.01), pytest.approx(1238.6, abs=0.5))

    def test_costs_without_customers(self, channels: Warehouse) -> None:
        answer = measured(channels, "channel_cac", *JUNE, channel="fair")
        assert (answer.estimate.value, answer.estimate.n) == (None, 0)
        assert answer.estimate.low == pytest.approx(200 / 3.6889, abs=0.01)

    def test_customers_without_costs(self, channels: Warehouse) -> None:
        answer = measured(channels, "channel_cac", *JUNE, channel="press")
        assert (answer.estimate.value, answer.estimate.low, answer.estimate.n) == (None, None, 1)
        assert answer.reason == "no cost or no new customer is recorded"

    def test_the_programme_is_no_other_channel(self, channels: Warehouse) -> None:
        # 300 + 200 for s1, s2, p1 and the customer of an unknown channel; neither its 5000 nor customer "am" is here
        assert value(channels, "channel_cac", *JUNE) == 125


class TestCostsByAmbassador:
    """June: A cost a commission of 30 and a reward of 8 and sold 80 to x; B cost 5; C sold 60 to y, of which 20 came
    back, and 7 to z, who was won in May. 40 of staff name nobody.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def spent(cls, company: Company) -> Warehouse:
        return company(
            ambassadors=[
                {"ambassador_id": "A", "customer_id": "a", "programme": "commission"},
                {"ambassador_id": "B", "customer_id": "b"},
                {"ambassador_id": "C", "customer_id": "c"},
            ],
            orders=[
                {"customer_id": "x", "ordered_at": "2026-06-10", "net_amount": 80, "ambassador_id": "A"},
                {
                    "customer_id": "y",
                    "ordered_at": "2026-06-11",
                    "net_amount": 60,
                    "ambassador_id": "C",
                    "order_id": "y",
                },
                {"customer_id": "z", "ordered_at": "2026-05-11", "net_amount": 5, "ambassador_id": "C"},
                {"customer_id": "z", "ordered_at": "2026-06-12", "net_amount": 7, "ambassador_id": "C"},
            ],
            refunds=[{"order_id": "y", "refunded_at": "2026-07-01", "amount": 20}],
            costs=[
                {"incurred_on": "2026-06-10", "amount": 30, "category": "commission", "ambassador_id": "A"},
                {"incurred_on": "2026-06-10", "amount": 5, "category": "tooling", "ambassador_id": "B"},
                {"incurred_on": "2026-06-10", "amount": 40, "category": "staff"},
                {"incurred_on": "2026-07-10", "amount": 9, "category": "staff"},
            ],
            rewards=[{"customer_id": "a", "granted_at": "2026-06-20", "cost_amount": 8}],
        )

    def test_what_each_cost_and_brought(self, spent: Warehouse) -> None:
        found = costs_by_ambassador(spent, period(*JUNE))
        assert found.reason is None
        assert [
            (one.ambassador_id, one.commission, one.reward, one.other, one.cost, one.revenue, one.customers_won)
            for one in found.items
        ] == [
            ("A", 30, 8, 0, 38, 80, 1),
            ("B", 0, 0, 5, 5, 0, 0),
            ("C", 0, 0, 0, 0, 47, 1),  # 60 - 20 + 7; z was won in May
            (None, 0, 0, 40, 40, 0, 0),
        ]

    def test_the_columns_add_up_to_their_metrics(self, spent: Warehouse) -> None:
        items = costs_by_ambassador(spent, period(*JUNE)).items
        assert sum(one.cost for one in items) == value(spent, "programme_cost", *JUNE) == 83
        assert sum(one.revenue for one in items) == value(spent, "attributed_revenue", *JUNE) == 127
        assert sum(one.customers_won for one in items) == value(spent, "new_customers", *JUNE) == 2

    def test_a_segment_is_its_own_ambassadors(self, spent: Warehouse) -> None:
        found = costs_by_ambassador(spent, period(*JUNE), where={"programme": ["commission"]})
        assert [one.ambassador_id for one in found.items] == ["A"]

    def test_what_corrections_cancel_is_still_listed(self, company: Company) -> None:
        # a commission of 10 and a correction of -10 under another category: nothing in all, and not hidden
        warehouse = company(
            ambassadors=[{"ambassador_id": "A", "customer_id": "a"}],
            orders=[{"customer_id": "x", "ordered_at": "2026-05-01", "net_amount": 1, "ambassador_id": "A"}],
            costs=[
                {"incurred_on": "2026-06-10", "amount": 10, "category": "commission", "ambassador_id": "A"},
                {"incurred_on": "2026-06-10", "amount": -10, "category": "other", "ambassador_id": "A"},
            ],
        )
        assert costs_by_ambassador(warehouse, period(*JUNE)).items == (
            AmbassadorCost(
                ambassador_id="A",
                commission=Decimal(10),
                reward=Decimal(0),
                other=Decimal(-10),
                revenue=Decimal(0),
                customers_won=0,
            ),
        )

    def test_days_without_data_have_a_reason(self, spent: Warehouse) -> None:
        found = costs_by_ambassador(spent, period("2014-01-01", "2014-02-01"))
        assert (found.items, found.reason) == ((), "no data before 1 Jan 2015")


def test_without_costs_nobody_is_listed(bare_company: Company) -> None:
    warehouse = bare_company(
        orders=[{"customer_id": "x", "ordered_at": "2026-06-10", "net_amount": 80, "ambassador_id": "A"}]
    )
    assert costs_by_ambassador(warehouse, period(*JUNE)).reason == "waits for costs or rewards"
