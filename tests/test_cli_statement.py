"""The statement from the command line: what it writes, what it records, and how it says no."""

import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from kpi.cli import main
from kpi.ingest import import_files
from kpi.settings import read_settings
from kpi.store import Store
from tests.documents import open_pdf, text_of
from tests.store.exports import NOW, settings, write

SPRING = ("--from", "2026-03-01", "--to", "2026-06-01")
ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Ann, an ambassador who posted on 5 May."""
    for name in os.environ:
        if name.startswith("AMBASSADE_"):
            monkeypatch.delenv(name)
    read_settings.cache_clear()
    exports = write(
        tmp_path / "exports",
        customers=("customer_id,joined_at,full_name", "a,2026-01-01,Ann Martin"),
        ambassadors=("ambassador_id,customer_id,enrolled_at", "amb-ann,a,2026-02-01"),
        content=("content_id,customer_id,posted_at,platform,kind,origin", "1,a,2026-05-05,instagram,photo,organic"),
    )
    filled = Store(tmp_path / "store")
    import_files(filled, [exports], settings(), now=NOW)
    return filled


@pytest.fixture
def run(store: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    """Write a statement; the exit code, what was printed, and what was said of mistakes."""

    def call(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["--store", str(store.folder), "statement", *map(str, words)])
        found = capsys.readouterr()
        return int(left.value.code or 0), found.out, " ".join(found.err.split())

    return call


def exports_of(store: Store) -> list[dict[str, object]]:
    return [dict(entry.details) for entry in store.ledger.entries(kinds=["export"])]


@pytest.mark.parametrize(("language", "title"), [("en", "Ambassador statement"), ("fr", "Relevé d’ambassadeur")])
def test_it_is_written_whole_for_its_owner_only_and_recorded(
    run: Any, store: Store, tmp_path: Path, language: str, title: str
) -> None:
    file = tmp_path / "ann.pdf"
    assert run("amb-ann", *SPRING, "--language", language, "--out", file) == (
        0,
        f"The statement of amb-ann is in {file}.\n",
        "",
    )
    told = text_of(file.read_bytes())
    assert title in told
    assert "Ann Martin" in told
    assert open_pdf(file.read_bytes()).root_object["/Lang"] == language
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["ann.pdf"]
    (entry,) = store.ledger.entries(kinds=["export"])
    assert (entry.actor, entry.details) == ("command line", {"by": ME, "file": "ambassade-statement.pdf", "rows": 1})


def test_english_unless_said_otherwise(run: Any, tmp_path: Path) -> None:
    run("amb-ann", *SPRING, "--out", tmp_path / "ann.pdf")
    assert "Thank you." in text_of((tmp_path / "ann.pdf").read_bytes())


def test_a_file_that_is_there_is_replaced_only_when_asked(run: Any, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "ann.pdf"
    file.write_text("a letter")
    code, out, told = run("amb-ann", *SPRING, "--out", file)
    assert (code, out) == (2, "")
    assert "ann.pdf exists already. Choose another name, or replace it with --force." in told
    assert file.read_text() == "a letter"
    assert exports_of(store) == []
    assert run("amb-ann", *SPRING, "--out", file, "--force")[0] == 0
    assert file.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("amb-anne", *SPRING), "There is no ambassador “amb-anne” in this version. Look for the name instead."),
        (("a", *SPRING), "There is no ambassador “a” in this version."),
        (("amb-ann", *SPRING, "--language", "de"), "There is no language named “de”."),
        (("amb-anne", *SPRING, "--language", "fr"), "There is no ambassador “amb-anne”"),
        (("amb-ann", "--from", "2026-06-01", "--to", "2026-03-01"), "holds no day"),
        (("amb-ann", "--from", "0001-01-01", "--to", "0001-02-01"), "choose days from 1900-01-01 to 2200-01-01"),
        (
            ("amb-ann", "--from", "2026-05-06", "--to", "2026-06-01"),
            "There is nothing to state for these days: no data after 5 May 2026. Choose others.",
        ),
        (("amb-ann", "--from", "2026-05-01"), "--to"),
    ],
)
def test_a_mistake_ends_in_one_message_and_no_file(
    run: Any, store: Store, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    code, out, told = run(*words, "--out", tmp_path / "out.pdf")
    assert (code, out) == (2, "")
    assert message in told
    assert not (tmp_path / "out.pdf").exists()
    assert exports_of(store) == []


@pytest.mark.parametrize("place", ["nowhere/ann.pdf", "exports/customers.csv/ann.pdf"])
def test_a_folder_that_is_not_there_is_said_and_nothing_is_recorded(
    run: Any, store: Store, tmp_path: Path, place: str
) -> None:
    code, out, told = run("amb-ann", *SPRING, "--out", tmp_path / place)
    assert (code, out) == (2, "")
    assert "ann.pdf could not be written" in told
    assert "Name a file in a folder that is there and that you may write to." in told
    assert exports_of(store) == []


def test_what_cannot_be_recorded_is_not_written(
    run: Any, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (store.folder / "secret").unlink(missing_ok=True)
    store.ledger.path.write_bytes(b"no ledger")
    code, _, _ = run("amb-ann", *SPRING, "--out", tmp_path / "ann.pdf")
    assert code != 0
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_an_empty_store_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--store", str(tmp_path / "none"), "statement", "a", *SPRING, "--out", str(tmp_path / "a.pdf")])
    assert left.value.code == 2
    assert "Nothing is published yet." in capsys.readouterr().err
