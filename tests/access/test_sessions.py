"""Sessions: found while they last, over when the account changes, and worth nothing to who reads the file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kpi.access.accounts import Account, Accounts
from kpi.access.credentials import Language
from kpi.access.roles import NO_RIGHTS, RIGHTS, Role
from kpi.access.sessions import Identity, Sessions
from kpi.settings import Access
from kpi.store import Store
from kpi.store.sessions import SessionTable
from tests.access.conftest import NOW, MakeAccount

HOUR, MINUTE, TICK = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)


@pytest.fixture
def table(store: Store) -> Iterator[SessionTable]:
    table = SessionTable(store.folder / "access.sqlite")
    yield table
    table.close()


def _sessions(table: SessionTable, accounts: Accounts, key: bytes = b"key", **limits: float) -> Sessions:
    def find(username: str, now: datetime) -> Account | None:
        return accounts.find(username)

    return Sessions(table, key=lambda: key, find_account=find, limits=Access(**limits))


@pytest.fixture
def sessions(table: SessionTable, accounts: Accounts) -> Sessions:
    return _sessions(table, accounts)


def test_a_session_says_who_looks(sessions: Sessions, accounts: Accounts) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    found = sessions.find(session_id, NOW)
    assert found is not None
    assert found == Identity(
        username="nina",
        name="Nina",
        role=Role.OWNER,
        rights=RIGHTS[Role.OWNER],
        language=None,
        session=found.session,
    )
    assert session_id not in repr(found)


def test_ids_are_long_and_never_twice_the_same(sessions: Sessions, accounts: Accounts) -> None:
    ids = {sessions.begin(accounts.named("nina"), NOW) for _ in range(50)}
    assert len(ids) == 50
    assert {len(session_id) for session_id in ids} == {43}  # 256 bits, 6 in each sign


@pytest.mark.parametrize("session_id", ["", "x", "a" * 43, "é", "\udc80", "' or 1=1 --"])
def test_an_id_that_was_not_given_out_opens_nothing(sessions: Sessions, accounts: Accounts, session_id: str) -> None:
    sessions.begin(accounts.named("nina"), NOW)
    assert sessions.find(session_id, NOW) is None


def test_what_stands_in_the_table_opens_nothing(sessions: Sessions, accounts: Accounts, table: SessionTable) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    found = sessions.find(session_id, NOW)
    assert found is not None
    assert sessions.find(found.session, NOW) is None
    files = b"".join(file.read_bytes() for file in table.path.parent.glob("access.sqlite*"))
    assert found.session.encode() in files
    assert session_id.encode() not in files


def test_a_session_ends_eight_hours_after_its_last_visit(sessions: Sessions, accounts: Accounts) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    later = NOW + 8 * HOUR - TICK
    assert sessions.find(session_id, later) is not None
    assert sessions.find(session_id, later + 8 * HOUR - TICK) is not None
    assert sessions.find(session_id, later + 16 * HOUR - TICK) is None
    assert sessions.find(session_id, later) is None  # over is over


def test_looking_who_is_there_is_no_visit(sessions: Sessions, accounts: Accounts) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    assert sessions.find(session_id, NOW + 8 * HOUR - TICK, is_visit=False) is not None
    assert sessions.find(session_id, NOW + 8 * HOUR, is_visit=False) is None


def test_a_session_ends_a_day_after_it_began(sessions: Sessions, accounts: Accounts) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    for hour in range(1, 24):
        assert sessions.find(session_id, NOW + hour * HOUR) is not None
    assert sessions.find(session_id, NOW + 24 * HOUR - TICK) is not None
    assert sessions.find(session_id, NOW + 24 * HOUR) is None


def test_the_limits_are_settings(table: SessionTable, accounts: Accounts) -> None:
    sessions = _sessions(table, accounts, idle_hours=0.5, absolute_hours=1)
    one, other = (sessions.begin(accounts.named("nina"), NOW) for _ in range(2))
    assert sessions.find(one, NOW + 29 * MINUTE) is not None
    assert sessions.find(one, NOW + 58 * MINUTE) is not None
    assert sessions.find(one, NOW + 60 * MINUTE) is None
    assert sessions.find(other, NOW + 30 * MINUTE) is None


def test_a_visit_is_written_once_a_minute(sessions: Sessions, accounts: Accounts, table: SessionTable) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    seen = []
    for seconds in (1, 59, 60, 61, 119, 120):
        found = sessions.find(session_id, NOW + timedelta(seconds=seconds))
        assert found is not None
        kept = table.find(found.session)
        assert kept is not None
        seen.append((kept.seen_at - NOW).total_seconds())
    assert seen == [0, 0, 60, 60, 60, 120]


def test_a_session_survives_a_restart_but_not_another_secret(
    sessions: Sessions, accounts: Accounts, table: SessionTable
) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    again = SessionTable(table.path)
    assert _sessions(again, Accounts(accounts.path)).find(session_id, NOW) is not None
    assert _sessions(again, accounts, key=b"another").find(session_id, NOW) is None
    again.close()


def test_signing_out_ends_one_or_all(sessions: Sessions, accounts: Accounts) -> None:
    nina, anna = accounts.named("nina"), accounts.named("anna")
    first, second, third, other = (sessions.begin(account, NOW) for account in (nina, nina, nina, anna))
    sessions.end(first)
    sessions.end("unknown")
    assert [sessions.find(one, NOW) is not None for one in (first, second, third, other)] == [False, True, True, True]
    assert sessions.end_all("nina") == 2
    assert [sessions.find(one, NOW) is not None for one in (second, third, other)] == [False, False, True]


CHANGES = {
    "role": lambda accounts: accounts.set_role("nina", Role.ADMIN),
    "password": lambda accounts: accounts.set_password(accounts.named("nina"), accounts.named("nina").password_hash),
    "disabled": lambda accounts: accounts.disable("nina"),
    "deleted": lambda accounts: accounts.delete("nina"),
    "file removed": lambda accounts: accounts.path.unlink(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_account_ends_its_sessions_at_once(sessions: Sessions, accounts: Accounts, name: str) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    assert sessions.find(session_id, NOW) is not None
    CHANGES[name](Accounts(accounts.path))
    assert sessions.find(session_id, NOW) is None


def test_an_account_made_anew_under_the_same_name_is_another(
    sessions: Sessions, accounts: Accounts, make_account: MakeAccount
) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    accounts.delete("nina")
    accounts.add(make_account("nina", password_hash=accounts.named("anna").password_hash[:-1] + "."))
    assert sessions.find(session_id, NOW) is None


def test_a_new_language_ends_nothing(sessions: Sessions, accounts: Accounts) -> None:
    session_id = sessions.begin(accounts.named("nina"), NOW)
    accounts.set_language("nina", Language.FRENCH)
    found = sessions.find(session_id, NOW)
    assert found is not None
    assert found.language is Language.FRENCH


def test_who_must_choose_a_password_sees_nothing_before(
    sessions: Sessions, accounts: Accounts, make_account: MakeAccount
) -> None:
    accounts.add(make_account("omar", Role.DATA, must_change_password=True))
    found = sessions.find(sessions.begin(accounts.named("omar"), NOW), NOW)
    assert found is not None
    assert (found.role, found.rights, found.must_change_password) == (Role.DATA, NO_RIGHTS, True)


def test_old_sessions_are_swept_when_another_begins(
    sessions: Sessions, accounts: Accounts, table: SessionTable
) -> None:
    found = sessions.find(sessions.begin(accounts.named("nina"), NOW), NOW)
    assert found is not None
    sessions.begin(accounts.named("anna"), NOW + 8 * HOUR)
    assert table.find(found.session) is not None
    sessions.begin(accounts.named("anna"), NOW + 8 * HOUR + TICK * 10)
    assert table.find(found.session) is None


def test_a_disabled_account_has_no_session_even_with_its_mark(
    sessions: Sessions, accounts: Accounts, make_account: MakeAccount
) -> None:
    accounts.add(make_account("omar", is_disabled=True))
    assert sessions.find(sessions.begin(accounts.named("omar"), NOW), NOW) is None
    assert replace(accounts.named("omar"), is_disabled=False).mark != accounts.named("omar").mark
