"""Who brought whom: one person's line and tree, and the company's largest trees, as figures, sentences and tables."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial

import polars as pl
import streamlit as st

from kpi.advocates import Member, Tree, read_network, read_tree
from kpi.language import mark, speaking, spoken, translate, translate_plural
from kpi.metrics import Person, Sheet, name_customers
from kpi.store import Store, Warehouse
from kpi.ui import charts, tables
from kpi.ui import format as fmt
from kpi.ui.network_figure import tree_figure
from kpi.ui.network_words import called, line_in_words, network_in_words, tree_in_words, tree_labels
from kpi.ui.page import Page

IN_SIGHT, WIDEST = 10, 640  # rows, and pixels of a figure
NAMED = "is_named"
SCHEMA = {
    "name": pl.String(),
    "brought_by": pl.String(),
    "day": pl.Date(),
    "generation": pl.Int64(),
    "directly": pl.Int64(),
    "in_all": pl.Int64(),
    NAMED: pl.Boolean(),
}
WIDTHS = {"name": 140, "brought_by": 140, "day": 104, "generation": 96, "directly": 124, "in_all": 64}
NOBODY_YET = mark(
    "Nobody is known to have been brought yet. Import ambassadors, and orders with the code used, touches or referrals "
    "that say who reached whom."
)
MEANS = mark(
    "Counted is who brought a customer to their first order, as it is credited to the last ambassador who reached them "
    "within 30 days, or whose referral of somebody without an order converted. Who had brought somebody before their "
    "own first order was there already, and is brought by nobody."
)


def section(page: Page) -> None:
    """The company's largest trees, of which one is shown; drawn when it is opened."""
    box = st.expander(translate("Who brought whom"), icon=":material/account_tree:", key="network", on_change="rerun")
    if not box.open:
        return
    with box:
        network = page.remember("network", lambda: read_network(page.warehouse))
        if not network.brought:
            st.info(translate(NOBODY_YET), icon=":material/info:")
            return
        st.markdown(network_in_words(network), help=translate(MEANS))
        labels = tree_labels(
            network.largest, page.remember("names of trees", lambda: _named(page.warehouse, network.largest))
        )
        # Not in the URL: it would hold somebody's name.
        chosen = st.selectbox(translate("Tree"), list(labels), format_func=labels.__getitem__, key="tree")
        st.caption(
            translate_plural(
                "It holds the most people.",
                "The {count} that hold the most people, the one that grew last first; nobody is ranked.",
                len(labels),
                count=fmt.count(len(labels)),
            )
        )
        tree = _read(page, chosen)
        if tree:
            st.markdown(tree_in_words(tree))
            _show(page, tree, _names_on(page, tree), "tree")


def of_customer(page: Page, customer_id: str) -> None:
    """Who brought a customer, and whom they brought."""
    of_person(page, f"customer:{customer_id}")


def of_person(page: Page, person_id: str) -> None:
    """Who brought somebody, and whom they brought, in sentences; with a figure and a table where they did."""
    tree = _read(page, person_id)
    if tree is None:
        st.caption(translate("They stand in no tree of who brought whom."), help=translate(MEANS))
        return
    names = _names_on(page, tree)
    for sentence in line_in_words(tree, names):
        st.markdown(sentence)
    st.markdown(tree_in_words(tree), help=translate(MEANS))
    if tree.person.people_in_all:
        _show(page, tree, names, "network")


def on_sheet(page: Page, sheet: Sheet) -> None:
    """The same for an ambassador, who may be a partner."""
    st.subheader(translate("Who brought whom"), anchor=False)
    of_person(page, f"customer:{sheet.customer_id}" if sheet.customer_id else f"ambassador:{sheet.ambassador_id}")


def tree_frame(tree: Tree, names: Mapping[str, Person]) -> pl.DataFrame:
    """The members of a tree, level by level: the columns of `SCHEMA`; the generation of the person is 0."""
    words = {one.person_id: called(one, names) for one in (*tree.line, *tree.members)}
    rows = [
        (
            words[one.person_id],
            words.get(one.brought_by_id or ""),
            one.brought_date,
            generation,
            one.people_directly,
            one.people_in_all,
            one.may_be_named,
        )
        for generation, level in enumerate(tree.levels)
        for one in level
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _show(page: Page, tree: Tree, names: Mapping[str, Person], name: str) -> None:
    """The tree drawn, and the same as a table."""
    whose, palette = tree.person.person_id, charts.palette()
    figure = page.remember(
        f"tree figure of {whose}, {palette.ink}", lambda: tree_figure(tree, partial(called, names=names), palette)
    )
    words = translate("Whom {name} brought: the table below says the same", name=called(tree.person, names))
    with st.container(width=WIDEST):
        charts.show(figure, words, key=f"figure-{name}")
    st.caption(
        translate(
            "Each step to the right is a generation, a large dot is somebody who brought others, with how many. Only "
            "those who agreed to be contacted have a name and a filled dot, and only they are in the file."
        )
    )
    frame = page.remember(f"tree table of {whose}", lambda: tree_frame(tree, names))
    labels = {
        "name": translate("Name"),
        "brought_by": translate("Brought by"),
        "day": translate("On"),
        "generation": translate("Generation"),
        "directly": translate("Brought directly"),
        "in_all": translate("In all"),
    }
    tables.show(
        page,
        frame,
        labels,
        name=name,
        words=translate("Who was brought by whom, generation by generation"),
        people=frozenset(labels),
        columns=tables.Columns(widths=WIDTHS),
        taken=tables.Taken(rows=int(frame[NAMED].sum()), read=partial(_read_now, page.store, whose, spoken())),
        in_sight=IN_SIGHT,
    )


def _read_now(store: Store, person_id: str, language: str) -> pl.DataFrame:
    """The file as of when it is asked for: who agreed to be contacted and is in the data then, and nobody else."""
    with closing(Warehouse(store)) as warehouse, speaking(language):
        tree = read_tree(warehouse, person_id)
        if tree is None:
            return pl.DataFrame(schema=SCHEMA).drop(NAMED)
        return tree_frame(tree, _names(warehouse, tree)).filter(NAMED).drop(NAMED)


def _read(page: Page, person_id: str) -> Tree | None:
    found: Tree | None = page.remember(f"tree of {person_id}", lambda: read_tree(page.warehouse, person_id))
    return found


def _names_on(page: Page, tree: Tree) -> Mapping[str, Person]:
    found: Mapping[str, Person] = page.remember(
        f"names in the tree of {tree.person.person_id}", lambda: _names(page.warehouse, tree)
    )
    return found


def _names(warehouse: Warehouse, tree: Tree) -> Mapping[str, Person]:
    return _named(warehouse, [*tree.line, *tree.members])


def _named(warehouse: Warehouse, members: Sequence[Member]) -> Mapping[str, Person]:
    return name_customers(warehouse, [one.customer_id for one in members if one.may_be_named and one.customer_id])
