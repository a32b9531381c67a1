"""How much may winning a customer cost, and how much of it as a commission? Reader: budget sponsor, owner."""

import streamlit as st

from kpi.language import translate
from kpi.ui import (
    affordability,
    affordability_answers,
    affordability_blocks,
    affordability_budget,
    affordability_commissions,
    affordability_document,
    affordability_figures,
    affordability_flow,
    assumption_fields,
    commissions_by_product,
    frame,
    product_margins,
    scenarios,
    staying,
)

page = frame.open("affordability")

st.title(translate("How much may winning a customer cost?"), anchor=False)
answer, flow = st.container(), st.container()

st.subheader(translate("Assumptions"), anchor=False)
with answer, st.spinner(translate("Measuring what customers won pay, and how they stay")):
    known = affordability.measured(page)
assumed = assumption_fields.choose(page, known.assumptions, known.period)
solved = affordability.solve(page, known, assumed, staying.choose(known, assumed))
affordability_blocks.note(solved)
with answer:
    st.markdown(affordability_answers.answer(solved))
    st.markdown(affordability_answers.present(solved))
with flow:
    affordability_flow.show(solved)

affordability_commissions.show(solved)
affordability_commissions.show_paid(solved)
commissions_by_product.show(solved)

left, right = st.columns(2, gap="large")
with left:
    affordability_figures.tornado(solved)
with right:
    affordability_figures.break_even(solved)

scenarios.show(page, known, solved)
affordability_budget.show(solved)
product_margins.show(solved.page)
affordability_document.offer(solved)
