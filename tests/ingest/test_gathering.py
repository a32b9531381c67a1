"""Which files an import reads, directly or through a recipe."""

import json
from pathlib import Path

import polars as pl
import pytest

from kpi.errors import RecipeError, UnknownNameError, UnreadableFileError
from kpi.ingest import import_files
from kpi.ingest.gathering import gather, read_recipe, stage_sources
from kpi.ingest.importing import TableReport
from kpi.store import Store
from tests.store.exports import CUSTOMERS, NOW, ORDERS, held, in_force, quarantined, settings, value, write

CUSTOMERS_SQL = "select who as customer_id, min(day) as joined_at from source group by who"
ORDERS_SQL = "select number as order_id, who as customer_id, day as ordered_at, total as net_amount from source"
LINES = ("number,who,day,total", "1,ana,2026-02-01,10.5", "2,ben,2026-02-02,20", "3,ana,2026-02-03,-5")


def _recipe(folder: Path, **queries: str) -> Path:
    folder.mkdir()
    for table, sql in queries.items():
        (folder / f"{table}.sql").write_text(sql, encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store [1]" / "st*re")  # the characters of a file pattern, taken as they are


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return _recipe(tmp_path / "recipe", customers=CUSTOMERS_SQL, orders=ORDERS_SQL)


def test_tables_that_others_refer_to_come_first(tmp_path: Path) -> None:
    folder = write(tmp_path / "b", refunds=("a",), orders=("a",), orders__2=("a",))
    deliveries = gather([write(tmp_path / "a", order_lines=("a",)), folder / "refunds.csv", folder], None)
    # a file that is given twice is read once
    assert [delivery.name for delivery in deliveries] == [
        "orders-2.csv",
        "orders.csv",
        "order_lines.csv",
        "refunds.csv",
    ]


def test_folders_take_only_known_endings(tmp_path: Path) -> None:
    folder = write(tmp_path / "exports", customers=(CUSTOMERS,))
    (folder / "notes.txt").write_text("hello")
    (folder / "README.md").write_text("hello")
    pl.DataFrame({"order_id": ["O1"]}).write_parquet(folder / "orders.PARQUET")
    assert [delivery.name for delivery in gather([folder], None)] == ["customers.csv", "orders.PARQUET"]


def test_a_recipe_reads_csv(store: Store, tmp_path: Path, recipe: Path) -> None:
    folder = write(tmp_path / "shop", lines=LINES)
    report = import_files(store, [folder], settings(), recipe=recipe, now=NOW)
    assert in_force(store, "customers", "customer_id") == [("ana",), ("ben",)]
    assert quarantined(report.quarantine) == [
        ("lines.csv → orders", 3, "net_amount", "must be at least 0", "-5"),
    ]
    assert float(value(store, "net_revenue")) == 30.5  # 10.5 + 20
    assert [source.name for source in store.published().sources] == ["lines.csv → customers", "lines.csv → orders"]


def test_a_recipe_reads_several_files_as_one_source(store: Store, tmp_path: Path, recipe: Path) -> None:
    folder = write(tmp_path / "shop", lines=LINES[:2], more=(LINES[0], LINES[2]))
    import_files(store, [folder], settings(), recipe=recipe, now=NOW)
    assert in_force(store, "orders", "order_id") == [("1",), ("2",)]


def test_a_recipe_is_read_again_when_its_query_changed(store: Store, tmp_path: Path, recipe: Path) -> None:
    folder = write(tmp_path / "shop", lines=LINES)
    import_files(store, [folder], settings(), recipe=recipe, now=NOW)
    assert not import_files(store, [folder], settings(), recipe=recipe, now=NOW).published
    (recipe / "orders.sql").write_text(ORDERS_SQL.replace("total as", "2 * cast(total as decimal(18, 4)) as"))
    report = import_files(store, [folder], settings(), recipe=recipe, now=NOW)
    assert list(report.tables) == ["orders"]
    assert value(store, "net_revenue") == 61  # 2 x (10.5 + 20)


def test_a_recipe_may_find_no_row(store: Store, tmp_path: Path, recipe: Path) -> None:
    (recipe / "refunds.sql").write_text(
        "select number as refund_id, number as order_id, day as refunded_at, total as amount from source where false"
    )
    report = import_files(store, [write(tmp_path / "shop", lines=LINES)], settings(), recipe=recipe, now=NOW)
    assert report.tables["refunds"] == TableReport(rows=0, accepted=0, rejected=0, replaced=0)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("selec who from source", "The recipe could not be run: Parser Error"),
        ("select nobody from source", 'Referenced column "nobody" not found'),
        ("select cast(who as integer) as order_id from source", "Could not convert string"),
    ],
)
def test_a_recipe_that_cannot_be_run_changes_nothing(
    store: Store, tmp_path: Path, recipe: Path, sql: str, message: str
) -> None:
    (recipe / "orders.sql").write_text(sql)
    with pytest.raises(RecipeError, match=message):
        import_files(store, [write(tmp_path / "shop", lines=LINES)], settings(), recipe=recipe, now=NOW)
    assert held(store) == {}


def test_a_recipe_without_the_required_columns_names_them(store: Store, tmp_path: Path, recipe: Path) -> None:
    (recipe / "orders.sql").write_text("select number as order_id, who as customerid from source")
    with pytest.raises(UnreadableFileError, match=r"lines\.csv → orders has no column customer_id, ordered_at, net_am"):
        import_files(store, [write(tmp_path / "shop", lines=LINES)], settings(), recipe=recipe, now=NOW)


def test_a_recipe_for_an_unknown_table_is_told_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"no table named “order”. Did you mean orders\?"):
        read_recipe(_recipe(tmp_path / "other", order=ORDERS_SQL))


def test_a_recipe_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="gone holds no recipe"):
        read_recipe(tmp_path / "gone")


def test_a_recipe_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    folder = _recipe(tmp_path / "other")
    (folder / "orders.sql").write_bytes("-- numéros".encode("cp1252"))
    with pytest.raises(RecipeError, match=r"orders\.sql is not UTF-8"):
        read_recipe(folder)


def test_a_source_that_changed_since_it_was_gathered_is_refused(tmp_path: Path, recipe: Path) -> None:
    folder = write(tmp_path / "shop", lines=LINES)
    deliveries = gather([folder], recipe)
    write(tmp_path / "shop", lines=LINES[:3])
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(UnreadableFileError, match=r"lines\.csv changed while it was read"):
        stage_sources(deliveries, work)


def test_the_given_order_of_files_is_kept_within_a_table(store: Store, tmp_path: Path) -> None:
    old = write(tmp_path / "z", customers=(CUSTOMERS, "C1,2026-01-01"), orders=(ORDERS, "O1,C1,2026-02-01,1"))
    new = write(tmp_path / "a", orders=(ORDERS, "O1,C1,2026-02-01,2"))
    import_files(store, [old, new], settings(), now=NOW)
    assert in_force(store, "orders", "net_amount") == [(2,)]


@pytest.mark.parametrize("name", ["orders.json", "orders-2026.xls", "refunds.csv.gz"])
def test_a_table_in_a_format_that_nobody_reads_is_refused_in_a_folder_too(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "exports", customers=(CUSTOMERS,))
    (folder / name).write_text("{}")
    with pytest.raises(UnreadableFileError, match="has the unknown ending"):
        gather([folder], None)


def test_a_recipe_sees_what_only_late_lines_of_json_have(store: Store, tmp_path: Path) -> None:
    # 1,500 people, of whom the last 300 say where they live
    people = [{"who": f"p{number}", "day": "2026-01-01"} for number in range(1_500)]
    lines = [json.dumps(person | ({"land": "FR"} if number >= 1_200 else {})) for number, person in enumerate(people)]
    source = tmp_path / "people.jsonl"
    source.write_text("\n".join(lines))
    sql = "select who as customer_id, day as joined_at, land as country_code from source"
    import_files(store, [source], settings(), recipe=_recipe(tmp_path / "recipe", customers=sql), now=NOW)
    assert [country for (country,) in in_force(store, "customers", "country_code")].count("FR") == 300


def test_a_file_imported_before_says_what_stays_set_aside(store: Store, tmp_path: Path) -> None:
    folder = write(tmp_path / "exports", customers=(CUSTOMERS, "C1,2026-01-01"), orders=(ORDERS, "O1,C9,2026-02-01,1"))
    import_files(store, [folder], settings(), now=NOW)
    again = import_files(store, [folder], settings(), now=NOW)
    assert again.notes[1] == (
        "orders.csv was imported before: nothing changes; 1 of its rows stay set aside, correct them in the export"
    )


def test_a_file_put_back_to_what_it_was_counts_again(store: Store, tmp_path: Path) -> None:
    said = []
    for amount in (1, 2, 1, 1):
        folder = write(
            tmp_path / "exports", customers=(CUSTOMERS, "C1,2026-01-01"), orders=(ORDERS, f"O1,C1,2026-02-01,{amount}")
        )
        report = import_files(store, [folder], settings(), now=NOW)
        said.append((report.published, in_force(store, "orders", "net_amount")))
    assert said == [(True, [(1,)]), (True, [(2,)]), (True, [(1,)]), (False, [(1,)])]


def test_two_folders_with_files_of_one_name_are_both_known(store: Store, tmp_path: Path) -> None:
    old = write(tmp_path / "z", customers=(CUSTOMERS, "C1,2026-01-01"), orders=(ORDERS, "O1,C1,2026-02-01,1"))
    new = write(tmp_path / "a", orders=(ORDERS, "O1,C1,2026-02-01,2"))
    import_files(store, [old, new], settings(), now=NOW)
    assert not import_files(store, [old, new], settings(), now=NOW).published
    assert in_force(store, "orders", "net_amount") == [(2,)]


def test_a_known_file_under_a_new_name_changes_nothing(store: Store, tmp_path: Path) -> None:
    folder = write(tmp_path / "exports", customers=(CUSTOMERS, "C1,2026-01-01"))
    import_files(store, [folder], settings(), now=NOW)
    (folder / "customers.csv").rename(folder / "customers-again.csv")
    assert not import_files(store, [folder], settings(), now=NOW).published


def test_files_are_read_in_the_order_of_their_numbers(store: Store, tmp_path: Path) -> None:
    orders = {f"orders__{number}": (ORDERS, f"O1,C1,2026-02-01,{number}") for number in (10, 9, 2)}
    folder = write(tmp_path / "exports", customers=(CUSTOMERS, "C1,2026-01-01"), **orders)
    names = [delivery.name for delivery in gather([folder], None)]
    assert names == ["customers.csv", "orders-2.csv", "orders-9.csv", "orders-10.csv"]
    import_files(store, [folder], settings(), now=NOW)
    assert in_force(store, "orders", "net_amount") == [(10,)]
