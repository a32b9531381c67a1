"""Importing from a PostgreSQL database: the same rows as from files, at one moment, by a user who may only read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from kpi.demo import write_demo
from kpi.ingest import ImportReport, import_files
from kpi.ingest.database import import_database
from kpi.store import Store
from tests.postgres.conftest import PASSWORD, Database
from tests.postgres.tables import fill
from tests.store.exports import NOW, held, in_force, quarantined, settings, value, values, write

MOMENT = "%Y-%m-%dT%H:%M:%S%.6f%:z"
SHOP = (
    "create table customers (customer_id text, joined_at timestamptz)",
    "create table orders (order_id text, customer_id text, ordered_at timestamptz, net_amount numeric(12, 2))",
    "insert into customers values ('C1', '2026-01-01 00:00+01')",
    "insert into orders values ('O1', 'C1', '2026-02-01 00:00+01', 10.50)",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store [1]" / "st*re")  # the characters of a file pattern, taken as they are


def bring(store: Store, database: Database, schema: str | None = None, recipe: Path | None = None) -> ImportReport:
    return import_database(store, database.url, settings(), schema=schema, recipe=recipe, now=NOW)


def test_a_database_gives_the_numbers_of_its_files(store: Store, database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    for path in write_demo(folder, seed=3, today=date(2026, 6, 1), customers=200):
        if path.suffix == ".parquet":
            pl.read_parquet(path).write_csv(path.with_suffix(".csv"), datetime_format=MOMENT)
            path.unlink()
    from_files = Store(tmp_path / "files")
    report = import_files(from_files, [folder], settings(), now=NOW)
    fill(database, folder)
    found = bring(store, database)
    assert dict(found.tables) == dict(report.tables)
    assert store.published().rows == from_files.published().rows
    assert values(store) == values(from_files)
    assert value(store, "orders") > 100


def test_every_type_follows_the_rules(store: Store, database: Database) -> None:
    database.run(
        "create domain mail as text",
        "create type size as enum ('solo', '2-10')",
        "create table customers (customer_id uuid, email mail, company_size size, country_code char(4),"
        " joined_at timestamp, is_staff boolean, reach smallint, notes jsonb, lives interval)",
        "insert into customers values ('6f9619ff-8b86-d011-b42d-00c04fc964ff', 'a@example.org', '2-10', 'FR',"
        " '2026-07-01 00:30', true, 12, '{}', '1 day'), ('6f9619ff-8b86-d011-b42d-00c04fc964fe', null, null, '',"
        " '2026-01-01', null, null, null, null)",
        "create table orders"
        " (order_id bigint, customer_id uuid, ordered_at date, net_amount numeric, cost_amount double precision)",
        "insert into orders values"
        " (7, '6f9619ff-8b86-d011-b42d-00c04fc964ff', '2026-07-02', 12345678901234.56785, 0.1)",
    )
    report = bring(store, database)
    assert report.notes == (f"{database.name}.public.customers: ignored columns notes, lives",)
    columns = (
        "customer_id",
        "email",
        "company_size",
        "country_code",
        "joined_at at time zone 'UTC'",
        "is_staff",
        "reach",
    )
    assert in_force(store, "customers", *columns) == [
        ("6f9619ff-8b86-d011-b42d-00c04fc964fe", None, None, None, datetime(2025, 12, 31, 23), False, None),
        # without an offset the business time zone counts: half past midnight in Paris
        (
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
            "a@example.org",
            "2-10",
            "FR",
            datetime(2026, 6, 30, 22, 30),
            True,
            12,
        ),
    ]
    # half away from zero at the fourth decimal, which no float could tell
    assert in_force(store, "orders", "order_id", "net_amount", "cost_amount") == [
        ("7", Decimal("12345678901234.5679"), Decimal("0.1000"))
    ]


def test_values_that_no_number_or_day_can_hold_are_set_aside(store: Store, database: Database) -> None:
    database.run(
        *SHOP,
        "alter table orders alter net_amount type numeric",
        "insert into orders values ('O2', 'C1', 'infinity', 1), ('O3', 'C1', '-infinity', 1),"
        " ('O4', 'C1', '0044-03-15 BC', 1), ('O5', 'C1', '2026-02-02', 'NaN'), ('O6', 'C1', '294276-01-01', 1)",
        "create table costs (cost_id text, incurred_on date, channel text, category text, amount numeric)",
        "insert into costs values ('K1', 'infinity', 'ads', 'media', 1)",
    )
    report = bring(store, database)
    found = [(row, column) for _, row, column, _, _ in quarantined(report.quarantine)]
    assert found == [(2, "ordered_at"), (3, "ordered_at"), (4, "ordered_at"), (5, "net_amount"), (6, "ordered_at"),
                     (1, "incurred_on")]  # fmt: skip
    assert in_force(store, "orders", "order_id") == [("O1",)]


def test_text_of_another_encoding_arrives_whole(store: Store, database: Database) -> None:
    other = Database(f"{database.name}_latin", database.port)
    database.run(f"create database {other.name} encoding 'LATIN1' template template0")
    other.run(*SHOP, "alter table customers add sector text", "update customers set sector = 'Générale'")
    bring(store, other)
    assert in_force(store, "customers", "sector") == [("Générale",)]


def test_an_unchanged_database_changes_nothing(store: Store, database: Database) -> None:
    database.run(*SHOP, "insert into orders select 'P' || i, 'C1', '2026-02-01', i from generate_series(1, 2000) i")
    bring(store, database)
    before = held(store)
    # The same rows in another place on the server's disk are the same rows.
    database.run("create table old as select * from orders", "truncate orders",
                 "insert into orders select * from old order by net_amount desc")  # fmt: skip
    report = bring(store, database)
    assert (report.version, report.published, report.known, report.read) == (1, False, 2, ())
    assert held(store) == before


def test_a_table_that_went_back_is_read_again(store: Store, database: Database) -> None:
    database.run(*SHOP)
    bring(store, database)
    database.run("update orders set net_amount = 99")
    assert bring(store, database).read == (f"{database.name}.public.orders",)
    assert value(store, "net_revenue") == 99
    database.run("update orders set net_amount = 10.50")
    assert bring(store, database).published
    assert value(store, "net_revenue") == Decimal("10.5")


def test_a_row_set_aside_comes_back_with_what_it_lacked(store: Store, database: Database) -> None:
    database.run(*SHOP, "insert into orders values ('O2', 'C2', '2026-02-01', 4)")
    assert bring(store, database).tables["orders"].rejected == 1
    assert not bring(store, database).published
    database.run("insert into customers values ('C2', '2026-01-01')")
    report = bring(store, database)
    assert report.read == (f"{database.name}.public.customers", f"{database.name}.public.orders")
    assert value(store, "net_revenue") == Decimal("14.5")  # 10.50 + 4


def test_all_tables_are_read_as_of_one_moment(store: Store, database: Database) -> None:
    database.run(*SHOP)

    def sell_meanwhile(step: str, done: int, total: int) -> None:
        if step.endswith("customers") and not database.run("select 1 from customers where customer_id = 'C2'"):
            database.run("insert into customers values ('C2', '2026-01-01')",
                         "insert into orders values ('O2', 'C2', '2026-02-01', 1)")  # fmt: skip

    report = import_database(store, database.url, settings(), now=NOW, progress=sell_meanwhile)
    assert (report.tables["customers"].accepted, report.tables["orders"].rows) == (1, 1)
    assert database.run("select count(*) from orders") == [(2,)]
    assert bring(store, database).tables["orders"].accepted == 2


def test_a_user_who_may_only_read_is_enough(store: Store, database: Database) -> None:
    user = f"reader_of_{database.name}"
    database.run(*SHOP, f"create role {user} login password 'only-looks'",
                 f"alter role {user} set default_transaction_read_only = on",
                 f"grant select on customers, orders to {user}")  # fmt: skip
    import_database(store, database.url_of(user, "only-looks"), settings(), now=NOW)
    assert value(store, "net_revenue") == Decimal("10.5")


def test_a_schema_or_the_search_path_is_read(store: Store, database: Database) -> None:
    database.run(*SHOP, "create schema crm", "create table crm.customers (customer_id text, joined_at date)",
                 "insert into crm.customers values ('C9', '2026-01-01')",
                 "create view crm.orders as select 'O9' as order_id, 'C9' as customer_id,"
                 " date '2026-02-01' as ordered_at, 5 as net_amount")  # fmt: skip
    assert bring(store, database, schema="crm").read == (
        f"{database.name}.crm.customers",
        f"{database.name}.crm.orders",
    )
    assert in_force(store, "orders", "order_id") == [("O9",)]
    # what stands first on the path hides the others, as in any query
    database.run("drop view crm.orders", f"alter database {database.name} set search_path = crm, public")
    assert bring(store, database).read == (f"{database.name}.public.orders",)


def test_a_recipe_reads_the_tables_by_their_names(store: Store, database: Database, tmp_path: Path) -> None:
    database.run(
        'create table "Client" (id int, since date)',
        "create table sales (nr int, client int, day date, total numeric(12, 2))",
        "create table secrets (id int, word text)",
        """insert into "Client" values (1, '2026-01-01')""",
        "insert into sales values (1, 1, '2026-02-01', 7.25), (2, 1, '2026-02-02', 1)",
    )
    recipe = tmp_path / "recipe"
    recipe.mkdir()
    (recipe / "customers.sql").write_text('select id as customer_id, since as joined_at from "Client"')
    (recipe / "orders.sql").write_text(
        "select s.nr as order_id, c.id as customer_id, s.day as ordered_at,"
        " cast(s.total as decimal(18, 4)) * 2 as net_amount"
        ' from sales s join "Client" c on c.id = s.client'
    )
    report = bring(store, database, recipe=recipe)
    name = database.name
    assert report.read == (f"{name}.public.Client → customers", f"{name}.public.Client, {name}.public.sales → orders")
    assert value(store, "net_revenue") == Decimal("16.5")  # 2 x (7.25 + 1)
    assert not bring(store, database, recipe=recipe).published
    database.run("insert into sales values (3, 1, '2026-02-03', 4)")
    assert bring(store, database, recipe=recipe).read == (f"{name}.public.Client, {name}.public.sales → orders",)


def test_the_password_is_written_nowhere(store: Store, database: Database) -> None:
    database.run(*SHOP)
    seen: list[str] = []
    report = import_database(
        store, database.url, settings(), now=NOW, progress=lambda step, done, total: seen.append(step)
    )
    entries = str(store.ledger.entries())
    assert database.name in entries
    assert PASSWORD not in f"{seen}{report}{entries}"
    assert not [name for name, content in held(store).items() if PASSWORD.encode() in content]


def test_years_apart_in_clock_time_stay_one_moment(store: Store, database: Database) -> None:
    database.run(*SHOP, f"alter database {database.name} set timezone = 'Asia/Tokyo'")
    bring(store, database)
    assert in_force(store, "orders", "ordered_at at time zone 'UTC'") == [(datetime(2026, 1, 31, 23),)]
    assert store.published().built_at == NOW.astimezone(UTC)


def test_files_and_a_database_add_up(store: Store, database: Database, tmp_path: Path) -> None:
    database.run(*SHOP)
    bring(store, database)
    lines = ("order_id,customer_id,ordered_at,net_amount", "O2,C1,2026-02-02,4.5")
    import_files(store, [write(tmp_path / "exports", orders=lines)], settings(), now=NOW)
    assert value(store, "net_revenue") == 15  # 10.50 + 4.5
    assert not bring(store, database).published
