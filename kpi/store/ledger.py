"""The ledger: what was decided, published and tried, append-only, in a file of its own that no import touches."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, Literal

import duckdb
from filelock import FileLock

from kpi.errors import LedgerError, StoreWriteError
from kpi.language import translate
from kpi.store.chain import START, UNKNOWN_END, Chain, Fault, Head, Link
from kpi.store.durable import PRIVATE, make_folder, stamp
from kpi.store.engine import connect
from kpi.store.entries import Entry, Links, read_distinct, read_entries, settle
from kpi.store.secret import NAME as SECRET
from kpi.store.secret import Begin

# An entry of the ledger itself: what stood before it was chained as it was found, without proof.
SEALED: Final = "ledger_sealed"

KeySource = Callable[[Begin | None], bytes]
"""The chain's key; where there is none and a chain may begin, it is made, and the chain begun with it."""


class Ledger:
    """Short transactions under a lock between processes: the command line and the app may both write.

    Whatever cannot be read or written for want of space or rights is a `StoreWriteError`.
    """

    def __init__(self, path: Path, key: KeySource) -> None:
        self.path = path
        self._key = key
        self._lock = FileLock(path.with_suffix(".lock"))

    @property
    def head_file(self) -> Path:
        """How far the chain went."""
        return self.path.with_suffix(".head")

    @property
    def mark(self) -> str:
        """What changes with every entry, read from the files' names and times only."""
        return str([stamp(file) for file in (self.path, self.head_file)])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody else record while the block lasts: what is read in it still holds when this ledger records."""
        with self._locked():
            yield

    def record(self, kind: str, *, actor: str, at: datetime, **details: object) -> int:
        """Append one entry and return its number; when this returns, the entry survives a killed process."""
        with self._locked(), connect(self.path) as connection:
            links = Links(connection)
            chain = self._chain(links, at)
            self.path.chmod(PRIVATE)
            link = _follow(chain, self._end(links, chain), kind, actor=actor, at=at, details=details)
            # The head's new text is on the disk before the entry is: a full disk stops both or none of them.
            chain.write_heads(self.head_file, _head(link), confirm=lambda: links.add(link))
            return link.entry_id

    def begin(self, *, at: datetime) -> None:
        """Make the key of a new ledger, or chain the entries of one that has no chain yet."""
        with self._locked():
            if self.path.exists():
                with _readable(self.path), connect(self.path) as connection:
                    self._chain(Links(connection), at)
            else:
                self._key(self._start if self._is_at_start else None)

    def entries(
        self,
        *,
        newest: int | None = 100,
        kinds: Sequence[str] = (),
        actors: Sequence[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[Entry, ...]:
        """The newest entries, newest first, of these kinds and by these actors (all when none is named), recorded
        from `since` on and before `until`; none before the first was recorded.
        """
        if not self.path.exists():
            return ()
        conditions: Mapping[str, object] = {
            "list_contains(?, kind)": list(kinds) or None,
            "list_contains(?, actor)": list(actors) or None,
            "recorded_at >= ?": since,
            "recorded_at < ?": until,
        }
        given = {text: value for text, value in conditions.items() if value is not None}
        where = f"where {' and '.join(given)}" if given else ""
        with self._locked():
            return read_entries(self.path, f"{where} order by entry_id desc limit ?", [*given.values(), newest])

    def kinds(self) -> tuple[str, ...]:
        """The kinds of entry that there are, in alphabetical order."""
        return self._distinct("kind")

    def actors(self) -> tuple[str, ...]:
        """Those who did what is recorded, in alphabetical order."""
        return self._distinct("actor")

    def verify(self) -> tuple[Fault, ...]:
        """What is wrong with the chain, oldest entry first; nothing where no trace of one is.

        `LedgerError` when the file cannot be read, `SecretMissingError` without the key that it is chained with.
        """
        # The secret is made together with the head: where it is, both were.
        if not any(trace.exists() for trace in (self.path, self.head_file, self.path.with_name(SECRET))):
            return ()
        with self._locked():
            chain = Chain(self._key(None))
            heads = chain.read_heads(self.head_file)
            if not self.path.exists():
                return tuple(chain.find_faults((), heads))
            with _readable(self.path), connect(self.path) as connection:
                return tuple(chain.find_faults(Links(connection), heads))

    def reseal(self, renew: Callable[[], bytes], *, actor: str, at: datetime, faults: int | None) -> int:
        """Chain everything anew with the key that `renew` makes, and record that; return how many entries there were.

        A process killed half-way leaves a chain that does not hold; the next call mends it.
        """
        with self._locked(), _readable(self.path), connect(self.path) as connection:
            return self._seal(Links(connection), Chain(renew()), actor=actor, at=at, faults=faults)

    @contextmanager
    def at_rest(self) -> Iterator[Path | None]:
        """The ledger's file, whole and in nobody's hands while the block lasts; None before the first entry."""
        if not self.path.exists():
            yield None
            return
        with self._lock:
            settle(self.path)
            yield self.path

    def take_over(self, other: Path, aside: Path) -> dict[str, object]:
        """Put the ledger file `other` in place unless this one, which was begun, holds all of it; if they differ, keep
        this `aside`.

        Return what is to be recorded of it. `unproven_entries`: how many came from a store with another secret, or from
        a broken chain. `lost_entries`: how many were recorded here but are in neither file, as far as the head tells.
        """
        with self._locked():
            ours, theirs = (read_entries(path)[::-1] if path.exists() else () for path in (self.path, other))
            chain = Chain(self._key(None))
            heads = chain.read_heads(self.head_file)
            last = max((entries[-1].entry_id for entries in (ours, theirs) if entries), default=START.entry_id)
            lost = max(0, *(head.entry_id - last for head in heads)) if heads else "unknown"
            details: dict[str, object] = {"lost_entries": lost} if lost else {}
            if ours and ours[: len(theirs)] == theirs:
                return details
            head, unproven = _proven(other, chain)
            if ours:
                settle(self.path)
                if theirs[: len(ours)] != ours:
                    shutil.copy(self.path, aside)
            # One of the heads is that of the file in place, whenever the process dies; the next entry leaves one only.
            # Till then the others tell what is lost.
            chain.write_heads(self.head_file, *heads, head)
            os.replace(other, self.path)
            return details | ({"unproven_entries": unproven} if unproven else {})

    def _distinct(self, column: Literal["kind", "actor"]) -> tuple[str, ...]:
        if not self.path.exists():
            return ()
        with self._locked():
            return read_distinct(self.path, column)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            make_folder(self.path.parent)
            with self._lock:
                yield
        except OSError as error:
            raise StoreWriteError(
                translate(
                    "The store could not be read or written ({reason}). "
                    "Free some space or check the folder's rights, then try again; what was published stays.",
                    reason=error.strerror or error,
                )
            ) from error

    @property
    def _is_at_start(self) -> bool:
        """Whether the head file speaks of no entry: a process may have died before it kept the secret."""
        return not self.head_file.exists() or self.head_file.read_bytes().startswith(b"0;")

    def _start(self, key: bytes) -> None:
        """Begin the chain of a ledger without entries."""
        Chain(key).write_heads(self.head_file, START)

    def _chain(self, links: Links, at: datetime) -> Chain:
        """The chain of this ledger. Where no secret is yet, it begins with what stands there; a secret proves that it
        was begun, and hashes or a head that are gone were taken away.
        """
        begin: Begin | None = None
        if self._is_at_start and not links.are_chained:
            begin = partial(self._seal_first, links, at)
        elif self._is_at_start and links.last() is None:
            begin = self._start
        chain = Chain(self._key(begin))
        links.add_hashes()
        return chain

    def _seal_first(self, links: Links, at: datetime, key: bytes) -> None:
        """Begin the chain of a ledger from the days before there were chains."""
        self._seal(links, Chain(key), actor="ambassade", at=at)

    def _seal(self, links: Links, chain: Chain, *, actor: str, at: datetime, faults: int | None = None) -> int:
        links.begin()
        links.add_hashes()
        hashes = list(chain.hashed(links))
        links.rewrite_hashes(hashes)
        number, found = hashes[-1] if hashes else (START.entry_id, START.hash)
        details = {"entries": len(hashes), "faults": faults}
        link = _follow(chain, Head(entry_id=number, hash=found), SEALED, actor=actor, at=at, details=details)
        links.add(link)
        chain.write_heads(self.head_file, _head(link), confirm=links.commit)
        return len(hashes)

    def _end(self, links: Links, chain: Chain) -> Head:
        """What the next entry follows. Where the head and the ledger contradict each other, it follows what is lost, so
        that verifying finds the place for ever after.
        """
        last = links.last()
        end = Head(entry_id=last.entry_id, hash=last.hash or UNKNOWN_END) if last else START
        heads = chain.read_heads(self.head_file)
        if any(_is_there(links, head) and head.is_near(end.entry_id) for head in heads):
            return end
        ahead = [head for head in heads if head.entry_id >= end.entry_id]
        return ahead[0] if ahead else replace(end, hash=UNKNOWN_END)


def _is_there(links: Links, head: Head) -> bool:
    return head == START or links.hash_of(head.entry_id) == head.hash


def _head(link: Link) -> Head:
    return Head(entry_id=link.entry_id, hash=link.hash or UNKNOWN_END)


def _follow(chain: Chain, end: Head, kind: str, *, actor: str, at: datetime, details: Mapping[str, object]) -> Link:
    """The entry that follows this end of the chain."""
    link = Link(
        entry_id=end.entry_id + 1,
        recorded_at=at.astimezone(UTC),
        actor=actor,
        kind=kind,
        details=json.dumps(details, default=str),
    )
    return replace(link, hash=chain.hash(end.hash, link))


def _proven(path: Path, chain: Chain) -> tuple[Head, int]:
    """The head of a ledger file that is in nobody's hands, and how many entries had to be chained without proof."""
    with connect(path) as connection:
        links = Links(connection)
        links.add_hashes()
        hashes = list(chain.hashed(links))
        number, found = hashes[-1] if hashes else (START.entry_id, START.hash)
        stored = [(link.entry_id, link.hash) for link in links]
        if stored == hashes:
            return Head(entry_id=number, hash=found), 0
        links.rewrite_hashes(hashes)
        return Head(entry_id=number, hash=found), len(hashes)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, StoreWriteError) as error:
        cause = error.__cause__ if isinstance(error, StoreWriteError) and error.__cause__ else error
        raise LedgerError(
            translate(
                "{file} cannot be read ({reason}). Move it aside, then put it back from a backup: "
                "python -m kpi restore FILE. Without a backup a new ledger begins, in which the old entries are "
                "missing.",
                file=path,
                reason=str(cause).splitlines()[0],
            )
        ) from error
