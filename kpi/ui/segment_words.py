"""What a segment asks for in words, with the choices that discovery offers."""

from collections.abc import Iterable
from typing import Final

from kpi.advocates import Wanted
from kpi.language import any_of, each_of, translate
from kpi.ui.discovery_filters import Known, Posted, Standing, reason_label
from kpi.ui.gaps import dimension_label
from kpi.ui.segments import segment_label

NOTHING_ASKED: Final = (Posted.ANYBODY, Standing.ALL, Known.ANY)


def choices(wanted: Wanted) -> tuple[Posted, Standing, Known]:
    """What is chosen in the controls of discovery for it."""
    return (
        next(one for one in Posted if one.flag is wanted.has_posted),
        next(one for one in Standing if one.flag is wanted.is_ambassador),
        next(one for one in Known if one.least == wanted.least_confidence),
    )


def filters_in_words(wanted: Wanted) -> str:
    """What is asked for: "Who never posted; country: France"; empty for everybody."""
    told = [translate(one) for one in choices(wanted) if one not in NOTHING_ASKED]
    if wanted.reasons:
        told.append(_any(translate("Reason"), map(reason_label, wanted.reasons)))
    for name, values in wanted.where.items():
        told.append(_any(dimension_label(name), (segment_label(name, value) for value in values)))
    return each_of(told) if told else ""


def _any(dimension: str, values: Iterable[str]) -> str:
    return translate("{dimension}: {values}", dimension=dimension, values=any_of(values))
