"""A metric by group: what is listed, in which order, and what each row says."""

from datetime import date

import pytest

from kpi.language import speaking
from kpi.metrics import METRICS, Metric
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui import format as fmt
from kpi.ui.breakdown import exact, filters_page, headings, offered, ordered, written
from kpi.ui.page import Page, Reading
from kpi.ui.segments import SEGMENTS
from tests.conftest import Company

from .conftest import BOTH, OpenPage

ACTIVE, REVENUE = METRICS["active_ambassadors"], METRICS["attributed_revenue"]
SCORE, RATIO = METRICS["ambassador_net_promoter_score"], METRICS["cost_to_revenue_ratio"]


def rows(page: Page, metric: Metric, by: str) -> list[Reading]:
    return [page.read(metric), *ordered(by, page.breakdown(metric, by))]


def shown(page: Page, metric: Metric, by: str = "country_code") -> dict[str, list[object]]:
    found = written(page, rows(page, metric, by), by).to_dict(as_series=False)
    return {
        name: [text.replace(fmt.GLUE, " ") if isinstance(text, str) else text for text in column]
        for name, column in found.items()
    }


def test_the_whole_comes_first_and_a_group_of_one_period_stays(small: Warehouse, open_page: OpenPage) -> None:
    # October: x of France for 100; September: y of Belgium for 50.
    assert shown(open_page(small), REVENUE) == {
        "country_code": ["All", "France", "Belgium"],
        "value": [100, 100, 0],
        "share": [1.0, 1.0, 0.0],
        "change_previous": ["▲ +€ 50 · 100 %", "▲ +€ 100", "▼ −€ 50 · 100 %"],
    }


def test_a_group_filters_the_page_where_a_filter_offers_it(small: Warehouse, open_page: OpenPage) -> None:
    # Nobody's sector is known: to choose "unknown", which stands alone, would change nothing.
    page = open_page(small)
    assert shown(page, REVENUE, "sector")["sector"] == ["All", "Unknown"]
    assert [name for name in offered(REVENUE) if filters_page(page, name)] == ["country_code", "programme"]


def test_a_narrow_table_tells_changes_in_short(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small)
    found = written(page, rows(page, REVENUE, "country_code"), "country_code", is_narrow=True)["change_previous"]
    assert [text.replace(fmt.GLUE, " ") for text in found] == ["▲ +€ 50", "▲ +€ 100", "▼ −€ 50"]


def test_a_narrow_table_of_two_comparisons_has_no_shares(two_years: Warehouse, open_page: OpenPage) -> None:
    page = open_page(two_years, comparisons=BOTH)
    found = written(page, rows(page, REVENUE, "country_code"), "country_code", is_narrow=True)
    assert found.columns == ["country_code", "value", "change_previous", "change_last_year"]
    assert "share" in exact(page, rows(page, REVENUE, "country_code"), "country_code").columns


def test_each_comparison_has_its_column_and_its_groups(two_years: Warehouse, open_page: OpenPage) -> None:
    # Germany bought a year earlier only, Belgium in September only.
    assert shown(open_page(two_years, comparisons=BOTH), REVENUE) == {
        "country_code": ["All", "France", "Belgium", "Germany"],
        "value": [100, 100, 0, 0],
        "share": [1.0, 1.0, 0.0, 0.0],
        "change_previous": ["▲ +€ 50 · 100 %", "▲ +€ 100", "▼ −€ 50 · 100 %", "no change"],
        "change_last_year": ["▲ +€ 60 · 150 %", "▲ +€ 100", "no change", "▼ −€ 40 · 100 %"],
    }


def test_without_a_comparison_or_data_that_far_back_there_is_no_column(small: Warehouse, open_page: OpenPage) -> None:
    assert shown(open_page(small, comparison=None), REVENUE).keys() == {"country_code", "value", "share"}
    page = open_page(small, comparisons=BOTH)  # the data begins in 2026
    assert "change_last_year" not in shown(page, REVENUE)
    assert set(headings(page, REVENUE, "country_code")) > {"change_previous", "change_last_year"}


def test_a_rate_has_n_and_interval_and_its_groups_do_not_add_up(small: Warehouse, open_page: OpenPage) -> None:
    # October: 10, 9 and 0 in France, 9 in Belgium; September: one 10 each.
    found = shown(open_page(small, few=2), SCORE)
    assert (found["country_code"], found["value"], found["n"]) == (
        ["All", "Belgium", "France"],
        [50, 100, 33],
        [4, 1, 3],
    )
    assert "share" not in found
    assert found["change_previous"] == ["▼ −50 pt, not clear", "no change", "▼ −67 pt, not clear"]
    whole, belgium, france = found["interval"]
    assert (whole, str(belgium).endswith(" (few)"), str(france).endswith("(few)")) == ("−34 to +91", True, False)


def test_a_group_without_a_value_says_why(two_years: Warehouse, open_page: OpenPage) -> None:
    # Germany answered a year earlier only, and nobody in September.
    found = shown(open_page(two_years, comparisons=BOTH), SCORE)
    assert (found["country_code"][-1], found["value"][-1], found["n"][-1]) == ("Germany", None, 0)
    assert found["interval"][-1] == "n/a: nobody answered"
    assert found["change_last_year"][-1] == "n/a"
    assert set(found["change_previous"]) == {"n/a"}


def test_levels_are_read_at_the_end_of_each_period(small: Warehouse, open_page: OpenPage) -> None:
    # On 30 September ann of France and cleo of France; on 30 October ann, and bob of Belgium.
    assert shown(open_page(small), ACTIVE) == {
        "country_code": ["All", "Belgium", "France"],
        "value": [2, 1, 1],
        "share": [1.0, 0.5, 0.5],
        "change_previous": ["no change", "▲ +1", "▼ −1 · 50 %"],
    }


def test_a_filter_narrows_the_table_too(small: Warehouse, open_page: OpenPage) -> None:
    found = shown(open_page(small, filters={"country_code": ("BE",)}), ACTIVE)
    assert (found["country_code"], found["value"]) == (["All", "Belgium"], [1, 1])


def test_what_has_no_value_has_no_groups(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 1, 1), date(2026, 2, 1)))
    assert page.breakdown(REVENUE, "country_code") == ()
    assert open_page(small, filters={"country_code": ("BE",)}).breakdown(RATIO, "programme") == ()


def test_what_filters_no_page_is_called_as_it_is_elsewhere(small: Warehouse, open_page: OpenPage) -> None:
    # October: two posts, September: two.
    assert shown(open_page(small), METRICS["acts"], "kind") == {
        "kind": ["All", "Post"],
        "value": [2, 2],
        "share": [1.0, 1.0],
        "change_previous": ["no change", "no change"],
    }
    with speaking("fr"):
        assert shown(open_page(small), METRICS["acts"], "origin")["origin"] == ["Tout", "Spontané"]


@pytest.fixture(scope="module")
def sized(company: Company) -> Warehouse:
    """Orders through ann of 10 by a company of 11 to 50, 30 by a solo, 20 by 2 to 10, and 50 by nobody knows whom."""
    sizes = {"a": ("11-50", 10), "b": ("solo", 30), "c": ("2-10", 20), "d": (None, 50)}
    return company(
        customers=[{"customer_id": name, "company_size": size} for name, (size, _) in sizes.items()],
        orders=[
            {"customer_id": name, "ordered_at": "2026-10-02", "net_amount": amount, "ambassador_id": "amb"}
            for name, (_, amount) in sizes.items()
        ],
    )


def test_sizes_are_listed_by_size_and_unknown_last(sized: Warehouse, open_page: OpenPage) -> None:
    found = shown(open_page(sized, comparison=None), REVENUE, "company_size")
    assert found["company_size"] == ["All", "Solo", "2-10", "11-50", "Unknown"]
    assert found["value"] == [110, 30, 20, 10, 50]
    assert found["share"] == [1.0, 0.273, 0.182, 0.091, 0.455]


def test_an_unknown_that_stands_alone_is_listed(sized: Warehouse, open_page: OpenPage) -> None:
    found = shown(open_page(sized, comparison=None), REVENUE, "country_code")
    assert (found["country_code"], found["value"]) == (["All", "Unknown"], [110, 110])


def test_shares_are_left_out_where_there_is_no_whole(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 7, 1), date(2026, 8, 1)))
    assert shown(page, REVENUE) == {"country_code": ["All"], "value": [0], "change_previous": ["no change"]}


def test_what_is_taken_away_are_exact_numbers(two_years: Warehouse, open_page: OpenPage) -> None:
    page = open_page(two_years, comparisons=BOTH)
    taken = exact(page, rows(page, REVENUE, "country_code"), "country_code")
    assert taken.to_dict(as_series=False) == {
        "country_code": ["All", "France", "Belgium", "Germany"],
        "value": [100.0, 100.0, 0.0, 0.0],
        "share": [1.0, 1.0, 0.0, 0.0],
        "value_previous": [50.0, 0.0, 50.0, 0.0],
        "change_previous": [50.0, 100.0, -50.0, 0.0],
        "value_last_year": [40.0, 0.0, 0.0, 40.0],
        "change_last_year": [60.0, 100.0, 0.0, -40.0],
    }
    counts = exact(page, rows(page, ACTIVE, "country_code"), "country_code")
    assert (counts["value"].to_list(), counts["value"].dtype.is_integer()) == ([2, 1, 1], True)
    scores = exact(page, rows(page, SCORE, "country_code"), "country_code")
    assert scores["low"][0] == pytest.approx(page.read(SCORE).current.estimate.low)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_no_dimension_on_offer_names_a_person(metric: Metric) -> None:
    names = offered(metric)
    assert set(metric.dimensions) - set(names) <= {"ambassador_id"}
    filtering = [name for name in SEGMENTS if name in metric.dimensions]
    assert names[: len(filtering)] == filtering
    assert "ambassador_id" not in names


def test_columns_are_named_in_both_languages(small: Warehouse, open_page: OpenPage) -> None:
    one, both = open_page(small), open_page(small, comparisons=BOTH)
    assert headings(one, REVENUE, "country_code")["change_previous"] == "Change"
    assert headings(both, REVENUE, "country_code") == {
        "country_code": "Country",
        "value": "Attributed revenue (€)",
        "share": "Share",
        "n": "n",
        "interval": "95\N{NO-BREAK SPACE}% interval",
        "change_previous": "Vs period before",
        "change_last_year": "Vs last year",
    }
    assert headings(one, ACTIVE, "lever")["value"] == "Active ambassadors"
    with speaking("fr"):
        assert list(headings(both, REVENUE, "company_size").values()) == [
            "Taille d’entreprise",
            "CA attribué (€)",
            "Part",
            "n",
            "Intervalle à 95\N{NO-BREAK SPACE}%",
            "Vs précédente",
            "Vs an dernier",
        ]
        assert shown(open_page(small), REVENUE)["change_previous"][0] == "▲ +50 € · 100 %"


def test_another_comparison_is_asked_for_its_own_groups(two_years: Warehouse, open_page: OpenPage) -> None:
    found = shown(open_page(two_years, comparison=Comparison.LAST_YEAR), REVENUE)
    assert found["country_code"] == ["All", "France", "Germany"]
    assert found["change_last_year"] == ["▲ +€ 60 · 150 %", "▲ +€ 100", "▼ −€ 40 · 100 %"]
