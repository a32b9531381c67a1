"""The demo company's planted truths: hidden advocates are found, chance is chance."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kpi.advocates import BackTest, Order, Question, Wanted, backtest, candidates, left_out
from kpi.backtest_report import markdown_table
from kpi.demo import hidden_advocates, write_demo
from kpi.ingest import import_files
from kpi.readme import README
from kpi.settings import Advocates, Settings
from kpi.store import Store, Warehouse

SEED, TODAY = 20261122, date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("demo")
    paths = write_demo(folder / "exports", seed=SEED, today=TODAY)
    store = Store(folder / "store")
    import_files(store, paths, Settings(advocates=Advocates()), now=NOW)
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def question() -> Question:
    return Question(rules=Advocates(drawn_share=0))


@pytest.fixture(scope="module")
def tested(demo: Warehouse, question: Question) -> BackTest:
    return backtest(demo, question)


def test_the_hidden_advocates_come_first_among_those_who_are_no_ambassadors(
    demo: Warehouse, question: Question, tested: BackTest
) -> None:
    hidden = set(hidden_advocates(seed=SEED, today=TODAY))
    strangers = Wanted(is_ambassador=False)
    by_score = [one.customer_id for one in candidates(demo, strangers, question=question, size=60).items]
    # of 13,000 people, sixty drawn at random would hold 0.3 of them
    assert len(hidden.intersection(by_score)) >= 45
    learned = replace(question, potential=tested.potential)
    by_both = [one.customer_id for one in candidates(demo, strangers, question=learned, size=60).items]
    assert len(hidden.intersection(by_both)) >= 45


def test_past_lists_found_those_who_acted(tested: BackTest) -> None:
    assert len(tested.days) == 4
    score = tested.pooled[Order.SCORE]
    assert score.lift.low is not None
    assert score.lift.low > 5
    for other in (Order.RECENCY, Order.PROMOTERS, Order.RANDOM):
        high = tested.pooled[other].lift.high
        assert high is not None
        assert high < score.lift.low


def test_chance_is_chance(tested: BackTest) -> None:
    chance = tested.pooled[Order.RANDOM]
    assert chance.lift.low is not None
    assert chance.lift.high is not None
    assert chance.lift.low <= 1 <= chance.lift.high
    assert chance.auc.low is not None
    assert chance.auc.high is not None
    assert chance.auc.low <= 0.5 <= chance.auc.high


def test_what_was_learned_ranks_here_and_is_calibrated(tested: BackTest) -> None:
    assert tested.potential is not None
    assert tested.potential.ranks
    assert min(tested.potential.coefficients.values()) >= 0
    predicted = sum(part.people * part.predicted for part in tested.calibration)
    observed = sum(part.people * float(part.observed.value or 0) for part in tested.calibration)
    assert predicted / observed == pytest.approx(1, abs=0.15)
    highest = tested.calibration[-1]
    assert highest.observed.value == pytest.approx(highest.predicted, abs=0.05)


def test_everybody_is_eligible_or_counted_with_a_reason(demo: Warehouse, question: Question) -> None:
    found = left_out(demo, question)
    assert found.eligible + sum(found.left_out.values()) == 20_000
    assert candidates(demo, question=question, size=1).total == found.eligible


def test_the_readme_prints_this_back_test(tested: BackTest) -> None:
    assert f"<!-- backtest-demo:begin -->\n{markdown_table(tested)}\n<!-- backtest-demo:end -->" in README.read_text()
