"""The overview's table: the numbers of the command line, the dimension that a reader chooses, what it says besides."""

import json
from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import RIGHTS, Role
from kpi.access.sessions import Identity
from kpi.cli import main
from kpi.metrics import METRICS
from kpi.period import Comparison
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui.breakdown import exact, ordered
from kpi.ui.kinds import label_of
from kpi.ui.page import Page
from kpi.ui.presets import Against, Preset, preset_period
from kpi.ui.segments import SEGMENTS, segment_label

from .conftest import TODAY, OpenApp

BOTH = (Comparison.PREVIOUS, Comparison.LAST_YEAR)
READER = Identity(
    username="owner",
    name="Ada Martin",
    role=Role.OWNER,
    rights=RIGHTS[Role.OWNER],
    language=Language.ENGLISH,
    session="a session",
)


def measured(
    page: Page, name: str, by: str | None, comparison: Comparison, capsys: pytest.CaptureFixture[str]
) -> dict[str, dict[str, Any]]:
    """What `python -m kpi measure` prints, per group in words."""
    where = [f"{segment}={value}" for segment, values in page.filters.items() for value in values]
    days = ("--from", page.period.start.isoformat(), "--to", page.period.end.isoformat())
    asked = ["measure", name, *days, "--compare", comparison.value, "--json", *(["--by", by] if by else [])]
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--store", str(page.store.folder), *asked, *(word for one in where for word in ("--where", one))])
    found = json.loads(capsys.readouterr().out)
    label = partial(segment_label, by) if by in SEGMENTS else label_of
    return {label(row["group"]) if by else "All": row for row in found}


@pytest.mark.parametrize(
    ("name", "by", "where"),
    [
        ("attributed_revenue", "lever", {}),
        ("attributed_revenue", "country_code", {"programme": ("recognition",)}),
        ("attributed_revenue", "category", {"country_code": ("FR", "BE"), "lever": ("email",)}),
        ("active_ambassadors", "company_size", {"country_code": ("FR",)}),
        ("cost_to_revenue_ratio", "programme", {}),
        ("ambassador_net_promoter_score", "country_code", {}),
        ("content_conversion_rate", "origin", {"country_code": ("FR", "DE")}),
        ("new_customers", "acquisition_channel", {"sector": ("unknown", "boutique")}),
    ],
)
def test_every_number_is_that_of_the_command_line(
    demo: Store,
    demo_warehouse: Warehouse,
    capsys: pytest.CaptureFixture[str],
    name: str,
    by: str,
    where: dict[str, tuple[str, ...]],
) -> None:
    page = Page(
        name="overview",
        reader=READER,
        settings=Settings(),
        store=demo,
        warehouse=demo_warehouse,
        period=preset_period(Preset.DAYS_90, TODAY),
        comparisons=BOTH,
        filters=where,
    )
    rows = [page.read(METRICS[name]), *ordered(by, page.breakdown(METRICS[name], by))]
    table = exact(page, rows, by)
    assert table.height > 1
    groups: set[str] = set()
    for comparison in BOTH:
        printed = {
            **measured(page, name, None, comparison, capsys),
            **measured(page, name, by, comparison, capsys),
        }
        groups |= printed.keys()
        key = comparison.value.replace("-", "_")
        fields = {f"value_{key}": "compared_value", f"change_{key}": "change"}
        fields |= {name: name for name in ("value", "n", "low", "high")}
        for row in table.rows(named=True):
            if row[by] not in printed:  # a group of the other comparison only
                nothing = 0 if METRICS[name].is_additive else None
                assert [row[column] for column in ("value", *fields) if column.startswith("value")] == [nothing] * 3
                continue
            for column, field in fields.items():
                if column in row:
                    assert row[column] == pytest.approx(printed[row[by]][field]), (row[by], column)
    assert set(table[by].to_list()) == groups


def table_of(app: AppTest) -> Any:
    return app.dataframe[0].value


def test_the_reader_chooses_the_dimension(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    control = app.selectbox(key="by")
    assert (control.value, control.proto.query_param_key) == ("lever", "by")
    assert [option for option in control.options if "mbassador" in option] == []
    assert "Attributed revenue by lever" in [heading.value for heading in app.subheader]
    control.set_value("company_size").run()
    assert "Attributed revenue by company size" in [heading.value for heading in app.subheader]
    assert table_of(app).iloc[:, 0].tolist()[:2] == ["All", "Solo"]
    assert round(sum(table_of(app)["share"][1:]), 2) == 1


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("words", ["Country", "Pays"])
def test_a_link_names_the_dimension_in_either_language(
    demo: Store, open_app: OpenApp, language: Language, words: str
) -> None:
    app = open_app(demo.folder, language=language, by=words)
    assert app.selectbox(key="by").value == "country_code"


def test_a_row_is_ticked_where_its_group_filters_a_page(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    assert "Tick a row" in "\n".join(caption.value for caption in app.caption)
    assert len(app.dataframe[0].proto.selection_mode) == 1
    app.selectbox(key="by").set_value("category").run()
    assert "Tick a row" not in "\n".join(caption.value for caption in app.caption)
    assert len(app.dataframe[0].proto.selection_mode) == 0


@pytest.mark.parametrize(
    ("against", "changes"),
    [
        (Against.PREVIOUS, ["change_previous"]),
        (Against.BOTH, ["change_previous", "change_last_year"]),
        (Against.NOTHING, []),
    ],
)
def test_each_comparison_has_its_column(demo: Store, open_app: OpenApp, against: Against, changes: list[str]) -> None:
    app = open_app(demo.folder)
    app.selectbox(key="against").set_value(against).run()
    assert [name for name in table_of(app).columns if name.startswith("change")] == changes


def test_a_filter_reaches_the_table(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, lever="Email")
    assert table_of(app)["lever"].tolist() == ["All", "Email"]


def test_what_changed_most_is_told_and_where_nothing_is_compared_it_says_so(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    assert "What changed most against the 90 days before" in [heading.value for heading in app.subheader]
    app.selectbox(key="against").set_value(Against.NOTHING).run()
    assert "What changed most" in [heading.value for heading in app.subheader]
    assert "Nothing is compared." in "\n".join(text.value for text in app.markdown)
