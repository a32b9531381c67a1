"""Each page on the demo company: what stands there, and what each control does."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.roles import RIGHTS, Role
from kpi.ingest import import_files
from kpi.metrics import HEADLINES, METRICS, Compared, compare, measure
from kpi.period import Comparison, Period
from kpi.settings import Demo, Settings
from kpi.setup import build_demo_company
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.page import Reading
from kpi.ui.presets import Against, Preset, Step, preset_period

from .conftest import TODAY, OpenApp

LAST_90 = preset_period(Preset.DAYS_90, TODAY)


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.title, *app.markdown, *app.caption, *app.subheader))


def metric_values(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def expected(warehouse: Warehouse, period: Period, **where: list[str]) -> list[str]:
    """The headline values as the registry measures them; n/a for a metric without one of the filters."""
    values = []
    for metric in HEADLINES:
        has_all = set(where) <= set(metric.dimensions)
        found = measure(warehouse, metric, period, where=where).estimate.value if has_all else None
        values.append(fmt.value(metric, found, "EUR"))
    return values


@pytest.mark.parametrize(
    ("page", "heading", "cards", "tables"),
    [
        ("overview", "Is the programme healthy?", 5, 1),
        ("data", "What are these numbers built on?", 0, 4),
        ("glossary", "What does each number mean?", len(METRICS), 0),
        ("audit", "Who did what?", 0, 1),
        ("ambassadors", "Who is active, and who fell silent?", 5, 4),
        ("revenue", "What do ambassadors bring, and how sure is it?", 8, 1),
        ("spotlights", "Whom do we thank, and what comes next?", 0, 0),
        ("alerts", "What needs attention?", 0, 0),
        ("economics", "What does it cost, and what does it bring back?", 4, 4),
        ("satisfaction", "How satisfied are ambassadors and customers?", 4, 6),
        ("lifetime", "How long do customers stay, and what is one worth?", 0, 3),
        ("affordability", "How much may winning a customer cost?", 6, 8),
    ],
)
def test_a_page_shows_its_parts(
    demo: Store, open_app: OpenApp, page: str, heading: str, cards: int, tables: int
) -> None:
    app = open_app(demo.folder, page, role=Role.ADMIN if page in RIGHTS[Role.ADMIN].pages else Role.OWNER)
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == [heading]
    assert (len(app.metric), len(app.dataframe)) == (cards, tables)
    assert "Demo data" in app.markdown[0].value
    assert "python -m kpi import FOLDER" in app.markdown[0].value
    assert "Data to 21 Nov 2026 · version 1" in texts(app)


def test_cards_show_what_the_registry_measures(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    assert [metric.value for metric in app.metric] == expected(demo_warehouse, LAST_90)
    (active,) = compare(demo_warehouse, HEADLINES[0], LAST_90, Comparison.PREVIOUS)
    assert active.change is not None
    before = active.compared.estimate.value
    assert app.metric[0].delta == fmt.change(HEADLINES[0], active.change, before, "EUR")


@pytest.mark.parametrize("preset", [preset for preset in Preset if preset is not Preset.CUSTOM])
def test_the_period_moves_every_card(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, preset: Preset) -> None:
    app = open_app(demo.folder)
    app.selectbox(key="period").set_value(preset).run()
    period = preset_period(preset, TODAY)
    assert [metric.value for metric in app.metric] == expected(demo_warehouse, period)
    assert fmt.days(period) in texts(app)


def test_custom_dates(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, period=Preset.CUSTOM.value, start="2026-03-01", end="2026-03-31")
    assert [metric.value for metric in app.metric] == expected(
        demo_warehouse, Period(LAST_90.start.replace(month=3, day=1), LAST_90.start.replace(month=4, day=1))
    )
    assert "1 Mar – 31 Mar 2026, against the 31 days before" in texts(app)


@pytest.mark.parametrize(
    ("against", "words", "has_delta"),
    [
        (Against.PREVIOUS, "against the 90 days before", True),
        (Against.LAST_YEAR, "against the same days a year earlier", True),
        (Against.BOTH, "against the 90 days before and against the same days a year earlier", True),
        (Against.NOTHING, "24 Aug – 21 Nov 2026", False),
    ],
)
def test_the_comparison_moves_the_change(
    demo: Store, open_app: OpenApp, against: Against, words: str, has_delta: bool
) -> None:
    app = open_app(demo.folder)
    app.selectbox(key="against").set_value(against).run()
    assert words in texts(app)
    assert bool(app.metric[0].delta) is has_delta


@pytest.mark.parametrize(
    ("period", "where"),
    [
        (Preset.DAYS_90, {}),
        (Preset.DAYS_30, {"programme": ["recognition"]}),
        (Preset.LAST_MONTH, {"country_code": ["FR", "BE"]}),
        (Preset.THIS_MONTH, {"lever": ["email"], "programme": ["commission"]}),
    ],
)
def test_both_comparisons_are_what_the_registry_measures(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, period: Preset, where: dict[str, list[str]]
) -> None:
    app = open_app(demo.folder)
    for segment, values in where.items():
        app.multiselect(key=segment).set_value(values)
    app.selectbox(key="period").set_value(period)
    app.selectbox(key="against").set_value(Against.BOTH).run()
    assert "against the same days a year earlier" in texts(app)
    days, captions = preset_period(period, TODAY), [caption.value for caption in app.caption]
    for card, metric in zip(app.metric, HEADLINES, strict=True):
        if not set(where) <= set(metric.dimensions):
            assert (card.value, card.delta) == ("n/a", "")
            continue
        previous, last_year = (
            compare(demo_warehouse, metric, days, comparison, where=where)[0] for comparison in Comparison
        )
        assert card.value == fmt.value(metric, previous.current.estimate.value, "EUR")
        if previous.change is not None:
            assert card.delta == fmt.change(metric, previous.change, previous.compared.estimate.value, "EUR")
        assert previous.current.estimate.value is None or second_in_words(last_year) in captions


def second_in_words(pair: Compared) -> str:
    """What a card says of the same days a year earlier."""
    metric, change = pair.current.metric, pair.change
    if change is None:
        return f"A year earlier: {pair.compared.reason}"
    if fmt.is_no_change(metric, change, "EUR"):
        return "No change on a year earlier"
    if not Reading(metric=metric, current=pair.current, before=pair.compared).is_clear:
        return "No clear change on a year earlier"
    size = fmt.change_size(metric, change, pair.compared.estimate.value, "EUR")
    return f"{'Up' if change > 0 else 'Down'} {size} on a year earlier"


@pytest.mark.parametrize(
    ("segment", "value", "unavailable"),
    [
        ("country_code", "FR", 2),
        ("acquisition_channel", "direct", 2),
        ("programme", "recognition", 0),
        ("lever", "email", 0),
    ],
)
def test_a_segment_filters_what_it_can_and_names_the_rest(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, segment: str, value: str, unavailable: int
) -> None:
    app = open_app(demo.folder)
    app.multiselect(key=segment).set_value([value]).run()
    assert [metric.value for metric in app.metric] == expected(demo_warehouse, LAST_90, **{segment: [value]})
    assert sum("costs are not recorded by" in caption.value for caption in app.caption) >= unavailable
    assert (texts(app).count("costs are not recorded by") > 0) is bool(unavailable)


@pytest.mark.parametrize(
    ("control", "parameter"),
    [("selectbox", "period"), ("selectbox", "against"), ("multiselect", "country_code"), ("multiselect", "lever")],
)
def test_each_filter_is_bound_to_the_url(demo: Store, open_app: OpenApp, control: str, parameter: str) -> None:
    app = open_app(demo.folder)
    assert getattr(app, control)(key=parameter).proto.query_param_key == parameter


def test_the_url_sets_the_filters_and_other_pages_keep_them(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, period="Last 30 days", against="Nothing", country_code=["France", "Belgium"])
    assert app.selectbox(key="period").value == Preset.DAYS_30
    assert app.multiselect(key="country_code").value == ["FR", "BE"]
    assert "Only country: France or Belgium" in texts(app)
    for page in ("glossary", "overview"):
        app.switch_page(f"../../pages/{page}.py").run()
        assert (app.selectbox(key="period").value, app.selectbox(key="against").value) == (
            Preset.DAYS_30,
            Against.NOTHING,
        )


def test_the_step_of_the_trend_is_chosen_and_kept(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    assert "Active ambassadors, by day" in texts(app)
    control = app.segmented_control(key="grain")
    assert (control.value, control.proto.query_param_key) == (Step.AUTOMATIC, "grain")
    assert [option.content for option in control.proto.options] == ["Auto", "Day", "Week", "Month"]
    control.set_value(Step.MONTH).run()
    assert "Active ambassadors, by month" in texts(app)
    assert texts(app).count(", by week") == 3  # the small trends go on as they were
    for page in ("glossary", "overview"):
        app.switch_page(f"../../pages/{page}.py").run()
    assert app.segmented_control(key="grain").value == Step.MONTH
    assert "Active ambassadors, by month" in texts(app)


def test_a_step_too_fine_or_too_coarse_for_the_period_gives_way(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, grain="Month")
    assert app.segmented_control(key="grain").value == Step.MONTH
    app.selectbox(key="period").set_value(Preset.DAYS_30).run()
    assert not app.exception
    assert app.segmented_control(key="grain").value == Step.AUTOMATIC
    assert "Active ambassadors, by day" in texts(app)


def test_an_unknown_value_in_the_url_is_ignored(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, period="Last 3 eons", country_code="Atlantis")
    assert app.selectbox(key="period").value == Preset.DAYS_90
    assert app.multiselect(key="country_code").value == []
    assert not app.exception


def test_reset_brings_back_what_was_there_first(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    first = metric_values(app)
    assert "Reset" not in [button.label for button in app.sidebar.button]
    app.selectbox(key="period").set_value(Preset.LAST_MONTH)
    app.multiselect(key="programme").set_value(["recognition"]).run()
    assert metric_values(app) != first
    next(button for button in app.sidebar.button if button.label == "Reset").click().run()
    assert metric_values(app) == first


def test_the_glossary_searches(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "glossary")
    app.text_input(key="search").set_value("acquisition cost").run()
    assert list(metric_values(app)) == ["Acquisition cost (CAC)", "Acquisition cost of other channels"]
    app.text_input(key="search").set_value("unicorn").run()
    assert "No number is named or described by “unicorn”" in texts(app)


def test_the_glossary_explains_what_the_highest_cost_rests_on(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "glossary")
    assert [heading.value for heading in app.subheader][-4:] == [
        "Customer value",
        "Assumptions of the highest cost",
        "What limits the highest cost",
        "Ways of paying a commission",
    ]
    app.text_input(key="search").set_value("ltv_to_cac").run()
    assert not app.metric
    assert [heading.value for heading in app.subheader] == ["Customer value"]
    assert "*Formula:* customer lifetime value / acquisition cost" in texts(app)
    assert "No number is named" not in texts(app)


def test_what_a_link_searches_for_is_shown_as_text(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "glossary", search="[Session over, sign in](//evil.example)")
    assert "“\\[Session over\\, sign in\\]\\(\\/\\/evil\\.example\\)”" in texts(app)


def test_the_data_page_lists_files_and_entries(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "data")
    tables, files, versions, ledger = (frame.value for frame in app.dataframe)
    assert (len(tables), len(files), len(versions), len(ledger)) == (18, 18, 1, 1)
    assert [heading.value for heading in app.subheader] == [
        "Tables",
        "Rows set aside",
        "Audit warnings",
        "Files imported",
        "Versions kept",
        "What happened to the data",
    ]
    assert "None. A row that breaks a rule" in texts(app)


def test_the_first_visit_builds_the_demo_company(tmp_path: Path, open_app: OpenApp) -> None:
    app = open_app(tmp_path / "store")
    assert [title.value for title in app.title] == ["Is the programme healthy?"]
    assert len(app.metric) == 5
    assert Store(tmp_path / "store").published().rows["customers"] == 100


def test_a_second_visitor_waits_for_the_first(tmp_path: Path, open_app: OpenApp) -> None:
    store = Store(tmp_path)
    settings = Settings(demo=Demo(customers=100))
    first = Thread(target=build_demo_company, args=(store, settings), kwargs={"today": TODAY})
    first.start()
    while not (tmp_path / "demo.lock").exists():
        pass
    app = open_app(tmp_path)
    first.join()
    assert [title.value for title in app.title] == ["Is the programme healthy?"]
    assert [manifest.version for manifest in store.versions()] == [1]


def import_shop(store: Store, folder: Path) -> None:
    """40 customers with an order of 10 each in November; the last order is of a customer whom nobody knows."""
    folder.mkdir()
    customers = [f"c-{number},2026-01-01" for number in range(40)]
    orders = [f"o-{number},c-{number},2026-11-{1 + number % 20:02d},10" for number in range(41)]
    (folder / "customers.csv").write_text("\n".join(["customer_id,joined_at", *customers]))
    (folder / "orders.csv").write_text("\n".join(["order_id,customer_id,ordered_at,net_amount", *orders]))
    import_files(store, [folder], Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC))


def test_a_company_that_has_only_customers_and_orders(tmp_path: Path, open_app: OpenApp) -> None:
    import_shop(Store(tmp_path / "store"), tmp_path / "exports")
    app = open_app(tmp_path / "store")
    assert set(metric_values(app).values()) == {"n/a"}
    said = texts(app)
    assert "Active ambassadors are **n/a**: waits for ambassadors" in said
    assert "Their satisfaction is **n/a**: waits for surveys" in said
    assert "€" not in said
    assert "Demo data" not in said


def test_rows_set_aside_are_shown_with_their_rule(tmp_path: Path, open_app: OpenApp) -> None:
    import_shop(Store(tmp_path / "store"), tmp_path / "exports")
    app = open_app(tmp_path / "store", "data")
    assert app.dataframe[1].value.to_dict("records") == [
        {"file": "orders.csv", "row": 41, "column": "customer_id", "rule": "must exist in customers", "value": "c-40"}
    ]
    assert "**1 row** broke a rule and was set aside." in texts(app)
    assert len(app.get("link_button")) == len(app.dataframe) == 5
    assert app.get("download_button") == []


def test_a_newer_version_is_picked_up_by_the_next_run(tmp_path: Path, open_app: OpenApp) -> None:
    store = Store(tmp_path / "store")
    build_demo_company(store, Settings(demo=Demo(customers=100)), today=TODAY)
    app = open_app(store.folder)
    assert "version 1" in texts(app)
    assert "Demo data" in texts(app)
    import_shop(store, tmp_path / "exports")
    app.run()
    assert "version 2" in texts(app)
    assert "Demo data" not in texts(app)


def test_a_version_that_is_gone_is_explained(tmp_path: Path, open_app: OpenApp) -> None:
    (tmp_path / "published").write_text("7\n")
    app = open_app(tmp_path)
    assert [error.value for error in app.error] == [fmt.plain("Version 7 is not kept. Kept versions: none.")]
    assert not app.exception


@pytest.mark.parametrize(("role", "offered"), [(Role.OWNER, True), (Role.SPONSOR, False), (Role.COORDINATOR, False)])
def test_targets_and_annotations_are_offered_to_who_decides(
    open_app: OpenApp, demo: Store, role: Role, offered: bool
) -> None:
    app = open_app(demo.folder, role=role)
    labels = {button.label for button in app.button}
    assert ({"Targets", "Annotate"} <= labels) is offered
    assert labels.isdisjoint({"Targets", "Annotate"}) is not offered
    assert "Nothing is saved yet: choose filters, then give them a name." in texts(app)
