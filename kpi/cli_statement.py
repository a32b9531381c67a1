"""The command that writes an ambassador's statement."""

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kpi.access.audit import Audit, AuditKind
from kpi.cli_options import DayAfter, FirstDay, asked_period
from kpi.console import out
from kpi.errors import QuestionError, UnknownNameError
from kpi.language import ENGLISH, LANGUAGES
from kpi.settings import read_settings
from kpi.store import Warehouse
from kpi.terminal import ACTOR, chosen_store, typist, write_document
from kpi.ui.statement import build_statement, explain_no_statement


def statement_command(
    context: typer.Context,
    ambassador_id: Annotated[str, typer.Argument(metavar="AMBASSADOR_ID", help="Whose statement it is.")],
    start: FirstDay,
    end: DayAfter,
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help="The PDF to write.")],
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="en or fr, the ambassador's own.")] = ENGLISH,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write what an ambassador did, brought and was given as a PDF to be sent to them."""
    period = asked_period(start, end)
    if language not in LANGUAGES:
        raise UnknownNameError("language", language, LANGUAGES)
    store, currency = chosen_store(context), read_settings().currency
    with closing(Warehouse(store)) as warehouse:
        reason = explain_no_statement(warehouse, period)
        if reason is not None:
            raise QuestionError(f"There is nothing to state for these days: {reason}. Choose others.")
        made = build_statement(warehouse, ambassador_id, period, language=language, currency=currency)
    # Whose it is stays out of the log, as in the dashboard: an id can be personal, and the log is for good.
    record = partial(Audit(store.ledger).record, AuditKind.EXPORT, actor=ACTOR, at=datetime.now(UTC), by=typist())
    write_document("statement", file, made, record=partial(record, file="ambassade-statement.pdf", rows=1), force=force)
    out.print(f"The statement of {ambassador_id} is in {file}.", soft_wrap=True)
