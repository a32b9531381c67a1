"""Alerts: what the rules find in a published version, raised once each, and told by mail once each."""

from kpi.alerts.audience import may_be_told, page_for, pages_of, people
from kpi.alerts.judging import Verdict, judge_rule
from kpi.alerts.raising import Raised, raise_alerts
from kpi.alerts.sending import Compose, all_mails, explain_waiting, send_due

__all__ = [
    "Compose",
    "Raised",
    "Verdict",
    "all_mails",
    "explain_waiting",
    "judge_rule",
    "may_be_told",
    "page_for",
    "pages_of",
    "people",
    "raise_alerts",
    "send_due",
]
