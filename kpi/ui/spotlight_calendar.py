"""The calendar of spotlights: a month as a table of weeks, stepped with buttons; a list where it has no room."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Final

import streamlit as st

from kpi.days import weekdays_in_words
from kpi.decisions import Spotlight, Stage
from kpi.decisions.spotlights import SHOWN_TO_ALL
from kpi.language import translate, translate_plural
from kpi.ui import format as fmt
from kpi.ui.addresses import spotlight_address
from kpi.ui.spotlight_board import Board, person
from kpi.ui.spotlight_words import channel_name, stage_name

MONTH: Final = "month"  # in the URL, as 2026-11
MOST_ON_A_DAY: Final = 4
LOOK: Final = """<style>
.month { container-type: inline-size; }
.month table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 0.85rem; }
.month th { text-align: left; font-weight: 600; padding: 0.25rem 0.4rem; }
.month td { vertical-align: top; height: 4.5rem; padding: 0.25rem 0.4rem; overflow-wrap: anywhere; }
.month td { border: 1px solid color-mix(in srgb, currentColor 16%, transparent); }
.month td.today { border: 2px solid currentColor; }
.month td ul { font-size: inherit; }
.month ul { list-style: none; margin: 0; padding: 0; }
.month ul li { margin: 0.15rem 0 0; padding: 0; font-size: inherit; line-height: 1.3; }
.month a { color: inherit; }
.month .days { display: none; font-size: 0.95rem; }
@container (max-width: 40rem) {
  .month table { display: none; }
  .month .days { display: block; }
  .month ul.days > li { margin: 0 0 0.6rem; }
}
</style>"""

Dated = Mapping[date, Sequence[Spotlight]]


def show(board: Board) -> None:
    """What is overdue, then the month asked for; nothing but a word where no spotlight has a day."""
    if board.overdue and board.names:
        names = ", ".join(fmt.plain(person(board, one)) for one in board.overdue)
        st.markdown(translate("{days}: {text}", days=f":red[{translate('Overdue')}]", text=names))
    dated = dated_of(board)
    if not dated:
        st.caption(translate("Nothing is due."))
        return
    month = _asked(min(*dated, board.today), max(*dated, board.today), board.today)
    _steps(month, min(*dated, board.today), max(*dated, board.today))
    st.html(f'{LOOK}<div class="month">{_table(board, dated, month)}{_list(board, dated, month)}</div>')


def dated_of(board: Board) -> Dated:
    """What may be shown by its day: of a published one that day, else the one of what comes next."""
    found: dict[date, list[Spotlight]] = {}
    for one in board.shown:
        day = _day(one)
        if day:
            found.setdefault(day, []).append(one)
    return found


def _day(one: Spotlight) -> date | None:
    if one.stage in SHOWN_TO_ALL:
        return one.published_on
    if not one.is_live:
        return None
    return one.day if one.stage is Stage.SCHEDULED and one.day else one.due


def _asked(first: date, last: date, today: date) -> date:
    """The first day of the month in the URL, of those that there are; else this month."""
    try:
        asked = date.fromisoformat(f"{st.query_params.get(MONTH, '')}-01")
    except ValueError:
        asked = today
    return min(max(asked, first), last).replace(day=1)


def _steps(month: date, first: date, last: date) -> None:
    """The month's name between the ways to the one before and the one after, where there is something to see."""
    before, after = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=31)).replace(day=1)
    with st.container(horizontal=True, vertical_alignment="center"):
        _step(before, "chevron_left", "left", is_there=before >= first.replace(day=1))
        st.markdown(f"**{fmt.begin(fmt.month(month))}**", width="content")
        _step(after, "chevron_right", "right", is_there=after <= last)


def _step(month: date, sign: str, side: str, *, is_there: bool) -> None:
    st.button(
        fmt.begin(fmt.month(month)),
        icon=f":material/{sign}:",
        icon_position="right" if side == "right" else "left",
        type="tertiary",
        disabled=not is_there,
        on_click=_go,
        args=(month,),
        key=f"calendar-{side}",
    )


def _go(month: date) -> None:
    st.query_params[MONTH] = f"{month:%Y-%m}"


def _table(board: Board, dated: Dated, month: date) -> str:
    heads = "".join(
        f'<th scope="col" abbr="{escape(full)}">{escape(short)}</th>' for short, full in weekdays_in_words()
    )
    weeks = Calendar(firstweekday=0).monthdatescalendar(month.year, month.month)
    rows = "".join(f"<tr>{''.join(_cell(board, dated, day, month) for day in week)}</tr>" for week in weeks)
    label = escape(translate("Spotlights in {month}", month=fmt.month(month)))
    return f'<table aria-label="{label}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _cell(board: Board, dated: Dated, day: date, month: date) -> str:
    """A day with what is on it; days of the months around stay empty."""
    if day.month != month.month:
        return "<td></td>"
    is_today = day == board.today
    number = translate("{day}, today", day=str(day.day)) if is_today else str(day.day)
    mark = ' class="today" aria-current="date"' if is_today else ""
    return f'<td{mark}><time datetime="{day}">{escape(number)}</time>{_items(board, dated.get(day, ()), month)}</td>'


def _list(board: Board, dated: Dated, month: date) -> str:
    """The days of the month on which something is."""
    days = sorted(day for day in dated if (day.year, day.month) == (month.year, month.month))
    lines = (
        f'<li><time datetime="{day}"><b>{escape(fmt.day(day, year=False))}</b></time>'
        f"{_items(board, dated[day], month)}</li>"
        for day in days
    )
    nothing = f"<li>{escape(translate('Nothing is due.'))}</li>"
    return f'<ul class="days">{"".join(lines) or nothing}</ul>'


def _items(board: Board, found: Sequence[Spotlight], month: date) -> str:
    lines = [f"<li>{_item(board, one, month)}</li>" for one in found[:MOST_ON_A_DAY]]
    more = len(found) - MOST_ON_A_DAY
    if more > 0:
        told = translate_plural("and {count} more", "and {count} more", more, count=fmt.count(more))
        lines.append(f"<li>{escape(told)}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _item(board: Board, one: Spotlight, month: date) -> str:
    """What is on, in words, which open the spotlight for who may see people."""
    words = escape(in_words(board, one))
    if not board.names:
        return words
    return f'<a href="{escape(spotlight_address(one.key, f"{month:%Y-%m}"))}">{words}</a>'


def in_words(board: Board, one: Spotlight) -> str:
    """What is to be done, or was, and for whom; for who may not see people where it stands."""
    what = _what(person(board, one), one) if board.names else stage_name(one.stage)
    return translate("{what} (overdue)", what=what) if one in board.overdue else what


def _what(name: str, one: Spotlight) -> str:
    if one.stage in SHOWN_TO_ALL:
        return translate("{name}: published", name=name)
    if one.stage is Stage.SCHEDULED and one.channel:
        return translate("Publish {name} ({channel})", name=name, channel=channel_name(one.channel))
    if one.stage is Stage.PROPOSED:
        return translate("Ask {name}", name=name)
    if one.stage is Stage.ASKED:
        return translate("Hear from {name}", name=name)
    return translate("Choose a day for {name}", name=name)
