"""The economics page in words, figures and tables, on companies that can be followed by hand."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kpi.language import speaking
from kpi.metrics import METRICS, Paybacks, costs_by_ambassador, payback_by_month
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui import breakdown, channels, paying_back, spending
from kpi.ui.bands import COST_TO_REVENUE
from kpi.ui.economics_answers import economics
from kpi.ui.figures import DARK, LIGHT, trend_figure
from kpi.ui.heatmap import heatmap_figure

from .conftest import OCTOBER, OpenPage

BuildCompany = Callable[..., Warehouse]
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))
CODE = {"ambassador_id": "amb-ann"}
FIRST = {"customer_id": "first", "ordered_at": "2026-08-01", "net_amount": 1, **CODE}
LAST = {"customer_id": "first", "ordered_at": "2026-10-31", "net_amount": 1}


def costs(**days: float) -> list[dict[str, Any]]:
    """Costs of the programme in August, September and October, one of nothing at each end."""
    ends = [{"incurred_on": day, "amount": 0} for day in ("2026-08-01", "2026-10-31")]
    return ends + [{"incurred_on": f"2026-{month[1:]}-10", "amount": amount} for month, amount in days.items()]


def won(number: int, day: str = "2026-10-12", net: float = 100) -> list[dict[str, Any]]:
    """First orders that ann's code led to."""
    return [{"customer_id": f"won-{day}-{one}", "ordered_at": day, "net_amount": net, **CODE} for one in range(number)]


def plain(text: str) -> str:
    return re.sub("[\u00a0\u202f]", " ", text)


def test_cost_customer_and_return_are_said(small: Warehouse, open_page: OpenPage) -> None:
    # October costs 20 against September's 10; x alone is won and brings 100, of which half is margin: 50 - 20 = 30.
    assert plain(economics(open_page(small))) == (
        "The programme cost **€ 20**, up € 10 (100 %) against the 30 days before. "
        "A customer won cost **€ 20** (1 customer, few); other channels are n/a: no cost or no new customer is "
        "recorded. It brought back **€ 50** in attributed margin, **€ 30 more than it cost** (+150 %). "
        "Read this with care (incomplete: data ends 20 Oct 2026)."
    )
    with speaking("fr"):
        assert plain(economics(open_page(small))) == (
            "Le programme a coûté **20 €**, en hausse de 10 € (100 %) par rapport aux 30 jours précédents. "
            "Un client gagné a coûté **20 €** (1 client, peu) ; autres canaux n/d : aucun coût ou aucun nouveau "
            "client n’est enregistré. Il a rapporté **50 €** de marge attribuée, **30 € de plus qu’il n’a "
            "coûté** (+150 %). À lire avec prudence (incomplet : les données s’arrêtent au 20 oct. 2026)."
        )


@pytest.mark.parametrize(
    ("september", "october", "said"),
    [
        (40, 30, "The programme cost **€ 30**, down € 10 (25 %) against the 30 days before."),
        (30, 30, "The programme cost **€ 30**, unchanged against the 30 days before."),
        (30, 30.001, "The programme cost **€ 30**, unchanged against the 30 days before."),
        (0, 30, "The programme cost **€ 30**, up € 30 against the 30 days before."),
    ],
)
def test_a_fall_no_change_and_nothing_before(
    company: BuildCompany, open_page: OpenPage, september: float, october: float, said: str
) -> None:
    warehouse = company(orders=[FIRST, *won(1), LAST], costs=costs(m09=september, m10=october))
    assert plain(economics(open_page(warehouse))).startswith(said)


def test_without_a_comparison_or_with_nothing_to_compare_with(small: Warehouse, open_page: OpenPage) -> None:
    assert plain(economics(open_page(small, comparison=None))).startswith("The programme cost **€ 20**. A customer")
    last_year = open_page(small, comparison=Comparison.LAST_YEAR)
    assert plain(economics(last_year)).startswith(
        "The programme cost **€ 20** (no data before 3 Aug 2026 to compare with). A customer"
    )


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (100, "It brought back **€ 50** in attributed margin, **€ 20 less than it cost** (−29 %)."),
        (140, "It brought back **€ 70** in attributed margin, **as much as it cost**."),
        (142, "It brought back **€ 71** in attributed margin, **€ 1.00 more than it cost** (+1 %)."),
    ],
)
def test_less_as_much_and_more_than_it_cost(company: BuildCompany, open_page: OpenPage, net: float, said: str) -> None:
    # 70 of cost; half of what one customer bought for is margin
    warehouse = company(orders=[FIRST, *won(1, net=net), LAST], costs=costs(m10=70))
    assert said in plain(economics(open_page(warehouse)))


def test_nobody_won(company: BuildCompany, open_page: OpenPage) -> None:
    # At least 369 / 3.689 = 100 a customer; no order is credited, so no margin came back.
    warehouse = company(orders=[FIRST, LAST], costs=costs(m10=369))
    said = plain(economics(open_page(warehouse)))
    assert "What a customer won cost is **n/a**: no customer was won (at least € 100)." in said
    assert "It brought back **€ 0** in attributed margin, **€ 369 less than it cost** (−100 %)." in said


def test_the_programme_cost_nothing(company: BuildCompany, open_page: OpenPage) -> None:
    said = plain(economics(open_page(company(orders=[FIRST, *won(1), LAST], costs=costs(m09=5)))))
    assert said.startswith("The programme cost **€ 0**, down € 5.00 (100 %)")
    assert "its return is n/a: the programme cost nothing." in said


@pytest.mark.parametrize(
    ("search", "said"),
    [
        # 40 through ambassadors, 100 customers: 32.90 to 49.16; search costs 4000, 10000 and 1000 for 100
        (4_000, "**not clearly different** from the € 40 of a customer of all other channels, free ones included."),
        (10_000, "**clearly less** than the € 100 of a customer of all other channels, free ones included."),
        (1_000, "**clearly more** than the € 10 of a customer of all other channels, free ones included."),
    ],
)
def test_a_customer_beside_those_of_the_other_channels(
    company: BuildCompany, open_page: OpenPage, search: float, said: str
) -> None:
    found = [{"customer_id": f"found-{one}", "acquisition_channel": "search"} for one in range(100)]
    bought = [{"customer_id": one["customer_id"], "ordered_at": "2026-10-12", "net_amount": 10} for one in found]
    warehouse = company(
        customers=found,
        orders=[FIRST, *won(100), *bought, LAST],
        costs=[*costs(m10=4_000), {"incurred_on": "2026-10-10", "amount": search, "channel": "search"}],
    )
    assert f"A customer won cost **€ 40** (100 customers), {said}" in plain(economics(open_page(warehouse)))


def test_without_costs_it_says_what_to_import(company: BuildCompany, open_page: OpenPage) -> None:
    assert economics(open_page(company(orders=[FIRST, *won(1)]))) == (
        "What the programme cost is **n/a**: waits for costs or rewards. Import them: `python -m kpi import FOLDER`."
    )


def test_days_before_the_data_are_not_imported_either(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 1, 1), date(2026, 2, 1)))
    assert economics(page) == "What the programme cost is **n/a**: no data before 3 Aug 2026."


def test_without_orders_what_came_back_is_not_known(company: BuildCompany, open_page: OpenPage) -> None:
    said = economics(open_page(company(costs=costs(m10=30)), comparison=None))
    assert "What a customer won cost is **n/a**: waits for orders, ambassadors." in said
    assert "What it brought back is **n/a**: waits for orders, ambassadors." in said


@pytest.fixture(scope="module")
def channelled(company: BuildCompany) -> Warehouse:
    """October: two customers won for 60; search 90 for two, fair 200 for none, press one for nothing."""
    found = {"s1": "search", "s2": "search", "p1": "press"}
    return company(
        customers=[{"customer_id": name, "acquisition_channel": channel} for name, channel in found.items()],
        orders=[
            FIRST,
            *won(2),
            *({"customer_id": name, "ordered_at": "2026-10-12", "net_amount": 10} for name in found),
            LAST,
        ],
        costs=[
            *costs(m09=10, m10=50),
            {"incurred_on": "2026-10-11", "amount": 10, "category": "staff"},
            {"incurred_on": "2026-10-11", "amount": 90, "channel": "search"},
            {"incurred_on": "2026-10-11", "amount": 200, "channel": "fair"},
        ],
    )


def test_every_channel_is_told_those_without_a_value_too(channelled: Warehouse, open_page: OpenPage) -> None:
    lines = channels.channels(open_page(channelled, few=2))
    assert [(line.label, plain(channels.value_in_words(line, "EUR", 2))) for line in lines] == [
        ("Ambassador programme", "€ 30"),
        ("Search", "€ 45"),
        ("Fair", "at least € 54"),  # 200 / 3.689
        ("Press", "n/a: no cost is recorded"),
    ]
    assert plain(channels.value_in_words(lines[0], "EUR", 3)) == "€ 30 (few)"


def test_all_other_channels_together_won_nobody(company: BuildCompany, open_page: OpenPage) -> None:
    spent = {"incurred_on": "2026-10-11", "amount": 500, "channel": "search"}
    lines = channels.channels(open_page(company(orders=[FIRST, *won(1), LAST], costs=[*costs(m10=50), spent])))
    assert [(line.label, plain(channels.value_in_words(line, "EUR"))) for line in lines[1:]] == [
        ("Search", "at least € 136")  # 500 / 3.689
    ]


def test_the_table_of_channels_says_why(channelled: Warehouse, open_page: OpenPage) -> None:
    lines = channels.channels(open_page(channelled))
    shown = channels.channels_frame(lines, "EUR")
    assert shown["interval"].to_list()[2:] == ["nobody was won", "no cost is recorded"]
    assert shown["customers"].to_list() == [2, 2, 0, 1]
    exact = channels.exact_frame(lines)
    assert exact["value"].to_list() == [30.0, 45.0, None, None]
    # the limits of a count of 2 are 0.2422 and 7.2247: 60 / 7.2247 = 8.30, 60 / 0.2422 = 247.7
    assert (exact["low"][0], exact["high"][0]) == (pytest.approx(8.305, abs=0.01), pytest.approx(247.7, abs=0.1))


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_figure_of_channels_begins_at_zero_and_holds_every_interval(
    channelled: Warehouse, open_page: OpenPage, palette: Any
) -> None:
    lines = channels.channels(open_page(channelled))
    figure = channels.channels_figure(lines, palette, "EUR", 30)
    assert list(figure.data[0].x) == [30.0, 45.0, pytest.approx(54.2, abs=0.05), 0.0]
    assert list(figure.data[0].marker.symbol)[:3] == ["circle", "circle", "triangle-right"]
    assert list(figure.data[0].marker.size) == [10, 10, 10, 0]
    bars = [(bar.x0, bar.x1) for bar in figure.layout.shapes]
    assert bars == [(line.found.estimate.low, line.found.estimate.high) for line in lines[:2]]
    low, high = figure.layout.xaxis.range
    assert low == 0
    assert high > max(bar[1] for bar in bars)
    assert [note.text for note in figure.layout.annotations][3] == "n/a: no cost is recorded"


def test_under_a_filter_the_other_channels_say_so(channelled: Warehouse, open_page: OpenPage) -> None:
    page = open_page(channelled, filters={"programme": ("recognition",)})
    assert [line.label for line in channels.channels(page)] == ["Ambassador programme"]
    assert "other channels are n/a: not available by programme" in economics(
        open_page(channelled, filters={"programme": ("recognition", "unknown")})
    )


def test_categories_add_up_with_and_without_staff(company: BuildCompany, open_page: OpenPage) -> None:
    # a third of a euro three times, and staff: 1 without, 2 with
    thirds = [
        {"incurred_on": "2026-10-10", "amount": amount, "category": category}
        for category, amount in {"tooling": "0.34", "event": "0.33", "content": "0.33", "staff": "1"}.items()
    ]
    page = open_page(company(orders=[FIRST, LAST], costs=[*costs(m09=5), *thirds]))
    cost, without = METRICS["programme_cost"], METRICS["programme_cost_without_staff"]
    rows = [page.read(cost), *breakdown.ordered("category", page.breakdown(cost, "category"))]
    beside = [page.read(without), *page.breakdown(without, "category")]
    shown, exact = (spending.categories_frame(rows, beside, is_exact=one) for one in (False, True))
    for frame, whole, rest in ((shown, 2, 1), (exact, 2.0, 1.0)):
        assert (frame["with_staff"][0], frame["without_staff"][0]) == (whole, rest)
        assert frame["with_staff"][1:].sum() == pytest.approx(whole)
        assert frame["without_staff"][1:].sum() == pytest.approx(rest)
    assert dict(zip(shown["category"], shown["without_staff"], strict=True))["Staff"] is None
    # What is no staff is the same in both columns, as it is shown, too.
    assert [one for one in shown["with_staff"][1:] if one not in {0, 1}] == [
        one for one in shown["without_staff"][1:] if one
    ]
    assert shown["share"].to_list()[:2] == [1.0, 0.5]


def test_corrections_leave_no_shares(company: BuildCompany, open_page: OpenPage) -> None:
    corrected = [{"incurred_on": "2026-10-10", "amount": -5, "category": "tooling"}]
    page = open_page(company(orders=[FIRST, LAST], costs=[*costs(m10=10), *corrected]))
    cost = METRICS["programme_cost"]
    rows = [page.read(cost), *page.breakdown(cost, "category")]
    assert spending.categories_frame(rows, rows).columns == ["category", "with_staff", "without_staff"]


def test_ambassadors_stand_in_the_order_of_their_ids_and_add_up(small: Warehouse) -> None:
    items = costs_by_ambassador(small, OCTOBER).items
    shown = spending.people_frame(items, {}, [("period", "x")])
    assert shown["name"].to_list() == ["All", "amb-ann", "Names nobody"]
    assert shown["ambassador_id"].to_list() == [None, "amb-ann", None]
    assert shown["sheet"].to_list() == [None, "/ambassador?id=amb-ann&period=x", None]
    assert shown["other"].to_list() == [20, 0, 20]
    assert shown["revenue"].to_list() == [100, 100, 0]
    assert shown["won"].to_list() == [1, 1, 0]
    assert spending.people_frame(items, {}, is_exact=True)["other"].to_list() == [20.0, 0.0, 20.0]
    # of three rows at most one and the last: all together, and what names nobody
    assert spending.people_frame(items, {}, most=1)["name"].to_list() == ["All", "Names nobody"]


def test_the_bands_lie_behind_the_trend_and_are_named(small: Warehouse, open_page: OpenPage) -> None:
    page, ratio = open_page(small), METRICS["cost_to_revenue_ratio"]
    figure = trend_figure(page, ratio, LIGHT, bands=COST_TO_REVENUE)
    assert [(shape.y0, shape.y1) for shape in figure.layout.shapes] == [(0.0, 0.03), (0.15, 0.25)]
    names = [note.text for note in figure.layout.annotations]
    assert {"recognition", "commission"} <= set(names)
    low, high = figure.layout.yaxis.range
    assert (low, high > 0.25) == (0.0, True)
    assert trend_figure(page, ratio, LIGHT).layout.shapes == ()


# August costs 100 for two customers, who bring 60 in August, 30 in September and 20 in October: back after 2 months.
# September costs 50 for one, who brings 10 and nothing since; October costs 10 for one, who brings 50 at once.
PAYING = {
    "orders": [
        *won(2, "2026-08-01", 60),
        {"customer_id": "won-2026-08-01-0", "ordered_at": "2026-09-01", "net_amount": 60},
        {"customer_id": "won-2026-08-01-1", "ordered_at": "2026-10-01", "net_amount": 40},
        *won(1, "2026-09-10", 20),
        *won(1, "2026-10-10"),
        {**LAST, "customer_id": "won-2026-10-10-0", "ordered_at": "2026-11-10"},
    ],
    "costs": [*costs(m08=100, m09=50, m10=10), {"incurred_on": "2026-11-10", "amount": 1}],
}
NOVEMBER = date(2026, 11, 10)


@pytest.fixture(scope="module")
def paying(company: BuildCompany) -> Paybacks:
    return payback_by_month(company(**PAYING), NOVEMBER, months=4)


def test_the_table_says_when_a_month_was_paid_back(paying: Paybacks) -> None:
    shown = paying_back.frame_of(paying.items)
    assert shown["paid_back"].to_list() == [
        "after 2 months",
        "not after 1 month so far",
        "in the same month",
        "n/a: no customer was won",
    ]
    assert shown["customers"].to_list() == [2, 1, 1, 0]
    assert (shown["cost"].to_list(), shown["margin"].to_list()) == ([100, 50, 10, 0], [110, 10, 50, 0])
    exact = paying_back.frame_of(paying.items, is_exact=True)
    assert exact["paid_back"].to_list() == [2, None, 0, None]
    assert exact["month"][0] == date(2026, 8, 1)
    # September is not paid back after October, the one month since that is over; in November nobody was won.
    assert exact["months_seen"].to_list()[1] == 1
    assert exact["reason"].to_list() == [None, None, None, "no customer was won"]


def test_the_map_marks_the_month_in_which_the_cost_was_back(paying: Paybacks) -> None:
    back = paying_back.months_back(paying.items)
    august, september, october, november = (
        [paying_back.cell_text(share, back=back) for share in item.cohort.shares] for item in paying.items
    )
    assert august == ["60", "90", "<b>110</b>", "110*"]
    assert september == ["20", "20", "20*"]
    assert october == ["<b>500</b>", "500*"]
    assert november == [""]
    figure = heatmap_figure(paying.cohorts, ["0", "1", "2", "3"], DARK, written=lambda cell: "x", size=9)
    assert (figure.data[0].text[0][0], figure.data[0].textfont.size) == ("x", 9)


def test_what_is_just_missed_does_not_read_as_reached(company: BuildCompany) -> None:
    # 99.6 of 100
    orders = [*won(1, "2026-08-01", 199.2), {**LAST, "customer_id": "won-2026-08-01-0", "net_amount": 0}]
    (august, *_) = payback_by_month(company(orders=orders, costs=costs(m08=100)), date(2026, 10, 31), months=3).items
    assert paying_back.cell_text(august.cohort.shares[0]) == "&lt;100"
    assert august.months is None


def test_months_that_won_nobody_are_told(company: BuildCompany) -> None:
    # July pays its 10 back at once; August and September cost 100 each and win nobody; October is not over.
    orders = [*won(1, "2026-07-01", 40), {**LAST, "ordered_at": "2026-10-20"}]
    found = payback_by_month(
        company(orders=orders, costs=costs(m06=5, m07=10, m08=100, m09=100, m10=100)), date(2026, 10, 21), months=4
    )
    assert paying_back.told(found.items) == (
        "The one month that can be judged has paid back what it cost; months it took: 0. "
        "In **2** months nobody was won: what they cost does not come back."
    )


def test_how_many_months_have_paid_back(paying: Paybacks) -> None:
    august, september, october, november = paying.items
    told = paying_back.told
    assert told(paying.items) == (
        "**2** of 3 months that can be judged have paid back what they cost; months it took: 0 to 2."
    )
    assert told([august]) == "The one month that can be judged has paid back what it cost; months it took: 2."
    assert told([october, september]) == (
        "**1** of 2 months that can be judged has paid back what it cost, within the same month."
    )
    assert told([september]) == "The one month that can be judged has **not paid back** what it cost so far."
    assert told([september, september]) == (
        "**None** of the 2 months that can be judged has paid back what it cost so far."
    )
    assert told([november]) == "Of no month can it be said yet whether it has paid back what it cost."
    with speaking("fr"):
        assert plain(told(paying.items)) == (
            "**2** mois sur 3 dont on peut juger ont été amortis ; mois qu’il a fallu : de 0 à 2."
        )


def test_a_month_watched_for_itself_alone(company: BuildCompany) -> None:
    found = payback_by_month(company(**PAYING), date(2026, 10, 1), months=1)
    assert paying_back.paid_back(found.items[0]) == "not within the month itself"
