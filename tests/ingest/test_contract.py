"""The contract in the program against the contract as agreed, written out once more by hand."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from kpi.errors import UnreadableFileError
from kpi.ingest.contract import TABLES, table_of
from kpi.ingest.tables import ROW_RULES

# `!` required, `#` key (and required), `@` personal, `>table` must exist there, `=value` default.
AGREED = {
    "customers": "customer_id# full_name@ email@ country_code sector company_size joined_at! "
    "acquisition_channel=unknown reach contact_consent=False is_staff=False",
    "products": "product_id# name! category unit_price unit_cost! unit_overhead=0 billing=one_off",
    "orders": "order_id# customer_id!>customers ordered_at! net_amount! discount_amount=0 cost_amount "
    "ambassador_id>ambassadors currency",
    "order_lines": "order_id#>orders line_no# product_id!>products quantity! net_amount!",
    "refunds": "refund_id# order_id!>orders refunded_at! amount!",
    "subscriptions": "subscription_id# effective_at# customer_id!>customers product_id>products monthly_amount!",
    "ambassadors": "ambassador_id# customer_id>customers full_name@ email@ enrolled_at! left_at "
    "programme=recognition referral_code lever",
    "touches": "touch_id# ambassador_id!>ambassadors customer_id!>customers occurred_at! kind! content_id>content",
    "referrals": "referral_id# ambassador_id!>ambassadors customer_id>customers referred_at! qualified_at "
    "converted_at lost_at",
    "content": "content_id# customer_id!>customers posted_at! platform! kind! origin! reach engagements clicks orders "
    "url removed_at",
    "interactions": "interaction_id# customer_id!>customers occurred_at! kind!",
    "surveys": "response_id# customer_id!>customers audience! kind! asked_at! answered_at score comment@",
    "costs": "cost_id# incurred_on! channel! category! amount! ambassador_id>ambassadors",
    "rewards": "reward_id# customer_id!>customers granted_at! rung! kind! cost_amount=0 content_id>content",
    "challenges": "challenge_id# title! unit! target! starts_on! ends_on!",
    "contributions": "contribution_id# challenge_id!>challenges customer_id!>customers occurred_at! quantity!",
    "campaigns": "campaign_id# lever! name! started_at!",
    "campaign_events": "campaign_id#>campaigns customer_id#>customers kind# occurred_at#",
}


def _as_agreed(name: str) -> str:
    table = TABLES[name]
    parts = []
    for column in table.columns:
        mark = "#" if column in table.key else "!" if column in table.required else ""
        mark += "@" if column in table.personal else ""
        mark += f">{table.references[column]}" if column in table.references else ""
        mark += f"={table.defaults[column]}" if column in table.defaults else ""
        parts.append(column + mark)
    return " ".join(parts)


def test_the_contract_has_eighteen_tables() -> None:
    assert sorted(TABLES) == sorted(AGREED)
    assert len(TABLES) == 18


@pytest.mark.parametrize("name", AGREED)
def test_columns_keys_references_and_defaults_are_as_agreed(name: str) -> None:
    assert _as_agreed(name) == AGREED[name]


@pytest.mark.parametrize("name", AGREED)
def test_key_columns_are_required(name: str) -> None:
    assert set(TABLES[name].key) <= set(TABLES[name].required)


def test_a_table_comes_after_those_it_refers_to() -> None:
    order = list(TABLES)
    for table in TABLES.values():
        for target in table.references.values():
            assert order.index(target) < order.index(table.name), f"{table.name} before {target}"


def test_types_follow_the_name_of_the_column() -> None:
    for table in TABLES.values():
        for column, dtype in table.polars_schema.items():
            if column.endswith("_at"):
                assert dtype == pl.Datetime("us", "UTC"), column
            elif column.endswith("_on"):
                assert dtype == pl.Date(), column
            elif column.endswith(("_amount", "_cost", "_price", "_overhead")) or column in {"amount", "quantity"}:
                assert dtype == pl.Decimal(18, 4), column
            elif column.endswith("_id"):
                assert dtype == pl.String(), column


def test_the_landed_file_has_the_row_number_last() -> None:
    for table in TABLES.values():
        assert table.landing.column_names() == [*table.columns, "_row"]


def test_defaults_are_of_the_type_of_their_column() -> None:
    assert TABLES["products"].defaults == {"unit_overhead": Decimal(0), "billing": "one_off"}
    assert TABLES["customers"].defaults["contact_consent"] is False


def test_every_row_rule_has_its_sentence() -> None:
    named = {rule for table in TABLES.values() for rule in table.schema._schema_validation_rules()}
    assert named == set(ROW_RULES)


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("orders.csv", "orders"),
        ("orders.parquet", "orders"),
        ("orders-2026-10.csv", "orders"),
        ("orders.2026-10.csv", "orders"),
        ("order_lines-a.b.jsonl", "order_lines"),
        ("campaign_events.xlsx", "campaign_events"),
    ],
)
def test_the_stem_names_the_table(file: str, table: str) -> None:
    assert table_of(Path("exports") / file).name == table


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("order.csv", "Did you mean orders.csv?"),
        ("Customers.parquet", "Did you mean customers.parquet?"),
        ("ordrs-2026.csv", "Did you mean orders.csv?"),
        ("orders_2026.csv", "Did you mean orders.csv?"),
        ("zzz.csv", "Known: customers, products"),
    ],
)
def test_an_unknown_table_is_refused_with_the_nearest_name(file: str, hint: str) -> None:
    with pytest.raises(UnreadableFileError) as refusal:
        table_of(Path(file))
    assert str(refusal.value).startswith(f"{file}: the contract has no table")
    assert hint in str(refusal.value)
