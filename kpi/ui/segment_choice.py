"""Segments under a name as a filter of every page: what of them pages filter by, and what discovery alone does."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from kpi.decisions import NamedSegment
from kpi.decisions.named_segments import COMPANY_FILTERS, CONFIDENCE, HAS_POSTED, IS_AMBASSADOR, REASON
from kpi.language import all_of, mark, translate
from kpi.ui import format as fmt

NAMED: Final = "segment"
"""The control that chooses one, and its name in the URL."""

# The numbers of a page are sums per day of companies' countries, sectors, sizes and channels, which know no person; a
# score is of today, and would choose the past by what came after it.
IN_DISCOVERY_ONLY: Final = {
    REASON: mark("the reason for thanking"),
    HAS_POSTED: mark("who has posted"),
    IS_AMBASSADOR: mark("who is an ambassador"),
    CONFIDENCE: mark("how much is known"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A segment that pages offer: `filters` are those on companies, `elsewhere` names those that hold in discovery."""

    name: str
    label: str
    filters: Mapping[str, tuple[str, ...]]
    elsewhere: tuple[str, ...] = ()

    def is_kept(self, chosen: Mapping[str, Collection[str]]) -> bool:
        """Whether of its kind exactly its filters are chosen."""
        kept = {name: set(values) for name, values in chosen.items() if values and name in COMPANY_FILTERS}
        return kept == {name: set(values) for name, values in self.filters.items()}

    def told(self, chosen: Mapping[str, Collection[str]]) -> str:
        """What to know of it on a page on which these filters are chosen; empty when it holds whole. Markdown."""
        if not self.is_kept(chosen):
            return translate("**{name}**, changed", name=fmt.plain(self.name))
        if not self.elsewhere:
            return ""
        parts = all_of(translate(IN_DISCOVERY_ONLY[name]) for name in self.elsewhere)
        return translate(
            "What **{name}** asks about people ({parts}) applies in discovery only.",
            name=fmt.plain(self.name),
            parts=parts,
        )


def offered_segments(
    segments: Iterable[NamedSegment], values: Mapping[str, Sequence[str]], username: str
) -> dict[str, Offered]:
    """The segments that pages offer, by key; `values` are those of the data, per dimension.

    Left out is one that filters no company, and one that holds none for a filter of which the data has no value.
    """
    found: dict[str, tuple[NamedSegment, dict[str, tuple[str, ...]]]] = {}
    for one in segments:
        filters = {
            name: tuple(value for value in values[name] if value in wanted)
            for name, wanted in one.company_filters.items()
        }
        if filters and all(filters.values()):
            found[one.key] = one, filters
    # A name alone wherever that tells which: a link to it then reads the same for everybody who sees it.
    times = Counter(one.name.casefold() for one, _ in found.values())
    return {
        key: Offered(
            name=one.name,
            label=one.name if times[one.name.casefold()] == 1 or one.owner == username else _whose(one),
            filters=filters,
            elsewhere=tuple(one.discovery_filters),
        )
        for key, (one, filters) in found.items()
    }


def complete_link(offered: Mapping[str, Offered], called: Mapping[str, Mapping[str, str]]) -> None:
    """Begin the run anew where the URL holds the name of a segment and no filter on companies, with its filters in it.

    `called` says per dimension what its values are called. A link sent on then means the same to who does not see the
    segment.
    """
    if any(name in st.query_params for name in COMPANY_FILTERS):
        return
    asked = [one for one in offered.values() if one.label == st.query_params.get(NAMED)]
    if asked:
        for name, values in asked[0].filters.items():
            st.query_params[name] = [called[name][value] for value in values]
        st.rerun()


def _whose(segment: NamedSegment) -> str:
    return translate("{label} ({value})", label=segment.name, value=segment.owner)
