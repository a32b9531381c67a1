"""Engagement from purchases and refunds alone: the Online Retail extract (Chen 2012, CC BY 4.0)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi.advocates import Order, Question, backtest, candidates, left_out
from kpi.advocates.past import Outcome
from kpi.backtest_report import markdown_table
from kpi.ingest import import_files
from kpi.readme import README
from kpi.settings import PROJECT, Advocates, Settings
from kpi.store import Store, Warehouse

EXTRACT = PROJECT.parent / "shared" / "references" / "retail" / "online_retail_lines.parquet"
RECIPES = PROJECT / "data" / "recipes" / "online_retail"

pytestmark = pytest.mark.skipif(not EXTRACT.exists(), reason="the extract is not on this machine")


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    store = Store(Path(tmp_path_factory.mktemp("retail")) / "store")
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    import_files(store, [EXTRACT], Settings(advocates=Advocates()), recipe=RECIPES, now=now)
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


def test_past_lists_found_those_who_bought_again(retail: Warehouse) -> None:
    found = backtest(retail, Question())
    assert found.outcome is Outcome.ORDER
    score, chance = found.pooled[Order.SCORE], found.pooled[Order.RANDOM]
    assert score.auc.low is not None
    assert score.auc.low > 0.65
    assert score.lift.low is not None
    assert score.lift.low > 1
    assert chance.lift.low is not None
    assert chance.lift.high is not None
    assert chance.lift.low <= 1 <= chance.lift.high
    assert found.potential is not None
    assert not found.potential.ranks  # one year holds too few past days
    assert (
        f"<!-- backtest-retail:begin -->\n{markdown_table(found)}\n<!-- backtest-retail:end -->" in README.read_text()
    )


def test_nobody_said_that_they_may_be_contacted(retail: Warehouse) -> None:
    assert candidates(retail).items == ()
    assert "4,373 candidates cannot be contacted: no consent." in left_out(retail).sentences
