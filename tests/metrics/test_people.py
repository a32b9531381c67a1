"""Finding a person by name, address or id."""

import pytest

from kpi.metrics import Person, find_people, name_ambassadors, read_person
from kpi.store import Warehouse
from tests.conftest import Company


@pytest.fixture(scope="module")
def people(company: Company) -> Warehouse:
    return company(
        customers=[
            {"customer_id": "c-1", "full_name": "Éloïse Dupont", "email": "eloise@example.org"},
            {"customer_id": "c-2", "full_name": "Zoé DUPONT-Moretti", "email": "z@example.org"},
            {"customer_id": "c-3", "full_name": "Dupond, Anna", "email": "anna@dupont.example"},
            {"customer_id": "c-4", "full_name": "100% Bio_Shop", "email": "info@bio.example"},
            {"customer_id": "c-5", "email": "a7@example.org"},
            {"customer_id": "c-6", "full_name": "Elo\u00efse Martin"},
            {"customer_id": "c-7", "full_name": "Eloi\u0308se Petit"},  # the dots as a sign of their own
        ],
        ambassadors=[
            {"ambassador_id": "A6", "customer_id": "c-1", "enrolled_at": "2020-01-01", "left_at": "2021-01-01"},
            {"ambassador_id": "A7", "customer_id": "c-1", "enrolled_at": "2022-01-01"},
            {"ambassador_id": "A70", "full_name": "Ágnes Kovács", "email": "agnes@partner.example"},
        ],
    )


def names(found: tuple[Person, ...]) -> list[str | None]:
    return [person.full_name for person in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eloise", ["Éloïse Dupont", "Elo\u00efse Martin", "Eloi\u0308se Petit"]),
        ("ÉLOÏSE", ["Éloïse Dupont", "Elo\u00efse Martin", "Eloi\u0308se Petit"]),
        ("dupont elo", ["Éloïse Dupont"]),
        ("  Elo   DUPONT ", ["Éloïse Dupont"]),
        ("moretti", ["Zoé DUPONT-Moretti"]),
        ("z@example", ["Zoé DUPONT-Moretti"]),
        ("dupond", ["Dupond, Anna"]),
        ("c-4", ["100% Bio_Shop"]),
        ("%", ["100% Bio_Shop"]),  # signs of a pattern stand for themselves
        ("o_s", ["100% Bio_Shop"]),
        ("kovacs", ["Ágnes Kovács"]),
        ("a6", ["Éloïse Dupont"]),
        ("nobody", []),
        ("customer:", []),
        ("' or 1=1 --", []),
        ("", []),
        ("   ", []),
    ],
)
def test_by_name_address_or_id(people: Warehouse, text: str, expected: list[str]) -> None:
    assert names(find_people(people, text)) == expected


def test_what_begins_so_comes_first(people: Warehouse) -> None:
    # it begins one name and stands inside two; É is sorted as e
    assert names(find_people(people, "dupon")) == ["Dupond, Anna", "Éloïse Dupont", "Zoé DUPONT-Moretti"]


def test_the_very_id_of_an_ambassador_comes_before_all(people: Warehouse) -> None:
    # A7 is Éloïse's id, stands in an address, and begins A70
    assert names(find_people(people, "a7")) == ["Éloïse Dupont", None, "Ágnes Kovács"]


def test_a_person_has_their_ids(people: Warehouse) -> None:
    assert find_people(people, "eloise@") == (
        Person(
            person_id="customer:c-1",
            customer_id="c-1",
            full_name="Éloïse Dupont",
            email="eloise@example.org",
            ambassador_ids=("A7", "A6"),
        ),
    )
    (partner,) = find_people(people, "agnes")
    assert (partner.customer_id, partner.ambassador_ids) == (None, ("A70",))


def test_at_most_so_many(people: Warehouse) -> None:
    assert len(find_people(people, "example", limit=2)) == 2
    assert names(find_people(people, "a7", limit=1)) == ["Éloïse Dupont"]


def test_twenty_without_a_limit(company: Company) -> None:
    many = company(customers=[{"customer_id": f"c{n:02d}", "full_name": f"Marie {n:02d}"} for n in range(30)])
    assert names(find_people(many, "marie")) == [f"Marie {n:02d}" for n in range(20)]


@pytest.mark.parametrize(
    ("ambassador_id", "name"),
    [("A6", "Éloïse Dupont"), ("A7", "Éloïse Dupont"), ("A70", "Ágnes Kovács"), ("c-1", None)],
)
def test_who_an_ambassador_is(people: Warehouse, ambassador_id: str, name: str | None) -> None:
    found = read_person(people, ambassador_id)
    assert (found.full_name if found else None) == name


def test_ambassadors_only(people: Warehouse) -> None:
    # of the three whose name or address holds it, one is an ambassador
    assert names(find_people(people, "dupon", ambassadors_only=True)) == ["Éloïse Dupont"]
    assert names(find_people(people, "a7", ambassadors_only=True)) == ["Éloïse Dupont", "Ágnes Kovács"]


def test_many_ambassadors_are_named_at_once(people: Warehouse) -> None:
    found = name_ambassadors(people, ["A70", "A6", "nobody"])
    assert {one: found[one].full_name for one in ("A70", "A6")} == {"A70": "Ágnes Kovács", "A6": "Éloïse Dupont"}
    assert "nobody" not in found
