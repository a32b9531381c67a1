"""What waits for a reader elsewhere: spotlights whose next step is due, budgets to answer; told on the overview."""

from collections.abc import Iterator

from kpi.language import translate, translate_plural
from kpi.ui import budget_words, deciding
from kpi.ui import format as fmt
from kpi.ui.page import Page
from kpi.ui.spotlight_board import Board, read_board

ADDRESS, BUDGET = "/spotlights", "/budget"


def sentences(page: Page) -> Iterator[str]:
    """What waits on other pages for who decides there, with the way to it. Markdown."""
    for told in budget_words.waiting(deciding.decisions(page).budgets, page.reader):
        yield f"{told} [{translate('See the budget')}]({BUDGET})"
    if not deciding.may_decide(page, deciding.RIGHT_TO_SPOTLIGHTS) or not deciding.decisions(page).spotlights:
        return
    told = in_words(read_board(page))
    if told:
        yield f"{told} [{translate('See the spotlights')}]({ADDRESS})"


def in_words(board: Board) -> str:
    """What is overdue and what is due soon; empty when nothing is."""
    told = []
    if board.overdue:
        number = len(board.overdue)
        told.append(
            translate_plural(
                "{count} spotlight is overdue.", "{count} spotlights are overdue.", number, count=fmt.count(number)
            )
        )
    if board.soon:
        number = len(board.soon)
        told.append(
            translate_plural(
                "{count} spotlight is due within a week.",
                "{count} spotlights are due within a week.",
                number,
                count=fmt.count(number),
            )
        )
    return " ".join(told)
