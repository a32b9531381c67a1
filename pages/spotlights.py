"""Whom do we thank in public, and what comes next? Reader: coordinator, programme owner."""

from functools import partial

import streamlit as st

from kpi.language import translate
from kpi.ui import (
    frame,
    spotlight_board,
    spotlight_calendar,
    spotlight_dialogs,
    spotlight_newsletter,
    spotlight_outcomes,
    spotlight_picking,
)

page = frame.open("spotlights")
board = spotlight_board.read_board(page)

heading, picking = st.columns([3, 1], gap="large", vertical_alignment="bottom")
with heading:
    st.title(translate("Whom do we thank, and what comes next?"), anchor=False)
    st.markdown(spotlight_board.answer(board))
with picking:
    spotlight_picking.offer(page)
    spotlight_picking.offer_set_aside(page)

spotlight_board.show(board, partial(spotlight_dialogs.open_from_board, page, board))

st.subheader(translate("What is due"), anchor=False)
spotlight_calendar.show(board)

left, right = st.columns(2, gap="large")
with left:
    st.subheader(translate("Spotlight of the month"), anchor=False)
    spotlight_newsletter.offer(page, board)
with right:
    st.subheader(translate("What came of it"), anchor=False)
    spotlight_outcomes.show(page, board)

spotlight_board.listed(page, board)
spotlight_dialogs.open_linked(page, board)
