"""A small company in which everybody has a reason to be proposed, or not to be."""

from datetime import date

import pytest

from kpi.advocates import Question
from kpi.settings import Advocates, Settings
from kpi.store import Warehouse
from tests.conftest import Company, Row

DAY = date(2026, 11, 1)  # the day after the last event
RULES = Advocates(smallest_segment=1, drawn_share=0)


def person(name: str, **told: object) -> Row:
    return {"customer_id": name, "joined_at": "2025-01-01", "contact_consent": True, "country_code": "FR", **told}


@pytest.fixture(scope="session")
def question() -> Question:
    """Nothing drawn at random, nothing decided."""
    return Question(rules=RULES)


CLUB: dict[str, list[Row]] = {
    "customers": [
        person("poster", full_name="Éloïse Petit", email="eloise@example.org"),
        person("promoter", full_name="Paul Grand", reach=50),
        person("buyer", country_code="BE"),
        person("quiet", country_code="BE"),
        person("newcomer", country_code=None, joined_at="2026-10-30"),
        person("silent", contact_consent=False),  # no consent, and a ticket
        person("asking"),  # a ticket 30 days before
        person("asked-long-ago"),  # one 31 days before
        person("unhappy"),
        person("happy-again"),
        person("thanked"),  # 89 days before
        person("thanked-long-ago"),  # 90 days before, the cool-down
        person("employee", is_staff=True),
    ],
    "ambassadors": [{"ambassador_id": "A", "customer_id": "poster", "enrolled_at": "2026-01-01"}],
    "content": [
        *({"customer_id": "poster", "posted_at": f"2026-09-0{day}", "engagements": 10} for day in (2, 3, 4)),
        {"customer_id": "promoter", "posted_at": "2025-03-01", "engagements": 1},  # before the year that counts
        {"customer_id": "buyer", "posted_at": "2026-10-02", "engagements": 0, "kind": "review"},
        {"customer_id": "employee", "posted_at": "2026-10-02", "engagements": 900},
    ],
    "orders": [
        *({"customer_id": "buyer", "ordered_at": f"2026-0{month}-01", "net_amount": 10} for month in (3, 4, 5)),
        {"customer_id": "quiet", "ordered_at": "2026-10-31", "net_amount": 10},
    ],
    "surveys": [
        {"customer_id": "promoter", "answered_at": "2026-03-15", "asked_at": "2026-03-14", "score": 10},
        {"customer_id": "quiet", "asked_at": "2026-03-14"},
        {"customer_id": "unhappy", "answered_at": "2026-10-15", "asked_at": "2026-10-14", "score": 6},
        {"customer_id": "happy-again", "answered_at": "2026-10-15", "asked_at": "2026-10-14", "score": 0},
        {"customer_id": "happy-again", "answered_at": "2026-10-16", "asked_at": "2026-10-14", "score": 9},
    ],
    "interactions": [
        {"customer_id": "silent", "occurred_at": "2026-10-02", "kind": "support_ticket"},
        {"customer_id": "asking", "occurred_at": "2026-10-02", "kind": "support_ticket"},
        {"customer_id": "asked-long-ago", "occurred_at": "2026-10-01", "kind": "support_ticket"},
    ],
    "rewards": [
        {"customer_id": "thanked", "granted_at": "2026-08-04"},
        {"customer_id": "thanked-long-ago", "granted_at": "2026-08-03"},
    ],
}


@pytest.fixture(scope="module")
def club(bare_company: Company) -> Warehouse:
    return bare_company(settings=Settings(advocates=RULES), **CLUB)
