"""Rows that keep the contract and rows that break it, rule by rule."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kpi.errors import UnreadableFileError
from kpi.ingest.contract import TABLES
from kpi.ingest.validation import validate_batches
from kpi.settings import Settings

Rows = Callable[..., Any]

GOOD = {
    "customers": {
        "customer_id": "c1",
        "full_name": "Zoé Martin",
        "email": "zoe@example.org",
        "country_code": "FR",
        "sector": "retail",
        "company_size": "2-10",
        "joined_at": "2026-01-02T03:04:05Z",
        "acquisition_channel": "search",
        "reach": "120",
        "contact_consent": "yes",
        "is_staff": "0",
    },
    "products": {
        "product_id": "p1",
        "name": "Tea",
        "category": "drinks",
        "unit_price": "12.5",
        "unit_cost": "4",
        "unit_overhead": "0.5",
        "billing": "monthly",
    },
    "ambassadors": {
        "ambassador_id": "a1",
        "customer_id": "c1",
        "full_name": "Zoé Martin",
        "email": "zoe@example.org",
        "enrolled_at": "2026-01-02",
        "left_at": "2026-02-02",
        "programme": "affiliate",
        "referral_code": "ZOE",
        "lever": "event",
    },
    "orders": {
        "order_id": "o1",
        "customer_id": "c1",
        "ordered_at": "2026-01-02 03:04",
        "net_amount": "100.00",
        "discount_amount": "-5",
        "cost_amount": "40.1",
        "ambassador_id": "a1",
        "currency": "EUR",
    },
    "order_lines": {"order_id": "o1", "line_no": "1", "product_id": "p1", "quantity": "0.5", "net_amount": "0"},
    "refunds": {"refund_id": "r1", "order_id": "o1", "refunded_at": "2026-01-03", "amount": "0.01"},
    "subscriptions": {
        "subscription_id": "s1",
        "effective_at": "2026-01-01",
        "customer_id": "c1",
        "product_id": "p1",
        "monthly_amount": "0",
    },
    "content": {
        "content_id": "k1",
        "customer_id": "c1",
        "posted_at": "2026-01-01",
        "platform": "instagram",
        "kind": "video",
        "origin": "organic",
        "reach": "0",
        "engagements": "3",
        "clicks": "2",
        "orders": "1",
        "url": "not checked",
        "removed_at": "2026-01-05",
    },
    "touches": {
        "touch_id": "t1",
        "ambassador_id": "a1",
        "customer_id": "c2",
        "occurred_at": "2026-01-01",
        "kind": "link",
        "content_id": "k1",
    },
    "referrals": {
        "referral_id": "f1",
        "ambassador_id": "a1",
        "customer_id": "c2",
        "referred_at": "2026-01-01",
        "qualified_at": "2026-01-02",
        "converted_at": "2026-01-03",
        "lost_at": "2026-01-04",
    },
    "interactions": {"interaction_id": "i1", "customer_id": "c1", "occurred_at": "2026-01-01", "kind": "login"},
    "surveys": {
        "response_id": "v1",
        "customer_id": "c1",
        "audience": "customer",
        "kind": "nps",
        "asked_at": "2026-01-01",
        "answered_at": "2026-01-02",
        "score": "10",
        "comment": "Fine",
    },
    "costs": {
        "cost_id": "x1",
        "incurred_on": "2026-01-01",
        "channel": "ambassador",
        "category": "tooling",
        "amount": "-12.5",
        "ambassador_id": "a1",
    },
    "rewards": {
        "reward_id": "w1",
        "customer_id": "c1",
        "granted_at": "2026-01-01",
        "rung": "co_creation",
        "kind": "founder's letter",
        "cost_amount": "3",
        "content_id": "k1",
    },
    "challenges": {
        "challenge_id": "g1",
        "title": "1000 trees",
        "unit": "trees",
        "target": "1000",
        "starts_on": "2026-01-01",
        "ends_on": "2026-01-02",
    },
    "contributions": {
        "contribution_id": "b1",
        "challenge_id": "g1",
        "customer_id": "c1",
        "occurred_at": "2026-01-01",
        "quantity": "2",
    },
    "campaigns": {"campaign_id": "m1", "lever": "website", "name": "Spring", "started_at": "2026-01-01"},
    "campaign_events": {
        "campaign_id": "m1",
        "customer_id": "c1",
        "kind": "clicked",
        "occurred_at": "2026-01-01T00:00:00+01:00",
    },
}

AT_LEAST_0 = "must be at least 0"
MORE_THAN_0 = "must be more than 0"
REQUIRED = "is required"
MOMENT = "is not a timestamp (YYYY-MM-DD HH:MM:SS) that exists in the business time zone"
NUMBER = "is not a number with a decimal dot, below 10^14"
WHOLE = "is not a whole number"
DAY = "is not a date (YYYY-MM-DD)"
FLAG = "is not true or false"
CSAT = "must be 0 to 10 for nps, 1 to 5 for csat"
ANSWERED = "must be there exactly when answered_at is"

BAD = [
    ("customers", {"country_code": "fr"}, "must be 2 capital letters, such as FR"),
    ("customers", {"country_code": "FRA"}, "must be 2 capital letters, such as FR"),
    ("customers", {"company_size": "3-10"}, "must be one of solo, 2-10, 11-50, 51-250, 251-1000, 1000+"),
    ("customers", {"joined_at": "02/01/2026"}, MOMENT),
    ("customers", {"reach": "-1"}, AT_LEAST_0),
    ("customers", {"reach": "1.5"}, WHOLE),
    ("customers", {"contact_consent": "oui"}, FLAG),
    ("products", {"unit_price": "-0.01"}, AT_LEAST_0),
    ("products", {"unit_cost": "-1"}, AT_LEAST_0),
    ("products", {"unit_cost": "1,5"}, NUMBER),
    ("products", {"unit_overhead": "-1"}, AT_LEAST_0),
    ("products", {"billing": "weekly"}, "must be one of one_off, monthly, yearly"),
    ("ambassadors", {"programme": "vip"}, "must be one of recognition, commission, affiliate, partner"),
    ("ambassadors", {"lever": "tv"}, "must be one of email, website, app, event, sales, other"),
    ("orders", {"net_amount": "-1"}, AT_LEAST_0),
    ("orders", {"net_amount": "NaN"}, NUMBER),
    ("orders", {"net_amount": "inf"}, NUMBER),
    ("orders", {"net_amount": "100000000000000"}, NUMBER),
    ("orders", {"cost_amount": "-1"}, AT_LEAST_0),
    ("orders", {"currency": "eur"}, "must be 3 capital letters, such as EUR"),
    ("orders", {"currency": "JPY"}, "has no rate for this currency"),
    ("order_lines", {"line_no": "one"}, WHOLE),
    ("order_lines", {"quantity": "0"}, MORE_THAN_0),
    ("order_lines", {"net_amount": "-1"}, AT_LEAST_0),
    ("refunds", {"amount": "0"}, MORE_THAN_0),
    ("subscriptions", {"monthly_amount": "-1"}, AT_LEAST_0),
    (
        "content",
        {"kind": "reel"},
        "must be one of post, photo, video, story, review, testimonial, case_study, article, podcast",
    ),
    ("content", {"origin": "sponsored"}, "must be one of organic, incentivised, paid"),
    ("content", {"reach": "-1"}, AT_LEAST_0),
    ("content", {"engagements": "-1"}, AT_LEAST_0),
    ("content", {"clicks": "-1"}, AT_LEAST_0),
    ("content", {"orders": "-1"}, AT_LEAST_0),
    ("touches", {"kind": "call"}, "must be one of link, content, declared"),
    (
        "interactions",
        {"kind": "Login"},
        "must be one of login, email_opened, email_clicked, event_attended, event_spoken, community_post, "
        "support_ticket, feedback, beta_test, vote, webinar, call",
    ),
    ("surveys", {"audience": "staff"}, "must be one of customer, ambassador"),
    ("surveys", {"kind": "ces"}, "must be one of nps, csat"),
    ("surveys", {"score": "11"}, CSAT),
    ("surveys", {"score": "-1"}, CSAT),
    ("surveys", {"score": "6", "kind": "csat"}, CSAT),
    ("surveys", {"score": "0", "kind": "csat"}, CSAT),
    ("surveys", {"score": "7.5"}, WHOLE),
    ("surveys", {"score": ""}, ANSWERED),
    ("surveys", {"score": "9", "answered_at": ""}, ANSWERED),
    ("costs", {"incurred_on": "2026-01-01 00:00:00"}, DAY),
    ("costs", {"incurred_on": "2026-02-30"}, DAY),
    (
        "costs",
        {"category": "rent"},
        "must be one of commission, reward, discount, event, tooling, staff, media, content, other",
    ),
    ("rewards", {"rung": "gold"}, "must be one of recognition, access, co_creation, monetary"),
    ("rewards", {"cost_amount": "-1"}, AT_LEAST_0),
    ("challenges", {"target": "0"}, MORE_THAN_0),
    ("challenges", {"ends_on": "2026-01-01"}, "must be after starts_on"),
    ("contributions", {"quantity": "0"}, MORE_THAN_0),
    ("campaigns", {"lever": "event"}, "must be one of email, website, app"),
    (
        "campaign_events",
        {"kind": "sent"},
        "must be one of delivered, opened, clicked, enrolled, unsubscribed, bounced",
    ),
]


@pytest.mark.parametrize("table", TABLES)
def test_a_good_row_is_accepted_with_every_column_filled(table: str, validate_rows: Rows) -> None:
    outcome = validate_rows(table, GOOD[table])

    assert outcome.violations == []
    assert outcome.accepted.schema == {**TABLES[table].polars_schema, "_row": pl.Int64()}
    assert outcome.accepted.null_count().row(0) == (0,) * len(outcome.accepted.columns)
    assert (outcome.report.rows, outcome.report.accepted, outcome.report.rejected) == (1, 1, 0)


@pytest.mark.parametrize(("table", "change", "rule"), BAD)
def test_a_broken_rule_sets_the_row_aside_with_its_value(
    table: str, change: dict[str, str], rule: str, validate_rows: Rows
) -> None:
    column, value = next(iter(change.items()))

    outcome = validate_rows(table, GOOD[table], GOOD[table] | change)

    assert outcome.violations == [(2, column, rule, value or None)]
    assert outcome.accepted["_row"].to_list() == [1]
    assert (outcome.report.rows, outcome.report.accepted, outcome.report.rejected) == (2, 1, 1)


@pytest.mark.parametrize(
    ("table", "column"), [(table.name, column) for table in TABLES.values() for column in table.required]
)
def test_a_required_column_must_be_filled_in_every_row(table: str, column: str, validate_rows: Rows) -> None:
    outcome = validate_rows(table, GOOD[table], GOOD[table] | {column: "  "})

    assert outcome.violations == [(2, column, REQUIRED, None)]


@pytest.mark.parametrize(
    ("table", "column"), [(table.name, column) for table in TABLES.values() for column in table.required]
)
def test_a_required_column_must_be_in_the_file(table: str, column: str, validate_rows: Rows) -> None:
    row = {name: value for name, value in GOOD[table].items() if name != column}

    with pytest.raises(UnreadableFileError, match=rf"^{table}\.csv has no column {column}, which {table} requires\. "):
        validate_rows(table, row)


@pytest.mark.parametrize("table", TABLES)
def test_required_columns_alone_are_enough(table: str, validate_rows: Rows) -> None:
    outcome = validate_rows(table, {name: GOOD[table][name] for name in TABLES[table].required})

    row = outcome.accepted.row(0, named=True)
    assert outcome.violations == []
    assert outcome.accepted.columns == [*TABLES[table].columns, "_row"]
    for column in set(TABLES[table].columns) - set(TABLES[table].required):
        assert row[column] == TABLES[table].defaults.get(column), column


def test_a_default_fills_an_empty_value_but_not_a_wrong_one(validate_rows: Rows) -> None:
    outcome = validate_rows(
        "products",
        GOOD["products"] | {"unit_overhead": "", "billing": " "},
        GOOD["products"] | {"unit_overhead": "free"},
    )

    assert outcome.accepted.select("unit_overhead", "billing").rows() == [(Decimal(0), "one_off")]
    assert outcome.violations == [(2, "unit_overhead", NUMBER, "free")]


def test_every_broken_rule_of_a_row_is_told_but_the_row_counts_once(validate_rows: Rows) -> None:
    bad = GOOD["orders"] | {"customer_id": "", "net_amount": "-3", "ordered_at": "soon", "currency": "euro"}

    outcome = validate_rows("orders", GOOD["orders"], bad)

    assert sorted(outcome.violations) == [
        (2, "currency", "must be 3 capital letters, such as EUR", "euro"),
        (2, "customer_id", REQUIRED, None),
        (2, "net_amount", AT_LEAST_0, "-3"),
        (2, "ordered_at", MOMENT, "soon"),
    ]
    assert outcome.report.rejected == 1
    assert outcome.rejected["file"].unique().to_list() == ["orders.csv"]


def test_a_value_of_the_wrong_type_is_one_violation_only(validate_rows: Rows) -> None:
    # Neither "is required" for the same column nor a comparison with the value that could not be read.
    survey = validate_rows("surveys", GOOD["surveys"] | {"answered_at": "yesterday"})
    challenge = validate_rows("challenges", GOOD["challenges"] | {"starts_on": "1.1.2026"})

    assert survey.violations == [(1, "answered_at", MOMENT, "yesterday")]
    assert challenge.violations == [(1, "starts_on", DAY, "1.1.2026")]


def test_the_same_key_twice_is_no_violation(validate_rows: Rows) -> None:
    outcome = validate_rows("orders", GOOD["orders"], GOOD["orders"] | {"net_amount": "7"})

    assert outcome.accepted["net_amount"].to_list() == [Decimal(100), Decimal(7)]


def test_amounts_of_another_currency_are_not_converted(validate_rows: Rows) -> None:
    # USD has the rate 0.9; the store converts, the landed amount is the one of the file.
    outcome = validate_rows("orders", GOOD["orders"] | {"currency": "USD"}, GOOD["orders"] | {"currency": ""})

    assert outcome.accepted.select("net_amount", "currency").rows() == [(Decimal(100), "USD"), (Decimal(100), None)]


def test_unknown_columns_are_reported_and_ignored(validate_rows: Rows) -> None:
    outcome = validate_rows("campaigns", GOOD["campaigns"] | {"colour": "red", "size": "3"})

    assert outcome.report.unknown_columns == ("colour", "size")
    assert "colour" not in outcome.accepted.columns


def test_a_mistaken_header_is_answered_with_the_nearest_column(validate_rows: Rows) -> None:
    row = GOOD["campaigns"] | {"campain_id": "m1"}
    del row["campaign_id"]

    with pytest.raises(UnreadableFileError, match=r"has no column campaign_id.* Did you mean its column “campain_id”"):
        validate_rows("campaigns", row)


def _campaigns(count: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "campaign_id": [f"m{number}" for number in range(count)],
            "lever": ["email"] * count,
            "name": ["Spring"] * count,
            "started_at": [datetime(2026, 1, 1, tzinfo=UTC)] * count,
            "note": [None] * count,
        },
        schema_overrides={"note": pl.String},
    )


def test_frames_of_a_recipe_are_validated_like_a_file(tmp_path: Path, settings: Settings) -> None:
    accepted, rejected = tmp_path / "accepted.parquet", tmp_path / "rejected.parquet"
    bad = _campaigns(2).with_columns(lever=pl.Series(["email", "tv"]))
    told: list[int] = []

    report = validate_batches(
        [_campaigns(3), bad],
        TABLES["campaigns"],
        settings,
        name="recipe",
        accepted=accepted,
        rejected=rejected,
        progress=told.append,
    )

    # 3 + 2 rows; the last of the second frame is row 5.
    assert told == [3, 5]
    assert (report.file, report.table, report.fingerprint) == ("recipe", "campaigns", "")
    assert (report.rows, report.accepted, report.rejected, report.unknown_columns) == (5, 4, 1, ("note",))
    assert pl.read_parquet(accepted)["_row"].to_list() == [1, 2, 3, 4]
    assert pl.read_parquet(rejected).rows() == [("recipe", 5, "lever", "must be one of email, website, app", "tv")]


def test_a_recipe_without_rows_lands_an_empty_typed_file(tmp_path: Path, settings: Settings) -> None:
    accepted, rejected = tmp_path / "accepted.parquet", tmp_path / "rejected.parquet"

    report = validate_batches(
        [_campaigns(0)], TABLES["campaigns"], settings, name="recipe", accepted=accepted, rejected=rejected
    )

    assert report.rows == 0
    assert pl.read_parquet_schema(accepted) == {**TABLES["campaigns"].polars_schema, "_row": pl.Int64()}
    assert pl.read_parquet(rejected).shape == (0, 5)


def test_a_recipe_without_a_required_column_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(UnreadableFileError, match="recipe has no column lever, which campaigns requires"):
        validate_batches(
            [_campaigns(1).drop("lever")],
            TABLES["campaigns"],
            settings,
            name="recipe",
            accepted=tmp_path / "accepted.parquet",
            rejected=tmp_path / "rejected.parquet",
        )


def test_no_file_is_left_when_a_later_batch_fails(tmp_path: Path, settings: Settings) -> None:
    accepted, rejected = tmp_path / "accepted.parquet", tmp_path / "rejected.parquet"

    def broken():
        yield _campaigns(2)
        raise UnreadableFileError("cut off")

    with pytest.raises(UnreadableFileError, match="cut off"):
        validate_batches(broken(), TABLES["campaigns"], settings, name="recipe", accepted=accepted, rejected=rejected)
    assert list(tmp_path.iterdir()) == []


def test_a_good_row_keeps_its_values(validate_rows: Rows) -> None:
    customer = validate_rows("customers", GOOD["customers"]).accepted.row(0, named=True)
    cost = validate_rows("costs", GOOD["costs"]).accepted.row(0, named=True)

    assert customer == {
        "customer_id": "c1",
        "full_name": "Zoé Martin",
        "email": "zoe@example.org",
        "country_code": "FR",
        "sector": "retail",
        "company_size": "2-10",
        "joined_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "acquisition_channel": "search",
        "reach": 120,
        "contact_consent": True,
        "is_staff": False,
        "_row": 1,
    }
    assert cost["incurred_on"] == date(2026, 1, 1)
    assert cost["amount"] == Decimal("-12.5")
