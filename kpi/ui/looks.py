"""How each language writes numbers, money and dates; the signs are Babel's."""

from dataclasses import dataclass
from typing import Final

from babel import Locale

from kpi.days import DAY
from kpi.language import spoken

GLUE: Final = "\N{NO-BREAK SPACE}"  # between a number and its sign, so that a line never breaks there


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One language: `money` and `short_money` are filled with a sign, a number and k or M.

    `short_money_in_letters` is for a currency without a sign, such as CHF.
    Of dates, `day` is one in a text, `one_day` and `some_days` are the days of a period, whose first leaves out what
    `same_year` or `same_month` do. What stands for the names of months on an axis and in tables is left to the browser,
    so it is written in numbers where they are not English.
    """

    locale: Locale
    money: str
    short_money: str
    short_money_in_letters: str
    day: str = DAY
    day_of_year: str = "d MMM"
    some_days: str
    one_day: str
    last_day: str
    same_year: str
    same_month: str
    moment: str
    axis_day: str
    axis_month: str
    axis_quarter: str
    table_day: str
    table_moment: str

    def number(self, text: str) -> str:
        """A number written 1,234.5 with the signs of this language."""
        symbols = self.locale.number_symbols["latn"]
        return text.translate(str.maketrans({",": symbols["group"], ".": symbols["decimal"]}))

    @property
    def signs(self) -> str:
        """The decimal sign and the one between thousands, as Plotly takes them."""
        return self.number(".,")


LOOKS: Final = {
    "en": Look(
        locale=Locale("en"),
        money=f"{{sign}}{GLUE}{{number}}",
        short_money=f"{{sign}}{GLUE}{{number}}{GLUE}{{unit}}",
        short_money_in_letters=f"{{sign}}{GLUE}{{number}}{GLUE}{{unit}}",
        some_days="{first} – {last}",
        one_day="{day}",
        last_day="d MMM y",
        same_year="d MMM",
        same_month="d MMM",
        moment="{day}, {time}",
        axis_day="%-d %b",
        axis_month="%b %Y",
        axis_quarter="Q%q %Y",
        table_day="D MMM YYYY",
        table_moment="D MMM YYYY, HH:mm",
    ),
    "fr": Look(
        locale=Locale("fr"),
        money=f"{{number}}{GLUE}{{sign}}",
        short_money=f"{{number}}{GLUE}{{unit}}{{sign}}",
        short_money_in_letters=f"{{number}}{GLUE}{{unit}}{GLUE}{{sign}}",
        some_days="du {first} au {last}",
        one_day="le {day}",
        last_day="d MMMM y",
        same_year="d MMMM",
        same_month="d",
        moment=f"{{day}} à{GLUE}{{time}}",
        axis_day="%d/%m",
        axis_month="%m/%Y",
        axis_quarter="T%q %Y",
        table_day="DD/MM/YYYY",
        table_moment="DD/MM/YYYY HH:mm",
    ),
}


def look() -> Look:
    """The look of the language spoken."""
    return LOOKS[spoken()]
