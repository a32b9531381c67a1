"""Any sequence of steps by anybody is what a plain model says: nothing approved by its proposer, nothing lost."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.decisions import Author, read_decisions, record_budget_undone
from kpi.decisions.budgets import Stage
from kpi.errors import DecisionError, NotAllowedError
from kpi.store import Ledger, Store
from tests.decisions.budgeting import (
    BOTH,
    JANUARY,
    NOBODY,
    NOON,
    OLGA,
    SAM,
    approve,
    line,
    propose,
    revise,
    send_back,
    withdraw,
)

Act = Literal["propose", "revise", "withdraw", "return", "approve"]
PEOPLE = {author.name: author for author in (OLGA, SAM, BOTH, NOBODY)}
OWNERS, SPONSORS = {"olga", "both"}, {"sam", "both"}

acts = st.sampled_from(["propose", "revise", "withdraw", "return", "approve"])
# Who, what, to which budget, with which amount; or who takes back which entry.
steps = st.tuples(st.sampled_from(sorted(PEOPLE)), acts, st.integers(0, 2), st.integers(0, 3))
undos = st.tuples(st.sampled_from(sorted(PEOPLE)), st.integers(1, 10))

Step = tuple[str, Act, int, int] | tuple[str, int]


@dataclass
class State:
    """One budget after an entry; `who` is who made it."""

    entry: int
    who: str
    stage: Stage
    amount: int
    proposers: frozenset[str]


@dataclass
class Model:
    """The budgets in the order in which they were proposed, each as a pile of states; an undo takes the last away."""

    piles: list[list[State]] = field(default_factory=list)
    entries: int = 0

    def take(self, who: str, act: Act, number: int, amount: int) -> bool:
        if act == "propose":
            if who in OWNERS:
                self.piles.append([])
            return who in OWNERS and self._add(self.piles[-1], who, Stage.PROPOSED, amount, frozenset({who}))
        pile = self.piles[number] if number < len(self.piles) else []
        if not pile:
            return False
        last = pile[-1]
        is_open = last.stage in (Stage.PROPOSED, Stage.RETURNED)
        if act == "revise" and who in OWNERS and is_open:
            if (last.stage, last.amount, last.proposers) == (Stage.PROPOSED, amount, last.proposers | {who}):
                return False  # nothing changed, so nothing is recorded
            return self._add(pile, who, Stage.PROPOSED, amount, last.proposers | {who})
        if act == "withdraw" and who in OWNERS and is_open:
            return self._add(pile, who, Stage.WITHDRAWN, last.amount, last.proposers)
        if act == "return" and who in SPONSORS and last.stage is Stage.PROPOSED:
            return self._add(pile, who, Stage.RETURNED, last.amount, last.proposers)
        if act == "approve" and who in SPONSORS - last.proposers and last.stage is Stage.PROPOSED:
            return self._add(pile, who, Stage.APPROVED, last.amount, last.proposers)
        return False

    def undo(self, who: str, entry: int) -> bool:
        pile = next((pile for pile in self.piles if pile and pile[-1].entry == entry), None)
        if pile is None or pile[-1].who != who:
            return False
        pile.pop()
        self.entries += 1
        return True

    def _add(self, pile: list[State], who: str, stage: Stage, amount: int, proposers: frozenset[str]) -> bool:
        self.entries += 1
        pile.append(State(self.entries, who, stage, amount, proposers))
        return True

    def plan(self) -> dict[object, int]:
        """The amount approved last."""
        tops = [pile[-1] for pile in self.piles if pile and pile[-1].stage is Stage.APPROVED]
        last = max(tops, key=lambda state: state.entry, default=None)
        return {} if last is None else {(JANUARY, "ambassador", "reward"): last.amount}


@settings(max_examples=50, deadline=None)
@given(st.lists(steps | undos, max_size=16))
def test_every_sequence_is_what_a_plain_model_says(sequence: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        ledger, model, keys = Store(Path(folder)).ledger, Model(), list[str]()
        for step in sequence:
            before = len(ledger.entries(newest=None))
            try:
                _take(ledger, keys, step)
            except (DecisionError, NotAllowedError):
                assert len(ledger.entries(newest=None)) == before, step
            was_done = len(ledger.entries(newest=None)) == before + 1
            assert was_done is (model.take(*step) if len(step) == 4 else model.undo(*step)), step
        budgets = read_decisions(ledger).budgets
        found = {key: (one.stage, int(one.total), frozenset(one.proposers)) for key, one in budgets.items()}
        expected = {
            key: (pile[-1].stage, pile[-1].amount, pile[-1].proposers)
            for key, pile in zip(keys, model.piles, strict=True)
            if pile
        }
        assert found == expected
        assert budgets.plan() == model.plan()
        for one in budgets.at(Stage.APPROVED):
            assert budgets.last_step(one.key).who not in one.proposers
        # Every transition is an entry, with who took it and what was there before.
        assert len(budgets.changes) == len(ledger.entries(newest=None)) == model.entries
        assert ledger.verify() == ()


def _take(ledger: Ledger, keys: list[str], step: Step) -> None:
    author: Author = PEOPLE[step[0]]
    if len(step) == 2:
        record_budget_undone(ledger, author, step[1], at=NOON)
        return
    _, act, number, amount = step
    if act == "propose":
        keys.append(propose(ledger, line(amount), author=author).key)
        return
    key = keys[number] if number < len(keys) else "none"
    if act == "revise":
        revise(ledger, key, line(amount), author=author)
    elif act == "withdraw":
        withdraw(ledger, key, author)
    elif act == "return":
        send_back(ledger, key, author)
    else:
        approve(ledger, key, author, reason="needed")
