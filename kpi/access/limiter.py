"""How often somebody may try to sign in: ever more slowly, per name and per address, and never shut out for good.

A name counts apart at each place where it was signed in from: strangers who try it do not shut its owner out there.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from kpi.store.sessions import Attempts, Counter, SessionTable

LONGEST: Final = timedelta(minutes=15)
# One failure is forgotten in so much time.
FORGOTTEN_IN: Final = timedelta(minutes=10)
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is counted, as it is stored: from failure number `patience` on, the next try waits a second, then two, …"""

    stored: str
    patience: int


class Limiter:
    """Counts tries for accounts, existing or not, and for addresses, in the table that all processes share.

    Names are stored as keyed hashes: people type passwords where the name belongs.
    """

    def __init__(self, table: SessionTable, key: Callable[[], bytes]) -> None:
        self._table = table
        self._key = key

    def admit(self, username: str, address: str, now: datetime) -> bool:
        """Whether this try may be made now. It counts as failed at once, so that tries made at the same time are all
        counted; one that must wait is not counted.
        """
        with self._table.counting() as counter:
            return _admit(counter, (self._named(counter, username, address), self._address(address)), now)

    def admit_demo(self, address: str, now: datetime) -> bool:
        """Whether a demo reader may come in now: nothing can be guessed, but a program could fill the store."""
        with self._table.counting() as counter:
            return _admit(counter, (_Subject(self._hash(f"demo {_network(address)}"), patience=100),), now)

    def succeed(self, username: str, address: str, now: datetime) -> None:
        """Take back the admitted try: the name begins anew, the address has one failure less, the place is known."""
        with self._table.counting() as counter:
            named, place = self._named(counter, username, address), self._place(username, address)
            for stored in {named.stored, place}:
                counter.put(stored, Attempts(failures=0, blocked_until=now, forgotten_at=now))
            subject = self._address(address)
            attempts = _remaining(counter, subject, now)
            failures = max(0, attempts.failures - 1)
            counter.put(subject.stored, replace(attempts, failures=failures, blocked_until=now))

    def begin_anew(self, username: str) -> None:
        """Forget the failures of an account, at its known places too: it has another password."""
        with self._table.counting() as counter:
            counter.begin_anew(self._account(username))

    def _named(self, counter: Counter, username: str, address: str) -> _Subject:
        """The account; at a place where it was signed in, the account there."""
        place = self._place(username, address)
        return _Subject(place if counter.attempts(place) else self._account(username), patience=5)

    def _address(self, address: str) -> _Subject:
        return _Subject(self._hash(f"address {_network(address)}"), patience=20)

    def _account(self, username: str) -> str:
        return self._hash(f"account {username.strip().lower()}")

    def _place(self, username: str, address: str) -> str:
        return f"{self._account(username)} {self._hash(f'place {_network(address)}')}"

    def _hash(self, text: str) -> str:
        return hmac.new(self._key(), text.encode(errors="replace"), "sha256").hexdigest()


def _admit(counter: Counter, subjects: Sequence[_Subject], now: datetime) -> bool:
    found = [(subject, _remaining(counter, subject, now)) for subject in subjects]
    if any(attempts.blocked_until > now for _, attempts in found):
        return False
    for subject, attempts in found:
        failures = attempts.failures + 1
        blocked_until = now + _delay(failures - subject.patience)
        counter.put(subject.stored, replace(attempts, failures=failures, blocked_until=blocked_until))
    return True


def _network(address: str) -> str:
    """The address; of IPv6 the first half, since one visitor has all the rest."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))


def _remaining(counter: Counter, subject: _Subject, now: datetime) -> Attempts:
    """What still counts of a subject's failures."""
    attempts = counter.attempts(subject.stored)
    if attempts is None:
        return Attempts(failures=0, blocked_until=_NEVER, forgotten_at=now)
    # No wait is longer: the clock was set back, which must not shut anybody out.
    blocked_until = attempts.blocked_until if attempts.blocked_until <= now + LONGEST else now
    since = min(attempts.forgotten_at, now)
    forgotten = (now - since) // FORGOTTEN_IN
    failures = max(0, attempts.failures - forgotten)
    # What is left of ten minutes counts towards the next failure, so that they are forgotten while somebody is active.
    since = since + forgotten * FORGOTTEN_IN if failures else now
    return Attempts(failures=failures, blocked_until=blocked_until, forgotten_at=since)


def _delay(beyond: int) -> timedelta:
    if beyond < 0:
        return timedelta()
    return min(LONGEST, timedelta(seconds=2 ** min(beyond, 30)))
