"""Who sits at the terminal, and which store they chose."""

import os
import pwd
from collections.abc import Callable
from typing import Final

import typer

from kpi.store import Store

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
