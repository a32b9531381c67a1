"""The commands that write a backup and bring one back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kpi.cli_alerts import watch
from kpi.console import out
from kpi.settings import read_settings
from kpi.store import restore_backup, write_backup
from kpi.terminal import ACTOR, chosen_store


def backup_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write the published data and the ledger into one file, while people read and imports run."""
    done = write_backup(chosen_store(context), file, actor=ACTOR, at=datetime.now(UTC), replace=force)
    out.print(f"Version {done.manifest.version} and the ledger are in {file}: {done.size / 2**20:,.1f} MB.")


def restore_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that backup wrote.")],
) -> None:
    """Check a backup and publish what is in it; the versions that are there stay."""
    store = chosen_store(context)
    manifest = restore_backup(store, file, actor=ACTOR, at=datetime.now(UTC))
    out.print(f"Version {manifest.version} is published, restored from {file}.")
    watch(store, read_settings())
