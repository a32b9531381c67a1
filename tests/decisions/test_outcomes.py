"""Acts before and after a spotlight, and the time from the act that earned it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kpi.decisions import Stage, read_decisions
from kpi.decisions.consents import consents_in
from kpi.decisions.outcomes import (
    Around,
    Wait,
    estimate_wait,
    read_acts_around,
    read_waits,
    sum_acts_around,
)
from kpi.decisions.spotlights import visible
from kpi.store import Ledger, Warehouse
from tests.conftest import Company
from tests.decisions.spotlighting import lead, rules

ALL = rules(dict.fromkeys(("ann", "bob", "cleo", "dan"), True), cool_down_days=0)
PUBLISHED = (Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED, Stage.PUBLISHED)


@pytest.fixture(scope="module")
def small(company: Company) -> Warehouse:
    # Acts: ann on 1, 8, 11, 12 and 21 October; bob on 1 and 30 October, so that the data ends on the 31st; cleo never.
    days = {"ann": (1, 8, 11, 12, 21), "bob": (1, 30)}
    customers = [{"customer_id": name, "contact_consent": name != "bob"} for name in ("ann", "bob", "cleo")]
    return company(
        customers=[*customers, {"customer_id": "eve", "is_staff": True, "contact_consent": True}],
        content=[
            {"content_id": f"{name}-{day}", "customer_id": name, "posted_at": f"2026-10-{day:02d}T12:00"}
            for name, posted in days.items()
            for day in posted
        ],
    )


def noon(day: int, month: int = 10) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def test_acts_before_and_after(ledger: Ledger, small: Warehouse) -> None:
    lead(ledger, "ann", *PUBLISHED, at=noon(5), rules=ALL)
    lead(ledger, "ann", *PUBLISHED, at=noon(11), rules=ALL)
    lead(ledger, "cleo", *PUBLISHED, at=noon(11), rules=ALL)
    lead(ledger, "ann", *PUBLISHED, at=noon(25), rules=ALL)
    lead(ledger, "bob", *PUBLISHED, at=noon(31), rules=ALL)
    lead(ledger, "dan", Stage.ASKED, at=noon(11), rules=ALL)
    spotlights = read_decisions(ledger).spotlights.listed()
    found = read_acts_around(small, spotlights, days=10)
    assert [(one.published_on.day, one.before, one.after, one.days_seen, one.is_complete) for one in found] == [
        # 25 September lies before the data. From 5 to 14: the 8th, 11th and 12th.
        (5, None, 3, 10, False),
        # From 1 to 10 October: the 1st and 8th. From 11 to 20: the 11th, the day itself, and the 12th.
        (11, 2, 2, 10, True),
        (11, 0, 0, 10, True),
        # From 15 to 24: the 21st. From 25 on six days are in the data, with nothing.
        (25, 1, 0, 6, False),
        # From 21 to 30: the 30th. The data ends before the 31st.
        (31, 1, None, 0, False),
    ]
    assert sum_acts_around(found) == Around(published=5, spotlights=2, before=2, after=2)
    assert sum_acts_around([]) == Around(published=0, spotlights=0, before=0, after=0)


def test_time_from_the_act_that_earned_it(ledger: Ledger, small: Warehouse) -> None:
    def step(name: str, act: str, *stages: Stage, day: int) -> str:
        return lead(ledger, name, *stages, at=noon(day), earned_by=act, rules=ALL).key

    published = step("ann", "content:ann-8", *PUBLISHED, day=11)
    given_up = step("cleo", "content:ann-8", Stage.WITHDRAWN, day=12)  # an act of somebody else's
    declined = step("ann", "content:ann-11", Stage.ASKED, Stage.DECLINED, day=15)
    late = step("ann", "content:ann-21", *PUBLISHED, day=20)  # the act came after it
    taken_back = step("ann", "content:ann-1", *PUBLISHED, Stage.WITHDRAWN, day=21)
    waiting = step("bob", "content:bob-1", Stage.ASKED, day=21)
    unknown = step("dan", "", day=21)
    waits = read_waits(small, read_decisions(ledger).spotlights, today=date(2026, 10, 31), zone=UTC)
    assert waits == (
        Wait(key=published, days=3, is_published=True),
        Wait(key=declined, days=4, is_published=False),
        Wait(key=taken_back, days=20, is_published=True),
        Wait(key=waiting, days=30, is_published=False),
    )
    assert not {given_up, late, unknown} & {wait.key for wait in waits}
    # Day 3: one of four, 3/4. Day 20: one of the two that still wait, 3/8: the median.
    assert (estimate_wait(waits).value, estimate_wait(waits).n) == (20, 4)
    assert (estimate_wait(()).value, estimate_wait(()).n) == (None, 0)


def test_a_wait_ends_on_the_day_of_the_company(ledger: Ledger, small: Warehouse) -> None:
    # 0:30 on 12 October in Brussels, 22:30 on 11 October in UTC: 11 days after 1 October.
    brussels = ZoneInfo("Europe/Brussels")
    given_up = datetime(2026, 10, 12, 0, 30, tzinfo=brussels)
    lead(ledger, "bob", Stage.WITHDRAWN, at=given_up, earned_by="content:bob-1", rules=ALL)
    waits = read_waits(small, read_decisions(ledger).spotlights, today=date(2026, 10, 31), zone=brussels)
    assert [wait.days for wait in waits] == [11]


def test_consents_are_those_of_the_data(ledger: Ledger, small: Warehouse) -> None:
    consents = consents_in(small)
    assert consents(["ann", "bob", "eve", "gone"]) == {"ann": True, "bob": False}
    assert consents([]) == {}
    for name in ("ann", "bob", "dan"):
        lead(ledger, name, rules=ALL)
    # bob takes his consent back, dan is erased
    shown = visible(read_decisions(ledger).spotlights, consents)
    assert ([one.customer_id for one in shown.items], shown.hidden) == (["ann"], 2)
