"""One ambassador's sheet: rows by hand, and that it says what the metrics say, for every ambassador of a company."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from kpi.demo import write_demo
from kpi.errors import QuestionError
from kpi.ingest import import_files
from kpi.metrics import (
    Attribution,
    Event,
    EventKind,
    Measurement,
    Model,
    Sheet,
    breakdown,
    measure,
    metric_named,
    read_sheet,
)
from kpi.period import Period
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from tests.conftest import NOW, Company
from tests.soundness.asking import period

SPRING = ("2026-03-01", "2026-06-01")


def value(measurement: Measurement) -> object:
    return measurement.estimate.value


def told(events: tuple[Event, ...]) -> list[tuple[object, ...]]:
    """Each event without what it has nothing of."""
    return [
        tuple(
            part
            for part in (f"{one.day:%m-%d}", one.event.value, one.kind, one.detail, one.amount, one.score)
            if part is not None
        )
        for one in events
    ]


class TestByHand:
    """A, customer a, recognition, from 1 March to 20 May; B beside them; P, a partner; S is staff."""

    @pytest.fixture(scope="class")
    @classmethod
    def programme(cls, company: Company) -> Warehouse:
        return company(
            customers=[{"customer_id": "s", "is_staff": True}],
            ambassadors=[
                {
                    "ambassador_id": "A",
                    "customer_id": "a",
                    "enrolled_at": "2026-03-01T10:00:00",
                    "left_at": "2026-05-20T10:00:00",
                    "lever": "event",
                },
                {"ambassador_id": "B", "customer_id": "b"},
                {"ambassador_id": "P", "programme": "partner"},
                {"ambassador_id": "S", "customer_id": "s"},
            ],
            content=[
                {"customer_id": "a", "posted_at": "2026-03-05", "kind": "video", "platform": "youtube"},
                {"customer_id": "a", "posted_at": "2026-02-05", "kind": "video", "platform": "youtube"},
                {"customer_id": "a", "posted_at": "2026-03-06", "origin": "paid"},
                {"customer_id": "b", "posted_at": "2026-03-05"},
            ],
            interactions=[
                {"customer_id": "a", "kind": "vote", "occurred_at": "2026-03-05"},
                {"customer_id": "a", "kind": "vote", "occurred_at": "2026-05-21"},  # after leaving
                {"customer_id": "a", "kind": "login", "occurred_at": "2026-03-07"},
                {"customer_id": "a", "kind": "vote", "occurred_at": "2026-07-01"},
            ],
            referrals=[{"ambassador_id": "P", "customer_id": "x", "referred_at": "2026-04-01"}],
            touches=[
                {"ambassador_id": "A", "customer_id": "won", "occurred_at": "2026-04-01"},
                {"ambassador_id": "B", "customer_id": "won", "occurred_at": "2026-04-02"},
                {"ambassador_id": "A", "customer_id": "won", "occurred_at": "2026-04-03"},
            ],
            orders=[
                {"customer_id": "won", "ordered_at": "2026-04-10", "net_amount": 90},
                {"customer_id": "known", "ordered_at": "2025-01-01", "net_amount": 5},
                {"customer_id": "known", "ordered_at": "2026-04-12", "net_amount": 40, "ambassador_id": "A"},
            ],
            refunds=[{"order_id": "orders-003", "refunded_at": "2026-06-15", "amount": 15}],
            rewards=[
                {"customer_id": "a", "granted_at": "2026-02-01"},  # before enrolling
                {"customer_id": "a", "granted_at": "2026-04-20", "kind": "spotlight"},
                {"customer_id": "a", "granted_at": "2026-04-21", "rung": "access", "kind": "preview", "cost_amount": 3},
                {"customer_id": "b", "granted_at": "2026-04-20", "cost_amount": 50},
            ],
            surveys=[
                {"customer_id": "a", "audience": "ambassador", "answered_at": "2026-04-01", "score": 9},
                {"customer_id": "a", "audience": "ambassador", "answered_at": "2026-04-02", "score": 6},
                {"customer_id": "a", "audience": "customer", "answered_at": "2026-04-02", "score": 0},
                {"customer_id": "a", "audience": "ambassador", "kind": "csat", "answered_at": "2026-04-02", "score": 5},
            ],
            costs=[
                {"incurred_on": "2026-04-30", "category": "commission", "amount": "12.5", "ambassador_id": "A"},
                {"incurred_on": "2026-05-31", "category": "commission", "amount": 7, "ambassador_id": "A"},
                {"incurred_on": "2026-04-30", "category": "reward", "amount": 2, "ambassador_id": "A"},
                {"incurred_on": "2026-04-30", "category": "commission", "amount": 100, "ambassador_id": "B"},
                {"incurred_on": "2026-04-30", "category": "commission", "amount": 1000},
            ],
        )

    @pytest.fixture(scope="class")
    @classmethod
    def sheet(cls, programme: Warehouse) -> Sheet:
        return read_sheet(programme, "A", period(*SPRING))

    def test_who_they_are(self, sheet: Sheet) -> None:
        assert (sheet.ambassador_id, sheet.customer_id, sheet.programme, sheet.lever) == (
            "A",
            "a",
            "recognition",
            "event",
        )
        assert (sheet.enrolled_date, sheet.left_date) == (date(2026, 3, 1), date(2026, 5, 20))

    def test_what_they_did(self, sheet: Sheet) -> None:
        # the video and the vote of 5 March; not what was paid, done before, after, or by another
        assert value(sheet.acts) == 2
        assert {one.group: value(one) for one in sheet.acts_by_kind} == {"video": 1, "vote": 1}
        assert value(sheet.active) == 0

    def test_whom_and_what_they_brought(self, sheet: Sheet) -> None:
        # won by A's touch of 3 April; of 90, linear gives A two of three touches; the known customer's 40 - 15 by code
        assert value(sheet.people_brought) == 1
        assert {model: value(one) for model, one in sheet.revenue.items()} == {
            Model.LAST: 90 + 25,
            Model.FIRST: 90 + 25,
            Model.LINEAR: 60 + 25,
        }

    def test_what_they_were_given(self, sheet: Sheet) -> None:
        assert told(sheet.rewards.items) == [
            ("04-21", "reward", "preview", "access", Decimal(3)),
            ("04-20", "reward", "spotlight", "recognition", Decimal(0)),
        ]
        assert told(sheet.recognition.items) == [("04-20", "reward", "spotlight", "recognition", Decimal(0))]
        assert (sheet.rewards.reason, sheet.recognition.reason) == (None, None)
        # 3 of the preview + 2 booked as a cost
        assert value(sheet.reward_cost) == 5

    def test_what_they_answered(self, sheet: Sheet) -> None:
        # as an ambassador: 9, then 6; not as a customer
        assert told(sheet.answers.items) == [
            ("04-02", "answer", "csat", 5),
            ("04-02", "answer", "nps", 6),
            ("04-01", "answer", "nps", 9),
        ]

    def test_commission_as_far_as_it_is_known(self, sheet: Sheet) -> None:
        assert value(sheet.commission_booked) == Decimal("19.5")
        assert (value(sheet.commission_due), sheet.commission_due.reason) == (
            None,
            "no table says which commission was agreed on",
        )
        assert (value(sheet.commission_paid), sheet.commission_paid.reason) == (None, "no table says what was paid out")

    def test_the_timeline_is_newest_first(self, sheet: Sheet) -> None:
        assert told(sheet.timeline) == [
            ("05-31", "commission", Decimal(7)),
            ("05-20", "left"),
            ("04-30", "commission", Decimal("12.5")),
            ("04-21", "reward", "preview", "access", Decimal(3)),
            ("04-20", "reward", "spotlight", "recognition", Decimal(0)),
            ("04-12", "order_credited", Decimal(25)),
            ("04-10", "customer_won"),
            ("04-10", "order_credited", Decimal(90)),
            ("04-02", "answer", "csat", 5),
            ("04-02", "answer", "nps", 6),
            ("04-01", "answer", "nps", 9),
            ("03-05", "act", "video", "youtube"),
            ("03-05", "act", "vote"),
            ("03-01", "enrolled", "recognition", "event"),
        ]

    def test_a_period_is_half_open(self, programme: Warehouse) -> None:
        sheet = read_sheet(programme, "A", period("2026-04-10", "2026-04-12"))
        assert told(sheet.timeline) == [("04-10", "customer_won"), ("04-10", "order_credited", Decimal(90))]
        assert value(sheet.revenue[Model.LAST]) == 90

    def test_active_is_what_it_is_at_the_end(self, programme: Warehouse) -> None:
        # the acts of 5 March count up to 4 April
        ends = ("2026-04-04", "2026-04-05")
        assert [value(read_sheet(programme, "A", period("2026-03-01", end)).active) for end in ends] == [1, 0]

    def test_one_window_for_every_model(self, programme: Warehouse) -> None:
        # in seven days before 10 April: the touch of the 3rd alone
        sheet = read_sheet(programme, "A", period(*SPRING), window_days=7)
        assert {value(one) for one in sheet.revenue.values()} == {Decimal(115)}

    def test_a_partner_has_no_rewards_and_no_answers(self, programme: Warehouse) -> None:
        sheet = read_sheet(programme, "P", period(*SPRING))
        assert sheet.customer_id is None
        assert {one.reason for one in (sheet.rewards, sheet.recognition, sheet.answers)} == {
            "only customers are recorded there, and this partner is none"
        }
        assert value(sheet.acts) == 1
        assert [one.event for one in sheet.timeline] == [EventKind.ACT]

    @pytest.mark.parametrize("name", ["S", "a", "nobody", "' or 1=1 --", "unknown"])
    def test_staff_and_nobody_have_no_sheet(self, programme: Warehouse, name: str) -> None:
        with pytest.raises(QuestionError, match=f"no ambassador “{name}”"):
            read_sheet(programme, name, period(*SPRING))

    def test_nobody_else_is_on_it(self, sheet: Sheet) -> None:
        assert {"won", "known", "b", "B"}.isdisjoint(part for one in told(sheet.timeline) for part in one)


def test_what_is_missing_has_a_reason(company: Company) -> None:
    built = company(
        ambassadors=[{"ambassador_id": "A", "customer_id": "a"}],
        rewards=[{"customer_id": "a", "granted_at": "2026-04-20", "cost_amount": 3}],
    )
    sheet = read_sheet(built, "A", period(*SPRING))
    # rewards alone make a cost, and say nothing on commissions
    assert value(sheet.reward_cost) == 3
    assert (value(sheet.commission_booked), sheet.commission_booked.reason) == (None, "waits for costs")
    assert sheet.acts.reason == "waits for content or referrals or contributions or interactions"
    assert (sheet.acts_by_kind, sheet.answers.reason) == ((), "waits for surveys")
    assert {one.reason for one in sheet.revenue.values()} == {"waits for orders"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, paris: Settings) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("demo")
    exports = write_demo(folder / "exports", seed=20261122, today=NOW.date(), customers=4_000)
    store = Store(folder / "store")
    import_files(store, exports, paris, is_demo=True, now=NOW)
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


YEAR = Period(date(2025, 10, 20), date(2026, 10, 26))


def by_ambassador(
    warehouse: Warehouse, metric: str, model: Model = Model.LAST, **where: list[str]
) -> dict[str, object]:
    """The metric's own breakdown by ambassador, read for all at once."""
    attribution = Attribution(model=model)
    groups = breakdown(warehouse, metric_named(metric), YEAR, "ambassador_id", where=where, attribution=attribution)
    return {str(one.group): one.estimate.value for one in groups}


def test_every_sheet_says_what_the_metrics_say(demo: Warehouse) -> None:
    expected = {
        "active": by_ambassador(demo, "active_ambassadors"),
        "acts": by_ambassador(demo, "acts"),
        "people_brought": by_ambassador(demo, "new_customers"),
        "reward_cost": by_ambassador(demo, "programme_cost", category=["reward"]),
        "commission_booked": by_ambassador(demo, "programme_cost", category=["commission"]),
    }
    revenue = {model: by_ambassador(demo, "attributed_revenue", model) for model in Model}
    kinds = {
        one.group: by_ambassador(demo, "acts", kind=[str(one.group)])
        for one in breakdown(demo, metric_named("acts"), YEAR, "kind")
    }
    names = sorted(set().union(*expected.values(), *revenue.values()) - {"unknown"})
    assert len(names) > 40
    for name in names:
        sheet = read_sheet(demo, name, YEAR)
        assert {field: value(getattr(sheet, field)) for field in expected} == {
            field: found.get(name, 0) for field, found in expected.items()
        }
        assert {model: value(one) for model, one in sheet.revenue.items()} == {
            model: found.get(name, 0) for model, found in revenue.items()
        }
        assert {one.group: value(one) for one in sheet.acts_by_kind} == {
            kind: found[name] for kind, found in kinds.items() if name in found
        }


def test_the_timeline_adds_up_to_the_numbers(demo: Warehouse) -> None:
    names = sorted(by_ambassador(demo, "enrolled_ambassadors"))[:80]
    seen: Counter[EventKind] = Counter()
    for name in names:
        sheet = read_sheet(demo, name, YEAR)
        events = Counter(one.event for one in sheet.timeline)
        amounts = {
            kind: sum((one.amount or Decimal(0) for one in sheet.timeline if one.event is kind), Decimal(0))
            for kind in (EventKind.ORDER_CREDITED, EventKind.COMMISSION)
        }
        assert (events[EventKind.ACT], events[EventKind.CUSTOMER_WON]) == (
            value(sheet.acts),
            value(sheet.people_brought),
        )
        assert amounts[EventKind.ORDER_CREDITED] == value(sheet.revenue[Model.LAST])
        assert amounts[EventKind.COMMISSION] == value(sheet.commission_booked)
        days = [one.day for one in sheet.timeline]
        assert days == sorted(days, reverse=True)
        assert all(YEAR.start <= day < YEAR.end for day in days)
        seen += events
    assert set(seen) == set(EventKind)


def test_the_sheets_together_are_the_whole(demo: Warehouse) -> None:
    # every credit has an ambassador, so that the sheets of all add up to the metric
    metric = metric_named("attributed_revenue")
    names = set().union(*(by_ambassador(demo, "attributed_revenue", model) for model in Model))
    sheets = [read_sheet(demo, name, YEAR) for name in sorted(names)]
    for model in Model:
        whole = measure(demo, metric, YEAR, attribution=Attribution(model=model)).estimate.value
        assert sum(value(sheet.revenue[model]) for sheet in sheets) == whole
