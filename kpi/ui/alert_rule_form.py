"""The form of a rule: what is watched, when it tells, over which days and segments, and whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

import streamlit as st

from kpi.access.words import LANGUAGES
from kpi.alerts import may_be_told, people
from kpi.decisions import Decisions
from kpi.decisions.alert_rules import COMPARED, LIMITED, LONGEST_NAME, Filter, Rule, Span, When
from kpi.errors import DecisionError
from kpi.language import spoken, translate
from kpi.metrics import METRICS, Metric, Unit
from kpi.period import Comparison
from kpi.ui import alert_words
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.page import Page
from kpi.ui.segments import SEGMENTS, offered_values, segment_label

PERCENT: Final = frozenset({Unit.SHARE, Unit.RATIO})
NAMES: Final = tuple(METRICS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The controls of the rule `before`, or of a new one, which gets the key `new_key`.

    The controls' keys belong to the rule and to what stood when the dialog was opened.
    """

    page: Page
    known: Decisions
    before: Rule | None
    new_key: str

    def key(self, control: str) -> str:
        """The key of a control."""
        return f"rule-{control} {self.before.key if self.before else 'new'} {self.known.entry_id}"


def ask(form: Form) -> Rule:
    """Draw the form and return the rule as it is filled in; `DecisionError` for a limit that is no number."""
    before = form.before
    name = st.text_input(
        translate("Name"), value=before.name if before else "", max_chars=LONGEST_NAME, key=form.key("name")
    )
    metric = METRICS[_choose_metric(form)]
    when = _choose(form, "when", translate("Tell when"), tuple(When), before.when if before else When.BELOW)
    limit = _ask_limit(form, metric, When(when))
    against = _choose_comparison(form) if when in COMPARED else None
    spans = tuple(span for span in Span if not (when is When.UNUSUAL and span is Span.MONTH))
    usual = before.span if before and before.span in spans else Span.FOUR_WEEKS
    span = usual if when is When.STALE else Span(_choose(form, "span", translate("Over"), spans, usual))
    # Old data is counted from the last row of all.
    filters = () if when is When.STALE else _ask_filters(form, metric)
    told = _ask_people(form, metric)
    quiet = st.date_input(
        translate("Quiet until"),
        value=before.quiet_until if before else None,
        format="DD/MM/YYYY",
        help=translate("Before that day the rule raises nothing."),
        key=form.key("quiet"),
    )
    return Rule(
        key=before.key if before else form.new_key,
        name=" ".join(name.split()),
        metric=metric.name,
        when=When(when),
        limit=limit,
        against=against,
        span=span,
        filters=filters,
        told=told,
        quiet_until=quiet,
    )


def _choose_metric(form: Form) -> str:
    chosen = form.before.metric if form.before and form.before.metric in METRICS else NAMES[0]
    return st.selectbox(
        translate("Metric"),
        NAMES,
        index=NAMES.index(chosen),
        format_func=lambda name: translate(METRICS[name].label),
        key=form.key("metric"),
    )


def _choose(form: Form, control: str, label: str, options: Sequence[str], usual: str) -> str:
    return st.selectbox(
        label,
        options,
        index=options.index(usual),
        format_func=lambda one: fmt.begin(translate(one)),
        key=form.key(control),
    )


def _choose_comparison(form: Form) -> Comparison:
    options = list(Comparison)
    usual = form.before.against if form.before and form.before.against else Comparison.PREVIOUS
    return st.selectbox(
        translate("Against"),
        options,
        index=options.index(usual),
        format_func=lambda one: fmt.begin(translate(alert_words.AGAINST[one])),
        key=form.key("against"),
    )


def _ask_limit(form: Form, metric: Metric, when: When) -> Decimal | None:
    """The limit as it is typed; what is no number is told on saving. None where there is none."""
    if when not in LIMITED:
        return None
    before = form.before if form.before and (form.before.metric, form.before.when) == (metric.name, when) else None
    shown = fmt.typed(before.limit * _scale(metric, when)) if before and before.limit is not None else ""
    label = _limit_label(form.page, metric, when)
    text = st.text_input(label, value=shown, key=form.key(f"limit {metric.name} {when.name}")).strip()
    if not text:
        return None
    number = fmt.read_typed(text.removesuffix("%"))
    if number is None:
        raise DecisionError(translate("“{text}” is not a number.", text=text))
    return number / _scale(metric, when)


def _scale(metric: Metric, when: When) -> int:
    """How many of what is typed make one: shares and returns are typed in percent, and their changes in points."""
    if when is When.STALE:
        return 1
    if when in COMPARED:
        return 1 if metric.unit is Unit.POINTS else 100
    return 100 if metric.unit in PERCENT else 1


def _limit_label(page: Page, metric: Metric, when: When) -> str:
    if when is When.STALE:
        return translate("Days")
    if when in COMPARED:
        is_share = metric.unit in (Unit.COUNT, Unit.MONEY)
        return translate("Percent") if is_share else translate("Points")
    if metric.unit is Unit.MONEY:
        return translate("Limit in {currency}", currency=page.settings.currency)
    return translate("Limit in percent") if metric.unit in PERCENT else translate("Limit")


def _ask_filters(form: Form, metric: Metric) -> tuple[Filter, ...]:
    """The segments kept. One that the data has no more stays chosen until somebody removes it: without it the rule
    would watch the whole programme.
    """
    kept = dict(form.before.filters) if form.before else {}
    offered = {name: offered_values(form.page, name) for name in SEGMENTS if name in metric.dimensions}
    options = {
        name: (*values, *(one for one in kept.get(name, ()) if one not in values)) for name, values in offered.items()
    }
    if not any(options.values()):
        return ()
    found = []
    with st.expander(translate("Segments"), icon=":material/filter_alt:", expanded=bool(kept)):
        for name in filter(options.get, options):
            chosen = st.multiselect(
                fmt.begin(dimension_label(name)),
                options[name],
                default=kept.get(name),
                format_func=partial(segment_label, name),
                placeholder=translate("All"),
                key=form.key(f"filter {name}"),
            )
            found += [(name, tuple(chosen))] if chosen else []
    return tuple(found)


def _ask_people(form: Form, metric: Metric) -> tuple[str, ...]:
    known = people(form.page.store)
    options = may_be_told(form.page.store, metric.name)
    roles = LANGUAGES[spoken()]

    def called(name: str) -> str:
        told = translate("{name} ({role})", name=known[name].name, role=roles[f"role_{known[name].role}"])
        return told if known[name].email else translate("{person}, no e-mail address", person=told)

    usual = form.before.told if form.before else (form.page.reader.username,)
    chosen = st.multiselect(
        translate("Who is told"),
        options,
        default=[name for name in usual if name in options] or None,
        format_func=called,
        placeholder=translate("Nobody"),
        key=form.key("told"),
    )
    return tuple(chosen)
