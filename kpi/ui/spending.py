"""What the programme's money went into, and to whom: by category with and without staff, and by ambassador."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

import polars as pl
import streamlit as st

from kpi.language import speaking, spoken, translate
from kpi.metrics import METRICS, AmbassadorCost, Person, Unit, costs_by_ambassador, name_ambassadors
from kpi.store import Warehouse
from kpi.ui import breakdown, charts, crediting, places, tables
from kpi.ui import format as fmt
from kpi.ui.addresses import sheet_address
from kpi.ui.filters import in_address
from kpi.ui.gaps import explain_gap
from kpi.ui.kinds import label_of
from kpi.ui.page import Page, Reading
from kpi.ui.waterfall import round_together

COST, WITHOUT_STAFF = METRICS["programme_cost"], METRICS["programme_cost_without_staff"]
BOTH_SIDES = METRICS["cost_to_revenue_ratio"]
OF_EACH = dict.fromkeys(("commission", "reward", "other", "revenue"), Unit.MONEY)
CENT = Fraction(1, 100)
CATEGORIES, IN_SIGHT, MOST_SHOWN = 7, 10, 1_000  # rows


@places.kept(lambda page: places.under(translate("Cost by category"), tables.ROW_HEIGHT * CATEGORIES))
def categories(page: Page) -> None:
    """List what the programme cost by category, staff included and left out side by side."""
    st.subheader(translate("Cost by category"), anchor=False)
    whole = page.read(COST)
    if whole.current.estimate.value is None:
        charts.tell_gap(whole.current.reason)
        return
    rows = [whole, *breakdown.ordered("category", page.breakdown(COST, "category"))]
    without = [page.read(WITHOUT_STAFF), *page.breakdown(WITHOUT_STAFF, "category")]
    frame, exact = page.recall(
        "categories", COST, lambda: tuple(categories_frame(rows, without, is_exact=one) for one in (False, True))
    )
    labels = {
        "category": translate("Category"),
        "with_staff": fmt.headed(COST, translate("With staff"), page.settings.currency),
        "without_staff": fmt.headed(COST, translate("Without staff"), page.settings.currency),
        "share": translate("Share"),
    }
    tables.show(
        page,
        frame,
        {name: label for name, label in labels.items() if name in frame.columns},
        name="cost-by-category",
        words=translate("What the programme cost by category, with and without staff"),
        taken=tables.Taken(rows=exact.height, read=lambda: exact),
        metrics=(COST, WITHOUT_STAFF),
    )
    st.caption(translate("Staff is the time of the company’s own people. Each column adds up to its first row."))


def categories_frame(rows: Sequence[Reading], without: Sequence[Reading], *, is_exact: bool = False) -> pl.DataFrame:
    """The whole and its categories: category, with_staff, without_staff, share.

    As shown, amounts are rounded to the cent so that they add up; else exact: rounded to whole ones, a category without
    staff could differ from itself. Without shares where some lie below zero.
    """
    known = {reading.current.group: _amount(reading) for reading in without}
    with_staff = [_amount(reading) or Fraction() for reading in rows]
    whole = with_staff[0]
    columns = {
        "category": pl.Series([_category(reading) for reading in rows], dtype=pl.String),
        "with_staff": _amounts(with_staff, CENT, is_exact=is_exact),
    }
    without_staff = [known.get(reading.current.group) for reading in rows]
    columns["without_staff"] = _amounts(without_staff, CENT, is_exact=is_exact)
    if whole > 0 and min(with_staff) >= 0:
        columns["share"] = pl.Series([float(one / whole) for one in with_staff], dtype=pl.Float64)
    return pl.DataFrame(columns)


def ambassadors(page: Page) -> None:
    """List what each ambassador cost and is credited with, for who may see people; when asked for."""
    if not page.reader.rights.sees_people:
        st.subheader(translate("Cost and credit of each ambassador"), anchor=False)
        st.caption(
            translate(
                "Left out for your role: it names people. The columns are cost by kind, credited revenue and customers "
                "won."
            )
        )
        return
    place = st.expander(translate("Cost and credit of each ambassador"), key="cost-by-ambassador", on_change="rerun")
    if place.open:
        with place:
            _each(page)


def _each(page: Page) -> None:
    gap = explain_gap(BOTH_SIDES, page.filters)
    if gap:
        charts.tell_gap(gap)
        return
    found = page.recall(
        "costs by ambassador",
        BOTH_SIDES,
        lambda: costs_by_ambassador(page.warehouse, page.period, where=page.filters, attribution=page.attribution),
    )
    if not found.items:
        charts.tell_gap(found.reason)
        return
    _list(page, found.items)
    if len(found.items) > MOST_SHOWN:
        st.caption(translate("The first {count} are shown, all are in the file.", count=fmt.count(MOST_SHOWN)))
    st.caption(
        translate(
            "In the order of their ids, which is no ranking. Costs that name nobody, such as staff and tools, stand "
            "last; each column adds up to its first row."
        )
    )
    rule = crediting.told([METRICS["attributed_revenue"]], page.attribution)
    if rule:
        st.caption(rule)


def _list(page: Page, items: Sequence[AmbassadorCost]) -> None:
    chosen = in_address()
    shown = page.recall(
        f"costs table, {chosen}",
        BOTH_SIDES,
        lambda: people_frame(items, _named(page.warehouse, [*items[:MOST_SHOWN], items[-1]]), chosen, most=MOST_SHOWN),
    )
    currency = page.settings.currency
    labels = {
        "name": translate("Name"),
        "sheet": translate("Sheet"),
        "commission": fmt.headed(COST, translate("Commission"), currency),
        "reward": fmt.headed(COST, translate("Rewards"), currency),
        "other": fmt.headed(COST, translate("Other costs"), currency),
        "revenue": fmt.headed(COST, translate("Credited revenue"), currency),
        "won": crediting.won_label(page.attribution),
        "ambassador_id": translate("Id"),
    }
    if "ambassador" not in page.reader.rights.pages:
        labels.pop("sheet")
    tables.show(
        page,
        shown,
        labels,
        name="cost-by-ambassador" + crediting.in_file_name(METRICS["attributed_revenue"], page.attribution),
        words=translate("Cost and credit of each ambassador, in the order of their ids"),
        people=frozenset({"name", "ambassador_id", "sheet"}),
        columns=tables.Columns(links={"sheet": translate("Open")}, units=OF_EACH),
        in_sight=IN_SIGHT,
        taken=tables.Taken(
            rows=len(items) + 1,
            read=page.later(partial(_exact_frame, items, spoken())),
        ),
    )


def _exact_frame(items: Sequence[AmbassadorCost], language: str, warehouse: Warehouse) -> pl.DataFrame:
    """The file, in the language of the page: it is made when it is asked for, outside of the page."""
    with speaking(language):
        return people_frame(items, _named(warehouse, items), is_exact=True)


def people_frame(
    items: Sequence[AmbassadorCost],
    names: Mapping[str, Person],
    chosen: Sequence[tuple[str, str]] = (),
    *,
    most: int | None = None,
    is_exact: bool = False,
) -> pl.DataFrame:
    """All together, then each: name, ambassador_id, sheet, commission, reward, other, revenue, won.

    As shown, amounts are whole and rounded so that they add up; else exact. Of more than `most`, the first of them and
    the last stand there.
    """
    ids = [item.ambassador_id for item in items]
    called = [
        translate("Names nobody") if one is None else (names[one].full_name or one if one in names else one)
        for one in ids
    ]
    columns = {
        "name": pl.Series([translate("All"), *called], dtype=pl.String),
        "ambassador_id": pl.Series([None, *ids], dtype=pl.String),
        "sheet": pl.Series([None, *(one and sheet_address(one, chosen) for one in ids)], dtype=pl.String),
    }
    for name in OF_EACH:
        amounts = [Fraction(getattr(item, name)) for item in items]
        columns[name] = _amounts([sum(amounts, Fraction()), *amounts], Fraction(1), is_exact=is_exact)
    won = [item.customers_won for item in items]
    columns["won"] = pl.Series([sum(won), *won], dtype=pl.Int64)
    frame = pl.DataFrame(columns)
    return frame if most is None or len(items) <= most else pl.concat([frame.head(most), frame.tail(1)])


def _named(warehouse: Warehouse, items: Sequence[AmbassadorCost]) -> Mapping[str, Person]:
    return name_ambassadors(warehouse, [item.ambassador_id for item in items if item.ambassador_id])


def _amounts(amounts: Sequence[Fraction | None], unit: Fraction, *, is_exact: bool) -> pl.Series:
    """A whole and its parts as numbers; as shown, in whole units of which the parts add up to the whole."""
    if is_exact:
        return pl.Series([None if one is None else float(one) for one in amounts], dtype=pl.Float64)
    parts = iter(round_together([one for one in amounts[1:] if one is not None], unit))
    whole = round((amounts[0] or Fraction()) / unit) * unit
    rounded = [whole, *(None if one is None else next(parts) for one in amounts[1:])]
    if unit == 1:
        return pl.Series([None if one is None else int(one) for one in rounded], dtype=pl.Int64)
    return pl.Series([None if one is None else _decimal(one) for one in rounded], dtype=pl.Decimal(38, 2))


def _decimal(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / amount.denominator


def _amount(reading: Reading) -> Fraction | None:
    value = reading.current.estimate.value
    return None if value is None else Fraction(value)


def _category(reading: Reading) -> str:
    group = reading.current.group
    return translate("All") if group is None else label_of(group)
