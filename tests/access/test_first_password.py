"""The password of the first start: one hour, one use, one account."""

from datetime import datetime, timedelta

import pytest

from kpi.access.accounts import Accounts
from kpi.access.authenticator import Credentials
from kpi.access.door import Door
from kpi.access.first_password import FirstPassword
from kpi.access.roles import NO_RIGHTS, RIGHTS, Role
from kpi.errors import AccountChangeError, PasswordError
from kpi.store import Store
from tests.access.conftest import HERE, NOW, PASSWORD, MakeAccount, Meanwhile, OpenDoor

HOUR = timedelta(hours=1)


def _told(told: list[str]) -> str:
    """The password that stands in the terminal."""
    (line,) = told
    assert line.startswith("There is no account yet. Sign in as “admin” with the password ")
    return line.split("the password ")[1].split()[0]


def _sign_in(door: Door, password: str, now: datetime = NOW) -> str | None:
    credentials = Credentials(username="Admin", password=password)
    return door.sign_in(credentials, address=HERE, now=now)


def test_it_leads_to_the_choice_of_a_password_and_to_nothing_else(open_door: OpenDoor, store: Store) -> None:
    told: list[str] = []
    door = open_door(told=told)
    first = _told(told)
    session_id = _sign_in(door, first)
    found = door.find(session_id, NOW)
    assert found is not None
    assert (found.role, found.rights, found.must_change_password) == (Role.ADMIN, NO_RIGHTS, True)
    assert not store.credentials_file.exists()
    assert door.demo_roles() != ()  # still open: there is no account
    for weak in ("short", "password1234", first):
        with pytest.raises(PasswordError):
            door.change_password(found, current=first, new=weak, address=HERE, now=NOW)
    chosen = door.change_password(found, current=first, new=PASSWORD, address=HERE, now=NOW)
    admin = door.find(chosen, NOW)
    assert admin is not None
    assert (admin.username, admin.rights, admin.must_change_password) == ("admin", RIGHTS[Role.ADMIN], False)
    assert door.find(session_id, NOW) is None
    assert door.demo_roles() == ()
    assert _sign_in(door, first) is None
    assert _sign_in(door, PASSWORD) is not None
    kinds = [entry.kind for entry in reversed(store.ledger.entries())]
    assert kinds == ["sign_in", "account_added", "sign_in_failed", "sign_in"]


def test_it_serves_for_one_sign_in(open_door: OpenDoor, store: Store) -> None:
    told: list[str] = []
    door = open_door(told=told)
    first = _told(told)
    assert _sign_in(door, "not this one") is None  # a mistake does not use it up
    found = door.find(_sign_in(door, first), NOW)
    assert _sign_in(door, first) is None
    assert [entry.kind for entry in store.ledger.entries()] == ["sign_in_failed", "sign_in", "sign_in_failed"]
    # Who came in with it still has it, to choose another.
    assert found is not None
    assert door.change_password(found, current=first, new=PASSWORD, address=HERE, now=NOW)
    assert _sign_in(door, PASSWORD) is not None


def test_it_makes_no_account_where_another_was_made_meanwhile(
    open_door: OpenDoor, store: Store, make_account: MakeAccount
) -> None:
    told: list[str] = []
    door = open_door(told=told)
    first = _told(told)
    found = door.find(_sign_in(door, first), NOW)
    assert found is not None
    accounts = Accounts(store.credentials_file)
    door._authenticator = Meanwhile(door, lambda: accounts.add(make_account("nina", Role.ADMIN)))
    with pytest.raises(PasswordError) as refused:
        door.change_password(found, current=first, new=PASSWORD, address=HERE, now=NOW)
    assert refused.value.fault == "wrong_current"
    assert list(accounts.all()) == ["nina"]


def test_it_is_nowhere_on_the_disk(open_door: OpenDoor, store: Store) -> None:
    told: list[str] = []
    door = open_door(told=told)
    first = _told(told)
    assert _sign_in(door, first) is not None
    files = b"".join(file.read_bytes() for file in store.folder.rglob("*") if file.is_file())
    assert first.encode() not in files
    assert b"$2b$" not in files
    assert first not in repr(vars(door._first))


def test_it_expires_in_an_hour_and_so_does_who_came_in_with_it(open_door: OpenDoor) -> None:
    told: list[str] = []
    door = open_door(told=told)
    first = _told(told)
    session_id = _sign_in(door, first, NOW + HOUR - timedelta(seconds=1))
    found = door.find(session_id, NOW + HOUR - timedelta(seconds=1))
    assert found is not None
    assert door.find(session_id, NOW + HOUR) is None
    assert _sign_in(door, first, NOW + HOUR) is None
    with pytest.raises(PasswordError) as refused:
        door.change_password(found, current=first, new=PASSWORD, address=HERE, now=NOW + HOUR)
    assert refused.value.fault == "wrong_current"


def test_an_account_made_meanwhile_ends_it(open_door: OpenDoor, store: Store, make_account: MakeAccount) -> None:
    told: list[str] = []
    door = open_door(told=told)
    session_id = _sign_in(door, _told(told))
    assert door.find(session_id, NOW) is not None
    Accounts(store.credentials_file).add(make_account("nina", Role.ADMIN))
    assert door.find(session_id, NOW) is None
    assert _sign_in(door, _told(told)) is None


def test_each_start_has_another_and_none_where_accounts_are(
    open_door: OpenDoor, store: Store, make_account: MakeAccount
) -> None:
    first: list[str] = []
    second: list[str] = []
    third: list[str] = []
    open_door(told=first)
    door = open_door(told=second)
    assert _told(first) != _told(second)
    assert _sign_in(door, _told(first)) is None
    Accounts(store.credentials_file).add(make_account("nina"))
    open_door(told=third)
    assert third == []


def test_two_who_choose_at_once_make_one_account(open_door: OpenDoor, store: Store) -> None:
    told: list[str] = []
    door = open_door(told=told)
    found = door.find(_sign_in(door, _told(told)), NOW)
    assert found is not None
    accounts = Accounts(store.credentials_file)
    first = FirstPassword(accounts, now=NOW).find("admin", NOW)
    assert first is not None
    accounts.add(first)
    with pytest.raises(AccountChangeError, match="There is an account “admin” already"):
        accounts.add(first)
    with pytest.raises(PasswordError):
        door.change_password(found, current=_told(told), new=PASSWORD, address=HERE, now=NOW)
