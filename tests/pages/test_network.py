"""Who brought whom, on the discovery page, in the drawer of a person and on an ambassador's sheet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.advocates import Member, Question, Tree, Wanted, candidates, learn, read_network, read_tree
from kpi.ingest import import_files
from kpi.metrics import name_customers
from kpi.settings import Settings
from kpi.store import Listing, Store, Warehouse
from kpi.ui.network_words import network_in_words, tree_in_words
from tests.conftest import NOW, Row, completed, write_tables

from .conftest import OpenApp, find_download
from .test_discovery import told


def table_of(app: AppTest) -> Any:
    (found,) = [one.value for one in app.dataframe if "brought_by" in one.value.columns]
    return found


def open_section(app: AppTest) -> AppTest:
    app.session_state["network"] = True
    done = app.run()
    assert not done.exception
    return done


def imported(folder: Path, **tables: Sequence[Row]) -> Path:
    """A store of these rows."""
    store = Store(folder / "store")
    import_files(store, write_tables(folder, completed(tables)), Settings(), now=NOW)
    return store.folder


def tree_of(warehouse: Warehouse, member: Member) -> Tree:
    found = read_tree(warehouse, member.person_id)
    assert found
    return found


def test_the_largest_trees_are_drawn_told_and_listed(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "discovery")
    assert "brought by ambassadors" not in told(app)  # nothing is asked before it is opened
    app = open_section(app)
    network = read_network(demo_warehouse)
    assert network_in_words(network) in told(app)
    for number in (0, 1):
        chosen = network.largest[number]
        app.selectbox(key="tree").set_value(app.selectbox(key="tree").options[number]).run()
        tree = tree_of(demo_warehouse, chosen)
        assert tree_in_words(tree) in told(app)
        shown = table_of(app)
        assert list(shown["in_all"]) == [one.people_in_all for one in tree.members]
        assert shown["generation"][0] == 0
        assert app.get("plotly_chart")[-1].proto.alt.startswith("Whom ")


def test_the_order_of_the_trees_ranks_nobody(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_section(open_app(demo.folder, "discovery"))
    days = [one.last_brought_date for one in read_network(demo_warehouse).largest]
    assert days == sorted(days, reverse=True)
    text = told(app).lower()
    assert "nobody is ranked" in text
    assert "top " not in text
    assert "tree" not in app.query_params  # a name stands in no address


def test_without_consent_nobody_has_a_name_and_is_in_no_file(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    app = open_section(open_app(demo.folder, "discovery"))
    tree = tree_of(demo_warehouse, read_network(demo_warehouse).largest[0])
    silent = [one for one in tree.members if not one.may_be_named]
    assert silent
    names = name_customers(demo_warehouse, [one.customer_id for one in silent if one.customer_id])
    page = " ".join([str(one.value) for one in app.dataframe if "brought_by" in one.value.columns])
    page += " ".join(one.proto.spec for one in app.get("plotly_chart"))
    links = [one.proto.url for one in app.get("link_button") if "/downloads/" in one.proto.url]
    offers = [found for link in links if (found := find_download(link))]
    (offer,) = [one for one in offers if one.file_name == "ambassade-tree.csv"]
    lines = offer.make().decode().splitlines()
    assert len(lines) - 1 == offer.rows == len(tree.members) - len(silent)
    assert offer.has_people
    assert "A customer" not in [line.split(",")[0] for line in lines]
    for person in names.values():
        assert person.full_name
        assert person.full_name not in page
        assert person.full_name not in "\n".join(lines)


def test_the_drawer_says_who_brought_a_person_and_whom_they_brought(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    wanted = Wanted(is_ambassador=True)
    found = candidates(demo_warehouse, wanted, question=Question(potential=learn(demo_warehouse)), size=20).items
    trees = {one.customer_id: read_tree(demo_warehouse, f"customer:{one.customer_id}") for one in found}
    bringer = next(name for name, tree in trees.items() if tree and tree.person.people_in_all)
    app = open_app(demo.folder, "discovery", posted="Anybody", standing="Ambassadors only")
    app.button(key=f"why {bringer}").click().run()
    assert not app.exception
    tree = trees[bringer]
    assert tree
    assert tree_in_words(tree) in told(app)
    assert len(table_of(app)) == len(tree.members)


def test_the_drawer_of_somebody_alone_says_so(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    found = candidates(
        demo_warehouse, Wanted(has_posted=False), question=Question(potential=learn(demo_warehouse)), size=20
    ).items
    alone = next(one for one in found if read_tree(demo_warehouse, f"customer:{one.customer_id}") is None)
    app = open_app(demo.folder, "discovery")
    app.button(key=f"why {alone.customer_id}").click().run()
    assert "They stand in no tree of who brought whom." in told(app)


def test_the_sheet_of_an_ambassador_has_their_tree(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    bringers = Listing(
        mart="dim_networks",
        columns=("person_id", "customer_id"),
        order=("person_id",),
        where="people_directly > 1 and customer_id is not null",
    )
    row = demo_warehouse.rows(bringers)[0]
    person = name_customers(demo_warehouse, [row["customer_id"]])[row["customer_id"]]
    app = open_app(demo.folder, "ambassador", id=person.ambassador_ids[0])
    assert not app.exception
    assert "Who brought whom" in [one.value for one in app.subheader]
    tree = read_tree(demo_warehouse, row["person_id"])
    assert tree
    assert tree_in_words(tree) in told(app)


def test_the_sheet_of_a_partner_has_a_tree_without_a_name(open_app: OpenApp, tmp_path: Path) -> None:
    touches = [{"ambassador_id": "P", "customer_id": "ann", "occurred_at": "2026-11-01T10:00:00Z"}]
    orders = [{"customer_id": "ann", "ordered_at": "2026-11-02T10:00:00Z", "net_amount": 10}]
    customers = [{"customer_id": "ann", "full_name": "Ann Roy", "contact_consent": True}]
    folder = imported(tmp_path, touches=touches, orders=orders, customers=customers)
    app = open_app(folder, "ambassador", id="P")
    assert not app.exception
    assert "They brought **1** person themselves." in told(app)
    assert list(table_of(app)["name"]) == ["A partner", "Ann Roy"]


def test_a_company_that_knows_of_nobody_is_told_what_to_import(open_app: OpenApp, tmp_path: Path) -> None:
    orders = [{"customer_id": "ann", "ordered_at": "2026-11-02T10:00:00Z", "net_amount": 10}]
    app = open_section(open_app(imported(tmp_path, orders=orders), "discovery"))
    assert "Import ambassadors, and orders with the code used, touches or referrals" in told(app)


@pytest.mark.parametrize("words", ["Qui a amené qui", "clients ont été amenés par des ambassadeurs"])
def test_in_french(demo: Store, open_app: OpenApp, words: str) -> None:
    app = open_section(open_app(demo.folder, "discovery", language=Language.FRENCH))
    assert words in told(app) + " ".join(one.label for one in app.expander)
