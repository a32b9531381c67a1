"""Who brought whom: the line above a person, the tree below them, and the largest trees of the company."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kpi.store import Listing, Warehouse

MOST_MEMBERS: Final = 200
DEEPEST: Final = 6
LONGEST_LINE: Final = 20
MOST_TREES: Final = 12
MART: Final = "dim_networks"
COLUMNS: Final = (
    "person_id",
    "customer_id",
    "brought_by_id",
    "brought_date",
    "has_contact_consent",
    "people_directly",
    "people_in_all",
    "generations",
    "last_brought_date",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who brought customers, or was brought: by whom and on which day, None for the beginning of a line.

    `people_directly` they brought themselves, `people_in_all` counts also those whom these brought in turn, over so
    many `generations`; the last of them came on `last_brought_date`. `customer_id` is None for a partner who is no
    customer. Who `may_be_named` agreed to be contacted: nobody else is to be told from any other.
    """

    person_id: str
    customer_id: str | None
    brought_by_id: str | None
    brought_date: date | None
    people_directly: int
    people_in_all: int
    generations: int
    last_brought_date: date | None
    may_be_named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A person and whom they brought, themselves and through others.

    `line` leads down to them, the beginning first; it is cut where it is longer than `LONGEST_LINE`. `levels` holds the
    person alone, then those brought by them, then those brought by these: in each those who brought somebody before
    those who did not, then the earlier before the later.
    """

    line: tuple[Member, ...]
    levels: tuple[tuple[Member, ...], ...]

    @property
    def person(self) -> Member:
        """Whose tree it is."""
        return self.levels[0][0]

    @property
    def members(self) -> tuple[Member, ...]:
        """The person and everybody shown below, level by level."""
        return tuple(member for level in self.levels for member in level)

    @property
    def more(self) -> int:
        """How many below the person are not shown."""
        return self.person.people_in_all - len(self.members) + 1

    def children(self) -> Mapping[str, tuple[Member, ...]]:
        """By the id of who brought them, those shown; nobody is there who brought nobody shown."""
        found: dict[str, list[Member]] = {}
        for member in self.members[1:]:
            found.setdefault(member.brought_by_id or "", []).append(member)
        return {person_id: tuple(members) for person_id, members in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Everybody who was brought or brought somebody: so many were `brought` by so many `bringers`, in so many `trees`.

    `largest` begin the trees of the most people, that which grew last first, as no order of merit.
    """

    brought: int
    bringers: int
    trees: int
    generations: int
    largest: tuple[Member, ...]


def read_network(warehouse: Warehouse, *, most: int = MOST_TREES) -> Network:
    """The whole of it, with the beginnings of the `most` trees of the most people."""
    everybody = Listing(mart=MART, columns=COLUMNS, order=("people_in_all desc", "person_id"))
    totals = warehouse.sums(
        everybody,
        {
            "brought": "count(brought_by_id)",
            "bringers": "count(*) filter (where people_directly > 0)",
            "trees": "count(*) filter (where brought_by_id is null)",
            "generations": "coalesce(max(generations), 0)",
        },
    )
    largest = _read(warehouse, where="brought_by_id is null", order=everybody.order, limit=most)
    latest = sorted(largest, key=lambda one: one.last_brought_date or date.min, reverse=True)
    return Network(**totals, largest=tuple(latest))


def read_tree(
    warehouse: Warehouse,
    person_id: str,
    *,
    most: int = MOST_MEMBERS,
    deepest: int = DEEPEST,
) -> Tree | None:
    """The line above and the tree below a person, `customer:…` or `ambassador:…` as in the mart of people.

    At most so many members over so many generations; None for somebody who neither was brought nor brought anybody.
    """
    found = _people(warehouse, [person_id])
    if not found:
        return None
    levels = [tuple(found)]
    left = most - 1
    while left and len(levels) <= deepest:
        below = _brought_by(warehouse, [one.person_id for one in levels[-1] if one.people_directly], left)
        if not below:
            break
        levels.append(below)
        left -= len(below)
    return Tree(line=_line(warehouse, found[0]), levels=tuple(levels))


def _line(warehouse: Warehouse, person: Member) -> tuple[Member, ...]:
    line: list[Member] = []
    above = person.brought_by_id
    while above and len(line) < LONGEST_LINE:
        (one,) = _people(warehouse, [above])
        line.append(one)
        above = one.brought_by_id
    return tuple(reversed(line))


def _people(warehouse: Warehouse, person_ids: Sequence[str]) -> tuple[Member, ...]:
    return _read(warehouse, filters={"person_id": person_ids}, order=("person_id",))


def _brought_by(warehouse: Warehouse, person_ids: Sequence[str], limit: int) -> tuple[Member, ...]:
    if not person_ids:
        return ()
    # Who brought somebody comes first: where not all can be shown, the lines that go on are.
    order = ("least(people_directly, 1) desc", "brought_date", "person_id")
    return _read(warehouse, filters={"brought_by_id": person_ids}, order=order, limit=limit)


def _read(warehouse: Warehouse, **asked: Any) -> tuple[Member, ...]:
    rows = warehouse.rows(Listing(mart=MART, columns=COLUMNS, **asked))
    return tuple(_member(row) for row in rows)


def _member(row: dict[str, Any]) -> Member:
    return Member(may_be_named=row.pop("has_contact_consent"), **row)
