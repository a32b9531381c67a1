"""Answers by score, counted by hand; what a score is made of is what its metric counts."""

import pytest

from kpi.metrics import METRICS, SCALES, distribution, measure
from kpi.store import Warehouse
from tests.conftest import Company
from tests.soundness.asking import period

MARCH = period("2026-03-01", "2026-04-01")


@pytest.fixture(scope="module")
def answered(company: Company) -> Warehouse:
    """March: a 10 after a 3, b 10, c 7, d 0; e answers as an ambassador, f a csat of 5; staff counts nowhere."""
    rows = [
        ("a", "2026-03-05", 3, {}),
        ("a", "2026-03-20", 10, {}),
        ("a", "2026-04-20", 0, {}),
        ("b", "2026-03-08", 10, {}),
        ("c", "2026-03-08", 7, {}),
        ("d", "2026-03-08", 0, {}),
        ("e", "2026-03-08", 6, {"audience": "ambassador"}),
        ("f", "2026-03-08", 5, {"kind": "csat"}),
        ("staff", "2026-03-08", 9, {}),
    ]
    return company(
        customers=[
            {"customer_id": "a", "sector": "toys", "country_code": "FR"},
            {"customer_id": "b", "sector": "toys", "country_code": "BE"},
            {"customer_id": "staff", "is_staff": True},
        ],
        surveys=[
            {"customer_id": person, "answered_at": day, "score": score, **more} for person, day, score, more in rows
        ],
    )


def test_the_latest_answer_of_each_by_score(answered: Warehouse) -> None:
    found = distribution(answered, METRICS["net_promoter_score"], MARCH)
    assert {score: count for score, count in found.answers.items() if count} == {0: 1, 7: 1, 10: 2}
    assert (list(found.answers), found.n, found.reason) == (list(range(11)), 4, None)
    assert [found.share(score) for score in (10, 9)] == [0.5, 0]


def test_kinds_and_audiences_apart(answered: Warehouse) -> None:
    assert distribution(answered, METRICS["ambassador_net_promoter_score"], MARCH).answers[6] == 1
    assert distribution(answered, METRICS["customer_satisfaction"], MARCH).answers == {1: 0, 2: 0, 3: 0, 4: 0, 5: 1}


def test_filters(answered: Warehouse) -> None:
    one, two = {"sector": ["toys"]}, {"sector": ["toys"], "country_code": ["BE"]}  # from the rollup, from the rows
    score = METRICS["net_promoter_score"]
    assert [distribution(answered, score, MARCH, where=where).answers[10] for where in (one, two)] == [2, 1]


@pytest.mark.parametrize("name", SCALES)
def test_it_adds_up_to_the_metric(answered: Warehouse, name: str) -> None:
    found, estimate = (
        distribution(answered, METRICS[name], MARCH),
        measure(answered, METRICS[name], MARCH).estimate,
    )
    assert found.n == (estimate.n or 0)


def test_why_there_is_none(answered: Warehouse, company: Company) -> None:
    satisfaction = METRICS["ambassador_satisfaction"]
    empty = distribution(answered, satisfaction, MARCH)
    assert (empty.n, empty.share(5), empty.reason) == (0, 0, "nobody answered")
    early = distribution(answered, satisfaction, period("2019-01-01", "2019-02-01"))
    assert early.reason == "no data before 1 Jan 2020"
    bare = company(customers=[{"customer_id": "a"}])
    assert distribution(bare, satisfaction, MARCH).reason == "waits for surveys"
