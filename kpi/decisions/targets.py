"""Targets: what a metric is to reach in a month, for the whole programme or for one segment."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from kpi.decisions.authors import Author
from kpi.decisions.journal import Kind, record, undoing
from kpi.decisions.register import Change, Edit, Register
from kpi.errors import DecisionError
from kpi.language import translate
from kpi.metrics import METRICS, Metric, Unit
from kpi.store import UNKNOWN, Ledger, Warehouse

Segment = tuple[str, str]
"""A dimension and its value: country_code, FR."""

Key = tuple[str, date, Segment | None]
"""Metric, month by its first day, segment."""

Values = Callable[[str], Collection[str] | None]
"""The values that a dimension has in the data; None where nobody can tell."""

RIGHT: Final = "targets"
SEGMENTS_MART: Final = "dim_segments"
SEGMENTS: Final = ("country_code", "sector", "company_size", "acquisition_channel", "programme", "lever")
"""The dimensions whose values that mart lists."""

LONGEST_NOTE: Final = 200
MOST: Final = Decimal(10) ** 15
NEGATIVE: Final = frozenset({"attributed_margin"})  # and returns and scores, by their unit
ABOVE_ONE: Final = frozenset(  # shares of which the whole is not the most
    {"net_revenue_retention", "referred_net_revenue_retention", "cost_to_revenue_ratio"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a metric is to reach in the month that begins on the day `month`, in the metric's unit."""

    metric: str
    month: date
    segment: Segment | None = None
    value: Decimal
    note: str = ""

    @property
    def key(self) -> Key:
        """Of one metric, month and segment there is one target."""
        return self.metric, self.month, self.segment

    def __str__(self) -> str:
        """Which target it is: orders 2026-11 country_code=FR."""
        return key_in_words(self.key)


KIND: Final = Kind("targets", TypeAdapter(Target))


class Targets(Register[Target]):
    """The targets in force by key."""

    def of(self, metric: str) -> tuple[Target, ...]:
        """The targets of a metric, by segment, then by month; the whole programme first."""
        found = [target for target in self.values() if target.metric == metric]
        return tuple(sorted(found, key=lambda target: (target.segment or (), target.month)))

    def changes_of(self, metric: str) -> tuple[Change[Target], ...]:
        """Every change of a metric's targets, oldest first."""
        return tuple(change for change in self.changes if isinstance(change.key, tuple) and change.key[0] == metric)


def values_in(warehouse: Warehouse) -> Values:
    """The values of a dimension in the published data, asked for once; None for one that no mart lists."""

    @cache
    def values(dimension: str) -> Collection[str] | None:
        return (*warehouse.groups(SEGMENTS_MART, dimension), UNKNOWN) if dimension in SEGMENTS else None

    return values


def key_in_words(key: Key) -> str:
    """A target's key as the command line writes it: orders 2026-11 country_code=FR."""
    metric, month, segment = key
    return f"{metric} {month:%Y-%m}" + (f" {segment[0]}={segment[1]}" if segment else "")


def record_targets(
    ledger: Ledger,
    author: Author,
    targets: Iterable[Target],
    *,
    at: datetime,
    remove: Iterable[Key] = (),
    seen: int | None = None,
    file: str | None = None,
    values: Values = lambda dimension: None,
) -> tuple[Change[Target], ...]:
    """Set these targets and remove those of these keys, all in one entry, and return what changed.

    `NotAllowedError` when the author does not decide on targets, `DecisionError` for a target that cannot be,
    `ChangedMeanwhileError` when one of them was changed after the entry `seen`.
    """
    author.require(RIGHT)
    edits = wished(targets, values)
    edits += [Edit(key=key, to=None) for key in remove]
    return record(ledger, KIND, author, lambda now: edits, at=at, seen=seen, file=file)


def wished(targets: Iterable[Target], values: Values = lambda dimension: None) -> list[Edit[Target]]:
    """The edits that set these targets; `DecisionError` for the first that cannot be."""
    edits = []
    for target in targets:
        fault = find_fault(target, values)
        if fault:
            raise DecisionError(fault)
        edits.append(Edit(key=target.key, to=target))
    return edits


def record_targets_undone(
    ledger: Ledger, author: Author, entry_id: int, *, at: datetime, keys: Iterable[Hashable] | None = None
) -> tuple[Change[Target], ...]:
    """Put back what an entry changed, or of that only the targets of these keys; that is an entry, too."""
    author.require(RIGHT)
    return record(ledger, KIND, author, undoing(entry_id, keys), at=at, undoes=entry_id)


def find_fault(target: Target, values: Values = lambda dimension: None) -> str | None:
    """Why a target cannot be set, in the language spoken; None when it can."""
    metric = METRICS.get(target.metric)
    if metric is None:
        return translate("There is no metric “{name}”.", name=target.metric) + _nearest(target.metric, METRICS)
    if target.month.day != 1:
        return translate("A target is for a month: give its first day.")
    if len(target.note) > LONGEST_NOTE:
        return translate("A note has at most {count} characters.", count=LONGEST_NOTE)
    return _fault_of_segment(metric, target.segment, values) or _fault_of_value(metric, target.value)


def _fault_of_segment(metric: Metric, segment: Segment | None, values: Values) -> str | None:
    if segment is None:
        return None
    dimension, value = segment
    if dimension == "ambassador_id":
        return translate("Targets are for the programme and its segments, never for one person.")
    if dimension not in metric.dimensions:
        told = translate("“{metric}” has no breakdown “{name}”.", metric=translate(metric.label), name=dimension)
        return told + _nearest(dimension, metric.dimensions)
    known = values(dimension)
    if known is None:
        return None if value.strip() else translate("The segment {dimension} lacks its value.", dimension=dimension)
    if value not in known:
        return translate("There is no {dimension} “{name}” in the data.", dimension=dimension, name=value) + _nearest(
            value, known
        )
    return None


def _fault_of_value(metric: Metric, value: Decimal) -> str | None:
    label = translate(metric.label)
    if not value.is_finite() or abs(value) >= MOST:
        return translate("A target is a number below 10^15.")
    if value < 0 and metric.unit not in (Unit.POINTS, Unit.RATIO) and metric.name not in NEGATIVE:
        return translate("A target of “{metric}” cannot be below 0.", metric=label)
    if metric.unit is Unit.SHARE and value > 1 and metric.name not in ABOVE_ONE:
        return translate("A target of “{metric}” is a share: write 0.35 for 35\N{NO-BREAK SPACE}%.", metric=label)
    if metric.unit is Unit.POINTS and abs(value) > 100:
        return translate("A target of “{metric}” lies between −100 and +100.", metric=label)
    return None


def _nearest(name: str, known: Iterable[str] | Mapping[str, object]) -> str:
    near: Sequence[str] = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return " " + translate("Did you mean {name}?", name=near[0]) if near else ""
