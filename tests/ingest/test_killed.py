"""A killed import: whenever it dies, what was published stays whole, and the next import is as good as any."""

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpi.errors import VersionNotFoundError
from kpi.ingest import import_files
from kpi.store import Manifest, Store
from tests.store.exports import CUSTOMERS, NOW, ORDERS, held, settings, values, write
from tests.store.processes import finish, start, start_command

MOMENTS = 20
SEED = random.SystemRandom().randrange(10**6)

FIRST = {
    "customers": (CUSTOMERS, *(f"C{number},2026-01-01" for number in range(50))),
    "orders": (ORDERS, *(f"O{number},C{number % 50},2026-02-01,10" for number in range(500))),
}
SECOND = {
    "customers__2": (CUSTOMERS, "C1,2025-01-01", "C50,2026-01-01", "C51,never"),
    "orders__2": (ORDERS, "O1,C1,2026-03-01,1000", *(f"P{number},C50,2026-03-01,1" for number in range(500))),
}
CHOSEN = {"currency": "EUR", "time_zone": "Europe/Paris", "rates": '{"USD": "0.5"}', "rejected_rows_limit": 1}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store in which FIRST is version 1."""
    folder = tmp_path_factory.mktemp("published")
    store = Store(folder / "store")
    import_files(store, [write(folder / "first", **FIRST)], settings(), now=NOW)
    (store.folder / "import.lock").unlink()
    return store


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("second"), **SECOND)


@pytest.fixture
def copy(published: Store, tmp_path: Path) -> Iterator[Any]:
    """Give a copy of the store in which FIRST is published."""
    made: list[Path] = []

    def make() -> Store:
        made.append(tmp_path / f"copy-{len(made)}")
        shutil.copytree(published.folder, made[-1])
        return Store(made[-1])

    yield make
    for folder in made:
        shutil.rmtree(folder)


def _wait_for_begin(store: Store) -> None:
    deadline = time.monotonic() + 60
    while not (store.folder / "import.lock").exists():
        assert time.monotonic() < deadline, "the import did not begin"
        time.sleep(0.002)


@pytest.fixture(scope="module")
def clean(published: Store, second: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[float, dict[str, Any]]:
    """How long an import works, from taking the store's lock to its end, and the numbers that it gives."""
    store = Store(tmp_path_factory.mktemp("clean") / "store")
    shutil.copytree(published.folder, store.folder)
    process = start_command(store.folder, "import", second, **CHOSEN)
    _wait_for_begin(store)
    begun = time.monotonic()
    finished = finish(process)
    assert (finished.code, store.published_version()) == (0, 2), finished.err
    return time.monotonic() - begun, values(store)


def test_an_import_killed_at_any_moment_leaves_the_published_version(
    published: Store, second: Path, clean: tuple[float, dict[str, Any]], copy: Any
) -> None:
    duration, after = clean
    before = values(published)
    assert (before["net_revenue"], after["net_revenue"]) == (5_000, 6_490)  # 500 x 10; 499 x 10 + 1000 + 500 x 1
    draw = random.Random(SEED)
    told = []
    for number in range(MOMENTS):
        store = copy()
        moment = duration * (number + draw.random()) / MOMENTS
        process = start_command(store.folder, "import", second, **CHOSEN)
        _wait_for_begin(store)
        time.sleep(moment)
        process.kill()
        code = finish(process).code
        version = store.published_version()
        told.append((round(moment, 3), version))
        assert code in (-9, 0), (SEED, told)
        assert values(store) == {1: before, 2: after}[version or 0], (SEED, told)
        assert [manifest.version for manifest in store.versions()] == [1, 2][:version], (SEED, told)
        assert import_files(store, [second], settings(), now=NOW).version == 2
        assert values(store) == after, (SEED, told)
        assert not store.work.exists()
        shutil.rmtree(store.folder)
        store.folder.mkdir()
    stayed = sum(version == 1 for _, version in told)
    print(f"seed {SEED}: {MOMENTS} imports killed, {stayed} before and {MOMENTS - stayed} after publishing: {told}")


# The steps of publishing one by one, each in a process that ends itself with SIGKILL just before step number so-and-so.
PUBLISH = """
import os, signal, sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from kpi.store import Manifest, Store

def publish(store, fatal):
    steps = []

    def watch(event, arguments):
        paths = [str(argument) for argument in arguments if str(argument).startswith(str(store.folder))]
        if paths and event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"):
            if len(steps) == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            steps.append(event)

    landed, built = store.landing_file("orders", 2), store.work / "warehouse.duckdb"
    for file in (landed, built):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("2")
    names = (landed.relative_to(store.folder).as_posix(),)
    manifest = Manifest(version=2, built_at=datetime.now(UTC), landing={"orders": names})
    record = partial(store.ledger.record, "import", actor="test", at=datetime.now(UTC), version=2)
    sys.addaudithook(watch)
    store.publish(manifest, built, confirm=record)
    store.prune(1)

for fatal, folder in enumerate(sys.argv[1:]):
    child = os.fork()
    if not child:
        publish(Store(Path(folder)), fatal)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
STEPS = 45


def test_each_step_of_publishing_may_be_the_last(tmp_path: Path) -> None:
    stores = [Store(tmp_path / f"store-{number:02d}") for number in range(STEPS)]
    for store in stores:
        _publish_first(store)
    finished = finish(start("-c", PUBLISH, *(store.folder for store in stores)))
    codes = [int(code) for code in finished.out.split()]
    steps = codes.index(0)
    assert codes == [-9] * steps + [0] * (STEPS - steps), finished.err
    found = [_look_at(store) for store in stores]
    # Killed before publishing, between publishing and dropping the old version, and after.
    assert list(dict.fromkeys(found)) == [(1, (1,)), (2, (1, 2)), (2, (2,))]
    print(f"publishing has {steps} steps, {found.count((1, (1,)))} before the one that counts")


def _look_at(store: Store) -> tuple[int, tuple[int, ...]]:
    """The published version and those kept; each is whole, none was never published, and a sweep removes the rest."""
    version = store.published().version
    kept = tuple(manifest.version for manifest in store.versions())
    assert [store.warehouse_file(number).read_text() for number in kept] == [f"{number}" for number in kept]
    if version == 1:
        with pytest.raises(VersionNotFoundError, match=r"Version 2 is not kept\. Kept versions: 1\."):
            store.rollback(2)
    else:
        assert [entry.details["version"] for entry in store.ledger.entries()] == [2]
    store.sweep()
    expected = {"published", *(f"landing/orders/00000{number}.parquet" for number in kept)}
    expected |= {f"versions/00000{number}.{ending}" for number in kept for ending in ("duckdb", "json")}
    assert {name for name in held(store) if not name.startswith(("ledger", "secret"))} == expected
    return version, kept


def _publish_first(store: Store) -> None:
    landed, built = store.landing_file("orders", 1), store.work / "warehouse.duckdb"
    for file in (landed, built):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("1")
    names = (landed.relative_to(store.folder).as_posix(),)
    store.publish(Manifest(version=1, built_at=NOW, landing={"orders": names}), built)
