"""Everything that is decided, read from the ledger at once."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

from kpi.decisions import (
    alert_mails,
    alert_rules,
    alerts,
    annotations,
    budgets,
    named_segments,
    report_subscriptions,
    set_aside,
    spotlights,
    targets,
    views,
)
from kpi.decisions.alert_mails import Mail
from kpi.decisions.alert_rules import Rules
from kpi.decisions.alerts import Alerts, Answer
from kpi.decisions.annotations import Annotations
from kpi.decisions.budgets import Budgets, Comment
from kpi.decisions.journal import read_changes
from kpi.decisions.named_segments import NamedSegments
from kpi.decisions.register import Register
from kpi.decisions.report_subscriptions import Subscription
from kpi.decisions.set_aside import Invitation, SetAside
from kpi.decisions.spotlights import Spotlights
from kpi.decisions.targets import Targets
from kpi.decisions.views import Views
from kpi.store import Ledger

KINDS: Final = (
    targets.KIND.name,
    annotations.KIND.name,
    views.KIND.name,
    spotlights.KIND.name,
    set_aside.ASIDE.name,
    set_aside.INVITED.name,
    named_segments.KIND.name,
    budgets.KIND.name,
    budgets.COMMENTS.name,
    alert_rules.KIND.name,
    alerts.RAISED.name,
    alerts.ANSWERS.name,
    alert_mails.KIND.name,
    report_subscriptions.KIND.name,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What is in force, and its history; `entry_id` is the newest entry that is in it, 0 before the first.

    Whoever edits what they see here says so with that number (`seen`), so that nobody's change is lost.
    """

    entry_id: int = 0
    targets: Targets = field(default_factory=Targets)
    annotations: Annotations = field(default_factory=Annotations)
    views: Views = field(default_factory=Views)
    spotlights: Spotlights = field(default_factory=Spotlights)
    set_aside: Register[SetAside] = field(default_factory=Register)
    invitations: Register[Invitation] = field(default_factory=Register)
    segments: NamedSegments = field(default_factory=NamedSegments)
    budgets: Budgets = field(default_factory=Budgets)
    budget_comments: Register[Comment] = field(default_factory=Register)
    alert_rules: Rules = field(default_factory=Rules)
    alerts: Alerts = field(default_factory=Alerts)
    alert_answers: Register[Answer] = field(default_factory=Register)
    alert_mails: Register[Mail] = field(default_factory=Register)
    report_subscriptions: Register[Subscription] = field(default_factory=Register)


def read_decisions(ledger: Ledger, *, is_demo: bool = False, until: datetime | None = None) -> Decisions:
    """What the ledger's entries add up to, those made on demo data (`is_demo`) or all others, before `until`.

    It takes as long as there are entries, some 20 µs for each: whoever asks often keeps a `LatestDecisions`.
    """
    entries = ledger.entries(newest=None, kinds=KINDS)
    if until is not None:
        entries = tuple(entry for entry in entries if entry.recorded_at < until)
    return Decisions(
        entry_id=entries[0].entry_id if entries else 0,
        targets=Targets(read_changes(entries, targets.KIND, is_demo=is_demo)),
        annotations=Annotations(read_changes(entries, annotations.KIND, is_demo=is_demo)),
        views=Views(read_changes(entries, views.KIND, is_demo=is_demo)),
        spotlights=Spotlights(read_changes(entries, spotlights.KIND, is_demo=is_demo)),
        set_aside=Register(read_changes(entries, set_aside.ASIDE, is_demo=is_demo)),
        invitations=Register(read_changes(entries, set_aside.INVITED, is_demo=is_demo)),
        segments=NamedSegments(read_changes(entries, named_segments.KIND, is_demo=is_demo)),
        budgets=Budgets(read_changes(entries, budgets.KIND, is_demo=is_demo)),
        budget_comments=Register(read_changes(entries, budgets.COMMENTS, is_demo=is_demo)),
        alert_rules=Rules(read_changes(entries, alert_rules.KIND, is_demo=is_demo)),
        alerts=Alerts(read_changes(entries, alerts.RAISED, is_demo=is_demo)),
        alert_answers=Register(read_changes(entries, alerts.ANSWERS, is_demo=is_demo)),
        alert_mails=Register(read_changes(entries, alert_mails.KIND, is_demo=is_demo)),
        report_subscriptions=Register(read_changes(entries, report_subscriptions.KIND, is_demo=is_demo)),
    )


class LatestDecisions:
    """What the ledger's entries add up to now: read again only after it changed. For any number of threads."""

    def __init__(self, ledger: Ledger, *, is_demo: bool = False) -> None:
        self._ledger = ledger
        self._is_demo = is_demo
        self._lock = Lock()
        self._known: tuple[str, Decisions] | None = None

    def now(self) -> Decisions:
        """What is in force."""
        with self._lock:
            # The mark is older than what is read after it, never newer: at worst it is read once too often.
            mark = self._ledger.mark
            if self._known is None or self._known[0] != mark:
                self._known = (mark, read_decisions(self._ledger, is_demo=self._is_demo))
            return self._known[1]
