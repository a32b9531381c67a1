"""Who brought whom, drawn and told: everybody has one place, and only who agreed to it has a name."""

from collections.abc import Mapping
from datetime import date

import pytest

from kpi.advocates import Member, Network, Tree
from kpi.language import speaking
from kpi.metrics import Person
from kpi.ui.figures import DARK, LIGHT, Palette
from kpi.ui.looks import GLUE
from kpi.ui.network import tree_frame
from kpi.ui.network_figure import FEW, INDENT, LONGEST_NAME, WIDTH, lay_out, shorten, tree_figure
from kpi.ui.network_words import called, line_in_words, network_in_words, tree_in_words, tree_labels

DAY = date(2026, 1, 1)


def member(name: str, by: str | None = None, *, directly: int = 0, in_all: int | None = None, **more: object) -> Member:
    usual: dict[str, object] = {"customer_id": name, "may_be_named": True, "generations": int(directly > 0)}
    return Member(
        person_id=f"customer:{name}",
        brought_by_id=f"customer:{by}" if by else None,
        brought_date=DAY if by else None,
        people_directly=directly,
        people_in_all=directly if in_all is None else in_all,
        last_brought_date=DAY if directly else None,
        **{**usual, **more},  # type: ignore[arg-type]
    )


def person(name: str) -> Person:
    return Person(person_id=f"customer:{name}", customer_id=name, full_name=name.title(), email=None, ambassador_ids=())


def star(spokes: int, *, hidden: int = 0) -> Tree:
    hub = member("hub", directly=spokes + hidden)
    return Tree(line=(), levels=((hub,), tuple(member(f"s{number:02}", "hub") for number in range(spokes))))


SMALL = Tree(
    line=(member("zoe", directly=1, in_all=5), member("yan", "zoe", directly=1, in_all=4)),
    levels=(
        (member("ann", "yan", directly=2, in_all=3, generations=2),),
        (member("bob", "ann", directly=1), member("cy", "ann", may_be_named=False)),
        (member("dee", "bob"),),
    ),
)
NAMES: Mapping[str, Person] = {name: person(name) for name in ("zoe", "yan", "ann", "bob", "cy", "dee")}


def test_everybody_has_a_place_of_their_own_below_who_brought_them() -> None:
    found = lay_out(SMALL)
    places = {dot.member.customer_id: (dot.x, dot.y) for dot in found.dots}
    assert len(set(places.values())) == len(found.dots) == 4
    assert {name: x for name, (x, _) in places.items()} == {"ann": 0, "bob": INDENT, "dee": 2 * INDENT, "cy": INDENT}
    # ann, then bob with dee below, then cy who brought nobody
    assert [name for name, _ in sorted(places.items(), key=lambda one: one[1][1])] == ["ann", "bob", "dee", "cy"]
    assert [(x, to_x) for x, _, to_x, _ in found.branches] == [(0, INDENT), (INDENT, 2 * INDENT), (0, INDENT)]
    assert [to_y for *_, to_y in found.branches] == [places[name][1] for name in ("bob", "dee", "cy")]
    assert max(y for _, y in places.values()) < found.height


@pytest.mark.parametrize("spokes", [1, FEW])
def test_a_few_who_brought_nobody_have_a_name_each(spokes: int) -> None:
    found = lay_out(star(spokes))
    assert [dot.has_label for dot in found.dots] == [True] * (spokes + 1)
    assert len({dot.y for dot in found.dots}) == spokes + 1


@pytest.mark.parametrize("spokes", [FEW + 1, 26, 27, 199])
def test_many_who_brought_nobody_are_rows_of_dots_within_the_figure(spokes: int) -> None:
    found = lay_out(star(spokes))
    assert sum(dot.has_label for dot in found.dots) == 1
    assert len({(dot.x, dot.y) for dot in found.dots}) == spokes + 1
    assert max(dot.x for dot in found.dots) < WIDTH
    # 26 stand in a row: 28 dots of the figure's width less the step of a generation
    assert len(found.branches) == -(-spokes // 26)


def test_who_is_not_shown_is_counted_below_the_others() -> None:
    found = lay_out(star(3, hidden=4))
    (rest,) = found.rests
    assert rest.count == 4
    assert rest.y > max(dot.y for dot in found.dots)
    # of whom nobody is shown, the number beside the name tells
    assert lay_out(star(0, hidden=4)).rests == ()


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_figure_names_only_who_agreed(palette: Palette) -> None:
    figure = tree_figure(SMALL, lambda one: called(one, NAMES), palette)
    branches, dots, labels, rest = figure.data
    assert list(dots.marker.symbol) == ["circle", "circle", "circle", "circle-open"]
    texts = [text.strip(GLUE) for text in labels.text]
    assert texts == ["<b>Ann</b> · 3", "<b>Bob</b> · 1", "Dee", "A customer"]
    assert [text.split("<br>")[0] for text in dots.customdata] == [
        f"<b>{n}</b>" for n in ("Ann", "Bob", "Dee", "A customer")
    ]
    assert dots.marker.color == palette.accent
    assert branches.line.color == palette.faded
    assert list(rest.text) == []


def test_a_name_cannot_bring_markup_and_a_long_one_is_cut() -> None:
    names = {"ann": person("<b>ann")}
    figure = tree_figure(Tree(line=(), levels=((member("ann"),),)), lambda one: called(one, names), LIGHT)
    assert figure.data[2].text[0].strip(GLUE) == "&lt;B&gt;Ann"
    assert shorten("x" * LONGEST_NAME) == "x" * LONGEST_NAME
    assert shorten("Jean-Baptiste de la Fontaine") == "Jean-Baptiste de la F…"


def test_a_line_is_told_up_to_somebody_without_a_name() -> None:
    silent = [member(name, above, may_be_named=False) for name, above in (("u", None), ("v", "u"), ("w", "v"))]
    line = (*silent, member("zoe", "w"))
    assert line_in_words(Tree(line=line, levels=((member("dee", "zoe"),),)), NAMES)[1:] == [
        "The line goes on with **3** people above."
    ]


def test_who_is_above_and_below_in_sentences() -> None:
    assert line_in_words(SMALL, NAMES) == ["Brought by **Yan** on 1 Jan 2026.", "**Yan** was brought by **Zoe**."]
    assert tree_in_words(SMALL) == (
        "They brought **2** people themselves. **1** more came through them. The tree goes on over **2** generations."
    )
    assert tree_in_words(star(3, hidden=1)) == "They brought **4** people themselves. **1** of them is not shown."
    assert line_in_words(star(3), NAMES) == ["Nobody is known to have brought them."]
    assert tree_in_words(Tree(line=(), levels=((member("dee", "bob"),),))) == "Nobody stands below them."


def test_the_whole_network_in_words() -> None:
    network = Network(brought=1_200, bringers=3, trees=2, generations=1, largest=())
    assert network_in_words(network) == (
        "**1,200** customers were brought by ambassadors. **3** people brought somebody. They stand in **2** trees. "
        "The longest line goes on over **1** generation."
    )
    with speaking("fr"):
        assert "**3** personnes ont amené quelqu’un. L’ensemble forme **2** arbres." in network_in_words(network)


def test_the_table_says_what_the_figure_shows() -> None:
    frame = tree_frame(SMALL, NAMES)
    assert frame.drop("day").rows() == [
        ("Ann", "Yan", 0, 2, 3, True),
        ("Bob", "Ann", 1, 1, 1, True),
        ("A customer", "Ann", 1, 0, 0, False),
        ("Dee", "Bob", 2, 0, 0, True),
    ]
    assert frame["day"].to_list() == [DAY] * 4


def test_without_consent_a_customer_is_any_customer_and_a_partner_any_partner() -> None:
    assert called(member("cy", may_be_named=False), NAMES) == "A customer"
    assert called(member("cy"), {}) == "A customer"
    assert called(member("p", customer_id=None, may_be_named=False), {}) == "A partner"


def test_trees_that_would_be_called_the_same_are_told_apart() -> None:
    same = [member(f"c{number}", directly=12, may_be_named=False) for number in range(3)]
    labels = tree_labels([*same, member("ann", directly=1)], NAMES)
    assert list(labels.values()) == [
        "A customer: 12 people brought",
        "A customer: 12 people brought (2)",
        "A customer: 12 people brought (3)",
        "Ann: 1 person brought",
    ]
    assert next(iter(labels)) == "customer:c0"
