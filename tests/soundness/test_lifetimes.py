"""How long customers stay and what they are worth: traps on a few rows, each sum in a comment."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from kpi.analysis.bg_nbd import FEWEST_REPEATERS
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.shifted_beta_geometric import Renewals, ShiftedBetaGeometric, fit_shifted_beta_geometric
from kpi.analysis.survival import LogRank
from kpi.errors import UnknownNameError
from kpi.metrics import shop_groups
from kpi.metrics.lifetime_definitions import OBSTACLES, BackTest, Course, Method, Prediction, Value
from kpi.metrics.purchase_histories import MONTH, read_buyers
from kpi.metrics.retention import GROUPINGS, Kind, compare_groups, measure_retention
from kpi.metrics.shop_groups import GroupedBuyers
from kpi.metrics.shop_value import estimate_shop_value, fit_shop
from kpi.metrics.subscription_lifetimes import paid_months, read_accounts, read_subscribers
from kpi.metrics.subscription_value import estimate_subscription_value, fit_subscriptions
from kpi.settings import AllSalesCosts, Settings
from kpi.store import Warehouse
from tests.conftest import Company, Row

JULY = date(2026, 7, 1)
BARE = Settings(default_margin_rate=Decimal("0.4"))


def order(customer: str, day: str, amount: float, **told: object) -> Row:
    return {"customer_id": customer, "ordered_at": day, "net_amount": amount, **told}


@pytest.fixture(scope="module")
def shop(company: Company) -> Warehouse:
    return company(
        customers=[
            {"customer_id": "often", "country_code": "FR"},
            {"customer_id": "once"},
            {"customer_id": "returned"},
            {"customer_id": "from-before", "joined_at": "2014-12-31"},
            {"customer_id": "staff", "is_staff": True},
        ],
        ambassadors=[{"ambassador_id": "anna"}],
        orders=[
            order("often", "2026-01-01T08:00:00Z", 60, order_id="a", ambassador_id="anna"),
            order("often", "2026-01-01T18:00:00Z", 40, order_id="b"),  # the same day: one purchase of 100
            order("often", "2026-02-01T12:00:00Z", 90, order_id="c"),  # 30 of it refunded: 60
            order("often", "2026-03-01T12:00:00Z", 25, order_id="d"),  # refunded in full: no purchase
            order("often", "2026-07-01T12:00:00Z", 70, order_id="e"),  # after the day looked at
            order("once", "2026-01-01T12:00:00Z", 40, order_id="f"),
            order("returned", "2026-02-01T12:00:00Z", 10, order_id="g"),  # refunded in full: not a customer
            order("from-before", "2026-01-01T12:00:00Z", 500, order_id="h"),
            order("staff", "2026-01-01T12:00:00Z", 900, order_id="i"),
        ],
        refunds=[
            {"order_id": "c", "refunded_at": "2026-02-09", "amount": 30},
            {"order_id": "d", "refunded_at": "2026-03-09", "amount": 25},
            {"order_id": "g", "refunded_at": "2026-02-09", "amount": 10},
        ],
    )


class TestBuyers:
    def test_one_row_per_customer_with_what_they_kept(self, shop: Warehouse) -> None:
        buyers = read_buyers(shop, JULY)
        rows = {row["customer_id"]: row for row in buyers.frame.to_dicts()}
        assert list(rows) == ["often", "once"]
        assert buyers.left_out == 1  # from-before may have bought before the first order on record
        often, once = rows["often"], rows["once"]
        assert (often["repeats"], often["recency"]) == (1, 31)
        # from the first of January to the last day seen, the 30th of June
        assert (often["age"], once["age"]) == (180, 180)
        assert (often["first_revenue"], often["first_contribution"]) == (100, 50)  # the default margin is a half
        assert (often["repeat_revenue"], often["repeat_contribution"]) == (60, 30)
        assert (once["repeats"], once["recency"], once["repeat_revenue"]) == (0, 0, 0)
        assert (often["is_referred"], once["is_referred"]) == (True, False)

    def test_who_is_silent_past_the_usual_gap_is_lost(self, shop: Warehouse) -> None:
        # one gap on record, 31 days: usual for everybody. "often" was last seen on day 31, lost on day 62.
        buyers = read_buyers(shop, JULY)
        assert buyers.common_gap == 31
        assert buyers.frame["is_lost"].to_list() == [True, True]
        assert buyers.frame["lasting"].to_list() == [62, 31]
        # on the 3rd of March day 61 is over for "often", and 31 days of silence are usual
        assert read_buyers(shop, date(2026, 3, 4)).frame["is_lost"].to_list() == [False, True]
        assert read_buyers(shop, date(2026, 3, 5)).frame["is_lost"].to_list() == [True, True]

    def test_who_came_back_is_not_lost(self, shop: Warehouse) -> None:
        # gaps of 31 and 150 days: the shortest that nine in ten do not pass is 150
        buyers = read_buyers(shop, date(2026, 7, 2))
        assert buyers.common_gap == 150
        assert buyers.frame["repeats"].to_list() == [2, 0]
        assert buyers.frame["is_lost"].to_list() == [False, True]
        assert buyers.frame["lasting"].to_list() == [182, 150]

    def test_an_own_habit_counts_before_that_of_all(self, company: Company) -> None:
        # every ten days, four times: three gaps of 10, silent past 20. The other came back after 300 days.
        days = [date(2026, 1, 1) + timedelta(days=10 * number) for number in range(4)]
        rows = [order("clockwork", f"{day}T12:00:00Z", 10) for day in days]
        rows += [order("rare", "2025-01-01T12:00:00Z", 10), order("rare", "2025-10-28T12:00:00Z", 10)]
        warehouse = company(orders=rows)
        frame = read_buyers(warehouse, date(2026, 2, 21)).frame  # 21 days after the last, 116 after the other
        assert dict(frame.select("customer_id", "is_lost").iter_rows()) == {"clockwork": True, "rare": False}
        assert frame.filter(customer_id="clockwork")["lasting"].to_list() == [50]
        assert not read_buyers(warehouse, date(2026, 2, 20)).frame["is_lost"].any()

    def test_without_a_single_gap_nobody_is_lost(self, company: Company) -> None:
        buyers = read_buyers(company(orders=[order("once", "2020-01-01T12:00:00Z", 10)]), JULY)
        assert (buyers.common_gap, buyers.frame["is_lost"].to_list()) == (None, [False])

    def test_a_segment_is_read_alone(self, shop: Warehouse) -> None:
        assert read_buyers(shop, JULY, {"country_code": ["FR"]}).frame["customer_id"].to_list() == ["often"]
        assert read_buyers(shop, JULY, {"is_referred": ["false"]}).frame["customer_id"].to_list() == ["once"]
        assert read_buyers(shop, date(2026, 1, 1)).frame.is_empty()


class TestShopValue:
    def test_the_formula_by_hand(self, shop: Warehouse) -> None:
        found = estimate_shop_value(shop, JULY, BARE, months=2, discount=0, refits=0)
        # 62 + 31 days as customers: 3.0554 months, in which 2 were lost and 1 repeat purchase of 60 was made
        months = 93 / MONTH
        later = 60 / months * (1 + (1 - 2 / months))
        value = found.values[2][Method.FORMULA]
        assert isinstance(value, Value)
        assert value.revenue.value == pytest.approx(70 + later)  # the first purchase: (100 + 40) / 2
        assert value.contribution.value == pytest.approx(35 + later / 2)
        assert (value.revenue.low, value.revenue.n) == (None, 2)

    def test_a_contribution_is_net_of_the_cost_of_selling(self, shop: Warehouse) -> None:
        dear = BARE.model_copy(update={"sales_costs": AllSalesCosts(payment=0.02, delivery=0.08)})
        found, bare = (estimate_shop_value(shop, JULY, rates, months=2, refits=0) for rates in (dear, BARE))
        value, before = (one.values[2][Method.FORMULA] for one in (found, bare))
        assert value.revenue == before.revenue
        # a half of the revenue less a tenth
        assert value.contribution.value == pytest.approx(0.4 * value.revenue.value)

    def test_too_few_who_came_back_leave_the_formula(self, shop: Warehouse) -> None:
        found = estimate_shop_value(shop, JULY, BARE, refits=5)
        assert found.values[24][Method.MODEL] is Obstacle.TOO_FEW_REPEATERS
        assert found.model.spending is Obstacle.TOO_FEW_REPEATERS
        assert (found.default, found.test) == (Method.FORMULA, Obstacle.NOBODY)  # nobody had come a year before
        assert (found.customers, found.repeaters, found.left_out) == (2, 1, 1)
        assert found.top_share == pytest.approx(160 / 200)

    def test_later_months_count_less(self, shop: Warehouse) -> None:
        plain, discounted = (
            estimate_shop_value(shop, JULY, BARE, months=2, discount=rate, refits=0)
            .values[2][Method.FORMULA]
            .revenue.value
            for rate in (0, 0.21)
        )
        months, rate = 93 / MONTH, 1.21 ** (1 / 12)
        expected = 70 + 60 / months * (1 + (1 - 2 / months) / rate)
        assert discounted == pytest.approx(expected)
        assert discounted < plain

    def test_nobody(self, shop: Warehouse) -> None:
        assert estimate_shop_value(shop, date(2026, 1, 1), BARE) is Obstacle.NOBODY

    def test_no_repeat_buyer(self, company: Company) -> None:
        warehouse = company(orders=[order(name, "2026-01-01T12:00:00Z", 10) for name in ("a", "b")])
        found = estimate_shop_value(warehouse, JULY, BARE, refits=3)
        value = found.values[24][Method.FORMULA]
        assert (value.revenue.value, value.revenue.low, value.revenue.high) == (10, 10, 10)
        assert (found.model.churn, found.correlation, found.capped) == (0, None, 0)

    def test_a_loss_is_a_loss(self, company: Company) -> None:
        warehouse = company(orders=[order("a", "2026-01-01T12:00:00Z", 10, cost_amount=25)])
        value = estimate_shop_value(warehouse, JULY, BARE, refits=0).values[24][Method.FORMULA]
        assert (value.revenue.value, value.contribution.value) == (10, -15)


class TestManyBuyers:
    """A thousand customers who come back at their own pace, and stop one day: what the model says of shops."""

    @pytest.fixture(scope="class")
    @classmethod
    def many(cls, bare_company: Company) -> Warehouse:
        draw = np.random.default_rng(5)
        begin, days, rows = date(2024, 1, 1), 900, []
        for number in range(1_000):
            day, pace = int(draw.integers(0, days)), draw.gamma(0.8, 1 / 50)
            while day < days:
                moment = begin + timedelta(days=day)
                rows.append(order(f"c{number:04d}", f"{moment}T12:00:00Z", round(float(draw.gamma(4, 10)) + 1, 2)))
                if draw.random() < draw.beta(1.2, 4):
                    break
                day += max(1, round(draw.exponential(1 / pace)))
        customers = [{"customer_id": f"c{number:04d}", "joined_at": "2024-01-01"} for number in range(1_000)]
        return bare_company(orders=rows, customers=customers)

    def test_the_model_answers_with_its_interval_and_its_past(self, many: Warehouse) -> None:
        found = estimate_shop_value(many, date(2026, 6, 1), BARE, refits=20)
        value = found.values[24][Method.MODEL]
        assert isinstance(value, Value)
        assert value.contribution.low < value.contribution.value < value.contribution.high
        assert (value.contribution.method, value.contribution.n) == ("bootstrap", found.customers)
        assert isinstance(found.test, BackTest)
        assert (found.test.cutoff, found.test.until) == (date(2025, 8, 11), date(2026, 6, 1))
        errors = {method: abs(one.error) for method, one in found.test.predictions.items()}
        assert found.default is min(errors, key=errors.__getitem__)
        assert list(found.values) == [12, 24, 36]
        year, two, three = (values[Method.MODEL].contribution for values in found.values.values())
        assert year.value < two.value < three.value
        assert year.high < three.high

    def test_its_months_add_up_to_its_value(self, many: Warehouse) -> None:
        found = estimate_shop_value(many, date(2026, 6, 1), BARE, discount=0, refits=20)
        course = found.courses[Method.MODEL]
        assert isinstance(course, Course)
        value = found.values[36][Method.MODEL].revenue
        assert sum(course.expected[:36]) == pytest.approx(value.value)
        assert sum(course.low[:36]) == pytest.approx(value.low)
        assert sum(course.high[:36]) == pytest.approx(value.high)

    def test_the_same_seed_gives_the_same_interval(self, many: Warehouse) -> None:
        one, other, another = (
            estimate_shop_value(many, date(2026, 6, 1), BARE, refits=5, seed=seed).values[24][Method.MODEL].contribution
            for seed in (1, 1, 2)
        )
        assert one == other
        assert (one.value, one.low) == (another.value, pytest.approx(another.low, rel=0.2))
        assert one.low != another.low

    def test_weeks_are_near_to_days(self, many: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
        buyers = read_buyers(many, date(2026, 6, 1))
        daily = GroupedBuyers.of(buyers)
        monkeypatch.setattr(shop_groups, "MOST_GROUPS", 100)
        weekly = GroupedBuyers.of(buyers)
        assert len(weekly.groups.counts) < len(daily.groups.counts)
        assert weekly.groups.customers == daily.groups.customers
        one, other = (fit_shop(grouped).course(Method.MODEL, 24) for grouped in (daily, weekly))
        assert one == pytest.approx(other, rel=0.005)

    def test_everybody_drawn_once_is_everybody(self, many: Warehouse) -> None:
        grouped = GroupedBuyers.of(read_buyers(many, date(2026, 6, 1)))
        ones = np.ones(grouped.customers)
        assert fit_shop(grouped, weights=ones).course(Method.MODEL, 24) == pytest.approx(
            fit_shop(grouped).course(Method.MODEL, 24), rel=1e-5
        )
        assert grouped.sums(ones) == grouped.sums(None)

    def test_a_past_of_less_than_a_year_is_not_tested_on(self, many: Warehouse) -> None:
        assert estimate_shop_value(many, date(2024, 12, 1), BARE, refits=0).test is Obstacle.TOO_SHORT

    def test_who_spends_far_more_counts_as_others_do_and_is_told(self, company: Company) -> None:
        rows = [order(f"c{number:04d}", f"2026-0{month}-01", 100) for number in range(1_999) for month in (1, 2)]
        rows += [order(f"big{number}", f"2026-0{month}-01", 90_000) for number in range(3) for month in (1, 2)]
        found = estimate_shop_value(company(orders=rows), date(2026, 6, 1), BARE, refits=0)
        # two of 2,002 lie beyond 99.9 %; as the third spends as much, so does the limit
        assert found.capped == 0
        # the top 0.1 %, rounded up: three of 2,002 with 180,000 each; the others 200 each
        assert found.top_share == pytest.approx(540_000 / (540_000 + 1_999 * 200))

    def test_one_who_spends_far_more_is_cut_off(self, company: Company) -> None:
        rows = [
            order(f"c{number:04d}", f"2026-0{month}-01", 100 + number % 5)
            for number in range(1_999)
            for month in (1, 2)
        ]
        rows += [order("big", f"2026-0{month}-01", 90_000) for month in (1, 2)]
        found = estimate_shop_value(company(orders=rows), date(2026, 6, 1), BARE, refits=0)
        assert found.capped == 1
        # no more than 104 counts for anybody
        assert 100 < found.model.mean_spent < 104
        assert found.model.plain_spent > 140


class TestSubscribers:
    @pytest.fixture(scope="class")
    @classmethod
    def billing(cls, company: Company) -> Warehouse:
        def amount(subscription: str, customer: str, day: str, monthly: float) -> Row:
            return {
                "subscription_id": subscription,
                "customer_id": customer,
                "effective_at": day,
                "monthly_amount": monthly,
            }

        return company(
            subscriptions=[
                amount("s1", "stays", "2026-01-01", 50),
                amount("s1", "stays", "2026-03-01", 80),  # more, and no new beginning
                amount("s2", "comes-back", "2026-01-01", 30),
                amount("s2", "comes-back", "2026-02-01", 0),
                amount("s3", "comes-back", "2026-05-01", 20),
                amount("s4", "two", "2026-01-01", 10),
                amount("s5", "two", "2026-02-01", 10),
                amount("s4", "two", "2026-03-01", 0),  # one of two ended: still a customer
                amount("s5", "two", "2026-04-01", 0),
            ],
        )

    def test_the_first_stretch_is_the_lifetime(self, billing: Warehouse) -> None:
        people = read_subscribers(billing, JULY)
        found = {row["customer_id"]: (row["is_lost"], row["lasting"]) for row in people.to_dicts()}
        # January has 31 days; January to March 90; the first half of the year 181
        assert found == {"stays": (False, 181), "comes-back": (True, 31), "two": (True, 90)}

    def test_what_came_later_is_not_known_before(self, billing: Warehouse) -> None:
        people = read_subscribers(billing, date(2026, 2, 1))
        assert people["is_lost"].to_list() == [False, False, False]
        assert read_subscribers(billing, date(2026, 2, 2))["is_lost"].sum() == 1

    def test_accounts_of_today(self, billing: Warehouse) -> None:
        columns = ("customer_id", "monthly_amount", "lasting", "paid_months")
        # from the first of May one renewal is known on the first of July, from that of January five
        accounts = read_accounts(billing, JULY).select(columns).rows()
        assert accounts == [("comes-back", 20, 61, 1), ("stays", 80, 181, 5)]

    def test_the_formula_by_hand(self, billing: Warehouse) -> None:
        found = estimate_subscription_value(billing, JULY, BARE, months=2, discount=0, refits=0)
        # 181 + 31 + 90 = 302 days, in which two of three left; today two accounts pay 100
        churn = 2 / (302 / MONTH)
        value = found.values[2][Method.FORMULA]
        assert value.revenue.value == pytest.approx(50 * (1 + 1 - churn))
        assert value.contribution.value == pytest.approx(0.4 * 50 * (2 - churn))
        assert (found.subscribers, found.lost, found.model.monthly_revenue) == (3, 2, 50)
        assert found.path[0].value == 100

    def test_the_path_is_that_of_the_default(self, billing: Warehouse) -> None:
        found = estimate_subscription_value(billing, JULY, BARE, months=3, refits=0)
        assert found.default is Method.FORMULA
        churn = 2 / (302 / MONTH)
        assert [one.value for one in found.path] == pytest.approx([100, 100 * (1 - churn), 100 * (1 - churn) ** 2])

    def test_nobody_left_yet(self, company: Company) -> None:
        rows = [{"subscription_id": "s", "customer_id": "c", "effective_at": "2026-01-01", "monthly_amount": 10}]
        found = estimate_subscription_value(company(subscriptions=rows), JULY, BARE, discount=0, refits=2)
        assert found.values[24][Method.MODEL] is Obstacle.NOBODY_LEFT
        assert found.values[24][Method.FORMULA].revenue.value == 240  # 24 months of 10, nobody leaving
        assert found.lifetime is Obstacle.NOBODY_LEFT

    def test_nobody(self, billing: Warehouse, shop: Warehouse) -> None:
        for warehouse in (billing, shop):
            found = estimate_subscription_value(warehouse, date(2026, 1, 1), BARE)
            assert found is Obstacle.NOBODY

    def test_a_year_ago_is_tested(self, company: Company) -> None:
        rows: list[Row] = []
        for number in range(40):
            start = date(2024, 1, 1) + timedelta(days=5 * number)
            ids = {"subscription_id": f"s{number}", "customer_id": f"c{number}"}
            rows.append({**ids, "effective_at": start.isoformat(), "monthly_amount": 10})
            if number % 4:  # ends after 4, 8 or 12 months and a bit
                end = start + timedelta(days=130 * (number % 4))
                rows.append({**ids, "effective_at": end.isoformat(), "monthly_amount": 0})
        found = estimate_subscription_value(company(subscriptions=rows), JULY, BARE, refits=5)
        assert isinstance(found.test, BackTest)
        # on the first of July 2025 all who ever left had left; ten stay for good
        prediction = found.test.predictions[Method.MODEL]
        assert isinstance(prediction, Prediction)
        there = read_subscribers_there(found.test.cutoff, rows)
        assert (found.test.customers, prediction.actual) == (there, 10)
        value = found.values[24][found.default]
        assert value.contribution.low < value.contribution.value < value.contribution.high


class TestMonthsPaid:
    """A month is one of the calendar, from the day of beginning: 28 to 31 days."""

    @staticmethod
    def people(*lives: tuple[str, int, bool]) -> pl.DataFrame:
        began, lasting, is_lost = zip(*lives, strict=True)
        days = [date.fromisoformat(day) for day in began]
        people = pl.DataFrame({"started_date": days, "lasting": [float(one) for one in lasting], "is_lost": is_lost})
        return people.with_columns(paid_months=paid_months())

    def test_a_cohort_of_the_first_of_january(self) -> None:
        # 31 days are January, 59 January and February; on 2 April three renewals of the others are known
        left = [("2026-01-01", 31, True)] * 40 + [("2026-01-01", 59, True)] * 20
        found = fit_subscriptions(self.people(*left, *[("2026-01-01", 91, False)] * 40)).renewals
        assert isinstance(found, ShiftedBetaGeometric)
        expected = fit_shifted_beta_geometric(Renewals.of_cohort([100, 60, 40, 40]))
        assert isinstance(expected, ShiftedBetaGeometric)
        assert (found.alpha, found.beta) == pytest.approx((expected.alpha, expected.beta))

    def test_a_renewal_is_not_known_on_its_day(self) -> None:
        assert fit_subscriptions(self.people(("2026-01-01", 31, False))).renewals is Obstacle.NOBODY
        assert fit_subscriptions(self.people(("2026-01-01", 32, False))).renewals is Obstacle.NOBODY_LEFT

    def test_begun_on_the_last_day_of_a_long_month(self) -> None:
        # to the end of February: one month paid; a day into March: two, so that the first was renewed
        gone = self.people(("2026-01-31", 28, True))
        assert fit_subscriptions(gone).renewals is Obstacle.EVERYBODY_LEFT
        assert isinstance(fit_subscriptions(self.people(("2026-01-31", 29, True))).renewals, ShiftedBetaGeometric)


def read_subscribers_there(day: date, rows: list[Row]) -> int:
    """How many of the written subscriptions are in force on a day."""
    started = sum(row["monthly_amount"] == 10 and row["effective_at"] < day.isoformat() for row in rows)
    return started - sum(row["monthly_amount"] == 0 and row["effective_at"] < day.isoformat() for row in rows)


class TestRetention:
    def test_groups_add_up_to_all(self, shop: Warehouse) -> None:
        for by in GROUPINGS:
            found = measure_retention(shop, Kind.BUYERS, JULY, by=by)
            assert sum(curve.n for curve in found.groups.values()) == found.curve.n == 2
            assert sum(curve.events.sum() for curve in found.groups.values()) == 2

    def test_groups_have_names(self, shop: Warehouse) -> None:
        def groups(by: str) -> set[str]:
            return set(measure_retention(shop, Kind.BUYERS, JULY, by=by).groups)

        assert groups("is_referred") == {"referred", "others"}
        assert groups("cohort") == {"2026"}
        assert groups("country_code") == {"FR", "unknown"}

    def test_months_are_months(self, shop: Warehouse) -> None:
        found = measure_retention(shop, Kind.BUYERS, JULY)
        assert found.curve.times.tolist() == pytest.approx([31 / MONTH, 62 / MONTH])
        # at 31 days: O - E = 0 - 1/2, variance 1/4; at 62 days the one left has no variance: 0.25 / 0.25
        assert found.comparison.statistic == pytest.approx(1)

    def test_without_anybody_there_is_nothing_to_compare(self, shop: Warehouse) -> None:
        found = measure_retention(shop, Kind.SUBSCRIBERS, JULY)
        assert (found.curve.n, found.groups) == (0, {})
        assert found.comparison is Obstacle.NO_DIFFERENCE_TO_TEST

    def test_any_two_groups_are_compared(self, shop: Warehouse) -> None:
        found = compare_groups(shop, Kind.BUYERS, JULY, by="is_referred", first="referred", second="others")
        assert found == measure_retention(shop, Kind.BUYERS, JULY).comparison
        by_country = compare_groups(shop, Kind.BUYERS, JULY, by="country_code", first="FR", second="unknown")
        # the two customers are one of each: O - E is 1/2 at day 31 or not, and its square over 1/4 the same
        assert isinstance(by_country, LogRank)
        assert by_country.statistic == pytest.approx(1)

    @pytest.mark.parametrize("second", ["FR", "planet"])
    def test_a_group_is_not_compared_with_itself_or_nobody(self, shop: Warehouse, second: str) -> None:
        found = compare_groups(shop, Kind.BUYERS, JULY, by="country_code", first="FR", second=second)
        assert found is Obstacle.NO_DIFFERENCE_TO_TEST

    def test_a_grouping_that_is_none(self, shop: Warehouse) -> None:
        with pytest.raises(UnknownNameError, match="Did you mean cohort"):
            measure_retention(shop, Kind.BUYERS, JULY, by="cohorts")


def test_every_obstacle_has_its_words() -> None:
    assert set(OBSTACLES) == set(Obstacle)
    assert f"fewer than {FEWEST_REPEATERS} customers" in OBSTACLES[Obstacle.TOO_FEW_REPEATERS]


def test_the_better_method_is_the_one_less_far_off() -> None:
    def better(formula: float, model: Prediction | Obstacle) -> Method:
        predictions = {Method.FORMULA: Prediction(predicted=formula, actual=100), Method.MODEL: model}
        return BackTest(cutoff=JULY, until=JULY, customers=30, predictions=predictions).better

    assert better(90, Prediction(predicted=109, actual=100)) is Method.MODEL
    assert better(90, Prediction(predicted=110, actual=100)) is Method.FORMULA  # no better: the transparent one
    assert better(50, Obstacle.NOT_FITTED) is Method.FORMULA
    assert Prediction(predicted=5, actual=0).error is None


def test_a_frame_of_nobody_has_its_columns(shop: Warehouse) -> None:
    assert {"repeats", "age", "lasting", "is_lost"} <= set(read_buyers(shop, date(2026, 1, 1)).frame.columns)
    assert read_accounts(shop, JULY).schema["lasting"] == pl.Int64
