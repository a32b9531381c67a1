"""The segments that a reader may filter by: their values in order and in words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import reduce

from kpi.language import any_of, mark, translate
from kpi.store import UNKNOWN
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.looks import look

SEGMENTS = ("country_code", "sector", "company_size", "acquisition_channel", "programme", "lever")
"""The dimensions offered as filters; the mart dim_segments lists their values."""

ALWAYS_KNOWN = frozenset({"acquisition_channel", "programme"})  # the contract gives these a value in every row
SIZES = ("solo", "2-10", "11-50", "51-250", "251-1000", "1000+")
COUNTRIES = re.compile(
    "AT|BE|BG|CA|CH|CZ|DE|DK|EE|ES|FI|FR|GB|GR|HR|HU|IE|IT|LT|LU|LV|MA|NL|NO|PL|PT|RO|SE|SI|SK|TN|US"
)  # a sector may have a name of two letters, so not every code counts
KNOWN = (  # values of the contract and of the demo company, as `segment_label` writes them; others stay as they are
    mark("Accessories"),
    mark("Affiliate"),
    mark("Ambassador"),
    mark("App"),
    mark("Bags"),
    mark("Boutique"),
    mark("Bridal"),
    mark("Coats"),
    mark("Commission"),
    mark("Concept store"),
    mark("Department store"),
    mark("Direct"),
    mark("Dresses"),
    mark("Email"),
    mark("Event"),
    mark("Hotel retail"),
    mark("Knitwear"),
    mark("Marketplace"),
    mark("Other"),
    mark("Paid social"),
    mark("Partner"),
    mark("Personal styling"),
    mark("Recognition"),
    mark("Sales"),
    mark("Search"),
    mark("Second hand"),
    mark("Shirts"),
    mark("Shoes"),
    mark("Skirts"),
    mark("Solo"),
    mark("Sportswear"),
    mark("Styling app"),
    mark("Trousers"),
    mark("Unknown"),
    mark("Website"),
)


def segment_values(name: str, found: Iterable[str]) -> tuple[str, ...]:
    """A dimension's values in the order to offer them, "unknown" last where rows may lack one."""
    values = set(found) - {UNKNOWN}
    ordered = sorted(values, key=SIZES.index) if values <= set(SIZES) else sorted(values, key=_sorting)
    return (*ordered, UNKNOWN) if ordered and (UNKNOWN in found or name not in ALWAYS_KNOWN) else tuple(ordered)


def segment_label(value: str) -> str:
    """A value in words: FR is France, paid_social is Paid social."""
    if COUNTRIES.fullmatch(value):
        return str(look().locale.territories[value])
    return translate(fmt.begin(value.replace("_", " ")))


def segments_in_words(filters: Mapping[str, Iterable[str]]) -> str:
    """The filters chosen: "country: France or Belgium; programme: Recognition"; empty without any. Markdown."""
    told = [
        translate(
            "{dimension}: {values}",
            dimension=dimension_label(name),
            values=any_of(fmt.plain(segment_label(value)) for value in values),
        )
        for name, values in filters.items()
    ]
    return reduce(lambda some, last: translate("{some}; {last}", some=some, last=last), told) if told else ""


def _sorting(value: str) -> str:
    """What a value is ordered by: its words without accents."""
    return unicodedata.normalize("NFKD", segment_label(value)).encode("ascii", "ignore").decode().casefold()
