"""How long customers stay and what they are worth, from the command line: real processes."""

import json
from pathlib import Path

import pytest

from kpi.ingest import import_files
from kpi.settings import Settings
from kpi.store import Store
from tests.conftest import NOW, completed, write_tables
from tests.store.processes import run_command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two customers of the shop, one of whom came back once, won by an ambassador; two subscribers, one left."""
    folder = tmp_path_factory.mktemp("shop")
    tables = {
        "customers": [{"customer_id": name, "joined_at": "2026-01-01"} for name in ("often", "once", "stays", "left")],
        "ambassadors": [{"ambassador_id": "anna"}],
        "orders": [
            {"customer_id": "often", "ordered_at": "2026-01-01", "net_amount": 100, "ambassador_id": "anna"},
            {"customer_id": "often", "ordered_at": "2026-02-01", "net_amount": 60},
            {"customer_id": "once", "ordered_at": "2026-01-01", "net_amount": 40},
        ],
        "subscriptions": [
            {"subscription_id": "s1", "customer_id": "stays", "effective_at": "2026-01-01", "monthly_amount": 50},
            {"subscription_id": "s2", "customer_id": "left", "effective_at": "2026-01-01", "monthly_amount": 50},
            {"subscription_id": "s2", "customer_id": "left", "effective_at": "2026-06-30", "monthly_amount": 0},
        ],
    }
    import_files(Store(folder / "store"), write_tables(folder, completed(tables)), Settings(), now=NOW)
    return folder / "store"


def test_what_is_printed_for_people(folder: Path) -> None:
    done = run_command(folder, "lifetime", "--by", "is_referred", "--horizon", "2", "--discount", "0")
    assert (done.code, done.err) == (0, "")
    text = " ".join(done.out.split())
    assert "buyers, share still there after so many months, as known at 2026-07-01" in text
    # of "often" and "once" the one leaves on day 62, the other on day 31: nobody after three months
    assert "│ all │ 2 │ 0.0% │ 0.0% │ 0.0% │ 0.0% │ 1.0 │" in text
    assert "│ referred │ 1 │" in text
    # 70 for the first purchases, then 60 / 3.0554 months, of which 65.5 % are lost in the first
    assert "│ 2 │ formula │ yes │ 96.42" in text
    assert "The model has no answer: fewer than 200 customers came back" in text
    assert "Not tested on the past: the data reaches back less than a year" in text
    assert "The top 0.1 % of customers brought 80.0% of the revenue. They may be wholesalers" in text
    assert "Contribution: 50.0% of what is paid, after plans and the cost of selling." in text


def test_what_is_printed_for_scripts(folder: Path) -> None:
    done = run_command(folder, "lifetime", "--horizon", "2", "--discount", "0", "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["as_of"], found["horizon_months"]) == ("2026-07-01", 2)
    shop = found["shop"]
    assert shop["default"] == "formula"
    assert shop["values"]["2"]["formula"]["revenue"]["value"] == pytest.approx(96.42, abs=0.005)
    assert shop["values"]["2"]["model"]["reason"].startswith("fewer than 200")
    assert list(shop["values"]) == ["2", "12", "24", "36"]
    subscriptions = found["subscriptions"]
    assert (subscriptions["subscribers"], subscriptions["lost"]) == (2, 1)
    assert subscriptions["expected_monthly_revenue"][0]["value"] == 50
    assert found["retention"]["subscribers"]["all"]["after_months"]["3"]["value"] == 1
    assert found["retention"]["buyers"]["log_rank"]["p_value"] == pytest.approx(0.317, abs=0.001)


def test_nobody_is_told(folder: Path) -> None:
    done = run_command(folder, "lifetime", "--referred")
    assert (done.code, done.err) == (0, "")
    assert "A new subscriber: n/a, nobody is on record whose history is known from its beginning." in done.out


def test_a_grouping_that_is_none(folder: Path) -> None:
    done = run_command(folder, "lifetime", "--by", "planet")
    assert (done.code, done.out) == (2, "")
    assert "There is no grouping named “planet”" in done.err
