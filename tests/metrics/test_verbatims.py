"""Comments: newest first, found by words, with the name of who wrote them while there is one."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from kpi.ingest import import_files
from kpi.metrics import count_comments, find_comments, read_comments
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from tests.conftest import NOW, Company, completed, write_tables
from tests.soundness.asking import period

MARCH = period("2026-03-01", "2026-04-01")


@pytest.fixture(scope="module")
def written(company: Company) -> Warehouse:
    rows = [
        ("ann", "2026-03-05", 3, "Livraison trop lente", {}),
        ("ann", "2026-03-20", 9, "  Très contente ", {}),
        ("bob", "2026-03-10", 10, "Slow? Never. Lente? Jamais.", {"audience": "ambassador"}),
        ("cleo", "2026-03-11", 5, "Great", {"kind": "csat"}),
        ("cleo", "2026-04-11", 5, "Later", {}),
        ("dan", "2026-03-11", 5, "   ", {}),
        ("eve", "2026-03-12", 5, "From inside", {}),
    ]
    return company(
        customers=[
            {"customer_id": "ann", "full_name": "Ann Martin", "country_code": "FR"},
            {"customer_id": "bob", "full_name": "Bob Lind"},
            {"customer_id": "cleo"},
            {"customer_id": "eve", "is_staff": True},
        ],
        ambassadors=[{"ambassador_id": "B", "customer_id": "bob", "programme": "partner"}],
        surveys=[
            {"customer_id": person, "answered_at": day, "score": score, "comment": comment, **more}
            for person, day, score, comment, more in rows
        ],
    )


def texts(warehouse: Warehouse, **asked: object) -> list[str]:
    return read_comments(warehouse, find_comments(MARCH, **asked))["comment"].to_list()  # type: ignore[arg-type]


def test_newest_first_with_names(written: Warehouse) -> None:
    # dan wrote nothing, eve is employed, Later is of April
    found = read_comments(written, find_comments(MARCH))
    assert found.select("answered_date", "audience", "survey_kind", "score", "comment", "full_name").rows() == [
        (date(2026, 3, 20), "customer", "nps", 9, "Très contente", "Ann Martin"),
        (date(2026, 3, 11), "customer", "csat", 5, "Great", None),
        (date(2026, 3, 10), "ambassador", "nps", 10, "Slow? Never. Lente? Jamais.", "Bob Lind"),
        (date(2026, 3, 5), "customer", "nps", 3, "Livraison trop lente", "Ann Martin"),
    ]


def test_found_by_words_still_newest_first(written: Warehouse) -> None:
    # the older one would come first by where the word stands
    assert texts(written, words=("lente",)) == ["Slow? Never. Lente? Jamais.", "Livraison trop lente"]
    assert texts(written, words=("LIVRAISON", "lente")) == ["Livraison trop lente"]
    assert texts(written, words=("tres",)) == ["Très contente"]
    assert texts(written, words=("martin",)) == []


def test_filtered(written: Warehouse) -> None:
    assert texts(written, audience="ambassador") == ["Slow? Never. Lente? Jamais."]
    assert texts(written, where={"country_code": ["FR"]}, audience="customer") == [
        "Très contente",
        "Livraison trop lente",
    ]
    assert texts(written, where={"programme": ["partner"]}) == ["Slow? Never. Lente? Jamais."]


def test_counted_and_cut_short(written: Warehouse) -> None:
    listing = find_comments(MARCH)
    assert count_comments(written, listing) == 4
    assert read_comments(written, listing, most=1)["comment"].to_list() == ["Très contente"]
    none = find_comments(MARCH, words=("nothing like it",))
    assert (count_comments(written, none), read_comments(written, none).height) == (0, 0)


def test_who_is_imported_again_without_name_or_comment_loses_them(tmp_path: Path, paris: Settings) -> None:
    store = Store(tmp_path / "store")

    def comments(folder: str, name: str, comment: str) -> list[tuple[str, str | None]]:
        (tmp_path / folder).mkdir()
        rows = [
            {"response_id": f"s-{one}", "customer_id": one, "answered_at": "2026-03-10", "score": 5, "comment": text}
            for one, text in (("ann", comment), ("bob", "Fine"))
        ]
        people = [{"customer_id": "ann"}, {"customer_id": "bob", "full_name": name}]
        tables = completed({"customers": people, "surveys": rows})
        import_files(store, write_tables(tmp_path / folder, tables), paris, now=NOW)
        with closing(Warehouse(store)) as warehouse:
            return read_comments(warehouse, find_comments(MARCH)).select("comment", "full_name").rows()

    assert comments("first", "Bob Lind", "Ask my sister") == [("Fine", "Bob Lind"), ("Ask my sister", None)]
    assert comments("second", "", "") == [("Fine", None)]
