"""When the customers won in a month have paid back what winning them cost: every number by hand from the rows."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.metrics import Payback, Paybacks, measure, metric_named, payback_by_month
from kpi.metrics.payback import months_to_pay_back
from kpi.period import Grain, Period
from kpi.store import Warehouse
from tests.conftest import Company, Row

MID_MAY = date(2026, 5, 16)
amounts = st.decimals(min_value=-500, max_value=500, places=2)


def bought(customer: str, day: str, net: float, *, code: str | None = "A", **more: object) -> Row:
    return {"customer_id": customer, "ordered_at": day, "net_amount": net, "ambassador_id": code, **more}


def by_month(found: Paybacks) -> dict[str, Payback]:
    return {item.cohort.month.isoformat()[:7]: item for item in found.items}


def values(item: Payback) -> list[float | Decimal | None]:
    return [share.estimate.value for share in item.cohort.shares]


class TestPayback:
    """Half of an order's amount is margin, unless its cost is known; what is sent back leaves none.

    January: 100 for x and y. x brings 50, then 15 (60, of which 30 are sent back in May), then 20; y brings
    40 - 30 = 10, then 5 in April: 60, 75, 95, 100 of 100. February: 80 for nobody. March: z for nothing. April: 50 for
    w, who brings 10 and then nothing. Until the middle of May: 1 for v, who brings 20.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def programme(cls, company: Company) -> Warehouse:
        return company(
            ambassadors=[{"ambassador_id": "A", "customer_id": "a", "programme": "commission"}],
            orders=[
                bought("x", "2026-01-10", 100),
                bought("y", "2026-01-20", 40, cost_amount=30),
                bought(
                    "x", "2026-02-01", 60, code=None, order_id="sent-back"
                ),  # nobody led to it: x was won all the same
                bought("x", "2026-03-31", 40),
                bought("y", "2026-04-01", 10),
                bought("z", "2026-03-05", 30),
                bought("w", "2026-04-15", 20),
                bought("v", "2026-05-02", 40),
                bought("alone", "2026-01-10", 1000, code=None),
                bought("alone", "2026-02-10", 1000),  # not the first order: alone was not won
            ],
            refunds=[{"order_id": "sent-back", "refunded_at": "2026-05-20", "amount": 30}],
            costs=[
                {"incurred_on": "2026-01-31", "amount": 70, "ambassador_id": "A"},
                {"incurred_on": "2026-01-31", "amount": 999, "channel": "search"},
                {"incurred_on": "2026-02-28", "amount": 80},
                {"incurred_on": "2026-04-30", "amount": 50},
                {"incurred_on": "2026-05-01", "amount": 1},
            ],
            rewards=[{"customer_id": "a", "granted_at": "2026-01-15", "cost_amount": 30}],
        )

    @pytest.fixture(scope="class")
    @classmethod
    def found(cls, programme: Warehouse) -> dict[str, Payback]:
        return by_month(payback_by_month(programme, MID_MAY, months=5))

    def test_the_margins_add_up_to_the_cost(self, found: dict[str, Payback]) -> None:
        january = found["2026-01"]
        assert (january.cost, january.margin, january.cohort.size) == (100, 100, 2)
        assert values(january) == [Decimal(share) for share in ("0.6", "0.75", "0.95", "1", "1")]
        assert (january.months, january.reason) == (3, None)  # to the cent is paid back

    def test_the_month_that_is_not_over_is_marked(self, found: dict[str, Payback]) -> None:
        assert [share.is_complete for share in found["2026-01"].cohort.shares] == [True] * 4 + [False]
        assert found["2026-01"].months_seen == 3

    def test_nobody_won(self, found: dict[str, Payback]) -> None:
        february = found["2026-02"]
        assert (february.cost, february.margin, february.cohort.size, february.months) == (80, 0, 0, None)
        assert values(february) == [None] * 4
        assert february.reason == "no customer was won"

    def test_no_cost(self, found: dict[str, Payback]) -> None:
        march = found["2026-03"]
        assert (march.cost, march.margin, march.cohort.size, march.months) == (0, 15, 1, None)
        assert (values(march), march.reason) == ([None] * 3, "the programme cost nothing")

    def test_one_customer_who_has_not_paid_back_so_far_is_censored(self, found: dict[str, Payback]) -> None:
        april = found["2026-04"]
        assert (values(april), april.cohort.size) == ([Decimal("0.2")] * 2, 1)
        assert (april.months, april.months_seen, april.reason) == (None, 0, None)

    def test_a_month_that_is_not_over_is_not_said_to_be_paid_back(self, found: dict[str, Payback]) -> None:
        may = found["2026-05"]
        assert (values(may), may.months) == ([Decimal(20)], None)
        assert may.reason == "the month is not over"

    def test_seen_earlier_less_is_known(self, programme: Warehouse) -> None:
        # At the end of March 95 of 100; the refund of May is known whenever it is asked.
        january = by_month(payback_by_month(programme, date(2026, 4, 1)))["2026-01"]
        assert (january.margin, january.months, january.months_seen) == (95, None, 2)

    def test_cost_and_customers_are_those_of_the_registry(self, programme: Warehouse) -> None:
        months = Period(date(2026, 1, 1), MID_MAY).steps(Grain.MONTH)
        items = payback_by_month(programme, MID_MAY, months=5).items
        for item, month in zip(items, months, strict=True):
            assert item.cost == measure(programme, metric_named("programme_cost"), month).estimate.value
            assert item.cohort.size == measure(programme, metric_named("new_customers"), month).estimate.value

    def test_a_segment_has_its_own_cost(self, programme: Warehouse) -> None:
        # Of the commission programme 70 and the reward of 30 in January; the costs of April name nobody.
        found = by_month(payback_by_month(programme, MID_MAY, months=5, where={"programme": ["commission"]}))
        assert (found["2026-01"].cost, found["2026-01"].months) == (100, 3)
        assert (found["2026-04"].cost, found["2026-04"].margin) == (None, None)
        assert found["2026-04"].reason == "no cost names an ambassador of this segment"


def test_a_month_in_which_the_data_begins_is_not_told(bare_company: Company) -> None:
    # Costs begin on 15 January, so what was spent before is not known: of February on it is.
    warehouse = bare_company(
        orders=[bought("x", "2026-01-10", 100), bought("y", "2026-02-10", 100), bought("x", "2026-03-20", 1)],
        costs=[{"incurred_on": day, "amount": 10} for day in ("2026-01-15", "2026-02-15", "2026-03-15")],
    )
    found = by_month(payback_by_month(warehouse, date(2026, 3, 21)))
    assert (found["2026-01"].months, found["2026-01"].cost) == (None, None)
    assert found["2026-01"].reason == "no data before 15 Jan 2026"
    # Of the twelve months asked for, those before the data are no months in which nobody was won.
    assert list(found) == ["2026-01", "2026-02", "2026-03"]
    assert [found[month].cohort.is_first_recorded for month in found] == [True, False, False]
    before = payback_by_month(warehouse, date(2025, 12, 1))
    assert (before.items, before.cohorts.reason) == ((), "no data before 15 Jan 2026")
    assert (found["2026-02"].months, found["2026-02"].reason) == (0, None)


def test_a_month_whose_costs_stopped_is_not_said_to_be_paid_back(bare_company: Company) -> None:
    # Costs end on 1 February while orders go on for more than a month: February's costs are not all there.
    warehouse = bare_company(
        orders=[bought("x", "2026-01-01", 100), bought("y", "2026-02-10", 100), bought("x", "2026-05-20", 1)],
        costs=[{"incurred_on": "2026-01-01", "amount": 10}, {"incurred_on": "2026-02-01", "amount": 10}],
    )
    found = by_month(payback_by_month(warehouse, date(2026, 5, 21)))
    assert (found["2026-01"].months, found["2026-01"].months_seen) == (0, 3)
    assert found["2026-02"].months is None
    assert found["2026-02"].reason == "costs or orders are not all there"
    assert found["2026-03"].reason == "no costs after 1 Feb 2026"


def test_without_costs_there_is_nothing_to_pay_back(bare_company: Company) -> None:
    found = payback_by_month(bare_company(orders=[bought("x", "2026-01-10", 100)]), date(2026, 2, 1))
    assert (found.items, found.cohorts.reason) == ((), "waits for costs or rewards")


@given(st.lists(amounts, max_size=8), amounts, st.decimals(min_value=0, max_value=500, places=2))
def test_what_cost_more_is_never_paid_back_sooner(margins: list[Decimal], cost: Decimal, more: Decimal) -> None:
    cheap, dear = months_to_pay_back(cost, margins), months_to_pay_back(cost + more, margins)
    assert dear is None or (cheap is not None and cheap <= dear)


@given(st.lists(amounts, max_size=8), amounts)
def test_it_is_the_first_month_by_whose_end_the_cost_is_back(margins: list[Decimal], cost: Decimal) -> None:
    reached = [number for number in range(len(margins)) if sum(margins[: number + 1]) >= cost]
    assert months_to_pay_back(cost, margins) == min(reached, default=None)
