"""The door: who comes in, what is recorded of it, and when it does not open at all."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kpi.access.accounts import Accounts
from kpi.access.authenticator import Credentials, PasswordAuthenticator
from kpi.access.credentials import Account, Language
from kpi.access.door import Door
from kpi.access.door import open_door as open_shared_door
from kpi.access.passwords import hash_password
from kpi.access.roles import Role
from kpi.errors import AccountsError, LedgerError, PasswordError, SecretMissingError, StoreWriteError
from kpi.settings import Settings
from kpi.store import Store
from kpi.store.engine import connect
from tests.access.conftest import HERE, NOW, PASSWORD, MakeAccount, Meanwhile, OpenDoor

NEW = "a marmot under the bridge"


def _sign_in(
    door: Door,
    username: str = "nina",
    password: str = PASSWORD,
    *,
    address: str = HERE,
    now: datetime = NOW,
    replaces: str | None = None,
) -> str | None:
    credentials = Credentials(username=username, password=password)
    return door.sign_in(credentials, address=address, now=now, replaces=replaces)


def _recorded(store: Store) -> list[tuple[str, str, object]]:
    """Kind, actor and address of what the ledger holds, oldest first."""
    return [(entry.kind, entry.actor, entry.details.get("address")) for entry in reversed(store.ledger.entries())]


@pytest.fixture
def door(accounts: Accounts, store: Store, open_door: OpenDoor) -> Door:
    (store.folder / "secret").write_text("00" * 32)
    return open_door()


def test_who_has_an_account_comes_in_and_goes(door: Door, store: Store) -> None:
    session_id = _sign_in(door, " NINA ")
    found = door.find(session_id, NOW)
    assert found is not None
    assert (found.username, found.role, found.is_demo) == ("nina", Role.OWNER, False)
    assert session_id is not None
    door.sign_out(session_id, address=HERE, now=NOW)
    assert door.find(session_id, NOW) is None
    door.sign_out(session_id, address=HERE, now=NOW)
    assert door.find(None, NOW) is None
    assert _recorded(store) == [("sign_in", "nina", HERE), ("sign_out", "nina", HERE)]


@pytest.mark.parametrize(
    ("username", "password", "actor"),
    [
        ("nina", "wrong", "nina"),
        ("nina", "", "nina"),
        ("nina", PASSWORD.upper(), "nina"),
        ("off", PASSWORD, "off"),
        ("nobody", PASSWORD, "unknown name"),
        (PASSWORD, "", "unknown name"),
        ("demo:owner", "", "unknown name"),
        ("", "", "unknown name"),
        ("nina", "x" * 1_000, "nina"),
    ],
)
def test_nobody_else_comes_in_and_all_of_it_is_recorded(
    door: Door, store: Store, make_account: MakeAccount, username: str, password: str, actor: str
) -> None:
    door.accounts.add(make_account("off", is_disabled=True))
    assert _sign_in(door, username, password) is None
    assert _recorded(store) == [("sign_in_failed", actor, HERE)]
    assert PASSWORD not in str(store.ledger.entries())


def test_signing_in_again_ends_the_session_that_the_browser_had(door: Door) -> None:
    first = _sign_in(door)
    second = _sign_in(door, "anna", replaces=first)
    assert door.find(first, NOW) is None
    assert door.find(second, NOW) is not None
    assert _sign_in(door, password="wrong", replaces=second) is None
    assert door.find(second, NOW) is not None


def test_after_five_failures_even_the_right_password_must_wait(door: Door, store: Store) -> None:
    for _ in range(5):
        assert _sign_in(door, password="wrong") is None
    assert _sign_in(door) is None
    assert _sign_in(door, now=NOW + timedelta(seconds=1)) is not None
    assert [kind for kind, *_ in _recorded(store)] == [*["sign_in_failed"] * 5, "sign_in_blocked", "sign_in"]


def test_every_refusal_costs_the_same_work(door: Door, make_account: MakeAccount) -> None:
    door.accounts.add(make_account("off", is_disabled=True))
    door.accounts.add(make_account("locked"))
    for number in range(6):
        _sign_in(door, "locked", "wrong", address=f"198.51.100.{number}")
    cases = {"unknown": ("nobody", "wrong"), "wrong": ("nina", "wrong"), "disabled": ("off", PASSWORD)}
    cases |= {"locked": ("locked", "wrong"), "locked, right": ("locked", PASSWORD)}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for round_ in range(4):
        for number, (name, (username, password)) in enumerate(cases.items()):
            start = time.thread_time()
            assert _sign_in(door, username, password, address=f"203.0.113.{round_ * 10 + number}") is None
            times[name].append(time.thread_time() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    assert max(medians.values()) / min(medians.values()) < 1.3, medians


def test_signing_out_everywhere(door: Door, store: Store) -> None:
    first, second, other = _sign_in(door), _sign_in(door), _sign_in(door, "anna")
    found = door.find(first, NOW)
    assert found is not None
    door.sign_out_everywhere(found, address=HERE, now=NOW)
    assert [door.find(one, NOW) is not None for one in (first, second, other)] == [False, False, True]
    assert store.ledger.entries()[0].details == {"address": HERE, "sessions": 2}


def test_a_new_password_ends_every_other_session(door: Door, store: Store) -> None:
    first, second = _sign_in(door), _sign_in(door)
    found = door.find(first, NOW)
    assert found is not None
    third = door.change_password(found, current=PASSWORD, new=NEW, address=HERE, now=NOW)
    assert [door.find(one, NOW) is not None for one in (first, second, third)] == [False, False, True]
    assert _sign_in(door) is None
    assert _sign_in(door, password=NEW) is not None
    assert ("password_changed", "nina", HERE) in _recorded(store)


@pytest.mark.parametrize(
    ("current", "new", "fault"),
    [
        ("wrong", NEW, "wrong_current"),
        (PASSWORD, PASSWORD, "unchanged"),
        (PASSWORD, "short", "too_short"),
        (PASSWORD, "x" * 73, "too_long"),
        (PASSWORD, "nina@example.org", "common"),
    ],
)
def test_a_password_that_cannot_be_changed_changes_nothing(
    door: Door, store: Store, current: str, new: str, fault: str
) -> None:
    session_id = _sign_in(door)
    found = door.find(session_id, NOW)
    assert found is not None
    with pytest.raises(PasswordError) as refused:
        door.change_password(found, current=current, new=new, address=HERE, now=NOW)
    assert refused.value.fault == fault
    assert door.find(session_id, NOW) == found
    failed = [("password_change_failed", "nina", HERE)] if fault == "wrong_current" else []
    assert _recorded(store) == [("sign_in", "nina", HERE), *failed]


RESET = hash_password("what the admin has set")
MEANWHILE: dict[str, Callable[[Accounts], object]] = {
    "deleted": lambda accounts: accounts.delete("nina"),
    "reset": lambda accounts: accounts.set_password(accounts.named("nina"), RESET, must_change=True),
    "disabled": lambda accounts: accounts.disable("nina"),
}


@pytest.mark.parametrize("name", MEANWHILE)
def test_a_password_change_in_flight_undoes_nothing(door: Door, store: Store, name: str) -> None:
    session_id = _sign_in(door)
    found = door.find(session_id, NOW)
    assert found is not None
    accounts = Accounts(store.credentials_file)
    after: list[Account | None] = []

    def happens() -> None:
        MEANWHILE[name](accounts)
        after.append(accounts.find("nina"))

    door._authenticator = Meanwhile(door, happens)
    with pytest.raises(PasswordError) as refused:
        door.change_password(found, current=PASSWORD, new=NEW, address=HERE, now=NOW)
    assert refused.value.fault == "wrong_current"
    assert [accounts.find("nina")] == after
    assert door.find(session_id, NOW) is None
    assert _recorded(store)[-1] == ("password_change_failed", "nina", HERE)
    assert "password_changed" not in [kind for kind, *_ in _recorded(store)]


def test_the_current_password_cannot_be_guessed_from_an_open_session(door: Door) -> None:
    found = door.find(_sign_in(door), NOW)
    assert found is not None
    for password in [*["wrong"] * 5, PASSWORD]:
        with pytest.raises(PasswordError) as refused:
            door.change_password(found, current=password, new=NEW, address=HERE, now=NOW)
        assert refused.value.fault == "wrong_current"


def test_a_language_is_kept_with_the_account_and_nowhere_for_demo_readers(door: Door) -> None:
    session_id = _sign_in(door)
    found = door.find(session_id, NOW)
    assert found is not None
    door.set_language(found, Language.FRENCH)
    assert door.find(session_id, NOW) == replace(found, language=Language.FRENCH)
    before = door.accounts.path.read_bytes()
    door.set_language(replace(found, username="demo:owner"), Language.FRENCH)
    assert door.accounts.path.read_bytes() == before


def test_who_cannot_be_recorded_does_not_come_in(door: Door, store: Store) -> None:
    (store.folder / "ledger.head.next").mkdir()
    with pytest.raises(StoreWriteError, match="could not be read or written"):
        _sign_in(door)
    found = door._table.path
    assert door.sessions.end_all("nina") == 0, found


def test_a_session_lives_on_when_the_server_starts_again(door: Door, open_door: OpenDoor) -> None:
    session_id = _sign_in(door)
    again = open_door(now=NOW + timedelta(hours=1))
    assert again.find(session_id, NOW + timedelta(hours=1)) == door.find(session_id, NOW + timedelta(hours=1))


def test_a_new_secret_ends_every_session_at_once(door: Door, store: Store) -> None:
    session_id = _sign_in(door)
    store.renew_secret(actor="command line", at=NOW)
    assert door.find(session_id, NOW) is None


# When the door does not open


def test_a_damaged_credentials_file_keeps_it_shut(store: Store, open_door: OpenDoor) -> None:
    store.folder.mkdir()
    store.credentials_file.write_text("")
    with pytest.raises(AccountsError, match=r"credentials\.yaml cannot be used"):
        open_door()


def test_accounts_without_the_secret_keep_it_shut(accounts: Accounts, store: Store, open_door: OpenDoor) -> None:
    with pytest.raises(SecretMissingError, match="secret is missing"):
        open_door()
    assert not (store.folder / "secret").exists()


def test_a_chained_ledger_without_the_secret_keeps_it_shut(store: Store, open_door: OpenDoor) -> None:
    store.ledger.record("note", actor="nina", at=NOW)
    (store.folder / "secret").unlink()
    with pytest.raises(SecretMissingError, match="python -m kpi audit seal"):
        open_door()
    store.renew_secret(actor="command line", at=NOW)
    open_door()
    assert store.ledger.verify() == ()


@pytest.mark.parametrize("content", [b"", b"garbage" * 10_000])
def test_an_unreadable_ledger_keeps_it_shut(store: Store, open_door: OpenDoor, content: bytes) -> None:
    store.ledger.record("note", actor="nina", at=NOW)
    store.ledger.path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"ledger\.duckdb cannot be read .*python -m kpi restore"):
        open_door()


def test_a_damaged_table_of_sessions_keeps_it_shut(store: Store, open_door: OpenDoor) -> None:
    store.folder.mkdir()
    (store.folder / "access.sqlite").write_text("garbage" * 10_000)
    with pytest.raises(StoreWriteError, match=r"access\.sqlite cannot be used"):
        open_door()


def test_a_broken_chain_is_told_but_shuts_nobody_out(door: Door, store: Store, open_door: OpenDoor) -> None:
    for _ in range(2):
        _sign_in(door)
    with connect(store.ledger.path) as connection:
        connection.execute("update entries set actor = 'omar'")
    told: list[str] = []
    again = open_door(told=told)
    (line,) = told
    assert "Entry 1 is not as it was recorded. 2 in all" in line
    assert "python -m kpi audit verify" in line
    assert _sign_in(again) is not None


def test_one_door_for_a_process(tmp_path: Path) -> None:
    told: list[str] = []
    settings = Settings(store=tmp_path / "store")
    door = open_shared_door(settings, now=NOW, tell=told.append)
    assert open_shared_door(settings, now=NOW, tell=told.append) is door
    other = open_shared_door(Settings(store=tmp_path / "other"), now=NOW, tell=told.append)
    assert other is not door
    assert len(told) == 2
    door.close()
    other.close()


def test_the_authenticator_of_passwords_alone(accounts: Accounts) -> None:
    authenticator = PasswordAuthenticator(lambda username, now: accounts.find(username))
    given = Credentials(username="nina", password=PASSWORD)
    assert authenticator.authenticate(given, NOW) == accounts.named("nina")
    assert authenticator.authenticate(replace(given, password="wrong"), NOW) is None
    assert authenticator.authenticate(replace(given, username="nobody"), NOW) is None
    assert PASSWORD not in repr(given)
