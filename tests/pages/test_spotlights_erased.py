"""Who is erased, or took their consent back, is searched for in every output that spotlights have."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from shutil import copytree
from zipfile import ZipFile

import pytest
from google.protobuf import text_format
from streamlit.testing.v1 import AppTest

from kpi.access.downloads import Offer
from kpi.access.roles import Role
from kpi.decisions import (
    Author,
    Channel,
    Rules,
    SetAside,
    Spotlight,
    Stage,
    Step,
    read_decisions,
    record_proposed,
    record_set_aside,
    record_step,
)
from kpi.settings import Settings
from kpi.store import Listing, Store, Warehouse
from kpi.ui.newsletter import read_names
from kpi.ui.workbooks import MEDIA_TYPE
from tests.documents import text_of
from tests.store.processes import run_command

from .conftest import OpenApp, find_download

NINA = Author(name="nina", decides=frozenset({"spotlights"}), is_demo=True)
GONE, GONE_TOO = "ghost-9", "ghost-10"  # were customers once: the data knows them no more
WORDS = "a sentence of somebody else"
EVERYBODY = Rules(consents=lambda asked: dict.fromkeys(asked, True), objections=lambda *_: (), cool_down_days=0)


@pytest.fixture
def refusing(demo_warehouse: Warehouse) -> tuple[str, str]:
    """The id and name of a customer who may not be contacted, and agreed to be featured before that."""
    rows = demo_warehouse.rows(
        Listing(mart="dim_customers", columns=("customer_id", "has_contact_consent"), order=("customer_id",))
    )
    key = next(row["customer_id"] for row in rows if not row["has_contact_consent"])
    return key, str(read_names(demo_warehouse, [key])[key])


@pytest.fixture
def store(demo: Store, refusing: tuple[str, str], tmp_path: Path) -> Store:
    """The demo company, with spotlights on those people in every stage that is shown."""
    copytree(demo.folder, tmp_path / "store")
    found = Store(tmp_path / "store")
    at = datetime.now(Settings().zone)
    for name in (GONE, refusing[0]):
        _lead(found, name, at - timedelta(days=4), published=True)
        _lead(found, name, at, published=False)
    aside = SetAside(customer_id=GONE_TOO, until=at.date() + timedelta(days=9), reason=WORDS)
    record_set_aside(found.ledger, NINA, aside, at=at, consents=EVERYBODY.consents)
    return found


def _lead(store: Store, customer_id: str, at: datetime, *, published: bool) -> str:
    wanted = Spotlight(key="", customer_id=customer_id, owner="nina", due=at.date(), note=WORDS)
    (change,) = record_proposed(store.ledger, NINA, wanted, at=at, rules=EVERYBODY)
    steps = [Step(to=Stage.ASKED, due=at.date()), Step(to=Stage.ACCEPTED, quote=WORDS, due=at.date())]
    if published:
        steps += [Step(to=Stage.SCHEDULED, channel=Channel.WEBSITE, day=at.date()), Step(to=Stage.PUBLISHED)]
    for step in steps:
        assert change.after
        record_step(store.ledger, NINA, change.after.key, step, at=at, rules=EVERYBODY)
    return str(change.key)


def _read(offer: Offer) -> str:
    """What a file on offer holds, a workbook's parts and a document's pages as text."""
    content = offer.make()
    if offer.media_type == MEDIA_TYPE:
        with ZipFile(BytesIO(content)) as parts:
            return "\n".join(parts.read(name).decode() for name in parts.namelist())
    return text_of(content) if offer.media_type == "application/pdf" else content.decode()


def shown(app: AppTest) -> Iterator[str]:
    """Everything that an app sends, the files on offer included."""
    for element in (*app.main, *app.sidebar):
        yield text_format.MessageToString(element.proto, as_utf8=True) if element.proto is not None else ""
    for frame in app.dataframe:
        yield frame.value.to_csv()
    for link in app.get("link_button"):
        offer = find_download(link.proto.url)
        assert offer is not None
        yield _read(offer)


def test_the_audit_log_tells_of_decisions_and_not_of_whom(
    store: Store, open_app: OpenApp, refusing: tuple[str, str]
) -> None:
    app = open_app(store.folder, "audit", role=Role.ADMIN)
    text = "\n".join(shown(app))
    listed = run_command(store.folder, "audit", "list", "--newest", "1000")
    written = run_command(store.folder, "audit", "list", "--newest", "1000", "--json")
    assert [done.code for done in (listed, written)] == [0, 0]
    for output in (text, listed.out, written.out):
        assert "nina" in output
        assert [secret for secret in (GONE, GONE_TOO, WORDS, *refusing) if secret in output] == []
    entries = [row["details"]["changes"] for row in json.loads(written.out) if row["what"] == "spotlights"]
    stages = [change["to"].get("stage", "proposed") for changes in entries for change in changes]
    assert (stages.count("proposed"), stages.count("published")) == (4, 2)
    assert store.ledger.verify() == ()


def test_no_list_of_people_holds_them(store: Store, open_app: OpenApp, refusing: tuple[str, str]) -> None:
    app = open_app(store.folder, "discovery", role=Role.COORDINATOR)
    app = app.text_input(key="look-for").set_value(GONE).run()
    assert not app.exception
    text = "\n".join(shown(app)).replace(f'"{GONE}"', "")  # what was typed
    printed = run_command(store.folder, "advocates", "rank", "--limit", "10000", "--json").out
    counted = run_command(store.folder, "advocates", "left-out").out
    for output in (text, printed, counted):
        assert [secret for secret in (GONE, GONE_TOO, WORDS, *refusing) if secret in output] == []


@pytest.mark.parametrize("shape", ["As cards", "As a table"])
def test_neither_shape_of_the_list_nor_the_network_holds_them(
    store: Store, open_app: OpenApp, refusing: tuple[str, str], shape: str
) -> None:
    app = open_app(store.folder, "discovery", role=Role.COORDINATOR, shown=shape)
    app.session_state["network"] = True
    opened = app.run()
    assert not opened.exception
    text = "\n".join(shown(opened))
    assert [secret for secret in (GONE, GONE_TOO, WORDS, *refusing) if secret in text] == []


def test_a_file_offered_before_is_made_without_who_refused_since(
    demo: Store, demo_warehouse: Warehouse, tmp_path: Path, open_app: OpenApp, consenting: list[str], names: list[str]
) -> None:
    """The page was opened when the person was still shown, and the file is fetched after they took their turn back."""
    copytree(demo.folder, tmp_path / "store")
    store = Store(tmp_path / "store")
    key = _lead(store, consenting[0], datetime.now(Settings().zone), published=False)
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR)
    offers = [find_download(link.proto.url) for link in app.get("link_button")]
    assert [names[0].encode() in offer.make() for offer in offers if offer] == [True] * 5
    record_step(store.ledger, NINA, key, Step(to=Stage.WITHDRAWN), at=datetime.now(Settings().zone), rules=EVERYBODY)
    assert [names[0].encode() in offer.make() for offer in offers if offer and "newsletter" in offer.file_name] == (
        [False] * 4
    )


@pytest.mark.parametrize("role", [Role.OWNER, Role.SPONSOR, Role.COORDINATOR])
def test_no_page_holds_them(store: Store, open_app: OpenApp, refusing: tuple[str, str], role: Role) -> None:
    for page in ("spotlights", "overview"):
        app = open_app(store.folder, page, role=role)
        assert not app.exception
        text = "\n".join(shown(app))
        assert [secret for secret in (GONE, GONE_TOO, WORDS, *refusing) if secret in text] == []
        if page == "spotlights":
            assert "4 more are not shown" in text


def test_no_command_prints_or_writes_them(store: Store, refusing: tuple[str, str], tmp_path: Path) -> None:
    month = f"{datetime.now(Settings().zone):%Y-%m}"
    printed = [
        run_command(store.folder, "spotlights"),
        run_command(store.folder, "spotlights", "--json"),
        run_command(store.folder, "spotlights", "newsletter", "--month", month, "--out", tmp_path / "news.html"),
    ]
    assert [done.code for done in printed] == [0, 0, 2]
    assert not (tmp_path / "news.html").exists()
    text = "\n".join(done.out + done.err for done in printed)
    assert [secret for secret in (GONE, GONE_TOO, WORDS, *refusing) if secret in text] == []
    assert len(read_decisions(store.ledger, is_demo=True).spotlights) == 4  # counted all the same
