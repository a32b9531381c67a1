"""Answers by the rung that an ambassador had reached before answering, and by the time since they came."""

import pytest

from kpi.metrics import METRICS
from kpi.store import Warehouse
from kpi.store.models import read_models
from tests.conftest import Company, Row
from tests.soundness.asking import groups, measured, value

MARCH = ("2026-03-01", "2026-04-01")
NPS, CSAT = "ambassador_net_promoter_score", "ambassador_satisfaction"


def answer(person: str, answered_at: str, score: int, **columns: str) -> Row:
    """Of an ambassador, asked on 1 March."""
    asked = {"audience": "ambassador", "asked_at": "2026-03-01T09:00:00"}
    return {"customer_id": person, "answered_at": answered_at, "score": score, **asked, **columns}


class TestRung:
    """Who had received what when they answered in March; nobody is asked before 1 March, 9:00 in Paris."""

    @pytest.fixture(scope="class")
    @classmethod
    def rewarded(cls, company: Company) -> Warehouse:
        return company(
            ambassadors=[
                {"ambassador_id": name.upper(), "customer_id": name}
                for name in ("none", "up", "down", "same", "during", "later")
            ]
            + [{"ambassador_id": "GONE", "customer_id": "gone", "left_at": "2026-02-01"}],
            rewards=[
                # up climbs; down was higher before: the highest one counts
                {"customer_id": "up", "rung": "recognition", "granted_at": "2026-01-05"},
                {"customer_id": "up", "rung": "recognition", "granted_at": "2026-01-07"},
                {"customer_id": "up", "rung": "co_creation", "granted_at": "2026-02-05"},
                {"customer_id": "down", "rung": "monetary", "granted_at": "2026-01-05"},
                {"customer_id": "down", "rung": "access", "granted_at": "2026-02-05"},
                # two at one moment: the higher one
                {"customer_id": "same", "rung": "access", "granted_at": "2026-01-05"},
                {"customer_id": "same", "rung": "recognition", "granted_at": "2026-01-05"},
                # received after being asked, before answering
                {"customer_id": "during", "rung": "access", "granted_at": "2026-03-05"},
                # at the very moment of the answer is not before it
                {"customer_id": "later", "rung": "access", "granted_at": "2026-03-10T12:00:00"},
                {"customer_id": "gone", "rung": "access", "granted_at": "2025-03-05"},
                {"customer_id": "buyer", "rung": "access", "granted_at": "2025-03-05"},
            ],
            surveys=[
                answer("none", "2026-03-10", 0),
                answer("up", "2026-03-10", 9),
                answer("down", "2026-03-10", 10),
                answer("same", "2026-03-10", 7),
                answer("during", "2026-03-10", 9),
                answer("later", "2026-03-10T12:00:00", 10),
                answer("gone", "2026-03-10", 3),
                answer("buyer", "2026-03-10", 9, audience="customer"),
            ],
        )

    def test_the_highest_before_the_answer(self, rewarded: Warehouse) -> None:
        # no reward yet: none 0 and later 10; access: same 7 and during 9; gone was no ambassador any more
        assert groups(rewarded, NPS, *MARCH, "rung") == {
            "no_reward": 0,
            "access": 50,
            "co_creation": 100,
            "monetary": 100,
            "unknown": -100,
        }

    def test_the_highest_before_being_asked(self, rewarded: Warehouse) -> None:
        found = {
            group: measured(rewarded, "ambassador_response_rate", *MARCH, rung=group).estimate.n for group in RUNGS
        }
        # during had received nothing yet when asked
        assert found == {"no_reward": 3, "recognition": 0, "access": 1, "co_creation": 1, "monetary": 1, "unknown": 1}

    def test_beside_another_filter_the_same(self, rewarded: Warehouse) -> None:
        # read from the answers themselves, which know several dimensions at a time
        assert value(rewarded, NPS, *MARCH, rung="access", tenure="over_2_years") == 50
        assert value(rewarded, NPS, *MARCH, rung="access", ambassador_id="DURING") == 100

    def test_a_customer_has_no_rung(self) -> None:
        assert "rung" not in METRICS["net_promoter_score"].dimensions
        assert {"rung", "tenure"} <= set(METRICS[CSAT].dimensions)


RUNGS = ("no_reward", "recognition", "access", "co_creation", "monetary", "unknown")


def test_without_any_reward_recorded_no_rung_is_known(company: Company) -> None:
    built = company(ambassadors=[{"ambassador_id": "A", "customer_id": "a"}], surveys=[answer("a", "2026-03-10", 10)])
    assert groups(built, NPS, *MARCH, "rung") == {"unknown": 100}


def test_time_since_enrolment_in_whole_months(company: Company) -> None:
    """All answer on 10 March 2026; a band begins on the same day of its month."""
    since = {
        "that-day": "2026-03-10",
        "not-three": "2025-12-11",
        "three": "2025-12-10",
        "not-six": "2025-09-11",
        "six": "2025-09-10",
        "not-a-year": "2025-03-11",
        "a-year": "2025-03-10",
        "two-years": "2024-03-10",
    }
    built = company(
        ambassadors=[
            {"ambassador_id": name.upper(), "customer_id": name, "enrolled_at": day} for name, day in since.items()
        ],
        surveys=[answer(name, "2026-03-10T18:00:00", 10 if name in ("three", "two-years") else 0) for name in since],
    )
    assert groups(built, NPS, *MARCH, "tenure") == {
        "under_3_months": -100,  # that-day, not-three
        "3_to_6_months": 0,  # three promotes, not-six does not
        "6_to_12_months": -100,
        "1_to_2_years": -100,
        "over_2_years": 100,
    }


def test_asked_and_answered_each_stand_in_the_group_of_their_own_moment(company: Company) -> None:
    """Asked one day short of three months and before any reward, answered a day later, a reward in between."""
    built = company(
        ambassadors=[{"ambassador_id": "A", "customer_id": "a", "enrolled_at": "2025-12-10"}],
        rewards=[{"customer_id": "a", "rung": "access", "granted_at": "2026-03-10T08:00:00"}],
        surveys=[{**answer("a", "2026-03-10T18:00:00", 10), "asked_at": "2026-03-09T18:00:00"}],
    )
    assert groups(built, "ambassador_response_rate", *MARCH, "tenure") == {"under_3_months": 1}
    assert groups(built, "ambassador_response_rate", *MARCH, "rung") == {"no_reward": 1}
    assert groups(built, NPS, *MARCH, "tenure") == {"3_to_6_months": 100}
    assert groups(built, NPS, *MARCH, "rung") == {"access": 100}


@pytest.mark.parametrize("group", ["under_3_months", "no_reward"])
def test_bands_and_rungs_are_defined_once(group: str) -> None:
    assert [model.name for model in read_models() if f"'{group}'" in model.sql] == ["dim_respondents"]


def test_who_came_back_counts_from_the_new_enrolment(company: Company) -> None:
    built = company(
        ambassadors=[
            {"ambassador_id": "OLD", "customer_id": "a", "enrolled_at": "2020-01-01", "left_at": "2026-01-01"},
            {"ambassador_id": "NEW", "customer_id": "a", "enrolled_at": "2026-02-01"},
            # enrolled while the other enrolment still ran: its time runs from its own first day
            {"ambassador_id": "ONE", "customer_id": "b", "enrolled_at": "2020-01-01", "left_at": "2026-03-01"},
            {"ambassador_id": "TWO", "customer_id": "b", "enrolled_at": "2025-10-01"},
        ],
        surveys=[answer("a", "2026-03-10", 10), answer("b", "2026-03-10", 0)],
    )
    assert groups(built, NPS, *MARCH, "tenure") == {"under_3_months": 100, "3_to_6_months": -100}


def test_customers_count_from_the_day_they_joined(company: Company) -> None:
    # early answered before the day on which the export says that they joined
    built = company(
        customers=[
            {"customer_id": "new", "joined_at": "2026-01-10"},
            {"customer_id": "old", "joined_at": "2021-01-10"},
            {"customer_id": "early", "joined_at": "2026-03-20"},
        ],
        surveys=[
            answer("new", "2026-03-10", 2, audience="customer"),
            answer("old", "2026-03-10", 9, audience="customer"),
            answer("early", "2026-03-10", 7, audience="customer"),
        ],
    )
    assert groups(built, "net_promoter_score", *MARCH, "tenure") == {
        "under_3_months": -100,
        "over_2_years": 100,
        "unknown": 0,
    }
    # asked on 1 March: the same bands for all three
    assert groups(built, "response_rate", *MARCH, "tenure") == {"under_3_months": 1, "over_2_years": 1, "unknown": 1}


def test_response_by_kind_of_survey(company: Company) -> None:
    # nps: two asked, one answered; csat: one asked, none answered
    built = company(
        surveys=[
            answer("a", "2026-03-10", 10, audience="customer"),
            {"customer_id": "b", "asked_at": "2026-03-02"},
            {"customer_id": "b", "asked_at": "2026-03-02", "kind": "csat"},
        ]
    )
    assert groups(built, "response_rate", *MARCH, "kind") == {"csat": 0, "nps": 0.5}
