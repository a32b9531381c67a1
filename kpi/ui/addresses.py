"""Where things are that a page links to."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

SHEET = "/ambassador"
SPOTLIGHTS = "/spotlights"
BUDGET = "/budget"
SUGGESTED = "suggested"  # in the URL of the budget, an amount a month to propose
OPENED = "open"  # in the URL of the spotlights, the key of the one to open


def sheet_address(ambassador_id: str, chosen: Sequence[tuple[str, str]]) -> str:
    """Where an ambassador's sheet is, with the filters chosen."""
    return f"{SHEET}?{urlencode([('id', ambassador_id), *chosen])}"


def spotlight_address(key: str, month: str) -> str:
    """Where a spotlight is opened, over the calendar's month (2026-11)."""
    return f"{SPOTLIGHTS}?{urlencode({'month': month, OPENED: key})}"


def budget_address(monthly: Decimal) -> str:
    """Where a budget is proposed of so much a month."""
    return f"{BUDGET}?{urlencode({SUGGESTED: f'{monthly:f}'})}"
