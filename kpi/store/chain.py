"""The ledger's chain: each entry's hash covers the entry and the hash before it, keyed, so that no other hand can add,
change or remove an entry unnoticed; the head file tells how far the chain went, so that the last ones are missed too.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kpi.language import translate
from kpi.store.durable import BESIDE, PRIVATE, write_durably

BEGINNING: Final = ""
# The hash before an entry that was recorded without knowing how far the chain went: no entry can ever fit it.
UNKNOWN_END: Final = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong with the chain: the entry where it shows (None: the end), and the fact in words."""

    entry_id: int | None
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as it is stored: `recorded_at` in UTC, `details` the very text, `hash` None where no chain was."""

    entry_id: int
    recorded_at: datetime
    actor: str
    kind: str
    details: str
    hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far the chain went: the last entry's number and hash."""

    entry_id: int
    hash: str

    def is_near(self, last: int) -> bool:
        """Whether it may be the head of a ledger with this last entry: a killed process leaves at most one more."""
        return last <= self.entry_id + 1


START: Final = Head(entry_id=0, hash=BEGINNING)


class Chain:
    """Hashes with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def hash(self, previous: str, link: Link) -> str:
        """The hash of an entry that follows the entry of hash `previous`."""
        moment = link.recorded_at.replace(tzinfo=None).isoformat(timespec="microseconds")
        return self._keyed(previous, link.entry_id, moment, link.actor, link.kind, link.details)

    def hashed(self, links: Iterable[Link]) -> Iterator[tuple[int, str]]:
        """Number and hash of each of these entries, the first of which begins the chain."""
        previous = BEGINNING
        for link in links:
            previous = self.hash(previous, link)
            yield link.entry_id, previous

    def find_faults(self, links: Iterable[Link], heads: tuple[Head, ...]) -> Iterator[Fault]:
        """What is wrong with entries in the order of their numbers; `heads` of which any one counts."""
        expected, previous = 1, {BEGINNING}
        at_heads: dict[int, str | None] = {START.entry_id: START.hash}
        wanted = {head.entry_id for head in heads}
        for link in links:
            computed = {self.hash(one, link) for one in previous}
            if link.entry_id > expected:
                yield _missing(expected, link.entry_id - 1)
            elif link.hash not in computed:
                yield Fault(entry_id=link.entry_id, told=_not_as_recorded(link.entry_id))
            # With the hash that stands there and the one that should, a change shows once and not at its neighbour too.
            expected, previous = link.entry_id + 1, {*computed, *([link.hash] if link.hash else [])}
            if link.entry_id in wanted:
                at_heads[link.entry_id] = link.hash
        yield from _faults_of_head(heads, at_heads, expected - 1)

    def read_heads(self, path: Path) -> tuple[Head, ...]:
        """What the head file says; nothing when it is missing or not as it was written."""
        try:
            lines = path.read_text(encoding="ascii").splitlines()
            heads = tuple(Head(entry_id=int(number), hash=found) for number, found, _ in map(_split, lines))
        except (FileNotFoundError, ValueError):
            return ()
        return heads if [self._line(head) for head in heads] == lines else ()

    def write_heads(self, path: Path, *heads: Head, confirm: Callable[[], None] = lambda: None) -> None:
        """Write the head file; `confirm` is called when only the renaming is left. When it fails, nothing changes."""
        text = "".join(f"{self._line(head)}\n" for head in heads)
        write_durably(path, text, confirm, ending=BESIDE, mode=PRIVATE)

    def _line(self, head: Head) -> str:
        return f"{head.entry_id};{head.hash};{self._keyed('head', head.entry_id, head.hash)}"

    def _keyed(self, *parts: object) -> str:
        return hmac.digest(self._key, json.dumps(parts).encode(), "sha256").hex()


def _split(line: str) -> tuple[str, str, str]:
    number, found, seal = line.split(";")
    return number, found, seal


def _missing(first: int, last: int) -> Fault:
    if first == last:
        return Fault(entry_id=first, told=translate("Entry {number} is missing.", number=first))
    return Fault(entry_id=first, told=translate("Entries {first} to {last} are missing.", first=first, last=last))


def _not_as_recorded(number: int) -> str:
    return translate("Entry {number} is not as it was recorded.", number=number)


def _faults_of_head(heads: tuple[Head, ...], at_heads: dict[int, str | None], last: int) -> Iterator[Fault]:
    """What the head file tells of the end; entries after it are those of a process killed before it wrote there."""
    if not heads:
        yield Fault(
            entry_id=None,
            told=translate(
                "The file ledger.head is missing or not as it was written: entries may be missing at the end."
            ),
        )
        return
    fitting = [head for head in heads if at_heads.get(head.entry_id) == head.hash]
    if any(head.is_near(last) for head in fitting):
        return
    (head, *_) = fitting or heads
    if fitting:
        yield Fault(
            entry_id=None,
            told=f"The file ledger.head is an old one, of entry {head.entry_id}: entries may be missing at the end.",
        )
    elif head.entry_id > last:
        yield _missing(last + 1, head.entry_id)
    else:
        told = translate("Entry {number} is not the one that was recorded last.", number=head.entry_id)
        yield Fault(entry_id=head.entry_id, told=told)
