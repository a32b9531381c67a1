"""Where things are that a page links to."""

from collections.abc import Sequence
from urllib.parse import urlencode

SHEET = "/ambassador"


def sheet_address(ambassador_id: str, chosen: Sequence[tuple[str, str]]) -> str:
    """Where an ambassador's sheet is, with the filters chosen."""
    return f"{SHEET}?{urlencode([('id', ambassador_id), *chosen])}"
