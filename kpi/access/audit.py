"""The audit log: who did what, when and from where."""

from datetime import datetime
from enum import StrEnum

from kpi.store import Ledger


class AuditKind(StrEnum):
    """What is recorded. Imports, refreshes, rebuilds, restores and rollbacks are what publishes."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_BLOCKED = "sign_in_blocked"
    SIGN_OUT = "sign_out"
    SIGN_OUT_EVERYWHERE = "sign_out_everywhere"
    REFUSED_PAGE = "refused_page"
    REFUSED_EXPORT = "refused_export"
    EXPORT = "export"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_DELETED = "account_deleted"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_CHANGE_FAILED = "password_change_failed"
    TARGETS = "targets"
    ANNOTATIONS = "annotations"
    VIEWS = "views"
    SPOTLIGHTS = "spotlights"
    PEOPLE_SET_ASIDE = "people_set_aside"
    INVITATIONS = "invitations"
    SEGMENTS = "segments"
    BUDGETS = "budgets"
    BUDGET_COMMENTS = "budget_comments"
    ALERT_RULES = "alert_rules"
    ALERTS = "alerts"
    ALERT_ANSWERS = "alert_answers"
    ALERT_MAILS = "alert_mails"
    REPORT_SUBSCRIPTIONS = "report_subscriptions"
    IMPORT = "import"
    REFRESH = "refresh"
    REBUILD = "rebuild"
    RESTORE = "restore"
    ROLLBACK = "rollback"
    BACKUP = "backup"
    LEDGER_SEALED = "ledger_sealed"


class Audit:
    """Writes to the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def record(
        self, kind: AuditKind, *, actor: str, at: datetime, address: str | None = None, **details: object
    ) -> None:
        """Append one entry, which is there for good when this returns.

        `StoreWriteError` when it could not be written: then what it speaks of must not happen.
        """
        if address is not None:
            details = {"address": address, **details}
        self.ledger.record(kind, actor=actor, at=at, **details)
