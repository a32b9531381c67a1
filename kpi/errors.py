"""What can go wrong, named for the fact; every message says what to do next."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final


class AmbassadeError(Exception):
    """A mistake or a mishap that the person at the edge can understand and act on."""

    exit_code = 2


class UnknownNameError(AmbassadeError):
    """A metric, dimension, table or setting that does not exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(names)}."
        super().__init__(f"There is no {kind} named “{name}”. {hint}")


class UnreadableFileError(AmbassadeError):
    """A source file that cannot be read as what it claims to be."""


class TooManyRejectedError(AmbassadeError):
    """More rows of a table break a rule than the settings allow."""


class RecipeError(AmbassadeError):
    """A recipe that cannot be run or that does not give the contract's columns."""


class SettingsError(AmbassadeError):
    """A setting that is missing or has a value that cannot be used."""


class StoreBusyError(AmbassadeError):
    """Another process is importing into the same store."""


class NothingPublishedError(AmbassadeError):
    """The store has no published version yet."""


class VersionNotFoundError(AmbassadeError):
    """A version that is not kept, or that never was."""


class VersionOutdatedError(AmbassadeError):
    """The version was built by an earlier release and lacks what this one reads."""


class AuditFailedError(AmbassadeError):
    """A new version that contradicts itself; it was not published."""

    exit_code = 3


class QuestionError(AmbassadeError):
    """A question that a metric cannot answer: a breakdown, filter or period it does not have."""


class StoreWriteError(AmbassadeError):
    """The store could not be written: full disk, missing rights, damaged file."""


class SourceUnavailableError(AmbassadeError):
    """A database or a folder of exports that cannot be reached or read."""


class LedgerError(AmbassadeError):
    """A ledger that cannot be read, or whose chain is broken."""

    exit_code = 3


class SecretMissingError(AmbassadeError):
    """The store's secret is not there, or not what it should be, although something depends on it."""


class AccountsError(AmbassadeError):
    """A credentials file that cannot be used."""


class AccountChangeError(AmbassadeError):
    """A change of an account that is not possible."""


class LastAdminError(AccountChangeError):
    """A change after which nobody could look after the accounts."""


class PasswordError(AmbassadeError):
    """A password that cannot be chosen; `fault` is the reason in one word, for pages in other languages."""

    def __init__(self, message: str, *, fault: str) -> None:
        super().__init__(message)
        self.fault = fault


class NotAllowedError(AmbassadeError):
    """A decision that somebody else decides."""


class DecisionError(AmbassadeError):
    """A decision that cannot be recorded as it is given."""


class ChangedMeanwhileError(DecisionError):
    """What was to be decided was changed since it was looked at; `change` is by whom, when, from and to what."""

    def __init__(self, message: str, *, change: object) -> None:
        super().__init__(message)
        self.change = change


class AlreadyDecidedError(ChangedMeanwhileError):
    """What somebody else decided first; `change` is by whom and when."""


class NotEligibleError(DecisionError):
    """Somebody who may not be proposed; `reasons` are everything that stands against it, in sentences."""

    def __init__(self, message: str, *, reasons: tuple[str, ...]) -> None:
        super().__init__(message)
        self.reasons = reasons


class NameTakenError(DecisionError):
    """A saved view or a segment whose name its owner gave to another one already."""


class FaultyFileError(DecisionError):
    """A file of decisions of which nothing was recorded; `faults` are line (of the file, 1 the header) and fact."""

    def __init__(self, message: str, *, faults: tuple[tuple[int, str], ...]) -> None:
        super().__init__(message)
        self.faults = faults


class MailRefusedError(AmbassadeError):
    """A mail that the server did not take, for certain."""


class MailServerUnreachableError(MailRefusedError):
    """A mail server that cannot be reached, or lets nobody in."""


class MailUnansweredError(AmbassadeError):
    """A mail that was handed over whole, of which nobody knows whether the server took it."""


TOLD: Final = (
    NothingPublishedError,
    QuestionError,
    StoreBusyError,
    UnknownNameError,
    VersionNotFoundError,
    VersionOutdatedError,
)
"""What a reader of the dashboard is told of in its own words, none of which names a folder of the server."""
