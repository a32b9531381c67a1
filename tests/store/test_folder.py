"""Versions side by side: publishing, going back, keeping the last ones, and a second writer at the door."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kpi.errors import NothingPublishedError, StoreBusyError, StoreWriteError, VersionNotFoundError
from kpi.ingest import import_files
from kpi.store import Manifest, Store, Warehouse
from tests.store.exports import CUSTOMERS, NOW, ORDERS, bring, held, in_force, settings, value, write

PROJECT = Path(__file__).resolve().parents[2]
Publish = Callable[..., Manifest]


def _orders(*lines: str) -> tuple[str, ...]:
    return (ORDERS, *lines)


def _first(store: Store, folder: Path) -> None:
    bring(store, folder, customers=(CUSTOMERS, "C1,2026-01-01"), orders=_orders("O1,C1,2026-02-01,1"))


@contextmanager
def _other_process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A second Python that runs `code` and has printed its first line."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
            yield process
        finally:
            process.kill()


def test_rolling_back_publishes_the_version_before_or_the_one_named(store: Store, publish: Publish) -> None:
    for version in (1, 2, 3):
        publish(version)
    assert store.rollback().version == 2
    assert store.rollback().version == 1
    with pytest.raises(VersionNotFoundError, match="No version before 1 is kept"):
        store.rollback()
    assert store.rollback(3).version == 3
    with pytest.raises(VersionNotFoundError, match=r"Version 9 is not kept\. Kept versions: 1, 2, 3\."):
        store.rollback(9)
    assert store.published().version == 3


def test_a_version_that_was_never_published_is_none(store: Store, publish: Publish) -> None:
    publish(1)
    publish(2)
    store.rollback(1)
    for version in (3, 4):  # two imports that were killed between writing the manifest and publishing it
        store.warehouse_file(version).write_text("")
        manifest = Manifest(version=version, built_at=NOW)
        store.warehouse_file(version).with_suffix(".json").write_text(manifest.model_dump_json())
    assert [manifest.version for manifest in store.versions()] == [1, 2]
    with pytest.raises(VersionNotFoundError, match=r"Version 3 is not kept\. Kept versions: 1, 2\."):
        store.rollback(3)
    store.sweep()
    assert [file for file in held(store) if "000003" in file or "000004" in file] == []
    assert store.next_version() == 3


def test_a_pointer_written_by_hand_names_the_newest_version(store: Store, publish: Publish) -> None:
    for version in (1, 2, 3):
        publish(version)
    (store.folder / "published").write_text("2")
    assert store.published().version == 2
    assert [manifest.version for manifest in store.versions()] == [1, 2]


def test_what_cannot_be_confirmed_is_not_published(store: Store, publish: Publish) -> None:
    def refuse(to: Manifest) -> None:
        raise StoreWriteError(f"no entry for {to.version}")

    publish(1)
    publish(2)
    with pytest.raises(StoreWriteError, match="no entry for 1"):
        store.rollback(confirm=refuse)
    assert store.published().version == 2


def test_nothing_to_go_back_to_before_the_first_import(store: Store) -> None:
    with pytest.raises(NothingPublishedError, match="Nothing is published yet"):
        store.rollback()


def test_five_versions_are_kept(store: Store, publish: Publish) -> None:
    for version in range(1, 8):
        publish(version, *range(1, version + 1))
        store.prune(5)
    assert [manifest.version for manifest in store.versions()] == [3, 4, 5, 6, 7]
    # the files of versions 1 and 2 are gone, but what was landed with them still counts in the later versions
    assert [file for file in held(store) if "000001" in file or "000002" in file] == [
        "landing/orders/000001.parquet",
        "landing/orders/000002.parquet",
    ]
    assert sorted(file for file in held(store) if "000003" in file) == [
        "landing/orders/000003.parquet",
        "versions/000003.duckdb",
        "versions/000003.json",
    ]


def test_the_published_version_is_kept_however_old(store: Store, publish: Publish) -> None:
    for version in (1, 2, 3, 4):
        publish(version)
    store.rollback(1)
    store.prune(2)
    assert [manifest.version for manifest in store.versions()] == [1, 4]
    assert store.published().version == 1


def test_landed_rows_go_with_the_last_version_that_counts_them(store: Store, publish: Publish) -> None:
    publish(1, 1)
    publish(2, 1, 2)
    publish(3, 3)  # starts afresh, as real data after the demo company does
    store.prune(2)
    assert [file for file in held(store) if file.startswith("landing")] == [
        "landing/orders/000001.parquet",
        "landing/orders/000002.parquet",
        "landing/orders/000003.parquet",
    ]
    store.prune(1)
    assert list(held(store)) == [
        "landing/orders/000003.parquet",
        "published",
        "versions/000003.duckdb",
        "versions/000003.json",
    ]


def test_an_import_after_a_rollback_builds_on_what_is_published(store: Store, tmp_path: Path) -> None:
    two = settings(kept_versions=2)
    _first(store, tmp_path / "1")
    bring(store, tmp_path / "2", orders=_orders("O2,C1,2026-02-01,20"))
    store.rollback()
    orders = write(tmp_path / "3", orders=_orders("O3,C1,2026-02-01,300"))
    assert import_files(store, [orders], two, now=NOW).version == 3  # 2 was given, so it is not given again
    assert in_force(store, "orders", "order_id") == [("O1",), ("O3",)]
    assert value(store, "net_revenue") == 301
    assert store.landing_file("orders", 2).exists()  # version 2 is kept and counts it
    # the rows of version 2 may come again, because version 3 does not know them
    again = write(tmp_path / "4", orders=_orders("O2,C1,2026-02-01,20"))
    assert import_files(store, [again], two, now=NOW).version == 4
    assert value(store, "net_revenue") == 321
    assert [manifest.version for manifest in store.versions()] == [3, 4]
    assert not store.landing_file("orders", 2).exists()


def test_quarantine_goes_with_its_versions(store: Store, tmp_path: Path) -> None:
    import_files(store, [write(tmp_path / "1", customers=(CUSTOMERS, "C1,never"))], settings(), is_demo=True, now=NOW)
    assert store.quarantine_file(1).exists()
    import_files(store, [write(tmp_path / "2", customers=(CUSTOMERS, "C2,never"))], settings(kept_versions=1), now=NOW)
    assert not store.quarantine_file(1).exists()
    assert store.quarantine_file(2).exists()


def test_a_warehouse_opened_before_a_publish_goes_on_answering(store: Store, tmp_path: Path) -> None:
    _first(store, tmp_path / "1")
    before = Warehouse(store)
    orders = write(tmp_path / "2", orders=_orders("O2,C1,2026-03-05,20"))
    import_files(store, [orders], settings(kept_versions=1), now=NOW)
    assert before.groups("fct_orders_daily", "ordered_date") == ("2026-02-01",)
    after = Warehouse(store)
    assert after.groups("fct_orders_daily", "ordered_date") == ("2026-02-01", "2026-03-05")
    assert (before.manifest.version, after.manifest.version) == (1, 2)
    before.close()
    after.close()


HOLD = """
import sys
from pathlib import Path
from kpi.store import Store
with Store(Path(sys.argv[1])).writing():
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_turned_away_while_readers_go_on(store: Store, tmp_path: Path) -> None:
    _first(store, tmp_path / "1")
    before = held(store)
    with _other_process(HOLD, store.folder):
        with pytest.raises(StoreBusyError, match="Wait until it has finished"):
            bring(store, tmp_path / "2", orders=_orders("O2,C1,2026-03-05,20"))
        assert value(store, "net_revenue") == 1
    assert held(store) == before
    assert bring(store, tmp_path / "2", orders=_orders("O2,C1,2026-03-05,20")).version == 2


IMPORT_AND_HANG = """
import sys, time
from pathlib import Path
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store

def hang(step, done, total):
    if step == "Auditing":
        print("ready", flush=True)
        time.sleep(60)

import_files(Store(Path(sys.argv[1])), [Path(sys.argv[2])], Settings(), progress=hang)
"""


def test_a_killed_import_leaves_nothing_that_counts(store: Store, tmp_path: Path) -> None:
    _first(store, tmp_path / "1")
    before = held(store)
    exports = write(tmp_path / "2", orders=_orders("O2,C1,2026-03-05,20"))
    with _other_process(IMPORT_AND_HANG, store.folder, exports) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert value(store, "net_revenue") == 1
    left = held(store).keys() - before.keys()
    assert {"landing/orders/000002.parquet", "work/warehouse.duckdb"} <= left
    store.warehouse_file(2).write_text("renamed, but its manifest was not written yet")
    store.warehouse_file(2).with_suffix(".json.new").write_text("{")
    store.sweep()
    assert held(store) == before
    assert import_files(store, [exports], settings(), now=NOW).published
    assert value(store, "net_revenue") == 21


FLIP = """
import sys
from pathlib import Path
from kpi.store import Store
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    store.rollback(1)
    store.rollback(2)
"""


def test_the_pointer_is_never_read_half_written(store: Store, publish: Publish) -> None:
    publish(1)
    publish(22)
    with _other_process(FLIP.replace("rollback(2)", "rollback(22)"), store.folder):
        seen = {store.published_version() for _ in range(5_000)}
    assert seen == {1, 22}


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("hello")
    store = Store(tmp_path / "store")
    with pytest.raises(NothingPublishedError):
        store.published()
    with pytest.raises(StoreWriteError, match="The store could not be written"):
        bring(store, tmp_path / "1", customers=(CUSTOMERS,))


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("published", "published is damaged: it must hold the number of a version"),
        ("versions/000001.json", "000001.json is damaged"),
        ("versions/000001.duckdb", "The store could not be read or written"),
    ],
)
def test_a_damaged_file_is_told(store: Store, tmp_path: Path, file: str, message: str) -> None:
    _first(store, tmp_path / "1")
    (store.folder / file).write_text("x" * 20_000)
    with pytest.raises(StoreWriteError, match=message):
        Warehouse(store)


def test_a_full_disk_leaves_what_was_published(store: Store, tmp_path: Path) -> None:
    _first(store, tmp_path / "1")
    before = held(store)
    (store.folder / "landing" / "products").write_text("a file where a folder must be made")
    with pytest.raises(StoreWriteError, match="what was published stays"):
        bring(store, tmp_path / "2", products=("product_id,name,unit_cost", "P1,Lamp,1"))
    (store.folder / "landing" / "products").unlink()
    assert held(store) == before


def test_rolling_back_twice_never_meets_the_version_rolled_back(store: Store, tmp_path: Path) -> None:
    # 1 ← 2 ← 3 (bad), back to 2, then 4 is added to 2: back from 4 is 2 again, not the bad 3.
    for number in (1, 2, 3):
        bring(store, tmp_path / str(number), customers=(CUSTOMERS, f"C{number},2026-01-01"))
    store.rollback()
    bring(store, tmp_path / "4", customers=(CUSTOMERS, "C4,2026-01-01"))
    assert [store.rollback().version, store.rollback().version] == [2, 1]
