"""The rows behind a score, and whom a list draws from."""

from dataclasses import replace
from datetime import date

import pytest

from kpi.advocates import Evidence, Question, candidates, cover, evidence
from kpi.store import Warehouse


def test_every_row_that_counts_newest_first(club: Warehouse, question: Question) -> None:
    posts = [Evidence(day=date(2026, 9, day), component="organic_content", kind="post", number=10) for day in (4, 3, 2)]
    assert evidence(club, "poster", question) == tuple(posts)
    assert [(one.day, one.component, one.number) for one in evidence(club, "buyer", question)] == [
        (date(2026, 10, 2), "reviews", 0),
        (date(2026, 5, 1), "repeat_purchases", None),
        (date(2026, 4, 1), "repeat_purchases", None),
        (date(2026, 3, 1), "repeat_purchases", None),
    ]
    assert [(one.component, one.kind, one.number) for one in evidence(club, "promoter", question)] == [
        ("satisfaction", "nps", 10)  # the post of 2025 is older than the window
    ]
    assert [one.component for one in evidence(club, "asking", question)] == ["breadth"]
    assert evidence(club, "nobody", question) == ()


def test_nothing_from_the_day_on(club: Warehouse, question: Question) -> None:
    before = evidence(club, "poster", replace(question, as_of=date(2026, 9, 3)))
    assert [one.day for one in before] == [date(2026, 9, 2)]


def test_the_segments_of_a_list_beside_everybody(club: Warehouse, question: Question) -> None:
    listed = candidates(club, question=question, size=4).items
    found = cover(club, listed, question)
    # five of the eight eligible live in France, two in Belgium, one anywhere
    assert [(one.segment, one.eligible, one.eligible_share) for one in found] == [
        ("FR", 5, 0.625),
        ("BE", 2, 0.25),
        ("unknown", 1, 0.125),
    ]
    assert sum(one.listed for one in found) == 4
    assert sum(one.listed_share or 0 for one in found) == pytest.approx(1)
    assert {one.listed_share for one in cover(club, (), question)} == {None}
