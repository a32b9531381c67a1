"""Levels and movements over any period, against a count made boundary by boundary straight from the definitions."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.metrics import METRICS, measure, trend
from kpi.period import Grain, Period
from kpi.store import Warehouse
from tests.conftest import Company

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
BOUNDARIES = st.dates(FIRST, LAST)
VOTERS = 30  # customers with votes; some are ambassadors once, some twice, some never


@dataclass(frozen=True)
class Enrolment:
    name: str
    customer: str | None
    enrolled_at: datetime
    left_at: datetime | None
    acts: tuple[datetime, ...]

    def holds_at(self, end: date) -> bool:
        """Enrolled before midnight of `end`, and not left before it."""
        midnight = datetime.combine(end, time())
        return self.enrolled_at < midnight and (self.left_at is None or self.left_at >= midnight)

    def acts_before(self, end: date, days: int) -> int:
        """Acts done while enrolled and dated in [end - days, end)."""
        return sum(
            self.enrolled_at <= act
            and (self.left_at is None or act < self.left_at)
            and end - timedelta(days=days) <= act.date() < end
            for act in self.acts
        )


def some_moment(draw: random.Random, first: date = FIRST, days: int = 270) -> datetime:
    # between 8 and 22 o'clock: no clock is changed then, so that local moments can be compared as they stand
    return datetime.combine(
        first + timedelta(days=draw.randrange(days)), time(draw.randrange(8, 22), draw.randrange(60))
    )


def draw_programme() -> tuple[Mapping[str, tuple[datetime, ...]], tuple[Enrolment, ...]]:
    """Votes by customer, and enrolments with the votes or, for partners, the referrals that may count for them."""
    draw = random.Random(20260310)
    votes = {
        f"c{number:02d}": tuple(some_moment(draw) for _ in range(draw.choice((0, 1, 2, 3, 5, 9))))
        for number in range(VOTERS)
    }
    enrolments = []
    for customer in list(votes)[: VOTERS - 8]:
        enrolled = some_moment(draw, date(2025, 12, 1), 120)
        left = enrolled + timedelta(days=draw.randrange(1, 150), hours=2) if draw.random() < 0.5 else None
        # now and then on the very day of a vote, or at the midnight after it
        if votes[customer] and draw.random() < 0.4:
            last = max(votes[customer])
            left = (
                datetime.combine(last.date() + timedelta(days=1), time())
                if draw.random() < 0.5
                else last.replace(hour=22)
            )
            enrolled = min(enrolled, last - timedelta(days=1))
        enrolments.append(Enrolment(f"A-{customer}", customer, enrolled, left, votes[customer]))
        if left is not None and draw.random() < 0.6:
            again = left + timedelta(days=draw.randrange(1, 60))
            enrolments.append(Enrolment(f"B-{customer}", customer, again, None, votes[customer]))
    for number in range(4):
        referrals = tuple(some_moment(draw) for _ in range(5))
        enrolments.append(Enrolment(f"P-{number}", None, datetime(2026, 2, 1), None, referrals))
    return votes, tuple(enrolments)


VOTES, ENROLMENTS = draw_programme()


@cache
def active(end: date, days: int) -> frozenset[str]:
    return frozenset(e.name for e in ENROLMENTS if e.holds_at(end) and e.acts_before(end, days))


def movements(start: date, end: date) -> dict[str, int]:
    """What changes at the boundaries in (start, end], seen from the beginning of time."""
    before: set[str] = set()
    counts = {"new": 0, "resurrected": 0, "lapsed": 0}
    days = [FIRST - timedelta(days=40) + timedelta(days=step) for step in range((end - FIRST).days + 41)]
    for previous, boundary in pairwise(days):
        came, went = active(boundary, 30) - active(previous, 30), active(previous, 30) - active(boundary, 30)
        if boundary > start:
            counts["new"] += len(came - before)
            counts["resurrected"] += len(came & before)
            counts["lapsed"] += len(went)
        before |= came
    return counts


@pytest.fixture(scope="module")
def programme(company: Company) -> Warehouse:
    return company(
        ambassadors=[
            {
                "ambassador_id": enrolment.name,
                "customer_id": enrolment.customer,
                "enrolled_at": enrolment.enrolled_at.isoformat(),
                "left_at": enrolment.left_at.isoformat() if enrolment.left_at else None,
            }
            for enrolment in ENROLMENTS
        ],
        interactions=[
            {"customer_id": customer, "kind": "vote", "occurred_at": moment.isoformat()}
            for customer, moments in VOTES.items()
            for moment in moments
        ],
        referrals=[
            {"ambassador_id": enrolment.name, "referred_at": moment.isoformat()}
            for enrolment in ENROLMENTS
            if enrolment.customer is None
            for moment in enrolment.acts
        ],
    )


def ask(warehouse: Warehouse, metric: str, start: date, end: date) -> object:
    return measure(warehouse, METRICS[metric], Period(start, end)).estimate.value


def test_the_rows_hold_what_they_are_for() -> None:
    # spells that begin again, people who leave while active, boundaries with nobody
    whole = movements(FIRST, LAST)
    assert (whole["new"], whole["resurrected"], whole["lapsed"]) == (19, 23, 42)
    assert min(len(active(FIRST + timedelta(days=step), 30)) for step in range(365)) == 0
    assert max(len(active(FIRST + timedelta(days=step), 30)) for step in range(365)) == 10


@settings(max_examples=60, deadline=None)
@given(edges=st.tuples(BOUNDARIES, BOUNDARIES).filter(lambda edges: edges[0] < edges[1]))
def test_levels_and_movements(programme: Warehouse, edges: tuple[date, date]) -> None:
    start, end = edges
    found = {kind: ask(programme, f"{kind}_ambassadors", start, end) for kind in ("new", "resurrected", "lapsed")}
    opening, closing = (ask(programme, "active_ambassadors", FIRST - timedelta(days=1), edge) for edge in edges)
    assert found == movements(start, end)
    assert (opening, closing) == (len(active(start, 30)), len(active(end, 30)))
    assert closing - opening == found["new"] + found["resurrected"] - found["lapsed"]


@settings(max_examples=60, deadline=None)
@given(end=BOUNDARIES)
def test_the_other_levels(programme: Warehouse, end: date) -> None:
    start = end - timedelta(days=7)
    enrolled = [enrolment for enrolment in ENROLMENTS if enrolment.holds_at(end)]
    assert ask(programme, "active_ambassadors_90d", start, end) == len(active(end, 90))
    assert ask(programme, "enrolled_ambassadors", start, end) == len(enrolled)
    rate = len(active(end, 30)) / len(enrolled) if enrolled else None
    assert ask(programme, "activation_rate", start, end) == (None if rate is None else pytest.approx(rate))
    each = sorted((acts for e in enrolled if (acts := e.acts_before(end, 30))), reverse=True)
    share = sum(each[: ceil(len(each) / 10)]) / sum(each) if each else None
    assert ask(programme, "top_decile_share", start, end) == (None if share is None else pytest.approx(share))


@settings(max_examples=40, deadline=None)
@given(edges=st.tuples(BOUNDARIES, BOUNDARIES).filter(lambda edges: edges[0] < edges[1]))
def test_acts_and_the_people_behind_them(programme: Warehouse, edges: tuple[date, date]) -> None:
    start, end = edges
    partners = {e.name: e.acts for e in ENROLMENTS if e.customer is None}
    counts = [sum(start <= act.date() < end for act in acts) for acts in (*VOTES.values(), *partners.values())]
    assert ask(programme, "acts", start, end) == sum(counts)
    assert ask(programme, "acting_customers", start, end) == sum(count > 0 for count in counts)


@pytest.mark.parametrize("grain", list(Grain))
def test_a_trend_of_levels_reads_each_boundary(programme: Warehouse, grain: Grain) -> None:
    for days, metric in ((30, "active_ambassadors"), (90, "active_ambassadors_90d")):
        steps = trend(programme, METRICS[metric], Period(date(2026, 2, 10), date(2026, 5, 20)), grain)
        assert [step.estimate.value for step in steps] == [len(active(step.period.end, days)) for step in steps]
