"""What the ceiling follows from, measured: every number by hand from the rows."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
import pytest

from kpi.analysis import estimate_proportion, garwood_limits
from kpi.errors import QuestionError, UnknownNameError
from kpi.metrics.affording import afford
from kpi.metrics.assumptions import NAMES, SET, Assumption, Measured, measure_assumptions
from kpi.metrics.buying import SILENCE_DAYS, find_stretches, measure_buying
from kpi.period import Period
from kpi.settings import AllSalesCosts, SalesCosts, Settings
from kpi.store import Warehouse
from tests.conftest import Company, Row

YEAR = Period(date(2025, 6, 1), date(2026, 6, 1))


def bought(customer: str, day: str, net: float, *, code: str | None = "A", **more: object) -> Row:
    return {"customer_id": customer, "ordered_at": day, "net_amount": net, "ambassador_id": code, **more}


def subscribed(key: str, customer: str, product: str, *held: tuple[str, float]) -> list[Row]:
    kept = {"subscription_id": key, "customer_id": customer, "product_id": product}
    return [{**kept, "effective_at": day, "monthly_amount": amount} for day, amount in held]


class TestAShop:
    """The data begins in March 2026 and ends on 1 June: three complete months.

    March: x spends 100 (cost 40), y spends 50 (cost 30). April: x spends 60 (cost 20), all sent back. May: z spends
    30 (cost 15). Nobody is silent for 183 days yet. b was never won. The programme costs 40 in March, of which 10 are
    commission, and 5 in May.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def shop(cls, company: Company) -> Warehouse:
        return company(
            orders=[
                bought("b", "2026-03-01", 1_000, code=None),
                bought("x", "2026-03-02", 100, cost_amount=40),
                bought("y", "2026-03-10", 50, cost_amount=30),
                bought("x", "2026-04-05", 60, cost_amount=20, order_id="back"),
                bought("z", "2026-05-31", 30, cost_amount=15),
                bought("b", "2026-06-01", 500, code=None),
            ],
            touches=[{"ambassador_id": "A", "customer_id": "c", "occurred_at": "2026-02-15"}],
            refunds=[{"order_id": "back", "refunded_at": "2026-04-10", "amount": 60}],
            costs=[
                {"incurred_on": "2026-03-01", "category": "staff", "amount": 30},
                {"incurred_on": "2026-03-31", "category": "commission", "amount": 10},
                {"incurred_on": "2026-05-01", "category": "tooling", "amount": 5},
            ],
        )

    @pytest.fixture(scope="class")
    @classmethod
    def found(cls, shop: Warehouse, paris: Settings) -> Measured:
        return measure_assumptions(shop, paris)

    def test_the_complete_months_that_the_data_has(self, found: Measured) -> None:
        assert found.period == Period(date(2026, 3, 1), date(2026, 6, 1))

    def test_revenue_by_customer_and_month(self, found: Measured) -> None:
        # 100 + 50 + 30 = 180 over 3 + 3 + 1 = 7 months in which x, y and z were customers
        arpa = found.assumptions["arpa"]
        assert (arpa.value, arpa.estimate.n) == (pytest.approx(180 / 7), 3)
        assert arpa.source == "orders of customers won"

    def test_nobody_is_lost_yet(self, found: Measured) -> None:
        churn = found.assumptions["churn"].estimate
        assert churn == estimate_proportion(0, 7)

    def test_margin_of_what_was_kept(self, found: Measured) -> None:
        # 60 + 20 + 0 + 15 of 180
        assert found.assumptions["margin"].value == pytest.approx(95 / 180)

    def test_cost_besides_commission_per_customer(self, found: Measured) -> None:
        # 45 less 10 for three customers
        other, (low, high) = found.assumptions["other_cost"].estimate, garwood_limits(3)
        assert other.value == pytest.approx(35 / 3)
        assert (other.low, other.high) == (pytest.approx(35 / high), pytest.approx(35 / low))

    def test_the_first_order(self, found: Measured) -> None:
        # 100, 50 and 30
        assert found.assumptions["first_order"].value == pytest.approx(60)

    def test_the_rest_is_set(self, found: Measured, paris: Settings) -> None:
        for name in SET:
            assert found.assumptions[name].value == getattr(paris.affordability, name)
        assert tuple(found.assumptions) == NAMES

    def test_sales_costs_are_taken_off_the_margin(self, shop: Warehouse, paris: Settings) -> None:
        # nothing was sold under a category: the usual rates, 0.02 + 0.03
        rates = AllSalesCosts(payment=0.02, delivery=0.03, categories={"Shoes": SalesCosts(delivery=0.5)})
        found = measure_assumptions(shop, paris.model_copy(update={"sales_costs": rates}))
        assert found.assumptions["margin"].value == pytest.approx(95 / 180 - 0.05)

    def test_what_is_assumed_stands_above_what_is_measured(self, found: Measured) -> None:
        answer = afford(found, {"churn": 0.05, "other_cost": 0})
        assert answer.basis is not None
        assert (answer.basis.churn, answer.basis.other_cost) == (0.05, 0)
        assert answer.basis.arpa == pytest.approx(180 / 7)
        assert {*answer.assumed} | {*answer.measured} == {*NAMES}
        assert not {*answer.assumed} & {*answer.measured}


class TestSubscriptions:
    """x and y, won in March by a first order of 1 each, pay 100 and 50 from then on; y ends in April.

    At the start of April two are paying, at that of May one: 3 customers and months, one lost.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def app(cls, company: Company) -> Warehouse:
        return company(
            orders=[
                bought("x", "2026-03-02", 1),
                bought("y", "2026-03-02", 1),
                bought("b", "2026-06-01", 1, code=None),
            ],
            subscriptions=[
                {"subscription_id": "1", "customer_id": "x", "effective_at": "2026-03-05", "monthly_amount": 100},
                {"subscription_id": "2", "customer_id": "y", "effective_at": "2026-03-05", "monthly_amount": 50},
                {"subscription_id": "2", "customer_id": "y", "effective_at": "2026-04-20", "monthly_amount": 0},
                {"subscription_id": "3", "customer_id": "b", "effective_at": "2026-03-05", "monthly_amount": 900},
            ],
        )

    def test_revenue_and_churn_are_those_of_subscriptions(self, app: Warehouse, paris: Settings) -> None:
        found = measure_assumptions(app, paris).assumptions
        assert found["arpa"].value == 100
        assert found["churn"].estimate == estimate_proportion(1, 3)
        # nothing tells what that costs
        assert found["margin"].value == 0.5

    def test_the_margin_is_that_of_the_plans(self, company: Company, paris: Settings) -> None:
        plan = {"name": "Plan", "billing": "monthly"}
        found = measure_assumptions(
            company(
                products=[
                    {"product_id": "month", **plan, "unit_price": 50, "unit_cost": 10},
                    {"product_id": "year", **plan, "billing": "yearly", "unit_price": 600, "unit_cost": 300},
                ],
                orders=[
                    bought("x", "2026-03-02", 1),
                    bought("y", "2026-03-02", 1),
                    bought("b", "2026-06-01", 1, code=""),
                ],
                subscriptions=[
                    *subscribed("1", "x", "month", ("2026-03-05", 100)),
                    # a year's plan from May on
                    *subscribed("2", "y", "month", ("2026-03-05", 50)),
                    *subscribed("2", "y", "year", ("2026-05-05", 50)),
                    *subscribed("3", "x", "year", ("2026-03-05", 70), ("2026-04-05", 0)),
                ],
            ),
            paris,
        ).assumptions
        # 100 less a fifth, and 50 less a half: 105 of 150
        assert (found["margin"].value, found["margin"].estimate.n) == (pytest.approx(0.7), 2)
        assert found["margin"].source == "plans that customers won subscribe to, less sales costs"


class TestNoNumber:
    """The data begins and ends with orders of b, who was not won and subscribes; x was, where there is one."""

    @staticmethod
    def found(company: Company, paris: Settings, *orders: Row, subscriptions: Sequence[Row] = ()) -> Measured:
        others = [bought("b", day, 1, code=None) for day in ("2026-03-01", "2026-06-01")]
        days = ("2026-03-01", "2026-06-01")
        costs = [{"incurred_on": day, "category": "staff", "amount": 30} for day in days]
        touches = [{"ambassador_id": "A", "customer_id": "c", "occurred_at": "2026-02-15"}]
        held = [*subscribed("9", "b", "plan", ("2026-03-05", 900)), *subscriptions]
        built = company(orders=[*orders, *others], touches=touches, costs=costs, subscriptions=held)
        return measure_assumptions(built, paris)

    def test_a_margin_of_nothing(self, company: Company, paris: Settings) -> None:
        margin = self.found(company, paris, bought("x", "2026-03-02", 0, cost_amount=50)).assumptions["margin"]
        assert (margin.value, margin.reason) == (None, "orders of customers won brought no revenue")

    def test_a_margin_without_anybody(self, company: Company, paris: Settings) -> None:
        found = self.found(company, paris)
        assert found.assumptions["margin"].reason == "no customer was won"

    def test_who_came_within_the_last_month_was_at_no_start(self, company: Company, paris: Settings) -> None:
        found = self.found(
            company,
            paris,
            bought("x", "2026-05-02", 10),
            subscriptions=subscribed("1", "x", "plan", ("2026-05-05", 100)),
        ).assumptions
        assert (found["arpa"].value, found["churn"].value) == (100, None)
        assert found["churn"].reason == "no customer won was paying at the start of a month"

    def test_a_loss_beyond_what_can_be_reckoned_with(self, company: Company, paris: Settings) -> None:
        # a gift that cost 50 and an order of 1 that cost 5: 54 are lost on 1
        found = self.found(
            company,
            paris,
            bought("x", "2026-03-02", 0, cost_amount=50),
            bought("x", "2026-03-05", 1, cost_amount=5),
        )
        (missing,) = afford(found, {}).missing
        assert (missing.name, missing.reason) == ("margin", "-54 was measured, which is not between -10 and 1")
        assert (missing.estimate.low, missing.estimate.high, missing.estimate.n) == (None, None, 1)


class TestNoProgramme:
    def test_every_number_says_what_it_waits_for(self, company: Company, paris: Settings) -> None:
        found = measure_assumptions(company(customers=[{"customer_id": "a"}]), paris)
        assert found.assumptions["arpa"].reason == "waits for orders, ambassadors"
        answer = afford(found, {})
        assert (answer.basis, answer.ceiling, answer.commissions) == (None, None, ())
        assert [one.name for one in answer.missing] == ["arpa", "margin", "churn", "other_cost"]

    def test_it_can_all_be_assumed(self, company: Company, paris: Settings) -> None:
        found = measure_assumptions(company(customers=[{"customer_id": "a"}]), paris)
        answer = afford(found, {"arpa": 100, "margin": 0.8, "churn": 0.05, "other_cost": 50})
        assert answer.ceiling is not None
        assert answer.ceiling.cap_payback == pytest.approx(735.42, abs=0.005)


class TestStretches:
    """x orders on 1 June 2025 and is lost 183 days later, on 1 December; comes back in March 2026.

    June to December are seven months, March to May three.
    """

    ORDERS = pl.DataFrame(
        {
            "customer_id": ["x", "x", "y"],
            "ordered_date": [date(2025, 6, 1), date(2026, 3, 15), date(2024, 1, 1)],
            "revenue_amount": [100.0, 50.0, 70.0],
            "margin_amount": [40.0, 20.0, 10.0],
        }
    )

    def test_a_long_silence_ends_a_stretch(self) -> None:
        found = find_stretches(self.ORDERS, YEAR)
        assert found.rows() == [("x", date(2025, 12, 1), 7), ("x", date(2026, 9, 14), 3)]

    def test_who_was_lost_before_counts_nowhere(self) -> None:
        found = measure_buying(self.ORDERS, YEAR)
        assert found.churn == estimate_proportion(1, 10)
        assert (found.revenue.value, found.revenue.n, found.total) == (15, 1, 150)
        assert found.margin.value == pytest.approx(0.4)

    @pytest.mark.parametrize("every", [90, 182, 183, 184, 200])
    def test_what_was_ordered_before_the_longest_silence_changes_nothing(self, every: int) -> None:
        days = [date(2023, 1, 1) + timedelta(days=every * number) for number in range(16)]
        orders = pl.DataFrame(
            {
                "customer_id": "x",
                "ordered_date": [day for day in days if day < YEAR.end],
                "revenue_amount": 10.0,
                "margin_amount": 5.0,
            }
        )
        reaching = orders.filter(pl.col("ordered_date") >= YEAR.start - timedelta(days=SILENCE_DAYS))
        assert reaching.height < orders.height
        assert measure_buying(reaching, YEAR) == measure_buying(orders, YEAR)

    def test_nobody_ever_bought(self) -> None:
        found = measure_buying(self.ORDERS.clear(), YEAR)
        assert (found.revenue.value, found.churn.value, found.margin.value) == (None, None, None)


def test_what_cannot_be_is_refused_with_its_range() -> None:
    nothing = Measured(assumptions={}, period=None)
    with pytest.raises(QuestionError, match=r"^churn is a number from 0 to 1, not 1\.5\.$"):
        afford(nothing, {"churn": 1.5})
    with pytest.raises(QuestionError, match=r"^payback is a whole number from 1 to 12,000, not 2\.5\.$"):
        afford(nothing, {"payback": 2.5})
    with pytest.raises(UnknownNameError, match="Did you mean margin"):
        afford(nothing, {"margn": 0.5})


def test_an_assumption_without_a_value_has_none() -> None:
    assert Assumption(name="arpa", estimate=estimate_proportion(0, 0), source="").value is None
