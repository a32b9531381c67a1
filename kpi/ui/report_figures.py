"""The parts of the report that are drawn or laid out: bars, channels, the budget, as the template takes them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from kpi.decisions import Month, Tracked
from kpi.language import translate
from kpi.metrics import METRICS, Measurement, Metric
from kpi.period import Grain, Period, is_whole
from kpi.ui import budget_words, channels, charts
from kpi.ui import format as fmt
from kpi.ui.looks import look
from kpi.ui.page import Page
from kpi.ui.typesetting import in_plain_text, legible

COURSES: Final = (METRICS["attributed_revenue"], METRICS["programme_cost"])
MONTHS: Final = 12
LONGEST_NAME: Final = 40  # letters of a channel


def course_drawn(page: Page) -> dict[str, object]:
    """A metric's last twelve months as bars from zero, for each of `COURSES`."""
    year = replace(page, period=_twelve_months(page.period))
    return {
        "heading": translate("The last twelve months"),
        "panels": [_panel(year, metric) for metric in COURSES],
        "note": translate("A pale bar is a month of which not all days are in."),
    }


def _twelve_months(period: Period) -> Period:
    """From the first day of the month eleven months before that of the last day, to the period's end."""
    months = period.last_day.year * 12 + period.last_day.month - MONTHS
    return Period(date(months // 12, months % 12 + 1, 1), period.end)


def _panel(year: Page, metric: Metric) -> dict[str, object]:
    steps, currency = year.trend(metric, Grain.MONTH), year.settings.currency
    name = charts.title(metric, Grain.MONTH)
    known = [step for step in steps if step.estimate.value is not None]
    if not known:
        reason = year.read(metric).current.reason or ""
        return {"name": name, "bars": [], "alt": name, "gap": translate("n/a: {reason}", reason=reason), "note": ""}
    highest = max(known, key=_amount)
    return {
        "name": name,
        "bars": [_bar(step, _amount(highest)) for step in steps],
        "alt": charts.describe_trend(replace(year, comparisons=()), metric, Grain.MONTH),
        "gap": "",
        "note": _ends(highest, known[-1], currency),
    }


def _ends(highest: Measurement, last: Measurement, currency: str) -> str:
    """The bars that a reader asks for: the highest and the last."""
    facts = {
        "month": fmt.begin(fmt.month(highest.period.start)),
        "value": fmt.value(highest.metric, highest.estimate.value, currency),
        "last_month": fmt.month(last.period.start),
        "last": fmt.value(last.metric, last.estimate.value, currency),
    }
    if highest is last:
        return translate("{month}: {value}, the highest.", **facts)
    return translate("{month}: {value}, the highest; {last_month}: {last}.", **facts)


def _bar(step: Measurement, most: float) -> dict[str, object]:
    month = look().locale.months["format"]["abbreviated"][step.period.start.month]
    return {
        "label": month,
        "height": max(0.0, _amount(step)) / most if most > 0 else 0.0,
        "is_whole": step.is_complete and is_whole(step.period, Grain.MONTH),
    }


def _amount(step: Measurement) -> float:
    return float(step.estimate.value or 0)


def channels_drawn(page: Page) -> dict[str, object]:
    """What a customer cost through each channel: words, and a mark at the value on a line over its interval."""
    lines = channels.channels(page)
    is_known = any(line.found.estimate.value is not None or line.found.estimate.low for line in lines)
    reach = max(map(_reach, lines))
    return {
        "heading": channels.heading(),
        "gap": "" if is_known else translate("n/a: {reason}", reason=lines[0].found.reason or ""),
        "head": [
            translate("Channel"),
            translate("Cost per new customer"),
            translate("95\N{NO-BREAK SPACE}% interval"),
            translate("New customers"),
        ],
        "rows": [_channel(page, line, reach) for line in lines],
    }


def _channel(page: Page, line: channels.Channel, reach: float) -> dict[str, object]:
    estimate, metric, currency = line.found.estimate, line.found.metric, page.settings.currency
    has_value = estimate.value is not None
    value, note = channels.value_in_words(line, currency, page.settings.few), ""
    if not has_value and not estimate.low:
        value, note = translate(fmt.NOT_AVAILABLE), channels.why_none(line)
    places = [estimate.low, float(estimate.value or 0), estimate.high] if has_value else []
    return {
        "name": legible(line.label, LONGEST_NAME),
        "note": note,
        "is_programme": line.is_programme,
        "value": value,
        "interval": fmt.interval(metric, estimate.low, estimate.high, currency) if has_value else "",
        "customers": "–" if estimate.n is None else fmt.count(estimate.n),
        "places": [None if place is None or not reach else place / reach for place in places],
    }


def _reach(line: channels.Channel) -> float:
    return float(line.found.estimate.high or line.found.estimate.value or line.found.estimate.low or 0)


def budget_in_words(page: Page, whole: Tracked) -> dict[str, object]:
    """The period's year: plan, what was spent, forecast. Budgets know no segments of customers."""
    currency, year = page.settings.currency, page.period.last_day.year
    is_month = is_whole(page.period, Grain.MONTH)
    told = budget_words.year_in_words(whole, year, currency)
    told = f"{told} {translate('The budget is that of every channel of the whole company.')}"
    return {
        "heading": translate("Budget of {year}", year=year),
        "runs": runs(told),
        "head": ["", translate("Planned"), translate("Spent"), translate("Left of it")],
        "rows": [
            *(_month(month, currency) for month in whole.months if is_month and month.start == page.period.start),
            _amounts(translate("Months that are over"), whole.planned_so_far, whole.spent, whole.left, currency),
            _year(whole, currency),
        ],
    }


def _month(month: Month, currency: str) -> list[str]:
    left = None if month.planned is None or month.amount is None else month.planned - month.amount
    return _amounts(fmt.begin(fmt.month(month.start)), month.planned, month.amount, left, currency)


def _year(whole: Tracked, currency: str) -> list[str]:
    """The plan of the year, and what it will cost at this pace with the range of such forecasts."""
    name = translate("The year, at the pace of the last months") if whole.is_open else translate("The year")
    cost = None if whole.forecast.value is None else fmt.money(whole.forecast.value, currency)
    between = budget_words.forecast_range(whole, currency) if whole.is_open else ""
    told = translate("{value} ({range})", value=cost, range=between) if cost and between else cost or "–"
    return [name, _amount_in_words(whole.planned, currency), told, ""]


def _amounts(
    name: str, planned: Decimal | None, spent: Decimal | None, left: Decimal | None, currency: str
) -> list[str]:
    return [name, *(_amount_in_words(amount, currency) for amount in (planned, spent, left))]


def _amount_in_words(amount: Decimal | None, currency: str) -> str:
    return "–" if amount is None else fmt.money(amount, currency, full=True)


def runs(markdown: str) -> list[dict[str, object]]:
    """A text as runs of words, every other one bold."""
    parts = markdown.split("**")
    return [{"text": in_plain_text(text), "is_bold": number % 2 == 1} for number, text in enumerate(parts) if text]
