"""Spotlights on the screen: what is under way in words, a board by stage, all of them listed."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

import polars as pl
import streamlit as st

from kpi.decisions import Decisions, Spotlight, Stage, consents_in, read_decisions, visible
from kpi.decisions.spotlights import LIVE, SHOWN_TO_ALL
from kpi.language import speaking, spoken, translate, translate_plural
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import deciding, tables
from kpi.ui import format as fmt
from kpi.ui.newsletter import read_names
from kpi.ui.page import Page
from kpi.ui.spotlight_words import channel_name, stage_name

COLUMNS: Final = ((Stage.PROPOSED,), (Stage.ASKED,), (Stage.ACCEPTED,), (Stage.SCHEDULED,), SHOWN_TO_ALL)
ENDED: Final = (Stage.DECLINED, Stage.WITHDRAWN)
MOST_IN_COLUMN: Final = 6
MOST_ENDED: Final = 30
SOON: Final = 7  # days

Open = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What may be shown of the spotlights to this reader; `names` is empty for one who may not see people."""

    decisions: Decisions
    shown: tuple[Spotlight, ...]
    hidden: int
    names: Mapping[str, str | None]
    today: date

    def at(self, *stages: Stage) -> tuple[Spotlight, ...]:
        """Those in one of these stages: by due day, those without one last; published ones newest first."""
        found = [one for one in self.shown if one.stage in stages]
        if stages == SHOWN_TO_ALL:
            return tuple(sorted(found, key=lambda one: one.published_on or date.min, reverse=True))
        return tuple(sorted(found, key=lambda one: one.due or date.max))

    @property
    def live(self) -> tuple[Spotlight, ...]:
        """Those for which something is still planned, by due day."""
        return self.at(*LIVE)

    @property
    def overdue(self) -> tuple[Spotlight, ...]:
        """Those whose next step should have been taken before today."""
        return tuple(one for one in self.live if self.overdue_since(one))

    def overdue_since(self, one: Spotlight) -> date | None:
        """The first day before today on which it was due or, when it is scheduled, to be published."""
        days = [one.due, one.day if one.stage is Stage.SCHEDULED else None]
        return min((day for day in days if day and day < self.today), default=None)

    @property
    def soon(self) -> tuple[Spotlight, ...]:
        """Those whose next step is due today or within a week."""
        end = self.today + timedelta(days=SOON)
        return tuple(one for one in self.live if one.due and self.today <= one.due < end)


def read_board(page: Page) -> Board:
    """What stands now."""
    sees_people = page.reader.rights.sees_people
    return _board(deciding.decisions(page), page.warehouse, page.settings, sees_people=sees_people)


def _board(decisions: Decisions, warehouse: Warehouse, settings: Settings, *, sees_people: bool) -> Board:
    found = visible(decisions.spotlights, consents_in(warehouse))
    ids = [one.customer_id for one in found.items]
    return Board(
        decisions=decisions,
        shown=found.items,
        hidden=found.hidden,
        names=read_names(warehouse, ids) if sees_people else {},
        today=datetime.now(UTC).astimezone(settings.zone).date(),
    )


def person(board: Board, one: Spotlight) -> str:
    """Whose spotlight it is, as this reader may know."""
    if one.customer_id not in board.names:
        return translate("A customer")
    return board.names[one.customer_id] or one.customer_id


def answer(board: Board) -> str:
    """Where the spotlights stand, in sentences. Markdown."""
    if not board.shown:
        return translate("Nobody yet. Who spoke of you unasked waits for a thank-you.")
    live, overdue, soon = (len(found) for found in (board.live, board.overdue, board.soon))
    told = [
        translate_plural(
            "**{count}** spotlight is under way.", "**{count}** spotlights are under way.", live, count=fmt.count(live)
        )
        if live
        else translate("No spotlight is under way.")
    ]
    if overdue:
        told.append(
            translate_plural("**{count}** is overdue.", "**{count}** are overdue.", overdue, count=fmt.count(overdue))
        )
    if soon:
        told.append(
            translate_plural(
                "**{count}** is due within a week.",
                "**{count}** are due within a week.",
                soon,
                count=fmt.count(soon),
            )
        )
    published = len(board.at(*SHOWN_TO_ALL))
    if published:
        told.append(
            translate_plural(
                "**{count}** was published.", "**{count}** were published.", published, count=fmt.count(published)
            )
        )
    return " ".join(told)


def show(board: Board, open_one: Open) -> None:
    """The board: a column for each stage, a card for each spotlight, which opens it."""
    for column, stages in zip(st.columns(len(COLUMNS), gap="small"), COLUMNS, strict=True):
        found = board.at(*stages)
        with column:
            st.markdown(f"**{stage_name(stages[0])}** :gray[{fmt.count(len(found))}]")
            for one in found[:MOST_IN_COLUMN]:
                _card(board, one, open_one)
            if not found:
                st.caption(translate("Nobody."))
            if len(found) > MOST_IN_COLUMN:
                more = len(found) - MOST_IN_COLUMN
                st.caption(
                    translate_plural(
                        "{count} more in the list below.",
                        "{count} more in the list below.",
                        more,
                        count=fmt.count(more),
                    )
                )
    _ended(board, open_one)
    if board.hidden:
        st.caption(
            translate_plural(
                "{count} more is not shown: the person is no longer in the data, or may not be contacted.",
                "{count} more are not shown: these people are no longer in the data, or may not be contacted.",
                board.hidden,
                count=fmt.count(board.hidden),
            )
        )


def _ended(board: Board, open_one: Open) -> None:
    """Those that were declined or withdrawn, the latest first, so that a mistake can be undone."""
    found = [one for one in reversed(board.shown) if one.stage in ENDED][:MOST_ENDED]
    if not (found and board.names):
        return
    with st.expander(translate("Declined or withdrawn"), icon=":material/block:"), st.container(horizontal=True):
        for one in found:
            label = fmt.plain(f"{person(board, one)} ({stage_name(one.stage)})")
            if st.button(label, type="tertiary", key=f"spotlight-{one.key}"):
                open_one(one.key)


def _card(board: Board, one: Spotlight, open_one: Open) -> None:
    with st.container(border=True, gap="xsmall"):
        name = person(board, one)
        if board.names:
            is_clicked = st.button(f"**{fmt.plain(name)}**", type="tertiary", key=f"spotlight-{one.key}")
            if is_clicked:
                open_one(one.key)
        else:
            st.markdown(f"**{fmt.plain(name)}**")
        since = board.overdue_since(one) if one.is_live else None
        if since:
            # Not in the caption below, in which red is too pale to be read.
            st.markdown(f":red[:small[{translate('overdue since {day}', day=_day(board, since))}]]")
        st.caption("  \n".join(_lines(board, one)))


def _lines(board: Board, one: Spotlight) -> list[str]:
    """What a card says below the name: when and where, what came back or is due, who looks after it. Markdown."""
    first = []
    if one.published_on:
        first.append(_day(board, one.published_on))
    elif one.stage is Stage.SCHEDULED and one.day:
        first.append(translate("for {day}", day=_day(board, one.day)))
    elif one.is_live and one.due and one not in board.overdue:
        first.append(translate("due {day}", day=_day(board, one.due)))
    if one.channel:
        first.append(channel_name(one.channel))
    answered = [stage_name(Stage.ANSWERED)] if one.stage is Stage.ANSWERED else []
    return [*([" · ".join(first)] if first else []), *answered, fmt.plain(one.owner)]


def _day(board: Board, day: date) -> str:
    """A day, without its year when that is this year."""
    return fmt.day(day, year=day.year != board.today.year)


def listed(page: Page, board: Board) -> None:
    """Every spotlight as a table, newest first, with its download."""
    if not board.shown:
        return
    st.subheader(translate("Every spotlight"), anchor=False)
    tables.show(
        page,
        list_frame(board),
        {
            "name": translate("Name"),
            "stage": translate("Stage"),
            "due": translate("Due day"),
            "channel": translate("Channel"),
            "day": translate("Scheduled for"),
            "published_on": translate("Published on"),
            "owner": translate("Looked after by"),
            "customer_id": translate("Id"),
        },
        name="spotlights",
        words=translate("Every spotlight with where it stands, newest first"),
        people=frozenset({"name", "customer_id"}),
        taken=tables.Taken(
            rows=len(board.shown),
            read=partial(
                _read_now, page.store, page.settings, sees_people=page.reader.rights.sees_people, language=spoken()
            ),
        ),
    )


def _read_now(store: Store, settings: Settings, *, sees_people: bool, language: str) -> pl.DataFrame:
    """The file as of when it is asked for, hours after: who is erased or took their consent back meanwhile is not in
    it.
    """
    with closing(Warehouse(store)) as warehouse, speaking(language):
        decisions = read_decisions(store.ledger, is_demo=warehouse.manifest.is_demo)
        return list_frame(_board(decisions, warehouse, settings, sees_people=sees_people))


def list_frame(board: Board) -> pl.DataFrame:
    """Spotlights as they come: name, stage, due, channel, day, published_on, owner, customer_id."""
    rows = [
        (
            board.names.get(one.customer_id),
            stage_name(one.stage),
            one.due,
            channel_name(one.channel) if one.channel else None,
            one.day,
            one.published_on,
            one.owner,
            one.customer_id if board.names else None,
        )
        for one in reversed(board.shown)
    ]
    return pl.DataFrame(rows, schema=_schema(), orient="row")


def _schema() -> Mapping[str, pl.DataType]:
    texts: Sequence[str] = ("name", "stage", "channel", "owner", "customer_id")
    order = ("name", "stage", "due", "channel", "day", "published_on", "owner", "customer_id")
    return {name: pl.String() if name in texts else pl.Date() for name in order}
