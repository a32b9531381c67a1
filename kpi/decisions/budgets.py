"""Budgets: what may be spent by month, channel and category of cost, from the proposal to the plan in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pydantic import TypeAdapter

from kpi.decisions.journal import Kind
from kpi.decisions.register import Change, Register
from kpi.language import mark, translate

Cell = tuple[date, str, str]
"""A month by its first day, a channel, a category of cost."""


class Stage(StrEnum):
    """Where a budget is on its way into the plan."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


IN_WORDS: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.PROPOSED: mark("“{title}” waits for an answer"),
        Stage.RETURNED: mark("“{title}” was returned"),
        Stage.APPROVED: mark("“{title}” is approved"),
        Stage.WITHDRAWN: mark("“{title}” was withdrawn"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What may be spent in one cell, in the company's currency."""

    month: date
    channel: str
    category: str
    amount: Decimal

    @property
    def cell(self) -> Cell:
        """Where it belongs."""
        return self.month, self.channel, self.category


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Amounts for some cells, as they stand; of one cell there is one line.

    `proposers` are those who proposed or revised it, as entries are signed, none of whom approves it. `approved` are
    the lines that entered the plan, none of them above what was proposed. `reason` says why it was returned, or
    approved beyond what was planned before.
    """

    key: str
    title: str
    lines: tuple[Line, ...]
    stage: Stage = Stage.PROPOSED
    proposers: tuple[str, ...] = ()
    approved: tuple[Line, ...] = ()
    note: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Which budget it is, and where."""
        return translate(IN_WORDS[self.stage], title=self.title)

    @property
    def total(self) -> Decimal:
        """What is asked for."""
        return sum((line.amount for line in self.lines), Decimal())

    @property
    def entering(self) -> tuple[Line, ...]:
        """The lines that count in the plan; one that was struck, lowered to nothing, leaves what was there before."""
        return tuple(
            line for line, asked in zip(self.approved, self.lines, strict=False) if line.amount or not asked.amount
        )

    @property
    def is_lowered(self) -> bool:
        """Whether less was approved than asked for."""
        return self.stage is Stage.APPROVED and self.approved != self.lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said of a budget; who and when stands in the ledger."""

    key: str
    budget: str
    text: str

    def __str__(self) -> str:
        """What was said."""
        return self.text


KIND: Final = Kind("budgets", TypeAdapter(Budget))
COMMENTS: Final = Kind("budget_comments", TypeAdapter(Comment))


class Budgets(Register[Budget]):
    """The budgets by key, ended ones too."""

    def listed(self) -> tuple[Budget, ...]:
        """All of them, the latest proposal first."""
        return tuple(sorted(self.values(), key=lambda one: -self.history(one.key)[0].entry_id))

    def at(self, stage: Stage) -> tuple[Budget, ...]:
        """Those at a stage, the latest proposal first."""
        return tuple(one for one in self.listed() if one.stage is stage)

    def last_step(self, key: str) -> Change[Budget]:
        """The change that brought a budget to where it is."""
        return self.standing(key)[-1]

    def plan(self) -> Mapping[Cell, Decimal]:
        """What may be spent by cell: of several budgets for one, the one approved last counts."""
        approved = sorted(self.at(Stage.APPROVED), key=lambda one: self.last_step(one.key).entry_id)
        return {line.cell: line.amount for one in approved for line in one.entering}


def months_raised(plan: Mapping[Cell, Decimal], lines: Iterable[Line]) -> tuple[date, ...]:
    """The months, planned before, of which the lines raise the total: moving an amount between cells raises none."""
    after = {**plan, **{line.cell: line.amount for line in lines}}
    then, now = _by_month(plan), _by_month(after)
    return tuple(sorted(month for month in then if now[month] > then[month]))


def _by_month(plan: Mapping[Cell, Decimal]) -> dict[date, Decimal]:
    months: dict[date, Decimal] = {}
    for (month, _, _), amount in plan.items():
        months[month] = months.get(month, Decimal()) + amount
    return months
