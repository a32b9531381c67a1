"""A database that cannot be read ends in one message, without the password, and changes nothing."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from kpi.errors import AmbassadeError, RecipeError, SettingsError, SourceUnavailableError, UnreadableFileError
from kpi.ingest.database import import_database
from kpi.store import Store
from tests.postgres.conftest import PASSWORD, Database
from tests.postgres.test_import import SHOP
from tests.store.exports import NOW, held, settings, value

MANY_ORDERS = (
    "create table customers (customer_id text, joined_at date)",
    "create table orders (order_id text, customer_id text, ordered_at date, net_amount numeric)",
    "insert into customers values ('C1', '2026-01-01')",
    # more than the driver and the two sockets hold between them, so that the server is still sending
    "insert into orders select repeat('O', 90) || i, 'C1', '2026-02-01', 1 from generate_series(1, 400000) i",
)
TERMINATE = (
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where datname = current_database() and application_name = 'ambassade' and backend_type = 'client backend'"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def refuse(store: Store) -> Callable[..., str]:
    """Import from an address, which must fail, leave the store as it was, and not tell the password."""

    def run(url: str, kind: type[AmbassadeError] = SourceUnavailableError, **options: object) -> str:
        before = held(store)
        with pytest.raises(kind) as refused:
            import_database(store, url, settings(), now=NOW, **options)  # type: ignore[arg-type]
        assert {name: held(store).get(name) for name in before} == before
        assert not [name for name in held(store) if name not in before]
        assert not store.work.exists()
        shown = [str(refused.value)]
        cause = refused.value.__cause__
        while cause is not None:
            shown.append(str(cause))
            cause = cause.__cause__
        assert PASSWORD not in " ".join(shown)
        assert refused.value.exit_code == 2
        return shown[0]

    return run


def test_a_wrong_password_is_told(refuse: Callable[..., str], database: Database) -> None:
    assert refuse(database.url_of("owner", "wrong")) == (
        f"The PostgreSQL database at 127.0.0.1:{database.port} could not be opened "
        '(password authentication failed for user "owner"). '
        "Check host, port, database, user and password, and that the server is running."
    )


def test_a_password_that_stands_in_the_message_is_hidden(refuse: Callable[..., str], database: Database) -> None:
    message = refuse(database.url_of("nobody-here", "nobody-here"))
    assert 'failed for user "…")' in message


def test_a_database_that_is_not_there_is_told(refuse: Callable[..., str], database: Database) -> None:
    url = database.url.replace(f"/{database.name}", "/nowhere")
    assert '(database "nowhere" does not exist)' in refuse(url)


def test_an_unknown_host_is_told(refuse: Callable[..., str]) -> None:
    message = refuse(f"postgresql://owner:{PASSWORD}@db.invalid/shop")
    assert "at db.invalid could not be opened (could not translate host name" in message


def test_a_server_that_does_not_run_is_told(refuse: Callable[..., str]) -> None:
    message = refuse(f"postgresql://owner:{PASSWORD}@127.0.0.1:1/shop")
    assert "at 127.0.0.1:1 could not be opened (Connection refused)" in message


def test_tables_that_the_user_may_not_read_are_named(refuse: Callable[..., str], database: Database) -> None:
    user = f"reader_of_{database.name}"
    database.run(*SHOP, f"create role {user} login password 'only-looks'", f"grant select on customers to {user}")
    assert refuse(database.url_of(user, "only-looks")) == (
        f"{database.name}.public.orders may not be read by this database user. "
        "Grant it usage on the schema, select on the table."
    )


def test_a_database_without_a_contract_table_says_what_it_has(refuse: Callable[..., str], database: Database) -> None:
    assert "has no table of the contract in its search path (there is no table)" in refuse(database.url)
    database.run("create table clients (id int)", "create table sales (id int)")
    message = refuse(database.url)
    assert "in its search path (there is: clients, sales). Name the schema with --schema" in message
    assert "in the schema crm (there is no table)" in refuse(database.url, schema="crm")


def test_a_table_without_the_columns_names_them(refuse: Callable[..., str], database: Database) -> None:
    database.run(SHOP[0], "create table orders (order_id text, customer_id text, ordered_on date, net_amount int)")
    message = refuse(database.url, UnreadableFileError)
    assert message == (
        f"{database.name}.public.orders has no column ordered_at, which orders requires. "
        "Did you mean its column “ordered_on”?"
    )


def test_a_connection_lost_in_the_middle_of_a_table_publishes_nothing(
    store: Store, refuse: Callable[..., str], database: Database
) -> None:
    database.run(*MANY_ORDERS)
    seen: list[int] = []

    def cut(step: str, done: int, total: int) -> None:
        if step.endswith("orders"):
            if not seen:
                assert database.run(TERMINATE) == [(1,)]
            seen.append(done)

    message = refuse(database.url, progress=cut)
    assert 0 < seen[-1] < 400_000
    assert message.startswith(f"{database.name}.public.orders could not be read to its end (")
    assert message.endswith("Nothing was imported; try again later.")
    assert import_database(store, database.url, settings(), now=NOW).tables["orders"].accepted == 400_000


def test_a_connection_lost_between_tables_publishes_nothing(
    store: Store, refuse: Callable[..., str], database: Database
) -> None:
    database.run(*SHOP)
    import_database(store, database.url, settings(), now=NOW)
    database.run("update orders set net_amount = 1", "insert into customers values ('C2', '2026-01-01')")

    def cut(step: str, done: int, total: int) -> None:
        if step.endswith("customers"):
            assert database.run(TERMINATE) == [(1,)]

    assert f"{database.name}.public.orders could not be read to its end (" in refuse(database.url, progress=cut)
    assert value(store, "net_revenue") == 10.5


def test_a_view_that_fails_is_told_in_the_words_of_the_server(refuse: Callable[..., str], database: Database) -> None:
    view = "select order_id, customer_id, ordered_at, net_amount / 0 as net_amount from sold"
    database.run(*SHOP, "alter table orders rename to sold", f"create view orders as {view}")
    assert "orders could not be read to its end (division by zero)." in refuse(database.url)


@pytest.mark.parametrize(
    ("sql", "kind", "message"),
    [
        ("select 1 as order_id", RecipeError, "The recipe for orders names no table of"),
        ("select nobody as order_id from orders", RecipeError, 'Referenced column "nobody" not found'),
        ("select * from orders, read_text('/etc/passwd')", RecipeError, "The recipe could not be run"),
        ("select order_id from orders", UnreadableFileError, "has no column customer_id, ordered_at, net_amount"),
    ],
)
def test_a_recipe_that_cannot_be_run_is_told(
    refuse: Callable[..., str], database: Database, tmp_path: Path, sql: str, kind: type[AmbassadeError], message: str
) -> None:
    database.run(*SHOP)
    (tmp_path / "recipe").mkdir()
    (tmp_path / "recipe" / "orders.sql").write_text(sql)
    assert message in refuse(database.url, kind, recipe=tmp_path / "recipe")


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://owner:{PASSWORD}@127.0.0.1/shop",
        f"postgresql:owner:{PASSWORD}@127.0.0.1/shop",
        f"host=127.0.0.1 user=owner password={PASSWORD}",
        *(f"postgresql://owner:{sign}{PASSWORD}@127.0.0.1/shop" for sign in ("a@", "a/", "1/", "a?", "1?", "#", "%")),
        f"postgresql://owner@127.0.0.1:{PASSWORD}/shop",
        "",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(refuse: Callable[..., str], url: str) -> None:
    message = refuse(url, SettingsError)
    assert message.startswith("This is not the address of a PostgreSQL database. Write postgresql://")
    assert PASSWORD not in message


def test_a_password_of_any_signs_can_be_written(store: Store, database: Database) -> None:
    user, password = f"odd_{database.name}", "a@b:c/d?e#f&g%h"
    database.run(*SHOP, f"create role {user} login superuser password '{password}'")
    import_database(store, database.url_of(user, quote(password, safe="")), settings(), now=NOW)
    assert value(store, "net_revenue") == 10.5


def test_the_environment_may_hold_the_address(
    store: Store, refuse: Callable[..., str], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_URL", raising=False)
    assert refuse("env:SHOP_URL", SettingsError) == (
        "The environment variable SHOP_URL, which should hold the database's address, is not set."
    )
    database.run(*SHOP)
    monkeypatch.setenv("SHOP_URL", database.url)
    import_database(store, "env:SHOP_URL", settings(), now=NOW)
    assert value(store, "net_revenue") == 10.5
