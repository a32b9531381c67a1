"""After an error that nobody foresaw, a reader gets a number and the log has the rest."""

import json
import re
from pathlib import Path

from kpi.store import Store
from tests.serving import Server, running

from .conftest import PASSWORD, add_accounts, build_company
from .tab import open_tab


def logged(server: Server, number: str) -> dict[str, str]:
    lines = [line for line in server.log.read_text().splitlines() if line.startswith("{") and number in line]
    (line,) = lines
    found: dict[str, str] = json.loads(line)
    return found


def test_a_reader_is_not_told_about_the_servers_folders(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    build_company(store, tmp_path / "exports")
    add_accounts(store, "owner")
    with running(store.folder, tmp_path / "server.log") as server:
        session = server.sign_in("owner", PASSWORD)
        (store.folder / "published").write_text("the second one")
        with open_tab(server, session) as tab:
            shown = tab.run("data")
        (number,) = re.findall(r"this number: \*\*([0-9a-f]{8})\*\*", shown)
        assert str(tmp_path) not in shown
        assert f"{store.folder / 'published'} is damaged" in logged(server, number)["exception"]


def test_page_and_log_share_a_number(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    build_company(store, tmp_path / "exports")
    add_accounts(store, "owner")
    with running(store.folder, tmp_path / "server.log") as server:
        session = server.sign_in("owner", PASSWORD)
        store.quarantine_file(1).write_bytes(b"not a Parquet file")
        with open_tab(server, session) as tab:
            shown = tab.run("data")
        (number,) = re.findall(r"this number: \*\*([0-9a-f]{8})\*\*", shown)
        assert "parquet" not in shown.lower()
        assert "Traceback" not in shown
        assert "read_quarantine" in logged(server, number)["exception"]
        assert PASSWORD not in server.log.read_text()

        # The same for a request: the ledger cannot be written, so nobody signs in.
        store.ledger.path.write_bytes(b"not a database" * 1_000)
        answer = server.try_password("owner", PASSWORD)
        assert (answer.status, answer.cookies) == (500, ())
        (number,) = re.findall(r"this number: ([0-9a-f]{8})", answer.text)
        assert logged(server, number)["path"] == "/sign-in"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
