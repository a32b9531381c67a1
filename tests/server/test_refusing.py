"""A store that cannot be opened safely: the server does not start, and says what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kpi.store import Store
from tests.serving import start

from .conftest import add_accounts, build_company

PATIENCE = 60  # seconds


def corrupt_credentials(store: Store) -> None:
    store.credentials_file.write_text("credentials: [not what it should be")


def plain_password(store: Store) -> None:
    text = store.credentials_file.read_text()
    start_of_hash = text.index("$2b$")
    store.credentials_file.write_text(text[:start_of_hash] + "secret123" + text[start_of_hash + 60 :])


def lose_the_secret(store: Store) -> None:
    (store.folder / "secret").unlink()


def damage_the_secret(store: Store) -> None:
    (store.folder / "secret").write_text("short")


def damage_the_ledger(store: Store) -> None:
    (store.folder / "ledger.duckdb").write_bytes(b"not a database" * 1_000)


DAMAGES = {
    "credentials.yaml": corrupt_credentials,
    "password": plain_password,
    "secret": lose_the_secret,
    "secret ": damage_the_secret,
    "ledger": damage_the_ledger,
}


@pytest.mark.parametrize(("word", "damage"), DAMAGES.items(), ids=[one.__name__ for one in DAMAGES.values()])
def test_the_server_never_starts_open(tmp_path: Path, word: str, damage: Callable[[Store], None]) -> None:
    store = Store(tmp_path / "store")
    build_company(store, tmp_path / "exports")
    add_accounts(store, "owner")
    damage(store)
    server = start(store.folder, tmp_path / "server.log")
    try:
        assert server.process.wait(timeout=PATIENCE) not in {0, None}
    finally:
        server.process.kill()
        server.process.wait()
    told = server.log.read_text()
    assert "The server does not start." in told
    assert word.strip() in told
    assert "Traceback" not in told
    with pytest.raises(OSError, match="refused"):
        server.ask("/")
