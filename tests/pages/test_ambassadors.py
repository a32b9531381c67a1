"""The ambassadors page and one ambassador's sheet on the demo company: every number is the registry's."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import RIGHTS, Role
from kpi.ingest import import_files
from kpi.language import LANGUAGES
from kpi.metrics import (
    METRICS,
    Person,
    breakdown,
    concentration,
    contributions,
    find_silences,
    measure,
    name_ambassadors,
    read_sheet,
)
from kpi.period import Comparison, Period
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.kinds import label_of
from kpi.ui.presets import Preset, preset_period
from kpi.ui.statement import build_statement
from tests.documents import open_pdf, text_of

from .conftest import TODAY, OpenApp, find_download

LAST_90 = preset_period(Preset.DAYS_90, TODAY)
ACTIVE, ACTS = METRICS["active_ambassadors"], METRICS["acts"]
MOVEMENTS = ("new_ambassadors", "resurrected_ambassadors", "lapsed_ambassadors")
READERS = [Role.OWNER, Role.COORDINATOR]
FILTERS: list[dict[str, list[str]]] = [{}, {"programme": ["recognition"]}, {"country_code": ["FR", "BE"]}]


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.title, *app.markdown, *app.caption, *app.subheader))


def everything(app: AppTest) -> str:
    """All that reached the browser, tables and links included."""
    tables = "".join(str(frame.value.to_dict()) for frame in app.dataframe)
    return texts(app) + tables + "".join(element.proto.body for element in app.get("html"))


def table(app: AppTest, column: str) -> dict[str, list[object]]:
    (found,) = (frame.value for frame in app.dataframe if column in frame.value.columns)
    return {name: found[name].to_list() for name in found.columns}


def silent_in(warehouse: Warehouse, period: Period, where: dict[str, list[str]] | None = None) -> list[str]:
    found = find_silences(warehouse, period.end, where=where)
    return sorted(one.ambassador_id for one in found.items if one.beyond_since >= period.start)


@pytest.fixture(scope="module")
def somebody(demo_warehouse: Warehouse) -> str:
    """The id of an ambassador with acts and rewards in the last 90 days."""
    for item in breakdown(demo_warehouse, ACTS, LAST_90, "ambassador_id"):
        if item.group and item.group != "unknown" and read_sheet(demo_warehouse, item.group, LAST_90).rewards.items:
            return item.group
    raise AssertionError("nobody was rewarded")


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("where", FILTERS)
def test_the_cards_are_measured_and_add_up(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, role: Role, where: dict[str, list[str]]
) -> None:
    app = open_app(demo.folder, "ambassadors", role=role)
    for name, values in where.items():
        app.multiselect(key=name).set_value(values)
    app.run()
    assert not app.exception
    before = Period.until(LAST_90.start, days=1)
    expected = [
        measure(demo_warehouse, ACTIVE, before, where=where).estimate.value,
        *(measure(demo_warehouse, METRICS[name], LAST_90, where=where).estimate.value for name in MOVEMENTS),
        measure(demo_warehouse, ACTIVE, LAST_90, where=where).estimate.value,
    ]
    assert [metric.value for metric in app.metric] == [fmt.count(int(value or 0)) for value in expected]
    start, new, back, silent, end = (int(value or 0) for value in expected)
    assert start + new + back - silent == end


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize(
    ("against", "comparison"),
    [("Period before", Comparison.PREVIOUS), ("Same days last year", Comparison.LAST_YEAR)],
)
@pytest.mark.parametrize("by", ["country_code", "lever"])
def test_the_groups_add_up_to_the_change(
    demo: Store,
    demo_warehouse: Warehouse,
    open_app: OpenApp,
    where: dict[str, list[str]],
    against: str,
    comparison: Comparison,
    by: str,
) -> None:
    app = open_app(demo.folder, "ambassadors", against=against, **where)
    app.selectbox(key="by").set_value(by).run()
    for name, values in where.items():
        app.multiselect(key=name).set_value(values)
    app.run()
    shown = table(app, "before")
    found = contributions(demo_warehouse, ACTIVE, LAST_90, LAST_90.compared(comparison), by, where)
    assert shown["change"] == [fmt.signed_count(int(item.contribution)) for item in found.items]
    assert sum(int(str(change).replace(fmt.MINUS, "-")) for change in shown["change"]) == found.change
    assert app.metric[4].delta.startswith(("+", "−")) or found.change == 0


def test_acts_by_kind_and_origin_add_up(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "ambassadors")
    whole = measure(demo_warehouse, ACTS, LAST_90).estimate.value
    for by in ("kind", "origin"):
        shown = table(app, by)
        groups = breakdown(demo_warehouse, ACTS, LAST_90, by)
        assert shown["value"][0] == whole == sum(int(str(count)) for count in shown["value"][1:])
        assert sorted(str(count) for count in shown["value"][1:] if count) == sorted(
            str(group.estimate.value) for group in groups
        )
    assert table(app, "origin")["origin"][-1] == "Unknown"


def test_the_share_of_the_few_is_the_metrics(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    top = measure(demo_warehouse, METRICS["top_decile_share"], LAST_90).estimate
    assert concentration(demo_warehouse, LAST_90.end).top.estimate == top
    assert top.value is not None
    assert f"did **{fmt.share(top.value)}** of their acts in the 30 days to 21 Nov 2026" in texts(
        open_app(demo.folder, "ambassadors")
    )


@pytest.mark.parametrize("preset", [Preset.DAYS_90, Preset.MONTHS_12])
def test_the_period_says_who_fell_silent_in_it(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, preset: Preset
) -> None:
    app = open_app(demo.folder, "ambassadors")
    app.selectbox(key="period").set_value(preset).run()
    shown = table(app, "since")
    period = preset_period(preset, TODAY)
    ids = silent_in(demo_warehouse, period)
    assert sorted(map(str, shown["ambassador_id"])) == ids
    assert shown["since"] == sorted(shown["since"], key=str, reverse=True)
    named = name_ambassadors(demo_warehouse, ids)
    assert shown["name"] == [named[str(one)].full_name for one in shown["ambassador_id"]]
    assert f"**{len(ids)}** of" in texts(app)


@pytest.mark.parametrize(
    ("language", "year"), [(Language.ENGLISH, "Last+12+months"), (Language.FRENCH, "12+derniers+mois")]
)
def test_a_link_to_the_sheet_takes_the_filters_along(
    demo: Store, open_app: OpenApp, language: Language, year: str
) -> None:
    app = open_app(demo.folder, "ambassadors", language=language, period="Last 12 months")
    first = table(app, "since")
    assert str(first["sheet"][0]) == f"/ambassador?id={first['ambassador_id'][0]}&period={year}"


@pytest.mark.parametrize("page", ["ambassadors", "ambassador"])
@pytest.mark.parametrize("role", [role for role in Role if role not in READERS])
def test_nobody_elses_name_reaches_who_may_not_see_people(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, role: Role, page: str, somebody: str
) -> None:
    app = open_app(demo.folder, page, role=role, id=somebody)
    assert [title.value for title in app.title] == ["This page is not for your role"]
    person = name_ambassadors(demo_warehouse, [somebody])[somebody]
    assert str(person.full_name) not in everything(app)
    entry = demo.ledger.entries(kinds=["refused_page"], newest=1)[0]
    assert (entry.actor, entry.details["page"]) == (role.value, page)


@pytest.mark.parametrize("page", ["ambassadors", "ambassador"])
def test_a_reader_of_the_page_without_the_right_to_people_sees_no_name(
    demo: Store,
    demo_warehouse: Warehouse,
    open_app: OpenApp,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    somebody: str,
) -> None:
    rights = RIGHTS[Role.OWNER]
    blind = type(rights)(reader="may not see people", pages=rights.pages)
    monkeypatch.setattr("kpi.access.accounts.RIGHTS", {**RIGHTS, Role.SPONSOR: blind}, raising=False)
    monkeypatch.setattr("kpi.access.sessions.RIGHTS", {**RIGHTS, Role.SPONSOR: blind}, raising=False)
    monkeypatch.setattr("kpi.access.door.RIGHTS", {**RIGHTS, Role.SPONSOR: blind}, raising=False)
    app = open_app(demo.folder, page, role=Role.SPONSOR, id=somebody)
    assert not app.exception
    assert len(app.metric) >= 4
    assert len(app.main.text_input) == 0
    ids = [*silent_in(demo_warehouse, LAST_90), somebody]
    people: list[Person] = list(name_ambassadors(demo_warehouse, ids).values())
    shown = everything(app)
    assert [one.full_name for one in people if str(one.full_name) in shown or str(one.email) in shown] == []


@pytest.mark.parametrize("role", READERS)
def test_a_sheet_says_what_the_registry_measures(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, role: Role, somebody: str
) -> None:
    app = open_app(demo.folder, "ambassador", role=role, id=somebody)
    person = name_ambassadors(demo_warehouse, [somebody])[somebody]
    assert [title.value for title in app.title] == [person.full_name]
    names = ("acts", "new_customers", "attributed_revenue", "programme_cost")
    where = {"ambassador_id": [somebody]}
    assert [metric.value for metric in app.metric] == [
        fmt.value(METRICS[name], measure(demo_warehouse, METRICS[name], LAST_90, where=where).estimate.value, "EUR")
        for name in names
    ]
    sheet = read_sheet(demo_warehouse, somebody, LAST_90)
    shown = everything(app)
    for found in (*sheet.revenue.values(), sheet.commission_booked, sheet.reward_cost):
        assert found.estimate.value is not None
        assert fmt.money(found.estimate.value, "EUR", full=True) in shown
    cost = sheet.reward_cost.estimate.value or 0
    assert "Due: no table says which commission was agreed on" in shown
    for reward in sheet.rewards.items:
        assert label_of(reward.kind or "") in shown
    assert f"Cost of all rewards, recognition included: {fmt.money(cost, 'EUR', full=True)}." in shown
    days = table(app, "event")["day"]
    assert len(days) == len(sheet.timeline)
    assert days == sorted(days, key=str, reverse=True)


def test_a_sheet_follows_the_period_and_says_what_it_cannot_follow(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, somebody: str
) -> None:
    app = open_app(demo.folder, "ambassador", id=somebody, period="Last 12 months")
    app.multiselect(key="country_code").set_value(["FR"]).run()
    where = {"ambassador_id": [somebody]}
    year = measure(demo_warehouse, ACTS, preset_period(Preset.MONTHS_12, TODAY), where=where).estimate.value
    assert app.metric[0].value == fmt.count(int(year or 0))
    assert "The segments chosen do not apply to one person" in texts(app)


def test_an_unknown_id_says_what_to_do(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "ambassador", id="nobody")
    assert [title.value for title in app.title] == ["Nobody has this id"]
    assert "No ambassador has the id “nobody” in version 1." in texts(app)
    assert "Look for a name, an e-mail address or an id" in texts(app)
    assert (len(app.main.text_input), len(app.metric), len(app.error)) == (1, 0, 0)
    assert len(app.get("link_button")) == 0


def test_an_id_that_looks_like_a_link_is_not_one(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "ambassador", id="[here](https://example.org)")
    assert fmt.plain("[here](https://example.org)") in texts(app)


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        (Language.ENGLISH, ["Statement in English (PDF)", "Statement in French (PDF)"]),
        (Language.FRENCH, ["Relevé en français (PDF)", "Relevé en anglais (PDF)"]),
    ],
)
def test_the_statement_is_offered_in_both_languages_the_readers_first(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, somebody: str, language: Language, labels: list[str]
) -> None:
    app = open_app(demo.folder, "ambassador", id=somebody, language=language)
    offered = statements_of(app)
    assert [label for label, _ in offered] == labels
    person = name_ambassadors(demo_warehouse, [somebody])[somebody]
    own = [language.value, *(code for code in LANGUAGES if code != language)]
    for (_, address), code in zip(offered, own, strict=True):
        offer = find_download(address)
        assert offer is not None
        assert (offer.file_name, offer.saved_as, offer.rows, offer.has_people, offer.media_type) == (
            "ambassade-statement.pdf",
            f"ambassade-statement-{somebody}-{code}.pdf",
            1,
            True,
            "application/pdf",
        )
        content = offer.make()
        assert content == build_statement(demo_warehouse, somebody, LAST_90, language=code, currency="EUR")
        assert open_pdf(content).root_object["/Lang"] == code
        assert str(person.full_name) in text_of(content)


def test_a_link_to_a_statement_is_one_persons(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, somebody: str
) -> None:
    app = open_app(demo.folder, "ambassador", id=somebody)
    first = statements_of(app)
    other = next(
        str(one.group)
        for one in breakdown(demo_warehouse, ACTS, LAST_90, "ambassador_id")
        if one.group not in {somebody, "unknown"}
    )
    app.query_params["id"] = other
    second = statements_of(app.run())
    assert len(second) == 2
    assert {address for _, address in first}.isdisjoint(address for _, address in second)


def test_days_without_data_have_no_statement(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, somebody: str
) -> None:
    app = open_app(demo.folder, "ambassador", id=somebody, period="Custom dates", start="2019-01-01", end="2019-02-01")
    assert statements_of(app) == []
    assert "No statement for these days: no data before " in texts(app)


def statements_of(app: AppTest) -> list[tuple[str, str]]:
    """The label of each statement offered, and its address."""
    links = [link.proto for link in app.get("link_button")]
    return [(link.label, link.url) for link in links if "PDF" in link.label]


def test_without_an_id_the_sheet_asks_for_one(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "ambassador")
    assert [title.value for title in app.title] == ["Which ambassador?"]
    assert not app.exception


@pytest.mark.parametrize("page", ["ambassadors", "ambassador"])
def test_the_search_finds_by_name_address_and_id(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, page: str, somebody: str
) -> None:
    person = name_ambassadors(demo_warehouse, [somebody])[somebody]
    app = open_app(demo.folder, page)
    for asked in (str(person.full_name), str(person.email), somebody):
        app.text_input(key="find").set_value(asked).run()
        assert f'href="/ambassador?id={somebody}"' in everything(app)
    assert "find" not in app.query_params


def test_a_company_without_rewards_is_told_what_to_import(tmp_path: Path, open_app: OpenApp) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "customers.csv").write_text("customer_id,joined_at\nann,2026-01-01")
    (tmp_path / "exports" / "ambassadors.csv").write_text(
        "ambassador_id,customer_id,enrolled_at\namb-ann,ann,2026-01-01"
    )
    (tmp_path / "exports" / "referrals.csv").write_text(
        "referral_id,ambassador_id,customer_id,referred_at\n1,amb-ann,,2026-11-20"
    )
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "exports"], Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    app = open_app(store.folder, "ambassador", id="amb-ann")
    assert not app.exception
    assert [title.value for title in app.title] == [fmt.plain("amb-ann")]
    said = texts(app)
    assert "Recognition received\n" in said
    assert said.count("n/a: waits for rewards") == 2
    assert said.count("Import them: `python -m kpi import FOLDER`.") == 1


def test_a_company_without_ambassadors_is_told_what_to_import(tmp_path: Path, open_app: OpenApp) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "customers.csv").write_text("customer_id,joined_at\nann,2026-01-01")
    (tmp_path / "exports" / "orders.csv").write_text(
        "order_id,customer_id,ordered_at,net_amount\no-1,ann,2026-11-02,10\no-2,ann,2026-11-20,10"
    )
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "exports"], Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    app = open_app(store.folder, "ambassadors")
    assert not app.exception
    said = texts(app)
    assert "Active ambassadors are **n/a**: waits for ambassadors" in said
    assert said.count("Import them: `python -m kpi import FOLDER`.") == 1
    assert len(re.findall("^n/a: waits for ", said, re.M)) == 7
    assert [metric.value for metric in app.metric] == ["n/a"] * 5
    assert len(app.dataframe) == 0
