"""Names with their values: a short list of facts on a page."""

from collections.abc import Sequence
from html import escape

import streamlit as st

FACTS = "margin:0;padding:0;font-size:0.95rem;display:grid;grid-template-columns:1fr auto;gap:0.3rem 1rem"
# Streamlit's own headings are smaller in a dialog than the text below them.
HEADING = "margin:0;padding:0;font-size:1.05rem;font-weight:600"
VALUE = "margin:0;text-align:right;font-variant-numeric:tabular-nums"


def heading(text: str) -> None:
    """The heading of a part of a dialog."""
    st.html(f'<h3 style="{HEADING}">{escape(text)}</h3>')


def show(rows: Sequence[tuple[str, str]], nothing: str) -> None:
    """Names with their values at the right; `nothing` where there is no row."""
    if not rows:
        st.caption(nothing)
        return
    lines = (
        f'<dt style="margin:0;padding:0">{escape(name)}</dt><dd style="{VALUE}">{escape(value)}</dd>'
        for name, value in rows
    )
    st.html(f'<dl style="{FACTS}">{"".join(lines)}</dl>')
