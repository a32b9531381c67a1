"""Accounts: who may sign in, and what changes of that are possible."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from filelock import FileLock

from kpi.access.credentials import (
    Account,
    Language,
    accounts_of,
    fields_of,
    read_document,
    refusal,
    users_of,
    write_document,
)
from kpi.access.passwords import Validator
from kpi.access.roles import Role
from kpi.errors import AccountChangeError, LastAdminError, StoreWriteError, UnknownNameError
from kpi.store.durable import BESIDE, PRIVATE, make_folder, write_durably

__all__ = ["Account", "Accounts", "Language"]

# Who stands in the ledger without being a person.
RESERVED: Final = frozenset({"app", "ambassade"})

Confirm = Callable[[], None]
"""Called when a change is known to be possible and only a rename is left; when it fails, nothing changes."""


class Accounts:
    """The credentials file: read again whenever it changed, written in one step under a lock between processes.

    Every method raises `AccountsError` when the file cannot be used. Those that change an account raise
    `UnknownNameError` when it is not there, and `LastAdminError` when nobody could look after the accounts any more.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, int, int] | None, Mapping[str, Account]] = (None, MappingProxyType({}))

    def all(self) -> Mapping[str, Account]:
        """Every account by user name; none without a file."""
        stamp = self._stamp()
        read = self._read
        if read[0] != stamp:
            self._read = read = (stamp, accounts_of(self.path, read_document(self.path)))
        return read[1]

    def find(self, username: str) -> Account | None:
        """The account, disabled or not; capitals in the name do not count."""
        return self.all().get(username.strip().lower())

    def named(self, username: str) -> Account:
        """The account; `UnknownNameError` names a near one."""
        return _require(self.all(), username)

    def add(self, account: Account, *, is_first: bool = False, confirm: Confirm = lambda: None) -> None:
        """Add an account; `AccountChangeError` as in `require_new`, or when it `is_first` and there are others."""
        with self._changing(confirm) as (users, accounts):
            if is_first and accounts:
                raise AccountChangeError("There is an account meanwhile. Ask its owner to add yours.")
            _require_new(account, accounts)
            users[account.username] = fields_of(account)

    def require_new(self, account: Account) -> None:
        """`AccountChangeError` when the user name is taken, or a name or an e-mail address cannot be one."""
        _require_new(account, self.all())

    def set_role(self, username: str, role: Role, *, confirm: Confirm = lambda: None) -> None:
        """Change the role; the account's sessions end."""
        self._revise(username, confirm, roles=[role.value])

    def set_password(
        self, account: Account, password_hash: str, *, must_change: bool = False, confirm: Confirm = lambda: None
    ) -> Account:
        """Change the password and return the account as it is then; its sessions end.

        `AccountChangeError` when it is no longer as given: whoever changed it meanwhile counts.
        """
        with self._changing(confirm) as (users, accounts):
            found = accounts.get(account.username)
            if found is None or found.mark != account.mark:
                raise AccountChangeError(f"The account “{account.username}” was changed meanwhile. Look at it again.")
            revision = found.revision + 1
            changes = {"password": password_hash, "must_change_password": must_change, "revision": revision}
            users[_key(users, found)] |= changes
        return replace(found, password_hash=password_hash, must_change_password=must_change, revision=revision)

    def disable(self, username: str, *, confirm: Confirm = lambda: None) -> None:
        """Keep the account but let nobody in with it; its sessions end."""
        self._revise(username, confirm, disabled=True)

    def enable(self, username: str, *, confirm: Confirm = lambda: None) -> None:
        """Let the person in again."""
        self._revise(username, confirm, disabled=False)

    def delete(self, username: str, *, confirm: Confirm = lambda: None) -> None:
        """Remove the account; its sessions end."""
        with self._changing(confirm) as (users, accounts):
            del users[_key(users, _require(accounts, username))]

    def set_language(self, username: str, language: Language) -> None:
        """Change the language; sessions go on."""
        with self._changing(lambda: None) as (users, accounts):
            users[_key(users, _require(accounts, username))]["language"] = language.value

    def _revise(self, username: str, confirm: Confirm, **fields: object) -> None:
        with self._changing(confirm) as (users, accounts):
            account = _require(accounts, username)
            # Counted, so that a role taken away and given back does not give back the sessions.
            users[_key(users, account)] |= {**fields, "revision": account.revision + 1}

    @contextmanager
    def _changing(self, confirm: Confirm) -> Iterator[tuple[dict[str, Any], Mapping[str, Account]]]:
        """The blocks of the file, to be changed, and the accounts they are; written at the end."""
        try:
            make_folder(self.path.parent)
            with FileLock(self.path.with_suffix(".lock")):
                document = read_document(self.path)
                before = accounts_of(self.path, document)
                yield users_of(document), before
                if _has_admin(before) and not _has_admin(accounts_of(self.path, document)):
                    raise LastAdminError(
                        "This is the last account that looks after the accounts. Give another the role admin first."
                    )
                write_durably(self.path, write_document(document), confirm, ending=BESIDE, mode=PRIVATE)
        except OSError as error:
            raise StoreWriteError(
                f"{self.path} could not be written ({error.strerror or error}). "
                "Free some space or check the folder's rights, then try again; the accounts stay as they were."
            ) from error

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return 0, 0, 0
        except OSError as error:
            raise refusal(self.path, error.strerror or str(error)) from error
        return found.st_mtime_ns, found.st_size, found.st_ino


def _require(accounts: Mapping[str, Account], username: str) -> Account:
    account = accounts.get(username.strip().lower())
    if account is None:
        raise UnknownNameError("account", username, accounts)
    return account


def _key(users: Mapping[str, Any], account: Account) -> str:
    """The account's name as the file writes it."""
    return next(key for key in users if str(key).lower() == account.username)


def _has_admin(accounts: Mapping[str, Account]) -> bool:
    return any(account.role is Role.ADMIN and not account.is_disabled for account in accounts.values())


def _require_new(account: Account, accounts: Mapping[str, Account]) -> None:
    rules = Validator()
    username = account.username
    if username in accounts:
        raise AccountChangeError(f"There is an account “{username}” already. Choose another name.")
    if not rules.validate_username(username) or username != username.strip().lower() or username in RESERVED:
        raise AccountChangeError(
            f"“{username}” cannot be a user name. Take up to 20 small letters, digits, - and _, or an e-mail address."
        )
    is_name = rules.validate_name(account.name) and account.name == " ".join(account.name.split())
    if not is_name and account.name != username:
        raise AccountChangeError(f"“{account.name}” cannot be a name. Take 2 to 100 letters, with single spaces.")
    if account.email and not rules.validate_email(account.email):
        raise AccountChangeError(f"“{account.email}” is not an e-mail address. Write it as name@example.org.")
