"""What a refresh reads, what it leaves alone, and that it is all or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kpi.demo import write_demo
from kpi.errors import SettingsError, SourceUnavailableError
from kpi.ingest import ImportReport, import_files
from kpi.ingest.refreshing import refresh
from kpi.metrics import METRICS, measure
from kpi.settings import PROJECT, FileSource
from kpi.store import Store, Warehouse
from tests.store.exports import CUSTOMERS, NOW, ORDERS, YEAR, held, settings, value, write

ANA = (CUSTOMERS, "C1,2026-01-01")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def again(store: Store, tmp_path: Path) -> Callable[..., ImportReport]:
    """Refresh from patterns below the test's folder."""

    def run(*patterns: str) -> ImportReport:
        sources = tuple(FileSource(kind="files", path=str(tmp_path / pattern)) for pattern in patterns)
        return refresh(store, settings(sources=sources), now=NOW)

    return run


def test_only_new_batches_are_read(store: Store, tmp_path: Path, again: Callable[..., ImportReport]) -> None:
    write(tmp_path / "crm", customers=ANA)
    write(tmp_path / "shop", orders__01=(ORDERS, "O1,C1,2026-01-05,10"))
    first = again("crm", "shop/orders-*.csv")
    assert (first.version, first.published, first.read) == (1, True, ("customers.csv", "orders-01.csv"))
    before = held(store)
    nothing = again("crm", "shop/orders-*.csv")
    assert (nothing.version, nothing.published, nothing.read, nothing.known) == (1, False, (), 2)
    assert held(store) == before
    write(tmp_path / "shop", orders__02=(ORDERS, "O2,C1,2026-02-05,5"))
    third = again("crm", "shop/orders-*.csv")
    assert (third.version, third.read, third.known) == (2, ("orders-02.csv",), 2)
    assert value(store, "net_revenue") == 15  # 10 + 5
    assert [entry.kind for entry in store.ledger.entries()] == ["refresh", "refresh"]


def test_folders_may_be_named_by_a_pattern(tmp_path: Path, again: Callable[..., ImportReport]) -> None:
    for day in ("2026-01-01", "2026-01-02"):
        write(tmp_path / "exports" / day, customers=ANA, orders=(ORDERS, f"{day},C1,{day},1"))
    # the second day's customers are those of the first: a file that is the same twice is read once
    report = again("exports/*")
    assert report.read == ("customers.csv", "orders.csv", "orders.csv")
    assert again("exports/*", "exports/**/*.csv").known == 3


def test_a_name_with_the_signs_of_a_pattern_is_taken_as_it_is(
    tmp_path: Path, again: Callable[..., ImportReport]
) -> None:
    write(tmp_path / "2026 [final]", customers=ANA)
    assert again("2026 [final]").read == ("customers.csv",)


def test_a_corrected_file_replaces_its_rows(store: Store, tmp_path: Path, again: Callable[..., ImportReport]) -> None:
    write(tmp_path / "exports", customers=ANA, orders=(ORDERS, "O1,C1,2026-01-05,10"))
    again("exports")
    write(tmp_path / "exports", orders=(ORDERS, "O1,C1,2026-01-05,12"))
    assert again("exports").read == ("orders.csv",)
    assert value(store, "net_revenue") == 12


def test_one_source_that_is_away_stops_the_others(
    store: Store, tmp_path: Path, again: Callable[..., ImportReport]
) -> None:
    write(tmp_path / "shop", orders=(ORDERS, "O1,C1,2026-01-05,10"))
    with pytest.raises(SourceUnavailableError) as refused:
        again("crm", "shop", "old/*.csv")
    assert str(refused.value) == (
        "2 of 3 sources could not be read, so nothing was imported. "
        f"{tmp_path}/crm names no file. Correct the path of this source in data/settings.toml. "
        f"{tmp_path}/old/*.csv names no file. Correct the path of this source in data/settings.toml."
    )
    assert store.published_version() is None
    # The order was not set aside for want of its customer: it is imported once the customer is there.
    write(tmp_path / "crm", customers=ANA)
    report = again("crm", "shop")
    assert report.tables["orders"].accepted == 1


def test_each_source_has_its_recipe(store: Store, tmp_path: Path) -> None:
    people, sales = write(tmp_path / "a", people=("who", "ana")), write(tmp_path / "b", sales=("who,total", "ana,7"))
    recipes = {
        "people": ("customers", "select who as customer_id, '2026-01-01' as joined_at from source"),
        "sales": (
            "orders",
            "select total as order_id, who as customer_id, '2026-01-02' as ordered_at, total as net_amount from source",
        ),
    }
    sources = []
    for folder, (name, (table, sql)) in zip((people, sales), recipes.items(), strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{table}.sql").write_text(sql)
        sources.append(FileSource(kind="files", path=str(folder), recipe=tmp_path / name))
    report = refresh(store, settings(sources=tuple(sources)), now=NOW)
    assert report.read == ("people.csv → customers", "sales.csv → orders")
    assert value(store, "net_revenue") == 7


def test_people_read_on_meanwhile(store: Store, tmp_path: Path) -> None:
    source = FileSource(kind="files", path=str(tmp_path / "shop"))
    write(tmp_path / "shop", customers=ANA, orders=(ORDERS, "O1,C1,2026-01-05,10"))
    refresh(store, settings(sources=(source,)), now=NOW)
    write(tmp_path / "shop", orders=(ORDERS, "O2,C1,2026-01-05,5"))
    reader = Warehouse(store)
    seen = []

    def ask(step: str, done: int, total: int) -> None:
        newcomer = Warehouse(store)
        seen.append([measure(one, METRICS["orders"], YEAR).estimate.value for one in (reader, newcomer)])
        newcomer.close()

    refresh(store, settings(sources=(source,)), now=NOW, progress=ask)
    assert len(seen) > 5
    assert {tuple(values) for values in seen} == {(1, 1)}
    assert measure(reader, METRICS["orders"], YEAR).estimate.value == 1
    reader.close()
    assert value(store, "orders") == 2


def test_the_first_refresh_replaces_the_demo_company(
    store: Store, tmp_path: Path, again: Callable[..., ImportReport]
) -> None:
    demo = tmp_path / "demo"
    write_demo(demo, seed=1, today=NOW.date(), customers=100)
    import_files(store, [demo], settings(), is_demo=True, now=NOW)
    write(tmp_path / "exports", customers=ANA)
    again("exports")
    assert (store.published().is_demo, store.published().rows["customers"]) == (False, 1)


def test_without_a_source_it_says_how_to_name_one(store: Store) -> None:
    with pytest.raises(SettingsError, match=r"name no source to refresh from\. Add one to data/settings\.toml: \[\["):
        refresh(store, settings(sources=()))


def test_a_relative_path_begins_at_the_project(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceUnavailableError, match=r"README\.md has the unknown ending"):
        refresh(store, settings(sources=(FileSource(kind="files", path="README.md"),)))
    assert (PROJECT / "README.md").exists()
