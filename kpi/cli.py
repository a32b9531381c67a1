"""The command line: import, ask, look after versions; it exits with 0, with 2 for wrong use, 3 for failed audits."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from kpi.cli_access import audit_commands, user_commands
from kpi.cli_advocates import advocate_commands
from kpi.cli_afford import afford_command
from kpi.cli_alerts import alert_commands, watch
from kpi.cli_backup import backup_command, restore_command
from kpi.cli_budgets import budget_commands
from kpi.cli_decisions import decision_commands
from kpi.cli_lifetime import lifetime_command
from kpi.cli_measure import measure_command, metrics_command
from kpi.cli_options import Json
from kpi.cli_report import report_command
from kpi.cli_segments import segment_commands
from kpi.cli_spotlights import spotlight_commands
from kpi.cli_statement import statement_command
from kpi.console import (
    err,
    out,
    print_json,
    print_report,
    print_status,
    print_versions,
    progress,
    refreshed,
    report_fields,
)
from kpi.errors import AmbassadeError
from kpi.ingest import import_files, rebuild
from kpi.ingest.database import import_database
from kpi.ingest.refreshing import refresh
from kpi.settings import read_settings
from kpi.store import Store

Choice = TypeVar("Choice", bound=StrEnum)

app = typer.Typer(
    help="Ambassade: the numbers of an ambassador programme.", no_args_is_help=True, pretty_exceptions_enable=False
)
GROUPS = (
    user_commands,
    audit_commands,
    *decision_commands,
    advocate_commands,
    spotlight_commands,
    segment_commands,
    budget_commands,
    alert_commands,
)
for commands in GROUPS:
    app.add_typer(commands)


class _Options:
    """What stands before the command."""

    store: Path | None = None


options = _Options()


@app.callback()
def choose_store(
    context: typer.Context,
    store: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The store; else AMBASSADE_STORE, else data/store.")
    ] = None,
) -> None:
    """Choose the store."""
    options.store = store
    context.obj = _store


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a user's mistake ends in one message and an exit code, never in a traceback."""
    try:
        app(arguments)
    except AmbassadeError as error:
        err.print(str(error), style="red", highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped. Nothing was published.")
        sys.exit(130)


@app.command("import")
def import_command(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Export files, or folders of them.")
    ] = None,
    postgres: Annotated[
        str | None, typer.Option(metavar="URL", help="Read a PostgreSQL database: postgresql://… or env:NAME.")
    ] = None,
    schema: Annotated[
        str | None, typer.Option(metavar="NAME", help="The database's schema; else the user's search path.")
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="One SQL file per table, for exports of another shape.")
    ] = None,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="Wait so long while another import is running.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Read export files or a database, check every row, and publish a new version."""
    if bool(paths) == (postgres is not None):
        raise typer.BadParameter("Give the PATH of your exports or --postgres, one of them.")
    if schema is not None and postgres is None:
        raise typer.BadParameter("--schema goes with --postgres.")
    store, settings = _store(), read_settings()
    with progress(quiet=as_json) as tell:
        if postgres is None:
            report = import_files(store, paths or [], settings, recipe=recipe, wait=wait, progress=tell)
        else:
            report = import_database(store, postgres, settings, schema=schema, recipe=recipe, wait=wait, progress=tell)
    if as_json:
        print_json(report_fields(report))
    else:
        print_report(report)
    watch(store, settings)


@app.command("refresh")
def refresh_command(
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="Wait so long while another import is running.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Import what changed in the sources of data/settings.toml, and say it in one line."""
    # No progress bar: what runs at night is read in the morning.
    store, settings = _store(), read_settings()
    report = refresh(store, settings, wait=wait)
    if as_json:
        print_json(report_fields(report))
    else:
        out.print(refreshed(report), soft_wrap=True)
    watch(store, settings)


app.command("measure")(measure_command)
app.command("metrics")(metrics_command)
app.command("statement")(statement_command)
app.command("report")(report_command)
app.command("afford")(afford_command)
app.command("lifetime")(lifetime_command)


@app.command()
def status(as_json: Json = False) -> None:
    """Say what is published: data date, files, rows, rows set aside."""
    manifest = _store().published()
    if as_json:
        print_json(manifest.model_dump(mode="json"))
    else:
        print_status(manifest)


@app.command()
def versions(as_json: Json = False) -> None:
    """List the versions that a rollback can reach."""
    store = _store()
    published = store.published_version()
    kept = store.versions()
    if as_json:
        print_json(
            [{**manifest.model_dump(mode="json"), "published": manifest.version == published} for manifest in kept]
        )
    else:
        print_versions(kept, published)


@app.command()
def rollback(
    version: Annotated[
        int | None, typer.Argument(metavar="VERSION", help="The version to publish again; else the one before.")
    ] = None,
) -> None:
    """Publish an earlier version again."""
    store = _store()
    with store.writing():
        record = partial(store.ledger.record, "rollback", actor="command line", at=datetime.now(UTC))
        manifest = store.rollback(version, confirm=lambda to: record(version=to.version))
    out.print(f"Version {manifest.version} is published again.")


@app.command("rebuild")
def rebuild_command() -> None:
    """Build the published data again with today's models and settings, and publish it."""
    store, settings = _store(), read_settings()
    with progress(quiet=False) as tell:
        manifest = rebuild(store, settings, progress=tell)
    out.print(f"Version {manifest.version} is published, rebuilt from {sum(manifest.rows.values()):,} rows.")
    watch(store, settings)


app.command("backup")(backup_command)
app.command("restore")(restore_command)


def _store() -> Store:
    return Store(options.store or read_settings().store)
