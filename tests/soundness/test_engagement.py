"""What the engagement score is made of, person by person, on rows written out."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kpi.settings import Advocates, Settings, Weights
from kpi.store import Listing, Warehouse
from tests.conftest import Company, Row

CUTOFF = date(2026, 6, 1)  # the window begins on 1 June 2025
PEOPLE = ("ada", "ben", "cleo", "dan")
COUNTS = (
    "posts", "engagements", "unmeasured_posts", "reviews", "referrals", "people_brought", "repeat_orders", "kinds",
    "feedback", "community_posts", "contributions", "events",
)  # fmt: skip


def company_tables() -> dict[str, list[Row]]:
    """Four customers and an employee; every row that is not in a comment with a reason counts."""
    return {
        "customers": [
            {"customer_id": "ada", "joined_at": "2024-06-01", "reach": 300, "contact_consent": True},
            {"customer_id": "ben", "joined_at": "2025-06-01", "reach": 90_000, "contact_consent": True},
            {"customer_id": "cleo", "joined_at": "2026-05-31"},
            {"customer_id": "dan", "joined_at": "2026-06-01"},  # joined on the day of the cut-off: not known before it
            {"customer_id": "eve", "joined_at": "2020-01-01", "is_staff": True},
        ],
        "ambassadors": [{"ambassador_id": "A", "customer_id": "ada", "enrolled_at": "2025-01-01"}],
        "content": [
            {"customer_id": "ada", "posted_at": "2025-06-01T12:00:00", "engagements": 10},  # the window's first day
            {"customer_id": "ada", "posted_at": "2025-05-31T12:00:00", "engagements": 500},  # the day before
            {"customer_id": "ada", "posted_at": "2026-05-31T23:30:00", "engagements": 5},  # its last hour
            {"customer_id": "ada", "posted_at": "2026-03-01", "origin": "incentivised", "engagements": 70},
            {"customer_id": "ada", "posted_at": "2026-03-01", "origin": "paid", "engagements": 70},
            {"customer_id": "ada", "posted_at": "2026-03-02", "removed_at": "2026-04-01", "engagements": 70},
            {"customer_id": "ada", "posted_at": "2026-03-03", "removed_at": "2026-07-01", "engagements": 1},  # not yet
            {"customer_id": "ada", "posted_at": "2026-03-04", "kind": "review"},
            {"customer_id": "ben", "posted_at": "2026-03-05"},  # nobody measured what it drew
            {"customer_id": "eve", "posted_at": "2026-03-05", "engagements": 900},
        ],
        "referrals": [
            {"ambassador_id": "A", "referred_at": "2025-07-01"},
            {"ambassador_id": "A", "referred_at": "2025-05-01"},
        ],
        "orders": [
            *(
                {"order_id": name, "customer_id": "ben", "ordered_at": day, "net_amount": 50, "ambassador_id": code}
                for name, day, code in (
                    ("b1", "2025-09-01", "A"),
                    ("b2", "2025-10-01", None),
                    ("b3", "2025-11-01", None),
                    ("b4", "2025-12-01", None),
                )
            ),
            {"order_id": "a1", "customer_id": "ada", "ordered_at": "2024-07-01", "net_amount": 50},
        ],
        "refunds": [
            {"order_id": "b2", "refunded_at": "2025-10-05", "amount": 20},  # in part: the order is kept
            {"order_id": "b3", "refunded_at": "2025-11-05", "amount": 20},  # in two parts, in full: it is not
            {"order_id": "b3", "refunded_at": "2025-11-06", "amount": 30},
            {"order_id": "b4", "refunded_at": "2026-06-02", "amount": 50},  # after the cut-off: still kept then
        ],
        "interactions": [
            *(
                {"customer_id": "ada", "occurred_at": "2026-02-01T10:00:00", "kind": kind}
                for kind in ("feedback", "vote", "beta_test", "community_post", "webinar", "event_spoken", "login")
            ),
            {"customer_id": "ben", "occurred_at": "2026-05-20", "kind": "email_opened"},  # no sign of attachment
            {"customer_id": "ben", "occurred_at": "2026-05-21", "kind": "support_ticket"},
        ],
        "contributions": [{"customer_id": "ada", "occurred_at": "2026-02-02"}],
        "surveys": [
            {"customer_id": "ada", "answered_at": "2026-03-10", "score": 10},
            {"customer_id": "ada", "answered_at": "2026-03-01", "score": 2},
            {"customer_id": "ben", "asked_at": "2026-03-01"},  # asked, without an answer
        ],
        "rewards": [{"customer_id": "ada", "granted_at": "2025-01-01"}],
    }  # fmt: skip


def later_rows() -> dict[str, list[Row]]:
    """Of everything, something on the day of the cut-off or later: what a leak would let in."""
    day = "2026-06-01T00:00:00"
    return {
        "content": [{"customer_id": name, "posted_at": day, "engagements": 10_000} for name in ("ada", "ben", "cleo")],
        "referrals": [{"ambassador_id": "A", "referred_at": day, "converted_at": day}],
        "orders": [
            {"order_id": "later-1", "customer_id": "cleo", "ordered_at": day, "net_amount": 9, "ambassador_id": "A"},
            {"order_id": "later-2", "customer_id": "ben", "ordered_at": day, "net_amount": 9},
        ],
        "refunds": [{"order_id": "b1", "refunded_at": day, "amount": 50}],
        "interactions": [
            {"customer_id": name, "occurred_at": day, "kind": kind}
            for name in ("ada", "ben", "cleo")
            for kind in ("feedback", "community_post", "webinar", "login", "support_ticket")
        ],
        "contributions": [{"customer_id": "cleo", "occurred_at": day}],
        "surveys": [{"customer_id": name, "answered_at": day, "asked_at": day, "score": 0} for name in ("ada", "cleo")],
        "rewards": [{"customer_id": "ben", "granted_at": day}],
        "ambassadors": [{"ambassador_id": "B", "customer_id": "ben", "enrolled_at": day}],
    }


def rows(warehouse: Warehouse, mart: str, *columns: str, at: date | None = CUTOFF) -> dict[str, dict[str, Any]]:
    listing = Listing(mart=mart, columns=("customer_id", *columns), order=("customer_id",), cutoff=at)
    return {row.pop("customer_id"): row for row in warehouse.rows(listing)}


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Nobody is compared with fewer than everybody."""
    return Settings(time_zone="Europe/Paris", currency="EUR", advocates=Advocates(smallest_segment=30))


@pytest.fixture(scope="module")
def people(bare_company: Company, settings: Settings) -> Warehouse:
    return bare_company(settings=settings, **company_tables())


def test_what_each_person_did_in_the_year_before_the_cutoff(people: Warehouse) -> None:
    found = {name: tuple(row.values()) for name, row in rows(people, "fct_engagement", *COUNTS).items()}
    assert found == {
        # posts 1 June, 31 May and 3 March: 10 + 5 + 1 = 16; the review was not measured; ben's first order is credited;
        # seven kinds of interactions, and a post, a review, a referral, a contribution and an answer are 12 kinds
        "ada": (3, 16, 1, 1, 1, 1, 0, 12, 3, 1, 1, 2),
        # b2 and b4 are kept, b1 was the first, b3 was given back; kinds: orders, a post
        "ben": (1, 0, 1, 0, 0, 0, 2, 2, 0, 0, 0, 0),
        "cleo": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    }


def test_how_long_how_lately_how_satisfied_how_far(people: Warehouse) -> None:
    columns = ("tenure_days", "last_active_date", "satisfaction", "answer_score", "capped_reach", "last_asked_date")
    found = {name: tuple(row.values()) for name, row in rows(people, "fct_engagement", *columns).items()}
    assert found == {
        "ada": (730, date(2026, 5, 31), 1.0, 10, 300, date(2020, 1, 1)),
        # the opened mail and the ticket are no signs of attachment: the post of 5 March is
        "ben": (365, date(2026, 3, 5), None, None, 10_000, date(2026, 3, 1)),
        "cleo": (1, None, None, None, None, None),
    }


def test_what_stands_against_proposing_somebody(people: Warehouse) -> None:
    columns = ("standing", "is_without_consent", "has_complaint", "is_detractor", "is_thanked", "is_ambassador")
    found = {name: tuple(row.values()) for name, row in rows(people, "dim_advocates", *columns).items()}
    assert found == {
        "ada": ("eligible", False, False, False, False, True),  # thanked 516 days before
        "ben": ("complaint", False, True, False, False, False),  # a ticket 11 days before
        "cleo": ("no_consent", True, False, False, False, False),
    }


def test_points_are_shares_of_the_weights(people: Warehouse) -> None:
    shares = (
        "organic_content_share", "content_response_share", "referrals_share", "satisfaction_share", "tenure_share",
        "reach_share",
    )  # fmt: skip
    found = {name: tuple(row.values()) for name, row in rows(people, "dim_advocates", *shares).items()}
    third = pytest.approx(1 / 3)
    assert found == {
        # of two who posted, ben did as much as one of them, himself; what ada's posts drew is more than usual whatever
        # the review drew
        "ada": (1.0, 1.0, 1.0, 1.0, 1.0, 0.5),
        "ben": (0.5, None, 0.0, None, pytest.approx(2 / 3), 1.0),
        "cleo": (0.0, 0.0, 0.0, None, third, None),
    }
    columns = ("organic_content_points", "content_response_points", "satisfaction_points", "confidence")
    points = {name: tuple(row.values()) for name, row in rows(people, "dim_advocates", *columns).items()}
    assert points == {
        "ada": (Decimal(17), Decimal(8), Decimal(12), 1.0),
        # what is not known brings half: 8 / 2, 12 / 2; confidence 1 - 0.08 - 0.12
        "ben": (Decimal("8.5"), Decimal(4), Decimal(6), 0.8),
        "cleo": (Decimal(0), Decimal(0), Decimal(6), 0.86),  # 1 - 0.12 - 0.02
    }


@pytest.mark.parametrize("mart", ["fct_engagement", "fct_engagement_shares", "dim_advocates", "dim_weights"])
def test_nothing_from_the_cutoff_on_changes_anything(
    bare_company: Company, people: Warehouse, settings: Settings, mart: str
) -> None:
    """The planted leak: a row of every table on the day of the cut-off."""
    earlier, later = company_tables(), later_rows()
    leaky = bare_company(settings=settings, **{name: [*rows, *later.get(name, [])] for name, rows in earlier.items()})
    order = "customer_id" if mart != "dim_weights" else "1"
    listing = Listing(mart=mart, columns=("*",), order=(order,), cutoff=CUTOFF)
    assert leaky.frame(listing).rows() == people.frame(listing).rows()


def test_a_published_score_is_that_of_the_day_after_the_last_event(bare_company: Company, settings: Settings) -> None:
    tables = company_tables()
    tables["refunds"] = [row for row in tables["refunds"] if row["refunded_at"] != "2026-06-02"]
    tables["content"] = [{k: v for k, v in row.items() if k != "removed_at"} for row in tables["content"]]
    published = bare_company(settings=settings, **tables)
    assert published.manifest.data_end == CUTOFF
    kept = Listing(mart="dim_advocates", columns=("*",), order=("customer_id",))
    asked = Listing(mart="dim_advocates", columns=("*",), order=("customer_id",), cutoff=CUTOFF)
    assert published.frame(kept).rows() == published.frame(asked).rows()


def test_what_no_table_tells_leaves_its_points_to_the_others(bare_company: Company) -> None:
    weights = Weights(
        **{**dict.fromkeys(Weights.model_fields, 0), "tenure": 1, "satisfaction": 2, "repeat_purchases": 1}
    )
    shop = bare_company(
        settings=Settings(advocates=Advocates(weights=weights)),
        customers=[
            {"customer_id": "ada", "joined_at": "2026-01-01"},
            {"customer_id": "ben", "joined_at": "2025-01-01"},
        ],
        orders=[{"customer_id": "ada", "ordered_at": f"2026-0{month}-01", "net_amount": 1} for month in (1, 2, 3)],
    )
    columns = ("engagement_score", "tenure_points", "repeat_purchases_points", "satisfaction_points", "confidence")
    found = {name: tuple(row.values()) for name, row in rows(shop, "dim_advocates", *columns, at=None).items()}
    assert found == {
        # nobody was ever asked: 50 points each for tenure and purchases, half of what is to be known is
        "ada": (Decimal(75), Decimal(25), Decimal(50), Decimal(0), 0.5),
        "ben": (Decimal(50), Decimal(50), Decimal(0), Decimal(0), 0.5),
    }


def test_few_of_a_segment_are_compared_with_the_few_of_others(bare_company: Company) -> None:
    def living(country: str, *days: int) -> list[Row]:
        return [
            {"customer_id": f"{country}{day}", "country_code": country, "joined_at": f"2026-01-{day:02}"}
            for day in days
        ]

    company = bare_company(
        settings=Settings(advocates=Advocates(smallest_segment=2)),
        customers=[*living("FR", 1, 2), *living("BE", 3), *living("LU", 4)],
        orders=[{"customer_id": "FR1", "ordered_at": "2026-01-05", "net_amount": 1}],
    )
    found = rows(company, "dim_advocates", "compared_with", "tenure_share", at=None)
    assert {name: tuple(row.values()) for name, row in found.items()} == {
        "FR1": ("FR", 1.0),
        "FR2": ("FR", 0.5),
        "BE3": (None, 1.0),
        "LU4": (None, 0.5),
    }


def test_whoever_posted_has_posted_and_who_was_dissatisfied_earns_nothing(bare_company: Company) -> None:
    people = ("incentivised", "removed", "later", "never")
    company = bare_company(
        customers=[{"customer_id": name, "joined_at": "2025-01-01"} for name in (*people, "bad", "good")],
        content=[
            {"customer_id": "incentivised", "posted_at": "2026-05-01", "origin": "incentivised"},
            {"customer_id": "removed", "posted_at": "2026-04-01", "removed_at": "2026-05-01"},
            {"customer_id": "later", "posted_at": "2026-06-01"},  # from the cut-off on
        ],
        surveys=[
            {"customer_id": name, "asked_at": "2025-08-01", "answered_at": "2025-08-01", "score": score}
            for name, score in (("bad", 6), ("good", 7))  # longer ago than a detractor waits
        ],
    )
    marts = {
        name: {row.pop("customer_id"): row for row in company.rows(_as_of(name, columns))}
        for name, columns in {
            "fct_engagement": ("customer_id", "has_posted", "posts"),
            "dim_advocates": ("customer_id", "satisfaction_points", "satisfaction_share"),
        }.items()
    }
    assert {name: marts["fct_engagement"][name]["has_posted"] for name in people} == {
        "incentivised": True,
        "removed": True,
        "later": False,
        "never": False,
    }
    # known, and of no points; who is not known has half of them
    assert marts["dim_advocates"]["bad"] == {"satisfaction_points": 0, "satisfaction_share": 0.0}
    assert marts["dim_advocates"]["good"]["satisfaction_points"] > 0
    assert marts["dim_advocates"]["never"]["satisfaction_share"] is None


def _as_of(mart: str, columns: tuple[str, ...]) -> Listing:
    return Listing(mart=mart, columns=columns, order=("customer_id",), cutoff=CUTOFF)
