"""The rows behind a score, and whom a list draws from."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from kpi.advocates import Decided, Evidence, Question, candidates, cover, evidence
from kpi.store import Listing, Warehouse
from tests.advocates.conftest import person
from tests.conftest import Company, Row


def test_every_row_that_counts_newest_first(club: Warehouse, question: Question) -> None:
    posts = [Evidence(day=date(2026, 9, day), component="organic_content", kind="post", number=10) for day in (4, 3, 2)]
    assert evidence(club, "poster", question) == tuple(posts)
    assert [(one.day, one.component, one.number) for one in evidence(club, "buyer", question)] == [
        (date(2026, 10, 2), "reviews", 0),
        (date(2026, 5, 1), "repeat_purchases", None),
        (date(2026, 4, 1), "repeat_purchases", None),
        (date(2026, 3, 1), "recency", None),  # the first order is no repeat
    ]
    assert [(one.component, one.kind, one.number) for one in evidence(club, "promoter", question)] == [
        ("satisfaction", "nps", 10)  # the post of 2025 is older than the window
    ]
    assert evidence(club, "asking", question) == ()  # a call for help brings no points
    # of the answers of 15 and 16 October the latest counts
    assert [(one.component, one.number) for one in evidence(club, "happy-again", question)] == [("satisfaction", 9)]
    assert evidence(club, "nobody", question) == ()


def test_rows_and_counts_agree_for_everybody(bare_company: Company, question: Question) -> None:
    # A brings b in September, who buys again in October; a mail was opened, a ticket written
    rows: dict[str, list[Row]] = {
        "customers": [person("a"), person("b")],
        "ambassadors": [{"ambassador_id": "A", "customer_id": "a", "enrolled_at": "2025-06-01"}],
        "touches": [{"ambassador_id": "A", "customer_id": "b", "occurred_at": "2026-09-01"}],
        "referrals": [{"ambassador_id": "A", "referred_at": "2026-09-01"}],
        "orders": [{"customer_id": "b", "ordered_at": f"2026-{month}-02", "net_amount": 10} for month in ("09", "10")],
        "interactions": [
            {"customer_id": "a", "occurred_at": "2026-10-03", "kind": kind}
            for kind in ("email_opened", "support_ticket", "login", "vote", "webinar")
        ],
        "content": [{"customer_id": "b", "posted_at": "2026-10-31"}],
    }
    company = bare_company(**rows)
    counted = ("referrals", "people_brought", "repeat_orders", "feedback", "events", "posts")
    listing = Listing(mart="fct_engagement", columns=("customer_id", *counted), order=("customer_id",))
    counts = {row.pop("customer_id"): row for row in company.rows(listing)}
    assert counts["a"] == dict(zip(counted, (1, 1, 0, 1, 1, 0), strict=True))
    assert counts["b"] == dict(zip(counted, (0, 0, 1, 0, 0, 1), strict=True))
    found = {name: Counter(one.component for one in evidence(company, name, question)) for name in ("a", "b")}
    assert found["a"] == {"referrals": 2, "feedback": 1, "events": 1, "breadth": 1}  # the login is of no other kind
    assert found["b"] == {"repeat_purchases": 1, "recency": 1, "organic_content": 1}


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
    # who is planned may not be proposed: quiet was one of two in Belgium
    held = replace(question, decided=Decided(planned=frozenset({"quiet"})))
    assert [(one.segment, one.eligible) for one in cover(club, (), held)] == [("FR", 5), ("BE", 1), ("unknown", 1)]
