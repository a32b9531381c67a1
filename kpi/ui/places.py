"""Places on a page that has just been opened: a skeleton holds each until what stands there is computed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from functools import partial, wraps
from typing import ParamSpec

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

SHOWN = "page_shown"
TWO_LINES = 52  # pixels
Given = ParamSpec("Given")
Part = tuple[Context, DeltaGenerator, Callable[[], None]]

# The parts of the page being opened in this run that wait for their turn; None in every other run.
_waiting: ContextVar[list[Part] | None] = ContextVar("waiting", default=None)


def kept(sketch: Callable[Given, object]) -> Callable[[Callable[Given, None]], Callable[Given, None]]:
    """Make a function draw its part of a page in a place of its own.

    On a page just opened, `sketch` draws a skeleton as high as the part, given the same, and the part comes when every
    part has its place. After that the part is drawn at once, where the one of the run before still stands.

    What a part draws takes the place of what its sketch drew, one after the other and block by block: a part draws as
    many elements as its sketch at least, in blocks of the same kinds.
    """

    def decorate(draw: Callable[Given, None]) -> Callable[Given, None]:
        @wraps(draw)
        def part(*given: Given.args, **named: Given.kwargs) -> None:
            waiting = _waiting.get()
            if waiting is None:
                with st.container():
                    draw(*given, **named)
                return
            place = st.empty()
            with place.container():
                sketch(*given, **named)
            # Drawn in the context of here: Streamlit tells by it to which page an element belongs.
            waiting.append((copy_context(), place, partial(draw, *given, **named)))

        return part

    return decorate


@kept(lambda words: st.skeleton(TWO_LINES))
def answer(words: Callable[[], str]) -> None:
    """The answer to the page's question, in Markdown."""
    st.markdown(words())


def under(heading: str, height: int) -> None:
    """The skeleton of a figure of this height, in pixels, under its heading."""
    st.subheader(heading, anchor=False)
    st.skeleton(height)


@contextmanager
def opening(page: str) -> Iterator[None]:
    """Draw a page within the block; at its end, or where it fails, the parts that wait come in turn.

    A page that calls `st.stop` does so before its first part, since nothing can be drawn after that.
    """
    waiting: list[Part] = []
    _waiting.set(waiting if st.session_state.get(SHOWN) != page else None)
    try:
        yield
    finally:
        _waiting.set(None)
        _draw_all(waiting)
    st.session_state[SHOWN] = page


def _draw_all(parts: list[Part]) -> None:
    """Draw the parts in turn; one that fails leaves its place and those after it empty."""
    try:
        while parts:
            context, place, draw = parts[0]
            context.run(_draw, place, draw)
            parts.pop(0)
    finally:
        for context, place, _ in parts:
            context.run(place.empty)


def _draw(place: DeltaGenerator, draw: Callable[[], None]) -> None:
    _waiting.set(None)  # in this context, too: a part within this one is drawn with it
    with place.container():
        draw()
