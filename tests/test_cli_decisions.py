"""Targets, annotations and saved views from the command line: real processes."""

import json
import os
import pwd
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi.decisions import Author, Known, read_decisions, record_view
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from tests.store.processes import run_command

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_a_target_is_set_listed_undone_and_removed(store: Store) -> None:
    def run(*words: str) -> str:
        done = run_command(store.folder, "targets", *words)
        assert (done.code, done.err) == (0, "")
        return done.out

    assert run("list").startswith("There is no target.")
    assert run("set", "orders", "2026-11", "120", "--note", "a fair") == "orders 2026-11: none → 120.0\n"
    segment = ("--segment", "country_code=FR")
    assert run("set", "orders", "2026-11", "30.5", *segment) == "orders 2026-11 country_code=FR: none → 30.5\n"
    assert run("set", "orders", "2026-11", "150") == "orders 2026-11: 120.0 → 150.0\n"
    assert run("set", "orders", "2026-11", "150.0") == "It is so already.\n"
    assert run("undo", "orders", "2026-11") == "orders 2026-11: 150.0 → 120.0\n"
    assert run("remove", "orders", "2026-11", *segment) == "orders 2026-11 country_code=FR: 30.5 → none\n"
    assert json.loads(run("list", "orders", "--json")) == [
        {"metric": "orders", "month": "2026-11", "segment": "", "value": 120.0, "note": "a fair"}
    ]
    assert "a fair" in run("list")
    history = json.loads(run("history", "orders", "--json"))
    assert [(row["entry"], row["before"], row["after"], row["undoes"]) for row in history] == [
        (5, 30.5, None, None),
        (4, 150.0, 120.0, 3),
        (3, 120.0, 150.0, None),
        (2, None, 30.5, None),
        (1, None, 120.0, None),
    ]
    assert {row["who"] for row in history} == {f"{ME} (command line)"}
    assert {(entry.actor, entry.details["by"]) for entry in store.ledger.entries()} == {("command line", ME)}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("targets", "set", "order", "2026-11", "1"), "There is no metric named “order”. Did you mean orders?"),
        (("targets", "set", "orders", "2026-11", "many"), "“many” is not a number. Write it as 1250.5"),
        (("targets", "set", "orders", "2026-11", "1", "--segment", "FR"), "not of the form DIM=VALUE"),
        (("targets", "set", "orders", "2026-11", "1", "--segment", "lever=x"), "“Orders” has no breakdown “lever”."),
        (("targets", "remove", "orders", "2026-11"), "There is no target orders 2026-11."),
        (("targets", "undo", "orders", "2026-11"), "There is nothing to undo"),
        (("targets", "import", "nowhere.csv"), "nowhere.csv cannot be read (No such file or directory)."),
        (("annotations", "add", "2026-10-03", "Fair", "--page", "cellar"), "There is no page “cellar”."),
        (("annotations", "add", "2026-10-03", "Fair", "--to", "2026-10-02"), "The last day comes before the first."),
    ],
)
def test_what_is_not_possible_is_told_and_not_recorded(store: Store, words: tuple[str, ...], message: str) -> None:
    done = run_command(store.folder, *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err
    assert store.ledger.entries() == ()


def test_targets_are_imported_all_or_none(store: Store, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("customer_id,joined_at,country_code\nC1,2026-01-01,FR\n")
    assert run_command(store.folder, "import", tmp_path / "customers.csv").code == 0
    file = tmp_path / "plan.csv"
    head = "metric;month;value;dimension;segment\norders;2026-11;120;;\n"
    file.write_text(f"{head}orders;2026-12;1,5;country_code;BE\n")
    done = run_command(store.folder, "targets", "import", file)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "Nothing was recorded. Correct the file and import it again.",
        "Line 3: There is no country_code “BE” in the data.",
    ]
    file.write_text(f"{head}orders;2026-12;1,5;country_code;FR\n")
    told = "would set orders 2026-11: 120\nwould set orders 2026-12 country_code=FR: 1.5\n"
    assert run_command(store.folder, "targets", "import", file, "--dry-run").out == (
        f"{told}2 targets would be set, 0 unchanged.\n"
    )
    assert [entry.kind for entry in store.ledger.entries()] == ["import"]
    assert run_command(store.folder, "targets", "import", file).out == "2 targets set, 0 unchanged.\n"
    assert run_command(store.folder, "targets", "import", file).out == "0 targets set, 2 unchanged.\n"
    newest, *_ = store.ledger.entries()
    assert (newest.kind, newest.details["file"]) == ("targets", "plan.csv")


def test_annotations_are_added_imported_and_listed(store: Store, tmp_path: Path) -> None:
    def run(*words: object) -> str:
        done = run_command(store.folder, "annotations", *words)
        assert (done.code, done.err) == (0, "")
        return done.out

    assert run("list").startswith("There is no annotation.")
    added = ("add", "2026-10-03", "[bold]Fair", "--to", "2026-10-05", "--page", "overview")
    assert [run(*added), run(*added)] == ["The annotation is added.\n", "It is there already.\n"]
    file = tmp_path / "events.csv"
    file.write_text("first_day,last_day,text,pages\n2026-10-03,2026-10-05,[bold]Fair,overview\n2026-09-01,,Price,\n")
    assert run("import", file, "--dry-run") == (
        "would add 2026-09-01 Price\n1 annotation would be added, 1 unchanged.\n"
    )
    assert run("import", file) == "1 annotation added, 1 unchanged.\n"
    rows = json.loads(run("list", "--json"))
    assert [(row["first_day"], row["last_day"], row["text"], row["pages"]) for row in rows] == [
        ("2026-09-01", "2026-09-01", "Price", "all"),
        ("2026-10-03", "2026-10-05", "[bold]Fair", "overview"),
    ]
    assert "[bold]Fair" in run("list")


def test_what_is_set_beside_demo_data_counts_there_only(store: Store, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("customer_id,joined_at\nC1,2026-01-01\n")
    import_files(store, [tmp_path / "customers.csv"], Settings(), is_demo=True)
    assert run_command(store.folder, "targets", "set", "orders", "2026-11", "5").code == 0
    assert len(json.loads(run_command(store.folder, "targets", "list", "--json").out)) == 1
    assert [len(read_decisions(store.ledger, is_demo=is_demo).targets) for is_demo in (True, False)] == [1, 0]
    (tmp_path / "customers.csv").write_text("customer_id,joined_at\nC2,2026-01-01\n")
    assert run_command(store.folder, "import", tmp_path / "customers.csv").code == 0
    assert run_command(store.folder, "targets", "list").out.startswith("There is no target.")


def test_views_are_listed(store: Store) -> None:
    assert run_command(store.folder, "views", "list").out == "There is no saved view.\n"
    known = Known(pages=["overview"], filters=["period"], roles=["sponsor"])
    view = {"name": "Home", "page": "overview", "query": "period=Last+30+days", "roles": ["sponsor"]}
    record_view(store.ledger, Author(name="nina"), **view, at=datetime.now(UTC), known=known)  # type: ignore[arg-type]
    done = run_command(store.folder, "views", "list", "--json")
    assert json.loads(done.out) == [{"owner": "nina", **view, "roles": "sponsor"}]
