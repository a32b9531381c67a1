"""The steps of a budget: the owner proposes, the sponsor approves, lowers or returns; each is named, dated and kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from kpi.decisions.authors import Author
from kpi.decisions.budgets import COMMENTS, KIND, Budget, Budgets, Comment, Line, Stage, months_raised
from kpi.decisions.journal import read_register, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.errors import AlreadyDecidedError, DecisionError, NotAllowedError
from kpi.ingest import COST_CATEGORIES
from kpi.language import translate
from kpi.store import Ledger

PROPOSES: Final = "programme"
APPROVES: Final = "budgets"
MOST: Final = Decimal(10) ** 12
MOST_LINES: Final = 1_000
LONGEST: Final[Mapping[str, int]] = MappingProxyType({"title": 80, "note": 500, "reason": 500})
LONGEST_COMMENT: Final = 500
LONGEST_CHANNEL: Final = 60
CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def record_budget_proposed(
    ledger: Ledger,
    author: Author,
    *,
    title: str,
    lines: Sequence[Line],
    note: str = "",
    at: datetime,
    file: str | None = None,
) -> tuple[Change[Budget], ...]:
    """Propose a budget, from a `file` or typed; errors as for `build_proposal`."""
    new = build_proposal(author, title=title, lines=lines, note=note)
    return record(ledger, KIND, author, lambda _now: [Edit(key=new.key, to=new)], at=at, file=file)


def build_proposal(author: Author, *, title: str, lines: Sequence[Line], note: str = "") -> Budget:
    """The budget that would be proposed; `DecisionError` for one that cannot be."""
    author.require(PROPOSES)
    new = Budget(key=uuid4().hex, title=title, lines=_in_order(lines), note=note, proposers=(author.signature,))
    _require_valid(new)
    return new


def record_budget_revised(
    ledger: Ledger,
    author: Author,
    key: str,
    *,
    title: str,
    lines: Sequence[Line],
    note: str = "",
    at: datetime,
    seen: int,
) -> tuple[Change[Budget], ...]:
    """Propose a budget anew that waits or was returned; whoever does is one of its proposers from then on.

    `AlreadyDecidedError` when it was approved or withdrawn, `ChangedMeanwhileError` when it was changed after the entry
    `seen`, `DecisionError` for a budget that cannot be.
    """
    author.require(PROPOSES)

    def plan(now: Register[Budget]) -> list[Edit[Budget]]:
        before = _waiting(now, key, Stage.PROPOSED, Stage.RETURNED)
        proposers = tuple(sorted({*before.proposers, author.signature}))
        after = Budget(key=key, title=title, lines=_in_order(lines), note=note, proposers=proposers)
        _require_valid(after)
        return [Edit(key=key, to=after)]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_budget_withdrawn(
    ledger: Ledger, author: Author, key: str, *, at: datetime, seen: int
) -> tuple[Change[Budget], ...]:
    """Take a budget back that waits or was returned; errors as for a revision."""
    author.require(PROPOSES)

    def plan(now: Register[Budget]) -> list[Edit[Budget]]:
        after = replace(_waiting(now, key, Stage.PROPOSED, Stage.RETURNED), stage=Stage.WITHDRAWN, reason="")
        return [Edit(key=key, to=after)]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_budget_returned(
    ledger: Ledger, author: Author, key: str, *, reason: str, at: datetime, seen: int
) -> tuple[Change[Budget], ...]:
    """Give a budget back to its owner, and say why.

    `AlreadyDecidedError` when somebody answered before, `ChangedMeanwhileError` when it was changed after the entry
    `seen`, `DecisionError` without a reason.
    """
    author.require(APPROVES)

    def plan(now: Register[Budget]) -> list[Edit[Budget]]:
        after = replace(_waiting(now, key, Stage.PROPOSED), stage=Stage.RETURNED, reason=reason.strip())
        if not after.reason:
            raise DecisionError(translate("Say why it is returned, so that it can be mended."))
        _require_valid(after)
        return [Edit(key=key, to=after)]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_budget_approved(
    ledger: Ledger,
    author: Author,
    key: str,
    *,
    lines: Sequence[Line] | None = None,
    reason: str = "",
    at: datetime,
    seen: int,
) -> tuple[Change[Budget], ...]:
    """Let a budget enter the plan as it was proposed, or with these `lines`, lower in the same cells; a line lowered to
    nothing leaves what was planned there before.

    `NotAllowedError` for who proposed or revised it, `AlreadyDecidedError` when somebody answered before,
    `ChangedMeanwhileError` when it was changed after the entry `seen`, `DecisionError` for a line above what was
    proposed, or without a reason where the total of a month planned before is raised.
    """
    author.require(APPROVES)

    def plan(now: Register[Budget]) -> list[Edit[Budget]]:
        before = _waiting(now, key, Stage.PROPOSED)
        if author.signature in before.proposers:
            raise NotAllowedError(translate("Whoever proposed a budget does not approve it. Ask another sponsor."))
        approved = before.lines if lines is None else _in_order(lines)
        _require_lower(before, approved)
        after = replace(before, stage=Stage.APPROVED, approved=approved, reason=reason.strip())
        if months_raised(Budgets(now.changes).plan(), after.entering) and not after.reason:
            raise DecisionError(translate("This is above what was planned: say why."))
        _require_valid(after)
        return [Edit(key=key, to=after)]

    return record(ledger, KIND, author, plan, at=at, seen=seen)


def record_budget_undone(ledger: Ledger, author: Author, entry_id: int, *, at: datetime) -> tuple[Change[Budget], ...]:
    """Put a budget back to where it was before a step of one's own; that is an entry, too.

    `NotAllowedError` for a step of somebody else, or that the author may no longer take, `DecisionError` and
    `ChangedMeanwhileError` as for every undo.
    """

    def plan(now: Register[Budget]) -> list[Edit[Budget]]:
        edits: list[Edit[Budget]] = list(undoing(entry_id)(now))
        for change in (one for one in now.changes if one.entry_id == entry_id):
            if change.who != author.signature:
                raise NotAllowedError(translate("This step is somebody else’s: only they take it back."))
            author.require(right_to(change))
        return edits

    return record(ledger, KIND, author, plan, at=at, undoes=entry_id)


def record_budget_comment(
    ledger: Ledger, author: Author, key: str, text: str, *, at: datetime
) -> tuple[Change[Comment], ...]:
    """Say something of a budget; `DecisionError` for a text that cannot be, or a budget that is not there."""
    if not author.decides & {PROPOSES, APPROVES}:
        author.require(PROPOSES)
    comment = Comment(key=uuid4().hex, budget=key, text=text.strip())
    if not comment.text or len(comment.text) > LONGEST_COMMENT or CONTROL.search(comment.text):
        raise DecisionError(translate("A comment has 1 to {count} characters.", count=LONGEST_COMMENT))

    def plan(_now: Register[Comment]) -> list[Edit[Comment]]:
        if key not in read_register(ledger, KIND, is_demo=author.is_demo):
            raise _is_gone()
        return [Edit(key=comment.key, to=comment)]

    return record(ledger, COMMENTS, author, plan, at=at)


def right_to(change: Change[Budget]) -> str:
    """Whose decision a step was."""
    return APPROVES if change.after and change.after.stage in (Stage.APPROVED, Stage.RETURNED) else PROPOSES


def find_fault(budget: Budget) -> str | None:
    """Why a budget cannot be as it is, in the language spoken; None when it can."""
    texts = {name: getattr(budget, name) for name in LONGEST}
    cells = [line.cell for line in budget.lines]
    if not budget.title.strip():
        return translate("Give the budget a title.")
    if any(CONTROL.search(text) for text in texts.values()):
        return translate("A text holds signs that cannot be shown. Type it again.")
    too_long = [most for name, most in LONGEST.items() if len(texts[name]) > most]
    if too_long:
        return translate("A text is too long: at most {count} characters here.", count=too_long[0])
    if not 0 < len(cells) <= MOST_LINES:
        return translate("A budget has 1 to {count} lines.", count=MOST_LINES)
    if len(set(cells)) < len(cells):
        return translate("Two lines are of the same month, channel and category: add them up.")
    return next((fault for line in budget.lines if (fault := find_line_fault(line))), None)


def find_line_fault(line: Line) -> str | None:
    """Why a line cannot be as it is, in the language spoken; None when it can."""
    if line.month.day != 1:
        return translate("A month is written as its first day.")
    if not line.channel.strip() or CONTROL.search(line.channel) or len(line.channel) > LONGEST_CHANNEL:
        return translate("A line needs a channel, of at most {count} characters.", count=LONGEST_CHANNEL)
    if line.category not in COST_CATEGORIES:
        return translate("There is no category of cost “{name}”.", name=line.category)
    if not line.amount.is_finite() or not 0 <= line.amount < MOST:
        return translate("An amount is a number from 0 on, below a thousand billion.")
    return None


def _in_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: line.cell))


def _waiting(now: Register[Budget], key: str, *stages: Stage) -> Budget:
    """The budget, if it is at one of the stages; else somebody was first."""
    if key not in now:
        raise _is_gone()
    budget = now[key]
    if budget.stage not in stages:
        last = Budgets(now.changes).last_step(key)
        told = translate("{who} was first: {thing}. Look at it again.", who=last.who, thing=budget)
        raise AlreadyDecidedError(told, change=last)
    return budget


def _require_lower(before: Budget, approved: Sequence[Line]) -> None:
    """The same cells, none of them above what was proposed."""
    proposed = {line.cell: line.amount for line in before.lines}
    if [line.cell for line in approved] != list(proposed):
        raise DecisionError(translate("A budget is approved line by line: lower a line to 0 to strike it."))
    if any(line.amount > proposed[line.cell] for line in approved):
        raise DecisionError(translate("More than was proposed cannot be approved: return it, and ask for more."))
    fault = next(filter(None, map(find_line_fault, approved)), None)
    if fault:
        raise DecisionError(fault)


def _require_valid(budget: Budget) -> None:
    fault = find_fault(budget)
    if fault:
        raise DecisionError(fault)


def _is_gone() -> DecisionError:
    return DecisionError(translate("There is no such budget any more. Look at the list again."))
