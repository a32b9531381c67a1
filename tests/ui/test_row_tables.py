"""What the columns and values of rows behind a number are called."""

from collections.abc import Iterator

import polars as pl
import pytest

from kpi.language import speaking
from kpi.metrics import METRICS, NAME, RowSet
from kpi.ui.row_tables import SHEET, in_words, labels, with_sheets

ACTS, ORDERS = METRICS["acts"].rows[0], METRICS["orders"].rows[0]
LEDGER = METRICS["attributed_revenue_ledger"].rows[0]


def sets(rows: RowSet) -> Iterator[RowSet]:
    yield rows
    if rows.finer is not None:
        yield from sets(rows.finer)


@pytest.mark.parametrize("name", METRICS)
def test_every_column_of_every_number_has_a_name(name: str) -> None:
    for rows in (each for top in METRICS[name].rows for each in sets(top)):
        columns = (*rows.columns, *(column for column in rows.dimensions.values() if column not in rows.columns))
        named = labels(rows, columns, "EUR")
        assert set(named) == set(columns)
        # no two columns of a table are called the same
        assert len(set(named.values())) == len(named)
        assert [label for label in named.values() if not label or "{" in label or "_" in label] == []


def test_amounts_say_their_currency_and_credits_that_they_are_credited() -> None:
    assert labels(ORDERS, ("revenue_amount",), "EUR") == {"revenue_amount": "Left, EUR"}
    credits = METRICS["attributed_revenue"].rows[0]
    assert labels(credits, ("revenue_amount",), "EUR") == {"revenue_amount": "Credited, EUR"}


def test_a_name_stands_before_the_id_and_the_way_to_the_sheet_behind_it() -> None:
    columns = ("act_date", "kind", "ambassador_id", "person_id", NAME, SHEET)
    assert list(labels(ACTS, columns, "EUR")) == ["act_date", "kind", NAME, "ambassador_id", SHEET, "person_id"]
    assert list(labels(ORDERS, ("order_id", NAME), "EUR")) == ["order_id"]


def test_values_are_put_into_words_and_ids_stay() -> None:
    frame = pl.DataFrame(
        {
            "kind": ["community_post", None, "post"],
            "country_code": ["FR", "FR", None],
            "ambassador_id": ["paid_social", "A_1", None],
            "person_id": ["customer:a_b", "customer:c", "customer:d"],
        }
    )
    with speaking("en"):
        shown = in_words(frame, ACTS)
    assert shown.rows() == [
        ("Community post", "France", "paid_social", "customer:a_b"),
        (None, "France", "A_1", "customer:c"),
        ("Post", None, None, "customer:d"),
    ]


def test_what_is_or_is_not_is_said_in_the_language_spoken() -> None:
    frame = pl.DataFrame({"is_refund": [True, False]})
    with speaking("fr"):
        assert in_words(frame, LEDGER)["is_refund"].to_list() == ["Oui", "Non"]


def test_a_table_without_a_value_is_put_into_words_all_the_same() -> None:
    frame = pl.DataFrame(
        {"kind": [None], "ambassador_id": [None]}, schema={"kind": pl.String, "ambassador_id": pl.String}
    )
    assert in_words(frame, ACTS).rows() == [(None, None)]
    assert with_sheets(frame, []).rows() == [(None, None, None)]


def test_each_ambassador_named_has_a_way_to_their_sheet() -> None:
    frame = pl.DataFrame({"ambassador_id": ["A1", None]})
    assert with_sheets(frame, [("period", "Last 30 days")])[SHEET].to_list() == [
        "/ambassador?id=A1&period=Last+30+days",
        None,
    ]
    orders = pl.DataFrame({"order_id": ["o"]})
    assert with_sheets(orders, []).equals(orders)
