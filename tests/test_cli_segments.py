"""Named segments from the command line: real processes."""

import json
from pathlib import Path

import pytest

from kpi.store import Store
from tests.store.processes import run_command


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def run(store: Store, *words: object) -> str:
    done = run_command(store.folder, "segments", *words)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_a_segment_is_saved_listed_replaced_and_deleted(store: Store) -> None:
    assert run(store, "list").startswith("There is no segment.")
    french = ("--filter", "country_code=FR", "--filter", "country_code=BE", "--filter", "has_posted=no")
    assert run(store, "save", "Silent [b]friends", *french, "--role", "coordinator") == (
        "The segment Silent [b]friends is saved.\n"
    )
    assert json.loads(run(store, "list", "--json")) == [
        {
            "owner": "command line",
            "name": "Silent [b]friends",
            "filters": {"country_code": ["BE", "FR"], "has_posted": ["no"]},
            "roles": ["coordinator"],
        }
    ]
    assert run(store, "save", "silent [b]friends", "--replace", "--filter", "sector=Retail").endswith("is saved.\n")
    assert "sector=Retail" in run(store, "list")
    assert run(store, "delete", "Silent [b]Friends") == "The segment Silent [b]Friends is deleted.\n"
    assert json.loads(run(store, "list", "--json")) == []
    assert [entry.kind for entry in store.ledger.entries()] == ["segments"] * 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("save", "A", "--filter", "country=FR"), "There is no filter named “country”. Did you mean country_code?"),
        (("save", "A", "--filter", "sector"), "not of the form FILTER=VALUE"),
        (("save", "A", "--filter", "minimum_confidence=2"), "is one of these: 0.5 or 0.75."),
        (
            ("save", "A", "--filter", "has_posted=yes", "--filter", "has_posted=no"),
            "“has_posted” is either yes or no, not both.",
        ),
        (("save", "A", "--filter", "sector=x", "--role", "king"), "There is no role “king”."),
        (("delete", "A"), "No segment A was saved on the command line."),
    ],
)
def test_what_is_not_possible_is_told_and_not_recorded(store: Store, words: tuple[str, ...], message: str) -> None:
    done = run_command(store.folder, "segments", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert store.ledger.entries() == ()
