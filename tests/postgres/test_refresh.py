"""A refresh from a database beside files, and what the command line says of it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpi.cli import main
from kpi.settings import PROJECT, read_settings
from kpi.store import Store
from tests.postgres.conftest import PASSWORD, Database
from tests.postgres.test_import import SHOP
from tests.store.exports import ORDERS, value, write

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on a store of its own: exit code, output, errors."""

    def call(*words: object) -> tuple[int, str, str]:
        read_settings.cache_clear()
        with pytest.raises(SystemExit) as left:
            main(["--store", str(tmp_path / "store"), *(str(word) for word in words)])
        read_settings.cache_clear()
        found = capsys.readouterr()
        return int(left.value.code or 0), found.out, found.err

    return call


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch, database: Database, tmp_path: Path) -> Path:
    """Name a database and a folder in the settings, and return the folder."""
    monkeypatch.setenv("SHOP_URL", database.url)
    named: list[dict[str, Any]] = [
        {"kind": "files", "path": str(tmp_path / "exports")},
        {"kind": "postgres", "url": "env:SHOP_URL", "schema": "public"},
    ]
    monkeypatch.setenv("AMBASSADE_SOURCES", json.dumps(named))
    return tmp_path / "exports"


def test_a_refresh_says_what_it_did_in_one_line(run: Run, database: Database, sources: Path, tmp_path: Path) -> None:
    database.run(*SHOP)
    write(sources, orders=(ORDERS, "O2,C1,2026-02-02,4.5"))
    name = f"{database.name}.public"
    assert run("refresh") == (
        0,
        f"Version 1 is published: 3 of 3 files and tables changed ({name}.customers, orders.csv, {name}.orders), "
        "3 rows read, 0 set aside.\n",
        "",
    )
    assert run("refresh") == (0, "Nothing new in 3 files and tables: version 1 stays published.\n", "")
    database.run("insert into orders values ('O3', 'C1', '2026-02-03', 1)")
    assert run("refresh")[1] == (
        f"Version 2 is published: 1 of 3 files and tables changed ({name}.orders), 2 rows read, 0 set aside.\n"
    )
    assert value(Store(tmp_path / "store"), "net_revenue") == 16  # 10.50 + 4.5 + 1
    code, out, _ = run("refresh", "--json")
    assert (code, json.loads(out)["version"], json.loads(out)["published"]) == (0, 2, False)


def test_a_database_that_is_away_stops_the_files(
    run: Run, database: Database, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(*SHOP)
    write(sources, orders=(ORDERS, "O2,C1,2026-02-02,4.5"))
    monkeypatch.setenv("SHOP_URL", f"postgresql://owner:{PASSWORD}@127.0.0.1:1/shop")
    code, out, err = run("refresh")
    assert (code, out) == (2, "")
    assert err.startswith("1 of 2 sources could not be read, so nothing was imported. The PostgreSQL database at")
    assert len(err.splitlines()) == 1
    assert PASSWORD not in err
    assert Store(tmp_path / "store").published_version() is None
    monkeypatch.setenv("SHOP_URL", database.url)
    assert run("refresh")[0] == 0
    assert value(Store(tmp_path / "store"), "orders") == 2


def test_the_command_imports_a_database(run: Run, database: Database) -> None:
    database.run(*SHOP, "create schema crm")
    code, out, err = run("import", "--postgres", database.url, "--schema", "public", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["tables"]["orders"] == {"rows": 1, "accepted": 1, "rejected": 0}
    again = run("import", "--postgres", database.url)
    assert again[0] == 0
    assert f"{database.name}.public.orders was imported before: nothing changes" in again[1]
    code, out, err = run("import", "--postgres", database.url, "--schema", "crm")
    assert (code, out) == (2, "")
    assert "has no table of the contract in the schema crm" in err
    assert PASSWORD not in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import",), "Give the PATH of your exports or --postgres, one of them."),
        (("import", "exports", "--postgres", "env:SHOP_URL"), "Give the PATH of your exports or --postgres"),
        (("import", "exports", "--schema", "crm"), "--schema goes with --postgres."),
        (("import", "--postgres", "env:NO_SUCH_VARIABLE"), "The environment variable NO_SUCH_VARIABLE"),
        (("import", "--postgres", "orders.csv"), "This is not the address of a PostgreSQL database."),
        (("refresh",), "The settings name no source to refresh from."),
    ],
)
def test_wrong_use_ends_in_one_message(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.delenv("AMBASSADE_SOURCES", raising=False)
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert message in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err


def test_nobody_else_pays_for_the_driver() -> None:
    told = "import sys; import kpi.cli, kpi.setup; sys.exit([m for m in sys.modules if m.startswith('adbc')] != [])"
    done = subprocess.run([sys.executable, "-c", told], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
