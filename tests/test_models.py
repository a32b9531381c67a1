"""The SQL of data/: its style, that it can be written for Spark, and that it keeps what is personal in one place."""

import re
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from kpi.metrics import METRICS, Model, breakdown, measure
from kpi.metrics.definitions import Part
from kpi.metrics.measure import Attribution
from kpi.period import Period
from kpi.settings import PROJECT
from kpi.store import Aggregate, Store, Warehouse
from kpi.store.models import MODELS, read_models
from tests.store.exports import CUSTOMERS, ORDERS, bring

FILES = sorted([*MODELS.rglob("*.sql"), *(PROJECT / "data" / "recipes").rglob("*.sql")])
GRAINED = [file for file in FILES if file.parent.name != "audits"]
SOURCE_COLUMNS = {
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
}
PERIOD = Period(date(2026, 1, 1), date(2027, 1, 1))
PERSONAL = {"dim_people": {"full_name", "email"}, "fct_survey_comments": {"comment"}}  # each in one place


def _name(file: Path) -> str:
    return file.relative_to(PROJECT / "data").as_posix()


def _code(file: Path) -> str:
    """The statement without its comments."""
    return re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", GRAINED, ids=_name)
def test_the_first_line_states_the_grain(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("-- one row per ")


@pytest.mark.parametrize("file", sorted((MODELS / "audits").glob("*.sql")), ids=_name)
def test_the_first_line_of_an_audit_says_what_is_wrong(file: Path) -> None:
    assert re.match(r"-- (error|warning): \w.+[^.]\n", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_sql_is_lower_case_and_ends_in_its_outcome(file: Path) -> None:
    code = _code(file)
    capitals = set(re.findall(r"\w*[A-Z]\w*", re.sub(r"'[^']*'", "", code)))
    # a recipe names the columns of its source as they are written there
    assert capitals <= (SOURCE_COLUMNS if "recipes" in file.parts else set())
    assert re.fullmatch(r"select \* from \w+", code.rstrip().splitlines()[-1])
    text = file.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert [line for line in text.splitlines() if line != line.rstrip() or "\t" in line] == []
    assert [line for line in text.splitlines() if (len(line) - len(line.lstrip())) % 4] == []


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_every_step_is_used(file: Path) -> None:
    tree = sqlglot.parse_one(file.read_text(encoding="utf-8"), read="duckdb")
    steps = [step.alias for step in tree.find_all(exp.CTE)]
    read = {table.name for table in tree.find_all(exp.Table)}
    assert [step for step in steps if step not in read] == []


@pytest.mark.parametrize("file", sorted(MODELS.rglob("*.sql")), ids=_name)
def test_a_model_can_be_written_for_spark(file: Path) -> None:
    (spark,) = sqlglot.transpile(
        file.read_text(encoding="utf-8"), read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    sqlglot.parse_one(spark, read="spark")


@pytest.mark.parametrize("file", [file for file in FILES if "models" in file.parts], ids=_name)
def test_what_is_personal_stands_in_one_place(file: Path) -> None:
    personal = {"full_name", "email", "comment", "referral_code"}
    found = personal & set(re.findall(r"\w+", _code(file)))
    # email is also a lever, in quotes
    assert found == PERSONAL.get(file.stem, set())


def test_models_come_after_what_they_read() -> None:
    models = read_models()
    assert {model.name for model in models} == {
        file.stem for folder in ("staging", "marts", "views") for file in (MODELS / folder).glob("*.sql")
    }
    built: set[str] = set()
    for model in models:
        tree = sqlglot.parse_one(model.sql, read="duckdb")
        steps = {step.alias for step in tree.find_all(exp.CTE)}
        read = {table.name for table in tree.find_all(exp.Table)} - steps
        assert {name for name in read if name.startswith(("stg_", "dim_", "fct_"))} <= built
        # staging reads what was landed, marts read staging and marts, views read marts
        assert not model.is_kept or not {name for name in read if name.startswith("landing_")} - _exempt(model.name)
        assert model.folder != "views" or not {name for name in read if name.startswith(("stg_", "build_"))}
        built.add(model.name)


def _exempt(mart: str) -> set[str]:
    """Names, addresses and comments go past the staging views, so that these may be read by anyone."""
    read = {"dim_people": {"landing_customers", "landing_ambassadors"}, "fct_survey_comments": {"landing_surveys"}}
    return read.get(mart, set())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A company of one customer without a single event."""
    folder = tmp_path_factory.mktemp("empty")
    store = Store(folder / "store")
    bring(store, folder / "exports", customers=(CUSTOMERS, "C1,2026-01-01"), orders=(ORDERS,))
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


def _parts(part: Part) -> Iterator[Part]:
    yield part
    if part.finer is not None:
        yield from _parts(part.finer)


@pytest.mark.parametrize("name", METRICS)
def test_marts_have_the_columns_that_a_metric_sums(empty: Warehouse, name: str) -> None:
    for top in (each for whole in METRICS[name].parts for each in _parts(whole)):
        for dimension in (None, *top.dimensions):
            part = top.that_has(frozenset({dimension} if dimension else ()))
            query = Aggregate(
                mart=part.mart,
                date=part.date,
                components=part.components,
                where=f"{part.where} and model = 'last' and window_days = 30" if part.is_attributed else part.where,
                group=part.dimensions[dimension] if dimension else None,
                is_cumulative=part.is_cumulative,
                each=part.each,
            )
            empty.aggregate(query, [PERIOD])


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_a_company_without_events_has_no_value(empty: Warehouse, name: str) -> None:
    metric = METRICS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for model in Model:
            found = measure(empty, metric, PERIOD, attribution=Attribution(model=model))
            assert found.estimate.value is None
            assert (found.reason or "").startswith("waits for ")
        for dimension in metric.dimensions:
            assert [one.estimate.value for one in breakdown(empty, metric, PERIOD, dimension)] == [None]
