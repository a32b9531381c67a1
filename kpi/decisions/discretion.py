"""What the audit log may say of a decision about a person: when, by whom and where it stands, never about whom."""

from collections.abc import Mapping
from typing import Final

from kpi.decisions import set_aside, spotlights
from kpi.store import Entry

ABOUT_PEOPLE: Final = frozenset({spotlights.KIND.name, set_aside.ASIDE.name, set_aside.INVITED.name})
TOLD: Final = ("key", "stage", "owner", "due", "channel", "day", "published_on", "until")
"""Of what is decided: ids, notes, quotes, links and reasons stay in the ledger, which nobody can be erased from."""

WHOLE: Final = ("by", "address", "demo", "undoes")


def details_without_people(entry: Entry) -> Mapping[str, object]:
    """What an entry holds; of one about a person neither who it is nor what was written about them.

    Of what cannot be read in such an entry, nothing.
    """
    if entry.kind not in ABOUT_PEOPLE:
        return entry.details
    changes = entry.details.get("changes")
    told = {name: entry.details[name] for name in WHOLE if name in entry.details}
    return told | {"changes": [_change(one) for one in changes] if isinstance(changes, list) else []}


def _change(change: object) -> Mapping[str, object]:
    sides = change if isinstance(change, dict) else {}
    return {side: _state(sides.get(side)) for side in ("from", "to")}


def _state(state: object) -> Mapping[str, object] | None:
    if not isinstance(state, dict):
        return None
    return {name: state[name] for name in TOLD if name in state}
