"""Passwords: hashed as streamlit-authenticator does, with a rule of our own."""

import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Lock
from typing import Any, Final

from zxcvbn import zxcvbn

from kpi.errors import PasswordError

CHARACTERS: Final = 12
BYTES: Final = 72
# What zxcvbn counts as too guessable even where tries are limited: its score below 2.
GUESSES: Final = 10**6 + 5
_NO_LOOKALIKES: Final = "abcdefghijkmnpqrstuvwxyz23456789"


def _load(module: str) -> Any:
    """A module of streamlit-authenticator by its file.

    Importing it by its name runs the package's own door, which imports a sign-in form and with it all of Streamlit: a
    second for the command line, and warnings of Streamlit on the terminal.
    """
    package = find_spec("streamlit_authenticator")
    for folder in (package and package.submodule_search_locations) or ():
        file = Path(folder, "utilities", f"{module}.py")
        spec = spec_from_file_location(f"streamlit_authenticator_{module}", file)
        if spec and spec.loader and file.is_file():
            loaded = module_from_spec(spec)
            spec.loader.exec_module(loaded)
            return loaded
    raise ImportError(f"streamlit-authenticator has no {module}; install requirements.txt")


Hasher: Final = _load("hasher").Hasher
Validator: Any = _load("validator").Validator
"""Checks names and e-mail addresses. Not passwords: it refuses spaces, accents and more than 20 characters."""


class PasswordFault(StrEnum):
    """Why a password cannot be chosen."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    UNCHANGED = "unchanged"
    WRONG_CURRENT = "wrong_current"


TOLD: Final[Mapping[PasswordFault, str]] = {
    PasswordFault.TOO_SHORT: f"A password has at least {CHARACTERS} characters. A sentence makes a good one.",
    PasswordFault.TOO_LONG: f"A password has at most {BYTES} bytes: as many plain letters, fewer accented ones.",
    PasswordFault.COMMON: "This password is among the first that others would try. Choose one that is less common.",
    PasswordFault.UNCHANGED: "The new password is the old one. Choose another.",
    PasswordFault.WRONG_CURRENT: "The current password is not right.",
}


# The library keeps what is known of a person in a variable of its own.
_one_at_a_time: Final = Lock()


def find_fault(password: str, *, known: Iterable[str] = ()) -> PasswordFault | None:
    """Why this password cannot be chosen, None when it can; `known` is what others know of the person."""
    text = normalised(password)
    if len(text) < CHARACTERS:
        return PasswordFault.TOO_SHORT
    if len(text.encode()) > BYTES:
        return PasswordFault.TOO_LONG
    with _one_at_a_time:
        guesses = zxcvbn(text, user_inputs=["ambassade", *known])["guesses"]
    return PasswordFault.COMMON if guesses < GUESSES else None


def require_good(password: str, *, known: Iterable[str] = ()) -> None:
    """`PasswordError` for a password that cannot be chosen."""
    fault = find_fault(password, known=known)
    if fault:
        raise refusal(fault)


def refusal(fault: PasswordFault) -> PasswordError:
    """The error that tells this fault."""
    return PasswordError(TOLD[fault], fault=fault)


def hash_password(password: str) -> str:
    """The bcrypt hash, cost 12; takes a quarter of a second by intent."""
    hashed: str = Hasher.hash(normalised(password))
    return hashed


def check_password(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; without a hash the same work is done, and the answer is no."""
    text = normalised(password)
    is_too_long = len(text.encode()) > BYTES
    # bcrypt refuses longer ones at once, which would tell that no work was done.
    fits: bool = Hasher.check_pw("too long" if is_too_long else text, password_hash or nobodys_hash())
    return fits and not is_too_long and password_hash is not None


@cache
def nobodys_hash() -> str:
    """The hash of a password that nobody knows."""
    return hash_password(secrets.token_urlsafe(32))


def generate_password() -> str:
    """A password of five groups that can be read out, 100 random bits."""
    return "-".join("".join(secrets.choice(_NO_LOOKALIKES) for _ in range(4)) for _ in range(5))


def normalised(password: str) -> str:
    """The same characters whatever keyboard they were typed on: é is one character or an e and an accent."""
    # Halves of characters, which a terminal can give, are no text that could be hashed.
    return unicodedata.normalize("NFKC", password.encode(errors="replace").decode())
