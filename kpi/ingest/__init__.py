"""From export files to a published version: the contract, the readers, the rules, the quarantine, the import."""

from kpi.ingest.contract import TABLES, Table
from kpi.ingest.importing import import_files, import_gathered, rebuild
from kpi.ingest.report import ImportReport, TableReport
from kpi.ingest.tables import COST_CATEGORIES

__all__ = [
    "COST_CATEGORIES",
    "TABLES",
    "ImportReport",
    "Table",
    "TableReport",
    "import_files",
    "import_gathered",
    "rebuild",
]
