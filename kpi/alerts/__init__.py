"""Alerts: what the rules find in a published version, raised once each, and told by mail once each."""

from kpi.alerts.judging import Verdict, judge_rule
from kpi.alerts.raising import Raised, raise_alerts

__all__ = [
    "Raised",
    "Verdict",
    "judge_rule",
    "raise_alerts",
]
