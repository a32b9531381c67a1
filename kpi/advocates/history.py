"""What happened with one customer: the rows behind their score, as one course of events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from kpi.period import Period
from kpi.store import Listing, Warehouse

ACTS_AMONG_DEALINGS: Final = "kind not in ('event_spoken', 'community_post', 'feedback', 'beta_test', 'vote')"


class MomentKind(StrEnum):
    """What kind of thing happened."""

    ACT = "act"
    ORDER = "order"
    ANSWER = "answer"
    DEALING = "dealing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One event of a customer.

    `kind` is that of an act, a survey or a dealing, as delivered; `detail` an act's platform, `amount` an order's net
    amount, `score` that of an answer.
    """

    day: date
    what: MomentKind
    kind: str | None = None
    detail: str | None = None
    amount: Decimal | None = None
    score: int | None = None


def history(warehouse: Warehouse, customer_id: str, end: date, *, days: int) -> tuple[Moment, ...]:
    """What a customer did in the `days` before the midnight of `end`, the latest first."""
    period = Period(end - timedelta(days=days), end)
    found = [moment for source in SOURCES for moment in _read(warehouse, source, customer_id, period)]
    return tuple(sorted(found, key=lambda moment: (-moment.day.toordinal(), moment.what, moment.kind or "")))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A mart of events by customer: what its rows are, and which column holds what."""

    mart: str
    what: MomentKind
    day: str
    columns: dict[str, str]
    where: str = "true"


SOURCES: Final = (
    _Source(mart="fct_acts", what=MomentKind.ACT, day="act_date", columns={"kind": "kind", "platform": "detail"}),
    _Source(mart="fct_orders", what=MomentKind.ORDER, day="ordered_date", columns={"net_amount": "amount"}),
    _Source(
        mart="fct_survey_answers",
        what=MomentKind.ANSWER,
        day="answered_date",
        columns={"survey_kind": "kind", "score": "score"},
    ),
    _Source(
        mart="fct_interactions",
        what=MomentKind.DEALING,
        day="occurred_date",
        columns={"kind": "kind"},
        where=ACTS_AMONG_DEALINGS,
    ),
)


def _read(warehouse: Warehouse, source: _Source, customer_id: str, period: Period) -> Iterator[Moment]:
    rows = warehouse.rows(
        Listing(
            mart=source.mart,
            columns=(source.day, *source.columns),
            order=(source.day, *source.columns),
            where=source.where,
            filters={"customer_id": [customer_id]},
            date=source.day,
            period=period,
        )
    )
    for row in rows:
        yield Moment(day=row[source.day], what=source.what, **{name: row[c] for c, name in source.columns.items()})
