"""What a recipe can do: query the given file. What it cannot: anything else."""

from pathlib import Path

import polars as pl
import pytest

from kpi.errors import RecipeError
from kpi.store import run_recipe


@pytest.fixture
def source(tmp_path: Path) -> Path:
    pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "x"]}).write_parquet(tmp_path / "source.parquet")
    return tmp_path / "source.parquet"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select a from source order by a desc", [(3,), (2,), (1,)]),
        (
            "-- one row per b\nwith t as (select b, sum(a) as a from source group by b) select * from t order by b;",
            [("x", 4), ("y", 2)],
        ),
        ("select x, y from (pivot source on b using sum(a))", [(4, 2)]),
        ("select a from source where a > 9", []),
    ],
)
def test_a_recipe_queries_its_source(source: Path, sql: str, rows: list[tuple[object, ...]]) -> None:
    found = pl.concat(run_recipe(sql, {"source": [source]})).rows()
    assert found == rows


def test_several_files_are_one_table(source: Path) -> None:
    pl.DataFrame({"a": [10], "c": [True]}).write_parquet(source.with_name("2.parquet"))
    found = pl.concat(
        run_recipe("select a, c from source order by a", {"source": [source, source.with_name("2.parquet")]})
    )
    assert found.rows() == [(1, None), (2, None), (3, None), (10, True)]


def test_signs_of_a_pattern_in_a_folder_are_taken_as_they_are(source: Path) -> None:
    folder = source.parent / "2026 [final]"
    folder.mkdir()
    source.rename(folder / "source-1.parquet")
    assert pl.concat(run_recipe("select sum(a) from source", {"source": [folder / "source-1.parquet"]})).rows() == [
        (6,)
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('{outside}')",
        "select * from read_text('{outside}')",
        "select * from '{outside}'",
        "select * from glob('/etc/*')",
        "select * from read_parquet('{source}')",
        "select * from sniff_csv('{outside}')",
        "select * from read_csv('https://example.org/a.csv')",
        "copy source to '{target}'",
        "copy source from '{outside}'",
        "export database '{target}'",
        "attach '{target}' as other",
        "attach ':memory:' as other",
        "attach '{target}' as other; select * from source",
        "install httpfs",
        "load httpfs",
        "load json",
        "set threads = 1",
        "reset enable_external_access",
        "set enable_external_access = true; select * from read_text('{outside}')",
        "pragma threads = 1",
        "pragma enable_profiling",
        "call enable_logging()",
        "create persistent secret s (type s3)",
        "create table copied as select * from read_text('{outside}'); select * from copied",
        "delete from source",
        "drop table source; select 1",
        "explain analyze select * from source",
        "select 1; select 2",
        "selec a from source",
        "select nothing_of_the_kind from source",
        "-- nothing yet",
        "",
    ],
)
def test_anything_else_is_refused(source: Path, tmp_path: Path, sql: str) -> None:
    outside, target = tmp_path / "outside.csv", tmp_path / "target"
    outside.write_text("a\n1\n")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(RecipeError, match=r"^(The recipe could not be run: |A recipe is one select statement )"):
        list(run_recipe(sql.format(outside=outside, target=target, source=source), {"source": [source]}))
    assert sorted(tmp_path.iterdir()) == before


def test_a_value_that_fails_late_is_refused_too(tmp_path: Path) -> None:
    file = tmp_path / "long.parquet"
    pl.DataFrame({"a": ["1"] * 500_000 + ["one"]}).write_parquet(file)
    with pytest.raises(RecipeError, match="The recipe could not be run: Conversion Error: Could not convert string"):
        list(run_recipe("select cast(a as integer) as a from source", {"source": [file]}))
