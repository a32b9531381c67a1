"""Budgets from the command line: real processes."""

import json
import os
import pwd
from pathlib import Path

import pytest

from kpi.decisions import read_decisions
from kpi.store import Store
from tests.decisions.budgeting import SAM, approve
from tests.store.processes import run_command

ME = pwd.getpwuid(os.getuid()).pw_name
CUSTOMERS = "customer_id,joined_at\nC1,2026-01-01\n"
COSTS = """cost_id,incurred_on,channel,category,amount
K1,2026-01-10,ambassador,reward,10
K2,2026-02-10,Search,media,30
K3,2026-03-01,ambassador,event,5
"""
PLAN = "month,category,amount,channel\n2026-01,reward,12,\n2026-02,media,20.5,search\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A company with costs of two months, and March begun."""
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "customers.csv").write_text(CUSTOMERS)
    (exports / "costs.csv").write_text(COSTS)
    (tmp_path / "spring.csv").write_text(PLAN)
    assert run_command(tmp_path / "store", "import", exports).code == 0
    return Store(tmp_path / "store")


def test_a_budget_is_proposed_from_a_file_and_stands_in_the_plan(store: Store, tmp_path: Path) -> None:
    def run(*words: str | Path) -> str:
        done = run_command(store.folder, "budgets", *words)
        assert (done.code, done.err) == (0, "")
        return done.out

    assert run("list").startswith("No budget was proposed.")
    assert run("propose", tmp_path / "spring.csv", "--dry-run") == "2 lines, 32.5 in all, would be proposed.\n"
    assert read_decisions(store.ledger).budgets.listed() == ()
    assert run("propose", tmp_path / "spring.csv", "--note", "two fairs").startswith("2 lines, 32.5 in all: proposed.")
    (listed,) = json.loads(run("list", "--json"))
    assert (listed["title"], listed["stage"], listed["total"], listed["note"]) == (
        "spring",
        "proposed",
        32.5,
        "two fairs",
    )
    assert listed["proposers"] == f"{ME} (command line)"
    # The costs know the channel as “Search”: the same one. Lines stand by month.
    assert [line["channel"] for line in listed["lines"]] == ["ambassador", "Search"]
    assert "spring" in run("list")

    (budget,) = read_decisions(store.ledger).budgets.listed()
    approve(store.ledger, budget.key, SAM)
    rows = json.loads(run("plan", "2026", "--json"))
    everything, *lines = rows
    assert (everything["channel"], everything["planned"], everything["spent"]) == (None, 32.5, 40.0)
    assert everything["left"] == 32.5 - 40
    assert {(row["channel"], row["category"]): (row["planned"], row["spent"]) for row in lines} == {
        ("Search", "media"): (20.5, 30.0),
        ("ambassador", "reward"): (12.0, 10.0),
        ("ambassador", "event"): (None, 0.0),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("month,category\n2026-01,reward\n", "The column “amount” is missing."),
        ("month,category,amount\n2026-01,parties,3\n", "Line 2: There is no category of cost “parties”."),
        ("month,category,amount\n", "A budget has 1 to 1000 lines."),
    ],
)
def test_a_faulty_file_changes_nothing(store: Store, tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(text)
    for options in ([], ["--dry-run"]):
        done = run_command(store.folder, "budgets", "propose", file, *options)
        assert (done.code, done.out) == (2, "")
        assert message in done.err
        assert "Traceback" not in done.err
    assert read_decisions(store.ledger).budgets.listed() == ()
