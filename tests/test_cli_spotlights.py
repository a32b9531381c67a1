"""Spotlights from the command line: real processes."""

import json
import os
import pwd
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kpi.decisions import read_decisions
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from tests.store.processes import run_command

ME = pwd.getpwuid(os.getuid()).pw_name
TODAY = datetime.now(Settings().zone).date()
CUSTOMERS = "customer_id,full_name,email,joined_at,contact_consent\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that knows ann and bob, who may be contacted, and cleo, who may not."""
    rows = (
        "ann,Ann Martin,ann@example.org,2026-01-01,yes\nbob,Bob Roy,,2026-01-01,yes\ncleo,Cleo Petit,,2026-01-01,no\n"
    )
    (tmp_path / "customers.csv").write_text(CUSTOMERS + rows)
    found = Store(tmp_path / "store")
    import_files(found, [tmp_path / "customers.csv"], Settings())
    return found


def run(store: Store, *words: object) -> str:
    done = run_command(store.folder, "spotlights", *words)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_from_the_proposal_to_the_newsletter(store: Store, tmp_path: Path) -> None:
    assert run(store).startswith("There is no spotlight.")
    assert run(store, "propose", "ann", "--act", "content:P1", "--note", "A [bold]review") == "ann is proposed.\n"
    assert run(store, "ask", "ann", "--due", TODAY + timedelta(days=3)) == "ann is asked.\n"
    assert run(store, "accept", "ann", "--quote", "Happy <b>to</b>") == "ann is accepted.\n"
    assert run(store, "undo", "ann") == "ann is asked again.\n"
    assert run(store, "accept", "ann", "--quote", "Happy <b>to</b>") == "ann is accepted.\n"
    assert run(store, "schedule", "ann", "--channel", "website", "--day", TODAY) == "ann is scheduled.\n"
    assert run(store, "schedule", "ann", "--channel", "website", "--day", TODAY) == "It is so already.\n"
    assert run(store, "publish", "ann", "--link", "https://example.org/ann") == "ann is published.\n"
    assert run(store, "answer", "ann") == "ann is answered.\n"
    (row,) = json.loads(run(store, "--json"))
    assert row == {
        "customer_id": "ann",
        "stage": "answered",
        "owner": ME,
        "due": None,
        "channel": "website",
        "day": str(TODAY),
        "published_on": str(TODAY),
        "act": "content:P1",
        "note": "A [bold]review",
        "quote": "Happy <b>to</b>",
        "link": "https://example.org/ann",
        "reason": "",
    }
    file = tmp_path / "news.html"
    told = run(store, "newsletter", "--month", f"{TODAY:%Y-%m}", "--out", file, "--language", "fr")
    assert told.endswith(": 1 in it.\n")
    text = file.read_text()
    assert "Ann Martin" in text
    assert "Happy &lt;b&gt;to&lt;/b&gt;" in text
    assert 'lang="fr"' in text
    newest, *_ = store.ledger.entries()
    assert (newest.kind, newest.actor) == ("export", "command line")
    assert newest.details == {"by": ME, "file": "ambassade-newsletter", "rows": 1}
    decided = [entry for entry in store.ledger.entries() if entry.kind == "spotlights"]
    assert {(entry.actor, entry.details["by"]) for entry in decided} == {("command line", ME)}
    assert store.ledger.verify() == ()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("propose", "zoe"), "There is no customer “zoe” in the data."),
        (("propose", "cleo"), "“cleo” may not be proposed now. May not be contacted: no consent."),
        (("ask", "ann"), "There is no spotlight on ann. Propose one with: python -m kpi spotlights propose ann"),
        (("schedule", "ann", "--channel", "webside", "--day", "2030-01-01"), "Did you mean website?"),
        (("set-aside", "ann", "--until", "2020-01-01", "--reason", "Busy"), "Give a day to come"),
        (("newsletter", "--month", "2026-11", "--out", "news.md"), "Nobody is to be in the newsletter of 2026-11"),
        (("newsletter", "--month", "2026-11", "--out", "x", "--format", "pdf"), "There is no format named “pdf”."),
    ],
)
def test_what_is_not_possible_is_told_and_not_recorded(store: Store, words: tuple[str, ...], message: str) -> None:
    done = run_command(store.folder, "spotlights", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert [entry.kind for entry in store.ledger.entries()] == ["import"]


def test_people_are_set_aside_brought_back_and_invited(store: Store) -> None:
    until = date(TODAY.year + 1, 1, 7)
    assert run(store, "set-aside", "ann", "--until", until, "--reason", "Away") == f"ann is set aside until {until}.\n"
    refused = run_command(store.folder, "spotlights", "propose", "ann")
    assert f"{ME} (command line) was first" in refused.err
    assert run(store, "bring-back", "ann") == "ann may be proposed.\n"
    assert run(store, "bring-back", "ann") == "ann is not set aside.\n"
    assert run(store, "propose", "ann") == "ann is proposed.\n"
    assert run(store, "undo", "ann") == "ann is not proposed.\n"
    assert run(store, "invite", "bob") == "bob is invited.\n"
    assert list(read_decisions(store.ledger).invitations) == ["bob"]
    assert run(store, "uninvite", "bob") == "bob is no longer invited.\n"
    assert run(store, "uninvite", "bob") == "bob is not invited.\n"
    assert list(read_decisions(store.ledger).invitations) == []
    assert run(store, "invite", "bob") == "bob is invited.\n"


def test_who_took_their_consent_back_is_not_listed(store: Store, tmp_path: Path) -> None:
    run(store, "propose", "ann")
    run(store, "propose", "bob")
    (tmp_path / "customers-2.csv").write_text(f"{CUSTOMERS}ann,Ann Martin,ann@example.org,2026-01-01,no\n")
    import_files(store, [tmp_path / "customers-2.csv"], Settings())
    assert [row["customer_id"] for row in json.loads(run(store, "--json"))] == ["bob"]
    told = run(store)
    assert "│ ann " not in told
    assert told.endswith("Not listed, since they are no longer in the data or may not be contacted: 1.\n")
