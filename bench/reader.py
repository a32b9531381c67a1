"""A reader for the phases that look at pages: an account in the bench's own store, and a session of it."""

from datetime import UTC, datetime

from kpi.access.credentials import Account
from kpi.access.door import open_door
from kpi.access.passwords import generate_password, hash_password
from kpi.access.roles import Role
from kpi.settings import Settings


def begin_session(settings: Settings, role: Role = Role.ADMIN) -> str:
    """A session's id; the account is made if it is not there yet."""
    now = datetime.now(UTC)
    door = open_door(settings, now=now, tell=lambda line: None)
    if door.accounts.find(role.value) is None:
        hashed = hash_password(generate_password())
        door.accounts.add(Account(username=role.value, name="Bench", role=role, password_hash=hashed))
    return door.sessions.begin(door.accounts.named(role.value), now)
