"""What happened with one person: rows written out, within the days asked for, the latest first."""

from datetime import date
from decimal import Decimal

from kpi.advocates import Moment, MomentKind, history
from tests.conftest import Company

DAY = date(2026, 11, 1)
ROWS = {
    "customers": [{"customer_id": name, "joined_at": "2025-01-01"} for name in ("ann", "bob")],
    "content": [
        {"customer_id": "ann", "posted_at": "2026-10-30", "platform": "blog"},
        {"customer_id": "bob", "posted_at": "2026-10-30"},  # somebody else's
    ],
    "orders": [
        {"customer_id": "ann", "ordered_at": "2026-10-02", "net_amount": 12.5},  # the first of the 30 days
        {"customer_id": "ann", "ordered_at": "2026-10-01", "net_amount": 99},  # a day too early
    ],
    "surveys": [{"customer_id": "ann", "asked_at": "2026-10-10", "answered_at": "2026-10-11", "score": 9}],
    "interactions": [
        {"customer_id": "ann", "occurred_at": "2026-10-20", "kind": "support_ticket"},
        {"customer_id": "ann", "occurred_at": "2026-10-21", "kind": "feedback"},  # an act, told once
    ],
}


def test_everything_is_told_once_the_latest_first(bare_company: Company) -> None:
    assert history(bare_company(**ROWS), "ann", DAY, days=30) == (
        Moment(day=date(2026, 10, 30), what=MomentKind.ACT, kind="post", detail="blog"),
        Moment(day=date(2026, 10, 21), what=MomentKind.ACT, kind="feedback"),
        Moment(day=date(2026, 10, 20), what=MomentKind.DEALING, kind="support_ticket"),
        Moment(day=date(2026, 10, 11), what=MomentKind.ANSWER, kind="nps", score=9),
        Moment(day=date(2026, 10, 2), what=MomentKind.ORDER, amount=Decimal("12.5")),
    )


def test_as_of_an_earlier_day_nothing_later_is_told(bare_company: Company) -> None:
    found = history(bare_company(**ROWS), "ann", date(2026, 10, 11), days=365)
    assert [moment.day for moment in found] == [date(2026, 10, 2), date(2026, 10, 1)]


def test_somebody_without_rows_has_no_history(bare_company: Company) -> None:
    assert history(bare_company(**ROWS), "nobody", DAY, days=365) == ()
