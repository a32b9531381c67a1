"""Fifty coordinators at once, in real processes: nobody is picked twice, no decision is lost, the second is told."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from kpi.decisions import Stage, read_decisions
from kpi.store import Ledger

PROJECT = Path(__file__).resolve().parents[2]
PROCESSES, COORDINATORS = 5, 10  # of each process
SHARED = ("S1", "S2", "S3")

# Each coordinator proposes somebody of their own and, beginning elsewhere than the others, everybody that all know;
# then asks everybody. Whoever was late is told by whom, which is printed.
DECIDE = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from kpi.decisions import Author, Rules, Spotlight, Stage, Step, read_decisions, record_proposed, record_step
from kpi.errors import AlreadyDecidedError
from kpi.store import Store

folder, process, coordinators, shared = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(",")
rules = Rules(consents=lambda asked: dict.fromkeys(asked, True), objections=lambda *_: (), cool_down_days=90)

def decide(place):
    number = process * coordinators + place
    author = Author(name=f"coordinator {number}", decides=frozenset({"spotlights"}))
    ledger = Store(folder).ledger
    told, done = [], []
    start = number % len(shared)
    for name in [f"own {number}", *shared[start:], *shared[:start]]:
        wanted = Spotlight(key="", customer_id=name, owner=author.name)
        try:
            record_proposed(ledger, author, wanted, at=datetime.now(UTC), rules=rules)
            done.append(["proposed", name])
        except AlreadyDecidedError as error:
            told.append(["proposed", name, error.change.who])
    for name in [*shared[start:], *shared[:start]]:
        spotlight = read_decisions(ledger).spotlights.live(name)
        try:
            record_step(ledger, author, spotlight.key, Step(to=Stage.ASKED), at=datetime.now(UTC), rules=rules)
            done.append(["asked", name])
        except AlreadyDecidedError as error:
            told.append(["asked", name, error.change.who])
    return {"who": author.name, "done": done, "told": told}

with ThreadPoolExecutor(coordinators) as threads:
    print(json.dumps(list(threads.map(decide, range(coordinators)))))
"""


def test_fifty_coordinators_at_once_pick_nobody_twice(ledger: Ledger) -> None:
    words = [str(COORDINATORS), ",".join(SHARED)]
    command = [sys.executable, "-c", DECIDE, str(ledger.path.parent)]
    running = [
        subprocess.Popen([*command, str(number), *words], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        for number in range(PROCESSES)
    ]
    answers = [one for process in running for one in json.loads(process.communicate(timeout=600)[0])]
    assert [process.returncode for process in running] == [0] * PROCESSES
    assert len(answers) == 50

    spotlights = read_decisions(ledger).spotlights
    # Everybody's own, and each shared person once, whoever was first.
    assert Counter(one.customer_id for one in spotlights.values()) == Counter(
        [*(f"own {number}" for number in range(50)), *SHARED]
    )
    winners = {
        (stage, one.customer_id): change.who
        for one in spotlights.values()
        for stage, change in spotlights.steps(one.key).items()
    }
    claimed = [(Stage(stage), name, answer["who"]) for answer in answers for stage, name in answer["done"]]
    assert sorted(claimed) == sorted((stage, name, who) for (stage, name), who in winners.items())
    # Of fifty who wanted the same, 49 were told by whom it was decided.
    told = [(Stage(stage), name, who) for answer in answers for stage, name, who in answer["told"]]
    assert all(winners[stage, name] == who for stage, name, who in told)
    assert Counter((stage, name) for stage, name, _ in told) == {
        (stage, name): 49 for stage in (Stage.PROPOSED, Stage.ASKED) for name in SHARED
    }
    assert len(ledger.entries(newest=None)) == 50 + 2 * len(SHARED)
    assert ledger.verify() == ()
