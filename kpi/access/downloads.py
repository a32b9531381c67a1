"""Files that a page offers to one session, made when they are asked for."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

MOST_OFFERS: Final = 50  # of a session, some ten openings of the page with most tables
KEPT: Final = timedelta(hours=8)  # since the session was last offered anything; it may have ended without a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file on offer: `make` gives its bytes, `rows` is what the audit log counts.

    The log records `file_name`; who downloads gets the file as `saved_as`, which may name whom it is about.
    """

    file_name: str
    media_type: str
    make: Callable[[], bytes]
    rows: int
    has_people: bool
    saved_as: str | None = None


@dataclass(slots=True)
class _Shelf:
    """What one session is offered: per place of a page a token and the offer, the latest one last."""

    used_at: datetime
    offers: OrderedDict[str, tuple[str, Offer]] = field(default_factory=OrderedDict)


class Downloads:
    """What each session was offered, under tokens that cannot be guessed and that serve that session only.

    Offers hold whole tables: of each session the latest ones stay, until it ends or falls silent. May be used from any
    thread.
    """

    def __init__(self) -> None:
        self._shelves: dict[str, _Shelf] = {}
        self._lock = Lock()

    def offer(self, session: str, place: str, offer: Offer, *, now: datetime) -> str:
        """The token of what stands at this place of a page; the same as before when the page offers it anew."""
        with self._lock:
            if session not in self._shelves:
                self._clear(now)
            shelf = self._shelves.setdefault(session, _Shelf(now))
            shelf.used_at = now
            token, _ = shelf.offers.pop(place, (secrets.token_urlsafe(16), None))
            shelf.offers[place] = (token, offer)
            if len(shelf.offers) > MOST_OFFERS:
                shelf.offers.popitem(last=False)
        return token

    def find(self, session: str, token: str) -> Offer | None:
        """What the token stands for; None when it was offered to another session, or no longer is."""
        with self._lock:
            shelf = self._shelves.get(session)
            return dict(shelf.offers.values()).get(token) if shelf else None

    def forget(self, session: str) -> None:
        """Let go of what a session was offered, which has ended."""
        with self._lock:
            self._shelves.pop(session, None)

    def _clear(self, now: datetime) -> None:
        """Let go of what was offered to sessions that fell silent."""
        self._shelves = {session: shelf for session, shelf in self._shelves.items() if now - shelf.used_at < KEPT}


DOWNLOADS: Final = Downloads()
"""The offers of this process: pages fill it, the route `/downloads/{token}` serves from it."""
