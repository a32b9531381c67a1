"""A reader for the phases that look at pages: an account in the bench's own store, and a session of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

import streamlit as st

from kpi.access.callers import cookie_name
from kpi.access.credentials import Account, Language
from kpi.access.door import open_door
from kpi.access.passwords import generate_password, hash_password
from kpi.access.roles import Role
from kpi.settings import PROJECT, Settings, read_settings

MAIN = PROJECT / "kpi" / "ui" / "main.py"
TIMEOUT = 600  # seconds of a run of the script


def begin_session(settings: Settings, role: Role = Role.ADMIN) -> str:
    """A session's id; the account, which reads English, is made if it is not there yet."""
    now = datetime.now(UTC)
    door = open_door(settings, now=now, tell=lambda line: None)
    if door.accounts.find(role.value) is None:
        hashed = hash_password(generate_password())
        door.accounts.add(Account(username=role.value, name="Bench", role=role, password_hash=hashed))
    # Another phase may have looked at pages in French.
    door.accounts.set_language(role.value, Language.ENGLISH)
    return door.sessions.begin(door.accounts.named(role.value), now)


@contextmanager
def without_a_browser(store: str) -> Iterator[Callable[[Role], None]]:
    """Within the block, AppTest opens pages on this store; what is given signs somebody of a role in."""
    os.environ["AMBASSADE_STORE"] = store
    read_settings.cache_clear()
    cookies: dict[str, str] = {}

    def sign_in(role: Role) -> None:
        cookies[cookie_name(https=False)] = begin_session(read_settings(), role)

    context = type(st.context)
    # There is no connection to bring a cookie and an address.
    with patch.object(context, "cookies", cookies), patch.object(context, "ip_address", None):
        yield sign_in
