"""Which sums over which mart, by period and group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """Sum per unit (a person, a customer) first: `components` of the sums are computed over these units."""

    unit: str
    sums: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Which sums over which mart.

    `components` are named SQL sums; they may mention `period_start` and `period_end`, save in a cumulative one. Rows
    count from the period's start to its end, exclusive; from `last_days` before its end; or from the beginning of time
    when `is_cumulative`, up to the period's end or, with `at_start`, up to its start. `filters` maps a column to the
    values kept, `group` names the column to split by; a row without a value counts as "unknown".
    """

    mart: str
    date: str
    components: Mapping[str, str]
    where: str = "true"
    parameters: Mapping[str, object] = field(default_factory=dict)
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    group: str | None = None
    is_cumulative: bool = False
    at_start: bool = False
    last_days: int | None = None
    each: Each | None = None
