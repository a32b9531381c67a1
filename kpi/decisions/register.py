"""What decisions add up to: for each thing decided its state, its history, and what an undo puts back."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar


class Keyed(Protocol):
    """What is decided; decisions with the same key are about the same thing."""

    @property
    def key(self) -> Hashable:
        """Which thing it is."""


State = TypeVar("State", bound=Keyed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Generic[State]):
    """A wish: that the thing of this key is `to`, or is not there (None)."""

    key: Hashable
    to: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[State]):
    """One thing as it was `before` and is `after` an entry; None where it is not there.

    `undoes` is the number of the entry that is taken back, `file` the name of the file that it was read from.
    """

    entry_id: int
    recorded_at: datetime
    who: str
    before: State | None
    after: State | None
    undoes: int | None = None
    file: str | None = None

    @property
    def key(self) -> Hashable:
        """Which thing changed."""
        state = self.before if self.after is None else self.after
        return None if state is None else state.key


class Register(Mapping[Any, State]):
    """The states in force by key, made of changes in the order in which they were recorded. Nothing of it changes."""

    def __init__(self, changes: Iterable[Change[State]] = ()) -> None:
        self.changes = tuple(changes)
        histories: dict[Hashable, list[Change[State]]] = {}
        for change in self.changes:
            histories.setdefault(change.key, []).append(change)
        self._histories = histories
        last = {key: history[-1].after for key, history in histories.items()}
        self._states = {key: state for key, state in last.items() if state is not None}

    def __getitem__(self, key: Hashable) -> State:
        """The state in force."""
        return self._states[key]

    def __iter__(self) -> Iterator[Hashable]:
        """The keys of what is there."""
        return iter(self._states)

    def __len__(self) -> int:
        """How many are there."""
        return len(self._states)

    def history(self, key: Hashable) -> tuple[Change[State], ...]:
        """Every change of one thing, oldest first, undone ones and undoing ones too."""
        return tuple(self._histories.get(key, ()))

    def standing(self, key: Hashable) -> tuple[Change[State], ...]:
        """The changes of one thing that were not undone, oldest first: the last one is what an undo takes back."""
        found: list[Change[State]] = []
        for change in self._histories.get(key, ()):
            if change.undoes is None:
                found.append(change)
            else:
                found = [one for one in found if one.entry_id != change.undoes]
        return tuple(found)

    def last_standing(self, keys: Iterable[Hashable]) -> tuple[Change[State], ...]:
        """What the last entry that was not undone changed of these things; nothing when all is undone."""
        tops = [standing[-1] for key in dict.fromkeys(keys) if (standing := self.standing(key))]
        newest = max((change.entry_id for change in tops), default=0)
        return tuple(change for change in tops if change.entry_id == newest)

    def changed_by(self, entry_id: int) -> tuple[Hashable, ...]:
        """The keys of what an entry changed."""
        return tuple(change.key for change in self.changes if change.entry_id == entry_id)

    def difference(self, edits: Iterable[Edit[State]]) -> tuple[Edit[State], ...]:
        """Those of the edits that change something."""
        return tuple(edit for edit in edits if self._states.get(edit.key) != edit.to)
