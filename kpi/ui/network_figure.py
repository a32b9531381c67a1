"""A tree of who brought whom as a figure: a generation a step to the right, who brought nobody in rows of dots."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from kpi.advocates import Member, Tree
from kpi.language import translate_plural
from kpi.ui import format as fmt
from kpi.ui.figures import Palette, base_layout
from kpi.ui.looks import GLUE

WIDTH, INDENT = 28, 2  # in dots: of the figure, and from a generation to the next
ROW, ROW_OF_DOTS, AROUND = 26, 17, 20  # pixels
FEW, MOST_NAMED = 8, 40  # so many who brought nobody have a row and a name each, in a tree of so many; more are dots
LARGE, SMALL = 12, 8  # pixels of a dot
LONGEST_NAME = 22  # letters, beyond which a name would leave a telephone in the sixth generation

Called = Callable[[Member], str]
"""What somebody is called to this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """Where somebody stands: `x` in dots, `y` in pixels from above; without a label they are a dot among others."""

    member: Member
    x: int
    y: int
    has_label: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """So many who are not shown, below those who were brought by the same person."""

    count: int
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everybody's place, from above; `branches` lead from who brought them to the beginning of each row."""

    dots: tuple[Dot, ...]
    rests: tuple[Rest, ...]
    branches: tuple[tuple[int, int, int, int], ...]
    height: int


def lay_out(tree: Tree) -> Layout:
    """Below each person whom they brought: first, with a row each, those who brought somebody in turn."""
    drawing = _Drawing(tree.children(), few=FEW if len(tree.members) <= MOST_NAMED else 0)
    drawing.place(tree.person, 0)
    return Layout(
        dots=tuple(drawing.dots),
        rests=tuple(drawing.rests),
        branches=tuple(drawing.branches),
        height=drawing.bottom,
    )


class _Drawing:
    """A layout while it grows downwards."""

    def __init__(self, children: Mapping[str, tuple[Member, ...]], *, few: int) -> None:
        self._children, self._few = children, few
        self.dots: list[Dot] = []
        self.rests: list[Rest] = []
        self.branches: list[tuple[int, int, int, int]] = []
        self.bottom = 0

    def place(self, member: Member, generation: int) -> None:
        x, y = generation * INDENT, self._row(ROW)
        self.dots.append(Dot(member=member, x=x, y=y, has_label=True))
        children = self._children.get(member.person_id, ())
        leaves = [child for child in children if not child.people_directly]
        for child in children:
            if child.people_directly:
                self._branch(x, y, ROW)
                self.place(child, generation + 1)
        is_few = len(leaves) <= self._few
        in_a_row = 1 if is_few else WIDTH - x - INDENT
        for start in range(0, len(leaves), in_a_row):
            height = ROW if is_few else ROW_OF_DOTS
            self._branch(x, y, height)
            row = self._row(height)
            for place, child in enumerate(leaves[start : start + in_a_row]):
                self.dots.append(Dot(member=child, x=x + INDENT + place, y=row, has_label=is_few))
        hidden = member.people_directly - len(children)
        # Of whom nobody is shown, the number beside the name tells.
        if children and hidden:
            self.rests.append(Rest(count=hidden, x=x + INDENT, y=self._row(ROW)))

    def _row(self, height: int) -> int:
        """The middle of a new row below the others."""
        self.bottom += height
        return self.bottom - height // 2

    def _branch(self, x: int, y: int, height: int) -> None:
        """From who stands there to the beginning of the row that comes next."""
        self.branches.append((x, y, x + INDENT, self.bottom + height - height // 2))


def tree_figure(tree: Tree, called: Called, palette: Palette) -> go.Figure:
    """Dots filled for those who are named; large for those who brought somebody, with their name and how many."""
    found = lay_out(tree)
    height = found.height + AROUND
    layout = {
        **base_layout(palette, height),
        "margin": {"l": 0, "r": 0, "t": AROUND // 2, "b": AROUND // 2},
        "showlegend": False,
        "hovermode": "closest",
        "xaxis": {"visible": False, "range": [-1, WIDTH], "fixedrange": True},
        "yaxis": {"visible": False, "range": [found.height, 0], "fixedrange": True},
    }
    traces = [_branches(found, palette), _dots(found, called, palette), *_labels(found, called, palette)]
    return go.Figure(data=traces, layout=layout)


def _branches(found: Layout, palette: Palette) -> go.Scatter:
    points: list[tuple[int | None, int | None]] = []
    for x, y, to_x, to_y in found.branches:
        points += [(x, y), (x, to_y), (to_x, to_y), (None, None)]
    return go.Scatter(
        x=[x for x, _ in points],
        y=[y for _, y in points],
        mode="lines",
        line={"color": palette.faded, "width": 1.5},
        hoverinfo="skip",
    )


def _dots(found: Layout, called: Called, palette: Palette) -> go.Scatter:
    members = [dot.member for dot in found.dots]
    return go.Scatter(
        x=[dot.x for dot in found.dots],
        y=[dot.y for dot in found.dots],
        mode="markers",
        marker={
            "size": [LARGE if one.people_directly else SMALL for one in members],
            "symbol": ["circle" if one.may_be_named else "circle-open" for one in members],
            "color": palette.accent,
            "opacity": 1,
            "line": {"color": palette.accent, "width": 1.5},
        },
        customdata=[_hover(one, called) for one in members],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _labels(found: Layout, called: Called, palette: Palette) -> Iterator[go.Scatter]:
    named = [dot for dot in found.dots if dot.has_label]
    texts = [_label(dot.member, called) for dot in named]
    yield _texts([dot.x for dot in named], [dot.y for dot in named], texts, palette.ink)
    more = [
        translate_plural("and {count} more", "and {count} more", rest.count, count=fmt.count(rest.count))
        for rest in found.rests
    ]
    yield _texts([rest.x for rest in found.rests], [rest.y for rest in found.rests], more, palette.soft)


def _texts(x: list[int], y: list[int], texts: list[str], colour: str) -> go.Scatter:
    """Texts beside dots, apart by spaces: in dots, the distance would shrink with the figure."""
    return go.Scatter(
        x=x,
        y=y,
        mode="text",
        text=[f"{GLUE * 4}{text}" for text in texts],
        textposition="middle right",
        textfont={"color": colour, "size": 13},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _label(member: Member, called: Called) -> str:
    name = escape(shorten(called(member)), quote=False)
    return f"<b>{name}</b> · {fmt.count(member.people_in_all)}" if member.people_in_all else name


def shorten(name: str) -> str:
    """A name cut to what fits beside a dot; the table and the hover text have all of it."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _hover(member: Member, called: Called) -> str:
    lines = [f"<b>{escape(called(member), quote=False)}</b>"]
    if member.brought_date:
        lines.append(fmt.day(member.brought_date))
    if member.people_in_all:
        count = fmt.count(member.people_in_all)
        lines.append(
            translate_plural("{count} person below", "{count} people below", member.people_in_all, count=count)
        )
    return "<br>".join(lines)
