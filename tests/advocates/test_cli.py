"""The commands, as a script and as a person use them."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from kpi.cli import main
from kpi.decisions import Author, Stage, record_segment
from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from tests.advocates.conftest import CLUB, RULES
from tests.conftest import NOW, completed, write_tables
from tests.decisions.spotlighting import lead, rules, take
from tests.store.processes import run_command

Run = Callable[..., str]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("club")
    store = Store(folder / "store")
    import_files(store, write_tables(folder, completed(CLUB)), Settings(advocates=RULES), now=NOW)
    return store


@pytest.fixture
def run(store: Store, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on the club and give what it printed."""

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(store.folder), "advocates", *arguments])
        found = capsys.readouterr()
        return found.out if not ended.value.code else found.err

    return run


def ranked(run: Run, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("rank", *arguments, "--json"))
    return found


def test_the_list_as_json(run: Run) -> None:
    found = ranked(run, "--limit", "3")
    assert [set(row) for row in found] == [
        {"customer_id", "engagement_score", "referral_potential", "confidence", "reasons"}
    ] * 3
    assert found[0]["customer_id"] == "poster"
    for row in found:
        assert [set(reason) for reason in row["reasons"]] == [{"reason", "points"}] * len(row["reasons"])
        assert sum(reason["points"] for reason in row["reasons"]) == pytest.approx(row["engagement_score"], abs=1e-9)


def test_of_one_segment_and_as_of_a_day(run: Run) -> None:
    assert {row["customer_id"] for row in ranked(run, "--segment", "BE")} == {"buyer", "quiet"}
    assert {row["customer_id"] for row in ranked(run, "--segment", "country_code=unknown")} == {"newcomer"}
    assert ranked(run, "--segment", "unknown", "--as-of", "2026-10-30") == []


def test_of_a_segment_that_was_saved(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("saved")
    own = Store(folder / "store")
    import_files(own, write_tables(folder, completed(CLUB)), Settings(advocates=RULES), now=NOW)

    def save(owner: str, name: str, **filters: Sequence[str]) -> None:
        given = {"filters": filters, "at": NOW, "all_roles": ()}
        record_segment(own.ledger, Author(name=owner), name=name, **given)

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(own.folder), "advocates", "rank", "--json", *arguments])
        found = capsys.readouterr()
        return found.out if not ended.value.code else found.err

    def listed(*arguments: str) -> set[str]:
        return {row["customer_id"] for row in json.loads(run(*arguments))}

    save("nina", "Belgian b=uyers", country_code=["BE"], has_posted=["yes"])
    # of the two in Belgium only one wrote something, a review
    assert listed("--segment", "belgian B=uyers") == {"buyer"}
    save("nina", "Well known", minimum_confidence=["0.75"], has_posted=["yes"])
    known = {"poster", "promoter", "buyer"}  # 0.78, 0.92 and 0.78 are known of them
    assert listed("--segment", "Well known") == known
    save("omar", "Well known", country_code=["BE"])
    assert "Several people saved a segment “Well known”. Say whose: --owner nina, or --owner omar." in run(
        "--segment", "Well known"
    )
    assert listed("--segment", "Well known", "--owner", "omar") == {"buyer", "quiet"}
    assert listed("--segment", "Well known", "--owner", "nina") == known
    assert "Did you mean Well known?" in run("--segment", "Well knwon")
    # a saved one does not hide the data's own of the same name
    save("omar", "FR", country_code=["BE"])
    assert listed("--segment", "FR").isdisjoint({"buyer", "quiet"})
    assert listed("--segment", "FR", "--owner", "omar") == {"buyer", "quiet"}


def test_some_are_drawn_when_there_are_more_than_the_list_takes(run: Run) -> None:
    drawn = [row["reasons"][-1] for row in ranked(run, "--limit", "5")]
    assert drawn.count({"reason": "Drawn at random, so that the score keeps being tested.", "points": 0.0}) == 0
    # ten of whom one is drawn would be two more than there are
    assert len(ranked(run, "--limit", "10")) == 8


def test_what_a_person_reads(run: Run) -> None:
    assert "8 people who may be proposed, as of 2026-11-01" in run("rank", "--limit", "2")
    assert "1 candidate cannot be contacted: no consent." in run("left-out")
    assert run("why-not", "silent", "--language", "fr").splitlines()[0] == (
        "Ne peut pas être contacté\N{NO-BREAK SPACE}: pas de consentement."
    )
    assert run("why-not", "poster") == "Nothing stands against proposing this customer.\n"


def test_who_may_not_be_named_stands_in_no_output(run: Run) -> None:
    hidden = ("silent", "employee", "unhappy", "asking")
    days = ((), *(("--as-of", f"2026-{month:02}-15") for month in range(6, 11)))
    lists = [run("rank", "--json", *day) for day in days]
    printed = [*lists[:1], run("rank"), run("left-out"), run("backtest"), run("backtest", "--json")]
    assert [name for name in hidden for text in printed if name in text] == []
    # without consent, and staff, on no day
    assert [name for name in ("silent", "employee") for text in lists if name in text] == []
    assert "poster" not in run("backtest", "--json")  # nobody is named there


def test_the_back_test_as_json_as_markdown_and_for_people(run: Run) -> None:
    found = json.loads(run("backtest", "--json"))
    assert (found["as_of"], found["outcome"], found["capacity"]) == ("2026-11-01", "organic act", 10)
    assert [day["cutoff"] for day in found["cutoffs"]] == ["2026-08-03", "2026-05-05", "2026-02-04", "2025-11-06"]
    estimate = {"value", "low", "high", "n"}
    for day in found["cutoffs"]:
        assert {"engagement score", "recency", "random"} <= set(day["orders"])
        told = {name: set(one) for quality in day["orders"].values() for name, one in quality.items()}
        assert told == {"precision": estimate, "lift": estimate, "auc": estimate}
    assert found["ranked_by"] == "engagement score"
    assert run("backtest", "--markdown").startswith(
        "| order | precision at 10 | lift at 10 | AUC |\n|---|---:|---:|---:|\n"
    )
    assert "organic act within 90 days, of people never thanked or featured before." in run("backtest")
    assert "The list is ordered by the engagement score." in run("backtest")


def test_the_back_test_leaves_out_who_was_featured_before(store: Store, tmp_path: Path) -> None:
    def people(folder: Path, *arguments: str) -> list[int]:
        told = run_command(folder, "advocates", "backtest", "--json", *arguments).out
        return [day["people"] for day in json.loads(told)["cutoffs"]]

    before = people(store.folder)
    copytree(store.folder, tmp_path / "store")
    # featured on 1 April 2026: after two of the four days, and before the other two
    lead(
        Store(tmp_path / "store").ledger,
        "promoter",
        Stage.ASKED,
        Stage.ACCEPTED,
        Stage.SCHEDULED,
        Stage.PUBLISHED,
        rules=rules({"promoter": True}),
        at=datetime(2026, 4, 1, 12, tzinfo=UTC),
    )
    featured = [before[0] - 1, before[1] - 1, *before[2:]]
    assert people(tmp_path / "store") == featured
    assert people(tmp_path / "store", "--as-of", "2026-11-01") == featured


def test_too_short_a_past_is_told(run: Run) -> None:
    assert "nothing to test on yet" in run("backtest", "--as-of", "2025-04-01")
    assert run("backtest", "--as-of", "2025-04-01", "--markdown") == "Nothing to test on yet.\n"
    assert json.loads(run("backtest", "--as-of", "2025-04-01", "--json"))["cutoffs"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rank", "--segment", "ZZ"), "There is no segment named “ZZ”"),
        (("rank", "--segment", "age=3"), "There is no segment named “age”"),
        (("rank", "--segment", "sector=ZZ"), "There is no segment named “ZZ”"),
        (("rank", "--owner", "nina"), "Name the segment too: --segment NAME"),
        (("rank", "--segment", "FR", "--owner", "nina"), "There is no segment named “FR”"),
        (("rank", "--language", "de"), "There is no language named “de”"),
        (("rank", "--as-of", "1200-01-01"), "No data is so far away"),
        (("why-not", "nobody"), "There is no customer “nobody”"),
    ],
)
def test_mistakes_are_told(run: Run, arguments: tuple[str, ...], message: str) -> None:
    assert message in run(*arguments)


def test_who_is_planned_by_a_decision_is_listed_no_more(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("planned")
    own = Store(folder / "store")
    import_files(own, write_tables(folder, completed(CLUB)), Settings(advocates=RULES), now=NOW)

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--store", str(own.folder), *arguments])
        assert not ended.value.code
        return capsys.readouterr().out

    def listed(*arguments: str) -> set[str]:
        return {row["customer_id"] for row in json.loads(run("advocates", "rank", "--json", *arguments))}

    assert "poster" in listed()
    run("spotlights", "propose", "poster")
    assert "poster" not in listed()
    assert "Already planned." in run("advocates", "why-not", "poster")
    today = f"{datetime.now(Settings().zone):%Y-%m-%d}"
    assert "poster" not in listed("--as-of", today)
    assert "Already planned." in run("advocates", "why-not", "poster", "--as-of", today)
    run("spotlights", "withdraw", "poster")
    assert "poster" in listed()


def test_as_of_a_day_what_was_decided_later_does_not_count(store: Store, tmp_path: Path) -> None:
    copytree(store.folder, tmp_path / "store")
    ledger = Store(tmp_path / "store").ledger

    def why_not(day: str) -> str:
        return run_command(tmp_path / "store", "advocates", "why-not", "poster", "--as-of", day).out

    # 23:30 in UTC on 9 October 2025 is 1:30 on the 10th in Paris, whose day counts
    using = rules({"poster": True})
    key = lead(ledger, "poster", Stage.ASKED, rules=using, at=datetime(2025, 10, 9, 23, 30, tzinfo=UTC)).key
    take(ledger, key, Stage.DECLINED, rules=using, at=datetime(2025, 10, 20, 12, tzinfo=UTC))
    assert why_not("2025-10-09") == "Nothing stands against proposing this customer.\n"
    assert why_not("2025-10-10") == why_not("2025-10-19") == "Already planned.\n"
    # declined on 20 October 2025, and 90 days: 18 January 2026
    told = "Had their turn not long ago: to be proposed again from 18 Jan 2026 on.\n"
    assert why_not("2025-10-20") == why_not("2026-01-17") == told
    assert why_not("2026-01-18") == "Nothing stands against proposing this customer.\n"
