"""Recurring revenue: its level, its movements and what is kept, by hand and against a count made day by day."""

import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.metrics import METRICS, measure
from kpi.period import Period
from kpi.store import Warehouse
from tests.conftest import Company, Row
from tests.soundness.asking import groups, level, measured, value

KINDS = ("new", "expansion", "contraction", "churn", "reactivation")
ZERO = dict.fromkeys(KINDS, Decimal(0))


def change(subscription: str, effective_at: str, amount: object, customer: str = "c") -> Row:
    return {
        "subscription_id": subscription,
        "effective_at": effective_at,
        "customer_id": customer,
        "monthly_amount": amount,
    }


def movements(warehouse: Warehouse, start: str, end: str, **where: str) -> dict[str, object]:
    return {kind: value(warehouse, f"mrr_{kind}", start, end, **where) for kind in KINDS}


class TestPublishedExample:
    """The life of one account in five steps, as ChartMogul tells it (help.chartmogul.com/hc/en-us/articles/201244842).

    4 Gold yearly at 2000 a year (new 166.67), 2 Silver monthly (expansion 60), Silver cancelled while Gold goes on
    (contraction 60), Gold cancelled (churn 166.67), 3 Gold monthly at 50 (reactivation 150).
    """

    @pytest.fixture(scope="class")
    @classmethod
    def account(cls, company: Company) -> Warehouse:
        return company(
            subscriptions=[
                change("gold", "2026-01-15T10:00:00", "166.67"),
                change("silver", "2026-02-15T10:00:00", 60),
                change("silver", "2026-03-15T10:00:00", 0),
                change("gold", "2026-04-15T10:00:00", 0),
                change("gold again", "2026-05-15T10:00:00", 150),
            ]
        )

    @pytest.mark.parametrize(
        ("start", "end", "kind", "amount", "after"),
        [
            ("2026-01-01", "2026-02-01", "new", "166.67", "166.67"),
            ("2026-02-01", "2026-03-01", "expansion", "60", "226.67"),
            ("2026-03-01", "2026-04-01", "contraction", "60", "166.67"),
            ("2026-04-01", "2026-05-01", "churn", "166.67", "0"),
            ("2026-05-01", "2026-06-01", "reactivation", "150", "150"),
        ],
    )
    def test_each_month_has_its_movement(
        self, account: Warehouse, start: str, end: str, kind: str, amount: str, after: str
    ) -> None:
        assert movements(account, start, end) == {**ZERO, kind: Decimal(amount)}
        assert level(account, "monthly_recurring_revenue", end) == Decimal(after)

    def test_all_of_it(self, account: Warehouse) -> None:
        # 166.67 + 60 + 150 - 60 - 166.67 = 150
        assert movements(account, "2026-01-01", "2026-06-01") == {
            "new": Decimal("166.67"),
            "expansion": 60,
            "contraction": 60,
            "churn": Decimal("166.67"),
            "reactivation": 150,
        }

    @pytest.mark.parametrize(
        ("end", "amount"),
        [("2026-01-15", "0"), ("2026-01-16", "166.67"), ("2026-04-15", "166.67"), ("2026-04-16", "0")],
    )
    def test_a_change_counts_from_the_next_day(self, account: Warehouse, end: str, amount: str) -> None:
        assert level(account, "monthly_recurring_revenue", end) == Decimal(amount)

    def test_average_per_account(self, account: Warehouse) -> None:
        # two subscriptions, one account
        estimate = measured(account, "average_revenue_per_account", "2026-02-01", "2026-03-01").estimate
        assert (estimate.value, estimate.n, estimate.low) == (Decimal("226.67"), 1, None)
        answer = measured(account, "average_revenue_per_account", "2026-04-01", "2026-05-01")
        assert (answer.estimate.value, answer.reason) == (None, "nobody is paying")


class TestSameDay:
    """Changes of one local day are one movement, or none."""

    @pytest.fixture(scope="class")
    @classmethod
    def days(cls, company: Company) -> Warehouse:
        return company(
            customers=[{"customer_id": name, "sector": name} for name in ("moved", "net", "gone", "night", "trial")],
            subscriptions=[
                # moved: one plan ends, another begins the same day: 30 + 50 - 30 = +20
                change("m1", "2026-01-10", 30, "moved"),
                change("m1", "2026-03-10T09:00:00", 0, "moved"),
                change("m2", "2026-03-10T17:00:00", 50, "moved"),
                # net: up by 15 and down by 15 on one day: nothing
                change("n1", "2026-01-10", 40, "net"),
                change("n1", "2026-03-10T09:00:00", 55, "net"),
                change("n1", "2026-03-10T17:00:00", 40, "net"),
                # gone: cancelled in the morning, back in the evening at the same price: nothing
                change("g1", "2026-01-10", 25, "gone"),
                change("g1", "2026-03-10T09:00:00", 0, "gone"),
                change("g2", "2026-03-10T17:00:00", 25, "gone"),
                # night: 23:30 UTC on the 9th is the 10th in Paris, the same day as noon
                change("x1", "2026-01-10", 10, "night"),
                change("x1", "2026-03-09T23:30:00Z", 0, "night"),
                change("x2", "2026-03-10T12:00:00", 10, "night"),
                # trial: began and ended within a day, and stays a stranger until it pays in April
                change("t1", "2026-03-10T09:00:00", 99, "trial"),
                change("t1", "2026-03-10T17:00:00", 0, "trial"),
                change("t2", "2026-04-10", 70, "trial"),
            ],
        )

    def test_only_what_is_left_of_the_day(self, days: Warehouse) -> None:
        assert movements(days, "2026-03-01", "2026-04-01") == {**ZERO, "expansion": 20}
        assert groups(days, "mrr_expansion", "2026-03-01", "2026-04-01", "sector") == {"moved": 20}

    def test_levels_around_it(self, days: Warehouse) -> None:
        # 30 + 40 + 25 + 10 = 105, then 125
        assert level(days, "monthly_recurring_revenue", "2026-03-10") == 105
        assert level(days, "monthly_recurring_revenue", "2026-03-11") == 125

    def test_who_never_paid_over_midnight_is_new_later(self, days: Warehouse) -> None:
        assert movements(days, "2026-04-01", "2026-05-01") == {**ZERO, "new": 70}


class TestRetention:
    """At 1 March up 100, down 80, left 50, back 40 pay 270; by 1 April 130, 60, 0 and 40 of it; late joins with 500.

    back leaves on the 5th and returns on the 20th: at the end what it paid is there again.
    """

    MARCH = ("2026-03-01", "2026-04-01")

    @pytest.fixture(scope="class")
    @classmethod
    def accounts(cls, company: Company) -> Warehouse:
        return company(
            customers=[
                {"customer_id": "up", "country_code": "FR"},
                {"customer_id": "down", "country_code": "FR"},
                {"customer_id": "left", "country_code": "DE"},
                {"customer_id": "boss", "is_staff": True},
            ],
            orders=[
                {"customer_id": "up", "ordered_at": "2026-01-05", "net_amount": 1, "ambassador_id": "A"},
                {"customer_id": "left", "ordered_at": "2026-01-05", "net_amount": 1},
            ],
            subscriptions=[
                change("1", "2026-01-10", 100, "up"),
                change("1", "2026-03-15", 130, "up"),
                change("2", "2026-01-10", 80, "down"),
                change("2", "2026-03-31", 60, "down"),
                change("3", "2026-02-28", 50, "left"),
                change("3", "2026-03-10", 0, "left"),
                change("4", "2026-01-10", 40, "back"),
                change("4", "2026-03-05", 0, "back"),
                change("5", "2026-03-20", 40, "back"),
                change("6", "2026-03-20", 500, "late"),
                change("7", "2026-01-10", 9999, "boss"),
                change("7", "2026-03-10", 0, "boss"),
            ],
        )

    def test_net_and_gross(self, accounts: Warehouse) -> None:
        # net (130 + 60 + 0 + 40) / 270 = 230/270; gross (100 + 60 + 0 + 40) / 270 = 200/270; late is no part of it
        net = measured(accounts, "net_revenue_retention", *self.MARCH).estimate
        gross = measured(accounts, "gross_revenue_retention", *self.MARCH).estimate
        assert (float(net.value), net.n) == (pytest.approx(230 / 270), 4)
        assert (float(gross.value), gross.n) == (pytest.approx(200 / 270), 4)

    def test_by_country(self, accounts: Warehouse) -> None:
        # FR 190 / 180; DE 0 / 50; unknown (back) 40 / 40
        net = groups(accounts, "net_revenue_retention", *self.MARCH, "country_code")
        assert {name: float(share) for name, share in net.items() if share is not None} == {
            "DE": 0,
            "FR": pytest.approx(190 / 180),
            "unknown": 1,
        }

    def test_nobody_paid_at_the_start(self, accounts: Warehouse) -> None:
        answer = measured(accounts, "net_revenue_retention", "2026-01-01", "2026-02-01")
        assert (answer.estimate.value, answer.reason) == (None, "nobody was paying at the start")

    def test_movements_and_levels(self, accounts: Warehouse) -> None:
        # 270 + 500 + 30 + 40 - 20 - (50 + 40) = 730; staff's 9999 nowhere
        assert level(accounts, "monthly_recurring_revenue", "2026-03-01") == 270
        assert level(accounts, "monthly_recurring_revenue", "2026-04-01") == 730
        assert movements(accounts, *self.MARCH) == {
            "new": 500,
            "expansion": 30,
            "contraction": 20,
            "churn": 90,
            "reactivation": 40,
        }

    def test_average(self, accounts: Warehouse) -> None:
        # 270 / 4 accounts at 1 March; 730 / 4 at 1 April
        estimate = measured(accounts, "average_revenue_per_account", *self.MARCH).estimate
        assert (estimate.value, estimate.n) == (Decimal("182.5"), 4)
        assert level(accounts, "average_revenue_per_account", "2026-03-01") == Decimal("67.5")

    def test_of_customers_won(self, accounts: Warehouse) -> None:
        # up alone was won by A
        assert level(accounts, "referred_monthly_recurring_revenue", "2026-04-01") == 130
        assert level(accounts, "referred_average_revenue_per_account", "2026-04-01") == 130
        assert float(value(accounts, "referred_net_revenue_retention", *self.MARCH)) == pytest.approx(1.3)
        assert float(value(accounts, "referred_gross_revenue_retention", *self.MARCH)) == 1

    def test_of_other_customers(self, accounts: Warehouse) -> None:
        # without up, who paid 100 and pays 130: net (60 + 0 + 40) / 170, gross the same
        for kind in ("net", "gross"):
            estimate = measured(accounts, f"other_{kind}_revenue_retention", *self.MARCH).estimate
            assert (float(estimate.value), estimate.n) == (pytest.approx(100 / 170), 3)


def test_average_with_its_t_interval(company: Company) -> None:
    # 10, 20, 60: mean 30, s² = (400 + 100 + 900) / 2 = 700, t(2) = 4.302653: 30 ± 4.302653 √(700/3) = 30 ± 65.7241
    built = company(
        subscriptions=[change(name, "2026-01-10", amount, name) for name, amount in (("a", 10), ("b", 20), ("c", 60))]
    )
    estimate = measured(built, "average_revenue_per_account", "2026-02-01", "2026-03-01").estimate
    assert (estimate.value, estimate.n) == (30, 3)
    assert (estimate.low, estimate.high) == (pytest.approx(-35.7241, abs=1e-4), pytest.approx(95.7241, abs=1e-4))


# Random lives of 24 customers with one to three subscriptions, and the same numbers counted day by day.

FIRST, LAST = date(2026, 1, 1), date(2026, 7, 1)
EDGES = st.tuples(st.dates(FIRST, LAST), st.dates(FIRST, LAST)).filter(lambda edges: edges[0] < edges[1])


def draw_changes() -> list[tuple[str, str, datetime, Decimal]]:
    """Customer, subscription, moment, amount; some subscriptions change twice on one day."""
    draw = random.Random(42)
    changes = []
    for customer in range(24):
        for number in range(draw.choice((1, 1, 2, 3))):
            moments = set()
            while len(moments) < draw.randrange(1, 7):
                day = FIRST + timedelta(days=draw.randrange(160))
                moments |= {
                    datetime.combine(day, time(hour)) for hour in draw.sample(range(8, 22), draw.choice((1, 1, 2)))
                }
            for moment in moments:
                amount = Decimal(draw.choice(("0", "0", "10", "19.99", "25.5", "100")))
                changes.append((f"c{customer:02d}", f"s{customer:02d}-{number}", moment, amount))
    return sorted(changes, key=lambda change: change[2])


CHANGES = draw_changes()


def amounts_at(end: date) -> dict[str, Decimal]:
    """What each customer pays at midnight of `end`."""
    in_force = {(customer, name): amount for customer, name, at, amount in CHANGES if at.date() < end}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for (customer, _), amount in in_force.items():
        paid[customer] += amount
    return paid


LEVELS = {FIRST + timedelta(days=step): amounts_at(FIRST + timedelta(days=step)) for step in range(183)}


def counted_movements(start: date, end: date) -> dict[str, Decimal]:
    totals, known = dict(ZERO), set()
    for boundary in sorted(LEVELS)[1:]:
        before, after = LEVELS[boundary - timedelta(days=1)], LEVELS[boundary]
        for customer in after:
            old, new = before.get(customer, Decimal(0)), after[customer]
            if old == new:
                continue
            if old == 0:
                kind = "reactivation" if customer in known else "new"
            elif new == 0:
                kind = "churn"
            else:
                kind = "expansion" if new > old else "contraction"
            known.add(customer)
            if start < boundary <= end:
                totals[kind] += abs(new - old)
    return totals


@pytest.fixture(scope="module")
def lives(company: Company) -> Warehouse:
    return company(
        subscriptions=[change(name, at.isoformat(), amount, customer) for customer, name, at, amount in CHANGES]
    )


@settings(max_examples=60, deadline=None)
@given(edges=EDGES)
def test_any_period(lives: Warehouse, edges: tuple[date, date]) -> None:
    def ask(metric: str, start: date, end: date) -> Decimal:
        return measure(lives, METRICS[metric], Period(start, end)).estimate.value

    start, end = edges
    found = {kind: ask(f"mrr_{kind}", start, end) for kind in KINDS}
    opening, closing = (ask("monthly_recurring_revenue", date(2025, 1, 1), edge) for edge in edges)
    assert found == counted_movements(start, end)
    assert (opening, closing) == (sum(LEVELS[start].values()), sum(LEVELS[end].values()))
    up, down = ("new", "expansion", "reactivation"), ("contraction", "churn")
    assert closing == opening + sum(found[kind] for kind in up) - sum(found[kind] for kind in down)


@settings(max_examples=40, deadline=None)
@given(edges=EDGES)
def test_what_is_kept_in_any_period(lives: Warehouse, edges: tuple[date, date]) -> None:
    start, end = edges
    opening, closing = LEVELS[start], LEVELS[end]
    paying = [customer for customer, amount in opening.items() if amount]
    whole = sum(opening.values())
    for metric, kept in (
        ("net_revenue_retention", sum(closing[customer] for customer in paying)),
        ("gross_revenue_retention", sum(min(opening[customer], closing[customer]) for customer in paying)),
    ):
        estimate = measure(lives, METRICS[metric], Period(start, end)).estimate
        share = None if estimate.value is None else float(estimate.value)
        assert share == (pytest.approx(float(kept / whole)) if paying else None)
        assert estimate.n == len(paying)
    accounts = sum(amount > 0 for amount in closing.values())
    average = measure(lives, METRICS["average_revenue_per_account"], Period(start, end)).estimate
    assert average.n == accounts
    assert average.value == (pytest.approx(sum(closing.values()) / accounts) if accounts else None)
