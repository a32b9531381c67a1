"""What a metric is: one frozen record from which card, glossary, export and command line are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from kpi.analysis import Estimate
from kpi.store import Each


class Unit(StrEnum):
    """How a value is to be read; shares and ratios are fractions, 1 being the whole."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    RATIO = "ratio"
    POINTS = "points"


class Better(StrEnum):
    """Which direction is good news."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Model(StrEnum):
    """How credit for an order is shared between its touches."""

    LAST = "last"
    FIRST = "first"
    LINEAR = "linear"


WINDOWS = (7, 30, 60, 90)

BUYER = MappingProxyType({name: name for name in ("country_code", "sector", "company_size", "acquisition_channel")})
AMBASSADOR = MappingProxyType({name: name for name in ("programme", "lever", "ambassador_id")})
PRODUCT = MappingProxyType({"category": "product_category", "product_id": "product_id"})
RESPONDENT = MappingProxyType(  # by audience: customers by the time since they joined, ambassadors since they enrolled
    {
        "customer": MappingProxyType({**BUYER, "tenure": "tenure"}),
        "ambassador": MappingProxyType({**BUYER, **AMBASSADOR, "rung": "rung", "tenure": "tenure"}),
    }
)
CONTENT = MappingProxyType({"platform": "platform", "kind": "content_kind", "origin": "origin"})


class Sums:
    """The named sums of one period and group; without a row a count or an amount is zero."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def count(self, name: str) -> int:
        """A whole number."""
        return int(self._values.get(name) or 0)

    def amount(self, name: str) -> Decimal:
        """Money, or another exact decimal."""
        return Decimal(self._values.get(name) or 0)

    def frequencies(self, name: str) -> dict[int, int]:
        """Whole number → how many units have it; numbers that none has any more are left out."""
        found: Mapping[Any, Any] = self._values.get(name) or {}
        return {int(number): int(units) for number, units in found.items() if units}

    def has(self, name: str) -> bool:
        """Whether any row stood behind the sum."""
        return self._values.get(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Sums over one mart that a metric needs.

    `date` is the column that puts a row into a period; `is_cumulative` sums everything before the period's end
    instead, or before its start (`at_start`); `last_days` sums that many days before its end. `counts_once` marks sums
    that count a person once however often they are found in the period.
    `dimensions` maps the breakdowns allowed to their columns. `finer` is a larger mart with the same sums for the
    breakdowns that this one lacks. `is_attributed` marks marts that hold every attribution model and window;
    `is_rollup` those that hold the sums once per dimension (column `dimension`, "all" for the whole) and group of it
    (`group_value`), and so know one dimension at a time.
    """

    mart: str
    date: str
    components: Mapping[str, str]
    dimensions: Mapping[str, str]
    where: str = "true"
    is_cumulative: bool = False
    at_start: bool = False
    last_days: int | None = None
    counts_once: bool = False
    is_attributed: bool = False
    is_rollup: bool = False
    each: Each | None = None
    finer: "Part | None" = None

    def all_dimensions(self) -> dict[str, str]:
        """Every breakdown that this part or a finer one allows."""
        return {**self.dimensions, **(self.finer.all_dimensions() if self.finer else {})}

    @property
    def finest(self) -> "Part":
        """The largest mart behind this part."""
        return self.finer.finest if self.finer else self

    def that_has(self, names: frozenset[str]) -> "Part":
        """The smallest mart with all these breakdowns, read at the rows that hold them."""
        if self.finer and not (names <= self.dimensions.keys() and (len(names) <= 1 or not self.is_rollup)):
            return self.finer.that_has(names)
        return self._rows_of(names) if self.is_rollup else self

    def _rows_of(self, names: frozenset[str]) -> "Part":
        dimension = "".join(self.dimensions[name] for name in names) or "all"
        return replace(
            self,
            where=f"{self.where} and dimension = '{dimension}'",
            dimensions=dict.fromkeys(names, "group_value"),
            is_rollup=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A value that is a sum over a sum: on each side components of the parts, each times a whole number."""

    above: Mapping[str, int]
    below: Mapping[str, int]

    def numerator(self, sums: Sums) -> Fraction:
        """The sum above, exactly."""
        return _added(self.above, sums)

    def denominator(self, sums: Sums) -> Fraction:
        """The sum below, exactly."""
        return _added(self.below, sums)


def over(above: str, below: str) -> Ratio:
    """One component over another."""
    return Ratio(above={above: 1}, below={below: 1})


def _added(weights: Mapping[str, int], sums: Sums) -> Fraction:
    return sum((weight * Fraction(sums.amount(name)) for name, weight in weights.items()), Fraction())


def rolled_up(fine: Part, mart: str, *, lacks: frozenset[str] = frozenset({"ambassador_id"}), **changes: Any) -> Part:
    """The same sums from `mart`, a rollup of the rows of `fine`; it does not know the breakdowns in `lacks`.

    `changes` are the fields that read otherwise there, such as `components` where rows are counted.
    """
    kept = {name: column for name, column in fine.dimensions.items() if name not in lacks}
    return replace(fine, mart=mart, dimensions=kept, is_rollup=True, finer=fine, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A sum that a segment must have a row behind: without one it is not zero, but recorded of no segment.

    `absent` says so, as the reason why there is no value.
    """

    component: str
    absent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSet:
    """Rows that stand behind a metric's value, on one side of it, as they are shown to whom asks for them.

    `label` names them and `grain` says in a sentence what one of them is, both marked to be translated. `columns`,
    `sql`, `is_grouped`, `where`, `having` and `order` are those of a `Listing` over `mart`; with `date` only rows of
    the period count, without one `where` says which. `sums` over the rows are sums that the metric's estimate takes,
    of which `total` is worth telling. `dimensions` maps breakdowns to columns; `finer` is another set for those that
    this one lacks. `is_attributed` marks marts that hold every attribution model and window.
    """

    label: str
    grain: str
    mart: str
    columns: tuple[str, ...]
    sums: Mapping[str, str]
    dimensions: Mapping[str, str]
    order: tuple[str, ...]
    date: str | None = None
    sql: Mapping[str, str] = field(default_factory=dict)
    is_grouped: bool = False
    where: str = "true"
    having: str = "true"
    total: str | None = None
    is_attributed: bool = False
    finer: "RowSet | None" = None

    def that_has(self, names: frozenset[str]) -> "RowSet":
        """The first set with all these breakdowns."""
        return self.finer.that_has(names) if self.finer and not names <= self.dimensions.keys() else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number of the programme, written once.

    `means` is its definition for a reader, `formula` how it is computed, `better` which direction is good. `needs`
    names the source tables, alternatives parted by "|". `absent` says why there is no value when nothing was there to
    divide by, `requires` what must be recorded of a segment. These texts, label and section are marked in the source,
    to be translated when they are shown. `counts` says what the n of its estimate counts: a noun in the singular.
    `is_level` marks a state at the period's end rather than a sum over the period. `rows` are those behind the value:
    sums over them are all that `estimate` needs.

    How a change of the value is laid on groups: `is_additive` when their values add up, by numerator and denominator
    of `ratio` when those do; otherwise `indivisible` says why it cannot be.
    """

    name: str
    label: str
    unit: Unit
    better: Better
    section: str
    means: str
    formula: str
    needs: tuple[str, ...]
    parts: tuple[Part, ...]
    estimate: Callable[[Sums], Estimate]
    rows: tuple[RowSet, ...] = ()
    absent: str = ""
    requires: Requirement | None = None
    counts: str = "case"
    is_level: bool = False
    is_additive: bool = False
    ratio: Ratio | None = None
    indivisible: str = ""
    only: frozenset[str] | None = None

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The breakdowns allowed: those that every part has with the same meaning."""
        if self.only is not None:
            return tuple(sorted(self.only))
        first, *others = [part.all_dimensions() for part in self.parts]
        return tuple(
            sorted(name for name, column in first.items() if all(other.get(name) == column for other in others))
        )

    @property
    def adds_up_over_time(self) -> bool:
        """Whether the values of two disjoint periods add up to that of both: not of levels, rates, distinct people."""
        return self.is_additive and not self.is_level and not any(part.counts_once for part in self.parts)

    @property
    def is_credited(self) -> bool:
        """Whether it counts orders that are credited to ambassadors, under one model and window or another."""
        return {"orders", "ambassadors"} <= set(self.needs)

    @property
    def is_attributed(self) -> bool:
        """Whether the attribution model and window change the value."""
        return any(part.is_attributed for part in self.parts)


def counted(name: str) -> Callable[[Sums], Estimate]:
    """The estimate of a plain count: a census, without interval."""
    return lambda sums: Estimate(value=sums.count(name))


def summed(name: str) -> Callable[[Sums], Estimate]:
    """The estimate of a plain amount: a census, without interval."""
    return lambda sums: Estimate(value=sums.amount(name))


def quotient(numerator: Decimal, denominator: Decimal, *, n: int | None = None) -> Estimate:
    """A sum over a sum; n/a without a denominator."""
    return Estimate(value=numerator / denominator if denominator else None, n=n)
