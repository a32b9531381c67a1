"""The pages in French: whole, without an English text, and with links that readers of either language understand."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from kpi import catalogue
from kpi.access.callers import LANGUAGE_COOKIE
from kpi.access.credentials import Language
from kpi.access.roles import RIGHTS, Role
from kpi.ingest import import_files
from kpi.language import speaking
from kpi.metrics import HEADLINES, METRICS, breakdown
from kpi.settings import PROJECT, Settings
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.presets import Against, Preset, Step, preset_period
from kpi.ui.segments import segment_label

from .conftest import TODAY, OpenApp

PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
FRENCH = Language.FRENCH
LAST_90 = preset_period(Preset.DAYS_90, TODAY)

# What an element carries beside what it shows.
UNSEEN = re.compile(
    "element_hash|form_id|icon|id|key|mapbox_token|page_script_hash|query_param_key|script_path|theme|url|url_pathname"
)
LONG = 14  # letters from which a text is looked for within others


def texts(app: AppTest) -> list[str]:
    """Every text of the page: of elements and of what they stand in, of charts and of tables."""
    found: list[str] = []
    for node in (*app.main, *app.sidebar):
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            found += _strings(proto)
    for table in app.dataframe:
        found += [str(value) for column in table.value.columns for value in table.value[column].unique()]
    return found


def _strings(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if UNSEEN.fullmatch(field.name):
            continue
        for one in value if field.is_repeated and not hasattr(value, "items") else [value]:
            if isinstance(one, Message):
                yield from _strings(one)
            elif isinstance(one, str):
                yield from _json_strings(one)


def _json_strings(text: str) -> Iterator[str]:
    """A text, or those of the JSON that it is: a chart, or the columns of a table."""
    if not text.startswith("{"):
        yield text
        return
    waiting = [json.loads(text)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [value for name, value in one.items() if name not in {"type", "format", "alignment", "width"}]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            yield one


def english(shown: list[str]) -> list[str]:
    """The texts of the source that a page shows although they have another translation."""
    whole = "\n".join(shown)
    found = []
    for message in catalogue.read("fr"):
        for text, form in zip(catalogue.forms(message.id), catalogue.forms(message.string), strict=False):
            parts = [part.strip() for part in re.split(r"\{\w+\}", text)]
            is_long = max(map(len, parts)) >= LONG
            pattern = "(?s:.{0,200}?)".join(re.escape(part) for part in re.split(r"\{\w+\}", text))
            if text and text != form and (text in shown or (is_long and re.search(pattern, whole))):
                found.append(text)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_in_french_shows_no_english(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, page: str
) -> None:
    role = next(role for role in reversed(Role) if page in RIGHTS[role].pages)
    somebody = breakdown(demo_warehouse, METRICS["new_customers"], LAST_90, "ambassador_id")[0].group or ""
    app = open_app(demo.folder, page, role=role, language=FRENCH, id=somebody)
    assert not app.exception
    assert not app.error
    assert english(texts(app)) == []
    # The same look at the same page in English finds the page.
    assert len(english(texts(open_app(demo.folder, page, role=role, id=somebody)))) > 5


@pytest.mark.parametrize(
    "choice",
    [
        {"country_code": ["FR"], "programme": ["recognition"], "company_size": ["solo"]},
        {"against": Against.NOTHING, "period": Preset.DAYS_30},
        {"against": Against.BOTH, "period": Preset.LAST_MONTH, "grain": Step.WEEK, "by": "company_size"},
        {"period": Preset.THIS_MONTH, "by": "category"},
        {"against": Against.LAST_YEAR, "period": Preset.MONTHS_12, "acquisition_channel": ["paid_social"]},
    ],
)
@pytest.mark.parametrize("page", ["overview", "glossary", "ambassadors", "revenue"])
def test_filters_bring_no_english_back(
    demo: Store, open_app: OpenApp, page: str, choice: dict[str, str | list[str]]
) -> None:
    app = open_app(demo.folder, page, language=FRENCH)
    for key, value in choice.items():
        if key in {"grain", "by"} and page not in {"overview", "revenue"}:
            continue
        control = app.segmented_control if key == "grain" else app.selectbox
        (app.multiselect if isinstance(value, list) else control)(key=key).set_value(value)
    assert english(texts(app.run())) == []
    assert not app.exception


def test_a_company_without_much_data_is_told_so_in_french(tmp_path: Path, open_app: OpenApp) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "customers.csv").write_text(
        "\n".join(["customer_id,joined_at", *(f"c-{n},2026-01-01" for n in range(40))])
    )
    orders = [f"o-{number},c-{number},2026-11-{1 + number % 20:02d},10" for number in range(41)]
    (folder / "orders.csv").write_text("\n".join(["order_id,customer_id,ordered_at,net_amount", *orders]))
    store = Store(tmp_path / "store")
    import_files(store, [folder], Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    app = open_app(store.folder, language=FRENCH)
    assert english(texts(app)) == []
    assert {metric.value for metric in app.metric} == {"n/d"}
    data = open_app(store.folder, "data", language=FRENCH)
    assert english(texts(data)) == []
    assert data.dataframe[1].value["rule"].tolist() == ["doit exister dans customers"]
    assert "**1 ligne** enfreint une règle et a été écartée." in data.markdown[0].value


def test_the_overview_in_french(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, language=FRENCH)
    assert app.title[0].value == "Le programme est-il en bonne santé\N{NARROW NO-BREAK SPACE}?"
    assert [metric.label for metric in app.metric] == [
        "Ambassadeurs actifs",
        "CA attribué",
        "Coût d’acquisition",
        "Coût sur CA",
        "NPS ambassadeurs",
    ]
    assert "€" in app.metric[1].value[-2:]
    captions = [caption.value for caption in app.caption]
    assert "Du 24 août au 21 novembre 2026, par rapport aux 90 jours précédents" in captions
    assert ":material/schedule: Données au 21 nov. 2026 · version 1" in captions
    (foot,) = app.sidebar.get("html")
    assert "Responsable du programme" in foot.proto.body
    assert '<span lang="en"><a href="/account"' in foot.proto.body


def test_the_numbers_are_the_same_in_both_languages(demo: Store, open_app: OpenApp) -> None:
    digits = [
        [re.sub(r"[^\d−]", "", metric.value) for metric in open_app(demo.folder, language=language).metric]
        for language in Language
    ]
    assert digits[0] == digits[1]
    assert len(digits[0]) == len(HEADLINES)


def test_the_glossary_is_searched_in_the_language_shown(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "glossary", language=FRENCH)
    assert len(app.metric) == len(METRICS)
    app.text_input(key="search").set_value("coût d’acquisition").run()
    assert [metric.label for metric in app.metric] == [
        "Coût d’acquisition (CAC)",
        "Coût d’acquisition des autres canaux",
    ]
    app.text_input(key="search").set_value("licorne").run()
    assert "«\N{NO-BREAK SPACE}licorne\N{NO-BREAK SPACE}»" in " ".join(caption.value for caption in app.caption)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("period", "against", "countries"),
    [
        ("Last 30 days", "Nothing", ["France", "Belgium"]),
        ("30 derniers jours", "Aucune comparaison", ["France", "Belgique"]),
    ],
)
def test_a_link_is_understood_in_either_language(
    demo: Store, open_app: OpenApp, language: Language, period: str, against: str, countries: list[str]
) -> None:
    app = open_app(demo.folder, language=language, period=period, against=against, country_code=countries)
    chosen = [app.selectbox(key=key).value for key in ("period", "against")]
    assert chosen == [Preset.DAYS_30, Against.NOTHING]
    assert app.multiselect(key="country_code").value == ["FR", "BE"]
    with speaking(language):
        own = [segment_label("country_code", code) for code in ("FR", "BE")]
    assert app.query_params["country_code"] == own  # to be sent on
    app.selectbox(key="period").set_value(Preset.DAYS_90).run()
    assert app.selectbox(key="period").value == Preset.DAYS_90


@pytest.mark.parametrize("words", ["Week", "Semaine"])
def test_a_step_in_a_link_is_understood_in_either_language(demo: Store, open_app: OpenApp, words: str) -> None:
    app = open_app(demo.folder, language=FRENCH, grain=words)
    assert app.segmented_control(key="grain").value == Step.WEEK
    assert "Ambassadeurs actifs, par semaine" in [heading.value for heading in app.subheader]


@pytest.mark.parametrize(
    ("cookie", "locale", "title"),
    [
        (None, None, "You are signed out"),
        (None, "fr-CA", "Vous êtes déconnecté"),
        (None, "de-DE", "You are signed out"),
        ("fr", "en-GB", "Vous êtes déconnecté"),
        ("en", "fr-FR", "You are signed out"),
    ],
)
def test_who_chose_no_language_gets_that_of_the_sign_in_page_or_the_browser(
    demo: Store, open_app: OpenApp, cookie: str | None, locale: str | None, title: str
) -> None:
    app = open_app(demo.folder, role=None)
    if cookie:
        st.context.cookies[LANGUAGE_COOKIE] = cookie  # type: ignore[index]
    app.context["locale"] = locale
    assert [shown.value for shown in app.run().title] == [title]


def test_answers_are_remembered_per_language(demo: Store, open_app: OpenApp) -> None:
    said = [open_app(demo.folder, language=language).markdown[-1].value for language in (*Language, *Language)]
    assert said[:2] == said[2:]
    assert said[0] != said[1]


def test_a_page_that_cannot_be_shown_says_why_in_french(tmp_path: Path, open_app: OpenApp) -> None:
    (tmp_path / "published").write_text("7\n")
    app = open_app(tmp_path, language=FRENCH)
    nothing = "La version 7 n’est pas conservée. Versions conservées\N{NO-BREAK SPACE}:"
    assert [error.value.startswith(fmt.plain(nothing)) for error in app.error] == [True]
