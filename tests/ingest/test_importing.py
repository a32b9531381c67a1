"""Imports from end to end: what is accepted, what is set aside and why, and what stops an import without a trace."""

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from kpi.errors import (
    AmbassadeError,
    AuditFailedError,
    NothingPublishedError,
    TooManyRejectedError,
    UnreadableFileError,
)
from kpi.ingest import import_files, rebuild
from kpi.ingest.importing import TableReport
from kpi.store import Store
from tests.store.exports import (
    CUSTOMERS,
    NOW,
    ORDERS,
    REFUNDS,
    bring,
    held,
    in_force,
    quarantined,
    settings,
    value,
    values,
    write,
)

IS_NOT_A_NUMBER = "is not a number with a decimal dot, below 10^14"
EXCEEDS = "an order's refunds must not exceed its net_amount"
SIZES = "must be one of solo, 2-10, 11-50, 51-250, 251-1000, 1000+"

COMPANY: dict[str, Sequence[str]] = {
    "customers": (CUSTOMERS, "C1,2026-01-01", "C2,2026-01-02"),
    "orders": (ORDERS, "O1,C1,2026-02-01,100.00", "O2,C2,2026-03-01,40.00"),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture(scope="module")
def _imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    bring(Store(folder / "store"), folder / "exports", **COMPANY)
    return folder / "store"


@pytest.fixture
def filled(_imported: Path, store: Store) -> Store:
    """A store of its own in which COMPANY is version 1."""
    shutil.copytree(_imported, store.folder)
    return store


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "orders.csv",
            "order_id,customer_id,ordered_at,net_amount\nÉ1,C1,2026-02-01,1\n".encode("cp1252"),
            "not UTF-8",
        ),
        ("orders.csv", b"\n\n", "orders.csv has no header"),
        ("orders.csv", b"", "orders.csv is empty"),
        ("orders.csv", b"order_id,customer,ordered_at,net_amount\n", "Did you mean its column “customer”?"),
        ("orders.csv", b"order_id,customer_id,ordered_at,net_amount\nO3,C1", "orders.csv is cut off"),
        ("orders.parquet", b"order_id,customer_id\n", "orders.parquet"),
        ("orders.xlsx", b"PK\x03\x04 not a workbook", "orders.xlsx"),
        ("orders.jsonl", b'{"order_id": "O3", \n', "orders.jsonl"),
        ("order.csv", b"order_id\n", "the contract has no table “order”. Did you mean orders.csv?"),
    ],
)
def test_an_unreadable_file_changes_nothing(
    filled: Store, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    before = held(filled)
    folder = write(tmp_path / "second", customers=(CUSTOMERS, "C3,2026-01-03"))
    (folder / name).write_bytes(content)
    with pytest.raises(UnreadableFileError) as caught:
        import_files(filled, [folder], settings(), now=NOW)
    assert message in str(caught.value)
    assert held(filled) == before


def test_a_first_import_that_fails_leaves_nothing(store: Store, tmp_path: Path) -> None:
    folder = write(tmp_path / "first", customers=(CUSTOMERS, "C1,2026-01-01"), orders=("order_id", "O1"))
    with pytest.raises(UnreadableFileError, match="has no column customer_id, ordered_at, net_amount"):
        import_files(store, [folder], settings(), now=NOW)
    assert held(store) == {}
    with pytest.raises(NothingPublishedError, match="python -m kpi import FOLDER"):
        store.published()


@pytest.mark.parametrize("make", ["missing", "folder without exports", "folder named like a file", "dangling link"])
def test_a_path_without_a_file_is_told(store: Store, tmp_path: Path, make: str) -> None:
    path = tmp_path / "exports"
    if make != "missing":
        path.mkdir()
    if make == "folder named like a file":
        (path / "orders.csv").mkdir()
    if make == "dangling link":
        (path / "orders.csv").symlink_to(tmp_path / "gone.csv")
    expected = {
        "missing": "exports does not exist",
        "folder without exports": "holds no file that ends in .csv, .parquet, .jsonl, .xlsx",
        "folder named like a file": "orders.csv is a folder",
        "dangling link": "orders.csv does not exist",
    }
    with pytest.raises(UnreadableFileError, match=expected[make]):
        import_files(store, [path], settings(), now=NOW)


def test_every_row_set_aside_says_why(store: Store, tmp_path: Path) -> None:
    report = bring(
        store,
        tmp_path / "exports",
        customers=("customer_id,joined_at,company_size", "C1,2026-01-01,solo", "C2,2026-01-01,huge"),
        orders=(
            f"{ORDERS},currency",
            "O1,C1,2026-02-01,100,",
            "O2,C9,2026-02-01,100,",
            "O3,C1,2026-02-01,-1,",
            "O4,C1,2026-02-01,ten,",
            "O5,C1,2026-02-01,10,GBP",
            "O6,C2,2026-02-01,10,",
            "O7,,yesterday,10,",
        ),
        refunds=(REFUNDS, "R1,O6,2026-03-01,1", "R2,O1,2026-03-01,1"),
    )
    expected = [
        ("customers.csv", 2, "company_size", SIZES, "huge"),
        ("orders.csv", 3, "net_amount", "must be at least 0", "-1"),
        ("orders.csv", 4, "net_amount", IS_NOT_A_NUMBER, "ten"),
        ("orders.csv", 5, "currency", "has no rate for this currency", "GBP"),
        (
            "orders.csv",
            7,
            "ordered_at",
            "is not a timestamp (YYYY-MM-DD HH:MM:SS) that exists in the business time zone",
            "yesterday",
        ),
        ("orders.csv", 7, "customer_id", "is required", None),
        ("orders.csv", 2, "customer_id", "must exist in customers", "C9"),
        # the row that C2 stood in was set aside, so its order and the refund of that order go too
        ("orders.csv", 6, "customer_id", "must exist in customers", "C2"),
        ("refunds.csv", 1, "order_id", "must exist in orders", "O6"),
    ]
    assert quarantined(report.quarantine) == expected
    assert quarantined(pl.read_parquet(store.quarantine_file(report.version))) == expected
    assert store.published().quarantine == ("quarantine/000001.parquet",)
    assert report.tables == {
        "customers": TableReport(rows=2, accepted=1, rejected=1, replaced=0),
        "orders": TableReport(rows=7, accepted=1, rejected=6, replaced=0),
        "refunds": TableReport(rows=2, accepted=1, rejected=1, replaced=0),
    }
    assert [(s.table, s.rows, s.accepted, s.rejected) for s in store.published().sources] == [
        ("customers", 2, 1, 1),
        ("orders", 7, 1, 6),
        ("refunds", 2, 1, 1),
    ]
    assert in_force(store, "refunds", "refund_id") == [("R2",)]


# Order O1 was paid 100.00. Each case: refunds that stand already, refunds that arrive, rows set aside, rows in force.
REFUND_CASES = {
    "in order of date until the order is used up": (
        (),
        ("R1,O1,2026-03-03,50", "R2,O1,2026-03-01,60", "R3,O1,2026-03-04,40"),
        [1],  # R2 60; R1 would make 110; R3 makes exactly 100
        [("R2", 60), ("R3", 40)],
    ),
    "those that stand count first": (
        ("R1,O1,2026-03-05,70",),
        ("R2,O1,2026-03-01,40", "R3,O1,2026-03-02,30"),
        [1],  # 70 + 40 = 110; 70 + 30 = 100
        [("R1", 70), ("R3", 30)],
    ),
    "a replaced refund counts once": (
        ("R1,O1,2026-03-01,70",),
        ("R1,O1,2026-03-01,60", "R2,O1,2026-03-02,40"),
        [],  # 60 + 40 = 100, not 70 + 60 + 40
        [("R1", 60), ("R2", 40)],
    ),
    "a correction set aside leaves what stands": (
        ("R1,O1,2026-03-01,70",),
        ("R1,O9,2026-03-01,10", "R2,O1,2026-03-02,40"),
        [1, 2],  # R1 stays 70, so R2 would make 110
        [("R1", 70)],
    ),
    "an excessive correction leaves what stands": (
        ("R1,O1,2026-03-01,70",),
        ("R1,O1,2026-03-01,120", "R2,O1,2026-03-02,40"),
        [1, 2],  # 120 > 100; back to 70; 70 + 40 = 110
        [("R1", 70)],
    ),
    "an excessive later twin leaves the earlier row": (
        (),
        ("R1,O1,2026-03-01,70", "R1,O1,2026-03-01,120", "R2,O1,2026-03-02,40"),
        [2, 3],  # row 2 alone exceeds 100, so row 1 holds 70, and 70 + 40 = 110
        [("R1", 70)],
    ),
    "a refund that moves to another order frees the first": (
        ("R1,O1,2026-03-01,100",),
        ("R1,O2,2026-03-01,40", "R2,O1,2026-03-02,100"),
        [],
        [("R1", 40), ("R2", 100)],
    ),
}


@pytest.mark.parametrize("case", REFUND_CASES)
def test_refunds_stay_within_the_order(filled: Store, tmp_path: Path, case: str) -> None:
    standing, arriving, rejected, kept = REFUND_CASES[case]
    if standing:
        bring(filled, tmp_path / "first", refunds=(REFUNDS, *standing))
    report = bring(filled, tmp_path / "second", refunds=(REFUNDS, *arriving))
    assert sorted(row for _, row, *_ in quarantined(report.quarantine)) == rejected
    assert in_force(filled, "refunds", "refund_id", "amount") == kept


def test_an_order_in_another_currency_bears_refunds_up_to_its_worth(store: Store, tmp_path: Path) -> None:
    report = bring(
        store,
        tmp_path / "exports",
        customers=COMPANY["customers"],
        orders=(f"{ORDERS},currency", "U1,C2,2026-02-01,100,USD"),
        refunds=(REFUNDS, "R1,U1,2026-03-01,40", "R2,U1,2026-03-02,20"),
    )
    # 100 USD at 0.5 are 50.00: 40 fits, 40 + 20 does not
    assert quarantined(report.quarantine) == [("refunds.csv", 2, "amount", EXCEEDS, "20.0000")]


def test_a_refund_above_its_order_names_rule_and_value(store: Store, tmp_path: Path) -> None:
    report = bring(store, tmp_path / "exports", **COMPANY, refunds=(REFUNDS, "R1,O1,2026-03-01,100.01"))
    assert quarantined(report.quarantine) == [("refunds.csv", 1, "amount", EXCEEDS, "100.0100")]


def test_refunds_stay_within_an_order_that_is_corrected_downwards(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "first", **COMPANY, refunds=(REFUNDS, "R1,O1,2026-03-01,60"))
    before = held(store)
    with pytest.raises(AuditFailedError, match=r"refunds exceed what was paid for the order: 1 \(O1\)") as caught:
        bring(store, tmp_path / "second", orders=(ORDERS, "O1,C1,2026-02-01,59.99"))
    assert caught.value.exit_code == 3
    assert held(store) == before


def _customers(good: int, bad: int) -> tuple[str, ...]:
    return (CUSTOMERS, *(f"C{n},2026-01-01" for n in range(good)), *(f"B{n},never" for n in range(bad)))


@pytest.mark.parametrize(
    ("good", "bad", "limit"),
    [(19, 1, 0.05), (100, 0, 0.0), (71, 29, 0.29), (1, 1, 0.5)],  # 1 / 20 = 5 %, 29 / 100 = 29 %
)
def test_as_many_rejected_rows_as_allowed_go_on(
    store: Store, tmp_path: Path, good: int, bad: int, limit: float
) -> None:
    folder = write(tmp_path / "exports", customers=_customers(good, bad))
    report = import_files(store, [folder], settings(rejected_rows_limit=limit), now=NOW)
    assert report.tables["customers"].rejected == bad
    assert store.published().rows["customers"] == good


def test_more_rejected_rows_than_allowed_stop_the_import(store: Store, tmp_path: Path) -> None:
    strict = settings(rejected_rows_limit=0.05)
    import_files(store, [write(tmp_path / "first", **COMPANY)], strict, now=NOW)
    before = held(store)
    # customers: 5 of 100 set aside, allowed; orders: 2 of 39 = 5.1 %
    orders = (ORDERS, *(f"O{n},C1,2026-02-01,1" for n in range(37)), "P1,C1,2026-02-01,-1", "P2,C1,2026-02-01,-2")
    folder = write(tmp_path / "second", customers=_customers(95, 5), orders=orders)
    with pytest.raises(TooManyRejectedError) as caught:
        import_files(store, [folder], strict, now=NOW)
    refused = store.quarantine_file(None)
    assert str(caught.value) == (
        "orders: 2 of 39 rows break a rule, more than the 5 % allowed, so nothing was imported. "
        f"Most often: net_amount must be at least 0 (2 times). Every row with its rule is in {refused}; "
        "correct the export, or raise rejected_rows_limit in data/settings.toml."
    )
    found = pl.read_parquet(refused)
    assert quarantined(found.filter(file="orders.csv")) == [
        ("orders.csv", 38, "net_amount", "must be at least 0", "-1"),
        ("orders.csv", 39, "net_amount", "must be at least 0", "-2"),
    ]
    assert found.filter(file="customers.csv").height == 5
    after = held(store)
    del after["quarantine/refused.parquet"]
    assert after == before


def test_the_same_file_again_changes_nothing(filled: Store, tmp_path: Path) -> None:
    before = held(filled)
    report = bring(filled, tmp_path / "again", **COMPANY)
    assert (report.version, report.published, dict(report.tables)) == (1, False, {})
    assert report.notes == (
        "customers.csv was imported before: nothing changes",
        "orders.csv was imported before: nothing changes",
    )
    assert held(filled) == before


def test_a_known_file_beside_a_new_one_is_left_out(filled: Store, tmp_path: Path) -> None:
    report = bring(filled, tmp_path / "second", customers=COMPANY["customers"], orders=(ORDERS, "O3,C1,2026-04-01,1"))
    assert (report.version, report.published, list(report.tables)) == (2, True, ["orders"])
    assert filled.published().rows["orders"] == 3
    assert len(filled.published().landing["customers"]) == 1


def test_one_content_may_serve_two_tables(store: Store, tmp_path: Path) -> None:
    both = ("customer_id,joined_at,ambassador_id,enrolled_at", "C1,2026-01-01,A1,2026-01-01")
    bring(store, tmp_path / "first", customers=both)
    report = bring(store, tmp_path / "second", ambassadors=both)
    assert report.published
    assert in_force(store, "ambassadors", "ambassador_id", "customer_id") == [("A1", "C1")]


def test_a_later_row_with_the_same_key_counts(store: Store, tmp_path: Path) -> None:
    report = bring(
        store,
        tmp_path / "first",
        customers=COMPANY["customers"],
        orders=(ORDERS, "O1,C1,2026-02-01,1", "O1,C1,2026-02-01,2", "O2,C1,2026-02-01,10"),
        orders__b=(ORDERS, "O2,C1,2026-02-01,20", "O3,C1,2026-02-01,100"),
    )
    # orders-b.csv comes before orders.csv: O1 = 2 (later row), O2 = 10 (later file), O3 = 100
    assert in_force(store, "orders", "order_id", "net_amount") == [("O1", 2), ("O2", 10), ("O3", 100)]
    assert report.tables["orders"] == TableReport(rows=5, accepted=5, rejected=0, replaced=2)
    bring(store, tmp_path / "second", orders=(ORDERS, "O3,C2,2026-02-02,300"))
    assert in_force(store, "orders", "order_id", "customer_id", "net_amount") == [
        ("O1", "C1", 2),
        ("O2", "C1", 10),
        ("O3", "C2", 300),
    ]
    assert value(store, "net_revenue") == 312  # 2 + 10 + 300
    assert store.published().rows["orders"] == 3


def test_batches_of_one_table_are_told_apart_in_quarantine(store: Store, tmp_path: Path) -> None:
    report = bring(
        store,
        tmp_path / "exports",
        customers=COMPANY["customers"],
        orders__2026_01=(ORDERS, "O1,C1,2026-01-05,10", "O2,C9,2026-01-06,10"),
        orders__2026_02=(ORDERS, "O3,C8,2026-02-05,10", "O4,C2,2026-02-06,10"),
    )
    assert quarantined(report.quarantine) == [
        ("orders-2026_01.csv", 2, "customer_id", "must exist in customers", "C9"),
        ("orders-2026_02.csv", 1, "customer_id", "must exist in customers", "C8"),
    ]
    assert [(s.name, s.accepted, s.rejected) for s in store.published().sources if s.table == "orders"] == [
        ("orders-2026_01.csv", 1, 1),
        ("orders-2026_02.csv", 1, 1),
    ]


def test_unknown_columns_are_reported_and_ignored(store: Store, tmp_path: Path) -> None:
    report = bring(store, tmp_path / "exports", customers=(f"{CUSTOMERS},shoe_size,mood", "C1,2026-01-01,44,good"))
    assert report.notes == ("customers.csv: ignored columns shoe_size, mood",)
    assert store.published().rows["customers"] == 1


def _append(path: Path, line: str) -> Callable[[str, int, int], None]:
    """Another process that goes on writing while the customers are read."""

    def tell(step: str, done: int, total: int) -> None:
        if step.startswith("Reading customers"):
            path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")

    return tell


@pytest.mark.parametrize("changed", ["customers.csv", "orders.csv"])
def test_a_file_that_changes_during_the_import_is_not_published(store: Store, tmp_path: Path, changed: str) -> None:
    folder = write(tmp_path / "exports", **COMPANY)
    line = {"customers.csv": "C3,2026-01-01\n", "orders.csv": "O3,C1,2026-02-01,1\n"}[changed]
    with pytest.raises(UnreadableFileError, match=f"{changed} changed while it was read"):
        import_files(store, [folder], settings(), now=NOW, progress=_append(folder / changed, line))
    assert held(store) == {}


def test_real_data_replaces_the_demo_company(store: Store, tmp_path: Path) -> None:
    demo = write(tmp_path / "demo", **COMPANY)
    import_files(store, [demo], settings(), is_demo=True, now=NOW)
    assert store.published().is_demo
    bring(store, tmp_path / "real", customers=(CUSTOMERS, "C7,2026-01-01"), orders=(ORDERS, "O7,C7,2026-02-01,7"))
    published = store.published()
    assert (published.version, published.is_demo) == (2, False)
    assert in_force(store, "customers", "customer_id") == [("C7",)]
    assert [source.name for source in published.sources] == ["customers.csv", "orders.csv"]
    assert value(store, "net_revenue") == 7
    with pytest.raises(TooManyRejectedError):  # the demo's customers are gone: its order refers to nobody
        import_files(
            store, [write(tmp_path / "late", orders=(ORDERS, "O8,C1,2026-02-01,8"))], settings(rejected_rows_limit=0)
        )


def test_the_demo_files_may_be_imported_as_real_data(store: Store, tmp_path: Path) -> None:
    demo = write(tmp_path / "demo", **COMPANY)
    import_files(store, [demo], settings(), is_demo=True, now=NOW)
    report = import_files(store, [demo], settings(), now=NOW)
    assert (report.version, report.published, store.published().is_demo) == (2, True, False)


def test_a_table_imported_later_fills_what_waited_for_it(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "first", customers=COMPANY["customers"])
    assert value(store, "net_revenue") is None
    bring(store, tmp_path / "second", orders=COMPANY["orders"])
    assert value(store, "net_revenue") == 140  # 100 + 40
    assert value(store, "programme_cost") is None
    bring(
        store,
        tmp_path / "third",
        costs=("cost_id,incurred_on,channel,category,amount", "K1,2026-02-01,ambassador,event,12.50"),
    )
    assert value(store, "programme_cost") == Decimal("12.50")


def test_an_order_in_another_currency_counts_at_its_rate(store: Store, tmp_path: Path) -> None:
    bring(
        store,
        tmp_path / "exports",
        customers=COMPANY["customers"],
        orders=(f"{ORDERS},currency", "O1,C1,2026-02-01,100,USD", "O2,C1,2026-02-01,7,EUR", "O3,C1,2026-02-01,9,GBP"),
    )
    assert value(store, "net_revenue") == 57  # 100 x 0.5 + 7; the pounds have no rate
    assert rebuild(store, settings(rates={"USD": Decimal(2)}), now=NOW).version == 2
    assert value(store, "net_revenue") == 207  # 100 x 2 + 7


def test_a_table_with_a_header_only_is_a_table_without_rows(store: Store, tmp_path: Path) -> None:
    report = bring(store, tmp_path / "exports", customers=(CUSTOMERS,), orders=(ORDERS,), refunds=(REFUNDS,))
    assert report.tables["orders"] == TableReport(rows=0, accepted=0, rejected=0, replaced=0)
    published = store.published()
    assert (published.data_end, published.imported_tables, published.quarantine) == (None, frozenset(), ())
    assert value(store, "net_revenue") is None
    bring(store, tmp_path / "filled", **COMPANY)
    assert value(store, "net_revenue") == 140


def test_a_rebuild_gives_the_same_numbers(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "first", **COMPANY, refunds=(REFUNDS, "R1,O1,2026-03-01,60"))
    bring(store, tmp_path / "second", orders=(ORDERS, "O2,C2,2026-03-01,45"))
    before = values(store)
    first = store.published()
    rebuilt = rebuild(store, settings(), now=NOW)
    assert (rebuilt.version, store.published_version()) == (3, 3)
    assert rebuilt == first.model_copy(update={"version": 3, "base": 2})
    assert values(store) == before
    assert before["net_revenue"] == 85  # 100 - 60 + 45


def test_a_rebuild_without_a_rate_that_was_used_is_refused(store: Store, tmp_path: Path) -> None:
    bring(
        store,
        tmp_path / "first",
        customers=COMPANY["customers"],
        orders=(f"{ORDERS},currency", "O1,C1,2026-02-01,9,USD"),
    )
    before = held(store)
    with pytest.raises(AuditFailedError, match="an order's currency has no rate in the settings any more: 1 \\(O1\\)"):
        rebuild(store, settings(rates={}), now=NOW)
    assert held(store) == before


def test_an_amount_that_no_sum_can_hold_is_told(filled: Store, tmp_path: Path) -> None:
    before = held(filled)
    # an amount has 14 digits before its dot, and 90,000,000,000,000 x 2 has 15
    orders = (f"{ORDERS},currency", "O3,C1,2026-02-01,90000000000000,USD")
    with pytest.raises(AuditFailedError, match="Look for an amount that is far too large"):
        import_files(filled, [write(tmp_path / "second", orders=orders)], settings(rates={"USD": Decimal(2)}), now=NOW)
    assert held(filled) == before


def test_the_ledger_says_who_imported_what(store: Store, tmp_path: Path) -> None:
    folder = write(tmp_path / "exports", **COMPANY)
    import_files(store, [folder], settings(), actor="nina", now=NOW)
    rebuild(store, settings(), actor="omar", now=datetime(2026, 6, 2, tzinfo=UTC))
    assert [(entry.kind, entry.actor, entry.recorded_at, entry.details) for entry in store.ledger.entries()] == [
        ("rebuild", "omar", datetime(2026, 6, 2, tzinfo=UTC), {"version": 2, "files": []}),
        ("import", "nina", NOW, {"version": 1, "files": ["customers.csv", "orders.csv"]}),
    ]


def test_the_last_day_known_is_not_in_the_future(store: Store, tmp_path: Path) -> None:
    # the build is on 1 June, which is not over: an order dated 2099 is kept, and the data ends before 1 June
    bring(
        store,
        tmp_path / "exports",
        customers=COMPANY["customers"],
        orders=(ORDERS, "O1,C1,2026-06-01,1", "O2,C1,2099-01-01,1"),
    )
    assert str(store.published().data_end) == "2026-06-01"


def test_an_error_is_never_half_an_import(filled: Store, tmp_path: Path) -> None:
    """Whatever step fails, the versions, the landing and the pointer stay."""
    before = held(filled)
    late: dict[str, Sequence[str]] = {"customers": (CUSTOMERS, "C3,2026-01-03"), "costs": ("cost_id", "K1")}
    with pytest.raises(AmbassadeError):
        bring(filled, tmp_path / "second", **late)
    assert held(filled) == before
    assert not filled.work.exists()
