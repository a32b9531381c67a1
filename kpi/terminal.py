"""Who sits at the terminal, and which store they chose."""

import os
import pwd
from collections.abc import Callable
from pathlib import Path
from typing import Final

import typer

from kpi.errors import StoreWriteError
from kpi.store import Store, write_private

ACTOR: Final = "command line"


def chosen_store(context: typer.Context) -> Store:
    """The store that was named before the command, or the usual one."""
    chosen: Callable[[], Store] = context.find_root().obj
    return chosen()


def typist() -> str:
    """Who the system says is at the terminal; LOGNAME and USER are what anybody sets."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def write_document(name: str, file: Path, content: bytes, *, record: Callable[[], None], force: bool) -> None:
    """Write a document for its owner's eyes only, once it is recorded; `name` says what it is.

    `StoreWriteError` for a file that is there already and not to be replaced, and where nothing can be written.
    """
    if file.exists() and not force:
        raise StoreWriteError(f"{file} exists already. Choose another name, or replace it with --force.")
    try:
        write_private(file, content, record)
    except OSError as error:
        raise StoreWriteError(
            f"The {name} {file} could not be written ({error.strerror or error}). "
            "Name a file in a folder that is there and that you may write to."
        ) from error
