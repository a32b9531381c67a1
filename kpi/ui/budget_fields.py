"""Fields for the amounts of a budget."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

import streamlit as st

from kpi.decisions import Line
from kpi.errors import DecisionError
from kpi.language import translate
from kpi.ui import format as fmt

COLUMNS: Final = 4


def ask_amounts(names: Mapping[Line, str], values: Mapping[Line, Decimal], key: str) -> dict[Line, str]:
    """A field for each line, and what is typed in it."""
    grid = st.grid(COLUMNS, min_column_width=120, gap="small")
    typed = {}
    for number, (line, name) in enumerate(names.items()):
        with grid.container():
            shown = fmt.typed(values[line]) if line in values else ""
            typed[line] = st.text_input(name, value=shown, key=f"budget-amount {key} {number}").strip()
    return typed


def read_lines(typed: Mapping[Line, str]) -> list[Line]:
    """The lines with what was typed for them, empty ones left out; `DecisionError` for what is no amount."""
    lines = []
    for line, text in typed.items():
        if not text:
            continue
        amount = fmt.read_typed(text)
        if amount is None:
            raise DecisionError(translate("“{text}” is no amount.", text=text))
        lines.append(replace(line, amount=amount))
    return lines
