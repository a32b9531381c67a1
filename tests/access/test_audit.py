"""What the audit log calls things."""

from kpi.access.audit import Audit, AuditKind
from kpi.store import Store
from kpi.store.ledger import SEALED
from tests.access.conftest import HERE, NOW


def test_an_entry_says_who_when_from_where_and_what(store: Store) -> None:
    audit = Audit(store.ledger)
    audit.record(AuditKind.EXPORT, actor="nina", at=NOW, address=HERE, name="orders.csv", rows=12)
    audit.record(AuditKind.ROLE_CHANGED, actor="command line", at=NOW, account="nina")
    changed, export = store.ledger.entries()
    assert (export.kind, export.actor, export.recorded_at) == ("export", "nina", NOW)
    assert export.details == {"address": HERE, "name": "orders.csv", "rows": 12}
    assert changed.details == {"account": "nina"}  # no address where there is none
    assert audit.ledger.verify() == ()


def test_what_the_store_records_itself_has_a_kind() -> None:
    assert AuditKind(SEALED) is AuditKind.LEDGER_SEALED
    assert {"import", "refresh", "rebuild", "restore", "rollback", "backup"} <= {*AuditKind}
