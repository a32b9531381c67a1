"""Where the data begins and ends: outside it there is no number, whoever asks."""

from datetime import date
from typing import ClassVar

import pytest

from kpi.language import speaking
from kpi.metrics import METRICS, breakdown, compare, coverage, measure, trend
from kpi.period import Comparison, Grain, Period
from kpi.store import Warehouse
from tests.conftest import Company, Row

REVENUE, COST = METRICS["net_revenue"], METRICS["programme_cost"]


def days(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


def orders(*wanted: str) -> list[Row]:
    return [{"customer_id": "x", "ordered_at": day, "net_amount": 100} for day in wanted]


@pytest.fixture(scope="module")
def stopped(company: Company) -> Warehouse:
    """Orders of 100 each day from 1 September to 12 October, costs at the end of three months, posts to the end.

    Orders stop 19 days before the data does: 1 November less 13 October.
    """
    daily = [f"2026-09-{day:02d}" for day in range(1, 31)] + [f"2026-10-{day:02d}" for day in range(1, 13)]
    return company(
        orders=orders(*daily),
        costs=[{"incurred_on": day, "amount": 10} for day in ("2026-08-31", "2026-09-30", "2026-10-31")],
        content=[{"customer_id": "c", "posted_at": day} for day in ("2026-07-01", "2026-10-31")],
    )


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        (days("2026-08-01", "2026-09-01"), "no data before 1 Sep 2026"),
        (days("2026-10-13", "2026-10-14"), "no orders after 12 Oct 2026"),
        (days("2026-11-01", "2026-12-01"), "no data after 31 Oct 2026"),
    ],
)
def test_outside_the_data_there_is_no_value(stopped: Warehouse, period: Period, reason: str) -> None:
    whole = measure(stopped, REVENUE, period)
    (group,) = breakdown(stopped, REVENUE, period, "country_code")
    (both,) = compare(stopped, REVENUE, period, Comparison.PREVIOUS)
    steps = trend(stopped, REVENUE, period, Grain.MONTH)
    for answer in (whole, group, both.current, *steps):
        assert (answer.estimate.value, answer.group, answer.reason) == (None, None, reason)


def test_the_reason_is_in_the_language_spoken(stopped: Warehouse) -> None:
    with speaking("fr"):
        told = measure(stopped, REVENUE, days("2026-08-01", "2026-09-01")).reason
    assert told == "pas de données avant le 1er sept. 2026"


def test_one_day_of_data_is_a_value(stopped: Warehouse) -> None:
    assert measure(stopped, REVENUE, days("2026-08-01", "2026-09-02")).estimate.value == 100
    assert measure(stopped, REVENUE, days("2026-10-12", "2026-11-01")).estimate.value == 100


def test_steps_behind_the_last_order_have_no_value(stopped: Warehouse) -> None:
    # Monday 28 September to Sunday 1 November: 7 × 100, 7 × 100, Monday 12 October alone, then nothing.
    weeks = trend(stopped, REVENUE, days("2026-09-28", "2026-11-01"), Grain.WEEK)
    assert [week.estimate.value for week in weeks] == [700, 700, 100, None, None]
    assert [week.is_complete for week in weeks] == [True, True, False, False, False]


def test_a_comparison_that_begins_before_the_data_has_no_value(stopped: Warehouse) -> None:
    # The 20 days before 11 September begin on 22 August; the 10 days before it on the first day with orders.
    (late,) = compare(stopped, REVENUE, days("2026-09-11", "2026-10-01"), Comparison.PREVIOUS)
    assert (late.current.estimate.value, late.compared.estimate.value) == (2000, None)
    assert (late.compared.reason, late.change) == ("no data before 1 Sep 2026", None)
    (first,) = compare(stopped, REVENUE, days("2026-09-11", "2026-09-21"), Comparison.PREVIOUS)
    assert (first.current.estimate.value, first.compared.estimate.value, first.change) == (1000, 1000, 0)


def test_a_table_stops_sooner_when_it_is_filled_each_day(stopped: Warehouse) -> None:
    # 19 days without an order are a stop, 31 days without costs are the custom of many a company.
    october = days("2026-10-01", "2026-11-01")
    assert coverage(stopped, REVENUE).explain_incomplete(october) == "incomplete: orders end 12 Oct 2026"
    assert coverage(stopped, COST).explain_incomplete(october) is None
    # Behind the last day of all data, what ended first is still what is told.
    autumn = days("2026-10-01", "2026-12-01")
    assert coverage(stopped, REVENUE).explain_incomplete(autumn) == "incomplete: orders end 12 Oct 2026"
    assert coverage(stopped, COST).explain_incomplete(autumn) == "incomplete: data ends 31 Oct 2026"
    assert measure(stopped, REVENUE, october).is_complete is False
    assert measure(stopped, COST, october).is_complete is True


def test_a_table_that_often_pauses_has_not_stopped(company: Company) -> None:
    # Orders each 15 days: 14 days without one, as between 2 and 17 October; 14 more to the end are as usual.
    sparse = company(
        orders=orders("2026-09-02", "2026-09-17", "2026-10-02", "2026-10-17"),
        content=[{"customer_id": "c", "posted_at": "2026-10-31"}],
    )
    october = days("2026-10-01", "2026-11-01")
    assert coverage(sparse, REVENUE).explain_incomplete(october) is None
    assert measure(sparse, REVENUE, october).is_complete is True
    # A pause of 199 days ended more than a year before the last order: since then the longest is 89, four times.
    older = company(
        orders=orders("2025-01-01", "2025-07-20", "2025-10-18", "2026-01-16", "2026-04-16", "2026-07-15", "2026-08-12")
    )
    assert older.table_pauses() == {"orders": 89}


def test_surveys_reach_as_far_as_their_answers(company: Company) -> None:
    # Asked on 1 October, answered on the 9th: the answers of the second week are not missing.
    asked = {"customer_id": "c", "asked_at": "2026-10-01", "answered_at": "2026-10-09", "score": 10}
    warehouse = company(surveys=[asked])
    assert warehouse.table_dates() == {"surveys": (date(2026, 10, 1), date(2026, 10, 9))}
    assert measure(warehouse, METRICS["net_promoter_score"], days("2026-10-08", "2026-10-10")).estimate.value == 100


def test_a_level_stands_until_something_changes_it(company: Company) -> None:
    warehouse = company(
        subscriptions=[{"subscription_id": "s", "customer_id": "c", "effective_at": "2026-03-01", "monthly_amount": 5}],
        orders=orders("2026-10-31"),
    )
    assert (
        measure(warehouse, METRICS["monthly_recurring_revenue"], days("2026-10-01", "2026-11-01")).estimate.value == 5
    )


def test_a_period_is_measured_in_every_group_that_has_a_value(company: Company) -> None:
    # FR bought in September and October, BE in October only; in September BE is worth nothing, not unknown.
    warehouse = company(
        customers=[{"customer_id": "f", "country_code": "FR"}, {"customer_id": "b", "country_code": "BE"}],
        orders=[
            {"customer_id": "f", "ordered_at": "2026-09-01", "net_amount": 7},
            {"customer_id": "f", "ordered_at": "2026-10-02", "net_amount": 20},
            {"customer_id": "b", "ordered_at": "2026-10-30", "net_amount": 1},
        ],
    )
    found = compare(warehouse, REVENUE, days("2026-10-01", "2026-10-31"), Comparison.PREVIOUS, by="country_code")
    assert [(one.current.group, one.current.estimate.value, one.compared.estimate.value) for one in found] == [
        ("BE", 1, 0),
        ("FR", 20, 7),
    ]


def booked(table: str, day: int, months: range, **row: object) -> list[dict[str, object]]:
    """A row on this day of each month."""
    when = {"costs": "incurred_on", "rewards": "granted_at"}[table]
    return [{when: f"2026-{month:02d}-{day:02d}", **row} for month in months]


class TestCostsAndRewards:
    """Costs of 1000 on the 15th and rewards of 5 on the 10th of a month are added up; neither stands for the other."""

    @pytest.fixture(scope="class")
    @classmethod
    def costs_stopped(cls, company: Company) -> Warehouse:
        """Costs from January to June, rewards from January to November: no costs for 148 days."""
        return company(
            costs=booked("costs", 15, range(1, 7), amount=1000),
            rewards=booked("rewards", 10, range(1, 12), customer_id="c", cost_amount=5),
        )

    def test_where_costs_stopped_rewards_are_not_the_cost(self, costs_stopped: Warehouse) -> None:
        # May and June: 2 × 1000 + 2 × 5; of July and August only 2 × 5 is known, which is no cost of the programme.
        (found,) = compare(costs_stopped, COST, days("2026-07-01", "2026-09-01"), Comparison.PREVIOUS)
        assert (found.current.estimate.value, found.compared.estimate.value) == (None, 2010)
        assert (found.current.reason, found.change) == ("no costs after 15 Jun 2026", None)

    def test_a_period_in_which_costs_stopped_says_so(self, costs_stopped: Warehouse) -> None:
        # 2 × 1000 in May and June, 4 × 5 from May to August
        summer = days("2026-05-01", "2026-09-01")
        found = measure(costs_stopped, COST, summer)
        assert (found.estimate.value, found.is_complete) == (2020, False)
        assert coverage(costs_stopped, COST).explain_incomplete(summer) == "incomplete: costs end 15 Jun 2026"

    def test_costs_booked_by_the_month_have_not_stopped(self, company: Company) -> None:
        # 20 days without costs at the end are the custom: the rewards of those days, 2 × 5, are what is known.
        monthly = company(
            costs=booked("costs", 31, range(7, 9), amount=1000),
            rewards=booked("rewards", 5, range(7, 10), customer_id="c", cost_amount=5)
            + booked("rewards", 20, range(9, 10), customer_id="c", cost_amount=5),
        )
        september = measure(monthly, COST, days("2026-09-01", "2026-09-21"))
        assert (september.estimate.value, september.is_complete) == (10, True)

    def test_a_comparison_before_costs_were_kept_has_no_value(self, company: Company) -> None:
        # Rewards from January, costs from 15 June: 1005 in July beside 5 in May would be no rise.
        late = company(
            costs=booked("costs", 15, range(6, 12), amount=1000),
            rewards=booked("rewards", 10, range(1, 12), customer_id="c", cost_amount=5),
        )
        (found,) = compare(late, COST, days("2026-07-01", "2026-08-01"), Comparison.PREVIOUS)
        assert (found.current.estimate.value, found.compared.estimate.value) == (1005, None)
        assert (found.compared.reason, found.change) == ("no data before 15 Jun 2026", None)
        assert measure(late, COST, days("2026-05-01", "2026-06-01")).reason == "no data before 15 Jun 2026"

    def test_rewards_may_begin_late(self, company: Company) -> None:
        # A programme that begins to reward in July costs more since: 1005 after 1000.
        grown = company(
            costs=booked("costs", 15, range(5, 12), amount=1000),
            rewards=booked("rewards", 10, range(7, 12), customer_id="c", cost_amount=5),
        )
        (found,) = compare(grown, COST, days("2026-07-01", "2026-08-01"), Comparison.PREVIOUS)
        assert (found.current.estimate.value, found.compared.estimate.value, found.change) == (1005, 1000, 5)

    def test_without_costs_nobody_waits_for_them(self, company: Company) -> None:
        # Rewards to August, posts to 20 November: nothing was rewarded in October, and costs were never imported.
        rewarded = company(
            rewards=booked("rewards", 10, range(1, 9), customer_id="c", cost_amount=5),
            content=[{"customer_id": "c", "posted_at": day} for day in ("2026-01-01", "2026-11-20")],
        )
        autumn, october = days("2026-08-01", "2026-11-01"), days("2026-10-01", "2026-11-01")
        assert coverage(rewarded, COST).explain_incomplete(autumn) is None
        assert measure(rewarded, COST, autumn).estimate.value == 5
        assert (measure(rewarded, COST, october).estimate.value, measure(rewarded, COST, october).reason) == (0, None)


def test_an_act_of_a_kind_that_begins_late_is_growth(company: Company) -> None:
    # Posts in September and October, votes from October on: 3 acts after 1, and posts that end stop nothing.
    grown = company(
        content=[{"customer_id": "a", "posted_at": day} for day in ("2026-08-01", "2026-09-10", "2026-10-10")],
        interactions=[
            {"customer_id": "a", "kind": "vote", "occurred_at": day}
            for day in ("2026-10-11", "2026-10-12", "2026-11-20")
        ],
    )
    october = days("2026-10-01", "2026-11-01")
    (found,) = compare(grown, METRICS["acts"], october, Comparison.PREVIOUS)
    assert (found.current.estimate.value, found.compared.estimate.value) == (3, 1)
    assert coverage(grown, METRICS["acts"]).explain_incomplete(october) is None


class TestTouches:
    """x, y and z buy for 100 in May, September and November 2026; ambassadors are enrolled since 2020."""

    ORDERS: ClassVar[list[Row]] = [
        {"customer_id": name, "ordered_at": day, "net_amount": 100}
        for name, day in [("x", "2026-05-10"), ("y", "2026-09-10"), ("z", "2026-11-20")]
    ]
    MAY, SEPTEMBER = days("2026-05-01", "2026-06-01"), days("2026-09-01", "2026-10-01")
    CREDITED = ("attributed_revenue", "new_customers", "referred_customer_revenue", "referred_net_revenue_retention")

    @pytest.fixture(scope="class")
    @classmethod
    def late(cls, company: Company) -> Warehouse:
        """Touches since 1 August only: y is brought by one, of x nobody knows who brought them."""
        return company(
            orders=cls.ORDERS,
            touches=[
                {"ambassador_id": "a", "customer_id": "z", "occurred_at": "2026-08-01"},
                {"ambassador_id": "a", "customer_id": "y", "occurred_at": "2026-09-09"},
            ],
            costs=booked("costs", 15, range(4, 12), amount=50),
            subscriptions=[
                {"subscription_id": "s", "customer_id": "x", "effective_at": "2026-04-01", "monthly_amount": 5}
            ],
        )

    @pytest.mark.parametrize("name", [*CREDITED, "acquisition_cost", "cost_to_revenue_ratio", "return_on_investment"])
    def test_before_the_first_touch_there_is_no_credit_to_know(self, late: Warehouse, name: str) -> None:
        found = measure(late, METRICS[name], self.MAY)
        assert (found.estimate.value, found.reason) == (None, "no data before 1 Aug 2026")

    def test_what_all_sell_is_known_before(self, late: Warehouse) -> None:
        assert measure(late, REVENUE, self.MAY).estimate.value == 100
        assert measure(late, METRICS["attributed_revenue"], self.SEPTEMBER).estimate.value == 100

    def test_nothing_is_compared_with_what_nobody_knows(self, late: Warehouse) -> None:
        # July and August: touches cover the second month only; August and September are covered whole.
        (found,) = compare(late, METRICS["new_customers"], self.SEPTEMBER, Comparison.PREVIOUS)
        assert (found.current.estimate.value, found.compared.estimate.value, found.change) == (1, 0, 1)
        (whole,) = compare(late, METRICS["new_customers"], days("2026-08-15", "2026-10-01"), Comparison.PREVIOUS)
        assert (whole.compared.reason, whole.change) == ("no data before 1 Aug 2026", None)

    def test_the_first_touch_of_any_kind_begins(self, company: Company) -> None:
        # A code on another order, or a referral, of April: since then it is known that nobody brought x.
        touches = [{"ambassador_id": "a", "customer_id": "y", "occurred_at": "2026-09-09"}]
        coded = {"customer_id": "w", "ordered_at": "2026-04-10", "net_amount": 7, "ambassador_id": "a"}
        codes = company(orders=[*self.ORDERS, coded], touches=touches)
        referrals = company(
            orders=self.ORDERS, touches=touches, referrals=[{"ambassador_id": "a", "referred_at": "2026-04-10"}]
        )
        for warehouse in (codes, referrals):
            assert measure(warehouse, METRICS["attributed_revenue"], self.MAY).estimate.value == 0

    def test_without_any_touch_nobody_waits_for_one(self, company: Company) -> None:
        untouched = company(orders=self.ORDERS, ambassadors=[{"ambassador_id": "a"}])
        assert measure(untouched, METRICS["attributed_revenue"], self.MAY).estimate.value == 0

    def test_where_touches_stopped_the_value_says_so(self, late: Warehouse) -> None:
        # The last touch is of 9 September, 72 days before the data ends; the pause before it took 38.
        autumn = days("2026-09-01", "2026-11-21")
        found = measure(late, METRICS["attributed_revenue"], autumn)
        assert (found.estimate.value, found.is_complete) == (100, True)
        assert coverage(late, METRICS["attributed_revenue"]).explain_incomplete(autumn) == "no touch after 9 Sep 2026"
        assert (
            coverage(late, METRICS["attributed_revenue"]).explain_incomplete(days("2026-09-01", "2026-09-10")) is None
        )
        assert coverage(late, REVENUE).explain_incomplete(autumn) is None
        november = measure(late, METRICS["attributed_revenue"], days("2026-11-01", "2026-11-21"))
        assert (november.estimate.value, november.reason) == (0, None)

    def test_a_programme_that_often_pauses_has_not_stopped(self, company: Company) -> None:
        # 60 days between two touches; 59 more to the end of the data are as usual.
        touches = [
            {"ambassador_id": "a", "customer_id": "y", "occurred_at": day} for day in ("2026-07-24", "2026-09-22")
        ]
        sparse = company(orders=self.ORDERS, touches=touches)
        assert sparse.table_pauses()["touches"] == 59
        autumn = days("2026-09-01", "2026-11-21")
        assert coverage(sparse, METRICS["attributed_revenue"]).explain_incomplete(autumn) is None
