"""A small company whose every sum can be followed by hand, and pages opened on it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kpi.access.credentials import Language
from kpi.access.roles import RIGHTS, Role
from kpi.access.sessions import Identity
from kpi.period import Comparison, Period
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui.page import Page

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))  # 30 days; the 30 before are 1 to 30 September

# ann posts in March, September and October; bob in October only; cleo in September only.
# Active on 30 September: ann, cleo. On 30 October: ann, bob. So bob is new, cleo fell silent, nobody came back.
ACTS = [
    {"customer_id": "ann", "posted_at": "2026-03-02"},
    {"customer_id": "ann", "posted_at": "2026-09-10"},
    {"customer_id": "cleo", "posted_at": "2026-09-05"},
    {"customer_id": "ann", "posted_at": "2026-10-10"},
    {"customer_id": "bob", "posted_at": "2026-10-20"},
]
# October: x buys for 100 a day after ann reached her, at a cost of 20. September: y for 50, at 10. z came alone in May.
# eve is employed: her order counts nowhere, and says that the orders reach to the 20th. The touch of March is too old
# for any order, and says since when touches are recorded; so is that of May 2025 below.
ROWS: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {"customer_id": name, "country_code": country}
        for name, country in {"ann": "FR", "bob": "BE", "cleo": "FR", "x": "FR", "y": "BE", "z": "FR"}.items()
    ]
    + [{"customer_id": "eve", "is_staff": True}],
    "ambassadors": [{"ambassador_id": f"amb-{name}", "customer_id": name} for name in ("ann", "bob", "cleo")],
    "content": ACTS,
    "orders": [
        {"customer_id": "z", "ordered_at": "2026-05-04", "net_amount": 30},
        {"customer_id": "y", "ordered_at": "2026-09-12", "net_amount": 50},
        {"customer_id": "x", "ordered_at": "2026-10-12", "net_amount": 100},
        {"customer_id": "eve", "ordered_at": "2026-10-20", "net_amount": 1},
    ],
    "touches": [
        {"ambassador_id": "amb-ann", "customer_id": "y", "occurred_at": "2026-03-02"},
        {"ambassador_id": "amb-ann", "customer_id": "y", "occurred_at": "2026-09-11"},
        {"ambassador_id": "amb-ann", "customer_id": "x", "occurred_at": "2026-10-11"},
    ],
    "costs": [
        {"incurred_on": "2026-08-03", "amount": 5},
        {"incurred_on": "2026-09-07", "amount": 10},
        {"incurred_on": "2026-10-05", "amount": 20},
    ],
    # September: 10 and 10, so +100 of 2 answers. October: 10, 9, 9 and 0, so 100 × (3 - 1) / 4 = +50.
    "surveys": [
        {"customer_id": name, "audience": "ambassador", "asked_at": asked, "answered_at": asked, "score": score}
        for name, asked, score in [
            ("ann", "2026-08-15", 8),
            ("ann", "2026-09-15", 10),
            ("bob", "2026-09-15", 10),
            ("ann", "2026-10-15", 10),
            ("bob", "2026-10-15", 9),
            ("cleo", "2026-10-15", 9),
            ("x", "2026-10-15", 0),
        ]
    ],
}

# Two years: ann brings y for 40 in October 2025, z for 50 in September 2026 and x for 100 in October; v came alone.
# On 30 October 2025 ann is active, on 30 September 2026 ann, on 30 October 2026 ann and bob.
TWO_YEARS: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {"customer_id": name, "country_code": country}
        for name, country in {"ann": "FR", "bob": "BE", "v": "FR", "x": "FR", "y": "DE", "z": "BE"}.items()
    ],
    "ambassadors": [{"ambassador_id": f"amb-{name}", "customer_id": name} for name in ("ann", "bob")],
    "content": [
        {"customer_id": name, "posted_at": day}
        for name, day in [
            ("ann", "2025-09-01"),
            ("ann", "2025-10-10"),
            ("ann", "2026-09-10"),
            ("ann", "2026-10-10"),
            ("bob", "2026-10-20"),
        ]
    ],
    "orders": [
        {"customer_id": name, "ordered_at": day, "net_amount": amount}
        for name, day, amount in [
            ("v", "2025-08-04", 30),
            ("y", "2025-10-15", 40),
            ("z", "2026-09-12", 50),
            ("x", "2026-10-12", 100),
        ]
    ],
    "touches": [
        {"ambassador_id": "amb-ann", "customer_id": name, "occurred_at": day}
        for name, day in [("y", "2025-05-02"), ("y", "2025-10-11"), ("z", "2026-09-11"), ("x", "2026-10-11")]
    ],
    # October 2025: 9 for 40; September and October 2026: 10 for 50, 20 for 100.
    "costs": [
        {"incurred_on": "2025-10-05", "amount": 9},
        {"incurred_on": "2026-09-07", "amount": 10},
        {"incurred_on": "2026-10-05", "amount": 20},
    ],
    # October 2025: +100 of 3 answers; October 2026: 100 × (3 - 1) / 4 = +50.
    "surveys": [
        {"customer_id": name, "audience": "ambassador", "asked_at": asked, "answered_at": asked, "score": score}
        for name, asked, score in [
            ("ann", "2025-09-15", 8),
            ("ann", "2025-10-15", 10),
            ("bob", "2025-10-15", 9),
            ("y", "2025-10-15", 10),
            ("ann", "2026-10-15", 10),
            ("bob", "2026-10-15", 9),
            ("v", "2026-10-15", 9),
            ("x", "2026-10-15", 0),
        ]
    ],
}
BOTH = (Comparison.PREVIOUS, Comparison.LAST_YEAR)

OpenPage = Callable[..., Page]


def reader_of(role: Role) -> Identity:
    """Somebody with this role."""
    return Identity(
        username=role.value,
        name="Ada Martin",
        role=role,
        rights=RIGHTS[role],
        language=Language.ENGLISH,
        session=f"session of {role}",
    )


@pytest.fixture(scope="module")
def small(company: Callable[..., Warehouse]) -> Warehouse:
    """The company above."""
    return company(**ROWS)


@pytest.fixture(scope="module")
def two_years(company: Callable[..., Warehouse]) -> Warehouse:
    """The company of two years above."""
    return company(**TWO_YEARS)


@pytest.fixture(scope="session")
def open_page(paris: Settings, tmp_path_factory: pytest.TempPathFactory) -> OpenPage:
    """A page on a warehouse for October against September, unless said otherwise; nothing was ever decided."""
    empty = Store(tmp_path_factory.mktemp("undecided") / "store")

    def build(warehouse: Warehouse, period: Period = OCTOBER, **choice: Any) -> Page:
        settings = paris.model_copy(update={"few": choice.pop("few", 30)})
        if "comparisons" not in choice:
            one = choice.pop("comparison", Comparison.PREVIOUS)
            choice["comparisons"] = () if one is None else (one,)
        choice.update(name="test", reader=reader_of(choice.pop("role", Role.OWNER)))
        return Page(settings=settings, store=empty, warehouse=warehouse, period=period, **choice)

    return build
