"""How customers go on paying: along the model's curve or at a constant churn, and what the past says of either."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs

import streamlit as st

from kpi.analysis.obstacle import Obstacle
from kpi.language import mark, translate
from kpi.metrics.affording import has_model
from kpi.metrics.assumptions import Measured
from kpi.metrics.lifetime_definitions import OBSTACLES, BackTest, Method, Prediction
from kpi.metrics.won_curve import WonCurve
from kpi.ui import filters, options
from kpi.ui import format as fmt

KEY: Final = "method"
"""Of the control, in the URL."""
METHODS: Final[Mapping[Method, str]] = MappingProxyType(
    {Method.MODEL: mark("By the model of their past"), Method.FORMULA: mark("At a constant churn")}
)


def choose(known: Measured, assumed: Mapping[str, float]) -> Method | None:
    """Draw the choice where there is one, and say what the past says; None where there is none."""
    if not isinstance(known.curve, WonCurve):
        if known.period:
            st.caption(
                translate(
                    "Customers leave at a constant churn here. No model of their past: {reason}.",
                    reason=translate(OBSTACLES[known.curve]),
                )
            )
        return None
    if not has_model(known, assumed):
        st.caption(translate("Customers leave at a constant churn here: the one assumed."))
        return None
    chosen: Method | None = st.segmented_control(
        translate("How customers go on paying"),
        tuple(METHODS),
        default=known.curve.default,
        required=True,
        format_func=filters.labels(KEY, tuple(METHODS), _label).__getitem__,
        key=KEY,
        bind="query-params",
    )
    st.caption(told_of_past(known.curve))
    return chosen


def read_method(query: str) -> Method | None:
    """The method that a saved query chose; None where it chose none."""
    named = options.in_any_language(tuple(METHODS), _label)
    return next((named[text] for text in parse_qs(query).get(KEY, []) if text in named), None)


def told_of_past(curve: WonCurve) -> str:
    """How far off the model and the constant churn were on the past of customers won."""
    if isinstance(curve.test, Obstacle):
        return translate("Neither is tested on the past: {reason}.", reason=translate(OBSTACLES[curve.test]))
    facts = {
        "cutoff": fmt.day(curve.test.cutoff),
        "until": fmt.day(curve.test.until),
        "count": fmt.count(curve.test.customers),
        **{method.value: _error(curve.test, method) for method in Method},
    }
    if curve.holds_amounts:
        return translate(
            "On what was known on {cutoff}, the model was off by {model} of the contribution that {count} customers "
            "won left until {until}, a constant churn by {formula}. A churn that is assumed above is a constant one.",
            **facts,
        )
    return translate(
        "On what was known on {cutoff}, the model was off by {model} of those of {count} customers won who still paid "
        "on {until}, a constant churn by {formula}. A churn that is assumed above is a constant one.",
        **facts,
    )


def told_in_brief(curve: WonCurve) -> str:
    """The same in the few words of a box."""
    if isinstance(curve.test, Obstacle):
        return translate("the model of their past, not tested on it")
    facts = {method.value: _error(curve.test, method) for method in Method}
    return translate("the model of their past: {model} off on it, a constant churn {formula}", **facts)


def _error(test: BackTest, method: Method) -> str:
    found = test.predictions[method]
    if not isinstance(found, Prediction) or found.error is None:
        return translate("n/a")
    return fmt.ratio(found.error, decimals=1)


def _label(method: Method) -> str:
    return translate(METHODS[method])
