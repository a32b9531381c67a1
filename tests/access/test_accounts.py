"""The credentials file: in streamlit-authenticator's format, written whole, never taken for empty when damaged."""

import os
import stat
import traceback
from collections.abc import Callable
from dataclasses import replace

import pytest
import yaml

from kpi.access.accounts import Account, Accounts, Language
from kpi.access.roles import Role
from kpi.errors import AccountChangeError, AccountsError, LastAdminError, StoreWriteError, UnknownNameError
from kpi.store import Store
from tests.access.conftest import MakeAccount
from tests.store.processes import finish, start


def test_without_a_file_there_is_nobody(store: Store) -> None:
    accounts = Accounts(store.credentials_file)
    assert dict(accounts.all()) == {}
    assert accounts.find("nina") is None
    assert not store.folder.exists()


def test_an_account_is_found_as_it_was_added(accounts: Accounts, make_account: MakeAccount) -> None:
    omar = make_account(
        "omar@example.org",
        Role.DATA,
        name="Omar de la Tour",
        email="omar@example.org",
        language=Language.FRENCH,
        must_change_password=True,
    )
    accounts.add(omar)
    for reader in (accounts, Accounts(accounts.path)):
        assert reader.find("omar@example.org") == reader.named(" OMAR@example.org ") == omar
        assert list(reader.all()) == ["nina", "anna", "omar@example.org"]
    with pytest.raises(UnknownNameError, match=r"There is no account named “nena”\. Did you mean nina\?"):
        accounts.named("nena")


def test_the_file_is_the_librarys_and_its_owners_only(accounts: Accounts, password_hash: str) -> None:
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    document = yaml.safe_load(accounts.path.read_text(encoding="utf-8"))
    nina = document["credentials"]["usernames"]["nina"]
    assert {key: nina[key] for key in ("email", "first_name", "last_name", "password", "roles")} == {
        "email": "nina@example.org",
        "first_name": "Nina",
        "last_name": "",
        "password": password_hash,
        "roles": ["owner"],
    }
    assert [file.name for file in accounts.path.parent.iterdir() if file.name.endswith(".next")] == []


def test_a_file_of_the_library_is_read_and_what_it_wrote_is_kept(store: Store, password_hash: str) -> None:
    store.folder.mkdir()
    document = {
        "cookie": {"expiry_days": 30},
        "credentials": {
            "usernames": {
                "Nina": {
                    "email": "nina@example.org",
                    "failed_login_attempts": 2,
                    "first_name": "Nina",
                    "last_name": "Berger",
                    "logged_in": False,
                    "password": password_hash,
                    "roles": ["owner"],
                },
                7: {"password": password_hash, "roles": ["admin"]},
            }
        },
    }
    store.credentials_file.write_text(yaml.safe_dump(document), encoding="utf-8")
    accounts = Accounts(store.credentials_file)
    assert accounts.find("nina") == Account(
        username="nina", name="Nina Berger", role=Role.OWNER, email="nina@example.org", password_hash=password_hash
    )
    assert accounts.named("7").name == "7"
    accounts.set_role("nina", Role.SPONSOR)
    document["credentials"]["usernames"]["Nina"] |= {"roles": ["sponsor"], "revision": 1}  # type: ignore[index]
    assert yaml.safe_load(store.credentials_file.read_text(encoding="utf-8")) == document


def test_changes_are_seen_by_who_read_the_file_before(accounts: Accounts) -> None:
    other = Accounts(accounts.path)
    assert other.named("nina").role is Role.OWNER
    accounts.set_role("nina", Role.COORDINATOR)
    assert other.named("nina").role is Role.COORDINATOR
    accounts.disable("nina")
    assert other.named("nina").is_disabled
    accounts.enable("nina")
    assert not other.named("nina").is_disabled
    accounts.delete("nina")
    assert other.find("nina") is None
    accounts.path.unlink()
    assert dict(other.all()) == {}


def _change_the_role_and_back(accounts: Accounts) -> None:
    accounts.set_role("nina", Role.SPONSOR)
    accounts.set_role("nina", Role.OWNER)


def _disable_and_enable(accounts: Accounts) -> None:
    accounts.disable("nina")
    accounts.enable("nina")


CHANGES: dict[str, tuple[Callable[[Accounts], None], bool]] = {
    "role": (lambda accounts: accounts.set_role("nina", Role.SPONSOR), True),
    "role there and back": (_change_the_role_and_back, True),
    "password": (
        lambda accounts: accounts.set_password(accounts.named("nina"), accounts.named("anna").password_hash),
        True,
    ),
    "disabled": (lambda accounts: accounts.disable("nina"), True),
    "disabled and enabled": (_disable_and_enable, True),
    "language": (lambda accounts: accounts.set_language("nina", Language.FRENCH), False),
    "somebody else": (lambda accounts: accounts.set_role("nina2", Role.DATA), False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_mark_changes_with_what_ends_sessions(accounts: Accounts, make_account: MakeAccount, name: str) -> None:
    accounts.add(make_account("nina2", name="nina2"))
    change, ends = CHANGES[name]
    before = accounts.named("nina").mark
    change(accounts)
    assert (accounts.named("nina").mark != before) is ends


def test_two_accounts_never_have_the_same_mark(make_account: MakeAccount) -> None:
    assert make_account("nina").mark != make_account("omar").mark


def test_a_password_may_have_to_be_changed(accounts: Accounts, password_hash: str) -> None:
    changed = accounts.set_password(accounts.named("nina"), password_hash, must_change=True)
    assert changed.must_change_password
    assert accounts.named("nina") == changed
    changed = accounts.set_password(changed, password_hash)
    assert not changed.must_change_password
    assert accounts.named("nina") == changed


MEANWHILE: dict[str, tuple[Callable[[Accounts], object], bool]] = {
    "deleted": (lambda accounts: accounts.delete("nina"), False),
    "password reset": (lambda accounts: accounts.set_password(accounts.named("nina"), "$2b$12$" + "a" * 53), False),
    "disabled": (lambda accounts: accounts.disable("nina"), False),
    "role changed": (lambda accounts: accounts.set_role("nina", Role.DATA), False),
    "language changed": (lambda accounts: accounts.set_language("nina", Language.FRENCH), True),
    "somebody else deleted": (lambda accounts: accounts.delete("omar"), True),
}


@pytest.mark.parametrize("name", MEANWHILE)
def test_a_password_is_not_changed_over_what_happened_meanwhile(
    accounts: Accounts, make_account: MakeAccount, name: str
) -> None:
    happens, is_changed = MEANWHILE[name]
    accounts.add(make_account("omar"))
    nina, recorded = accounts.named("nina"), []
    happens(Accounts(accounts.path))
    before = accounts.path.read_bytes()
    new_hash = "$2b$12$" + "b" * 53
    if is_changed:
        accounts.set_password(nina, new_hash)
        assert accounts.named("nina").password_hash == new_hash
        return
    with pytest.raises(AccountChangeError, match="“nina” was changed meanwhile"):
        accounts.set_password(nina, new_hash, confirm=lambda: recorded.append("changed"))
    assert (accounts.path.read_bytes(), recorded) == (before, [])


def test_the_first_account_is_made_only_where_there_is_none(store: Store, make_account: MakeAccount) -> None:
    accounts = Accounts(store.credentials_file)
    accounts.add(make_account("admin", Role.ADMIN), is_first=True)
    with pytest.raises(AccountChangeError, match="There is an account meanwhile"):
        accounts.add(make_account("nina"), is_first=True)
    assert list(accounts.all()) == ["admin"]
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_the_last_admin_stays(accounts: Accounts, make_account: MakeAccount) -> None:
    attempts: tuple[Callable[[], None], ...] = (
        lambda: accounts.delete("anna"),
        lambda: accounts.disable("anna"),
        lambda: accounts.set_role("anna", Role.OWNER),
    )
    before = accounts.path.read_bytes()
    for attempt in attempts:
        with pytest.raises(LastAdminError, match="last account that looks after the accounts"):
            attempt()
    assert accounts.path.read_bytes() == before
    accounts.add(make_account("abel", Role.ADMIN))
    accounts.disable("abel")
    with pytest.raises(LastAdminError):  # a disabled one cannot stand in
        accounts.delete("anna")
    accounts.enable("abel")
    accounts.delete("anna")
    with pytest.raises(LastAdminError):
        accounts.delete("abel")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": "nina"}, "There is an account “nina” already"),
        ({"username": ""}, "cannot be a user name"),
        ({"username": "Omar"}, "cannot be a user name"),
        ({"username": "omar\n"}, "cannot be a user name"),
        ({"username": "demo:owner"}, "cannot be a user name"),
        ({"username": "command line"}, "cannot be a user name"),
        ({"username": "app"}, "cannot be a user name"),
        ({"username": "o" * 21}, "cannot be a user name"),
        ({"name": ""}, "cannot be a name"),
        ({"name": "Omar  Tour"}, "cannot be a name"),
        ({"name": "<script>"}, "cannot be a name"),
        ({"email": "omar"}, "is not an e-mail address"),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    accounts: Accounts, make_account: MakeAccount, changes: dict[str, str], message: str
) -> None:
    before = accounts.path.read_bytes()
    account = replace(make_account("omar"), **changes)  # type: ignore[arg-type]
    with pytest.raises(AccountChangeError, match=message):
        accounts.require_new(account)
    with pytest.raises(AccountChangeError, match=message):
        accounts.add(account)
    assert accounts.path.read_bytes() == before


def test_a_change_that_cannot_be_recorded_is_not_made(accounts: Accounts) -> None:
    def fail() -> None:
        raise StoreWriteError("The disk is full.")

    before = accounts.path.read_bytes()
    with pytest.raises(StoreWriteError, match="The disk is full"):
        accounts.set_role("nina", Role.ADMIN, confirm=fail)
    assert accounts.path.read_bytes() == before
    recorded: list[str] = []
    with pytest.raises(UnknownNameError):
        accounts.disable("nena", confirm=lambda: recorded.append("disabled"))
    accounts.disable("nina", confirm=lambda: recorded.append("nina"))
    assert recorded == ["nina"]


HASH = "$2b$12$" + "a" * 53
USER = f"{{password: {HASH}, roles: [owner]}}"
DAMAGED = {
    "empty": b"",
    "no YAML": b"credentials: [",
    "binary": b"\xff\xfe\x00",
    "a list": b"- nina\n",
    "no block": b"cookie: {}\n",
    "users are a list": b"credentials: {usernames: [nina]}\n",
    "users are missing": b"credentials: {usernames: }\n",
    "user is a text": b"credentials: {usernames: {nina: owner}}\n",
    "plain password": b"credentials: {usernames: {nina: {password: secret, roles: [owner]}}}\n",
    "cheap hash": f"credentials: {{usernames: {{nina: {USER.replace('$12$', '$04$')}}}}}\n".encode(),
    "no role": f"credentials: {{usernames: {{nina: {{password: {HASH}}}}}}}\n".encode(),
    "two roles": f"credentials: {{usernames: {{nina: {USER.replace('owner', 'owner, admin')}}}}}\n".encode(),
    "unknown role": f"credentials: {{usernames: {{nina: {USER.replace('owner', 'root')}}}}}\n".encode(),
    "disabled is a text": f"credentials: {{usernames: {{nina: {USER[:-1]}, disabled: 'no'}}}}}}\n".encode(),
    "unknown language": f"credentials: {{usernames: {{nina: {USER[:-1]}, language: de}}}}}}\n".encode(),
    "twice": f"credentials: {{usernames: {{nina: {USER}, Nina: {USER}}}}}\n".encode(),
    "object": b"!!python/object/apply:os.system ['true']\n",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_told_and_never_taken_for_empty(store: Store, make_account: MakeAccount, name: str) -> None:
    store.folder.mkdir()
    store.credentials_file.write_bytes(DAMAGED[name])
    accounts = Accounts(store.credentials_file)
    acts: tuple[Callable[[], object], ...] = (
        accounts.all,
        lambda: accounts.find("nina"),
        lambda: accounts.add(make_account("omar")),
    )
    for act in acts:
        with pytest.raises(AccountsError, match=r"credentials\.yaml cannot be used .*Put it back from a copy"):
            act()
    assert store.credentials_file.read_bytes() == DAMAGED[name]


def test_a_damaged_file_puts_no_hash_into_the_servers_log(accounts: Accounts) -> None:
    whole = accounts.path.read_text(encoding="utf-8")
    accounts.path.write_text(whole.replace("    password: ", "    password: @", 1), encoding="utf-8")
    with pytest.raises(AccountsError, match="it is not YAML") as refused:
        accounts.all()
    assert "$2b$" not in "".join(traceback.format_exception(refused.value))


def test_a_file_that_becomes_damaged_is_told_at_once(accounts: Accounts) -> None:
    assert accounts.named("nina").role is Role.OWNER
    whole = accounts.path.read_bytes()
    accounts.path.write_bytes(whole[:40])
    with pytest.raises(AccountsError):
        accounts.find("nina")
    accounts.path.write_bytes(whole)
    assert accounts.named("nina").role is Role.OWNER


def test_a_file_that_cannot_be_read_or_written_is_told(store: Store, make_account: MakeAccount) -> None:
    store.credentials_file.mkdir(parents=True)
    with pytest.raises(AccountsError, match="Is a directory"):
        Accounts(store.credentials_file).all()
    blocked = Accounts(store.folder / "other.yaml")
    (store.folder / "other.yaml.next").mkdir()
    with pytest.raises(StoreWriteError, match="the accounts stay as they were"):
        blocked.add(make_account("omar"))
    assert dict(blocked.all()) == {}


ADD = """
import sys
from pathlib import Path
from kpi.access.accounts import Account, Accounts
from kpi.access.roles import Role
accounts, letter, password_hash = Accounts(Path(sys.argv[1])), sys.argv[2], sys.argv[3]
for number in range(10):
    accounts.add(Account(username=f"{letter}{number}", name="Somebody", role=Role.DATA, password_hash=password_hash))
"""


def test_processes_that_write_at_once_lose_nothing(store: Store, password_hash: str) -> None:
    processes = [start("-c", ADD, store.credentials_file, letter, password_hash) for letter in "abc"]
    accounts = Accounts(store.credentials_file)
    seen = []
    while any(process.poll() is None for process in processes):
        seen.append(len(accounts.all()))
    assert [finish(process).code for process in processes] == [0, 0, 0]
    assert len(accounts.all()) == 30  # 3 x 10
    assert seen == sorted(seen)


def test_a_process_killed_while_it_writes_changes_nothing(accounts: Accounts) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from kpi.access.accounts import Accounts;"
        "Accounts(Path(sys.argv[1])).disable('nina', confirm=lambda: os.kill(os.getpid(), signal.SIGKILL))"
    )
    before = accounts.path.read_bytes()
    assert finish(start("-c", code, accounts.path)).code == -9
    assert accounts.path.read_bytes() == before
    accounts.disable("nina")
    assert accounts.named("nina").is_disabled
    assert stat.S_IMODE(os.stat(accounts.path).st_mode) == 0o600
