"""A company with five accounts behind a real server, and the demo company behind another."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi.access.accounts import Accounts
from kpi.access.credentials import Account
from kpi.access.passwords import hash_password
from kpi.access.roles import Role
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Entry, Store
from tests.serving import Server, running

PASSWORD = "a heron stands in the reeds"
BAD_VALUE = "somebody@example.org"
PERSONAL_ID = "adamartin1980"
COMMENT = "the queue at the shop in my street"


def build_company(store: Store, folder: Path) -> None:
    """40 customers with an order each; one row is set aside, whose value is personal. The data is no demo.

    A customer with a personal id is enrolled twice at the same time, of which an audit warns, and left a comment.
    """
    folder.mkdir()
    customers = [f"{customer},2026-01-01" for customer in (PERSONAL_ID, *(f"c-{number}" for number in range(40)))]
    ambassadors = [f"a-{number},{PERSONAL_ID},2026-02-01" for number in range(2)]
    orders = [f"o-{number},c-{number},2026-11-{1 + number % 20:02d},10" for number in range(40)]
    orders.append(f"o-40,{BAD_VALUE},2026-11-01,10")
    (folder / "customers.csv").write_text("\n".join(["customer_id,joined_at", *customers]))
    (folder / "ambassadors.csv").write_text("\n".join(["ambassador_id,customer_id,enrolled_at", *ambassadors]))
    (folder / "orders.csv").write_text("\n".join(["order_id,customer_id,ordered_at,net_amount", *orders]))
    asked = "response_id,customer_id,audience,kind,asked_at,answered_at,score,comment"
    answer = f"s-1,{PERSONAL_ID},customer,nps,2026-11-10,2026-11-12,3,{COMMENT}"
    (folder / "surveys.csv").write_text("\n".join([asked, answer]))
    import_files(store, [folder], Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC))


def add_accounts(store: Store, *names: str, role: Role | None = None) -> None:
    """Accounts with the same password; without a role each is named after its own."""
    store.ledger.begin(at=datetime.now(UTC))
    hashed = hash_password(PASSWORD)
    for name in names:
        Accounts(store.credentials_file).add(
            Account(username=name, name="Ada Martin", role=role or Role(name), password_hash=hashed)
        )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A company's dashboard with an account per role, named after it."""
    folder = tmp_path_factory.mktemp("company")
    store = Store(folder / "store")
    build_company(store, folder / "exports")
    add_accounts(store, *(role.value for role in Role))
    with running(store.folder, folder / "server.log") as started:
        yield started


@pytest.fixture(scope="session")
def sessions(server: Server) -> dict[str, str]:
    """A session per role, to be left as it is."""
    return {role.value: server.sign_in(role.value, PASSWORD) for role in Role}


@pytest.fixture
def newcomer(server: Server, request: pytest.FixtureRequest) -> Callable[..., str]:
    """The name of a fresh account of this role, to do with as one likes."""

    def add(role: Role = Role.OWNER, name: str = "") -> str:
        chosen = name or f"new-{abs(hash(request.node.name)) % 10**8}"
        add_accounts(Store(server.store), chosen, role=role)
        return chosen

    return add


@pytest.fixture
def recorded(server: Server) -> Callable[..., tuple[Entry, ...]]:
    """What the ledger holds of these kinds, newest first."""

    def read(*kinds: str, actor: str = "") -> tuple[Entry, ...]:
        return Store(server.store).ledger.entries(kinds=kinds, actors=[actor] if actor else ())

    return read
