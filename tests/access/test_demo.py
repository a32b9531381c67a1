"""Demo readers come in without a password, and only as long as there is nothing to protect."""

from pathlib import Path

import pytest

from kpi.access.accounts import Accounts
from kpi.access.demo import READERS, Demo
from kpi.access.roles import Role
from kpi.errors import AccountsError, StoreWriteError
from kpi.ingest import import_files
from kpi.store import Store
from tests.access.conftest import HERE, NOW, MakeAccount, OpenDoor
from tests.store.exports import CUSTOMERS, settings, write


@pytest.fixture
def demo(store: Store) -> Demo:
    return Demo(store, Accounts(store.credentials_file))


def _publish(store: Store, folder: Path, *, is_demo: bool, customer: str = "C1") -> None:
    exports = write(folder, customers=(CUSTOMERS, f"{customer},2026-01-01"))
    import_files(store, [exports], settings(), is_demo=is_demo, now=NOW)


def test_it_is_open_on_an_empty_store_and_on_the_demo_company(demo: Demo, store: Store, tmp_path: Path) -> None:
    assert demo.is_open()
    _publish(store, tmp_path / "demo", is_demo=True)
    assert demo.is_open()
    assert [READERS[role].username for role in READERS] == [
        "demo:owner",
        "demo:sponsor",
        "demo:coordinator",
        "demo:data",
    ]
    assert demo.find("demo:sponsor") == READERS[Role.SPONSOR]


@pytest.mark.parametrize("username", ["demo:admin", "owner", "", "demo:", "DEMO:OWNER"])
def test_there_is_no_other_reader(demo: Demo, username: str) -> None:
    assert demo.find(username) is None


def test_it_closes_with_the_first_account(demo: Demo, store: Store, make_account: MakeAccount) -> None:
    assert demo.is_open()
    Accounts(store.credentials_file).add(make_account("nina"))
    assert not demo.is_open()
    assert demo.find("demo:owner") is None


def test_it_closes_with_real_data_also_when_that_is_rolled_back(demo: Demo, store: Store, tmp_path: Path) -> None:
    _publish(store, tmp_path / "demo", is_demo=True)
    assert demo.is_open()
    _publish(store, tmp_path / "real", is_demo=False, customer="C2")
    assert not demo.is_open()
    store.rollback(1)
    assert store.published().is_demo
    assert not demo.is_open()  # version 2 is still kept, and the ledger names its files


def test_what_cannot_be_read_does_not_open_it(demo: Demo, store: Store) -> None:
    store.folder.mkdir()
    (store.folder / "published").write_text("x")
    with pytest.raises(StoreWriteError):
        demo.is_open()
    (store.folder / "published").unlink()
    store.credentials_file.write_text("")
    with pytest.raises(AccountsError):
        demo.find("demo:owner")


def test_an_open_page_of_a_demo_reader_ends_with_the_demo(open_door: OpenDoor, store: Store, tmp_path: Path) -> None:
    _publish(store, tmp_path / "demo", is_demo=True)
    door = open_door()
    session_id = door.enter_demo(Role.OWNER, address=HERE, now=NOW)
    found = door.find(session_id, NOW)
    assert found is not None
    assert (found.username, found.role, found.is_demo, found.language) == ("demo:owner", Role.OWNER, True, None)
    _publish(store, tmp_path / "real", is_demo=False)
    assert door.find(session_id, NOW) is None
    assert door.demo_roles() == ()
    assert door.enter_demo(Role.OWNER, address=HERE, now=NOW) is None


def test_a_program_that_comes_in_again_and_again_must_wait(open_door: OpenDoor, store: Store) -> None:
    door = open_door()
    for _ in range(99):
        assert door.limiter.admit_demo(HERE, NOW)
    came_in = [door.enter_demo(Role.OWNER, address=HERE, now=NOW) is not None for _ in range(2)]
    assert came_in == [True, False]
    assert [(entry.kind, entry.actor) for entry in store.ledger.entries()] == [
        ("sign_in_blocked", "demo:owner"),
        ("sign_in", "demo:owner"),
    ]
