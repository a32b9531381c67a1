"""What waits for a reader elsewhere: alerts, spotlights whose next step is due, budgets; told on the overview."""

from collections.abc import Iterator

from kpi.language import all_of, translate, translate_plural
from kpi.ui import alert_list, budget_words, deciding
from kpi.ui import format as fmt
from kpi.ui.page import Page
from kpi.ui.spotlight_board import Board, read_board

ADDRESS, BUDGET, ALERTS = "/spotlights", "/budget", "/alerts"
MOST_NAMED = 2


def sentences(page: Page) -> Iterator[str]:
    """What waits on other pages for who decides there, with the way to it. Markdown."""
    alerts = alerts_in_words(page)
    if alerts:
        yield f"{alerts} [{translate('See the alerts')}]({ALERTS})"
    for told in budget_words.waiting(deciding.decisions(page).budgets, page.reader):
        yield f"{told} [{translate('See the budget')}]({BUDGET})"
    if not deciding.may_decide(page, deciding.RIGHT_TO_SPOTLIGHTS) or not deciding.decisions(page).spotlights:
        return
    told = in_words(read_board(page))
    if told:
        yield f"{told} [{translate('See the spotlights')}]({ADDRESS})"


def alerts_in_words(page: Page) -> str:
    """The alerts that wait and that the reader sees, the newest by name; empty without any. Markdown."""
    found = alert_list.waiting_for(page)
    if not found:
        return ""
    number = len(found)
    names = [translate("“{name}”", name=fmt.plain(one.rule.name)) for one in found[:MOST_NAMED]]
    more = number - MOST_NAMED
    names += [translate_plural("{count} other", "{count} others", more, count=fmt.count(more))] if more > 0 else []
    return translate_plural(
        "**{count} alert** waits: {names}.",
        "**{count} alerts** wait: {names}.",
        number,
        count=fmt.count(number),
        names=all_of(names),
    )


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
