"""Who is who: names and addresses, for callers whose reader may see people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.metrics.measure import Filters
from kpi.store import Listing, Warehouse

MOST_FOUND = 20
COLUMNS = ("person_id", "customer_id", "full_name", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer or a partner, with the ids under which they are or were an ambassador, the latest first."""

    person_id: str
    customer_id: str | None
    full_name: str | None
    email: str | None
    ambassador_ids: tuple[str, ...]


def find_people(
    warehouse: Warehouse, text: str, *, limit: int = MOST_FOUND, ambassadors_only: bool = False
) -> tuple[Person, ...]:
    """The people whose name, e-mail address or id holds every word of `text`, accents and case ignored.

    At most `limit`: who has that very ambassador's id, then by name, address or customer's id, those that begin with it
    before the others, then by part of an ambassador's id. With `ambassadors_only` only those who are or were one. For
    readers with the right to see people: the caller asks.
    """
    words = text.split()
    if not words:
        return ()
    among = {"person_id": _ambassadors(warehouse)} if ambassadors_only else None
    by_text = _read(warehouse, filters=among, searched=("full_name", "email", "customer_id"), words=words, limit=limit)
    ids = warehouse.rows(
        Listing(
            mart="dim_ambassadors",
            columns=("person_id", "ambassador_id"),
            order=("ambassador_id",),
            searched=("ambassador_id",),
            words=words,
            limit=limit,
        )
    )
    by_id = _read(warehouse, filters={"person_id": [row["person_id"] for row in ids]})
    exact = {row["person_id"] for row in ids if row["ambassador_id"].casefold() == words[0].casefold()}
    first = [person for person in by_id if person["person_id"] in exact]
    found = {person["person_id"]: person for person in (*first, *by_text, *by_id)}
    return _described(warehouse, list(found.values())[:limit])


def read_person(warehouse: Warehouse, ambassador_id: str) -> Person | None:
    """Who an ambassador is; None for an id that nobody has. For readers with the right to see people."""
    filters = {"ambassador_id": [ambassador_id]}
    ids = warehouse.rows(Listing(mart="dim_ambassadors", columns=("person_id",), order=("person_id",), filters=filters))
    people = _described(warehouse, _read(warehouse, filters={"person_id": [row["person_id"] for row in ids]}))
    return people[0] if people else None


def name_ambassadors(warehouse: Warehouse, ambassador_ids: Sequence[str]) -> Mapping[str, Person]:
    """Who each of these ambassadors is. For readers with the right to see people."""
    rows = warehouse.rows(
        Listing(
            mart="dim_ambassadors",
            columns=("person_id",),
            order=("person_id",),
            filters={"ambassador_id": ambassador_ids},
        )
    )
    people = _described(warehouse, _read(warehouse, filters={"person_id": [row["person_id"] for row in rows]}))
    return {ambassador_id: person for person in people for ambassador_id in person.ambassador_ids}


def name_customers(warehouse: Warehouse, customer_ids: Sequence[str]) -> Mapping[str, Person]:
    """Who each of these customers is. For readers with the right to see people."""
    people = _described(warehouse, _read(warehouse, filters={"customer_id": customer_ids}))
    return {person.customer_id: person for person in people if person.customer_id is not None}


def _ambassadors(warehouse: Warehouse) -> list[str]:
    rows = warehouse.rows(Listing(mart="dim_ambassadors", columns=("person_id",), order=("person_id",)))
    return [row["person_id"] for row in rows]


def _read(
    warehouse: Warehouse,
    *,
    filters: Filters | None = None,
    searched: Sequence[str] = (),
    words: Sequence[str] = (),
    limit: int | None = None,
) -> list[dict[str, Any]]:
    return warehouse.rows(
        Listing(
            mart="dim_people",
            columns=COLUMNS,
            order=("full_name", "person_id"),
            filters=filters or {},
            searched=searched,
            words=words,
            limit=limit,
        )
    )


def _described(warehouse: Warehouse, people: Sequence[dict[str, Any]]) -> tuple[Person, ...]:
    """The people with their ambassador ids."""
    rows = warehouse.rows(
        Listing(
            mart="dim_ambassadors",
            columns=("person_id", "ambassador_id"),
            order=("enrolled_at desc", "ambassador_id"),
            filters={"person_id": [person["person_id"] for person in people]},
        )
    )
    ids: dict[str, list[str]] = {}
    for row in rows:
        ids.setdefault(row["person_id"], []).append(row["ambassador_id"])
    return tuple(Person(**person, ambassador_ids=tuple(ids.get(person["person_id"], ()))) for person in people)
