"""The command line: what it prints for people and for scripts, and how it says no."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from kpi.cli import main
from kpi.ingest import import_files
from kpi.metrics import METRICS
from kpi.settings import PROJECT, read_settings
from kpi.store import Store
from tests.store.exports import CUSTOMERS, NOW, ORDERS, REFUNDS, held, settings, write

COMPANY: dict[str, Sequence[str]] = {
    "customers": ("customer_id,joined_at,country_code", "C1,2026-01-01,FR", "C2,2026-01-01,", "C3,2026-01-01,DE"),
    "orders": (ORDERS, "O1,C1,2026-05-01,100", "O2,C1,2026-05-02,20", "O3,C2,2026-04-30,7", "O4,C3,2026-05-31,1"),
}
SECOND = ("--from", "2026-05-02", "--to", "2026-05-03")
MAY = ("--from", "2026-05-01", "--to", "2026-06-01")
ROW = ["metric", "from", "to", "group", "value", "low", "high", "n", "unit", "reason"]
COMPARED = [*ROW, "compared_from", "compared_to", "compared_value", "compared_reason", "change"]
COMMANDS = (
    "import",
    "measure",
    "metrics",
    "status",
    "versions",
    "rollback",
    "rebuild",
    "refresh",
    "backup",
    "restore",
    "statement",
    "user",
    "audit",
)


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON, of which it must hold nothing else."""
        return json.loads(self.out, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is not JSON")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in os.environ:
        if name.startswith("AMBASSADE_"):
            monkeypatch.delenv(name)
    read_settings.cache_clear()
    yield
    read_settings.cache_clear()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store that no test writes to."""
    folder = tmp_path_factory.mktemp("filled")
    store = Store(folder / "store")
    import_files(store, [write(folder / "exports", **COMPANY)], settings(), now=NOW)
    return store


@pytest.fixture
def run(filled: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command in this process, on the filled store unless another is given."""

    def call(*arguments: object, store: Path | None = filled.folder) -> Answer:
        words = [*(("--store", store) if store else ()), *arguments]
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        found = capsys.readouterr()
        return Answer(int(left.value.code or 0), found.out, found.err)

    return call


# What it prints for scripts


def test_measure_gives_a_row_per_metric(run: Any) -> None:
    answer = run("measure", "net_revenue", "orders", "attributed_revenue", *MAY, "--json")
    revenue, orders, attributed = answer.data
    assert [list(row) for row in (revenue, orders, attributed)] == [ROW] * 3
    assert revenue == {
        "metric": "net_revenue",
        "from": "2026-05-01",
        "to": "2026-06-01",
        "group": None,
        "value": 121.0,  # 100 + 20 + 1
        "low": None,
        "high": None,
        "n": None,
        "unit": "money",
        "reason": None,
    }
    assert (orders["value"], orders["unit"]) == (3, "count")
    assert (attributed["value"], attributed["reason"]) == (None, "waits for ambassadors")
    assert (answer.code, answer.err) == (0, "")


def test_measure_by_a_dimension_gives_a_row_per_group(run: Any) -> None:
    found = run(
        "measure", "net_revenue", "--from", "2026-01-01", "--to", "2026-06-01", "--by", "country_code", "--json"
    )
    assert [(row["group"], row["value"]) for row in found.data] == [("DE", 1.0), ("FR", 120.0), ("unknown", 7.0)]
    assert [list(row) for row in found.data] == [ROW] * 3


def test_measure_keeps_the_values_named(run: Any) -> None:
    year = ("--from", "2026-01-01", "--to", "2026-06-01", "--json")
    both = run("measure", "orders", *year, "--where", "country_code=DE", "--where", "country_code=FR")
    assert [row["value"] for row in both.data] == [3]
    unknown = run("measure", "orders", *year, "--where", "country_code=unknown")
    assert [row["value"] for row in unknown.data] == [1]
    none = run("measure", "orders", *year, "--where", "country_code=a=b")
    assert [row["value"] for row in none.data] == [0]


def test_measure_beside_another_period(run: Any) -> None:
    (row,) = run("measure", "net_revenue", *MAY, "--compare", "previous", "--json").data
    assert list(row) == COMPARED
    # Orders begin on 30 April, so that the 31 days before May are not all known: 121, beside nothing.
    unknown = ["2026-03-31", "2026-05-01", None, "no data before 30 Apr 2026", None]
    assert [row["value"], *(row[name] for name in COMPARED[-5:])] == [121.0, *unknown]
    # 2 May beside the day before: 20 - 100
    (day,) = run("measure", "net_revenue", *SECOND, "--compare", "previous", "--json").data
    assert [day[name] for name in COMPARED[-5:]] == ["2026-05-01", "2026-05-02", 100.0, None, -80.0]
    (year,) = run("measure", "attributed_revenue", *MAY, "--compare", "last-year", "--json").data
    waits = "waits for ambassadors"
    assert [year[name] for name in COMPARED[-5:]] == ["2025-05-01", "2025-06-01", None, waits, None]


def test_measure_by_a_dimension_beside_another_period(run: Any) -> None:
    days = ("--from", "2026-05-01", "--to", "2026-05-02")
    found = run("measure", "net_revenue", *days, "--compare", "previous", "--by", "country_code", "--json").data
    assert [(row["group"], row["value"], row["compared_value"], row["change"]) for row in found] == [
        ("FR", 100.0, 0.0, 100.0),
        ("unknown", 0.0, 7.0, -7.0),
    ]


def test_measure_outside_the_data_says_why_and_never_zero(run: Any) -> None:
    april = ("--from", "2026-04-01", "--to", "2026-04-30")
    (row,) = run("measure", "net_revenue", *april, "--json").data
    assert (row["value"], row["reason"]) == (None, "no data before 30 Apr 2026")
    shown = run("measure", "net_revenue", *april).out
    assert "n/a" in shown
    assert "net_revenue: no data before 30 Apr 2026" in shown
    june = run("measure", "orders", "--from", "2026-06-01", "--to", "2026-07-01", "--json").data
    assert [(row["value"], row["reason"]) for row in june] == [(None, "no data after 31 May 2026")]


def test_every_metric_is_json(run: Any) -> None:
    rows = run("measure", *METRICS, *MAY, "--json").data
    assert [row["metric"] for row in rows] == list(METRICS)


def test_metrics_are_described(run: Any) -> None:
    described = run("metrics", "--json").data
    assert [one["name"] for one in described] == list(METRICS)
    keys = ["name", "label", "unit", "better", "section", "means", "formula", "needs", "breakdowns"]
    assert {tuple(one) for one in described} == {tuple(keys)}


def test_status_is_the_manifest(run: Any, filled: Store) -> None:
    status = run("status", "--json").data
    assert status == filled.published().model_dump(mode="json")
    assert status["rows"]["orders"] == 4
    assert status["data_end"] == "2026-06-01"


def test_versions_say_which_is_published(run: Any) -> None:
    (version,) = run("versions", "--json").data
    assert (version["version"], version["published"], version["is_demo"]) == (1, True, False)


def test_import_reports_what_it_did(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMBASSADE_REJECTED_ROWS_LIMIT", "1")
    lines = (f"{ORDERS},mood", "O1,C1,2026-05-01,100,good", "O2,C1,2026-05-01,-1,bad", "O1,C1,2026-05-01,50,good")
    exports = write(tmp_path / "exports", customers=(CUSTOMERS, "C1,2026-01-01"), orders=lines)
    answer = run("import", exports, "--json", store=tmp_path / "store")
    assert answer.data == {
        "version": 1,
        "published": True,
        "tables": {
            "customers": {"rows": 1, "accepted": 1, "rejected": 0},
            "orders": {"rows": 3, "accepted": 2, "rejected": 1},
        },
        "quarantine": [
            {"file": "orders.csv", "row": 2, "column": "net_amount", "rule": "must be at least 0", "value": "-1"}
        ],
        "notes": ["orders.csv: ignored columns mood"],
    }
    assert (answer.code, answer.err) == (0, "")
    again = run("import", exports, "--json", store=tmp_path / "store").data
    assert (again["version"], again["published"], again["tables"], again["quarantine"]) == (1, False, {}, [])


# What it prints for people


def test_people_read_tables(run: Any) -> None:
    measured = run("measure", "net_revenue", "attributed_revenue", *MAY)
    assert "2026-05-01 to 2026-06-01, end not included" in measured.out
    cells = [[cell.strip() for cell in re.split("[│┃]", line)[1:-1]] for line in measured.out.splitlines()]
    assert ["net_revenue", "121", "money"] in cells
    assert ["attributed_revenue", "n/a", "money"] in cells
    assert measured.out.endswith("attributed_revenue: waits for ambassadors\n")
    compared = run("measure", "net_revenue", *MAY, "--compare", "previous").out
    assert "2026-05-01 to 2026-06-01, end not included, beside 2026-03-31 to 2026-05-01" in compared
    assert "net_revenue" in run("metrics").out
    status = run("status").out
    assert "Version 1, built 2026-06-01 12:00 UTC: imported data, data before 2026-06-01." in status
    assert "orders.csv" in status
    assert "published" in run("versions").out


def test_versions_come_and_go(run: Any, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = run("import", write(tmp_path / "1", **COMPANY), store=store)
    assert "Version 1 is published." in first.out
    nothing = run("import", tmp_path / "1", store=store)
    assert "Nothing new: version 1 stays published." in nothing.out
    assert "orders.csv was imported before: nothing changes" in nothing.out
    run("import", write(tmp_path / "2", orders=(ORDERS, "O9,C1,2026-05-01,9")), store=store)
    assert run("rollback", store=store).out == "Version 1 is published again.\n"
    rebuilt = run("rebuild", store=store)
    assert rebuilt.out == "Version 3 is published, rebuilt from 7 rows.\n"  # 3 customers + 4 orders
    assert run("rollback", "2", store=store).out == "Version 2 is published again.\n"
    assert [one["published"] for one in run("versions", "--json", store=store).data] == [False, True, False]
    assert [entry.kind for entry in Store(store).ledger.entries()] == [
        "rollback",
        "rebuild",
        "rollback",
        "import",
        "import",
    ]


@pytest.mark.parametrize("batch", ["[bold]", "[/red]", ":smile:", "[link=x]"])
def test_signs_of_markup_in_names_are_shown_as_they_are(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: str
) -> None:
    monkeypatch.setenv("AMBASSADE_REJECTED_ROWS_LIMIT", "1")
    name = batch.replace("/", "%")
    exports = write(
        tmp_path / "exports",
        **{f"customers__{name}": (f"customer_id,joined_at,sector,{batch}", f"C1,2026-01-01,{batch},1")},
    )
    write(exports, orders=(ORDERS, "O1,C1,2026-05-01,5"))
    imported = run("import", exports, store=tmp_path / "store")
    assert f"customers-{name}.csv: ignored columns {batch}" in imported.out
    assert f"customers-{name}.csv" in run("status", store=tmp_path / "store").out
    assert batch in run("measure", "orders", *MAY, "--by", "sector", store=tmp_path / "store").out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_helps(run: Any, command: str) -> None:
    answer = run(command, "--help", store=None)
    assert answer.code == 0
    assert re.search(rf"Usage: .*\b{command}\b", answer.out)


def test_help_names_every_command(run: Any) -> None:
    out = run("--help", store=None).out
    assert [command for command in COMMANDS if not re.search(rf"\b{command}\b", out)] == []


# How it says no

WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "metric": (("measure", "net_revenu", *MAY), "There is no metric named “net_revenu”. Did you mean net_revenue?"),
    "number made of others": (
        ("measure", "lifetime_value", *MAY),
        "“lifetime_value” is worked out of other numbers, not measured by period. "
        "The page Affordability tells it, and so does: python -m kpi lifetime.",
    ),
    "dimension": (
        ("measure", "net_revenue", *MAY, "--by", "country"),
        "There is no breakdown of net_revenue named “country”. Did you mean country_code?",
    ),
    "filter's dimension": (
        ("measure", "net_revenue", *MAY, "--where", "sectr=food"),
        "There is no breakdown of net_revenue named “sectr”. Did you mean sector?",
    ),
    "filter": (
        ("measure", "net_revenue", *MAY, "--where", "country_code"),
        "The filter “country_code” is not of the form DIM=VALUE, such as country_code=FR.",
    ),
    "filter without a name": (
        ("measure", "net_revenue", *MAY, "--where", "=FR"),
        "The filter “=FR” is not of the form",
    ),
    "model": (
        ("measure", "net_revenue", *MAY, "--model", "lineer"),
        "There is no attribution model named “lineer”. Did you mean linear?",
    ),
    "window": (
        ("measure", "attributed_revenue", *MAY, "--window", "31"),
        "There is no window of 31 days. Choose one of",
    ),
    "window of nothing": (("measure", "attributed_revenue", *MAY, "--window", "0"), "There is no window of 0 days."),
    "window in words": (("measure", "attributed_revenue", *MAY, "--window", "month"), "--window"),
    "comparison": (
        ("measure", "net_revenue", *MAY, "--compare", "previus"),
        "There is no comparison named “previus”. Did you mean previous?",
    ),
    "date": (("measure", "net_revenue", "--from", "2026-02-30", "--to", "2026-06-01"), "2026-02-30"),
    "end before start": (
        ("measure", "net_revenue", "--from", "2026-06-01", "--to", "2026-05-01"),
        "The period 2026-06-01 to 2026-05-01 holds no day: the end is not part of it.",
    ),
    "no day": (("measure", "net_revenue", "--from", "2026-06-01", "--to", "2026-06-01"), "holds no day"),
    "first day there is": (
        ("measure", "net_revenue", "--from", "0001-01-01", "--to", "0001-02-01", "--compare", "last-year"),
        "choose days from 1900-01-01 to 2200-01-01",
    ),
    "all days there are": (
        ("measure", "net_revenue", "--from", "0001-01-01", "--to", "9999-12-31", "--compare", "previous"),
        "choose days from 1900-01-01 to 2200-01-01",
    ),
    "no dates": (("measure", "net_revenue"), "--from"),
    "command": (("mesure", "net_revenue"), "mesure"),
    "option": (("status", "--jason"), "--jason"),
    "version": (("rollback", "77"), "Version 77 is not kept. Kept versions: 1."),
    "version before the first": (("rollback",), "No version before 1 is kept"),
    "path": (("import", "/no/such/place"), "place does not exist. Look into /no/such."),
    "recipe": (("import", "{exports}", "--recipe", "/no/such/recipe"), "/no/such/recipe holds no recipe"),
    "recipe's table": (("import", "{exports}", "--recipe", "{recipe}"), "no table named “order”. Did you mean orders?"),
    "table": (("import", "{unknown}"), "the contract has no table “custmers”. Did you mean customers.csv?"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_ends_in_one_message(run: Any, tmp_path: Path, filled: Store, mistake: str) -> None:
    words, message = WRONG[mistake]
    (tmp_path / "recipe").mkdir()
    (tmp_path / "recipe" / "order.sql").write_text("select * from source")
    places = {
        "exports": write(tmp_path / "exports", **COMPANY),
        "recipe": tmp_path / "recipe",
        "unknown": write(tmp_path / "unknown", custmers=(CUSTOMERS,)),
    }
    before = held(filled)
    answer = run(*(word.format(**places) for word in words))
    assert answer.code == 2
    assert message in " ".join(answer.err.split())
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert held(filled) == before


@pytest.mark.parametrize("command", [("status",), ("measure", "orders", *MAY), ("rollback",), ("rebuild",)])
def test_an_empty_store_says_how_to_begin(run: Any, tmp_path: Path, command: tuple[str, ...]) -> None:
    answer = run(*command, store=tmp_path / "store")
    assert (answer.code, answer.out) == (2, "")
    assert "Nothing is published yet. Import your exports with: python -m kpi import FOLDER" in answer.err


def test_an_empty_store_has_no_versions(run: Any, tmp_path: Path) -> None:
    assert run("versions", "--json", store=tmp_path / "store").data == []


def test_a_version_that_contradicts_itself_ends_in_code_3(run: Any, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run("import", write(tmp_path / "1", **COMPANY, refunds=(REFUNDS, "R1,O1,2026-05-09,60")), store=store)
    answer = run("import", write(tmp_path / "2", orders=(ORDERS, "O1,C1,2026-05-01,50")), "--json", store=store)
    assert (answer.code, answer.out) == (3, "")
    assert "refunds exceed what was paid for the order: 1 (O1)" in answer.err
    assert run("status", "--json", store=store).data["version"] == 1


def test_too_many_rejected_rows_end_in_code_2(run: Any, tmp_path: Path) -> None:
    exports = write(tmp_path / "exports", customers=(CUSTOMERS, "C1,never"))
    answer = run("import", exports, store=tmp_path / "store")
    assert (answer.code, answer.out) == (2, "")
    assert "customers: 1 of 1 rows break a rule, more than the 5 % allowed, so nothing was imported." in answer.err


def test_the_environment_names_the_store(
    run: Any, tmp_path: Path, filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMBASSADE_STORE", str(filled.folder))
    assert run("status", "--json", store=None).data["version"] == 1
    assert run("status", store=tmp_path / "other").code == 2  # the option stands above it


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("AMBASSADE_CURRENCY", "euro", "Settings cannot be used (currency:"),
        ("AMBASSADE_TIME_ZONE", "Paris", "Europe/Paris"),
        ("AMBASSADE_RATES", "{", "Settings cannot be read"),
    ],
)
def test_settings_that_cannot_be_used_are_named(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    answer = run("import", write(tmp_path / "exports", **COMPANY), store=tmp_path / "store")
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert not (tmp_path / "store").exists()


# As a shell starts it


def _shell(*words: object, **environment: str) -> Answer:
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def test_a_shell_gets_pure_json_and_the_exit_code(filled: Store) -> None:
    answer = _shell("-m", "kpi", "--store", filled.folder, "measure", "orders", *MAY, "--json", FORCE_COLOR="1")
    assert ([row["value"] for row in answer.data], answer.code, answer.err) == ([3], 0, "")
    wrong = _shell("-m", "kpi", "measure", "orderz", *MAY, "--json", AMBASSADE_STORE=str(filled.folder))
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err == "There is no metric named “orderz”. Did you mean orders?\n"


SHOW_PROGRESS = """
from kpi.console import progress
with progress(quiet=False) as tell:
    tell("Reading orders [bold].csv", 1, 2)
"""


def test_progress_goes_to_the_error_stream() -> None:
    shown = _shell("-c", SHOW_PROGRESS, FORCE_COLOR="1", TERM="xterm")
    assert (shown.code, shown.out) == (0, "")
    assert "Reading orders [bold].csv" in shown.err
