"""Numbers, money, dates and changes in words: the only place with percent signs and currency signs."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from kpi.metrics import Metric, Unit
from kpi.period import Period

Number = float | Decimal

MINUS = "−"
GLUE = "\N{NO-BREAK SPACE}"  # between a number and its sign, so that a line never breaks there
NOT_AVAILABLE = "n/a"
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


def count(value: Number) -> str:
    """A whole number: 1,234."""
    return _signed_text(value, lambda size: f"{size:,.0f}")


def money(value: Number, currency: str, *, full: bool = False) -> str:
    """An amount, short (€ 212 k) or `full` to the cent (€ 212,345.67)."""
    sign = SIGNS.get(currency, currency)
    return _signed_text(value, lambda size: f"{sign}{GLUE}{f'{size:,.2f}' if full else _short(size)}")


def share(value: Number, *, decimals: int = 1) -> str:
    """A fraction in percent: 0.041 is 4.1 %."""
    return _signed_text(value, lambda size: f"{100 * size:,.{decimals}f}{GLUE}%")


def ratio(value: Number) -> str:
    """A return in percent with its sign, as sponsors read it: 12.33 is +1,233 %."""
    return _with_plus(value, share(value, decimals=0))


def plain(text: str) -> str:
    """A text that others wrote, to be shown in Markdown as it is: no link, no picture, no formatting, no icon.

    Links and icons are also found in text that is escaped, so what they begin with is parted by a sign without width.
    """
    parted = re.sub(r"(?<=[:@])|(?<=www)(?=\.)", "\N{WORD JOINER}", " ".join(text.split()), flags=re.IGNORECASE)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", parted)


def points(value: Number) -> str:
    """A score with its sign: +38."""
    return _with_plus(value, count(value))


def value(metric: Metric, number: Number | None, currency: str, *, full: bool = False) -> str:
    """A metric's value in its unit; n/a without one. `full` writes money to the cent."""
    if number is None:
        return NOT_AVAILABLE
    if metric.unit is Unit.MONEY:
        return money(number, currency, full=full)
    return {Unit.COUNT: count, Unit.SHARE: share, Unit.RATIO: ratio, Unit.POINTS: points}[metric.unit](number)


def difference(metric: Metric, change: Number, currency: str) -> str:
    """A change without its sign, in the metric's unit; of shares, returns and scores in points."""
    size = _size(change)
    if metric.unit is Unit.MONEY:
        return money(size, currency)
    if metric.unit is Unit.COUNT:
        return count(size)
    if metric.unit is Unit.SHARE:
        return f"{100 * size:,.1f}{GLUE}pt"
    return f"{100 * size if metric.unit is Unit.RATIO else size:,.0f}{GLUE}pt"


def is_no_change(metric: Metric, change: Number, currency: str) -> bool:
    """Whether a change is too small to be seen in the decimals shown."""
    return not any(digit in difference(metric, change, currency) for digit in "123456789")


def change(metric: Metric, number: Number, before: Number | None, currency: str) -> str:
    """A change with its sign, of counts and money also relative to `before`: +12 · 9 %."""
    if is_no_change(metric, number, currency):
        return "no change"
    text = f"{MINUS if number < 0 else '+'}{difference(metric, number, currency)}"
    if metric.unit in (Unit.COUNT, Unit.MONEY) and before:
        text += f" · {share(abs(float(number) / float(before)), decimals=0)}"
    return text


def interval(metric: Metric, low: Number | None, high: Number | None, currency: str) -> str:
    """A 95 % interval: € 49 – 71, 2.1 – 3.4 %, +25 to +49; with one limit only, at least or at most it."""
    if low is None and high is None:
        return ""
    if high is None:
        return f"at least {value(metric, low, currency)}"
    if low is None:
        return f"at most {value(metric, high, currency)}"
    first, last = value(metric, low, currency), value(metric, high, currency)
    if metric.unit is Unit.POINTS or (low < 0) != (high < 0):
        return f"{first} to {last}"
    if metric.unit is Unit.MONEY:
        return money_range(low, high, currency)
    return f"{first.removesuffix(f'{GLUE}%')} – {last}"


def money_range(low: Number, high: Number, currency: str) -> str:
    """Two amounts with one sign, one unit and the same decimals: € 95 – 254 k; apart where their units differ."""
    first, last = money(low, currency), money(high, currency)
    number, _, unit = last.split(GLUE, 1)[1].partition(GLUE)
    if low >= 0 and first.count(GLUE) == last.count(GLUE) and first.endswith(unit):
        scaled = float(low) / {"k": 1e3, "M": 1e6}.get(unit, 1.0)
        decimals = len(number.partition(".")[2])
        first = f"{SIGNS.get(currency, currency)}{GLUE}{scaled:,.{decimals}f}"
    return f"{first} – {last.split(GLUE, 1)[1]}"


def number_of(number: int, noun: str) -> str:
    """A count with its noun: 1 answer, 2 answers."""
    return f"{count(number)} {noun if number == 1 else noun + 's'}"


def day(moment: date, *, year: bool = True) -> str:
    """A day: 21 Nov 2026."""
    return f"{moment.day} {moment:%b %Y}" if year else f"{moment.day} {moment:%b}"


def moment(at: datetime) -> str:
    """A moment: 21 Nov 2026, 06:10."""
    return f"{day(at)}, {at:%H:%M}"


def days(period: Period) -> str:
    """The days of a period, both ends included: 24 Aug – 21 Nov 2026."""
    first, last = period.start, period.last_day
    if first == last:
        return day(first)
    return f"{day(first, year=first.year != last.year)} – {day(last)}"


def _short(size: Number) -> str:
    for limit, unit in ((999_500, "M"), (9_995, "k")):
        if size >= limit:
            scaled = float(size) / (1e6 if unit == "M" else 1e3)
            return f"{scaled:,.{2 if unit == 'M' and scaled < 9.995 else 1 if scaled < 99.95 else 0}f}{GLUE}{unit}"
    return f"{size:,.2f}" if 0 < size < 9.995 else f"{size:,.0f}"


def _size(number: Number) -> Number:
    return -number if number < 0 else number


def _signed_text(value: Number, written: Callable[[Number], str]) -> str:
    """The text of the size with a typographic minus, which a value that rounds to zero does not get."""
    text = written(_size(value))
    return f"{MINUS}{text}" if value < 0 and any(digit in text for digit in "123456789") else text


def _with_plus(value: Number, text: str) -> str:
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text
