"""What holds of scores whatever people did."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kpi.advocates import COMPONENTS, Decided, Question, candidates, left_out
from kpi.settings import Advocates, Settings
from kpi.store import Listing, Warehouse
from tests.advocates.conftest import person
from tests.conftest import Company, Row

RULES = Advocates(smallest_segment=2)
NAMES = ("ada", "ben", "cleo", "dan")
DAYS = st.integers(1, 28).map(lambda day: f"2026-09-{day:02}T12:00:00")
POSTS = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(NAMES),
        "posted_at": DAYS,
        "kind": st.sampled_from(["post", "review"]),
        "engagements": st.sampled_from([None, 0, 3, 40]),
    }
)
VOLUNTARY = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(NAMES),
        "occurred_at": DAYS,
        "kind": st.sampled_from(["feedback", "vote", "community_post", "event_spoken"]),
    }
)
ANSWERS = st.fixed_dictionaries(
    {"customer_id": st.sampled_from(NAMES), "answered_at": DAYS, "score": st.integers(0, 10)}
)


def company_of(
    bare_company: Company, posts: Sequence[Row], voluntary: Sequence[Row], answers: Sequence[Row]
) -> Warehouse:
    """Four people, and an employee because of whom no table is empty and the data always ends on the same day."""
    last = "2026-10-31T12:00:00"
    return bare_company(
        settings=Settings(advocates=RULES),
        customers=[
            *(person(name, reach=None if name == "dan" else 10, contact_consent=name != "cleo") for name in NAMES),
            person("employee", is_staff=True),
        ],
        content=[*posts, {"customer_id": "employee", "posted_at": last}],
        interactions=[*voluntary, {"customer_id": "employee", "occurred_at": last}],
        surveys=[*answers, {"customer_id": "employee", "answered_at": last, "score": 1}],
    )


def scores(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    columns = ("customer_id", "engagement_score", *(one.share for one in COMPONENTS.values()))
    listing = Listing(mart="dim_advocates", columns=columns, order=("customer_id",))
    return {row.pop("customer_id"): row for row in warehouse.rows(listing)}


@given(
    posts=st.lists(POSTS, max_size=8),
    voluntary=st.lists(VOLUNTARY, max_size=6),
    answers=st.lists(ANSWERS, max_size=4),
    more_posts=st.lists(POSTS, min_size=1, max_size=3),
    more_voluntary=st.lists(VOLUNTARY, max_size=2),
    who=st.sampled_from(NAMES),
)
@hypothesis_settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_more_organic_acts_never_lower_a_score(
    bare_company: Company,
    posts: list[Row],
    voluntary: list[Row],
    answers: list[Row],
    more_posts: list[Row],
    more_voluntary: list[Row],
    who: str,
) -> None:
    before = scores(company_of(bare_company, posts, voluntary, answers))
    added = [{**row, "customer_id": who} for row in more_posts]
    acted = [{**row, "customer_id": who} for row in more_voluntary]
    after = scores(company_of(bare_company, [*posts, *added], [*voluntary, *acted], answers))
    assert after[who]["engagement_score"] >= before[who]["engagement_score"]
    shares = [value for row in after.values() for name, value in row.items() if name.endswith("_share")]
    assert all(share is None or 0 <= share <= 1 for share in shares)


@given(
    posts=st.lists(POSTS, max_size=8), voluntary=st.lists(VOLUNTARY, max_size=6), answers=st.lists(ANSWERS, max_size=4)
)
@hypothesis_settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_points_add_up_order_is_fixed_and_who_may_not_be_named_is_not(
    bare_company: Company, posts: list[Row], voluntary: list[Row], answers: list[Row]
) -> None:
    warehouse = company_of(bare_company, posts, voluntary, answers)
    question = Question(rules=RULES, decided=Decided(planned=frozenset({"ben"})))
    found = candidates(warehouse, question=question)
    for one in found.items:
        assert sum(reason.points for reason in one.reasons) == one.engagement_score
        assert 0 <= one.confidence <= 1
    assert candidates(warehouse, question=question) == found
    shuffled = company_of(bare_company, posts[::-1], voluntary[::-1], answers)
    assert [one.customer_id for one in candidates(shuffled, question=question).items] == [
        one.customer_id for one in found.items
    ]
    assert {one.customer_id for one in found.items} <= {"ada", "dan"}  # ben is planned, cleo does not consent
    everything = f"{found}{left_out(warehouse, question)}"
    assert not any(name in everything for name in ("'ben'", "'cleo'", "employee"))


def test_random_draws_reach_everybody_in_time(bare_company: Company) -> None:
    """Of 40 people of whom one is drawn a day, another one is on most days, and the draw looks at no score."""
    people = [person(f"c{number:02}", reach=number) for number in range(40)]
    warehouse = bare_company(
        settings=Settings(advocates=RULES),
        customers=people,
        orders=[{"customer_id": "c00", "ordered_at": "2026-10-31", "net_amount": 1}],
    )
    rules = Advocates(drawn_share=0.5)
    drawn = []
    for day in range(1, 31):
        question = Question(rules=rules, as_of=date(2026, 10, day))
        drawn += [one.customer_id for one in candidates(warehouse, question=question, size=2).items if one.is_drawn]
    assert len(drawn) == 30
    assert len(set(drawn)) >= 15  # 40 · (1 - (39/40)^30) = 21 different ones are expected
    assert sum(int(name[1:]) for name in drawn) / 30 == pytest.approx(19.5, abs=8)  # 11.5 / √30 = 2.1 is one deviation
