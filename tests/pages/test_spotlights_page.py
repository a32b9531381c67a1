"""The spotlights page: the board, its dialogs, the newsletter; names only for those who may see people."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.advocates import LeftOut, Question, why_not
from kpi.decisions import (
    Channel,
    Rules,
    SetAside,
    Spotlights,
    Stage,
    read_decisions,
    record_set_aside,
)
from kpi.settings import Settings
from kpi.store import Listing, Store, Warehouse
from kpi.ui.spotlight_picking import Picking

from .conftest import OpenApp, find_download
from .led_spotlights import NINA, click, led, texts

OPEN = 'from kpi.ui import frame, {module}\npage = frame.open("spotlights")\n'
OPENED = OPEN.replace("{module}", "spotlight_board, spotlight_dialogs") + (
    'spotlight_dialogs.open_from_board(page, spotlight_board.read_board(page), "{key}")\n'
)
PICKING = OPEN.format(module="spotlight_picking") + "spotlight_picking.pick(page)\n"
ASIDE = OPEN.format(module="spotlight_picking") + "spotlight_picking.open_set_aside(page)\n"

Draw = Callable[..., AppTest]


@pytest.fixture
def draw(store: Store, open_app: OpenApp, tmp_path: Path) -> Draw:
    """A script of its own, which opens a dialog in each of its runs."""

    def run(code: str, **choice: Role) -> AppTest:
        script = tmp_path / "script.py"
        script.write_text(code)
        app = open_app(store.folder, script=script, **({"role": Role.COORDINATOR} | choice))
        assert not app.exception
        return app

    return run


def decided(store: Store) -> Spotlights:
    return read_decisions(store.ledger, is_demo=True).spotlights


def test_before_anybody_is_picked(store: Store, open_app: OpenApp) -> None:
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR)
    assert not app.exception
    assert [title.value for title in app.title] == ["Whom do we thank, and what comes next?"]
    shown = texts(app)
    for words in ("Nobody yet.", "Nothing is due.", "Nobody is in it yet", "Nothing is published yet."):
        assert words in shown
    assert len(app.dataframe) == 0
    assert [button.label for button in app.button] == ["Pick somebody"]


def test_the_board_and_what_is_due(
    store: Store, open_app: OpenApp, rules: Rules, consenting: list[str], names: list[str]
) -> None:
    for number, (path, days) in enumerate(
        (("proposed", 5), ("asked", 0), ("agreed", 0), ("published", 0), ("declined", 0))
    ):
        led(store.ledger, rules, consenting[number], path, days_ago=days)
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR)
    assert not app.exception
    shown = texts(app)
    assert (
        "**3** spotlights are under way. **1** is overdue. **2** are due within a week. **1** was published." in shown
    )
    for heading in ("**Proposed** :gray[1]", "**Asked** :gray[1]", "**Agreed** :gray[1]", "**Published** :gray[1]"):
        assert heading in shown
    assert [name in shown for name in names[:6]] == [True] * 5 + [False]
    assert app.dataframe[0].value["stage"].to_list() == ["Declined", "Published", "Agreed", "Asked", "Proposed"]
    assert "**2** people are in it" in shown  # who agreed, and who was published this month


def test_a_step_is_taken_in_the_dialog_and_undone(
    store: Store, draw: Draw, rules: Rules, consenting: list[str], names: list[str]
) -> None:
    key = led(store.ledger, rules, consenting[0], "agreed").key
    app = draw(OPENED.format(key=key))
    shown = texts(app)
    assert "**Agreed** since" in shown
    assert "recorded by nina" in shown
    assert "> It \\*works\\*" in shown
    app.selectbox(key=f"spotlight-channel {key}").set_value(Channel.NEWSLETTER)
    app = click(app, "Save")
    spotlights = decided(store)
    assert (spotlights[key].stage, spotlights[key].channel) == (Stage.SCHEDULED, Channel.NEWSLETTER)
    assert spotlights.last_step(key).who == "coordinator"
    app = click(app, "Undo the last change")
    assert decided(store)[key].stage is Stage.ACCEPTED
    app.text_area(key=f"spotlight-details note {key}").set_value("Call her")
    click(app, "Save the details")
    assert decided(store)[key].note == "Call her"


def test_a_dialog_says_why_a_step_is_refused(store: Store, draw: Draw, rules: Rules, consenting: list[str]) -> None:
    key = led(store.ledger, rules, consenting[0], "agreed").key
    app = draw(OPENED.format(key=key))
    app.date_input(key=f"spotlight-day {key}").set_value(date(2020, 1, 1))
    app = click(app, "Save")
    assert [error.value for error in app.error] == ["This day is over\\:\N{WORD JOINER} choose one to come\\."]
    assert decided(store)[key].stage is Stage.ACCEPTED


def test_a_sponsor_finds_a_dialog_empty(store: Store, draw: Draw, rules: Rules, consenting: list[str]) -> None:
    key = led(store.ledger, rules, consenting[0], "agreed").key
    app = draw(OPENED.format(key=key), role=Role.SPONSOR)
    assert "A note" not in texts(app)
    assert [button.label for button in app.button] == []


def test_somebody_is_looked_for_and_proposed_and_the_second_is_told(
    store: Store, draw: Draw, rules: Rules, consenting: list[str]
) -> None:
    app = draw(PICKING)
    app.text_input(key="pick-find").set_value(consenting[0]).run()
    assert app.selectbox(key=f"pick-customer {consenting[0]}").value == consenting[0]
    app = click(app, "Propose")
    (found,) = decided(store).values()
    assert (found.customer_id, found.owner) == (consenting[0], "coordinator")
    led(store.ledger, rules, consenting[1], "proposed")  # meanwhile, by somebody else
    app.text_input(key="pick-find").set_value(consenting[1]).run()
    assert [button.label for button in app.button] == []
    told = app.warning[0].value.replace("\\", "")
    assert "nina was first, on " in told
    assert "a spotlight is proposed" in told
    assert len(decided(store)) == 2


def test_every_reason_is_told_before_somebody_is_proposed(
    store: Store, draw: Draw, rules: Rules, demo_warehouse: Warehouse, consenting: list[str]
) -> None:
    """One for each reason of the data, and one who was set aside: the form to propose them is not there."""
    reasons = (LeftOut.NO_CONSENT, LeftOut.COMPLAINT, LeftOut.DETRACTOR, LeftOut.THANKED)
    people = [_somebody(demo_warehouse, reason) for reason in reasons]
    aside = SetAside(customer_id=consenting[0], until=date(2099, 1, 1), reason="On leave")
    record_set_aside(store.ledger, NINA, aside, at=datetime.now(Settings().zone), consents=rules.consents)
    app, asked = draw(PICKING), Question(today=datetime.now(Settings().zone).date())
    for name in (*people, consenting[0]):
        app = app.text_input(key="pick-find").set_value(name).run()
        (told,) = [one.value.replace("\\", "").replace("\N{WORD JOINER}", "") for one in app.warning]
        assert told.startswith("They may not be proposed now:")
        expected = why_not(demo_warehouse, name, asked).sentences or ("Set aside until 1 Jan 2099.",)
        assert [line.removeprefix("- ") for line in told.splitlines()[1:]] == list(expected)
        assert [button.label for button in app.button] == []
    assert list(decided(store)) == []


def _somebody(warehouse: Warehouse, reason: LeftOut) -> str:
    """The first customer who is left out for this reason."""
    columns, standing = ("customer_id",), {"standing": [reason.value]}
    (row,) = warehouse.rows(Listing(mart="dim_advocates", columns=columns, order=columns, filters=standing, limit=1))
    return str(row["customer_id"])


def test_somebody_is_invited_or_set_aside(store: Store, draw: Draw, consenting: list[str]) -> None:
    app = draw(PICKING)
    app.text_input(key="pick-find").set_value(consenting[0]).run()
    app = app.segmented_control(key="pick-what").set_value(Picking.INVITE).run()
    app = click(app, "Record the invitation")
    assert "coordinator invited them on" in texts(app)
    app = click(app, "Take the invitation back")
    assert list(read_decisions(store.ledger, is_demo=True).invitations) == []
    app = click(app, "Record the invitation")
    app = app.segmented_control(key="pick-what").set_value(Picking.ASIDE).run()
    app = click(app, "Set them aside")
    assert [error.value for error in app.error] == ["Say why\\, in a few words\\."]
    app.text_input(key=f"pick-reason {consenting[0]}").set_value("On leave")
    app = click(app, "Set them aside")
    decisions = read_decisions(store.ledger, is_demo=True)
    assert list(decisions.invitations) == [consenting[0]]
    assert decisions.set_aside[consenting[0]].reason == "On leave"


def test_people_are_set_aside_and_brought_back(
    store: Store, open_app: OpenApp, draw: Draw, rules: Rules, consenting: list[str], names: list[str]
) -> None:
    aside = SetAside(
        customer_id=consenting[0], until=datetime.now(Settings().zone).date() + timedelta(days=9), reason="On leave"
    )
    record_set_aside(store.ledger, NINA, aside, at=datetime.now(Settings().zone), consents=rules.consents)
    app = open_app(store.folder, "spotlights", role=Role.OWNER)
    assert "1 set aside" in [button.label for button in app.button]
    app = draw(ASIDE)
    assert f"**{names[0]}** until" in texts(app)
    assert "On leave" in texts(app)
    click(app, "Bring back")
    assert dict(read_decisions(store.ledger, is_demo=True).set_aside) == {}


def test_a_sponsor_reads_without_names_and_takes_nothing_away(
    store: Store, open_app: OpenApp, rules: Rules, consenting: list[str], names: list[str]
) -> None:
    led(store.ledger, rules, consenting[0], "agreed")
    led(store.ledger, rules, consenting[1], "declined")
    app = open_app(store.folder, "spotlights", role=Role.SPONSOR)
    assert not app.exception
    shown = texts(app) + app.dataframe[0].value.to_csv()
    assert "**A customer**" in shown
    for secret in (*names[:2], *consenting[:2], "A note", "It *works*", "It works"):
        assert secret not in shown
    assert {button.key for button in app.button} == {"calendar-left", "calendar-right"}
    assert "a coordinator or the programme owner can take it away" in shown


def test_the_newsletter_is_taken_away_by_who_may(
    store: Store, open_app: OpenApp, rules: Rules, consenting: list[str], names: list[str]
) -> None:
    led(store.ledger, rules, consenting[0], "agreed")
    led(store.ledger, rules, consenting[1], "asked")
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR, language=Language.FRENCH)
    links = {link.proto.label: link.proto.url for link in app.get("link_button")}
    offer = find_download(links["En anglais (Markdown)"])
    assert offer is not None
    assert offer.has_people
    text = offer.make().decode()
    assert names[0].replace("-", "\\-") in text
    assert "It \\*works\\*" in text
    assert names[1] not in text
    french = find_download(links["En français (HTML)"])
    assert french is not None
    assert "Coup de projecteur du mois" in french.make().decode()


def test_the_overview_reminds_who_decides(store: Store, open_app: OpenApp, rules: Rules, consenting: list[str]) -> None:
    def reminded(role: Role) -> str:
        app = open_app(store.folder, role=role)
        assert not app.exception
        return "\n".join(one.value for one in app.markdown)

    assert "spotlight" not in reminded(Role.COORDINATOR)
    led(store.ledger, rules, consenting[0], "proposed", days_ago=5)
    told = reminded(Role.COORDINATOR)
    assert "1 spotlight is overdue." in told
    assert "[See the spotlights](/spotlights)" in told
    assert "spotlight is overdue" not in reminded(Role.SPONSOR)
