"""What people answered, counted by hand: the latest answer of each person inside the period."""

import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.metrics import METRICS, measure
from kpi.period import Period
from kpi.store import Warehouse
from tests.conftest import Company, Row
from tests.soundness.asking import groups, measured, value

MARCH = ("2026-03-01", "2026-04-01")


def answer(person: str, answered_at: str, score: int, **columns: str) -> Row:
    return {"customer_id": person, "answered_at": answered_at, "score": score, **columns}


class TestLatestAnswer:
    """changed: 3 on 5 March, 9 on 20 March, 0 on 10 April; steady: 10 in February and April; others once in March."""

    @pytest.fixture(scope="class")
    @classmethod
    def answers(cls, company: Company) -> Warehouse:
        return company(
            customers=[{"customer_id": "staff", "is_staff": True}],
            surveys=[
                answer("changed", "2026-03-05", 3),
                answer("changed", "2026-03-20", 9),
                answer("changed", "2026-04-10", 0),
                answer("steady", "2026-02-10", 10),
                answer("steady", "2026-04-10", 10),
                answer("twice a day", "2026-03-08T09:00:00", 10),
                answer("twice a day", "2026-03-08T18:00:00", 6),
                answer("passive", "2026-03-08", 7),
                answer("nearly", "2026-03-08", 8),
                answer("at the edge", "2026-03-31T22:30:00Z", 0),  # 1 April in Paris
                answer("staff", "2026-03-08", 0),
                answer("passive", "2026-03-25", 1, kind="csat"),
                answer("passive", "2026-03-26", 0, audience="ambassador"),
            ],
        )

    @pytest.mark.parametrize(
        ("start", "end", "score", "n"),
        [
            # March: changed 9; twice a day 6; passive 7; nearly 8: 100 (1 - 1) / 4
            ("2026-03-01", "2026-04-01", 0, 4),
            # to 20 March: changed 3, not hidden by the answer of the 20th: 100 (0 - 2) / 4
            ("2026-03-01", "2026-03-20", -50, 4),
            ("2026-03-20", "2026-03-21", 100, 1),
            ("2026-03-06", "2026-03-20", pytest.approx(-100 / 3), 3),  # without changed
            # March and April: changed 0, steady 10, twice a day 6, passive, nearly, at the edge 0: 100 (1 - 3) / 6
            ("2026-03-01", "2026-05-01", pytest.approx(-100 / 3), 6),
            # February to 10 April: steady's 10 of February; changed 9; at the edge 0; 100 (2 - 2) / 6
            ("2026-02-01", "2026-04-10", 0, 6),
            ("2026-04-01", "2026-04-02", -100, 1),
        ],
    )
    def test_score(self, answers: Warehouse, start: str, end: str, score: float, n: int) -> None:
        estimate = measured(answers, "net_promoter_score", start, end).estimate
        assert (estimate.value, estimate.n) == (score, n)

    def test_kinds_and_audiences_do_not_mix(self, answers: Warehouse) -> None:
        assert value(answers, "customer_satisfaction", *MARCH) == 0
        assert value(answers, "ambassador_net_promoter_score", *MARCH) == -100
        assert value(answers, "ambassador_satisfaction", *MARCH) is None

    def test_nobody_answered(self, answers: Warehouse) -> None:
        empty = measured(answers, "net_promoter_score", "2026-05-01", "2026-06-01")
        assert (empty.estimate.value, empty.estimate.low, empty.estimate.n) == (None, None, 0)
        assert empty.reason == "nobody answered"


def test_every_score_has_its_side(company: Company) -> None:
    # 0-6 detract, 7-8 do not count, 9-10 promote: one answer each, 100 (2 - 7) / 11
    built = company(
        customers=[{"customer_id": str(score), "sector": str(score)} for score in range(11)],
        surveys=[answer(str(score), "2026-03-08", score) for score in range(11)],
    )
    assert groups(built, "net_promoter_score", *MARCH, "sector") == {
        **{str(score): -100 for score in range(7)},
        "7": 0,
        "8": 0,
        "9": 100,
        "10": 100,
    }
    assert value(built, "net_promoter_score", *MARCH) == pytest.approx(-500 / 11)


def test_score_with_its_interval(company: Company) -> None:
    # 3 promoters, 1 passive, 2 detractors: 100/6. Adjusted: n 9, p 3.75/9, d 2.75/9, p - d = 1/9,
    # half-width 1.959964 √((6.5/9 - 1/81) / 9) = 0.550451: -43.934 to 66.156
    scores = (9, 10, 10, 8, 0, 6)
    built = company(surveys=[answer(f"c{number}", "2026-03-08", score) for number, score in enumerate(scores)])
    estimate = measured(built, "net_promoter_score", *MARCH).estimate
    assert estimate.value == pytest.approx(100 / 6)
    assert (estimate.low, estimate.high) == (pytest.approx(-43.934, abs=1e-3), pytest.approx(66.156, abs=1e-3))


def test_published_satisfaction(company: Company) -> None:
    # 42 × 5, 32 × 4, 10 × 3, 9 × 2, 14 × 1: 74 / 107 = 69.16 % (help.delighted.com/article/240)
    scores = [score for score, count in ((5, 42), (4, 32), (3, 10), (2, 9), (1, 14)) for _ in range(count)]
    built = company(
        surveys=[answer(f"c{number}", "2026-03-08", score, kind="csat") for number, score in enumerate(scores)]
    )
    estimate = measured(built, "customer_satisfaction", *MARCH).estimate
    assert estimate.value == pytest.approx(0.6916, abs=5e-5)
    # Wilson: (0.691589 + 0.017951 ± 1.959964 √(0.213294/107 + 0.0000839)) / 1.035902
    assert (estimate.low, estimate.high, estimate.n) == (
        pytest.approx(0.5987, abs=2e-4),
        pytest.approx(0.7712, abs=2e-4),
        107,
    )


class TestResponseRate:
    """Asked in March: 4 customers, of whom 2 answered (one in April, one a csat); asked in February: 1, who did."""

    @pytest.fixture(scope="class")
    @classmethod
    def asked(cls, company: Company) -> Warehouse:
        return company(
            customers=[{"customer_id": "staff", "is_staff": True}],
            ambassadors=[
                {"ambassador_id": "A", "customer_id": "a", "programme": "partner"},
                {"ambassador_id": "OLD", "customer_id": "b", "left_at": "2026-03-01"},
            ],
            surveys=[
                {"customer_id": "c1", "asked_at": "2026-03-01"},
                {"customer_id": "c2", "asked_at": "2026-03-31T12:00:00", "answered_at": "2026-04-02", "score": 9},
                {
                    "customer_id": "c3",
                    "asked_at": "2026-03-10",
                    "answered_at": "2026-03-11",
                    "score": 4,
                    "kind": "csat",
                },
                {"customer_id": "c4", "asked_at": "2026-03-10"},
                {"customer_id": "c5", "asked_at": "2026-02-28", "answered_at": "2026-03-02", "score": 10},
                {"customer_id": "staff", "asked_at": "2026-03-10"},
                {"customer_id": "a", "asked_at": "2026-03-10", "audience": "ambassador"},
                {
                    "customer_id": "b",
                    "asked_at": "2026-03-10",
                    "answered_at": "2026-03-12",
                    "score": 2,
                    "audience": "ambassador",
                },
            ],
        )

    def test_by_the_day_of_asking(self, asked: Warehouse) -> None:
        # Wilson for 2 of 4: (0.5 + 0.480182 ± 1.959964 √(0.0625 + 0.060023)) / 1.960365 = 0.1500, 0.8500
        estimate = measured(asked, "response_rate", *MARCH).estimate
        assert (estimate.value, estimate.n) == (0.5, 4)
        assert (estimate.low, estimate.high) == (pytest.approx(0.1500, abs=5e-5), pytest.approx(0.8500, abs=5e-5))
        assert value(asked, "response_rate", "2026-02-01", "2026-03-01") == 1
        assert value(asked, "response_rate", "2026-04-01", "2026-05-01") is None

    def test_ambassadors_apart(self, asked: Warehouse) -> None:
        assert value(asked, "ambassador_response_rate", *MARCH) == 0.5
        # b had left when asked: an answer of no ambassador in particular
        assert groups(asked, "ambassador_response_rate", *MARCH, "ambassador_id") == {"A": 0, "unknown": 1}
        assert groups(asked, "ambassador_net_promoter_score", *MARCH, "programme") == {"unknown": -100}


# 20 people who answer up to six times between March and May, some twice on a day.
FIRST, LAST = date(2026, 3, 1), date(2026, 6, 1)
EDGES = st.tuples(st.dates(FIRST, LAST), st.dates(FIRST, LAST)).filter(lambda edges: edges[0] < edges[1])


def draw_answers() -> list[tuple[str, datetime, int]]:
    draw = random.Random(5)
    moments = {
        (f"c{person:02d}", datetime(2026, 3, 1, draw.choice((9, 15))) + timedelta(days=draw.randrange(90) // 2 * 2))
        for person in range(20)
        for _ in range(draw.randrange(7))
    }
    return [(person, moment, draw.randrange(11)) for person, moment in sorted(moments)]


ANSWERS = draw_answers()


@pytest.fixture(scope="module")
def panel(company: Company) -> Warehouse:
    return company(surveys=[answer(person, moment.isoformat(), score) for person, moment, score in ANSWERS])


@settings(max_examples=60, deadline=None)
@given(edges=EDGES)
def test_any_period(panel: Warehouse, edges: tuple[date, date]) -> None:
    # answers stand in order of time, so the last of a person is the one that stays
    latest = {person: score for person, moment, score in ANSWERS if edges[0] <= moment.date() < edges[1]}
    promoters, detractors = (
        sum(test(score) for score in latest.values()) for test in (lambda s: s > 8, lambda s: s < 7)
    )
    estimate = measure(panel, METRICS["net_promoter_score"], Period(*edges)).estimate
    expected = pytest.approx(100 * (promoters - detractors) / len(latest)) if latest else None
    assert (estimate.value, estimate.n) == (expected, len(latest))
