"""A store in one file and back: equal numbers, nothing half done, and nothing taken from a file that is no backup."""

import hashlib
import io
import json
import shutil
import stat
import tarfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from kpi.errors import NothingPublishedError, SecretMissingError, StoreBusyError, StoreWriteError, UnreadableFileError
from kpi.ingest import import_files, rebuild
from kpi.store import Store, read_quarantine, restore_backup, write_backup
from kpi.store.engine import connect
from tests.store.exports import CUSTOMERS, NOW, ORDERS, bring, held, in_force, settings, value, values, write
from tests.store.processes import finish, other_process, run_command, start, start_command

FIRST = {"customers": (CUSTOMERS, "C1,2026-01-01", "C2,never"), "orders": (ORDERS, "O1,C1,2026-02-01,100")}
SECOND = {"orders": (ORDERS, "O1,C1,2026-02-01,90", "O2,C1,2026-03-01,20")}


def _back_up(store: Store, target: Path, *, replace: bool = False) -> Path:
    write_backup(store, target, actor="nina", at=NOW, replace=replace)
    return target


def _restore(store: Store, backup: Path) -> int:
    return restore_backup(store, backup, actor="omar", at=NOW).version


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with two versions: O1 is corrected by the second one, C2 is set aside by the first."""
    folder = tmp_path_factory.mktemp("original")
    store = Store(folder / "store")
    bring(store, folder / "1", **FIRST)
    bring(store, folder / "2", **SECOND)
    return store


@pytest.fixture(scope="module")
def backup(original: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _back_up(original, tmp_path_factory.mktemp("backup") / "ambassade.tar")


def _kinds(store: Store) -> list[str]:
    """What the ledger holds, oldest first; the backups that other tests made are left out."""
    return [entry.kind for entry in reversed(store.ledger.entries()) if entry.kind != "backup"]


def test_a_round_trip_through_the_command_line(original: Store, tmp_path: Path) -> None:
    file, empty = tmp_path / "ambassade.tar", Store(tmp_path / "other" / "store")
    done = run_command(original.folder, "backup", file)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Version 2 and the ledger are in ")
    done = run_command(empty.folder, "restore", file)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Version 2 is published, restored from ")
    assert values(empty) == values(original)
    assert values(empty)["net_revenue"] == 110  # 90 + 20
    asked = ("measure", "net_revenue", "orders", "--from", "2026-01-01", "--to", "2027-01-01", "--json")
    assert run_command(empty.folder, *asked).out == run_command(original.folder, *asked).out
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".new"] == []


def test_a_restored_store_lives_on(original: Store, backup: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert _restore(store, backup) == 2
    assert store.published().sources == original.published().sources
    assert read_quarantine(store, store.published()).rows() == read_quarantine(original, original.published()).rows()
    # What was imported before the backup is known, a correction of it counts, and a rebuild changes nothing.
    assert not import_files(store, [write(tmp_path / "2", **SECOND)], settings(), now=NOW).published
    assert bring(store, tmp_path / "3", orders=(ORDERS, "O1,C1,2026-02-01,1")).version == 3
    assert in_force(store, "orders", "order_id", "net_amount") == [("O1", 1), ("O2", 20)]
    before = values(store)
    rebuild(store, settings(), now=NOW)
    assert values(store) == before
    assert before["net_revenue"] == 21
    assert _kinds(store) == ["import", "import", "restore", "import", "rebuild"]


def test_versions_that_are_there_stay_reachable(backup: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for number, amount in enumerate((1, 2, 3)):
        orders = (ORDERS, f"O1,C1,2026-02-0{number + 1},{amount}")
        bring(store, tmp_path / f"{number}", customers=(CUSTOMERS, f"C1,202{number}-01-01"), orders=orders)
    assert value(store, "net_revenue") == 3
    assert _restore(store, backup) == 4
    assert value(store, "net_revenue") == 110
    assert [manifest.version for manifest in store.versions()] == [1, 2, 3, 4]
    assert store.rollback().version == 3
    assert value(store, "net_revenue") == 3
    store.rollback(4)
    store.prune(1)
    assert in_force(store, "orders", "order_id", "net_amount") == [("O1", 90), ("O2", 20)]
    assert _restore(store, backup) == 5  # a second time beside the first
    assert values(store)["net_revenue"] == 110


def test_decisions_made_since_the_backup_stay(original: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    shutil.copytree(original.folder, store.folder)
    file = _back_up(store, tmp_path / "ambassade.tar")
    store.ledger.record("erasure", actor="nina", at=NOW, customer="C9")
    _restore(store, file)
    assert _kinds(store) == ["import", "import", "erasure", "restore"]
    assert list(store.folder.glob("ledger-before-*")) == []


def test_a_ledger_of_another_history_is_kept_beside(backup: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    bring(store, tmp_path / "1", **FIRST)
    store.ledger.record("target", actor="nina", at=NOW + timedelta(days=1), metric="orders")
    _restore(store, backup)
    assert _kinds(store) == ["import", "import", "restore"]
    (aside,) = store.folder.glob("ledger-before-*.duckdb")
    shutil.copy(aside, tmp_path / "ledger.duckdb")
    assert _kinds(Store(tmp_path)) == ["import", "target"]


def test_the_chain_goes_on_in_the_store_that_it_comes_from(original: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    shutil.copytree(original.folder, store.folder)
    file = _back_up(store, tmp_path / "ambassade.tar")
    (store.folder / "ledger.duckdb").unlink()
    (store.folder / "ledger.head").unlink()
    _restore(store, file)
    assert store.ledger.verify() == ()
    (restored,) = store.ledger.entries(newest=1)
    assert "unproven_entries" not in restored.details
    # Without the head nobody can tell whether more was recorded since the backup.
    assert restored.details["lost_entries"] == "unknown"


def test_what_was_recorded_since_the_backup_and_is_lost_is_said(original: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    shutil.copytree(original.folder, store.folder)
    file = _back_up(store, tmp_path / "ambassade.tar")
    for note in "abc":
        store.ledger.record("note", actor="nina", at=NOW, note=note)
    store.ledger.path.unlink()
    assert [fault.told.split()[-2:] for fault in store.ledger.verify()] == [["are", "missing."]]
    _restore(store, file)
    assert store.ledger.verify() == ()
    # The three notes, and the entry of the backup, which is recorded when its file is written: 3 + 1.
    assert store.ledger.entries(newest=1)[0].details["lost_entries"] == 4
    _restore(store, file)
    assert "lost_entries" not in store.ledger.entries(newest=1)[0].details


def test_what_is_lost_is_said_when_the_first_restore_dies(original: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    shutil.copytree(original.folder, store.folder)
    file = _back_up(store, tmp_path / "ambassade.tar")
    store.ledger.path.unlink()
    with tarfile.open(file) as archive:
        ledger = archive.extractfile("ledger.duckdb")
        assert ledger is not None
        (tmp_path / "ledger.duckdb").write_bytes(ledger.read())
    assert finish(start("-c", TAKE_OVER, store.folder, tmp_path / "ledger.duckdb", 3)).code == 0
    assert store.ledger.verify() == ()
    _restore(store, file)
    assert store.ledger.entries(newest=1)[0].details["lost_entries"] == 1  # the entry of the backup


def test_a_ledger_of_another_store_is_chained_anew_and_that_is_said(backup: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    _restore(store, backup)
    assert store.ledger.verify() == ()
    (restored,) = store.ledger.entries(kinds=["restore"])
    assert restored.details["unproven_entries"] == restored.entry_id - 1
    with tarfile.open(backup) as archive:
        assert [name for name in archive.getnames() if "secret" in name or "head" in name] == []


def test_an_edited_ledger_in_a_backup_is_not_taken_for_ours(original: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    shutil.copytree(original.folder, store.folder)
    file = _back_up(store, tmp_path / "ambassade.tar")

    def edit(members: dict[str, bytes]) -> None:
        (tmp_path / "edited.duckdb").write_bytes(members["ledger.duckdb"])
        with connect(tmp_path / "edited.duckdb") as connection:
            connection.execute("update entries set actor = 'nobody' where entry_id = 1")
        members["ledger.duckdb"] = (tmp_path / "edited.duckdb").read_bytes()

    _restore(store, _rewritten(file, tmp_path / "edited.tar", edit))
    assert store.ledger.verify() == ()
    (restored, *_, first) = store.ledger.entries()
    assert (first.actor, restored.details["unproven_entries"]) == ("nobody", restored.entry_id - 1)
    assert len(list(store.folder.glob("ledger-before-*.duckdb"))) == 1


def test_a_restore_needs_the_secret_where_accounts_are(backup: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.folder.mkdir()
    store.credentials_file.write_text("credentials: {usernames: {}}")
    with pytest.raises(SecretMissingError):
        _restore(store, backup)
    assert store.published_version() is None


# Killed just before the head speaks of both, and before the ledger of the backup takes the place of the store's; with
# 3 it is not killed, but ends without the entry that a restore records next.
TAKE_OVER = """
import os, signal, sys
from pathlib import Path
from kpi.store import Store
store, other, seen = Store(Path(sys.argv[1])), Path(sys.argv[2]), []

def watch(event, arguments):
    if event == "os.rename":
        seen.append(arguments)
        if len(seen) == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
store.ledger.take_over(other, store.folder / "aside.duckdb")
"""


@pytest.mark.parametrize(
    ("rename", "code", "notes"), [(1, -9, ["ours"]), (2, -9, ["ours"]), (3, 0, ["theirs", "theirs"])]
)
def test_a_killed_take_over_is_not_taken_for_tampering(
    tmp_path: Path, rename: int, code: int, notes: list[str]
) -> None:
    store, other = Store(tmp_path / "store"), Store(tmp_path / "other")
    store.ledger.record("ours", actor="nina", at=NOW)
    other.ledger.record("theirs", actor="nina", at=NOW)
    other.ledger.record("theirs", actor="nina", at=NOW)
    process = start("-c", TAKE_OVER, store.folder, other.ledger.path, rename)
    assert finish(process).code == code
    assert [entry.kind for entry in store.ledger.entries()] == notes
    assert store.ledger.verify() == ()
    store.ledger.record("after", actor="nina", at=NOW)
    assert store.ledger.verify() == ()


def test_an_existing_file_is_replaced_only_when_asked(original: Store, tmp_path: Path) -> None:
    file = tmp_path / "ambassade.tar"
    file.write_text("precious")
    done = run_command(original.folder, "backup", file)
    assert (done.code, done.out) == (2, "")
    assert "exists already. Choose another name, or replace it with --force." in done.err
    assert file.read_text() == "precious"
    assert run_command(original.folder, "backup", file, "--force").code == 0
    assert tarfile.is_tarfile(file)
    assert list(tmp_path.iterdir()) == [file]


def test_a_backup_is_recorded_and_needs_something_published(original: Store, tmp_path: Path) -> None:
    _back_up(original, tmp_path / "ambassade.tar")
    entry = original.ledger.entries()[0]
    assert (entry.kind, entry.actor, entry.details) == ("backup", "nina", {"version": 2, "file": "ambassade.tar"})
    assert stat.S_IMODE((tmp_path / "ambassade.tar").stat().st_mode) == 0o600
    with pytest.raises(NothingPublishedError):
        _back_up(Store(tmp_path / "store"), tmp_path / "empty.tar")
    with pytest.raises(StoreWriteError, match="could not be written"):
        _back_up(original, tmp_path / "no" / "such" / "folder.tar")
    assert [file.name for file in tmp_path.iterdir()] == ["ambassade.tar"]


HOLD = """
import sys
from pathlib import Path
from kpi.store import Store
with Store(Path(sys.argv[1])).writing():
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_backup_needs_no_pause_but_a_restore_waits_its_turn(original: Store, backup: Path, tmp_path: Path) -> None:
    with other_process(HOLD, original.folder):
        assert tarfile.is_tarfile(_back_up(original, tmp_path / "meanwhile.tar"))
        before = held(original)
        with pytest.raises(StoreBusyError):
            _restore(original, backup)
        assert held(original) == before


# Publishes and drops versions as fast as it can; version N has one order of N euros on day one.
CHURN = """
import sys, shutil
from pathlib import Path
from kpi.store import Store
store, source = Store(Path(sys.argv[1])), Path(sys.argv[2])
print("ready", flush=True)
while True:
    with store.writing():
        manifest = store.published().model_copy(update={"version": store.next_version()})
        landed = store.landing_file("orders", manifest.version)
        shutil.copyfile(source / "orders.parquet", landed)
        names = manifest.landing | {"orders": (landed.relative_to(store.folder).as_posix(),)}
        store.work.mkdir(exist_ok=True)
        shutil.copyfile(source / "warehouse.duckdb", store.work / "warehouse.duckdb")
        store.publish(manifest.model_copy(update={"landing": names}), store.work / "warehouse.duckdb")
        store.prune(1)
"""


def test_a_backup_is_of_one_version_while_versions_come_and_go(original: Store, tmp_path: Path) -> None:
    store, source = Store(tmp_path / "store"), tmp_path / "source"
    shutil.copytree(original.folder, store.folder)
    source.mkdir()
    shutil.copyfile(store.warehouse_file(2), source / "warehouse.duckdb")
    shutil.copyfile(store.landing_file("orders", 2), source / "orders.parquet")
    with other_process(CHURN, store.folder, source):
        files = [_back_up(store, tmp_path / f"{number}.tar") for number in range(10)]
    restored = [restore_backup(Store(tmp_path / f"{file.stem}"), file, actor="omar", at=NOW) for file in files]
    assert [manifest.version for manifest in restored] == sorted({manifest.version for manifest in restored})
    assert value(Store(tmp_path / "9"), "net_revenue") == 110


def test_a_backup_during_an_import_is_of_the_version_before_or_after(original: Store, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    shutil.copytree(original.folder, store.folder)
    (store.folder / "import.lock").unlink()
    third = write(tmp_path / "3", orders=(ORDERS, "O3,C1,2026-03-01,1000"))
    process = start_command(store.folder, "import", third)
    revenues = []
    while process.poll() is None:
        file = _back_up(store, tmp_path / "ambassade.tar", replace=True)
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        _restore(Store(tmp_path / "copy"), file)
        revenues.append(value(Store(tmp_path / "copy"), "net_revenue"))
    assert finish(process).code == 0
    assert revenues == sorted(revenues)
    assert set(revenues) <= {110, 1110}  # 90 + 20, then + 1000


# Files that are no backup, or not whole


def _rewritten(backup: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with its members changed, and sizes and checksums that fit them."""
    with tarfile.open(backup) as archive:
        members = {name: archive.extractfile(name).read() for name in archive.getnames()}
    index = json.loads(members.pop("backup.json"))
    change(members)
    index["members"] = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in members.items()
    }
    _write_tar(target, {**members, "backup.json": json.dumps(index).encode()}.items())
    return target


def _write_tar(target: Path, members: Sequence[tuple[str, bytes]]) -> Path:
    with tarfile.open(target, "w") as archive:
        for name, content in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return target


def _lead_outside(members: dict[str, bytes]) -> None:
    """The first landing file of the orders is said to belong above the store."""
    manifest = json.loads(members["manifest.json"])
    old, new = manifest["landing"]["orders"][0], "landing/../../outside.parquet"
    manifest["landing"]["orders"][0] = new
    members["manifest.json"] = json.dumps(manifest).encode()
    members[new] = members.pop(old)


def _lose_a_file(members: dict[str, bytes]) -> None:
    del members["landing/orders/000001.parquet"]


def _spoil_the_manifest(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b'{"version": "many"}'


def _spoil_the_warehouse(members: dict[str, bytes]) -> None:
    members["warehouse.duckdb"] = b"not a database" * 1_000


CHANGES: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "path above the store": (_lead_outside, "it names a file outside of its place (landing/../../outside.parquet)"),
    "lost file": (_lose_a_file, "it does not hold the files that its manifest names"),
    "more files": (lambda members: members.update({"/etc/passwd": b"x"}), "the files that its manifest names"),
    "damaged manifest": (_spoil_the_manifest, "its manifest is damaged"),
    "damaged warehouse": (_spoil_the_warehouse, "its data cannot be opened here"),
}


def _require_refused(store: Store, file: Path, reason: str) -> None:
    before = held(store)
    with pytest.raises(UnreadableFileError) as refusal:
        _restore(store, file)
    assert str(refusal.value).startswith(f"{file} cannot be restored: ")
    assert reason in str(refusal.value)
    assert str(refusal.value).endswith("nothing was changed.")
    assert held(store) == before
    empty = Store(file.parent / "empty")
    with pytest.raises(UnreadableFileError):
        _restore(empty, file)
    assert held(empty) == {}


@pytest.mark.parametrize("change", CHANGES)
def test_a_backup_that_was_tampered_with_is_refused(original: Store, backup: Path, tmp_path: Path, change: str) -> None:
    act, reason = CHANGES[change]
    _require_refused(original, _rewritten(backup, tmp_path / "changed.tar", act), reason)
    assert not (tmp_path / "outside.parquet").exists()


@pytest.mark.parametrize("share", [0, 0.001, 0.3, 0.6, 0.9, 0.999])
def test_a_backup_that_is_cut_off_is_refused(original: Store, backup: Path, tmp_path: Path, share: float) -> None:
    content = backup.read_bytes()
    # The last members of a tar are followed by empty blocks, which nobody misses.
    end = content.rstrip(b"\0")
    file = tmp_path / "cut.tar"
    file.write_bytes(end[: int(len(end) * share)])
    _require_refused(original, file, "it is ")


def test_a_flipped_bit_is_found(original: Store, backup: Path, tmp_path: Path) -> None:
    content = bytearray(backup.read_bytes())
    with tarfile.open(backup) as archive:
        member = archive.getmember("landing/orders/000001.parquet")
    content[member.offset_data + member.size // 2] ^= 1
    (tmp_path / "flipped.tar").write_bytes(content)
    _require_refused(original, tmp_path / "flipped.tar", "its landing/orders/000001.parquet is damaged")


def test_a_link_in_a_backup_is_refused(original: Store, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "link.tar", "w") as archive:
        link = tarfile.TarInfo("manifest.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    _require_refused(original, tmp_path / "link.tar", "it holds a link, a folder or a name twice")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file or directory"), (b"order_id\n", "it is not a backup"), (b"", "it is not a backup")],
)
def test_a_file_that_is_no_backup_is_refused(
    original: Store, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / "orders.csv").write_bytes(content)
    _require_refused(original, tmp_path / "orders.csv", reason)
    foreign = _write_tar(tmp_path / "foreign.tar", [("hello.txt", b"hello")])
    _require_refused(original, foreign, "it is not a backup")
