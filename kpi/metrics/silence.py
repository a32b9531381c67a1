"""Ambassadors silent for longer than is usual for them: people to thank, or to ask how they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kpi.language import mark
from kpi.metrics.activity import active_ambassadors
from kpi.metrics.coverage import missing_reason
from kpi.metrics.measure import Filters, require_dimension
from kpi.period import Period
from kpi.store import Aggregate, Components, Listing, Warehouse

FEWEST_GAPS = 3
"""Three gaps, hence four days with acts, before a gap may be called usual."""

SILENCE_MEANS = mark(
    "Enrolled ambassadors who have been silent for longer than twice their own usual gap between days with acts, and "
    "for longer than nine in ten of their own gaps."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """An ambassador's silence, in days; `has_contact_consent` is None for a partner who is no customer.

    `usual_gap` is the median of the `gaps` between days with acts, `longest_usual_gap` the most days that are still
    usual, `days_beyond` what goes past it, since the day `beyond_since`.
    """

    ambassador_id: str
    last_act_date: date
    days_silent: int
    gaps: int
    usual_gap: float
    longest_usual_gap: int
    has_contact_consent: bool | None

    @property
    def days_beyond(self) -> int:
        """How many days longer than usual."""
        return self.days_silent - self.longest_usual_gap

    @property
    def beyond_since(self) -> date:
        """The first day on which the silence was longer than usual."""
        return self.last_act_date + timedelta(days=self.longest_usual_gap + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silences:
    """Who is silent for longer than usual at the midnight of `end`, those furthest beyond their own gap first.

    `watched` counts the enrolled ambassadors whose usual gap is known; `reason` says why nobody can be.
    """

    end: date
    watched: int
    items: tuple[Silence, ...]
    reason: str | None


def find_silences(warehouse: Warehouse, end: date, *, where: Filters | None = None) -> Silences:
    """Ambassadors enrolled at `end`, or at the end of the data before it, silent for longer than their own usual gap.

    A silence counts from the last day with an act as an ambassador to `end`: the gap there would be if the next act
    came on that day. It is longer than usual past twice the median of the own gaps and past their 90th percentile (the
    shortest gap that nine in ten do not pass, of fewer than ten the longest). Either alone misleads: the percentile
    calls a person of clockwork habit silent one day late, the median one who acts some days in a row each season.
    `QuestionError` for a filter that ambassadors do not have.
    """
    for name in where or {}:
        require_dimension(active_ambassadors, name)
    data_end = warehouse.manifest.data_end
    until = min(end, data_end) if data_end else end
    reason = missing_reason(active_ambassadors, warehouse.manifest)
    habits = {} if reason else _read_habits(warehouse, until, where or {})
    found = sorted(_silent(warehouse, habits, until), key=lambda one: (-one.days_beyond, one.ambassador_id))
    return Silences(end=until, watched=len(habits), items=tuple(found), reason=reason)


def _read_habits(warehouse: Warehouse, end: date, where: Filters) -> dict[str, Components]:
    """Per enrolled ambassador with enough gaps before `end`: their number, median, 90th percentile and the last act."""
    query = Aggregate(
        mart="fct_ambassador_acts_daily",
        date="act_date",
        where="left_date is null or left_date >= period_end",
        components={
            "gaps": "count(gap_days)",
            "usual_gap": "median(gap_days)",
            "long_gap": "quantile_disc(gap_days, 0.9)",
            "last_act_date": "max(act_date)",
        },
        filters=where,
        group="ambassador_id",
    )
    found = warehouse.aggregate(query, [Period(date.min, end)])
    return {name: habit for (_, name), habit in found.items() if name and habit["gaps"] >= FEWEST_GAPS}


def _silent(warehouse: Warehouse, habits: dict[str, Components], end: date) -> Iterator[Silence]:
    longest = {name: max(int(2 * habit["usual_gap"]), habit["long_gap"]) for name, habit in habits.items()}
    silent = [name for name, habit in habits.items() if (end - habit["last_act_date"]).days > longest[name]]
    consents = warehouse.rows(
        Listing(
            mart="dim_ambassadors",
            columns=("ambassador_id", "has_contact_consent"),
            order=("ambassador_id",),
            filters={"ambassador_id": silent},
        )
    )
    for row in consents:
        habit = habits[row["ambassador_id"]]
        yield Silence(
            ambassador_id=row["ambassador_id"],
            last_act_date=habit["last_act_date"],
            days_silent=(end - habit["last_act_date"]).days,
            gaps=habit["gaps"],
            usual_gap=habit["usual_gap"],
            longest_usual_gap=longest[row["ambassador_id"]],
            has_contact_consent=row["has_contact_consent"],
        )
