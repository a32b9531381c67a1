"""An open page and another version: it looks by itself, says so, and goes on with its own until its reader acts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi.access.accounts import Accounts
from kpi.access.roles import Role
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from tests.serving import Server, running

from .conftest import PASSWORD, add_accounts, build_company
from .tab import open_tab


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Server]:
    """A company's dashboard of its own, since a test publishes into it; its data ends on 20 November 2026."""
    store = Store(tmp_path / "store")
    build_company(store, tmp_path / "exports")
    add_accounts(store, Role.OWNER.value)
    with running(store.folder, tmp_path / "server.log", AMBASSADE_LOOK_FOR_VERSIONS_EVERY="7") as started:
        yield started


def import_one_more_order(store: Store, folder: Path) -> None:
    folder.mkdir()
    (folder / "orders.csv").write_text("order_id,customer_id,ordered_at,net_amount\no-99,c-1,2026-11-21,10")
    import_files(store, [folder], Settings(), now=datetime(2026, 11, 22, 13, tzinfo=UTC))


def test_an_open_page_offers_another_version_and_keeps_its_own(house: Server, tmp_path: Path) -> None:
    with open_tab(house, house.sign_in("owner", PASSWORD)) as tab:
        first = tab.run()
        assert "Data to 20 Nov 2026" in first
        assert [look.interval for look in tab.looks] == [7.0]
        look = tab.looks[0]
        assert "is published" not in tab.run(fragment=look.fragment_id)
        import_one_more_order(Store(house.store), tmp_path / "more")
        offered = tab.run(fragment=look.fragment_id)
        assert "Version 2 is published, with data to 21 Nov 2026." in offered
        assert "Data to" not in offered  # nothing else was drawn again
        assert "Data to 21 Nov 2026" in tab.run()


def test_an_open_page_says_by_itself_that_its_session_is_over(house: Server) -> None:
    with open_tab(house, house.sign_in("owner", PASSWORD)) as tab:
        tab.run()
        (look,) = tab.looks
        Accounts(Store(house.store).credentials_file).disable("owner")
        told = tab.run(fragment=look.fragment_id)
        assert "You are signed out" in told
        assert "Data to" not in told
