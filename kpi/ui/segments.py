"""The segments that a reader may filter by: their values in order and in words."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping

from kpi.language import any_of, each_of, mark, translate
from kpi.store import UNKNOWN
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.looks import look
from kpi.ui.page import Page

SEGMENTS = ("country_code", "sector", "company_size", "acquisition_channel", "programme", "lever")
"""The dimensions offered as filters; the mart dim_segments lists their values."""

ALWAYS_KNOWN = frozenset({"acquisition_channel", "programme"})  # the contract gives these a value in every row
ORDERS = {  # of values that have one of their own
    "company_size": ("solo", "2-10", "11-50", "51-250", "251-1000", "1000+"),
    "rung": ("no_reward", "recognition", "access", "co_creation", "monetary"),
    "tenure": ("under_3_months", "3_to_6_months", "6_to_12_months", "1_to_2_years", "over_2_years"),
}
NO_COUNTRIES = frozenset({"XA", "XB", "ZZ"})  # Babel has names for what stands for no country, too
KNOWN = frozenset(  # what segments of the contract and of the demo company are called; others keep their own names
    {
        mark("Affiliate"),
        mark("Ambassador"),
        mark("App"),
        mark("Boutique"),
        mark("Bridal"),
        mark("Commission"),
        mark("Concept store"),
        mark("Department store"),
        mark("Direct"),
        mark("Email"),
        mark("Event"),
        mark("Hotel retail"),
        mark("Marketplace"),
        mark("Other"),
        mark("Paid social"),
        mark("Partner"),
        mark("Personal styling"),
        mark("Recognition"),
        mark("Sales"),
        mark("Search"),
        mark("Second hand"),
        mark("Solo"),
        mark("Sportswear"),
        mark("Unknown"),
        mark("Website"),
    }
)


def segment_values(name: str, found: Iterable[str]) -> tuple[str, ...]:
    """A dimension's values in the order to offer them, "unknown" last where rows may lack one."""
    values = set(found) - {UNKNOWN}
    order = ORDERS.get(name, ())
    ordered = sorted(values, key=order.index if values <= set(order) else lambda value: _sorting(name, value))
    return (*ordered, UNKNOWN) if ordered and (UNKNOWN in found or name not in ALWAYS_KNOWN) else tuple(ordered)


def offered_values(page: Page, name: str) -> tuple[str, ...]:
    """The values of a dimension that the page's filter offers; none where the data has none."""
    found: tuple[str, ...] = page.remember(f"groups {name}", lambda: page.warehouse.groups("dim_segments", name))
    return segment_values(name, found)


def segment_label(name: str, value: str) -> str:
    """A dimension's value in words: of countries, FR is France; of channels, paid_social is Paid social."""
    if name == "country_code" and value not in NO_COUNTRIES and value in look().locale.territories:
        return str(look().locale.territories[value])
    return in_own_words(value, KNOWN)


def in_own_words(value: str, known: Collection[str]) -> str:
    """A value as a company writes it, with a capital; translated when it is one of those known."""
    words = fmt.begin(value.replace("_", " "))
    return translate(words) if words in known else words


def segments_in_words(filters: Mapping[str, Iterable[str]]) -> str:
    """The filters chosen: "country: France or Belgium; programme: Recognition"; empty without any. Markdown."""
    told = [
        translate(
            "{dimension}: {values}",
            dimension=dimension_label(name),
            values=any_of(fmt.plain(segment_label(name, value)) for value in values),
        )
        for name, values in filters.items()
    ]
    return each_of(told) if told else ""


def _sorting(name: str, value: str) -> str:
    """What a value is ordered by: its words without accents."""
    return unicodedata.normalize("NFKD", segment_label(name, value)).encode("ascii", "ignore").decode().casefold()
