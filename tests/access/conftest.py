"""What the tests of sign-in share: a password with its real hash, made once, and accounts in a store of their own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kpi.access.accounts import Account, Accounts
from kpi.access.authenticator import Credentials, PasswordAuthenticator
from kpi.access.door import Door
from kpi.access.passwords import hash_password
from kpi.access.roles import Role
from kpi.settings import Settings
from kpi.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"
HERE = "192.0.2.7"

MakeAccount = Callable[..., Account]
OpenDoor = Callable[..., Door]


class Meanwhile:
    """Passwords as always; then something happens before their checking is over, which takes half a second."""

    def __init__(self, door: Door, happens: Callable[[], object]) -> None:
        self._real = PasswordAuthenticator(door._find_account)
        self._happens = happens

    def authenticate(self, credentials: Credentials, now: datetime) -> Account | None:
        account = self._real.authenticate(credentials, now)
        self._happens()
        return account


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def make_account(password_hash: str) -> MakeAccount:
    """An account whose password is PASSWORD; its user name and role are enough."""

    def make(username: str, role: Role = Role.OWNER, **fields: Any) -> Account:
        given = {"name": username.title(), "password_hash": password_hash, **fields}
        return Account(username=username, role=role, **given)

    return make


@pytest.fixture
def accounts(store: Store, make_account: MakeAccount) -> Accounts:
    """nina leads the programme, anna looks after the accounts."""
    accounts = Accounts(store.credentials_file)
    accounts.add(make_account("nina", email="nina@example.org"))
    accounts.add(make_account("anna", Role.ADMIN))
    return accounts


@pytest.fixture
def open_door(store: Store) -> Iterator[OpenDoor]:
    """Open a door of the test's store as a server that starts does; closed at the end. `told` is what it said."""
    opened: list[Door] = []

    def run(now: datetime = NOW, told: list[str] | None = None, **settings: Any) -> Door:
        chosen = Settings(store=store.folder, **settings)
        opened.append(Door(chosen, now=now, tell=(told if told is not None else []).append))
        return opened[-1]

    yield run
    for door in opened:
        door.close()
