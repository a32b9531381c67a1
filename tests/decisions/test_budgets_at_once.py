"""Two sponsors in two processes decide on the same budgets: one decides each, the other is told who it was."""

import json
import subprocess
import sys
from pathlib import Path

from kpi.decisions import read_decisions
from kpi.decisions.budgets import Stage
from kpi.store import Ledger
from tests.decisions.budgeting import FEBRUARY, line, propose

PROJECT = Path(__file__).resolve().parents[2]
BUDGETS = 12

DECIDE = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from kpi.decisions import Author, record_budget_approved, record_budget_returned
from kpi.errors import AlreadyDecidedError, ChangedMeanwhileError
from kpi.store import Store

ledger, name, seen = Store(Path(sys.argv[1])).ledger, sys.argv[2], int(sys.argv[3])
author = Author(name=name, decides=frozenset({"budgets"}))
done, told = [], []
for number, key in enumerate(sys.argv[4].split(",")):
    try:
        if name == "sam" or number % 2:
            record_budget_approved(ledger, author, key, reason="needed", at=datetime.now(UTC), seen=seen)
        else:
            record_budget_returned(ledger, author, key, reason="too much", at=datetime.now(UTC), seen=seen)
        done.append(key)
    except (AlreadyDecidedError, ChangedMeanwhileError) as error:
        told.append([key, error.change.who])
print(json.dumps({"done": done, "told": told}))
"""


def test_two_sponsors_never_both_decide(ledger: Ledger) -> None:
    keys = [propose(ledger, line(number, FEBRUARY), title=f"Budget {number}").key for number in range(BUDGETS)]
    seen = str(read_decisions(ledger).entry_id)
    running = {
        name: subprocess.Popen(
            [sys.executable, "-c", DECIDE, str(ledger.path.parent), name, seen, ",".join(keys)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("sam", "sue")
    }
    answers = {name: json.loads(process.communicate(timeout=600)[0]) for name, process in running.items()}
    assert sorted(answers["sam"]["done"] + answers["sue"]["done"]) == sorted(keys)
    for name, other in (("sam", "sue"), ("sue", "sam")):
        assert sorted(answers[name]["told"]) == sorted([key, other] for key in answers[other]["done"])
    budgets = read_decisions(ledger).budgets
    assert all(one.stage in (Stage.APPROVED, Stage.RETURNED) for one in budgets.values())
    assert [len(budgets.history(key)) for key in keys] == [2] * BUDGETS
    assert ledger.verify() == ()
