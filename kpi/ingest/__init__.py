"""From export files to a published version: the contract, the readers, the rules, the quarantine, the import."""

from kpi.ingest.contract import TABLES, Table
from kpi.ingest.importing import ImportReport, TableReport, import_files, rebuild

__all__ = ["TABLES", "ImportReport", "Table", "TableReport", "import_files", "rebuild"]
