"""The credentials file: streamlit-authenticator's format in YAML, with a few keys of our own that it ignores."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from kpi.access.roles import Role
from kpi.errors import AccountsError

# What streamlit-authenticator's Hasher makes. With another cost, the time of a sign-in would tell which names exist.
HASH: Final = re.compile(r"\$2[aby]\$12\$[./A-Za-z0-9]{53}")


class Language(StrEnum):
    """The languages that an account can choose."""

    ENGLISH = "en"
    FRENCH = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in, or a demo reader, who has no password and stands in no file.

    `language` None: as the browser asks. `revision` counts the changes that ended the person's sessions.
    """

    username: str
    name: str
    role: Role
    email: str = ""
    password_hash: str = ""
    language: Language | None = None
    is_disabled: bool = False
    must_change_password: bool = False
    revision: int = 0
    is_demo: bool = False

    @property
    def mark(self) -> str:
        """A digest of what ends the account's sessions when it changes: password, role, disabled or enabled."""
        parts = [self.username, self.password_hash, self.role, self.is_disabled, self.revision]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def read_document(path: Path) -> dict[str, Any]:
    """The file as it stands, keys of others included; without a file one without accounts."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"credentials": {"usernames": {}}}
    except OSError as error:
        raise refusal(path, error.strerror or str(error)) from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        # The library's words repeat the line, and a password's hash with it.
        raise refusal(path, "it is not YAML") from None
    credentials = document.get("credentials") if isinstance(document, dict) else None
    if not isinstance(credentials, dict) or not isinstance(credentials.get("usernames"), dict):
        raise refusal(path, "it has no block “credentials: usernames:”")
    return dict(document)


def write_document(document: Mapping[str, Any]) -> str:
    """The file's text."""
    return yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True)


def users_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The block of each user by its name, as it stands in the document."""
    users: dict[str, Any] = document["credentials"]["usernames"]
    return users


def accounts_of(path: Path, document: Mapping[str, Any]) -> Mapping[str, Account]:
    """Every account by its name in small letters; `AccountsError` names the one that cannot be used."""
    accounts: dict[str, Account] = {}
    for key, fields in users_of(document).items():
        username = str(key).lower()
        fault = _fault(fields) if username not in accounts else "its name stands there twice"
        if fault:
            raise refusal(path, f"user “{key}”: {fault}")
        accounts[username] = _account(username, fields)
    return MappingProxyType(accounts)


def fields_of(account: Account) -> dict[str, Any]:
    """The block of an account."""
    first, _, last = account.name.partition(" ")
    return {
        "email": account.email,
        "first_name": first,
        "last_name": last,
        "password": account.password_hash,
        "roles": [account.role.value],
        "language": account.language.value if account.language else None,
        "disabled": account.is_disabled,
        "must_change_password": account.must_change_password,
        "revision": account.revision,
    }


def refusal(path: Path, reason: str) -> AccountsError:
    """The error that says why the file cannot be used."""
    return AccountsError(
        f"{path} cannot be used ({reason}). Put it back from a copy or correct it; nobody is let in before. "
        "If it is lost, move it aside and make the accounts anew with: python -m kpi user add NAME --role admin"
    )


def _fault(fields: object) -> str | None:
    if not isinstance(fields, dict):
        return "it is no block of keys"
    roles, password = fields.get("roles"), fields.get("password")
    checks = {
        "its password is not a bcrypt hash of cost 12": isinstance(password, str) and bool(HASH.fullmatch(password)),
        f"its roles are not one of {', '.join(Role)}": roles in [[role] for role in Role],
        f"its language is not one of {', '.join(Language)}": fields.get("language") in [None, *Language],
        "its “disabled” is not true or false": isinstance(fields.get("disabled", False), bool),
        "its “must_change_password” is not true or false": isinstance(fields.get("must_change_password", False), bool),
        "its revision is not a number": isinstance(fields.get("revision", 0), int),
    }
    return next((fault for fault, is_kept in checks.items() if not is_kept), None)


def _account(username: str, fields: Mapping[str, Any]) -> Account:
    names = (str(fields.get(key) or "").strip() for key in ("first_name", "last_name"))
    return Account(
        username=username,
        name=" ".join(name for name in names if name) or username,
        email=str(fields.get("email") or ""),
        role=Role(fields["roles"][0]),
        password_hash=fields["password"],
        language=Language(fields["language"]) if fields.get("language") else None,
        is_disabled=fields.get("disabled", False),
        must_change_password=fields.get("must_change_password", False),
        revision=fields.get("revision", 0),
    )
