"""Several processes on one store: imports take turns, and whoever reads goes on reading."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from kpi.ingest import import_files
from kpi.store import Store
from tests.store.exports import CUSTOMERS, NOW, ORDERS, bring, held, settings, value, write
from tests.store.processes import finish, other_process, run_command, start_command

BUSY = "Another import into this store is running. Wait until it has finished, then try again."

HOLD = """
import sys
from pathlib import Path
from kpi.store import Store
with Store(Path(sys.argv[1])).writing():
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store in which one order of 1 is published."""
    filled = Store(tmp_path / "store")
    bring(filled, tmp_path / "1", customers=(CUSTOMERS, "C1,2026-01-01"), orders=(ORDERS, "O1,C1,2026-02-01,1"))
    return filled


def test_an_import_is_turned_away_or_waits(store: Store, tmp_path: Path) -> None:
    orders = write(tmp_path / "2", orders=(ORDERS, "O2,C1,2026-03-01,20"))
    before = held(store)
    with other_process(HOLD, store.folder) as holder:
        for words in ((), ("--wait", 0.2)):
            refused = run_command(store.folder, "import", orders, *words)
            assert (refused.code, refused.out, refused.err.strip()) == (2, "", BUSY)
        assert held(store) == before
        waiting = start_command(store.folder, "import", orders, "--wait", 60)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(2)
        finish(holder)
        assert finish(waiting).code == 0
    assert value(store, "net_revenue") == 21


def test_imports_at_once_all_arrive_in_turn(store: Store, tmp_path: Path) -> None:
    folders = [
        write(tmp_path / f"{number}", **{f"orders__{number}": (ORDERS, f"P{number},C1,2026-03-01,{10**number}")})
        for number in (2, 3, 4)
    ]
    running = [start_command(store.folder, "import", folder, "--wait", 60) for folder in folders]
    assert [finish(process).code for process in running] == [0, 0, 0]
    assert value(store, "net_revenue") == 11_101  # 1 + 100 + 1000 + 10000
    assert [manifest.version for manifest in store.versions()] == [1, 2, 3, 4]


# Keeps one version open and opens the published one again and again; prints what each of them answered.
READ = """
import json, sys
from datetime import date
from pathlib import Path
from kpi.metrics import METRICS, measure
from kpi.period import Period
from kpi.store import Store, Warehouse

store, year = Store(Path(sys.argv[1])), Period(date(2026, 1, 1), date(2027, 1, 1))

def ask(warehouse):
    return int(measure(warehouse, METRICS["net_revenue"], year).estimate.value)

first = Warehouse(store)
kept, seen = {ask(first)}, {ask(first)}
print("ready", flush=True)
while not (store.folder / "enough").exists():
    again = Warehouse(store)
    seen.add(ask(again))
    again.close()
    kept.add(ask(first))
print(json.dumps([sorted(kept), sorted(seen)]))
"""


def test_readers_keep_their_answers_while_versions_come_and_go(store: Store, tmp_path: Path) -> None:
    one = settings(kept_versions=1)
    with other_process(READ, store.folder) as reader:
        for number in (2, 3):
            orders = write(tmp_path / f"{number}", orders=(ORDERS, f"O{number},C1,2026-03-01,{10**number}"))
            import_files(store, [orders], settings(), now=NOW)
        for _ in range(20):
            with store.writing():
                store.rollback(1)
                store.rollback(3)
        _publish_quickly(store, times=40)
        import_files(store, [write(tmp_path / "4", orders=(ORDERS, "O4,C1,2026-03-01,5000"))], one, now=NOW)
        (store.folder / "enough").touch()
        finished = finish(reader)
    assert (finished.code, finished.err) == (0, "")
    kept, seen = json.loads(finished.out)
    assert kept == [1]
    assert set(seen) <= {1, 101, 1101, 6101}
    assert {1, 1101} <= set(seen)


def _publish_quickly(store: Store, *, times: int) -> None:
    """Publish the same data under new numbers, each time dropping the version that was published before."""
    for _ in range(times):
        with store.writing():
            manifest = store.published()
            store.work.mkdir(exist_ok=True)
            shutil.copyfile(store.warehouse_file(manifest.version), store.work / "warehouse.duckdb")
            following = manifest.model_copy(update={"version": store.next_version()})
            store.publish(following, store.work / "warehouse.duckdb")
            store.prune(1)
