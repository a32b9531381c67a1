"""The demo readers: one click instead of a password, as long as there is nothing to protect."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kpi.access.accounts import Accounts
from kpi.access.credentials import Account
from kpi.access.roles import Role
from kpi.store import Store

# No account can have such a name: a colon is no sign of one.
READERS: Final[Mapping[Role, Account]] = MappingProxyType(
    {
        role: Account(username=f"demo:{role}", name="Demo", role=role, language=None, is_demo=True)
        for role in (Role.OWNER, Role.SPONSOR, Role.COORDINATOR, Role.DATA)
    }
)


class Demo:
    """Open while there is no account and no version of real data; asked anew each time."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts
        self._looked_at: tuple[tuple[int | None, int], bool] | None = None

    def is_open(self) -> bool:
        """Whether demo readers may come and stay."""
        return not self._accounts.all() and self._has_only_demo_data()

    def find(self, username: str) -> Account | None:
        """The demo reader of this name, while the demo is open."""
        account = next((reader for reader in READERS.values() if reader.username == username), None)
        return account if account and self.is_open() else None

    def _has_only_demo_data(self) -> bool:
        """Whether nothing is published or kept but the demo company: a rollback would reach what is kept."""
        pointer = (self._store.published_version(), self._store.next_version())
        looked_at = self._looked_at
        if looked_at is None or looked_at[0] != pointer:
            looked_at = (pointer, all(manifest.is_demo for manifest in self._store.versions()))
            self._looked_at = looked_at
        return looked_at[1]
