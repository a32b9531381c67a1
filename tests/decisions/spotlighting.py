"""Spotlights for tests: two coordinators, rules that know some customers, and steps in a few words."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kpi.decisions import Author, Change, Channel, Rules, Spotlight, Stage, Step, record_proposed, record_step
from kpi.store import Ledger

NINA = Author(name="nina", decides=frozenset({"spotlights"}), address="10.0.0.7")
OMAR = Author(name="omar", decides=frozenset({"spotlights"}))
SAM = Author(name="sam")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOON.date()

CONSENTS = {"C1": True, "C2": True, "C3": True, "C9": False}  # C9 has not agreed to be contacted


NOTHING: Mapping[str, tuple[str, ...]] = {}


def rules(
    consents: Mapping[str, bool] = CONSENTS,
    cool_down_days: int = 90,
    objections: Mapping[str, tuple[str, ...]] = NOTHING,
) -> Rules:
    def known(asked: Collection[str]) -> Mapping[str, bool]:
        return {name: consents[name] for name in asked if name in consents}

    return Rules(
        consents=known, objections=lambda name, _today: objections.get(name, ()), cool_down_days=cool_down_days
    )


def no_ambassador(_customer_id: str, _day: date) -> bool:
    return False


def propose(
    ledger: Ledger, customer_id: str, author: Author = NINA, *, at: datetime = NOON, **fields: Any
) -> Spotlight:
    """The spotlight that was proposed."""
    using = fields.pop("rules", rules())
    wanted = Spotlight(key="", customer_id=customer_id, owner=fields.pop("owner", ""), **fields)
    return _after(record_proposed(ledger, author, wanted, at=at, rules=using))


def take(
    ledger: Ledger, key: str, to: Stage, author: Author = NINA, *, at: datetime = NOON, **fields: Any
) -> Spotlight:
    """The spotlight after a step; it is scheduled for tomorrow on the website unless said otherwise."""
    using, seen = fields.pop("rules", rules()), fields.pop("seen", None)
    if to is Stage.SCHEDULED:
        fields = {"channel": Channel.WEBSITE, "day": at.date() + timedelta(days=1)} | fields
    return _after(record_step(ledger, author, key, Step(to=to, **fields), at=at, rules=using, seen=seen))


def lead(ledger: Ledger, customer_id: str, *stages: Stage, at: datetime = NOON, **fields: Any) -> Spotlight:
    """A spotlight that went through these stages after its proposal; the fields are the proposal's."""
    using = fields.pop("rules", rules())
    spotlight = propose(ledger, customer_id, at=at, rules=using, **fields)
    for stage in stages:
        spotlight = take(ledger, spotlight.key, stage, at=at, rules=using)
    return spotlight


def _after(changes: tuple[Change[Spotlight], ...]) -> Spotlight:
    (change,) = changes
    assert change.after
    return change.after
