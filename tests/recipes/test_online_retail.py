"""The recipe for the UCI Online Retail extract: small sources written out here, then the whole file.

Source of the file: Chen (2012), UCI Online Retail, CC BY 4.0. The reference counts and sums are plain totals of its
lines (reference_values.json, online_retail), not figures of a publication.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from kpi.store.recipe import run_recipe

PROJECT = Path(__file__).resolve().parents[2]
RECIPES = PROJECT / "data" / "recipes" / "online_retail"
EXTRACT = PROJECT.parent / "shared" / "references" / "retail" / "online_retail_lines.parquet"
TABLES = ("customers", "products", "orders", "order_lines", "refunds")
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")

# Sold 35.00 + 10.00 + 15.00 + 5.00 = 65.00; taken back 10.00 + 11.50 + 5.00 + 2.00 = 28.50; net 36.50.
# Lines: 6 sold + 4 cancelled + 2 adjustments = 12.
LINES = [
    # a sale with two lines: 10 x 2.50 + 2 x 5.00 = 35.00
    ("100", "LAMP", "Desk lamp", 10.0, datetime(2011, 1, 10, 9, 0), 2.5, 17850.0, "United Kingdom"),
    ("100", "MUG", "Mug", 2.0, datetime(2011, 1, 10, 9, 1), 5.0, 17850.0, "United Kingdom"),
    # the same product again: 4 x 2.50 = 10.00, cancelled in full the next day
    ("101", "LAMP", "Desk lamp", 4.0, datetime(2011, 2, 10, 9, 0), 2.5, 17850.0, "United Kingdom"),
    ("C102", "LAMP", "Desk lamp", -4.0, datetime(2011, 2, 11, 9, 0), 2.5, 17850.0, "United Kingdom"),
    # a partial cancellation, 3 x 2.50 = 7.50, and a discount on no product that was bought, 4.00
    ("C103", "LAMP", "Desk lamp", -3.0, datetime(2011, 3, 1, 9, 0), 2.5, 17850.0, "United Kingdom"),
    ("C103", "DISCOUNT", "Discount", -1.0, datetime(2011, 3, 1, 9, 0), 4.0, 17850.0, "United Kingdom"),
    # no customer: 3 x 5.00 = 15.00 and a gift
    ("104", "MUG", "Mug", 3.0, datetime(2011, 1, 5, 9, 0), 5.0, None, "EIRE"),
    ("104", "GIFT", None, 1.0, datetime(2011, 1, 5, 9, 0), 0.0, None, "EIRE"),
    # a cancellation without a purchase before it; the purchase after it is not touched
    ("C105", "MUG", "Mug", -1.0, datetime(2011, 2, 1, 9, 0), 5.0, 12346.0, "EIRE"),
    ("108", "MUG", "Mug", 1.0, datetime(2011, 3, 5, 9, 0), 5.0, 12346.0, "France"),
    # a negative adjustment and a stock correction without value
    ("A106", "B", "Adjust bad debt", 1.0, datetime(2011, 1, 7, 9, 0), -2.0, None, "United Kingdom"),
    ("107", "MUG", "broken", -5.0, datetime(2011, 1, 8, 9, 0), 0.0, None, "United Kingdom"),
]

EXPECTED: dict[str, list[tuple[object, ...]]] = {
    "customers": [
        ("12346", "FR", datetime(2011, 2, 1, 9, 0)),  # country of the latest invoice, joined on the first
        ("17850", "GB", datetime(2011, 1, 10, 9, 0)),
        ("unidentified", None, datetime(2011, 1, 5, 9, 0)),
    ],
    "products": [
        ("B", "Adjust bad debt", None, Decimal(0)),
        ("DISCOUNT", "Discount", None, Decimal(0)),
        ("GIFT", "GIFT", None, Decimal(0)),
        ("LAMP", "Desk lamp", Decimal("2.5"), Decimal("1.25")),
        ("MUG", "Mug", Decimal(5), Decimal("2.5")),
    ],
    "orders": [
        ("100", "17850", datetime(2011, 1, 10, 9, 0), Decimal(35), Decimal("17.5")),
        ("101", "17850", datetime(2011, 2, 10, 9, 0), Decimal(10), Decimal(5)),
        ("104", "unidentified", datetime(2011, 1, 5, 9, 0), Decimal(15), Decimal("7.5")),
        ("108", "12346", datetime(2011, 3, 5, 9, 0), Decimal(5), Decimal("2.5")),
    ],
    "order_lines": [
        ("100", 1, "LAMP", Decimal(10), Decimal(25)),
        ("100", 2, "MUG", Decimal(2), Decimal(10)),
        ("101", 1, "LAMP", Decimal(4), Decimal(10)),
        ("104", 1, "GIFT", Decimal(1), Decimal(0)),
        ("104", 2, "MUG", Decimal(3), Decimal(15)),
        ("108", 1, "MUG", Decimal(1), Decimal(5)),
    ],
    "refunds": [
        ("A106/104", "104", datetime(2011, 1, 7, 9, 0), Decimal(2)),
        ("C102/101", "101", datetime(2011, 2, 11, 9, 0), Decimal(10)),  # the latest sale of the product, not 100
        (
            "C103/100",
            "100",
            datetime(2011, 3, 1, 9, 0),
            Decimal("11.5"),
        ),  # 7.50 by product + 4.00 by customer: 101 is used up
        ("C105/104", "104", datetime(2011, 2, 1, 9, 0), Decimal(5)),
    ],
}


def source(folder: Path, lines: list[tuple[object, ...]], text: bool = False) -> Path:
    frame = pl.DataFrame(lines, schema=COLUMNS, orient="row", infer_schema_length=None)
    path = folder / "lines.parquet"
    (frame.select(pl.all().cast(pl.String).fill_null("")) if text else frame).write_parquet(path)
    return path


def table(name: str, path: Path) -> pl.DataFrame:
    frame = pl.concat(run_recipe((RECIPES / f"{name}.sql").read_text(encoding="utf-8"), {"source": [path]}))
    return frame.sort(frame.columns[:2])


@pytest.mark.parametrize("text", [False, True], ids=["typed", "text"])
@pytest.mark.parametrize("name", TABLES)
def test_each_table_of_a_small_extract(tmp_path: Path, name: str, text: bool) -> None:
    assert table(name, source(tmp_path, LINES, text)).rows() == EXPECTED[name]


def test_orders_less_refunds_are_the_sum_of_all_lines(tmp_path: Path) -> None:
    path = source(tmp_path, LINES)
    # 65.00 - 28.50 = 36.50 = 25 + 10 + 10 - 10 - 7.5 - 4 + 15 + 0 - 5 + 5 - 2 + 0
    assert table("orders", path)["net_amount"].sum() - table("refunds", path)["amount"].sum() == Decimal("36.5")


def test_one_cancellation_larger_than_the_latest_order_goes_on_to_the_one_before(tmp_path: Path) -> None:
    lines = [
        ("1", "MUG", "Mug", 2.0, datetime(2011, 1, 1, 9, 0), 5.0, 7.0, "France"),
        ("2", "MUG", "Mug", 1.0, datetime(2011, 1, 2, 9, 0), 5.0, 7.0, "France"),
        ("C3", "MUG", "Mug", -2.0, datetime(2011, 1, 3, 9, 0), 5.0, 7.0, "France"),
    ]
    # 10.00 = 5.00 on the latest order, which can bear no more, and 5.00 on the one before
    assert table("refunds", source(tmp_path, lines)).select("refund_id", "amount").rows() == [
        ("C3/1", Decimal(5)),
        ("C3/2", Decimal(5)),
    ]


def test_two_cancellations_never_take_the_same_sale_twice(tmp_path: Path) -> None:
    lines = [
        ("1", "MUG", "Mug", 3.0, datetime(2011, 1, 1, 9, 0), 5.0, None, "France"),
        ("2", "MUG", "Mug", 1.0, datetime(2011, 1, 2, 9, 0), 5.0, 7.0, "France"),
        ("C3", "MUG", "Mug", -1.0, datetime(2011, 1, 3, 9, 0), 5.0, 7.0, "France"),
        ("C4", "MUG", "Mug", -1.0, datetime(2011, 1, 4, 9, 0), 5.0, 7.0, "France"),
    ]
    # order 2 bears one of the two; the other, 5.00, is left to the collective account
    assert table("refunds", source(tmp_path, lines)).select("refund_id", "amount").rows() == [
        ("C3/2", Decimal(5)),
        ("C4/1", Decimal(5)),
    ]


def test_the_first_morning_is_laid_on_the_collective_orders_of_the_same_day(tmp_path: Path) -> None:
    lines = [
        ("C1", "MUG", "Mug", -1.0, datetime(2011, 1, 1, 9, 0), 5.0, 7.0, "France"),
        ("2", "MUG", "Mug", 2.0, datetime(2011, 1, 1, 14, 0), 5.0, None, "France"),
    ]
    assert table("refunds", source(tmp_path, lines)).rows() == [
        ("C1/2", "2", datetime(2011, 1, 1, 9, 0), Decimal(5)),
    ]


@pytest.fixture(scope="module")
def whole() -> dict[str, pl.DataFrame]:
    if not EXTRACT.exists():
        pytest.skip("../shared/references/retail/online_retail_lines.parquet is not here")
    return {name: table(name, EXTRACT) for name in TABLES}


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    if not EXTRACT.exists():
        pytest.skip("../shared/references/retail/online_retail_lines.parquet is not here")
    return pl.read_parquet(EXTRACT).with_columns(
        is_cancelled=pl.col("InvoiceNo").str.starts_with("C"),
        # quantities are whole and prices have at most three decimals: thousandths are exact
        thousandths=pl.col("Quantity").cast(pl.Int64) * (pl.col("UnitPrice") * 1000).round().cast(pl.Int64),
        customer_id=pl.col("CustomerID").cast(pl.Int64).cast(pl.String).fill_null("unidentified"),
    )


def test_every_line_of_the_extract_is_sold_cancelled_or_an_adjustment(
    whole: dict[str, pl.DataFrame], lines: pl.DataFrame
) -> None:
    cancelled = lines.filter("is_cancelled").height
    rest = lines.filter(~pl.col("is_cancelled"))
    worth = pl.col("thousandths").clip(0).sum().over("InvoiceNo")
    corrections = rest.filter(pl.col("Quantity") <= 0).height
    bad_debts = rest.filter(pl.col("UnitPrice") < 0).height
    worthless = rest.filter(worth == 0, pl.col("Quantity") > 0, pl.col("UnitPrice") == 0).height
    # reference counts: 541,909 lines, 9,288 of them on cancellations; 530,504 + 9,288 + 1,336 + 2 + 779 = 541,909
    assert (cancelled, corrections, bad_debts, worthless) == (9_288, 1_336, 2, 779)
    assert whole["order_lines"].height == 530_504
    assert lines.height == 541_909 == 530_504 + 9_288 + 1_336 + 2 + 779


def test_every_invoice_of_the_extract_is_an_order_a_cancellation_or_an_adjustment(
    whole: dict[str, pl.DataFrame], lines: pl.DataFrame
) -> None:
    # reference counts: 25,900 invoices, 3,836 cancelled; 19,960 + 3,836 + 2 bad debts + 2,102 without value
    assert lines["InvoiceNo"].n_unique() == 25_900 == 19_960 + 3_836 + 2 + 2_102
    assert whole["orders"].height == whole["order_lines"]["order_id"].n_unique() == 19_960
    # each cancellation and the two bad debts are laid on orders
    assert whole["refunds"]["refund_id"].str.split("/").list.first().n_unique() == 3_836 + 2


def test_amounts_of_the_extract_to_the_tenth_of_a_cent(whole: dict[str, pl.DataFrame]) -> None:
    sold, refunded = whole["orders"]["net_amount"].sum(), whole["refunds"]["amount"].sum()
    # reference sums of quantity x price: 10,666,684.544 above zero, 918,936.61 below, net 9,747,747.934
    assert sold == whole["order_lines"]["net_amount"].sum() == Decimal("10666684.544")
    assert refunded == Decimal("918936.61")
    assert sold - refunded == Decimal("9747747.934")


def test_customers_and_products_of_the_extract(whole: dict[str, pl.DataFrame], lines: pl.DataFrame) -> None:
    # reference count: 4,372 customers; lines without one, 135,080, share the collective account
    assert whole["customers"].height == whole["customers"]["customer_id"].n_unique() == 4_372 + 1
    assert lines.filter(pl.col("customer_id") == "unidentified").height == 135_080
    # 9 of the Channel Islands, 4 unspecified, 1 European Community and the collective account have no code
    assert whole["customers"]["country_code"].null_count() == 15
    assert whole["products"].height == lines["StockCode"].n_unique() == 4_070
    assert whole["products"]["name"].null_count() == 0


def test_the_extract_keeps_the_contract(whole: dict[str, pl.DataFrame]) -> None:
    orders, order_lines, refunds = whole["orders"], whole["order_lines"], whole["refunds"]
    of_lines = order_lines.group_by("order_id").agg(pl.col("net_amount").sum().alias("of_lines"))
    of_refunds = refunds.group_by("order_id").agg(pl.col("amount").sum().alias("refunded"))
    joined = orders.join(of_lines, on="order_id").join(of_refunds, on="order_id", how="left")
    assert joined.filter(pl.col("of_lines") == pl.col("net_amount")).height == orders.height
    assert joined.filter(pl.col("refunded") > pl.col("net_amount")).height == 0
    assert order_lines.filter((pl.col("quantity") <= 0) | (pl.col("net_amount") < 0)).height == 0
    assert refunds.filter(pl.col("amount") <= 0).height == 0
    assert refunds["refund_id"].n_unique() == refunds.height
    assert order_lines.select("order_id", "line_no").n_unique() == order_lines.height
    for child, parent, key in [
        (refunds, orders, "order_id"),
        (orders, whole["customers"], "customer_id"),
        (order_lines, whole["products"], "product_id"),
    ]:
        assert child.join(parent, on=key, how="anti").height == 0


def test_only_the_first_morning_precedes_its_order(whole: dict[str, pl.DataFrame]) -> None:
    early = whole["refunds"].join(whole["orders"], on="order_id").filter(pl.col("refunded_at") < pl.col("ordered_at"))
    # C536379 27.50, C536391 130.89 + 10.59, C536543 3.80 and C536548 122.30 = 295.08, by hours
    assert sorted(early["amount"]) == [Decimal(text) for text in ("3.80", "10.59", "27.50", "122.30", "130.89")]
    assert (early["ordered_at"].dt.date() == early["refunded_at"].dt.date()).all()
    assert set(early["customer_id"]) == {"unidentified"}


def test_no_identified_customer_bears_a_refund_of_another(whole: dict[str, pl.DataFrame], lines: pl.DataFrame) -> None:
    refunded = whole["refunds"].group_by("order_id").agg(pl.col("amount").sum())
    net = pl.col("net_amount") - pl.col("amount").fill_null(Decimal(0))
    by_recipe = (
        whole["orders"]
        .join(refunded, on="order_id", how="left")
        .group_by("customer_id")
        .agg((net * 1000).sum().cast(pl.Int64).alias("recipe"))
    )
    by_extract = lines.group_by("customer_id").agg(pl.col("thousandths").sum().alias("extract"))
    gaps = (
        by_extract.join(by_recipe, on="customer_id", how="left")
        .with_columns(gap=pl.col("recipe").fill_null(0) - pl.col("extract"))
        .filter(pl.col("gap") != 0)
    )
    # 22,626.240 of 185 customers: no earlier order of theirs could bear it, so the collective account does
    assert gaps.filter(pl.col("gap") > 0).select(pl.col("gap").sum(), pl.len()).row(0) == (22_626_240, 185)
    assert gaps.filter(pl.col("gap") < 0).select("customer_id", "gap").rows() == [("unidentified", -22_626_240)]
