"""Accounts and the audit log from the command line: real processes, a real terminal for passwords."""

import json
import os
import pwd
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi.access.accounts import Accounts
from kpi.access.limiter import Limiter
from kpi.access.passwords import check_password
from kpi.access.roles import Role
from kpi.store import Store
from kpi.store.engine import connect
from kpi.store.sessions import SessionTable
from tests.store.processes import Finished, finish, run_command, start

GOOD = "a marmot under the bridge"
ME = pwd.getpwuid(os.getuid()).pw_name
TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store.credentials_file)


def _typed(store: Store, *words: str, answers: tuple[str, ...]) -> Finished:
    """Run a command in a terminal of its own, and answer each question once it is asked."""
    process = start("-c", TERMINAL, sys.executable, "-m", "kpi", "--store", store.folder, *words)
    assert process.stdin is not None
    assert process.stdout is not None
    shown = ""
    for answer in answers:
        while not shown.endswith(": "):
            sign = process.stdout.read(1)
            assert sign, shown
            shown += sign
        process.stdin.write(f"{answer}\n")
        process.stdin.flush()
        shown += "\n"
    finished = finish(process)
    return Finished(finished.code, shown + finished.out, finished.err)


def _generated(done: Finished) -> str:
    assert (done.code, done.err) == (0, "")
    return done.out.split("first sign-in is ")[1].split(";")[0]


def _recorded(store: Store) -> list[tuple[str, str, object]]:
    return [(entry.kind, entry.actor, entry.details) for entry in reversed(store.ledger.entries())]


def test_a_password_is_asked_for_twice_and_never_shown(store: Store, accounts: Accounts) -> None:
    words = ("user", "add", "Nina", "--role", "owner", "--name", "Nina Berger", "--email", "nina@example.org")
    done = _typed(store, *words, answers=(GOOD, GOOD))
    assert done.code == 0, done
    assert "nina may sign in with the role owner." in done.out
    assert GOOD not in done.out
    nina = accounts.named("nina")
    assert (nina.name, nina.email, nina.role) == ("Nina Berger", "nina@example.org", Role.OWNER)
    assert not nina.must_change_password
    assert check_password(GOOD, nina.password_hash)
    assert _recorded(store) == [("account_added", "command line", {"by": ME, "account": "nina", "role": "owner"})]
    done = _typed(store, "user", "set-password", "nina", answers=("another good long one", "another good long one"))
    assert done.code == 0, done
    assert check_password("another good long one", accounts.named("nina").password_hash)
    assert _recorded(store)[-1] == ("password_changed", "command line", {"by": ME, "account": "nina"})


def test_another_password_need_not_wait_for_tries_with_the_old_one(store: Store) -> None:
    _generated(run_command(store.folder, "user", "add", "nina", "--role", "owner", "--generate"))
    table, now = SessionTable(store.sessions_file), datetime.now(UTC)
    limiter = Limiter(table, lambda: store.key("sessions"))
    assert [limiter.admit("nina", "192.0.2.7", now) for _ in range(6)] == [*[True] * 5, False]
    _generated(run_command(store.folder, "user", "set-password", "nina", "--generate"))
    assert limiter.admit("nina", "192.0.2.7", now)
    table.close()


def test_a_bad_password_adds_nobody(store: Store, accounts: Accounts) -> None:
    done = _typed(store, "user", "add", "nina", "--role", "owner", answers=("password1234", "password1234"))
    assert done.code == 2
    assert "is among the first that others would try" in done.out
    assert dict(accounts.all()) == {}
    assert _recorded(store) == []


def test_accounts_from_first_to_last(store: Store, accounts: Accounts) -> None:
    def run(*words: object) -> Finished:
        return run_command(store.folder, *words)

    assert run("user", "list").out.startswith("There is no account yet.")
    password = _generated(run("user", "add", "anna", "--role", "admin", "--generate"))
    assert accounts.named("anna").must_change_password
    assert check_password(password, accounts.named("anna").password_hash)
    _generated(run("user", "add", "nina", "--role", "owner", "--language", "fr", "--generate"))
    assert run("user", "set-role", "nina", "sponsor").out == "nina has the role sponsor.\n"
    assert run("user", "disable", "NINA").out == "nina may not sign in any more.\n"
    listed = run("user", "list", "--json")
    assert [(row["username"], row["role"], row["language"], row["state"]) for row in json.loads(listed.out)] == [
        ("anna", "admin", None, "must choose a password"),
        ("nina", "sponsor", "fr", "disabled"),
    ]
    assert password not in listed.out
    assert "disabled" in run("user", "list").out
    assert run("user", "enable", "nina").out == "nina may sign in again.\n"
    again = _generated(run("user", "set-password", "nina", "--generate"))
    assert check_password(again, accounts.named("nina").password_hash)
    assert run("user", "delete", "nina").out == "The account nina is deleted.\n"
    assert list(accounts.all()) == ["anna"]
    assert [kind for kind, *_ in _recorded(store)] == [
        "account_added",
        "account_added",
        "role_changed",
        "account_disabled",
        "account_enabled",
        "password_changed",
        "account_deleted",
    ]
    assert _recorded(store)[2][2] == {"by": ME, "account": "nina", "role": "sponsor", "before": "owner"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("user", "add", "anna", "--role", "owner", "--generate"), "There is an account “anna” already"),
        (("user", "add", "nina", "--role", "boss", "--generate"), "There is no role named “boss”"),
        (
            ("user", "add", "nina", "--role", "data", "--language", "de", "--generate"),
            "There is no language named “de”",
        ),
        (("user", "add", "ni na", "--role", "data", "--generate"), "cannot be a user name"),
        (("user", "set-role", "ana", "owner"), "There is no account named “ana”. Did you mean anna?"),
        (("user", "set-role", "anna", "owner"), "last account that looks after the accounts"),
        (("user", "delete", "anna"), "last account that looks after the accounts"),
        (("user", "disable", "anna"), "last account that looks after the accounts"),
        (("audit", "list", "--kind", "exports"), "There is no kind of entry named “exports”. Did you mean export?"),
    ],
)
def test_what_is_not_possible_is_told_and_not_recorded(store: Store, words: tuple[str, ...], message: str) -> None:
    run_command(store.folder, "user", "add", "anna", "--role", "admin", "--generate")
    before = _recorded(store)
    done = run_command(store.folder, *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err
    assert _recorded(store) == before


def test_the_audit_log_is_listed_and_filtered(store: Store) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    store.ledger.record("export", actor="nina", at=noon, address="192.0.2.7", name="orders.csv", rows=12)
    store.ledger.record("sign_out", actor="nina", at=noon, address="192.0.2.7")
    store.ledger.record("export", actor="omar", at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC), rows=1)  # 23rd in Paris
    done = run_command(store.folder, "audit", "list", "--kind", "export")
    assert (done.code, done.err) == (0, "")
    assert "192.0.2.7" in done.out
    assert "name: orders.csv; rows: 12" in done.out
    assert "sign_out" not in done.out

    def listed(*words: str) -> list[int]:
        found = run_command(store.folder, "audit", "list", "--json", *words, time_zone="Europe/Paris")
        return [row["entry"] for row in json.loads(found.out)]

    assert listed() == [3, 2, 1]
    assert listed("--newest", "1") == [3]
    assert listed("--actor", "nina", "--kind", "sign_out", "--kind", "export") == [2, 1]
    assert listed("--from", "2026-11-23") == [3]
    assert listed("--from", "2026-11-22", "--to", "2026-11-23") == [2, 1]


def test_verifying_and_sealing(store: Store) -> None:
    done = run_command(store.folder, "audit", "verify")
    assert (done.code, done.out) == (0, "All entries are as they were recorded: 0.\n")
    assert not store.folder.exists()
    for number in range(3):
        store.ledger.record("note", actor="nina", at=datetime.now(UTC), number=number)
    assert run_command(store.folder, "audit", "verify").out == "All entries are as they were recorded: 3.\n"
    with connect(store.ledger.path) as connection:
        connection.execute("update entries set actor = 'omar' where entry_id = 2")
    done = run_command(store.folder, "audit", "verify")
    assert (done.code, done.out) == (3, "")
    assert done.err.splitlines() == [
        "Entry 2 is not as it was recorded.",
        "The audit log is not as it was recorded. Faults: 1. Compare it with a backup.",
    ]
    (store.folder / "ledger.head").unlink()
    for path in (store.ledger.path, store.ledger.path.with_name("put back")):
        path.rename(path.with_name("ledger.duckdb" if path.name == "put back" else "put back"))
        done = run_command(store.folder, "audit", "verify")
        assert (done.code, done.out) == (3, "")
        assert "ledger.head is missing" in done.err
        assert not (store.folder / "ledger.head").exists()  # looking mends nothing
    (store.folder / "secret").unlink()
    done = run_command(store.folder, "audit", "verify")
    assert (done.code, done.out) == (2, "")
    assert "secret is missing" in done.err
    done = _typed(store, "audit", "seal", answers=("n",))
    assert done.code == 1
    assert not (store.folder / "secret").exists()
    assert run_command(store.folder, "audit", "seal", "--yes").out.endswith("3 entries are chained anew.\n")
    assert run_command(store.folder, "audit", "verify").out == "All entries are as they were recorded: 4.\n"


def test_a_rollback_and_a_backup_are_recorded(store: Store, tmp_path: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        (folder / "customers.csv").write_text(f"customer_id,joined_at\nC{number},2026-01-01\n")
        assert run_command(store.folder, "import", folder).code == 0
    assert run_command(store.folder, "rollback").code == 0
    assert run_command(store.folder, "backup", tmp_path / "a.tar").code == 0
    assert [(kind, actor) for kind, actor, _ in _recorded(store)] == [
        ("import", "command line"),
        ("import", "command line"),
        ("rollback", "command line"),
        ("backup", "command line"),
    ]
    assert run_command(store.folder, "audit", "verify").code == 0
