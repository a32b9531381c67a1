"""Who somebody says they are, and whether that is so: the seam for single sign-on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kpi.access.credentials import Account
from kpi.access.passwords import check_password


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a person typed."""

    username: str
    password: str = field(repr=False)


class Authenticator(Protocol):
    """A way to find out who somebody is."""

    def authenticate(self, credentials: Credentials, now: datetime) -> Account | None:
        """The account that the credentials open; None, after the same work, when they open none."""
        ...


FindAccount = Callable[[str, datetime], Account | None]
"""The account of a user name at a moment."""


class PasswordAuthenticator:
    """Passwords of accounts: an unknown name, a wrong password and a disabled account cost the same time."""

    def __init__(self, find: FindAccount) -> None:
        self._find = find

    def authenticate(self, credentials: Credentials, now: datetime) -> Account | None:
        """The account, if it is enabled and the password is right."""
        account = self._find(credentials.username, now)
        fits = check_password(credentials.password, account.password_hash if account else None)
        return account if account and fits and not account.is_disabled else None
