"""The sponsor's report from the command line: what it writes, what it records, and how it says no."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kpi.cli import main
from kpi.ingest import import_files
from kpi.settings import read_settings
from kpi.store import Store
from kpi.terminal import typist
from tests.documents import open_pdf, text_of
from tests.store.exports import NOW, settings, write


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An order of 120 on 5 May that an ambassador led to, and a cost of 30."""
    for name in os.environ:
        if name.startswith("AMBASSADE_"):
            monkeypatch.delenv(name)
    read_settings.cache_clear()
    exports = write(
        tmp_path / "exports",
        customers=("customer_id,joined_at", "a,2026-01-01", "x,2026-01-01"),
        ambassadors=("ambassador_id,customer_id,enrolled_at", "amb-ann,a,2026-02-01"),
        orders=("order_id,customer_id,ordered_at,net_amount", "1,x,2026-05-05,120"),
        touches=("touch_id,ambassador_id,customer_id,occurred_at,kind", "1,amb-ann,x,2026-05-04,link"),
        costs=("cost_id,incurred_on,channel,category,amount", "1,2026-05-04,ambassador,tooling,30"),
    )
    filled = Store(tmp_path / "store")
    import_files(filled, [exports], settings(), now=NOW)
    return filled


@pytest.fixture
def run(store: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    """Write a report; the exit code, what was printed, and what was said of mistakes."""

    def call(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["--store", str(store.folder), "report", *map(str, words)])
        found = capsys.readouterr()
        return int(left.value.code or 0), found.out, " ".join(found.err.split())

    return call


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Report for the budget sponsor", "1 May – 31 May 2026", "€ 120", "25.0 %"]),
        ("fr", ["Rapport pour le responsable du budget", "Du 1er au 31 mai 2026", "120 €", "25,0 %"]),
    ],
)
def test_it_is_written_whole_for_its_owner_only_and_recorded(
    run: Any, store: Store, tmp_path: Path, language: str, words: list[str]
) -> None:
    file = tmp_path / "may.pdf"
    found = run("--month", "2026-05", "--language", language, "--out", file)
    assert found == (0, f"The report of 2026-05 is in {file}.\n", "")
    told = text_of(file.read_bytes())
    # a cost of 30 for a revenue of 120 is a quarter
    assert [one for one in words if one not in told] == []
    assert open_pdf(file.read_bytes()).root_object["/Lang"] == language
    assert file.stat().st_mode & 0o777 == 0o600
    (entry,) = store.ledger.entries(kinds=["export"])
    assert (entry.actor, entry.details) == ("command line", {"by": typist(), "file": "ambassade-report.pdf", "rows": 1})


def test_a_file_that_is_there_is_replaced_only_when_asked(run: Any, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "may.pdf"
    file.write_text("a letter")
    code, _, told = run("--month", "2026-05", "--out", file)
    assert code == 2
    assert "may.pdf exists already. Choose another name, or replace it with --force." in told
    assert file.read_text() == "a letter"
    assert list(store.ledger.entries(kinds=["export"])) == []
    assert run("--month", "2026-05", "--out", file, "--force")[0] == 0
    assert file.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--month", "2026-05", "--language", "de"), "There is no language named “de”."),
        (
            ("--month", "2031-05"),
            "There is nothing to report for this month: no data after 5 May 2026. Choose another.",
        ),
        (("--month", "0001-05"), "choose days from 1900-01-01 to 2200-01-01"),
        (("--month", "May"), "--month"),
        ((), "--month"),
    ],
)
def test_a_mistake_ends_in_one_message_and_no_file(
    run: Any, store: Store, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    code, out, told = run(*words, "--out", tmp_path / "out.pdf")
    assert (code, out) == (2, "")
    assert message in told
    assert not (tmp_path / "out.pdf").exists()
    assert list(store.ledger.entries(kinds=["export"])) == []


def test_a_folder_that_is_not_there_is_said(run: Any, store: Store, tmp_path: Path) -> None:
    code, _, told = run("--month", "2026-05", "--out", tmp_path / "nowhere" / "may.pdf")
    assert code == 2
    assert "could not be written" in told
    assert list(store.ledger.entries(kinds=["export"])) == []


def test_other_commands_do_not_load_the_dashboard() -> None:
    code = "import sys, kpi.cli; print('streamlit' in sys.modules, 'plotly' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
