import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from bench.__main__ import main
from bench.advocates import LISTS
from bench.child import Result
from bench.clock import milliseconds
from bench.company import Company
from bench.generate import generate
from bench.readme import CURVE, FITTED, render
from bench.taking import PAGES
from kpi.ingest import TABLES, import_files
from kpi.metrics import METRICS
from kpi.settings import PROJECT, Settings
from kpi.store import Store

CUSTOMERS = 300
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What one small run found, as saved."""
    folder = tmp_path_factory.mktemp("bench")
    saved = folder / "small.json"
    options = ["--customers", str(CUSTOMERS), "--repetitions", "2", "--folder", str(folder), "--json", str(saved)]
    main(options)
    found: Result = json.loads(saved.read_text())
    return found


def test_generated_files_obey_the_contract(tmp_path: Path, paris: Settings) -> None:
    rows = generate(tmp_path / "files", Company(CUSTOMERS), with_lines=True)
    report = import_files(Store(tmp_path / "store"), [tmp_path / "files"], paris, now=NOW)
    assert report.quarantine.rows() == []
    assert {name: table.accepted for name, table in report.tables.items()} == rows
    # 10 orders, 5 touches and 10 acts and interactions for each customer: 0.5 + 9 + 0.1 + 0.4.
    assert (rows["orders"], rows["touches"]) == (3_000, 1_500)
    assert sum(rows[name] for name in ("content", "interactions", "referrals", "contributions")) == 3_000
    assert set(rows) == set(TABLES) - {"campaigns", "campaign_events"}


def test_the_same_company_gives_the_same_rows(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, Company(CUSTOMERS))
    for file in (tmp_path / "one").iterdir():
        assert pl.read_parquet(file).equals(pl.read_parquet(tmp_path / "two" / file.name)), file.name


def test_events_are_in_order_of_time_and_after_joining(tmp_path: Path) -> None:
    generate(tmp_path, Company(CUSTOMERS))
    orders = pl.read_parquet(tmp_path / "orders.parquet").join(
        pl.read_parquet(tmp_path / "customers.parquet"), on="customer_id"
    )
    assert orders["ordered_at"].is_sorted()
    assert orders.filter(pl.col("ordered_at") < pl.col("joined_at")).height == 0


def test_a_run_asks_every_metric(result: Result) -> None:
    asked = result["latencies"]["metrics"]
    assert list(asked) == list(METRICS)
    for name, metric in METRICS.items():
        by_country = ["by country"] if "country_code" in metric.dimensions else []
        assert list(asked[name]) == ["value", "trend by day", "trend by week", *by_country]


def test_a_run_imports_everything_and_sets_nothing_aside(result: Result) -> None:
    assert result["import_parquet"]["rows"] == sum(result["generating"]["rows"].values())
    assert result["import_csv"]["tables"]["orders"]["rows"] == 3_000
    assert [result[part]["set_aside"] for part in ("import_parquet", "import_csv")] == [0, 0]


def test_a_run_opens_every_page_as_somebody_who_may(result: Result) -> None:
    assert sorted(result["pages"]["pages"]) == sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
    assert [name for name, found in result["pages"]["pages"].items() if "failed" in found] == []


def test_a_run_makes_the_workbook_of_each_page_that_has_one_and_the_report(result: Result) -> None:
    found = result["taking"]["workbooks"]
    assert list(found) == list(PAGES)
    assert all(one["rows"] > 0 and one["bytes"] > 5_000 and one["p95_ms"] > 0 for one in found.values())
    # 30 ambassadors, each of whom cost something, are listed on the economics page beside everything else
    assert found["economics"]["rows"] > found["budget"]["rows"]
    assert result["taking"]["report"]["p95_ms"] > 0


def test_a_run_scores_everybody_and_turns_the_pages_of_the_list(result: Result) -> None:
    found = result["advocates"]
    assert list(found["lists"]) == list(LISTS)
    assert 0 < found["scored"] <= CUSTOMERS


def test_a_run_fits_how_customers_come_back_and_stay(result: Result) -> None:
    found = result["fitting"]["ours"]
    assert {*FITTED, CURVE} < set(found["seconds"])
    # stays are drawn with a mean of 500 days: exp(-365 / 500) = 0.48 are longer than a year
    assert 0.38 < found["found"]["share after a year"] < 0.58
    assert "oracles" not in result["fitting"]


def test_a_run_asks_with_and_without_the_gate(result: Result) -> None:
    gate = result["gate"]
    assert [gate[reader]["repetitions"] for reader in ("without", "with", "with_french")] == [500, 500, 500]
    assert {"added_ms", "added_french_ms"} <= set(gate)


def test_a_run_opens_the_overview_in_a_browser_beside_literal_data(result: Result) -> None:
    browser = result["browser"]
    for part in ("first_load", "filter_change"):
        found = browser[part]
        assert [found[page]["repetitions"] for page in ("page", "anew", "twin")] == [2, 2, 2]
        assert found["ratio"] == pytest.approx(found["page"]["median_ms"] / found["twin"]["median_ms"])
        assert found["ratio_anew"] == pytest.approx(found["anew"]["median_ms"] / found["twin"]["median_ms"])


def test_without_a_browser_a_run_says_why(result: Result, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "saved.json"
    file.write_text(json.dumps({**result, "browser": {"skipped": "there is no Chromium"}}))
    main(["--readme", str(file)])
    printed = capsys.readouterr().out
    assert "no browser, there is no Chromium." in printed
    assert "first load: ms (as a multiple of literal data) | – |" in printed


def test_one_percent_is_imported_after_everything(result: Result) -> None:
    every = result["generating"]["rows"]
    parts = {name: every[name] // 100 for name in ("orders", "touches", "interactions", "content", "surveys")}
    assert (parts["orders"], parts["touches"]) == (30, 15)
    assert result["new_rows"]["rows"] == sum(parts.values())
    assert result["new_posts"]["rows"] == parts["content"] == 1


def test_a_brief_run_leaves_out_other_imports_and_pandas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "brief.json"
    main(["--customers", str(CUSTOMERS), "--repetitions", "1", "--brief", "--json", str(saved)])
    assert {"import_csv", "new_rows", "tutorial"}.isdisjoint(json.loads(saved.read_text()))
    capsys.readouterr()
    main(["--readme", str(saved)])
    assert "a brief run (`--brief`)" in capsys.readouterr().out


def test_pandas_and_the_registry_agree(result: Result) -> None:
    assert result["tutorial"]["differing"] == []
    assert result["tutorial"]["headlines"]["attributed_revenue"] > 0


def test_a_saved_result_becomes_a_table_for_the_readme(
    result: Result, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "saved.json"
    file.write_text(json.dumps(result))
    main(["--readme", str(file), str(file)])
    printed = capsys.readouterr().out
    assert printed.startswith("<!-- bench:begin -->\n")
    assert printed.endswith("<!-- bench:end -->\n")
    assert "| customers | 300 | 300 |  |" in printed


def test_a_table_of_two_sizes_tells_how_answers_slow_down(result: Result) -> None:
    # Each value takes three times as long at L as at S.
    def of_size(size: str, factor: int) -> Result:
        milliseconds_each = {"median_ms": 10.0 * factor, "p95_ms": 12.0 * factor}
        metrics = {name: dict.fromkeys(found, milliseconds_each) for name, found in by_metric.items()}
        return {**result, "size": size, "latencies": {**result["latencies"], "metrics": metrics}}

    by_metric = result["latencies"]["metrics"]
    table = render([of_size("S", 1), of_size("L", 3)])
    count = len(METRICS)
    assert f"takes 3.0 times as long at L as at S in the median; 0 of {count} at most twice as long" in table
    assert f"| … metrics within 15 ms (XL: 30) | {count} of {count} | 0 of {count} | all |" in table


def test_the_95th_percentile_of_twenty_is_the_nineteenth() -> None:
    found = milliseconds([number / 1000 for number in range(20, 0, -1)])
    assert found == {"median_ms": pytest.approx(10.5), "p95_ms": pytest.approx(19), "repetitions": 20}
