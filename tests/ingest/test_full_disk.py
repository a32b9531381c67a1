"""A disk that fills up at each stage of an import: one clear message, the old version stays, and space cures it."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpi.ingest import import_files
from kpi.store import Store
from tests.store.exports import CUSTOMERS, NOW, ORDERS, settings, values, write
from tests.store.processes import Finished, finish, start

FIRST = {"customers": (CUSTOMERS, "C1,2026-01-01"), "orders": (ORDERS, "O1,C1,2026-02-01,100")}
SECOND = {"orders__2": (ORDERS, "O2,C1,2026-03-01,20", "O3,C9,2026-03-01,7")}
MEGABYTES = 64

# Fills the disk just before a step of the real command, and says so; `left` bytes stay free.
FILL = """
import sys
from kpi.cli import main
disk, step, path, left, *words = sys.argv[1:]
filled = []

def fill():
    with open(f"{disk}/filler", "wb", buffering=0) as file:
        size = 2**20
        while size:
            try:
                size = size if file.write(bytes(size)) == size else size // 2
            except OSError:
                size //= 2
        file.truncate(max(0, file.tell() - int(left)))

def watch(event, arguments):
    if event == step and not filled and str(arguments[0]) == path:
        filled.append(path)
        fill()
        print("the disk is full", file=sys.stderr)

sys.addaudithook(watch)
main(words)
"""

# No file may grow beyond `limit` bytes, which is what a quota looks like from inside.
LIMIT = """
import resource, sys
from kpi.cli import main
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main(sys.argv[2:])
"""


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk needs the right to mount ({done.stderr.strip()})")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store in which FIRST is version 1."""
    folder = tmp_path_factory.mktemp("published")
    import_files(Store(folder / "store"), [write(folder / "first", **FIRST)], settings(), now=NOW)
    return Store(folder / "store")


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return write(tmp_path / "second", **SECOND)


def _require_told(finished: Finished) -> None:
    assert finished.code == 2, finished.err
    assert "Traceback" not in finished.err
    assert finished.out == ""
    messages = [line for line in finished.err.splitlines() if line not in ("", "the disk is full")]
    assert len(messages) == 1
    assert messages[0].startswith("The store could not be ")
    assert messages[0].endswith("check the folder's rights, then try again; what was published stays.")


def _require_unharmed(store: Store, second: Path) -> None:
    """Version 1 answers as before, nothing is left of version 2, and with space the import succeeds."""
    assert [manifest.version for manifest in store.versions()] == [1]
    assert values(store)["net_revenue"] == 100
    assert [entry.kind for entry in store.ledger.entries()] == ["import"]
    assert not list(store.folder.rglob("*000002*"))
    assert import_files(store, [second], settings(), now=NOW).version == 2
    assert values(store)["net_revenue"] == 120  # 100 + 20; the order of C9 is set aside


# Just before which step of the second import the disk fills up, and what stays free beside the new warehouse's size.
STAGES: dict[str, tuple[str, str, Callable[[int], int]]] = {
    "landing, nothing left": ("os.mkdir", "work", lambda size: 0),
    "landing, two blocks left": ("os.mkdir", "work", lambda size: 8_192),
    "quarantine": ("os.mkdir", "quarantine", lambda size: 0),
    "build, half of it fits": ("os.remove", "work/settle.duckdb", lambda size: size // 2),
    "build, all but its end fits": ("os.remove", "work/settle.duckdb", lambda size: size - 65_536),
    "publishing, the manifest": ("open", "versions/000002.json.new", lambda size: 0),
    "publishing, the ledger": ("open", "ledger.lock", lambda size: 0),
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_full_disk_is_told_and_costs_nothing(disk: Path, published: Store, second: Path, stage: str) -> None:
    step, name, left = STAGES[stage]
    store = Store(disk / "store")
    shutil.copytree(published.folder, store.folder)
    try:
        size = store.warehouse_file(1).stat().st_size
        words = ("--store", store.folder, "import", second)
        process = start("-c", FILL, disk, step, store.folder / name, left(size), *words, rejected_rows_limit=1)
        finished = finish(process)
        assert "the disk is full" in finished.err.splitlines()
        (disk / "filler").unlink()
        _require_told(finished)
        _require_unharmed(store, second)
    finally:
        shutil.rmtree(store.folder)
        (disk / "filler").unlink(missing_ok=True)


@pytest.mark.parametrize("share", [0.001, 0.5])  # landing files do not fit; half of the warehouse does
def test_a_quota_is_told_and_costs_nothing(published: Store, tmp_path: Path, second: Path, share: float) -> None:
    store = Store(tmp_path / "store")
    shutil.copytree(published.folder, store.folder)
    limit = int(store.warehouse_file(1).stat().st_size * share)
    finished = finish(start("-c", LIMIT, limit, "--store", store.folder, "import", second, rejected_rows_limit=1))
    _require_told(finished)
    _require_unharmed(store, second)
