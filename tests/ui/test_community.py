"""The ambassadors page in words and figures, on a company that can be followed by hand."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.roles import Role
from kpi.language import speaking
from kpi.metrics import activation_by_cohort, concentration, find_silences, retention_by_cohort
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui import format as fmt
from kpi.ui.addresses import sheet_address
from kpi.ui.community import cohorts_frame
from kpi.ui.community_answers import community, silence
from kpi.ui.curve import curve_figure
from kpi.ui.explaining import unexplained
from kpi.ui.figures import DARK, LIGHT
from kpi.ui.heatmap import cell_text, heatmap_figure, month, row_label
from kpi.ui.movements import ACTIVE, identity_cards, read_movements
from kpi.ui.people import silences_frame, silent_since

from .conftest import OCTOBER, OpenPage

# dan posts on the 1st to 5th of August and never again: his usual gap is a day, at most 2 are usual (twice the median),
# so he is silent for longer than usual since 8 August. eve posts every ten days, the last time on 29 September.
REGULARS: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {"customer_id": "dan", "full_name": "Dan Roe", "email": "dan@example.org", "contact_consent": True},
        {"customer_id": "eve", "full_name": "Eve Moe", "email": "eve@example.org", "contact_consent": False},
    ],
    "ambassadors": [{"ambassador_id": f"amb-{name}", "customer_id": name} for name in ("dan", "eve")],
    "content": [
        *({"customer_id": "dan", "posted_at": f"2026-08-0{day}"} for day in range(1, 6)),
        *({"customer_id": "eve", "posted_at": day} for day in ("2026-08-30", "2026-09-09", "2026-09-19", "2026-09-29")),
        {"customer_id": "staff-of-none", "posted_at": "2026-10-30"},
    ],
}


@pytest.fixture(scope="module")
def regulars(company: Callable[..., Warehouse]) -> Warehouse:
    return company(**REGULARS)


def test_what_came_and_went_is_said_with_the_group_that_moved_most(small: Warehouse, open_page: OpenPage) -> None:
    assert community(open_page(small), "country_code") == (
        "Active ambassadors are **unchanged at 2** since 30 Sep 2026: 1 new, 0 came back, 1 fell silent. "
        "The period is not over: data ends 20 Oct 2026. By country, **Belgium** moved it most (▲ +1)."
    )
    with speaking("fr"):
        assert re.sub("[\u00a0\u202f]", " ", community(open_page(small), "country_code")) == (
            "Le nombre d’ambassadeurs actifs est **inchangé, à 2,** depuis le 30 sept. 2026 : 1 nouveau, 0 de retour ; "
            "1 est devenu silencieux. La période n’est pas terminée : les données s’arrêtent le 20 oct. 2026. "
            "Par pays, le plus grand écart : **Belgique** (▲ +1)."
        )


def test_a_rise_and_a_fall(small: Warehouse, open_page: OpenPage) -> None:
    september = Period(date(2026, 9, 1), date(2026, 10, 1))
    assert community(open_page(small, september), "country_code").startswith(
        "Active ambassadors **rose by 2 to 2** since 31 Aug 2026: 1 new, 1 came back, 0 fell silent. "
        "By country, **France** moved it most (▲ +2)."
    )
    beginning = Period(date(2026, 10, 1), date(2026, 10, 11))
    assert community(open_page(small, beginning), "country_code").startswith(
        "Active ambassadors **fell by 1 to 1** since 30 Sep 2026: 0 new, 0 came back, 1 fell silent."
    )


def test_without_a_comparison_only_the_movements_are_said(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, comparison=None)
    assert community(page, "country_code").endswith("1 fell silent. The period is not over: data ends 20 Oct 2026.")
    assert unexplained(page, ACTIVE) == "Nothing is compared. Choose a comparison at the left to see what changed."
    last_year = open_page(small, comparison=Comparison.LAST_YEAR)
    assert unexplained(last_year, ACTIVE) == "Nothing to compare with: no data before 2 Mar 2026."


def test_last_year_has_a_change_of_its_own(company: Callable[..., Warehouse], open_page: OpenPage) -> None:
    # In October 2025 ann is active, in October 2026 ann and bob; none in the September before.
    warehouse = company(
        customers=[{"customer_id": "ann", "country_code": "FR"}, {"customer_id": "bob", "country_code": "BE"}],
        ambassadors=[{"ambassador_id": f"amb-{name}", "customer_id": name} for name in ("ann", "bob")],
        content=[
            {"customer_id": name, "posted_at": day}
            for name, day in [
                ("ann", "2025-05-01"),
                ("ann", "2025-10-20"),
                ("ann", "2026-10-20"),
                ("bob", "2026-10-20"),
            ]
        ],
    )
    said = community(open_page(warehouse, comparison=Comparison.LAST_YEAR), "country_code")
    assert "Against the same days a year earlier, 1 more; by country, **Belgium** moved it most (▲ +1)." in said


def test_a_period_that_is_not_over_says_so(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 10, 1), date(2026, 12, 1)))
    assert "The period is not over: data ends 20 Oct 2026." in community(page, "country_code")


def test_without_ambassadors_the_reason_is_said(company: Callable[..., Warehouse], open_page: OpenPage) -> None:
    page = open_page(company(content=[{"customer_id": "ann", "posted_at": "2026-10-10"}]))
    assert community(page, "lever") == (
        "Active ambassadors are **n/a**: waits for ambassadors. Import them: `python -m kpi import FOLDER`."
    )
    assert unexplained(page, ACTIVE) == "n/a: waits for ambassadors"
    assert [card.value for card in identity_cards(page)] == ["n/a"] * 5


@pytest.mark.parametrize("filters", [{}, {"country_code": ("FR",)}, {"country_code": ("BE",)}])
def test_the_cards_read_as_a_sum(small: Warehouse, open_page: OpenPage, filters: dict[str, tuple[str, ...]]) -> None:
    page = open_page(small, filters=filters)
    start, new, back, silent, end = (int(card.value) for card in identity_cards(page))
    assert start + new + back - silent == end
    moved = read_movements(page)
    assert moved is not None
    assert (moved.start, moved.new, moved.back, moved.silent, moved.end) == (start, new, back, silent, end)
    signs = [card.label[0] for card in identity_cards(page)]
    assert signs == ["A", "+", "+", "−", "="]


def test_the_heat_map_holds_the_shares_as_numbers(small: Warehouse) -> None:
    # cleo first acted in September and not in October; bob in October.
    found = retention_by_cohort(small, OCTOBER.end, months=2)
    assert [row_label(cohort) for cohort in found.cohorts] == ["Sep 2026 · 1 (few)", "Oct 2026 · 1 (few)"]
    (heat,) = heatmap_figure(found, ["1"], LIGHT, skipped=1, rises=True).data
    # The data ends on 20 October: cleo may still act in that month.
    assert ([*map(list, heat.z)], [*map(list, heat.text)]) == ([[0.0], [None]], [["≥0"], [""]])
    assert heat.colorscale == ((0, LIGHT.low), (1, LIGHT.high))
    assert cohorts_frame(found).rows() == [
        ("Sep 2026", 1, f"100.0{fmt.GLUE}%", f"0.0{fmt.GLUE}%"),
        ("Oct 2026", 1, f"100.0{fmt.GLUE}%", None),
    ]


def test_the_first_month_recorded_is_marked(small: Warehouse) -> None:
    march = retention_by_cohort(small, OCTOBER.end, months=8).cohorts[0]
    assert row_label(march) == "Mar 2026* · 1 (few)"
    assert month(date(2026, 3, 1)) == "Mar 2026"


def test_days_that_are_not_over_leave_the_cell_empty(company: Callable[..., Warehouse]) -> None:
    # Enrolled on 1 October with a post on the 3rd, while the data ends with the 20th.
    warehouse = company(
        ambassadors=[{"ambassador_id": "amb-ann", "customer_id": "ann", "enrolled_at": "2026-10-01"}],
        content=[{"customer_id": "ann", "posted_at": day} for day in ("2026-05-01", "2026-10-03", "2026-10-20")],
    )
    (october,) = activation_by_cohort(warehouse, OCTOBER.end, months=1).cohorts
    assert [cell_text(cell) for cell in october.shares] == ["", "", ""]


def test_the_curve_goes_from_none_to_all_through_the_tenth(small: Warehouse, open_page: OpenPage) -> None:
    # Active on 30 October: ann and bob with an act each. The most active tenth, rounded up, is one of the two.
    found = concentration(small, OCTOBER.end)
    equal, curve, tenth = curve_figure(found, DARK).data
    assert (equal.x, equal.line.dash) == ((0, 1), "dot")
    assert (curve.x, curve.y) == ((0.0, 0.5, 1.0), (0.0, 0.5, 1.0))
    assert (tenth.x, tenth.y) == ((0.5,), (0.5,))
    assert found.top.estimate.value == 0.5


def test_who_fell_silent_in_the_period_is_counted_without_blame(regulars: Warehouse, open_page: OpenPage) -> None:
    # eve's usual gap is ten days, at most 20 are usual: silent for longer since 20 October.
    page = open_page(regulars)
    found = find_silences(regulars, OCTOBER.end)
    since = silent_since(page, found)
    assert [(one.ambassador_id, one.beyond_since) for one in since] == [("amb-eve", date(2026, 10, 20))]
    assert silence(found, len(since)) == (
        "**1** of 2 whose habit is known has been silent for longer than usual for them since the period began: a good "
        "moment to say thank you, or to ask how they are."
    )
    assert silence(found, 0) == "Nobody has been silent for longer than usual since the period began."


def test_silence_needs_a_habit(small: Warehouse, company: Callable[..., Warehouse]) -> None:
    assert "nobody has acted on four days yet" in silence(find_silences(small, OCTOBER.end), 0)
    nothing = company(content=[{"customer_id": "ann", "posted_at": "2026-10-10"}])
    assert silence(find_silences(nothing, OCTOBER.end), 0) == "n/a: waits for ambassadors"


def test_the_latest_to_fall_silent_comes_first(regulars: Warehouse, open_page: OpenPage) -> None:
    page = open_page(regulars, Period(date(2026, 8, 1), date(2026, 10, 31)))
    since = silent_since(page, find_silences(regulars, OCTOBER.end))
    assert [one.ambassador_id for one in since] == ["amb-eve", "amb-dan"]
    frame = silences_frame(since, {}, [("period", "Last month")])
    assert frame["consent"].to_list() == ["No", "Yes"]
    assert frame["name"].to_list() == [None, None]
    assert frame["sheet"][0] == "/ambassador?id=amb-eve&period=Last+month"


@pytest.mark.parametrize("role", list(Role))
def test_names_are_for_those_who_may_see_people(regulars: Warehouse, open_page: OpenPage, role: Role) -> None:
    def script(page) -> None:
        from kpi.ui import people  # noqa: PLC0415

        people.search(page)
        people.silent(page)

    app = AppTest.from_function(script, args=(open_page(regulars, role=role),)).run()
    assert not app.exception
    sees = role not in {Role.SPONSOR, Role.ADMIN}
    shown = str(app.dataframe[0].value.to_dict()) + str(app.markdown) + str(app.get("html"))
    assert ("Eve Moe" in shown) is sees
    assert len(app.text_input) == int(sees)
    assert ("sheet" in app.dataframe[0].value.columns) is (role in {Role.OWNER, Role.COORDINATOR})


@pytest.mark.parametrize(("asked", "found"), [("moe", True), ("dan@example", False), ("amb-eve", True), ("zz", False)])
def test_the_search_leads_to_the_sheet(regulars: Warehouse, open_page: OpenPage, asked: str, found: bool) -> None:
    def script(page) -> None:
        from kpi.ui import people  # noqa: PLC0415

        people.search(page)

    app = AppTest.from_function(script, args=(open_page(regulars),)).run()
    app.text_input(key="find").set_value(asked).run()
    links = "".join(element.proto.body for element in app.get("html"))
    assert ('href="/ambassador?id=amb-eve"' in links and "Eve Moe (amb-eve)" in links) is found
    assert ("Nobody was found." in "".join(caption.value for caption in app.caption)) is (asked == "zz")


def test_an_id_is_written_into_an_address_whole() -> None:
    assert sheet_address("a&b=1", []) == "/ambassador?id=a%26b%3D1"


def test_nothing_that_moved_is_said(small: Warehouse, open_page: OpenPage) -> None:
    # In July and June nobody is active: every group stays as it was.
    page = open_page(small, Period(date(2026, 7, 1), date(2026, 7, 11)))
    assert community(page, "lever").endswith("Against the 10 days before, nothing changed in any group.")
