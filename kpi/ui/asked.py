"""What is asked with about people: the rules, what was decided until now, and what past days taught."""

from dataclasses import replace
from datetime import datetime

from kpi.advocates import Question, learn
from kpi.decisions import read_decisions, read_turns
from kpi.decisions.reading import Decisions
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import deciding
from kpi.ui.page import Page


def question(page: Page) -> Question:
    """For the version that the page shows."""
    return _learned(page.warehouse, question_of_one(page))


def question_of_one(page: Page) -> Question:
    """The same, asked of one customer: without what past days taught, which orders lists only."""
    return _asked(page.settings, deciding.decisions(page))


def question_now(store: Store, warehouse: Warehouse, settings: Settings) -> Question:
    """For a version that was just opened: nothing decided meanwhile is missed."""
    decisions = read_decisions(store.ledger, is_demo=warehouse.manifest.is_demo)
    return _learned(warehouse, _asked(settings, decisions))


def _asked(settings: Settings, decisions: Decisions) -> Question:
    today = datetime.now(settings.zone).date()
    turns = read_turns(decisions, today, cool_down_days=settings.advocates.cool_down_days, zone=settings.zone)
    return Question(rules=settings.advocates, decided=turns.decided, today=today)


def _learned(warehouse: Warehouse, asked: Question) -> Question:
    # Kept beside the version, and not remembered: what is learned at night counts from then on.
    return replace(asked, potential=learn(warehouse, asked))
