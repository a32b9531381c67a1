"""The command that writes the sponsor's report."""

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from kpi.access.audit import Audit, AuditKind
from kpi.cli_options import require_day
from kpi.console import out
from kpi.errors import QuestionError, UnknownNameError
from kpi.language import ENGLISH, LANGUAGES
from kpi.period import Grain, Period, next_edge
from kpi.settings import read_settings
from kpi.store import Warehouse
from kpi.terminal import ACTOR, chosen_store, typist, write_document


def report_command(
    context: typer.Context,
    month: Annotated[datetime, typer.Option(metavar="MONTH", formats=["%Y-%m"], help="Such as 2026-10.")],
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help="The PDF to write.")],
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="en or fr.")] = ENGLISH,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write the budget sponsor's report of a month as a PDF."""
    first = require_day(month)
    period = Period(first, next_edge(first, Grain.MONTH))
    if language not in LANGUAGES:
        raise UnknownNameError("language", language, LANGUAGES)
    store, settings = chosen_store(context), read_settings()
    report = import_module("kpi.ui.report")  # with the dashboard's own words and figures, which take a moment to load
    with closing(Warehouse(store)) as warehouse:
        reason = report.explain_no_report(warehouse, period)
        if reason is not None:
            raise QuestionError(f"There is nothing to report for this month: {reason}. Choose another.")
        asked = report.Asked(store=store, settings=settings, period=period)
        made: bytes = report.build_report(warehouse, asked, language=language)
    record = partial(Audit(store.ledger).record, AuditKind.EXPORT, actor=ACTOR, at=datetime.now(UTC), by=typist())
    write_document("report", file, made, record=partial(record, file=report.FILE, rows=1), force=force)
    out.print(f"The report of {month:%Y-%m} is in {file}.", soft_wrap=True)
