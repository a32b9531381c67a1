"""What a page reads: values as the registry measures them, and no number where there is none."""

import gc
from datetime import date
from pathlib import Path
from weakref import ref

import pytest

from kpi.access.roles import Role
from kpi.errors import VersionNotFoundError
from kpi.ingest import import_files
from kpi.metrics import HEADLINES, METRICS, Better, compare, measure, trend
from kpi.period import Comparison, Grain, Period
from kpi.settings import Settings
from kpi.store import Listing, Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.answers import programme_health
from kpi.ui.cards import card
from kpi.ui.figures import LIGHT, trend_figure
from kpi.ui.notes import note
from kpi.ui.page import Page, Reading
from tests.conftest import NOW, Company, completed, write_tables

from .conftest import BOTH, OCTOBER, OpenPage, reader_of

ACTIVE, REVENUE, COST = (METRICS[name] for name in ("active_ambassadors", "attributed_revenue", "acquisition_cost"))
SCORE = METRICS["ambassador_net_promoter_score"]
PREVIOUS, LAST_YEAR = Comparison.PREVIOUS, Comparison.LAST_YEAR
KNOWN = Period(date(2026, 9, 21), date(2026, 10, 21))  # to the last day with data; September is before


@pytest.mark.parametrize("metric", HEADLINES, ids=lambda metric: metric.name)
def test_a_reading_is_what_the_registry_measures(small: Warehouse, open_page: OpenPage, metric: object) -> None:
    assert isinstance(metric, type(ACTIVE))
    (expected,) = compare(small, metric, OCTOBER, Comparison.PREVIOUS)
    reading = open_page(small).read(metric)
    assert (reading.current, reading.before) == (expected.current, expected.compared)


def test_values_and_changes_of_the_small_company(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small)
    read = {metric.name: page.read(metric) for metric in HEADLINES}
    assert {name: (float(r.current.estimate.value or 0), r.change) for name, r in read.items()} == {
        "active_ambassadors": (2.0, 0.0),
        "attributed_revenue": (100.0, 50.0),
        "acquisition_cost": (20.0, 10.0),  # 20 / 1 customer won, before 10 / 1
        "cost_to_revenue_ratio": (0.2, 0.0),  # 20 / 100 and 10 / 50
        "ambassador_net_promoter_score": (50.0, -50.0),
    }


def test_a_filter_narrows_what_it_can_and_makes_the_rest_unavailable(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, filters={"country_code": ("BE",)})
    assert page.read(ACTIVE).current.estimate.value == 1  # bob
    cost = page.read(COST)
    assert (cost.current.estimate.value, cost.change) == (None, None)
    assert cost.current.reason == "not available by country: costs are not recorded by country"
    assert (page.trend(COST), page.trend_before(COST, PREVIOUS), page.windows(COST)) == ((), (), {})


def test_no_change_is_told_when_the_data_begins_later_than_the_comparison(
    small: Warehouse, open_page: OpenPage
) -> None:
    # Costs begin on 3 August, orders on 4 May: July and August reach back too far for costs, not for orders.
    page = open_page(small, Period(date(2026, 9, 1), date(2026, 11, 1)))
    assert page.read(COST).unmatched == "no data before 3 Aug 2026"
    assert page.read(COST).before is None
    assert page.trend_before(COST, PREVIOUS) == ()
    assert page.read(REVENUE).unmatched is None
    assert page.read(REVENUE).change == 150.0  # 50 + 100, after nothing


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        (Period(date(2026, 1, 1), date(2026, 5, 4)), "no data before 4 May 2026"),
        (Period(date(2026, 10, 21), date(2026, 11, 1)), "no data after 20 Oct 2026"),
    ],
)
def test_a_period_outside_the_data_is_not_zero(
    small: Warehouse, open_page: OpenPage, period: Period, reason: str
) -> None:
    page = open_page(small, period)
    assert page.read(REVENUE).current.estimate.value is None
    assert page.read(REVENUE).current.reason == reason
    assert page.trend(REVENUE) == ()


def test_nothing_to_compare_with(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, comparison=None)
    assert page.read(REVENUE) == Reading(metric=REVENUE, current=measure(small, REVENUE, OCTOBER))
    assert (page.comparison, page.comparisons) == (None, ())


@pytest.mark.parametrize("metric", HEADLINES, ids=lambda metric: metric.name)
def test_two_comparisons_are_what_the_registry_measures(
    two_years: Warehouse, open_page: OpenPage, metric: object
) -> None:
    assert isinstance(metric, type(ACTIVE))
    previous, last_year = (compare(two_years, metric, OCTOBER, comparison)[0] for comparison in BOTH)
    reading = open_page(two_years, comparisons=BOTH).read(metric)
    assert (reading.current, reading.before) == (previous.current, previous.compared)
    if "costs|rewards" in metric.needs:
        unmatched = "no data before 5 Oct 2025"
        assert reading.second == Reading(metric=metric, current=previous.current, unmatched=unmatched)
    else:
        assert reading.second == Reading(metric=metric, current=last_year.current, before=last_year.compared)


def test_both_changes_of_the_company_of_two_years(two_years: Warehouse, open_page: OpenPage) -> None:
    page = open_page(two_years, comparisons=BOTH)
    for metric, change, second in [(ACTIVE, 1, 1), (REVENUE, 50, 60)]:  # 100 after 50, and after 40
        reading = page.read(metric)
        assert reading.second is not None
        assert (reading.change, reading.second.change, reading.second.second) == (change, second, None)
    assert [sum(step.estimate.value or 0 for step in page.trend_before(REVENUE, one)) for one in BOTH] == [50, 40]
    assert page.comparison is PREVIOUS


@pytest.mark.parametrize(
    ("days", "grains"),
    [  # of a level, a sum and a rate
        (30, (Grain.DAY, Grain.DAY, Grain.WEEK)),
        (45, (Grain.DAY, Grain.DAY, Grain.WEEK)),
        (46, (Grain.DAY, Grain.WEEK, Grain.WEEK)),
        (200, (Grain.WEEK, Grain.WEEK, Grain.WEEK)),
        (201, (Grain.WEEK, Grain.MONTH, Grain.MONTH)),
        (401, (Grain.MONTH, Grain.MONTH, Grain.MONTH)),
        (1_096, (Grain.MONTH, Grain.MONTH, Grain.MONTH)),  # three years
        (1_101, (Grain.MONTH, Grain.QUARTER, Grain.QUARTER)),
    ],
)
def test_the_step_of_a_trend_follows_the_period(
    small: Warehouse, open_page: OpenPage, days: int, grains: tuple[Grain, Grain, Grain]
) -> None:
    page = open_page(small, Period.until(date(2026, 10, 31), days=days))
    assert (page.grain(ACTIVE), page.grain(REVENUE), page.grain(COST)) == grains


def test_a_trend_is_what_the_registry_gives_and_stops_with_the_data(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small)
    measured = trend(small, REVENUE, OCTOBER, Grain.DAY)
    # The last event, bob's post, is on 20 October: the ten days after it are not drawn as zeros.
    assert page.trend(REVENUE) == measured[:20]
    assert sum(step.estimate.value or 0 for step in page.trend(REVENUE)) == 100


@pytest.mark.parametrize("grain", list(Grain))
def test_a_trend_in_the_steps_that_were_chosen(small: Warehouse, open_page: OpenPage, grain: Grain) -> None:
    page = open_page(small, Period(date(2026, 9, 1), date(2026, 10, 21)))
    assert page.trend(REVENUE, grain) == trend(small, REVENUE, page.period, grain)
    assert sum(step.estimate.value or 0 for step in page.trend(REVENUE, grain)) == 150  # 50 in September, then 100
    before = trend(small, REVENUE, page.period.compared(Comparison.PREVIOUS), grain)
    assert page.trend_before(REVENUE, PREVIOUS, grain) == before


def test_a_change_within_the_intervals_is_not_clear(small: Warehouse, open_page: OpenPage) -> None:
    score = open_page(small).read(SCORE)
    assert (score.change, score.is_clear, score.is_good) == (-50.0, False, None)
    revenue = open_page(small, KNOWN).read(REVENUE)
    assert (revenue.is_clear, revenue.is_good) == (True, True)


def test_good_news_follows_the_metric_not_the_sign(small: Warehouse, open_page: OpenPage) -> None:
    reading = open_page(small, KNOWN).read(METRICS["programme_cost"])
    assert (reading.metric.better, reading.change, reading.is_good) == (Better.DOWN, 10.0, False)


def test_the_same_question_is_asked_once(small: Warehouse, open_page: OpenPage) -> None:
    answers: dict[str, object] = {}
    asked: list[str] = []

    def remember(question: str, answer: object) -> object:
        if question not in answers:
            asked.append(question)
            assert callable(answer)
            answers[question] = answer()
        return answers[question]

    page: Page = open_page(small, remember=remember)
    other: Page = open_page(small, remember=remember, filters={"country_code": ("FR",)})
    for one in (page, page, other):
        one.read(ACTIVE)
        one.trend(ACTIVE)
    assert len([question for question in asked if "active_ambassadors" in question]) == 4


def test_costs_that_stopped_are_not_a_cost_of_zero(company: Company, open_page: OpenPage) -> None:
    # Costs end on 15 February, orders and touches go on to 28 June: what May cost is not known, and it is not 0.
    days = ["2026-01-15", "2026-02-15", "2026-06-28"]
    warehouse = company(
        costs=[{"incurred_on": day, "amount": 10, "channel": "ambassador"} for day in days[:2]],
        orders=[{"customer_id": "x", "ordered_at": day, "net_amount": 50, "ambassador_id": "amb"} for day in days],
    )
    may = open_page(warehouse, period=Period(date(2026, 5, 1), date(2026, 6, 1)))
    spring = open_page(warehouse, period=Period(date(2026, 2, 1), date(2026, 6, 1)))
    for name in ("programme_cost", "cost_to_revenue_ratio"):
        reading = may.read(METRICS[name])
        assert (reading.current.estimate.value, reading.current.reason) == (None, "no costs after 15 Feb 2026")
    assert spring.read(METRICS["programme_cost"]).current.estimate.value == 10
    assert "incomplete: costs end 15 Feb 2026" in note(spring, spring.read(METRICS["programme_cost"]))


@pytest.fixture(scope="module")
def stopped(company: Company) -> Warehouse:
    """Orders of 100 a day from 1 August to 12 October, all through an ambassador; costs and posts to 31 October."""
    return company(
        orders=[
            {"customer_id": "x", "ordered_at": f"2026-{month:02d}-{day:02d}", "net_amount": 100, "ambassador_id": "amb"}
            for month, last in ((8, 31), (9, 30), (10, 12))
            for day in range(1, last + 1)
        ],
        costs=[{"incurred_on": day, "amount": 100} for day in ("2026-08-31", "2026-09-30", "2026-10-31")],
        content=[{"customer_id": "c", "posted_at": "2026-10-31"}],
    )


def test_orders_that_stopped_are_no_fall_of_revenue(stopped: Warehouse, open_page: OpenPage) -> None:
    # 12 days of October hold 1,200, the 31 before 3,100; 19 days without an order at its end are no zeros.
    page = open_page(stopped, Period(date(2026, 10, 1), date(2026, 11, 1)))
    reading = page.read(REVENUE)
    assert (reading.current.estimate.value, reading.current.is_complete, reading.change) == (1200, False, -1900)
    assert (reading.is_good, card(page, REVENUE).colour) == (None, "gray")
    assert [step.estimate.value for step in page.trend(REVENUE)] == [100] * 12
    assert card(page, REVENUE).course == (100,) * 12
    assert "incomplete: orders end 12 Oct 2026" in note(page, reading)
    assert "Read this with care (incomplete: orders end 12 Oct 2026)." in programme_health(page)


def test_the_week_in_which_orders_stopped_is_drawn_apart(stopped: Warehouse, open_page: OpenPage) -> None:
    # Weeks from Monday 31 August: six whole ones of 700, then Monday 12 October alone.
    page = open_page(stopped, Period(date(2026, 8, 31), date(2026, 11, 1)), comparison=None)
    steps = page.trend(REVENUE)
    assert [(step.estimate.value, step.is_complete) for step in steps] == [(700, True)] * 6 + [(100, False)]
    whole, cut = trend_figure(page, REVENUE, LIGHT).data
    assert (whole.y, cut.y) == ((700,) * 6, (100,))
    assert card(page, REVENUE).course == (700,) * 6


def test_no_value_keeps_its_cautions(stopped: Warehouse, open_page: OpenPage) -> None:
    # x first bought in August, so nobody is won in October: at least 100 / 3.69, of an October that lacks orders.
    page = open_page(stopped, Period(date(2026, 10, 1), date(2026, 11, 1)))
    told = note(page, page.read(COST)).replace(fmt.GLUE, " ")
    assert told == "no customer was won · at least € 27 · incomplete: orders end 12 Oct 2026"


def test_costs_that_name_nobody_are_no_cost_of_zero(stopped: Warehouse, open_page: OpenPage) -> None:
    # 12 orders of 100 are amb's, the costs are everybody's: what amb's programme cost is not known, and not 0.
    (programme,) = stopped.groups("dim_segments", "programme")
    page = open_page(stopped, Period(date(2026, 10, 1), date(2026, 10, 13)), filters={"programme": (programme,)})
    assert page.read(REVENUE).current.estimate.value == 1200
    for name in ("acquisition_cost", "cost_to_revenue_ratio", "return_on_investment"):
        reading = page.read(METRICS[name])
        assert reading.current.estimate.value is None
        assert reading.current.reason == note(page, reading) == "no cost names an ambassador of this segment"
    told = programme_health(page).replace(fmt.GLUE, " ")
    assert "They brought **€ 1,200**; what that cost is **n/a**: no cost names an ambassador of this segment." in told


def test_a_rate_of_a_single_post_says_nothing_about_a_change(company: Company, open_page: OpenPage) -> None:
    # 1 order of 3 clicks after 1 of 4: one post each gives no interval, which is not the same as certainty.
    warehouse = company(
        content=[
            {"customer_id": "c", "posted_at": "2026-09-26", "clicks": 4, "orders": 1},
            {"customer_id": "c", "posted_at": "2026-10-05", "clicks": 3, "orders": 1},
        ]
    )
    page = open_page(warehouse, Period(date(2026, 10, 1), date(2026, 10, 6)))
    reading = page.read(METRICS["content_conversion_rate"])
    assert reading.change == pytest.approx(1 / 3 - 1 / 4)
    assert (reading.is_clear, reading.is_good) == (False, None)


def test_what_is_read_later_holds_no_version_open(paris: Settings, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")

    def publish(*customers: str) -> None:
        rows = completed({"customers": [{"customer_id": name} for name in customers]})
        import_files(store, write_tables(tmp_path, rows), paris, now=NOW)

    publish("ann", "bob")
    warehouse = Warehouse(store)
    page = Page(
        name="test", reader=reader_of(Role.OWNER), settings=paris, store=store, warehouse=warehouse, period=OCTOBER
    )
    read = page.later(lambda version: version.frame(Listing(mart="dim_people", columns=["person_id"], order=[])).height)
    held = ref(warehouse)
    del page, warehouse
    gc.collect()
    assert held() is None
    publish("ann", "bob", "cleo")
    assert read() == 2  # as the page showed it
    store.prune(kept=1)
    with pytest.raises(VersionNotFoundError):
        read()
