"""The first start: a password for one use, printed in the terminal, with which the first account is made."""

from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from kpi.access.accounts import Accounts
from kpi.access.credentials import Account
from kpi.access.passwords import generate_password, hash_password
from kpi.access.roles import Role

USERNAME: Final = "admin"
VALID_FOR: Final = timedelta(hours=1)


class FirstPassword:
    """Held as a hash by the running server only; nothing once it is an hour old or an account exists.

    `account` is the one that waits for its password.
    """

    def __init__(self, accounts: Accounts, *, now: datetime) -> None:
        self._accounts = accounts
        self._until = now + VALID_FOR
        self._text: str | None = generate_password()
        self._is_taken = False
        self._taking = Lock()
        self.account = Account(
            username=USERNAME,
            name="Administrator",
            role=Role.ADMIN,
            password_hash=hash_password(self._text),
            language=None,
            must_change_password=True,
        )

    def tell(self) -> str:
        """What stands in the terminal; the password is forgotten with it."""
        text, self._text = self._text, None
        return (
            f"There is no account yet. Sign in as “{USERNAME}” with the password {text} and choose one of your own. "
            "It is valid for one hour and one sign-in; after that start the server again, or: "
            "python -m kpi user add NAME --role admin"
        )

    def find(self, username: str, now: datetime) -> Account | None:
        """The account, if this is its name and the time is not over."""
        is_open = username.strip().lower() == USERNAME and now < self._until and not self._accounts.all()
        return self.account if is_open else None

    def take(self) -> bool:
        """Whether this is the one sign-in; whoever made it must still give the password to choose another."""
        with self._taking:
            is_first, self._is_taken = not self._is_taken, True
        return is_first
