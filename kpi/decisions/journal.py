"""Decisions as entries of the ledger: written under its lock, so that no change is lost, and read back."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic

from pydantic import TypeAdapter, ValidationError

from kpi.decisions.authors import Author, signed
from kpi.decisions.register import Change, Edit, Register, State
from kpi.errors import ChangedMeanwhileError, DecisionError
from kpi.language import translate
from kpi.store import Entry, Ledger

Plan = Callable[[Register[State]], Iterable[Edit[State]]]
"""Given what is in force, the edits wanted; it may refuse."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[State]):
    """One kind of decision, by the name of its entries; `state` writes what is decided and reads it back."""

    name: str
    state: TypeAdapter[State]


def read_register(ledger: Ledger, kind: Kind[State], *, is_demo: bool = False) -> Register[State]:
    """What the ledger's entries of this kind add up to; what was decided on demo data counts there only."""
    return Register(read_changes(ledger.entries(newest=None, kinds=[kind.name]), kind, is_demo=is_demo))


def read_changes(entries: Sequence[Entry], kind: Kind[State], *, is_demo: bool) -> Iterator[Change[State]]:
    """The changes in entries that come newest first, oldest first; a damaged entry must not hide the others."""
    for entry in reversed(entries):
        if entry.kind != kind.name or bool(entry.details.get("demo")) is not is_demo:
            continue
        try:
            yield from tuple(_changes(entry, kind))
        except (ValidationError, TypeError, KeyError):
            continue


def record(
    ledger: Ledger,
    kind: Kind[State],
    author: Author,
    plan: Plan[State],
    *,
    at: datetime,
    seen: int | None = None,
    undoes: int | None = None,
    file: str | None = None,
) -> tuple[Change[State], ...]:
    """Record as one entry what the planned edits change, and return the changes; nothing changed, nothing recorded.

    `seen` is the number of the newest entry that the author knew: `ChangedMeanwhileError` when what they change was
    changed after it. Without `seen` the edits count whatever stood there.
    """
    with ledger.held():
        now = read_register(ledger, kind, is_demo=author.is_demo)
        # Of two edits of one thing the last counts.
        edits = now.difference({edit.key: edit for edit in plan(now)}.values())
        if seen is not None:
            _require_unchanged(now, edits, seen)
        if not edits:
            return ()
        changes = [{"from": _written(now.get(edit.key), kind), "to": _written(edit.to, kind)} for edit in edits]
        given = {"undoes": undoes, "file": file}
        details = author.details() | {name: value for name, value in given.items() if value is not None}
        number = ledger.record(kind.name, actor=author.name, at=at, **details, changes=changes)
    return tuple(
        Change(
            entry_id=number,
            recorded_at=at,
            who=author.signature,
            before=now.get(edit.key),
            after=edit.to,
            undoes=undoes,
            file=file,
        )
        for edit in edits
    )


def undoing(entry_id: int, keys: Iterable[Hashable] | None = None) -> Plan[Any]:
    """The plan that takes back what an entry changed, or of that only what has these keys.

    `DecisionError` when it changed nothing of the kind or is taken back already, `ChangedMeanwhileError` when somebody
    changed the same thing after it.
    """

    def plan(now: Register[State]) -> Iterator[Edit[State]]:
        changed = now.changed_by(entry_id)
        wanted = changed if keys is None else [key for key in keys if key in changed]
        if not wanted:
            raise DecisionError(translate("There is nothing to undo."))
        for key in wanted:
            standing = now.standing(key)
            if entry_id not in [change.entry_id for change in standing]:
                raise DecisionError(translate("This is undone already."))
            _require_last(standing, entry_id)
            yield Edit(key=key, to=standing[-1].before)

    return plan


def _require_last(standing: Sequence[Change[Any]], entry_id: int) -> None:
    if standing[-1].entry_id != entry_id:
        raise _changed_meanwhile(standing[-1])


def _require_unchanged(now: Register[State], edits: Iterable[Edit[State]], seen: int) -> None:
    for edit in edits:
        history = now.history(edit.key)
        if history and history[-1].entry_id > seen:
            raise _changed_meanwhile(history[-1])


def _changed_meanwhile(change: Change[Any]) -> ChangedMeanwhileError:
    thing = change.before if change.after is None else change.after
    told = translate(
        "{who} changed this meanwhile: {thing}. Look at it again, then decide.", who=change.who, thing=thing
    )
    return ChangedMeanwhileError(told, change=change)


_ENTRY_FIELDS: Final = TypeAdapter(list[dict[str, object]])


def _changes(entry: Entry, kind: Kind[State]) -> Iterator[Change[State]]:
    undoes, file = entry.details.get("undoes"), entry.details.get("file")
    for change in _ENTRY_FIELDS.validate_python(entry.details["changes"]):
        yield Change(
            entry_id=entry.entry_id,
            recorded_at=entry.recorded_at,
            who=signed(entry.actor, entry.details.get("by")),
            before=_read(change["from"], kind),
            after=_read(change["to"], kind),
            undoes=undoes if isinstance(undoes, int) else None,
            file=str(file) if file is not None else None,
        )


def _written(state: State | None, kind: Kind[State]) -> object:
    return None if state is None else kind.state.dump_python(state, mode="json", exclude_defaults=True)


def _read(written: object, kind: Kind[State]) -> State | None:
    return None if written is None else kind.state.validate_python(written)
