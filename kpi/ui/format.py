"""Numbers, money, dates and changes in words: the only place with percent signs and currency signs."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import ceil, floor, log10

from babel.numbers import NumberFormatError, parse_decimal

from kpi.days import day_in_words, month_in_words
from kpi.language import mark, mark_plural, translate, translate_plural
from kpi.metrics import Metric, Unit
from kpi.period import Period
from kpi.ui.looks import GLUE, look

Number = float | Decimal

MINUS = "−"
NOT_AVAILABLE = mark("n/a")
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
UNITS = {"": 1.0, "k": 1e3, "M": 1e6}
NOUNS = {
    "ambassador": mark_plural("{count} ambassador", "{count} ambassadors"),
    "answer": mark_plural("{count} answer", "{count} answers"),
    "case": mark_plural("{count} case", "{count} cases"),
    "effective click": mark_plural("{count} effective click", "{count} effective clicks"),
    "customer": mark_plural("{count} customer", "{count} customers"),
    "file": mark_plural("{count} file", "{count} files"),
    "post": mark_plural("{count} post", "{count} posts"),
    "row": mark_plural("{count} row", "{count} rows"),
    "survey": mark_plural("{count} survey", "{count} surveys"),
}


def count(value: Number, *, decimals: int = 0) -> str:
    """A whole number: 1,234."""
    return _signed_text(value, lambda size: _decimals(size, decimals))


def money(value: Number, currency: str, *, full: bool = False) -> str:
    """An amount, short (€ 212 k) or `full` to the cent (€ 212,345.67)."""
    return _signed_text(value, lambda size: _amount(*((_decimals(size, 2), "") if full else _short(size)), currency))


def share(value: Number, *, decimals: int = 1) -> str:
    """A fraction in percent: 0.041 is 4.1 %."""
    return _signed_text(value, lambda size: f"{_decimals(100 * size, decimals)}{GLUE}%")


def ratio(value: Number, *, decimals: int = 0) -> str:
    """A return in percent with its sign, as sponsors read it: 12.33 is +1,233 %."""
    return _with_plus(value, share(value, decimals=decimals))


def typed(number: Decimal) -> str:
    """A number as it stands in a field to be changed: all its decimals, 1,250.5."""
    return look().number(f"{number.normalize():,f}")


def read_typed(text: str) -> Decimal | None:
    """A number as somebody types it in the language spoken, 1,250.5 or 1 250,5; None when it is none."""
    number = "".join(text.split()).replace(MINUS, "-")
    # Where points do not part thousands, they part decimals on many keyboards.
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", number):
        return Decimal(number)
    try:
        return (
            parse_decimal(number, locale=look().locale, strict=True)
            if re.fullmatch(r"[+-]?\d[\d.,]*", number)
            else None
        )
    except NumberFormatError:
        return None


def plain(text: str) -> str:
    """A text that others wrote, to be shown in Markdown as it is: no link, no picture, no formatting, no icon.

    Links and icons are also found in text that is escaped, so what they begin with is parted by a sign without width.
    """
    # Spaces that do not break are typography, all others become one.
    line = re.sub(r"[^\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+", " ", text).strip()
    parted = re.sub(r"(?<=[:@])|(?<=www)(?=\.)", "\N{WORD JOINER}", line, flags=re.IGNORECASE)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", parted)


def points(value: Number, *, decimals: int = 0) -> str:
    """A score with its sign: +38."""
    return _with_plus(value, count(value, decimals=decimals))


def signed_count(value: Number) -> str:
    """A change of a whole number: +12, −4, 0."""
    return _with_plus(value, count(value))


def value(metric: Metric, number: Number | None, currency: str, *, full: bool = False, more: int = 0) -> str:
    """A metric's value in its unit; n/a without one. `full` writes money to the cent, as do `more` decimals."""
    if number is None:
        return translate(NOT_AVAILABLE)
    if metric.unit is Unit.MONEY:
        return money(number, currency, full=full or more > 0)
    if metric.unit is Unit.SHARE:
        return share(number, decimals=1 + more)
    return {Unit.COUNT: count, Unit.RATIO: ratio, Unit.POINTS: points}[metric.unit](number, decimals=more)


def difference(metric: Metric, change: Number, currency: str) -> str:
    """A change without its sign, in the metric's unit; of shares, returns and scores in points."""
    size = _size(change)
    if metric.unit is Unit.MONEY:
        return money(size, currency)
    if metric.unit is Unit.COUNT:
        return count(size)
    points = size if metric.unit is Unit.POINTS else 100 * size
    return translate("{points}\N{NO-BREAK SPACE}pt", points=_decimals(points, int(metric.unit is Unit.SHARE)))


def is_no_change(metric: Metric, change: Number, currency: str) -> bool:
    """Whether a change is too small to be seen in the decimals shown."""
    return not _is_seen(difference(metric, change, currency))


def change(metric: Metric, number: Number, before: Number | None, currency: str) -> str:
    """A change with its sign, of counts and money also relative to `before`: +12 · 9 %."""
    if is_no_change(metric, number, currency):
        return translate("no change")
    size, relative = difference(metric, number, currency), _relative(metric, number, before)
    return f"{MINUS if number < 0 else '+'}{size}{f' · {relative}' if relative else ''}"


def change_with_arrow(metric: Metric, number: Number, before: Number | None, currency: str) -> str:
    """The same with an arrow before it: ▲ +12 · 9 %."""
    if is_no_change(metric, number, currency):
        return translate("no change")
    return f"{'▼' if number < 0 else '▲'} {change(metric, number, before, currency)}"


def change_size(metric: Metric, number: Number, before: Number | None, currency: str) -> str:
    """A change without its sign, to stand within a sentence: 12 (9 %)."""
    size, relative = difference(metric, number, currency), _relative(metric, number, before)
    return f"{size} ({relative})" if relative else size


def interval(metric: Metric, low: Number | None, high: Number | None, currency: str) -> str:
    """A 95 % interval: € 49 – 71, 2.1 – 3.4 %, +25 to +49; with one limit only, at least or at most it."""
    if low is None and high is None:
        return ""
    if high is None:
        return translate("at least {value}", value=value(metric, low, currency))
    if low is None:
        return translate("at most {value}", value=value(metric, high, currency))
    first, last = value(metric, low, currency), value(metric, high, currency)
    if metric.unit is Unit.POINTS or (low < 0) != (high < 0):
        return translate("{first} to {last}", first=first, last=last)
    if metric.unit is Unit.MONEY:
        return money_range(low, high, currency)
    return _range(first.removesuffix(f"{GLUE}%"), last)


def money_range(low: Number, high: Number, currency: str) -> str:
    """Two amounts with one sign, one unit and the same decimals: € 95 – 254 k; apart where their units differ."""
    first, last = money(low, currency), money(high, currency)
    if low < 0:
        return translate("{first} to {last}", first=first, last=last)
    (_, unit_of_first), (number, unit) = _short(low), _short(high)
    if unit_of_first != unit:
        return _range(first, last.removeprefix(f"{_sign(currency)}{GLUE}"))
    decimals = len(number.partition(look().number("."))[2])
    scaled = float(low) / UNITS[unit]
    return _amount(_range(_decimals(scaled, decimals), number), unit, currency)


def number_of(number: int, noun: str) -> str:
    """A count with its noun, one of `NOUNS`: 1 answer, 2 answers."""
    return translate_plural(*NOUNS[noun], number, count=count(number))


def day(moment: date, *, year: bool = True) -> str:
    """A day: 21 Nov 2026."""
    return day_in_words(moment, look().day if year else look().day_of_year)


def month(moment: date) -> str:
    """A month: November 2026."""
    return month_in_words(moment)


def moment(at: datetime) -> str:
    """A moment: 21 Nov 2026, 06:10."""
    return look().moment.format(day=day(at), time=f"{at:%H:%M}")


def days(period: Period) -> str:
    """The days of a period, both ends included: 24 Aug – 21 Nov 2026."""
    shown, first, last = look(), period.start, period.last_day
    written = day_in_words(last, shown.last_day)
    if first == last:
        return shown.one_day.format(day=written)
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    pattern = shown.same_month if same_month else shown.same_year if same_year else shown.last_day
    return shown.some_days.format(first=day_in_words(first, pattern), last=written)


def headed(metric: Metric, label: str, currency: str) -> str:
    """A label over a column of a metric's values, with the sign that amounts there go without: Revenue (€)."""
    return f"{label} ({_sign(currency)})" if metric.unit is Unit.MONEY else label


def begin(text: str) -> str:
    """A text as it stands at the beginning of a line, with a capital."""
    return text[:1].upper() + text[1:]


def axis_money(lowest: float, highest: float, currency: str) -> tuple[list[float], list[str]]:
    """Round amounts on an axis that holds both, at most seven, and how they are written, in one unit: € 20 k."""
    step = _round_step((highest - lowest) / 5)
    if not step:
        return [lowest], [money(lowest, currency)]
    values = [number * step for number in range(floor(lowest / step), ceil(highest / step) + 1)]
    unit = _unit(max(map(abs, values)))
    decimals = max(0, -floor(log10(step / UNITS[unit])))
    # Cents are written with both digits, thousands and millions with as many as tell the steps apart.
    places = decimals if unit or not decimals else max(2, decimals)
    return values, [
        _signed_text(value, lambda size: _amount(*_in_unit(size, unit, places), currency)) for value in values
    ]


def _round_step(span: float) -> float:
    """The next 1, 2 or 5 of a power of ten; zero of nothing."""
    if span <= 0:
        return 0.0
    power = 10.0 ** floor(log10(span))
    return next(leap * power for leap in (1, 2, 5, 10) if leap * power >= span * 0.999)


def _relative(metric: Metric, change: Number, before: Number | None) -> str:
    """How large a change of a count or an amount is beside what was before; empty without it and for other units."""
    if metric.unit not in (Unit.COUNT, Unit.MONEY) or not before:
        return ""
    return share(abs(float(change) / float(before)), decimals=0)


def _range(first: str, last: str) -> str:
    return translate("{first} – {last}", first=first, last=last)


def _amount(number: str, unit: str, currency: str) -> str:
    sign = _sign(currency)
    if not unit:
        return look().money.format(sign=sign, number=number)
    shape = look().short_money_in_letters if sign.isalpha() else look().short_money
    return shape.format(sign=sign, number=number, unit=unit)


def _sign(currency: str) -> str:
    return SIGNS.get(currency, currency)


def _short(size: Number) -> tuple[str, str]:
    """The number of an amount and its unit: k, M or none."""
    unit = _unit(size)
    if not unit:
        return _decimals(size, 2 if 0 < size < 9.995 else 0), ""
    scaled = float(size) / UNITS[unit]
    return _in_unit(size, unit, 2 if unit == "M" and scaled < 9.995 else 1 if scaled < 99.95 else 0)


def _unit(size: Number) -> str:
    return "M" if size >= 999_500 else "k" if size >= 9_995 else ""


def _in_unit(size: Number, unit: str, decimals: int) -> tuple[str, str]:
    """The number of an amount in that unit; nothing is nothing in any unit."""
    return (_decimals(float(size) / UNITS[unit], decimals), unit) if size else (_decimals(0, 0), "")


def _decimals(size: Number, decimals: int) -> str:
    """A number with so many decimals; rounded the same in every language."""
    return look().number(f"{size:,.{decimals}f}")


def _size(number: Number) -> Number:
    return -number if number < 0 else number


def _is_seen(text: str) -> bool:
    return any(digit in text for digit in "123456789")


def _signed_text(value: Number, written: Callable[[Number], str]) -> str:
    """The text of the size with a typographic minus, which a value that rounds to zero does not get."""
    text = written(_size(value))
    return f"{MINUS}{text}" if value < 0 and _is_seen(text) else text


def _with_plus(value: Number, text: str) -> str:
    return f"+{text}" if value > 0 and _is_seen(text) else text
