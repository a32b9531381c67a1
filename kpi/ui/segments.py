"""The segments that a reader may filter by: their values in order and in words."""

from collections.abc import Iterable, Mapping

from kpi.store import UNKNOWN
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label

SEGMENTS = ("country_code", "sector", "company_size", "acquisition_channel", "programme", "lever")
"""The dimensions offered as filters; the mart dim_segments lists their values."""

ALWAYS_KNOWN = frozenset({"acquisition_channel", "programme"})  # the contract gives these a value in every row
SIZES = ("solo", "2-10", "11-50", "51-250", "251-1000", "1000+")
COUNTRIES = {
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "CA": "Canada",
    "CH": "Switzerland",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "EE": "Estonia",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "HR": "Croatia",
    "HU": "Hungary",
    "IE": "Ireland",
    "IT": "Italy",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "LV": "Latvia",
    "MA": "Morocco",
    "NL": "Netherlands",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SE": "Sweden",
    "SI": "Slovenia",
    "SK": "Slovakia",
    "TN": "Tunisia",
    "US": "United States",
}


def segment_values(name: str, found: Iterable[str]) -> tuple[str, ...]:
    """A dimension's values in the order to offer them, "unknown" last where rows may lack one."""
    values = set(found) - {UNKNOWN}
    ordered = sorted(values, key=SIZES.index) if values <= set(SIZES) else sorted(values, key=segment_label)
    return (*ordered, UNKNOWN) if ordered and (UNKNOWN in found or name not in ALWAYS_KNOWN) else tuple(ordered)


def segment_label(value: str) -> str:
    """A value in words: FR is France, paid_social is Paid social."""
    words = COUNTRIES.get(value, value.replace("_", " "))
    return words[:1].upper() + words[1:]


def segments_in_words(filters: Mapping[str, Iterable[str]]) -> str:
    """The filters chosen: "country: France or Belgium; programme: Recognition"; empty without any. Markdown."""
    return "; ".join(
        f"{dimension_label(name)}: {' or '.join(fmt.plain(segment_label(value)) for value in values)}"
        for name, values in filters.items()
    )
