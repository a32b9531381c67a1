"""What another hand does to the ledger is found, for ever after; what a killed process leaves is not taken for it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi.errors import LedgerError, SecretMissingError, StoreWriteError
from kpi.store import Ledger, Store
from kpi.store.engine import connect
from tests.store.exports import NOW
from tests.store.processes import finish, start


def _record(store: Store, *notes: str) -> None:
    for note in notes:
        store.ledger.record("note", actor="nina", at=NOW, note=note)


def _tamper(store: Store, *statements: str) -> None:
    with connect(store.ledger.path) as connection:
        for statement in statements:
            connection.execute(statement)


def _told(ledger: Ledger) -> list[str]:
    return [fault.told for fault in ledger.verify()]


@pytest.fixture
def filled(store: Store) -> Store:
    """A store whose ledger holds five notes, a to e."""
    _record(store, *"abcde")
    return store


def test_a_chain_that_nobody_touched_holds(filled: Store) -> None:
    assert filled.ledger.verify() == ()
    assert Ledger(filled.ledger.path, lambda create: b"another key").verify() != ()
    _record(filled, "f")
    assert filled.ledger.verify() == ()
    assert filled.ledger.head_file.stat().st_mode & 0o777 == 0o600


ENTRY_3 = "Entry 3 is not as it was recorded."
TAMPERING: dict[str, tuple[str, list[str]]] = {
    "details edited": ('update entries set details = \'{"note": "C"}\' where entry_id = 3', [ENTRY_3]),
    "actor edited": ("update entries set actor = 'omar' where entry_id = 3", [ENTRY_3]),
    "kind edited": ("update entries set kind = 'target' where entry_id = 3", [ENTRY_3]),
    "moment edited": ("update entries set recorded_at = recorded_at + interval 1 second where entry_id = 3", [ENTRY_3]),
    "words moved over": ("update entries set actor = 'nin', kind = 'anote' where entry_id = 3", [ENTRY_3]),
    "hash edited": ("update entries set hash = repeat('0', 64) where entry_id = 3", [ENTRY_3]),
    "hash removed": ("update entries set hash = null where entry_id = 3", [ENTRY_3]),
    "first edited": ("update entries set details = '{}' where entry_id = 1", ["Entry 1 is not as it was recorded."]),
    "last edited": ("update entries set details = '{}' where entry_id = 5", ["Entry 5 is not as it was recorded."]),
    "one removed": ("delete from entries where entry_id = 3", ["Entry 3 is missing."]),
    "several removed": ("delete from entries where entry_id in (2, 3)", ["Entries 2 to 3 are missing."]),
    "first removed": ("delete from entries where entry_id = 1", ["Entry 1 is missing."]),
    "last removed": ("delete from entries where entry_id = 5", ["Entry 5 is missing."]),
    "end removed": ("delete from entries where entry_id > 2", ["Entries 3 to 5 are missing."]),
    "all removed": ("delete from entries", ["Entries 1 to 5 are missing."]),
    "one added": (
        "insert into entries select 6, recorded_at, actor, kind, details, hash from entries where entry_id = 5",
        ["Entry 6 is not as it was recorded."],
    ),
    "one added without hash": (
        "insert into entries select 6, recorded_at, actor, kind, details, null from entries where entry_id = 5",
        ["Entry 6 is not as it was recorded."],
    ),
    "two exchanged": (
        "update entries set details = other.details, hash = other.hash from entries as other"
        " where (entries.entry_id, other.entry_id) in ((2, 4), (4, 2))",
        [f"Entry {number} is not as it was recorded." for number in (2, 3, 4, 5)],
    ),
    "closed up": (
        "create table copy as select * from entries where entry_id <> 3; delete from entries;"
        " insert into entries select if(entry_id > 3, entry_id - 1, entry_id), * exclude entry_id from copy;"
        " drop table copy",
        ["Entry 3 is not as it was recorded.", "Entry 4 is not as it was recorded.", "Entry 5 is missing."],
    ),
    "chain removed": (
        "alter table entries drop column hash",
        [*(f"Entry {number} is not as it was recorded." for number in range(1, 6))],
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_and_stays_found(filled: Store, name: str) -> None:
    statement, expected = TAMPERING[name]
    _tamper(filled, statement)
    found = _told(filled.ledger)
    assert [told for told in found if told in expected] == expected
    assert set(found) <= {*expected, "Entry 5 is not the one that was recorded last."}
    # Neither new entries nor a start of the server cover it up.
    _record(filled, "later", "later still")
    filled.ledger.begin(at=NOW)
    assert set(expected) <= {*_told(filled.ledger)}


def test_a_fault_names_its_entry(filled: Store) -> None:
    _tamper(filled, "update entries set actor = 'omar' where entry_id = 2", "delete from entries where entry_id = 4")
    assert [fault.entry_id for fault in filled.ledger.verify()] == [2, 4]


HEAD = "The file ledger.head is missing or not as it was written: entries may be missing at the end."


def _write_a_head_without_the_key(store: Store) -> None:
    """As somebody would who removed the last entries and has read how the head file looks."""
    with connect(store.ledger.path) as connection:
        (found,) = connection.execute("select hash from entries where entry_id = 2").fetchone() or ()
        connection.execute("delete from entries where entry_id > 2")
    _, _, seal = store.ledger.head_file.read_text().strip().split(";")
    store.ledger.head_file.write_text(f"2;{found};{seal}\n")


HEADS: dict[str, Callable[[Store], object]] = {
    "removed": lambda store: store.ledger.head_file.unlink(),
    "emptied": lambda store: store.ledger.head_file.write_text(""),
    "garbage": lambda store: store.ledger.head_file.write_bytes(b"\xff;;"),
    "forged": _write_a_head_without_the_key,
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_file_that_was_touched_is_found_and_stays_found(filled: Store, name: str) -> None:
    HEADS[name](filled)
    assert _told(filled.ledger) == [HEAD]
    last = filled.ledger.entries()[0].entry_id
    _record(filled, "later")
    assert _told(filled.ledger) == [f"Entry {last + 1} is not as it was recorded."]


WITHOUT_A_TRACE = [
    "update entries set actor = 'omar' where entry_id = 3",
    "delete from entries where entry_id = 5",
    "alter table entries drop column hash",
]


def test_removing_the_chain_and_the_head_does_not_hide_an_edit(filled: Store) -> None:
    _tamper(filled, *WITHOUT_A_TRACE)
    filled.ledger.head_file.unlink()
    filled.ledger.begin(at=NOW)  # as a server does that starts
    expected = [f"Entry {number} is not as it was recorded." for number in (1, 2, 3, 4)]
    assert _told(filled.ledger) == [*expected, HEAD]
    _record(filled, "later")
    assert _told(filled.ledger) == [*expected, "Entry 5 is not as it was recorded."]
    assert filled.ledger.entries(kinds=["ledger_sealed"]) == ()


def test_no_start_of_the_server_gives_back_the_head_of_an_empty_ledger(filled: Store, tmp_path: Path) -> None:
    _tamper(filled, *WITHOUT_A_TRACE)
    filled.ledger.head_file.unlink()
    filled.ledger.begin(at=NOW)
    filled.ledger.path.rename(tmp_path / "edited")
    filled.ledger.begin(at=NOW)
    assert not filled.ledger.head_file.exists()
    (tmp_path / "edited").rename(filled.ledger.path)
    _tamper(filled, "delete from entries where kind = 'ledger_sealed'")
    assert HEAD in _told(filled.ledger)


@pytest.mark.parametrize("is_file_left", [True, False])
def test_a_ledger_that_is_gone_with_its_head_is_missed(filled: Store, is_file_left: bool) -> None:
    if is_file_left:
        _tamper(filled, "delete from entries")
    else:
        filled.ledger.path.unlink()
    filled.ledger.head_file.unlink()
    filled.ledger.begin(at=NOW)
    assert _told(filled.ledger) == [HEAD]
    _record(filled, "later")
    assert _told(filled.ledger) == ["Entry 1 is not as it was recorded."]


@pytest.mark.parametrize("kept", [6, 7, 10])
def test_an_old_head_does_not_hide_that_entries_are_gone(filled: Store, kept: int) -> None:
    old = filled.ledger.head_file.read_text()
    _record(filled, *"fghij")
    _tamper(filled, f"delete from entries where entry_id > {kept}")
    filled.ledger.head_file.write_text(old)
    if kept == 6:
        # One entry beyond its head is what a killed process leaves.
        assert _told(filled.ledger) == []
        return
    assert _told(filled.ledger) == [
        "The file ledger.head is an old one, of entry 5: entries may be missing at the end."
    ]
    _record(filled, "later")
    assert _told(filled.ledger) == [f"Entry {kept + 1} is not as it was recorded."]


def test_the_head_of_the_first_day_hides_nothing(store: Store) -> None:
    store.ledger.begin(at=NOW)
    start_line = store.ledger.head_file.read_text()
    _record(store, *"abc")
    store.ledger.head_file.write_text(start_line)
    store.ledger.begin(at=NOW)
    assert _told(store.ledger) == ["The file ledger.head is an old one, of entry 0: entries may be missing at the end."]
    # Not even where the secret is taken away: there was a chain, so none is made.
    (store.folder / "secret").unlink()
    with pytest.raises(SecretMissingError):
        store.ledger.begin(at=NOW)


def test_a_damaged_entry_hides_no_other(filled: Store) -> None:
    _tamper(
        filled,
        "update entries set details = 'no JSON' where entry_id = 2",
        "update entries set details = '[1]' where entry_id = 3",
        f"update entries set details = '{'[' * 100_000}' where entry_id = 4",
    )
    first, *damaged, last = (entry.details for entry in reversed(filled.ledger.entries()))
    assert (first, last) == ({"note": "a"}, {"note": "e"})
    assert damaged == [{"unreadable": "no JSON"}, {"unreadable": "[1]"}, {"unreadable": "[" * 100_000}]
    assert len(_told(filled.ledger)) == 3


def test_a_ledger_that_is_gone_is_missed(filled: Store) -> None:
    filled.ledger.path.unlink()
    assert _told(filled.ledger) == ["Entries 1 to 5 are missing."]
    _record(filled, "later")
    assert [entry.entry_id for entry in filled.ledger.entries()] == [6]
    assert _told(filled.ledger) == ["Entries 1 to 5 are missing."]


def test_an_older_copy_of_the_ledger_alone_is_found(filled: Store, tmp_path: Path) -> None:
    shutil.copy(filled.ledger.path, tmp_path / "old")
    _record(filled, "f", "g")
    shutil.copy(tmp_path / "old", filled.ledger.path)
    assert _told(filled.ledger) == ["Entries 6 to 7 are missing."]


def test_a_ledger_from_before_the_chain_is_chained_with_its_next_entry(store: Store) -> None:
    store.folder.mkdir()
    with connect(store.ledger.path) as connection:
        connection.execute(
            "create table entries (entry_id bigint primary key, recorded_at timestamptz not null,"
            " actor varchar not null, kind varchar not null, details varchar not null)"
        )
        notes = """select i, now(), 'nina', 'note', '{"n": 1}' from range(1, 30001) numbers (i)"""
        connection.execute(f"insert into entries {notes}")
    assert store.ledger.entries(newest=1)[0].details == {"n": 1}
    with pytest.raises(SecretMissingError):
        store.ledger.verify()
    store.ledger.begin(at=NOW)
    assert store.ledger.verify() == ()
    (sealed,) = store.ledger.entries(kinds=["ledger_sealed"])
    assert (sealed.entry_id, sealed.actor, sealed.recorded_at) == (30_001, "ambassade", NOW)
    assert sealed.details == {"entries": 30_000, "faults": None}
    store.ledger.begin(at=NOW)
    _record(store, "a")
    assert len(store.ledger.entries(newest=None)) == 30_002
    _tamper(store, "update entries set actor = 'omar' where entry_id = 15000")
    assert _told(store.ledger) == ["Entry 15000 is not as it was recorded."]


def test_sealing_anew_with_a_new_secret(filled: Store) -> None:
    before = filled.key("sessions")
    _tamper(filled, "delete from entries where entry_id = 2")
    assert filled.renew_secret(actor="command line", at=NOW) == 4
    assert filled.key("sessions") != before
    assert filled.ledger.entries()[0].details == {"entries": 4, "faults": 1}
    # The gap is still a gap; what was edited before counts as it stands.
    assert _told(filled.ledger) == ["Entry 2 is missing."]
    (filled.folder / "secret").unlink()
    assert filled.renew_secret(actor="command line", at=NOW) == 5
    assert filled.ledger.entries()[0].details == {"entries": 5, "faults": None}


def test_a_ledger_that_cannot_be_read_is_told(store: Store) -> None:
    store.ledger.begin(at=NOW)
    store.ledger.path.write_text("not a database" * 1_000)
    for act in (store.ledger.verify, lambda: store.ledger.begin(at=NOW)):
        with pytest.raises(LedgerError, match=r"ledger\.duckdb cannot be read .*python -m kpi restore FILE"):
            act()
    with pytest.raises(LedgerError, match="cannot be read"):
        store.renew_secret(actor="command line", at=NOW)
    store.ledger.path.unlink()
    with connect(store.ledger.path) as connection:
        connection.execute("create table entries (name varchar)")
    with pytest.raises(LedgerError, match="cannot be read"):
        store.ledger.verify()


# Each step of recording one entry may be the last: the process kills itself just before step number so-and-so.
STEPS = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from kpi.store import Store

def record(store, fatal):
    steps = []

    def watch(event, arguments):
        if any(str(argument).startswith(str(store.folder)) for argument in arguments):
            if event in ("open", "os.rename", "os.remove", "os.mkdir"):
                if len(steps) == fatal:
                    os.kill(os.getpid(), signal.SIGKILL)
                steps.append(event)

    sys.addaudithook(watch)
    store.ledger.record("note", actor="nina", at=datetime.now(UTC), note="last")

for fatal, folder in enumerate(sys.argv[1:]):
    child = os.fork()
    if not child:
        record(Store(Path(folder)), fatal)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("notes", ["", "ab"])
def test_a_process_killed_at_any_step_of_recording_is_not_taken_for_tampering(tmp_path: Path, notes: str) -> None:
    stores = [Store(tmp_path / f"store-{number:02d}") for number in range(30)]
    for store in stores:
        _record(store, *notes)
    finished = finish(start("-c", STEPS, *(store.folder for store in stores)))
    codes = [int(code) for code in finished.out.split()]
    steps = codes.index(0)
    assert codes == [-9] * steps + [0] * (len(stores) - steps), finished.err
    counts = []
    for store in stores:
        store.ledger.begin(at=NOW)  # as a server does that starts
        assert store.ledger.verify() == ()
        counts.append(len(store.ledger.entries()))
        _record(store, "after")
        assert store.ledger.verify() == ()
        assert len(store.ledger.entries()) == counts[-1] + 1
    # Killed before the entry was there, and after it was but before the head file said so.
    assert counts[0] == len(notes)
    assert counts == sorted(counts)
    assert counts[steps - 1] == counts[-1] == len(notes) + 1


def test_an_entry_is_not_recorded_where_the_head_cannot_be(filled: Store) -> None:
    beside = filled.ledger.head_file.with_name("ledger.head.next")
    beside.mkdir()
    with pytest.raises(StoreWriteError, match="The store could not be read or written"):
        _record(filled, "f")
    beside.rmdir()
    assert [entry.details["note"] for entry in filled.ledger.entries()] == [*"edcba"]
    assert filled.ledger.verify() == ()
