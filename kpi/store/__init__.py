"""The only place that knows DuckDB and SQLite: landing, versions of the warehouse, publishing, the ledger."""

from kpi.store.aggregate import Aggregate, Each
from kpi.store.backup import BackedUp, write_backup
from kpi.store.build import Assumptions, Built, Earlier, build_warehouse
from kpi.store.chain import Fault
from kpi.store.durable import write_private
from kpi.store.entries import Entry
from kpi.store.folder import Store
from kpi.store.landing import Settled, settle
from kpi.store.ledger import Ledger
from kpi.store.listing import UNKNOWN, Listing, Weighted
from kpi.store.manifest import AuditWarning, Manifest, SourceFile
from kpi.store.quarantine import read_quarantine
from kpi.store.recipe import run_recipe
from kpi.store.restore import restore_backup
from kpi.store.tables import LandedTable
from kpi.store.warehouse import Cell, Components, Warehouse

__all__ = [
    "UNKNOWN",
    "Aggregate",
    "Assumptions",
    "AuditWarning",
    "BackedUp",
    "Built",
    "Cell",
    "Components",
    "Each",
    "Earlier",
    "Entry",
    "Fault",
    "LandedTable",
    "Ledger",
    "Listing",
    "Manifest",
    "Settled",
    "SourceFile",
    "Store",
    "Warehouse",
    "Weighted",
    "build_warehouse",
    "read_quarantine",
    "restore_backup",
    "run_recipe",
    "settle",
    "write_backup",
    "write_private",
]
