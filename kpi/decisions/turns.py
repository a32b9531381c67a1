"""Whose turn it is not: who is planned, was thanked, declined, is set aside or was invited; what ranking people asks.

Customers by id. Nothing here knows a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kpi.decisions.reading import Decisions
from kpi.decisions.spotlight_steps import last_heard
from kpi.decisions.spotlights import Spotlight


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Who is not to be proposed on a day, by the reason, and who was invited as an ambassador.

    `planned`: the spotlight that is live; `resting`: the first day on which somebody who was featured, or who declined,
    within the cool-down may be proposed again; `set_aside`: the first day after being set aside; `invited`: the day of
    the invitation. Somebody may stand in several.
    """

    planned: Mapping[str, Spotlight]
    resting: Mapping[str, date]
    set_aside: Mapping[str, date]
    invited: Mapping[str, date]

    @property
    def taken(self) -> frozenset[str]:
        """Everybody who is planned, resting or set aside."""
        return frozenset(self.planned) | frozenset(self.resting) | frozenset(self.set_aside)


def read_turns(decisions: Decisions, today: date, *, cool_down_days: int) -> Turns:
    """Whose turn it is not on the day `today`; a cool-down of so many days begins with publishing or declining."""
    spotlights = decisions.spotlights
    days = {name: tuple(last_heard(spotlights, name)) for name in spotlights.customers}
    again = {name: max(heard) + timedelta(days=cool_down_days) for name, heard in days.items() if heard}
    return Turns(
        planned={one.customer_id: one for one in spotlights.values() if one.is_live},
        resting={name: day for name, day in again.items() if day > today},
        set_aside={name: one.until for name, one in decisions.set_aside.items() if one.until > today},
        invited={name: one.day for name, one in decisions.invitations.items()},
    )
