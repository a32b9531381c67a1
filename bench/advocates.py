"""The phase that scores everybody as of a day and turns the pages of the list of whom to propose."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from bench.clock import Clock, milliseconds, repeated
from bench.company import END
from kpi.advocates import Question, Wanted, candidates, left_out, why_not
from kpi.advocates.past import HORIZON_DAYS, read_past
from kpi.settings import read_settings
from kpi.store import Store, Warehouse

Asked = Callable[[Warehouse, Question], object]

LISTS: dict[str, Asked] = {
    "first page": lambda warehouse, question: candidates(warehouse, question=question),
    "tenth page": lambda warehouse, question: candidates(warehouse, question=question, page=9),
    "of two segments": lambda warehouse, question: candidates(
        warehouse, Wanted(where={"segment": ["FR", "DE"]}), question=question
    ),
    "who never posted, for one reason": lambda warehouse, question: candidates(
        warehouse, Wanted(has_posted=False, reasons=["feedback"], least_confidence=0.8), question=question
    ),
    "by a part of the id": lambda warehouse, question: candidates(warehouse, Wanted(text="c00012"), question=question),
    "who is left out": left_out,
    "why not": lambda warehouse, question: why_not(warehouse, "c000000042", question),
}


def run(*, store: str, repetitions: int) -> dict[str, object]:
    """Score everybody as of 90 days before the end; ask for pages of the published scores."""
    warehouse = Warehouse(Store(Path(store)))
    question = Question(rules=read_settings().advocates)
    found = {
        name: milliseconds(repeated(partial(_once, ask, warehouse, question), repetitions))
        for name, ask in LISTS.items()
    }
    clock = Clock()
    past = read_past(warehouse, END - timedelta(days=HORIZON_DAYS))
    seconds = clock.seconds()
    warehouse.close()
    return {"lists": found, "scoring_seconds": seconds, "scored": past.people}


def _once(ask: Asked, warehouse: Warehouse, question: Question, number: int) -> float:
    clock = Clock()
    ask(warehouse, question)
    return clock.seconds()
