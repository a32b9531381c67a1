"""Whose turn it is not: who is planned, was featured, declined or is set aside; what ranking people asks.

Customers by id. Nothing here knows a name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from kpi.advocates import Decided
from kpi.decisions.reading import Decisions
from kpi.decisions.spotlight_steps import last_heard
from kpi.decisions.spotlights import Spotlight


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Who is not to be proposed on a day, by the reason, and who was featured before.

    `planned`: the spotlight that is live; `resting`: of those featured or declined within the cool-down the first day
    on which they may be proposed again; `set_aside`: the first day after being set aside; `featured`: the first day on
    which somebody was, however long ago, and though it were withdrawn later. Somebody may stand in several.
    """

    planned: Mapping[str, Spotlight]
    resting: Mapping[str, date]
    set_aside: Mapping[str, date]
    featured: Mapping[str, date]

    @property
    def decided(self) -> Decided:
        """The same for what ranks people."""
        return Decided(
            planned=frozenset(self.planned), resting=self.resting, set_aside=self.set_aside, featured=self.featured
        )


def read_turns(decisions: Decisions, today: date, *, cool_down_days: int, zone: tzinfo) -> Turns:
    """Whose turn it is not on the day `today` of the time zone `zone`, in which a cool-down of so many days begins with
    the day of publishing or declining.
    """
    spotlights = decisions.spotlights
    days = {name: tuple(last_heard(spotlights, name, zone)) for name in spotlights.customers}
    again = {name: max(found) + timedelta(days=cool_down_days) for name, found in days.items() if found}
    return Turns(
        planned={one.customer_id: one for one in spotlights.values() if one.is_live},
        resting={name: day for name, day in again.items() if day > today},
        set_aside={name: one.until for name, one in decisions.set_aside.items() if one.until > today},
        featured={name: min(found) for name in spotlights.customers if (found := _published(spotlights.of(name)))},
    )


def _published(spotlights: Iterable[Spotlight]) -> tuple[date, ...]:
    return tuple(one.published_on for one in spotlights if one.published_on)
