"""One ambassador's sheet and its cards are one reading of the data."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kpi.metrics import METRICS, Model
from kpi.period import Comparison
from kpi.store import Warehouse
from kpi.ui import sheets

from .conftest import OpenPage


def test_the_cards_show_the_very_readings_of_the_sheet(small: Warehouse, open_page: OpenPage) -> None:
    answers: dict[str, Any] = {}

    def remember(question: str, answer: Callable[[], Any]) -> Any:
        if question not in answers:
            answers[question] = answer()
        return answers[question]

    for comparison in (*Comparison, None):
        page = open_page(small, remember=remember, comparison=comparison, filters={"country_code": ("BE",)})
        sheet = sheets.find(page, "amb-ann")
        assert sheet is not None
        assert sheets.find(page, "amb-ann") is sheet
        own = replace(page, filters={"ambassador_id": ("amb-ann",)})
        for name, shown in {
            "active_ambassadors": sheet.active,
            "acts": sheet.acts,
            "new_customers": sheet.people_brought,
            "attributed_revenue": sheet.revenue[Model.LAST],
        }.items():
            assert own.read(METRICS[name]).current is shown
        # ann's act of October, x who came through her, and what x paid; the segment chosen does not apply
        assert [one.estimate.value for one in (sheet.acts, sheet.people_brought, sheet.revenue[Model.LAST])] == [
            1,
            1,
            100,
        ]


def test_nobody_has_no_sheet_and_nothing_is_remembered_of_them(small: Warehouse, open_page: OpenPage) -> None:
    asked = []

    def remember(question: str, answer: Callable[[], Any]) -> Any:
        asked.append(question)
        return answer()

    for number in range(3):
        assert sheets.find(open_page(small, remember=remember), f"nobody-{number}") is None
    assert asked == []
