"""The door: everything that decides who comes in, for one store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

from kpi.access.accounts import Accounts
from kpi.access.audit import Audit, AuditKind
from kpi.access.authenticator import Authenticator, Credentials, PasswordAuthenticator
from kpi.access.credentials import Account, Language
from kpi.access.demo import READERS, Demo
from kpi.access.first_password import FirstPassword
from kpi.access.limiter import Limiter
from kpi.access.passwords import PasswordFault, hash_password, nobodys_hash, refusal, require_good
from kpi.access.roles import Role
from kpi.access.sessions import Identity, Sessions
from kpi.errors import AccountChangeError
from kpi.settings import Access, Settings
from kpi.store import Store
from kpi.store.sessions import SessionTable

# Who tried to sign in under a name that is none: it may be a password typed in the wrong place, so it is not kept.
UNKNOWN: Final = "unknown name"


class Door:
    """Accounts, sessions, limits and the audit log of one store. Made by `open_door`; for any thread.

    Methods that take an `address` record what they do, and do nothing when it cannot be recorded.
    """

    def __init__(self, settings: Settings, *, now: datetime, tell: Callable[[str], None]) -> None:
        self.settings = settings
        self.store = store = Store(settings.store)
        self.accounts = Accounts(store.credentials_file)
        has_accounts = bool(self.accounts.all())
        store.ledger.begin(at=now)
        faults = store.ledger.verify()
        self.audit = Audit(store.ledger)
        self.demo = Demo(store, self.accounts)
        self._first = None if has_accounts else FirstPassword(self.accounts, now=now)
        self._table = SessionTable(store.sessions_file)
        key = partial(store.key, "sessions")
        self.limiter = Limiter(self._table, key)
        self.sessions = Sessions(self._table, key=key, find_account=self._find_reader, limits=settings.access)
        self._authenticator: Authenticator = PasswordAuthenticator(self._find_account)
        nobodys_hash()  # made now, so that the first sign-in takes no longer than the others
        if faults:
            tell(
                f"The audit log is not as it was written: {faults[0].told} "
                f"{len(faults)} in all; see them with: python -m kpi audit verify"
            )
        if self._first:
            tell(self._first.tell())

    def close(self) -> None:
        """Let go of the table of sessions."""
        self._table.close()

    def sign_in(
        self, credentials: Credentials, *, address: str, now: datetime, replaces: str | None = None
    ) -> str | None:
        """A new session's id; None, after the same work, for an unknown name, a wrong password, a disabled account and
        too many tries. `replaces` is the id of the session that the browser had; it ends.
        """
        username = credentials.username.strip().lower()
        is_admitted = self.limiter.admit(username, address, now)
        account = self._authenticator.authenticate(credentials, now)
        if not is_admitted or account is None or self._is_used_up(account):
            kind = AuditKind.SIGN_IN_FAILED if is_admitted else AuditKind.SIGN_IN_BLOCKED
            known = self._find_account(username, now)
            self.audit.record(kind, actor=known.username if known else UNKNOWN, at=now, address=address)
            return None
        self.limiter.succeed(username, address, now)
        return self._enter(account, address, now, replaces)

    def demo_roles(self) -> tuple[Role, ...]:
        """The demo readers that may come in now without a password; none once there is real data or an account."""
        return tuple(READERS) if self.demo.is_open() else ()

    def enter_demo(self, role: Role, *, address: str, now: datetime, replaces: str | None = None) -> str | None:
        """A new session's id for a demo reader; None when that is not offered, or too often asked for."""
        if role not in self.demo_roles():
            return None
        if not self.limiter.admit_demo(address, now):
            self.audit.record(AuditKind.SIGN_IN_BLOCKED, actor=READERS[role].username, at=now, address=address)
            return None
        return self._enter(READERS[role], address, now, replaces)

    def find(self, session_id: str | None, now: datetime, *, is_visit: bool = True) -> Identity | None:
        """Who has this session; None when there is none, or it is over. A visit keeps it from falling idle."""
        return self.sessions.find(session_id, now, is_visit=is_visit) if session_id else None

    def sign_out(self, session_id: str, *, address: str, now: datetime) -> None:
        """End the session, and record it if there was one."""
        identity = self.find(session_id, now)
        self.sessions.end(session_id)
        if identity:
            self.audit.record(AuditKind.SIGN_OUT, actor=identity.username, at=now, address=address)

    def sign_out_everywhere(self, identity: Identity, *, address: str, now: datetime) -> None:
        """End every session of the person; a demo reader's are those of everybody who came in as such."""
        ended = self.sessions.end_all(identity.username)
        self.audit.record(
            AuditKind.SIGN_OUT_EVERYWHERE, actor=identity.username, at=now, address=address, sessions=ended
        )

    def change_password(self, identity: Identity, *, current: str, new: str, address: str, now: datetime) -> str:
        """Change a person's own password; a new session's id, every other session of theirs ends.

        `PasswordError` with its `fault`: what is wrong with the new one, or that the current one is not right.
        """
        account = self._require_current(identity.username, current, address=address, now=now)
        if new == current:
            raise refusal(PasswordFault.UNCHANGED)
        require_good(new, known=(account.username, account.name, account.email))
        try:
            changed = self._change(account, hash_password(new), address=address, now=now)
        except AccountChangeError as error:
            # Deleted or reset while the passwords were checked, which takes half a second: that counts.
            self._record_failure(account.username, address=address, now=now)
            raise refusal(PasswordFault.WRONG_CURRENT) from error
        self.sessions.end_all(account.username)
        return self.sessions.begin(changed, now)

    def set_language(self, identity: Identity, language: Language) -> None:
        """Keep the language with the account; who has none in the file (demo readers) has nothing to keep it with."""
        if self.accounts.find(identity.username):
            self.accounts.set_language(identity.username, language)

    def _require_current(self, username: str, current: str, *, address: str, now: datetime) -> Account:
        """The account, when its password is this one and was not tried too often."""
        is_admitted = self.limiter.admit(username, address, now)
        account = self._authenticator.authenticate(Credentials(username=username, password=current), now)
        if not is_admitted or account is None:
            self._record_failure(username, address=address, now=now)
            raise refusal(PasswordFault.WRONG_CURRENT)
        self.limiter.succeed(username, address, now)
        return account

    def _record_failure(self, username: str, *, address: str, now: datetime) -> None:
        self.audit.record(AuditKind.PASSWORD_CHANGE_FAILED, actor=username, at=now, address=address)

    def _change(self, account: Account, password_hash: str, *, address: str, now: datetime) -> Account:
        """Keep the new password of an account that nobody changed meanwhile; the first account is made with it."""
        record = partial(self.audit.record, actor=account.username, at=now, address=address, account=account.username)
        if self._first and account == self._first.account:
            chosen = replace(account, password_hash=password_hash, must_change_password=False)
            added = partial(record, AuditKind.ACCOUNT_ADDED, role=chosen.role)
            self.accounts.add(chosen, is_first=True, confirm=added)
            return chosen
        return self.accounts.set_password(account, password_hash, confirm=partial(record, AuditKind.PASSWORD_CHANGED))

    def _is_used_up(self, account: Account) -> bool:
        """Whether this is the account of the one-time password, and somebody signed in with it before."""
        return self._first is not None and account == self._first.account and not self._first.take()

    def _enter(self, account: Account, address: str, now: datetime, replaces: str | None) -> str:
        """Record the sign-in, then begin the session."""
        if replaces:
            self.sessions.end(replaces)
        self.audit.record(AuditKind.SIGN_IN, actor=account.username, at=now, address=address, role=account.role)
        return self.sessions.begin(account, now)

    def _find_account(self, username: str, now: datetime) -> Account | None:
        """Who can sign in with a password."""
        return self.accounts.find(username) or (self._first.find(username, now) if self._first else None)

    def _find_reader(self, username: str, now: datetime) -> Account | None:
        """Who can have a session."""
        return self._find_account(username, now) or self.demo.find(username)


_opened: Final[dict[tuple[Path, Access], Door]] = {}
_opening: Final = Lock()


def open_door(settings: Settings, *, now: datetime, tell: Callable[[str], None] = print) -> Door:
    """The door of the settings' store: opened once in a process, the same one each time after.

    Opening checks the credentials file, the secret and the ledger, and raises an `AmbassadeError` that says what to do;
    a ledger whose chain is broken is only told. Without an account `tell` is given the one-time password.
    """
    folder = settings.store.resolve()
    with _opening:
        door = _opened.get((folder, settings.access))
        if door is None:
            door = Door(settings, now=now, tell=tell)
            _opened[folder, settings.access] = door
        return door
