"""What past days taught: worked out once for a version, and kept beside it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from kpi.advocates.backtest import BackTest, backtest
from kpi.advocates.components import COMPONENTS
from kpi.advocates.question import Potential, Question
from kpi.store import Warehouse

NOTE: Final = "advocates"
AT_ONCE: Final = 100_000
"""Of more customers than this, past days are read only when somebody asks for the back-test."""


def learn(warehouse: Warehouse, question: Question | None = None) -> Potential | None:
    """How likely a new act is, as learned from past days: kept, or worked out now.

    None where nobody acted, and for a large company whose back-test nobody asked for yet: `learn_and_keep`.
    """
    question = question or Question()
    kept = _read(warehouse.recall(NOTE)) if question.as_of is None else None
    if kept is not None:
        return kept.get("potential")
    if warehouse.manifest.rows.get("customers", 0) > AT_ONCE:
        return None
    return learn_and_keep(warehouse, question).potential


def learn_and_keep(warehouse: Warehouse, question: Question | None = None) -> BackTest:
    """The back-test, of which what was learned is kept for `learn`; as of another day nothing is kept."""
    question = question or Question()
    found = backtest(warehouse, question)
    if question.as_of is None:
        warehouse.keep(NOTE, json.dumps({"potential": _written(found.potential)}))
    return found


def _written(potential: Potential | None) -> dict[str, object] | None:
    if potential is None:
        return None
    return {
        "intercept": potential.intercept,
        "coefficients": dict(potential.coefficients),
        "ranks": potential.ranks,
    }


def _read(text: str | None) -> Mapping[str, Potential | None] | None:
    """What was kept; None when nothing was, or by a release that knew other components."""
    if text is None:
        return None
    written: dict[str, Any] | None = json.loads(text)["potential"]
    if written is None:
        return {"potential": None}
    if set(written["coefficients"]) != set(COMPONENTS):
        return None
    return {"potential": Potential(**written)}
