"""The parts of the revenue page, on companies that can be followed by hand."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.metrics import Attribution, Model
from kpi.period import Period
from kpi.store import Warehouse
from kpi.ui.page import Page
from kpi.ui.revenue import ambassadors_frame
from kpi.ui.revenue_answers import revenue as answer

from .conftest import OpenPage
from .test_sentences import plain

# September: bob brings y for 50, his customer since. October: ann brings x for 100; cleo brings z for 20, all of it
# refunded. v came alone.
BROUGHT: dict[str, list[dict[str, Any]]] = {
    "customers": [{"customer_id": name, "full_name": name.title()} for name in ("ann", "bob", "cleo")],
    "ambassadors": [{"ambassador_id": f"amb-{name}", "customer_id": name} for name in ("ann", "bob", "cleo")],
    "touches": [
        {"ambassador_id": "amb-bob", "customer_id": "y", "occurred_at": "2026-05-01"},
        {"ambassador_id": "amb-bob", "customer_id": "y", "occurred_at": "2026-09-11"},
        {"ambassador_id": "amb-ann", "customer_id": "x", "occurred_at": "2026-10-11"},
        {"ambassador_id": "amb-cleo", "customer_id": "z", "occurred_at": "2026-10-12"},
    ],
    "orders": [
        {"order_id": "o0", "customer_id": "v", "ordered_at": "2026-05-04", "net_amount": 30},
        {"order_id": "o1", "customer_id": "y", "ordered_at": "2026-09-12", "net_amount": 50},
        {"order_id": "o2", "customer_id": "x", "ordered_at": "2026-10-12", "net_amount": 100},
        {"order_id": "o3", "customer_id": "z", "ordered_at": "2026-10-13", "net_amount": 20},
        {"order_id": "o4", "customer_id": "v", "ordered_at": "2026-10-30", "net_amount": 5},
    ],
    "refunds": [{"order_id": "o3", "refunded_at": "2026-10-20", "amount": 20}],
}


@pytest.fixture(scope="module")
def brought(company: Callable[..., Warehouse]) -> Warehouse:
    return company(**BROUGHT)


def listed(page: Page) -> AppTest:
    """The list of who brought what, opened."""

    def script(page) -> None:
        from kpi.ui import revenue  # noqa: PLC0415

        revenue.by_ambassador(page)

    app = AppTest.from_function(script, args=(page,))
    app.session_state["by-ambassador"] = True
    app.run()
    assert not app.exception
    return app


def test_who_brought_something_in_the_other_period_alone_is_not_listed(brought: Warehouse, open_page: OpenPage) -> None:
    # bob brought only in September, with which October is compared; cleo won a customer, whose money went back.
    assert ambassadors_frame(open_page(brought)).rows() == [
        ("Ann", "amb-ann", Decimal(100), Decimal(100), 1),
        ("Cleo", "amb-cleo", Decimal(0), Decimal(0), 1),
    ]


def test_where_nobody_brought_anything_that_is_said(brought: Warehouse, open_page: OpenPage) -> None:
    # 13 to 19 September, compared with the 7 days before, in which bob brought 50.
    app = listed(open_page(brought, Period(date(2026, 9, 13), date(2026, 9, 20))))
    assert [one.value for one in app.caption] == ["No ambassador brought anything in this period."]
    assert len(app.dataframe) == 0


def test_out_of_the_data_the_reason_is_said(brought: Warehouse, open_page: OpenPage) -> None:
    app = listed(open_page(brought, Period(date(2026, 1, 1), date(2026, 2, 1))))
    assert [one.value for one in app.caption] == ["n/a: no data before 4 May 2026"]


@pytest.mark.parametrize(
    ("attribution", "label", "width"),
    [
        (Attribution(), "Customers won", 110),
        (Attribution(window_days=30), "Customers won", 110),
        (Attribution(model=Model.FIRST, window_days=30), "Customers won (last touch, 30 days)", 260),
        (Attribution(window_days=90), "Customers won (last touch, 30 days)", 260),
    ],
)
def test_the_rule_by_which_customers_are_won_is_named_beside_another(
    brought: Warehouse, open_page: OpenPage, attribution: Attribution, label: str, width: int
) -> None:
    app = listed(open_page(brought, attribution=attribution))
    won = json.loads(app.dataframe[0].proto.columns)["won"]
    assert (won["label"], won["width"]) == (label, width)


def test_of_a_period_that_begins_before_the_data_the_parts_add_up(
    company: Callable[..., Warehouse], open_page: OpenPage
) -> None:
    # The records begin on 10 October; ann brings x for 100 on the 12th and for 30 on the 25th. The data ends on 31
    # October: orders since the 2nd may still be refunded, which is all of 130.
    warehouse = company(
        touches=[{"ambassador_id": "amb-ann", "customer_id": "x", "occurred_at": "2026-10-10"}],
        orders=[
            {"customer_id": name, "ordered_at": day, "net_amount": amount}
            for name, day, amount in [
                ("y", "2026-10-10", 5),
                ("x", "2026-10-12", 100),
                ("x", "2026-10-25", 30),
                ("y", "2026-10-31", 5),
            ]
        ],
    )
    page = open_page(warehouse, Period(date(2026, 9, 1), date(2026, 11, 1)))

    def script(page) -> None:
        from kpi.ui import revenue  # noqa: PLC0415

        revenue.refunds(page)

    app = AppTest.from_function(script, args=(page,)).run()
    assert not app.exception
    lines = [line.strip("|").split("|") for line in plain(app.markdown[0].value).splitlines()[2:5]]
    assert [[cell.strip() for cell in line] for line in lines] == [
        ["Attributed revenue, refunds taken off", "€ 130.00"],
        ["of which final", "€ 0.00"],
        ["of which may still be refunded", "€ 130.00"],
    ]
    assert "All of it is **provisional**: its orders may still be refunded." in answer(page, "lever")
