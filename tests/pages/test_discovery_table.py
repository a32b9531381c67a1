"""The discovery page's list as a table: the same people as on the cards, ticked, told of and taken away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.advocates import Candidate, Question, Wanted, candidates, learn
from kpi.decisions import Author, SetAside, consents_in, record_set_aside
from kpi.metrics import name_customers
from kpi.store import Store, Warehouse
from kpi.ui.discovery_filters import Shown

from .conftest import OpenApp, find_download
from .test_discovery import click, listed, told


@pytest.fixture(scope="module")
def people(demo_warehouse: Warehouse) -> tuple[Candidate, ...]:
    """Who stands on the first page."""
    asked = Question(potential=learn(demo_warehouse))
    return candidates(demo_warehouse, Wanted(has_posted=False), question=asked, size=20).items


def table_of(app: AppTest) -> Any:
    """The table of candidates, by what only it has."""
    (found,) = [one for one in app.dataframe if "first_reason" in one.value.columns]
    return found


def tick(app: AppTest, *rows: int) -> AppTest:
    app.session_state[table_of(app).key] = {"selection": {"rows": list(rows)}}
    done = app.run()
    assert not done.exception
    return done


def test_the_table_holds_the_people_of_the_cards(
    demo: Store, demo_warehouse: Warehouse, people: tuple[Candidate, ...], open_app: OpenApp
) -> None:
    app = open_app(demo.folder, "discovery")
    control = next(one for one in app.segmented_control if one.key == "shown")
    assert (control.value, control.proto.query_param_key) == (Shown.CARDS, "shown")
    on_cards = listed(app)
    control.set_value(Shown.TABLE).run()
    assert not app.exception
    assert listed(app) == []
    shown = table_of(app).value
    names = name_customers(demo_warehouse, [one.customer_id for one in people])
    assert list(shown["name"]) == on_cards == [names[one.customer_id].full_name for one in people]
    assert list(shown["score"]) == [round(one.engagement_score) for one in people]
    assert list(shown["confidence"]) == pytest.approx([one.confidence for one in people])
    for row, one in zip(shown.to_dict("records"), people, strict=True):
        told_reasons = [row[name] for name in ("first_reason", "second_reason", "third_reason") if row[name]]
        assert told_reasons == [reason.sentence for reason in one.strongest]
    assert {"country_code", "sector", "company_size", "acquisition_channel"} < set(shown.columns)
    assert [column for column in shown.columns if "rank" in column] == []


@pytest.mark.parametrize(("language", "words"), [("en", "As a table"), ("en", "En tableau"), ("fr", "En tableau")])
def test_a_link_opens_the_table_in_either_language(demo: Store, open_app: OpenApp, language: str, words: str) -> None:
    app = open_app(demo.folder, "discovery", language=Language(language), shown=words)
    assert listed(app) == []
    assert len(table_of(app).value) == 20


def test_only_an_ambassador_has_a_way_to_a_sheet(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "discovery", shown="As a table", posted="Anybody", standing="Ambassadors only")
    shown = table_of(app).value
    asked = Question(potential=learn(demo_warehouse))
    found = candidates(demo_warehouse, Wanted(is_ambassador=True), question=asked, size=20).items
    names = name_customers(demo_warehouse, [one.customer_id for one in found])
    ids = [names[one.customer_id].ambassador_ids[0] for one in found]
    assert [parse_qs(urlsplit(sheet).query)["id"] for sheet in shown["sheet"]] == [[one] for one in ids]
    customers = open_app(demo.folder, "discovery", shown="As a table", standing="Customers only")
    assert "sheet" not in table_of(customers).value.columns


def test_several_rows_are_ticked_to_be_proposed_together(
    demo: Store, demo_warehouse: Warehouse, people: tuple[Candidate, ...], open_app: OpenApp
) -> None:
    app = open_app(demo.folder, "discovery", role=Role.COORDINATOR, shown="As a table")
    assert "Tick several people to propose them together." in told(app)
    tick(app, 0, 2)
    click(app, "Propose 2 people ticked")
    names = name_customers(demo_warehouse, [one.customer_id for one in people])
    first, third = (names[people[row].customer_id].full_name for row in (0, 2))
    assert f"**{first} and {third}**" in told(app)


def test_of_one_row_ticked_the_reasons_are_told_and_the_decision_taken(
    demo: Store, people: tuple[Candidate, ...], open_app: OpenApp
) -> None:
    app = tick(open_app(demo.folder, "discovery", role=Role.COORDINATOR, shown="As a table"), 1)
    second = people[1]
    app.button(key=f"why {second.customer_id}").click().run()
    assert f"Engagement **{second.engagement_score:.1f}** of 100, the sum of these points." in told(app)
    app.button(key=f"decide {second.customer_id}").click().run()
    assert not app.exception
    assert any("Propose for a spotlight" in str(one.proto.options) for one in app.segmented_control)


def test_ticks_do_not_move_to_other_people(demo: Store, open_app: OpenApp) -> None:
    app = tick(open_app(demo.folder, "discovery", shown="As a table"), 0)
    assert [one.label for one in app.button if one.key == "propose-picked"] == ["Propose 1 person ticked"]
    app.selectbox(key="standing").set_value("Customers only").run()
    assert [one.label for one in app.button if one.key == "propose-picked"] == []


def test_the_file_leaves_out_who_was_set_aside_meanwhile(
    demo: Store, demo_warehouse: Warehouse, people: tuple[Candidate, ...], open_app: OpenApp, tmp_path: Path
) -> None:
    store = Store(copytree(demo.folder, tmp_path / "store"))
    app = open_app(store.folder, "discovery", shown="As a table")
    links = [one.proto.url for one in app.get("link_button") if "/downloads/" in one.proto.url]
    offers = [found for link in links if (found := find_download(link))]
    (offer,) = [one for one in offers if one.file_name == "ambassade-candidates.csv"]
    names = list(table_of(app).value["name"])
    lines = offer.make().decode().splitlines()
    assert (len(lines), offer.rows, offer.has_people) == (21, 20, True)
    assert "sheet" not in lines[0]
    author = Author(name="nina", decides=frozenset({"spotlights"}), is_demo=True)
    now = datetime.now(UTC)
    aside = SetAside(customer_id=people[3].customer_id, until=now.date() + timedelta(days=30), reason="On holiday")
    record_set_aside(store.ledger, author, aside, at=now, consents=consents_in(demo_warehouse))
    assert [line.split(",")[0].strip('"') for line in offer.make().decode().splitlines()[1:]] == [
        *names[:3],
        *names[4:],
    ]
