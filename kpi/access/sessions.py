"""Sessions: who is signed in, kept on the server, so that signing out ends them."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kpi.access.authenticator import FindAccount
from kpi.access.credentials import Account, Language
from kpi.access.roles import NO_RIGHTS, RIGHTS, Rights, Role
from kpi.settings import Access
from kpi.store.sessions import Session, SessionTable

BYTES: Final = 32
SEEN_EVERY: Final = timedelta(minutes=1)
# Failed tries are forgotten one by one in less; a place from which nobody tries so long is no longer known.
TRIES_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who looks at a page. `session` names the session without opening it: it is not the cookie's value.

    `rights` are none (`NO_RIGHTS`) while `must_change_password`. `language` None: as the browser asks.
    """

    username: str
    name: str
    role: Role
    rights: Rights
    language: Language | None
    session: str
    is_demo: bool = False
    must_change_password: bool = False


class Sessions:
    """Begin, find and end sessions. The id is what the cookie holds; only its keyed hash is stored.

    `find_account` knows everybody who may have a session. `key` is asked anew each time, so that a renewed secret ends
    every session.
    """

    def __init__(
        self, table: SessionTable, *, key: Callable[[], bytes], find_account: FindAccount, limits: Access
    ) -> None:
        self._table = table
        self._key = key
        self._find_account = find_account
        self._idle = timedelta(hours=limits.idle_hours)
        self._absolute = timedelta(hours=limits.absolute_hours)

    def begin(self, account: Account, now: datetime) -> str:
        """A new session's id, 256 random bits."""
        session_id = secrets.token_urlsafe(BYTES)
        self._table.remove_old(
            created_before=now - self._absolute, seen_before=now - self._idle, tried_before=now - TRIES_KEPT
        )
        self._table.add(
            Session(
                id_hash=self._hash(session_id),
                username=account.username,
                account_mark=account.mark,
                created_at=now,
                seen_at=now,
            )
        )
        return session_id

    def find(self, session_id: str, now: datetime, *, is_visit: bool = True) -> Identity | None:
        """Who has this session; None when it is unknown, ended, too old, or the account changed since.

        A visit keeps the session from falling idle; what a browser asks for by itself is none.
        """
        id_hash = self._hash(session_id)
        session = self._table.find(id_hash)
        if session is None:
            return None
        account = self._find_account(session.username, now)
        if (
            now - session.created_at >= self._absolute
            or now - session.seen_at >= self._idle
            or account is None
            or account.is_disabled
            or not hmac.compare_digest(account.mark, session.account_mark)
        ):
            self._table.remove(id_hash)
            return None
        if is_visit and now - session.seen_at >= SEEN_EVERY:
            self._table.touch(id_hash, now)
        return _identity(account, id_hash)

    def end(self, session_id: str) -> None:
        """End one session."""
        self._table.remove(self._hash(session_id))

    def end_all(self, username: str) -> int:
        """End every session of a person, and say how many there were."""
        return self._table.remove_of(username)

    def _hash(self, session_id: str) -> str:
        return hmac.new(self._key(), session_id.encode(errors="replace"), "sha256").hexdigest()


def _identity(account: Account, session: str) -> Identity:
    return Identity(
        username=account.username,
        name=account.name,
        role=account.role,
        rights=NO_RIGHTS if account.must_change_password else RIGHTS[account.role],
        language=account.language,
        session=session,
        is_demo=account.is_demo,
        must_change_password=account.must_change_password,
    )
