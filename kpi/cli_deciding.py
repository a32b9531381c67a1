"""What the commands for decisions share: who decides at a terminal, what stands, files read and lists printed."""

from pathlib import Path
from typing import Any

from kpi.console import out, print_json, print_rows
from kpi.decisions import Author, Decisions, read_decisions
from kpi.errors import UnreadableFileError
from kpi.store import Store
from kpi.terminal import ACTOR, typist


def read_decided(store: Store) -> Decisions:
    """What is decided on the published data; what was decided on the invented company counts there only."""
    return read_decisions(store.ledger, is_demo=_is_demo(store))


def as_author(store: Store, *decides: str) -> Author:
    """Whoever may write the store's files decides what a command is about, under the system's name."""
    return Author(name=ACTOR, typist=typist(), decides=frozenset(decides), is_demo=_is_demo(store))


def read_bytes(file: Path) -> bytes:
    """What a file holds; `UnreadableFileError` when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{file} cannot be read ({error.strerror}).") from error


def print_listed(rows: list[dict[str, Any]], otherwise: str, *, as_json: bool) -> None:
    """The rows as a table or as JSON; `otherwise` where there is none."""
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(rows)
    else:
        out.print(otherwise)


def _is_demo(store: Store) -> bool:
    return store.published_version() is not None and store.published().is_demo
