"""The store's secret: what the ledger's chain and the sessions are keyed with. It is in no backup."""

import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from filelock import FileLock

from kpi.errors import SecretMissingError, StoreWriteError
from kpi.store.durable import BESIDE, PRIVATE, make_folder, write_durably

NAME: Final = "secret"
BYTES: Final = 32

Begin = Callable[[bytes], None]
"""Called with a new secret just before it is kept; when it fails, there is none."""


def read_secret(folder: Path, begin: Begin | None = None) -> bytes:
    """The 32 random bytes in the file `secret` of a store's folder, for its owner only; made if there is none and
    `begin` is given. `SecretMissingError` when it is missing or damaged.
    """
    path = folder / NAME
    try:
        return _decoded(path)
    except FileNotFoundError:
        if begin is None:
            raise _missing(path, "is missing") from None
    make_folder(folder)
    with FileLock(folder / f"{NAME}.lock"):
        if not path.exists():
            write_secret(folder, begin)
        return _decoded(path)


def write_secret(folder: Path, begin: Begin = lambda secret: None) -> bytes:
    """Make a new secret in place of the one that is there; return it."""
    made = secrets.token_bytes(BYTES)
    try:
        write_durably(folder / NAME, f"{made.hex()}\n", lambda: begin(made), ending=BESIDE, mode=PRIVATE)
    except OSError as error:
        raise StoreWriteError(
            f"{folder / NAME} could not be written ({error.strerror or error}). "
            "Free some space or check the folder's rights, then try again."
        ) from error
    return made


def derived_key(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which neither the secret nor another key can be told."""
    return hmac.digest(secret, f"ambassade {purpose}".encode(), "sha256")


def _decoded(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _missing(path, f"cannot be read ({os.strerror(error.errno or 0)})") from error
    except ValueError as error:
        raise _missing(path, "is damaged") from error
    if len(secret) != BYTES:
        raise _missing(path, "is damaged")
    return secret


def _missing(path: Path, fact: str) -> SecretMissingError:
    return SecretMissingError(
        f"{path} {fact}, but accounts or the ledger's chain depend on it. Put it back from where you keep a copy. "
        "If it is lost for good, make a new one with: python -m kpi audit seal. Then everybody signs in again, "
        "and the ledger says so."
    )
