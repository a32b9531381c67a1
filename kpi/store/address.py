"""Where a PostgreSQL database is: an address whose secrets stay out of every message."""

import os
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from kpi.errors import SettingsError

_VARIABLE: Final = "env:"
_FORM: Final = (
    "Write postgresql://user:password@host:port/database, with signs such as @ : / ? # & % in the password "
    "as %40 %3A %2F %3F %23 %26 %25, or env:NAME for an environment variable that holds it."
)
# The rest of a password that was not written with %XX would end up in one of these, and so in PostgreSQL's messages.
_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[^:@\[\]]*)(?::\d*)?"
_HOSTS: Final = re.compile(rf"{_HOST}(?:,{_HOST})*")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SECRETS: Final = ("password", "sslpassword")
_USUAL: Final = {
    "connect_timeout": "10",
    "client_encoding": "UTF8",
    "application_name": "ambassade",
    # A network that goes away without a word is noticed after a minute, not after two hours.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A database's address: `url` for the driver only, `place` for people."""

    url: str = field(repr=False)
    place: str
    secrets: tuple[str, ...] = field(repr=False)

    def without_secrets(self, text: str) -> str:
        """A text of the driver or the server, in which a secret that stands there is replaced by dots."""
        for secret in self.secrets:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "…", text)
        return text


def read_address(text: str) -> Address:
    """The address that a text gives, or that the environment variable holds which it names (`env:NAME`).

    `SettingsError` when there is none; it never repeats what was given.
    """
    if text.startswith(_VARIABLE):
        name = text.removeprefix(_VARIABLE)
        text = os.environ.get(name, "")
        if not text:
            raise SettingsError(
                f"The environment variable {name}, which should hold the database's address, is not set."
            )
    parts = _parts(text)
    credentials, _, hosts = parts.netloc.rpartition("@")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    _, _, password = credentials.partition(":")
    missing = urlencode({name: value for name, value in _USUAL.items() if name not in options})
    secrets = [unquote(password), password, *(options.get(name, "") for name in _SECRETS)]
    return Address(
        url=f"{text}{'&' if parts.query else '' if text.endswith('?') else '?'}{missing}",
        place=hosts or options.get("host", "this machine"),
        secrets=tuple(secret for secret in dict.fromkeys(secrets) if secret),
    )


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise SettingsError(f"This is not the address of a PostgreSQL database. {_FORM}") from None
    *_, hosts = parts.netloc.split("@")
    if (
        parts.scheme not in ("postgresql", "postgres")
        or not text.startswith(f"{parts.scheme}://")
        or parts.netloc.count("@") > 1
        or "@" in parts.path
        or "#" in text
        or not _HOSTS.fullmatch(hosts)
        or _BAD_ESCAPE.search(text)
    ):
        raise SettingsError(f"This is not the address of a PostgreSQL database. {_FORM}")
    return parts
