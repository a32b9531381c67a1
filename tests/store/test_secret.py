"""The secret: made once, for its owner only, and never made anew where something depends on it."""

import stat
from pathlib import Path

import pytest

from kpi.errors import SecretMissingError, StoreWriteError
from kpi.store import Store
from kpi.store.secret import derived_key, read_secret, write_secret
from tests.store.exports import NOW
from tests.store.processes import finish, start


def test_it_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    begun: list[bytes] = []
    made = read_secret(tmp_path / "store", begun.append)
    assert len(made) == 32
    file = tmp_path / "store" / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == f"{made.hex()}\n"
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read_secret(tmp_path / "store", begun.append) == made
    assert read_secret(tmp_path / "store") == made
    assert begun == [made]  # once, with the secret that is kept


def test_none_is_kept_where_what_begins_with_it_fails(tmp_path: Path) -> None:
    def fail(secret: bytes) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_secret(tmp_path, fail)
    with pytest.raises(SecretMissingError, match="is missing"):
        read_secret(tmp_path)


def test_the_folder_of_a_store_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    read_secret(tmp_path, lambda secret: None)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_two_stores_have_two_secrets_and_two_purposes_two_keys(tmp_path: Path) -> None:
    one, other = write_secret(tmp_path), write_secret(tmp_path)
    assert one != other
    assert read_secret(tmp_path) == other
    assert len({one, derived_key(one, "ledger"), derived_key(one, "sessions"), derived_key(other, "ledger")}) == 4


CREATE = """
import sys
from pathlib import Path
from kpi.store.secret import read_secret
print(read_secret(Path(sys.argv[1]), lambda secret: None).hex())
"""


def test_processes_that_make_it_at_once_agree(tmp_path: Path) -> None:
    processes = [start("-c", CREATE, tmp_path / "store") for _ in range(4)]
    assert {finish(process).out for process in processes} == {(tmp_path / "store" / "secret").read_text()}


@pytest.mark.parametrize(
    ("content", "fact"),
    [(None, "is missing"), (b"", "is damaged"), (b"00" * 31, "is damaged"), (b"\xff", "is damaged")],
)
def test_a_missing_or_damaged_one_is_told(tmp_path: Path, content: bytes | None, fact: str) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with pytest.raises(SecretMissingError, match=rf"secret {fact}.*Put it back.*python -m kpi audit seal"):
        read_secret(tmp_path)


def test_one_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(SecretMissingError, match="cannot be read"):
        read_secret(tmp_path, lambda secret: None)
    with pytest.raises(StoreWriteError, match="secret could not be written"):
        write_secret(tmp_path)


def test_none_is_made_where_accounts_are(store: Store) -> None:
    store.folder.mkdir()
    store.credentials_file.write_text("credentials: {usernames: {}}\n")
    with pytest.raises(SecretMissingError, match="is missing"):
        store.ledger.begin(at=NOW)
    with pytest.raises(SecretMissingError, match="is missing"):
        store.ledger.record("note", actor="nina", at=NOW)
    assert not (store.folder / "secret").exists()
    assert store.ledger.entries() == ()


def test_none_is_made_where_a_chain_is(store: Store) -> None:
    store.ledger.record("note", actor="nina", at=NOW)
    (store.folder / "secret").unlink()
    for act in (store.ledger.verify, lambda: store.ledger.begin(at=NOW), lambda: store.key("sessions")):
        with pytest.raises(SecretMissingError, match="is missing"):
            act()
    store.ledger.head_file.unlink()
    with pytest.raises(SecretMissingError, match="is missing"):
        store.ledger.record("note", actor="nina", at=NOW)
    assert len(store.ledger.entries()) == 1


def test_a_new_store_has_one_once_its_ledger_is_begun(store: Store) -> None:
    with pytest.raises(SecretMissingError, match="is missing"):
        store.key("sessions")
    store.ledger.begin(at=NOW)
    assert len(store.key("sessions")) == 32
    assert store.key("sessions") != store.key("other")
    assert not store.ledger.path.exists()
    assert store.ledger.verify() == ()
