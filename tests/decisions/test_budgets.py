"""Budgets from the proposal to the plan: who may do what, what is asked for, and what the plan then holds."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from kpi.decisions import (
    Author,
    Budget,
    Line,
    read_decisions,
    record_budget_comment,
    record_budget_proposed,
    record_budget_undone,
)
from kpi.decisions.budgets import Stage, months_raised
from kpi.errors import AlreadyDecidedError, ChangedMeanwhileError, DecisionError, NotAllowedError
from kpi.language import speaking
from kpi.store import Ledger
from tests.decisions.budgeting import (
    BOTH,
    FEBRUARY,
    JANUARY,
    NOBODY,
    NOON,
    ODILE,
    OLGA,
    SAM,
    SUE,
    approve,
    line,
    newest,
    propose,
    revise,
    send_back,
    withdraw,
)

REWARDS, TOOLS = (JANUARY, "ambassador", "reward"), (JANUARY, "ambassador", "tooling")


def plan(ledger: Ledger) -> dict[tuple[object, str, str], int]:
    return {cell: int(amount) for cell, amount in read_decisions(ledger).budgets.plan().items()}


def test_a_budget_is_proposed_returned_revised_and_approved(ledger: Ledger) -> None:
    budget = propose(ledger, line(300), line(200, category="tooling"), note="Two events")
    assert (budget.stage, budget.total, budget.proposers) == (Stage.PROPOSED, Decimal(500), ("olga",))
    assert plan(ledger) == {}
    returned = send_back(ledger, budget.key, reason=" Which events? ")
    assert (returned.stage, returned.reason) == (Stage.RETURNED, "Which events?")
    revised = revise(ledger, budget.key, line(250), line(200, category="tooling"), author=ODILE)
    assert (revised.stage, revised.reason, revised.proposers) == (Stage.PROPOSED, "", ("odile", "olga"))
    approved = approve(ledger, budget.key)
    assert (approved.stage, approved.is_lowered) == (Stage.APPROVED, False)
    assert plan(ledger) == {REWARDS: 250, TOOLS: 200}
    history = read_decisions(ledger).budgets.history(budget.key)
    assert [(change.who, change.after and change.after.stage) for change in history] == [
        ("olga", Stage.PROPOSED),
        ("sam", Stage.RETURNED),
        ("odile", Stage.PROPOSED),
        ("sam", Stage.APPROVED),
    ]


def test_a_sponsor_lowers_line_by_line(ledger: Ledger) -> None:
    budget = propose(ledger, line(300), line(200, category="tooling"))
    lowered = approve(ledger, budget.key, lines=[line(0, category="tooling"), line(120)])
    assert lowered.is_lowered
    assert plan(ledger) == {REWARDS: 120}


def test_a_line_that_is_struck_leaves_what_was_planned(ledger: Ledger) -> None:
    approve(ledger, propose(ledger, line(500)).key)
    more = propose(ledger, line(700), line(300, FEBRUARY))
    approve(ledger, more.key, lines=[line(0), line(300, FEBRUARY)])
    assert plan(ledger) == {REWARDS: 500, (FEBRUARY, "ambassador", "reward"): 300}
    # Who asks for nothing plans nothing.
    approve(ledger, propose(ledger, line(0)).key)
    assert plan(ledger)[REWARDS] == 0


@pytest.mark.parametrize(
    "lines",
    [
        [line(301), line(200, category="tooling")],  # a euro more than proposed
        [line(300)],  # one of the two is missing
        [line(300), line(200, category="tooling"), line(1, FEBRUARY)],
        [line(-1), line(200, category="tooling")],
        [],
    ],
)
def test_nothing_but_lower_amounts_of_the_same_lines_is_approved(ledger: Ledger, lines: list[Line]) -> None:
    budget = propose(ledger, line(300), line(200, category="tooling"))
    with pytest.raises(DecisionError):
        approve(ledger, budget.key, lines=lines)
    assert read_decisions(ledger).budgets[budget.key] == budget


@pytest.mark.parametrize("act", [approve, send_back])
def test_who_proposed_or_revised_does_not_approve(ledger: Ledger, act: Callable[..., Budget]) -> None:
    own = propose(ledger, line(300), author=BOTH)
    with pytest.raises(NotAllowedError, match="does not approve"):
        approve(ledger, own.key, BOTH)
    others = propose(ledger, line(300, FEBRUARY))
    revise(ledger, others.key, line(310, FEBRUARY), author=BOTH)
    with pytest.raises(NotAllowedError, match="does not approve"):
        approve(ledger, others.key, BOTH)
    for author in (OLGA, NOBODY):  # whose decision it is not at all
        with pytest.raises(NotAllowedError):
            act(ledger, own.key, author)
    assert approve(ledger, own.key, SAM).stage is Stage.APPROVED


@pytest.mark.parametrize("author", [SAM, NOBODY])
def test_only_the_owner_proposes_revises_and_withdraws(ledger: Ledger, author: Author) -> None:
    budget = propose(ledger, line(300))
    with pytest.raises(NotAllowedError):
        propose(ledger, line(300), author=author)
    with pytest.raises(NotAllowedError):
        revise(ledger, budget.key, line(200), author=author)
    with pytest.raises(NotAllowedError):
        withdraw(ledger, budget.key, author)
    send_back(ledger, budget.key)
    withdrawn = withdraw(ledger, budget.key)
    assert (withdrawn.stage, withdrawn.reason) == (Stage.WITHDRAWN, "")  # the reason was that of the return


def test_a_later_approval_replaces_a_cell_and_leaves_the_others(ledger: Ledger) -> None:
    first = propose(ledger, line(300), line(200, category="tooling"))
    second = propose(ledger, line(100), line(50, FEBRUARY), title="Less")
    approve(ledger, first.key)
    approve(ledger, second.key)
    february = (FEBRUARY, "ambassador", "reward")
    assert plan(ledger) == {REWARDS: 100, TOOLS: 200, february: 50}
    # The order of approval counts, not that of the proposals.
    third, fourth = propose(ledger, line(90), title="A"), propose(ledger, line(80), title="B")
    approve(ledger, fourth.key)
    approve(ledger, third.key, reason="The smaller event is off")  # 90 + 200 > 80 + 200
    assert plan(ledger)[REWARDS] == 90


def test_raising_a_planned_month_takes_a_reason(ledger: Ledger) -> None:
    approve(ledger, propose(ledger, line(300), line(200, category="tooling")).key)
    # 500 planned in January: 350 of rewards make 550; a new channel adds to the month as well.
    for lines in ([line(350)], [line(1, channel="search", category="media")]):
        above = propose(ledger, *lines)
        with pytest.raises(DecisionError, match="say why"):
            approve(ledger, above.key, reason=" ")
        assert approve(ledger, above.key, reason="A second event").reason == "A second event"
    # Moving 51 from tools to rewards raises nothing: 401 + 149 + 1 = 551.
    moved = propose(ledger, line(401), line(149, category="tooling"))
    assert approve(ledger, moved.key).reason == ""
    # Nothing was planned for February.
    assert approve(ledger, propose(ledger, line(9_000, FEBRUARY)).key).stage is Stage.APPROVED


def test_which_months_are_raised() -> None:
    before = {REWARDS: Decimal(300), TOOLS: Decimal(200), (FEBRUARY, "ambassador", "reward"): Decimal(10)}
    assert months_raised(before, [line(300)]) == ()
    assert months_raised(before, [line(301)]) == (JANUARY,)
    assert months_raised(before, [line(301), line(199, category="tooling")]) == ()
    assert months_raised(before, [line(11, FEBRUARY), line(400)]) == (JANUARY, FEBRUARY)
    assert months_raised({}, [line(400)]) == ()


def test_the_second_sponsor_is_told_who_was_first(ledger: Ledger) -> None:
    budget = propose(ledger, line(300))
    approve(ledger, budget.key, SAM)
    with pytest.raises(AlreadyDecidedError, match="sam was first: “Spring” is approved"):
        approve(ledger, budget.key, SUE)
    with pytest.raises(AlreadyDecidedError), speaking("fr"):
        send_back(ledger, budget.key, SUE)
    assert len(ledger.entries(newest=None)) == 2


def test_a_budget_revised_meanwhile_is_looked_at_again(ledger: Ledger) -> None:
    budget = propose(ledger, line(300))
    seen = newest(ledger)
    revise(ledger, budget.key, line(900))
    with pytest.raises(ChangedMeanwhileError, match="olga"):
        approve(ledger, budget.key, seen=seen)
    assert plan(ledger) == {}


def test_a_step_is_taken_back_by_who_took_it(ledger: Ledger) -> None:
    budget = propose(ledger, line(300))
    approve(ledger, budget.key, SAM)
    approval = newest(ledger)
    for other in (SUE, OLGA):
        with pytest.raises(NotAllowedError, match="somebody else"):
            record_budget_undone(ledger, other, approval, at=NOON)
    with pytest.raises(NotAllowedError, match="role"):  # it was his to approve, and is no longer
        record_budget_undone(ledger, replace(SAM, decides=frozenset()), approval, at=NOON)
    record_budget_undone(ledger, SAM, approval, at=NOON)
    assert read_decisions(ledger).budgets[budget.key].stage is Stage.PROPOSED
    assert plan(ledger) == {}
    approve(ledger, budget.key, SUE)
    assert plan(ledger) == {REWARDS: 300}


@pytest.mark.parametrize(
    ("title", "note", "lines", "match"),
    [
        (" ", "", [line(1)], "title"),
        ("x" * 81, "", [line(1)], "80"),
        ("Spring", "bell \x07", [line(1)], "signs"),
        ("Spring", "", [], "1 to"),
        ("Spring", "", [line(1), line(2)], "add them up"),
        ("Spring", "", [line(1, JANUARY.replace(day=2))], "first day"),
        ("Spring", "", [line(1, channel=" ")], "channel"),
        ("Spring", "", [line(1, category="Event")], "no category of cost “Event”"),
        ("Spring", "", [line(10**12)], "thousand billion"),
        ("Spring", "", [line(-1)], "from 0"),
        ("Spring", "", [replace(line(1), amount=Decimal("NaN"))], "from 0"),
    ],
)
def test_a_budget_that_cannot_be_is_refused(
    ledger: Ledger, title: str, note: str, lines: list[Line], match: str
) -> None:
    with pytest.raises(DecisionError, match=match):
        record_budget_proposed(ledger, OLGA, title=title, lines=lines, note=note, at=NOON)
    assert ledger.entries(newest=None) == ()


def test_comments_are_named_and_kept(ledger: Ledger) -> None:
    budget = propose(ledger, line(300))
    record_budget_comment(ledger, SAM, budget.key, " Why three? ", at=NOON)
    record_budget_comment(ledger, OLGA, budget.key, "One per region", at=NOON)
    said = read_decisions(ledger).budget_comments.changes
    assert [(change.who, str(change.after)) for change in said] == [("sam", "Why three?"), ("olga", "One per region")]
    for text in ("", "  ", "x" * 501, "\x00"):
        with pytest.raises(DecisionError):
            record_budget_comment(ledger, SAM, budget.key, text, at=NOON)
    with pytest.raises(DecisionError, match="no such budget"):
        record_budget_comment(ledger, SAM, "another", "Why three?", at=NOON)
    with pytest.raises(NotAllowedError):
        record_budget_comment(ledger, NOBODY, budget.key, "Me too", at=NOON)
