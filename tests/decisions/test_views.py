"""Saved views: one's own, shared, replaced, deleted and put back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kpi.decisions import (
    Known,
    View,
    known_query,
    read_decisions,
    record_view,
    record_view_changed,
    record_view_deleted,
    record_view_undone,
)
from kpi.errors import ChangedMeanwhileError, DecisionError, NameTakenError, NotAllowedError
from kpi.store import Ledger
from tests.decisions.conftest import NINA, OMAR, SAM

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KNOWN = Known(pages=("overview", "data"), filters=("period", "country_code"), roles=("owner", "sponsor", "coordinator"))
QUERY = "period=Last+30+days&country_code=France&country_code=Belgium"


def save(ledger: Ledger, **fields: Any) -> View:
    wanted = {"author": NINA, "name": "France", "page": "overview", "query": QUERY, **fields}
    author = wanted.pop("author")
    (change,) = record_view(ledger, author, at=NOON, known=KNOWN, **wanted)
    assert change.after is not None
    return change.after


def seen_by(ledger: Ledger, username: str, role: str, *pages: str) -> list[tuple[str, str]]:
    views = read_decisions(ledger).views.visible_to(username, role, pages or KNOWN.pages)
    return [(view.owner, view.name) for view in views]


def test_a_view_is_its_owners_until_it_is_shared(ledger: Ledger) -> None:
    own = save(ledger, name="  My   France ")
    save(ledger, name="all", roles=["sponsor", "coordinator", "sponsor"])
    save(ledger, author=SAM, name="Belgium", roles=["owner"])
    save(ledger, author=SAM, name="for me")
    assert (own.name, own.page, own.query, own.owner, own.roles) == ("My France", "overview", QUERY, "nina", ())
    assert seen_by(ledger, "nina", "owner") == [("nina", "all"), ("nina", "My France"), ("sam", "Belgium")]
    assert seen_by(ledger, "sam", "sponsor") == [("sam", "Belgium"), ("sam", "for me"), ("nina", "all")]
    assert seen_by(ledger, "tom", "coordinator") == [("nina", "all")]
    assert seen_by(ledger, "tom", "data") == []
    assert read_decisions(ledger).views.named("nina", "ALL") is not None


def test_a_view_of_a_page_that_a_reader_may_not_open_is_not_even_named(ledger: Ledger) -> None:
    save(ledger, page="data", name="Set aside", roles=["sponsor"])
    assert seen_by(ledger, "tom", "sponsor", "data") == [("nina", "Set aside")]
    assert seen_by(ledger, "tom", "sponsor", "overview") == []
    assert seen_by(ledger, "nina", "owner", "overview") == []


def test_a_name_is_given_once_unless_the_view_is_replaced(ledger: Ledger) -> None:
    first = save(ledger)
    with pytest.raises(NameTakenError, match="You have a view “france” already"):
        save(ledger, name="france", query="")
    assert save(ledger, author=OMAR).key != first.key  # somebody else's
    second = save(ledger, name="france", query="", roles=["sponsor"], replaces=True)
    assert (second.key, second.name, second.query) == (first.key, "france", "")
    assert seen_by(ledger, "nina", "owner") == [("nina", "france")]
    record_view_undone(ledger, NINA, 3, at=NOON)
    assert read_decisions(ledger).views[first.key] == first


def test_a_view_is_renamed_and_shared(ledger: Ledger) -> None:
    view, other = save(ledger), save(ledger, name="Other")
    seen = read_decisions(ledger).entry_id
    wanted = replace(view, name=" Home ", roles=("sponsor", "owner"), query="ignored", page="data", owner="x")
    record_view_changed(ledger, NINA, wanted, at=NOON, known=KNOWN, seen=seen)
    assert read_decisions(ledger).views[view.key] == replace(view, name="Home", roles=("owner", "sponsor"))
    with pytest.raises(ChangedMeanwhileError, match="nina changed this meanwhile: Home"):
        record_view_changed(ledger, NINA, replace(view, name="Third"), at=NOON, known=KNOWN, seen=seen)
    with pytest.raises(NameTakenError):
        record_view_changed(ledger, NINA, replace(other, name="HOME"), at=NOON, known=KNOWN, seen=seen)


def test_a_deleted_view_comes_back(ledger: Ledger) -> None:
    view = save(ledger, roles=["sponsor"])
    record_view_deleted(ledger, NINA, view.key, at=NOON)
    assert seen_by(ledger, "nina", "owner") == seen_by(ledger, "tom", "sponsor") == []
    record_view_undone(ledger, NINA, 2, at=NOON)
    assert read_decisions(ledger).views[view.key] == view
    record_view_deleted(ledger, NINA, view.key, at=NOON)
    save(ledger)  # its name is given anew meanwhile
    with pytest.raises(NameTakenError):
        record_view_undone(ledger, NINA, 4, at=NOON)


def test_nobody_touches_a_view_of_somebody_else(ledger: Ledger) -> None:
    view = save(ledger, roles=["owner"])
    with pytest.raises(NotAllowedError, match="This view is somebody else’s"):
        record_view_deleted(ledger, OMAR, view.key, at=NOON)
    with pytest.raises(NotAllowedError):
        record_view_changed(ledger, OMAR, replace(view, owner="omar"), at=NOON, known=KNOWN, seen=1)
    with pytest.raises(NotAllowedError):
        record_view_undone(ledger, OMAR, 1, at=NOON)
    with pytest.raises(DecisionError, match="no such view"):
        record_view_deleted(ledger, NINA, "?", at=NOON)
    assert len(ledger.entries()) == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": " \t "}, "Give the view a name."),
        ({"name": "a\0b"}, "Give the view a name."),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"page": "cellar"}, "There is no page “cellar”."),
        ({"roles": ["king"]}, "There is no role “king”."),
        ({"query": f"period={'x' * 2_000}"}, "too many filters"),
    ],
)
def test_a_view_that_cannot_be_is_refused(ledger: Ledger, fields: dict[str, Any], told: str) -> None:
    with pytest.raises(DecisionError, match=told):
        save(ledger, **fields)
    assert ledger.entries() == ()


def test_only_filters_are_kept_of_a_url() -> None:
    asked = "?period=Last+30+days&token=secret&country_code=%F0%9F%87%AB&__proto__=1&country_code=a%26b"
    assert known_query(asked, KNOWN.filters) == ("period=Last+30+days&country_code=%F0%9F%87%AB&country_code=a%26b")
    assert known_query("", KNOWN.filters) == known_query("javascript:alert(1)", KNOWN.filters) == ""
