"""Of two people who decide the same, the first counts, and the second is told who it was."""

from typing import Any

from kpi.days import day_in_words
from kpi.decisions.register import Change
from kpi.errors import AlreadyDecidedError
from kpi.language import translate


def already_decided(change: Change[Any]) -> AlreadyDecidedError:
    """What tells the second one who was first, when, and what stands."""
    told = translate(
        "{who} was first, on {day} at {time} UTC: {thing}. Look at it, or choose somebody else.",
        who=change.who,
        day=day_in_words(change.recorded_at.date()),
        time=f"{change.recorded_at:%H:%M}",
        thing=change.after or change.before,
    )
    return AlreadyDecidedError(told, change=change)
