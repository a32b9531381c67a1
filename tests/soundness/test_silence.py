"""Silence longer than the own usual gap, and the curve of how much the few carry."""

from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.errors import QuestionError
from kpi.metrics import Concentration, Silences, concentration, find_silences, measure, metric_named
from kpi.period import Period
from kpi.store import Warehouse
from tests.conftest import Company, Row

START = date(2026, 3, 1)
HABITS: dict[str, tuple[int, ...]] = {
    # days of acts, counted from 1 March
    "CLOCKWORK": (0, 7, 14, 21, 28),  # gaps 7 7 7 7: twice the median 14, 90th percentile 7: 14 days are usual
    "BURSTS": (0, 1, 2, 30, 31, 32),  # gaps 1 1 28 1 1: 2 and 28
    "THREE_GAPS": (0, 10, 20, 40),  # gaps 10 10 20: 20 and 20
    "TWO_GAPS": (0, 1, 2),  # too few to call a gap usual
    "TWICE_A_DAY": (0, 0, 1, 1, 2, 2),  # two acts on a day are one day with acts: two gaps
    "LEFT": (0, 1, 2, 3, 4),
    "EARLY": (-40, -39, -38, -37, 0, 1, 2),  # enrolled on 1 March: two gaps as an ambassador
    "HALF": (0, 2, 3, 6, 8),  # gaps 2 1 3 2: 4 and 3
    "MANY": (0, 1, 3, 4, 6, 7, 9, 10, 12, 13, 25, 26),  # 1 six times, 2 four times, 12 once: the tenth of eleven is 2
    "ODD": (0, 2, 5, 6, 10),  # gaps 2 3 1 4: 5 and 4
}


def on(days: int) -> date:
    return START + timedelta(days=days)


@pytest.fixture(scope="module")
def programme(bare_company: Company) -> Warehouse:
    enrolments: dict[str, Row] = {
        "LEFT": {"left_at": on(20).isoformat()},
        "EARLY": {"enrolled_at": on(0).isoformat()},
        "HALF": {"programme": "commission", "lever": "event"},
    }
    return bare_company(
        customers=[
            {"customer_id": "clockwork", "contact_consent": True, "country_code": "FR"},
            {"customer_id": "bursts", "contact_consent": False},
            {"customer_id": "staff", "is_staff": True},
        ],
        ambassadors=[
            *(
                {"ambassador_id": name, "customer_id": name.lower(), **enrolments.get(name, {})}
                for name in (*HABITS, "STAFF")
            ),
            {"ambassador_id": "PARTNER"},
        ],
        interactions=[
            *(
                {"customer_id": name.lower(), "kind": "vote", "occurred_at": f"{on(day)}T12:00:00"}
                for name, days in {**HABITS, "STAFF": (0, 1, 2, 3)}.items()
                for day in days
            ),
            {"customer_id": "nobody", "kind": "login", "occurred_at": "2026-10-31T12:00:00"},
        ],
        referrals=[{"ambassador_id": "PARTNER", "referred_at": f"{on(day)}T12:00:00"} for day in (0, 30, 60, 90)],
    )


def silent(found: Silences) -> dict[str, int]:
    """Ambassador → days silent past their own gap."""
    return {one.ambassador_id: one.days_beyond for one in found.items}


@pytest.mark.parametrize(
    ("name", "last", "usual"),
    [
        ("CLOCKWORK", 28, 14),
        ("BURSTS", 32, 28),
        ("THREE_GAPS", 40, 20),
        ("HALF", 8, 4),
        ("ODD", 10, 5),
        ("MANY", 26, 2),
    ],
)
def test_silent_past_the_own_usual_gap(programme: Warehouse, name: str, last: int, usual: int) -> None:
    # the day after the last that is still usual
    assert name not in silent(find_silences(programme, on(last + usual)))
    found = find_silences(programme, on(last + usual + 1))
    assert silent(found)[name] == 1
    (one,) = (item for item in found.items if item.ambassador_id == name)
    assert (one.last_act_date, one.days_silent, one.longest_usual_gap) == (on(last), usual + 1, usual)
    assert one.beyond_since == on(last + usual + 1)


def test_what_is_usual_is_said(programme: Warehouse) -> None:
    found = {one.ambassador_id: (one.gaps, one.usual_gap) for one in find_silences(programme, on(100)).items}
    assert found == {
        "CLOCKWORK": (4, 7.0),
        "BURSTS": (5, 1.0),
        "THREE_GAPS": (3, 10.0),
        "HALF": (4, 2.0),
        "ODD": (4, 2.5),
        "MANY": (11, 1.0),
    }


def test_the_longest_beyond_their_own_gap_come_first(programme: Warehouse) -> None:
    # at day 100: HALF 92 - 4, ODD 90 - 5, MANY 74 - 2, CLOCKWORK 72 - 14, BURSTS 68 - 28, THREE_GAPS 60 - 20
    found = find_silences(programme, on(100))
    assert list(silent(found).items()) == [
        ("HALF", 88),
        ("ODD", 85),
        ("MANY", 72),
        ("CLOCKWORK", 58),
        ("BURSTS", 40),
        ("THREE_GAPS", 40),
    ]
    # those six and the partner, who is still within a gap of 30; too few gaps, who left and staff are not watched
    assert (found.watched, found.end, found.reason) == (7, on(100), None)


def test_only_what_happened_before_the_end_counts(programme: Warehouse) -> None:
    # BURSTS at day 30: gaps 1 and 1 of days 0 to 2 are too few; from day 32 on they may last 28 days
    assert "BURSTS" not in silent(find_silences(programme, on(30)))
    # LEFT is watched until leaving on day 20: gaps of 1, so silent from day 4 + 3 on
    assert silent(find_silences(programme, on(20)))["LEFT"] == 14
    assert "LEFT" not in silent(find_silences(programme, on(21)))


def test_consent_goes_with_everyone(programme: Warehouse) -> None:
    found = {one.ambassador_id: one.has_contact_consent for one in find_silences(programme, on(190)).items}
    assert (found["CLOCKWORK"], found["BURSTS"], found["PARTNER"]) == (True, False, None)


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({"country_code": ["FR"]}, {"CLOCKWORK"}),
        ({"programme": ["commission"]}, {"HALF"}),
        ({"lever": ["event"], "programme": ["commission"]}, {"HALF"}),
        ({"ambassador_id": ["ODD", "BURSTS"]}, {"ODD", "BURSTS"}),
        ({"sector": ["none"]}, set()),
    ],
)
def test_filters(programme: Warehouse, where: dict[str, list[str]], names: set[str]) -> None:
    assert silent(find_silences(programme, on(100), where=where)).keys() == names


def test_an_unknown_filter(programme: Warehouse) -> None:
    with pytest.raises(QuestionError, match="Did you mean sector"):
        find_silences(programme, on(100), where={"sectr": ["retail"]})


def test_silence_is_not_counted_past_the_data(programme: Warehouse) -> None:
    # nothing is known after 31 October
    found = find_silences(programme, date(2027, 1, 1))
    assert found.end == date(2026, 11, 1)
    assert found == find_silences(programme, date(2026, 11, 1))


def test_without_tables_there_is_a_reason(bare_company: Company) -> None:
    found = find_silences(bare_company(customers=[{"customer_id": "c"}]), START)
    assert (found.watched, found.items) == (0, ())
    assert found.reason == "waits for ambassadors, content or referrals or contributions or interactions"


def usual(gaps: list[int]) -> int:
    """The larger of twice the median and the smallest gap that at least nine in ten of them do not pass."""
    ninth = next(gap for gap in sorted(gaps) if 10 * sum(other <= gap for other in gaps) >= 9 * len(gaps))
    return max(int(2 * median(gaps)), ninth)


@settings(max_examples=60, deadline=None)
@given(days=st.integers(1, 240))
def test_any_end_against_a_count(programme: Warehouse, days: int) -> None:
    partner = {"PARTNER": (0, 30, 60, 90)}
    expected = {}
    for name, acts in {**HABITS, **partner}.items():
        known = sorted({act for act in acts if act < days and (name != "EARLY" or act >= 0)})
        gaps = [later - earlier for earlier, later in pairwise(known)]
        if len(gaps) < 3 or (name == "LEFT" and days > 20):
            continue
        if (beyond := days - known[-1] - usual(gaps)) > 0:
            expected[name] = beyond
    assert silent(find_silences(programme, on(days))) == expected


class TestConcentration:
    """Eleven ambassadors with 5, 4 and nine times 1 act, as for the share of the most active tenth."""

    @pytest.fixture(scope="class")
    @classmethod
    def unequal(cls, bare_company: Company) -> Warehouse:
        counts = {"A01": 5, "A02": 4, **{f"A{number:02d}": 1 for number in range(3, 12)}}
        return bare_company(
            ambassadors=[
                {"ambassador_id": name, "customer_id": name, "lever": "event" if name < "A05" else "app"}
                for name in counts
            ],
            interactions=[
                {"customer_id": name, "occurred_at": "2026-03-10"}
                for name, count in counts.items()
                for _ in range(count)
            ],
        )

    def test_the_curve(self, unequal: Warehouse) -> None:
        found = concentration(unequal, date(2026, 3, 20))
        acts = {point.ambassadors: point.share_of_acts for point in found.points}
        # 5 of 18, 9 of 18, then one more for each; every number of the eleven is a hundredth rounded up
        assert acts == {0: 0.0, 1: 5 / 18, 2: 9 / 18, **{count: (7 + count) / 18 for count in range(3, 12)}}
        assert [point.share_of_ambassadors for point in found.points] == [count / 11 for count in range(12)]

    def test_the_tenth_lies_on_it(self, unequal: Warehouse) -> None:
        found = concentration(unequal, date(2026, 3, 20))
        assert found.top == measure(unequal, metric_named("top_decile_share"), Period.until(date(2026, 3, 20), days=30))
        assert found.top.estimate.value == found.points[2].share_of_acts == 0.5

    def test_filters(self, unequal: Warehouse) -> None:
        # A01 to A04: 5 of 11, 9, 10, 11
        found = concentration(unequal, date(2026, 3, 20), where={"lever": ["event"]})
        assert [point.share_of_acts for point in found.points] == [0.0, 5 / 11, 9 / 11, 10 / 11, 1.0]
        assert found.top.estimate.value == 5 / 11

    def test_nobody_active(self, unequal: Warehouse) -> None:
        # The month before 9 April begins on the last day with an act; so does the data's last month.
        found = concentration(unequal, date(2026, 4, 9), where={"lever": ["email"]})
        assert (found.points, found.top.reason) == ((), "nobody is active")

    @pytest.mark.parametrize(
        ("end", "reason"),
        [("2026-03-10", "no data before 10 Mar 2026"), ("2026-05-20", "no data after 10 Mar 2026")],
    )
    def test_outside_the_data(self, unequal: Warehouse, end: str, reason: str) -> None:
        found = concentration(unequal, date.fromisoformat(end))
        assert (found.points, found.top.reason, found.top.is_complete) == ((), reason, end < "2026-04")
        assert found.top == measure(unequal, found.top.metric, Period.until(date.fromisoformat(end), days=30))


@pytest.fixture(scope="module")
def crowd(bare_company: Company) -> Warehouse:
    """Ambassadors A000 to A249 with 1 to 7 acts in March; by lever, three groups of other sizes."""
    levers = ("email", *("app",) * 9, *("event",) * 30)
    return bare_company(
        ambassadors=[
            {"ambassador_id": f"A{n:03d}", "customer_id": f"a{n:03d}", "lever": levers[n % 40]} for n in range(250)
        ],
        interactions=[
            {"customer_id": f"a{n:03d}", "occurred_at": f"2026-03-{1 + (n + act) % 28:02d}T12:00:00"}
            for n in range(250)
            for act in range(1 + n * n % 7)
        ],
    )


@settings(max_examples=40, deadline=None)
@given(end=st.dates(date(2026, 3, 2), date(2026, 4, 20)), lever=st.sampled_from(["email", "app", "event", None]))
def test_any_curve(crowd: Warehouse, end: date, lever: str | None) -> None:
    found: Concentration = concentration(crowd, end, where={"lever": [lever]} if lever else {})
    if found.top.estimate.value is None:
        assert found.points == ()
        return
    people = found.points[-1].ambassadors
    shares = [point.share_of_acts for point in found.points]
    assert (found.points[0].ambassadors, shares[0], shares[-1]) == (0, 0.0, 1.0)
    assert people == found.top.estimate.n
    by_count = {point.ambassadors: point.share_of_acts for point in found.points}
    # the point of the tenth is the metric, to the last digit
    assert by_count[ceil(people / 10)] == found.top.estimate.value
    # never below the straight line, and bending towards it
    assert all(point.share_of_acts >= point.share_of_ambassadors - 1e-12 for point in found.points)
    slopes = [
        (later.share_of_acts - earlier.share_of_acts) / (later.ambassadors - earlier.ambassadors)
        for earlier, later in pairwise(found.points)
    ]
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(slopes))
    assert len(found.points) <= 101
