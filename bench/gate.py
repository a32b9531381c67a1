"""The phase that asks Streamlit for its page with and without the gate in front of it, in turn."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import streamlit as st
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Scope

from bench.clock import Clock, milliseconds
from bench.reader import begin_session
from kpi.access.callers import cookie_name
from kpi.access.credentials import Language
from kpi.access.door import open_door
from kpi.access.gate import Gate
from kpi.access.headers import PageLanguage, SecurityHeaders
from kpi.access.roles import Role
from kpi.settings import PROJECT, Settings
from kpi.ui.messages import is_act

REQUESTS = 500


def run(*, store: str) -> dict[str, object]:
    """Milliseconds of a signed-in reader's request for the page, without a network, and what the gate adds to it."""
    settings = Settings(store=Path(store))
    door = open_door(settings, now=datetime.now(UTC), tell=lambda line: None)
    bare = st.App(PROJECT / "kpi" / "ui" / "main.py")
    inner = Gate(PageLanguage(bare), door=door, settings=settings.access, is_act=is_act)
    gated = SecurityHeaders(TrustedHostMiddleware(inner, allowed_hosts=["localhost"]))
    sessions = begin_session(settings), begin_session(settings, Role.OWNER)
    english, french = (f"{cookie_name(https=False)}={session}" for session in sessions)
    # Streamlit's page is English: for a reader of French it is changed on its way.
    door.accounts.set_language(Role.OWNER.value, Language.FRENCH)
    readers = (bare, english, "en"), (gated, english, "en"), (gated, french, "fr")
    without, with_gate, with_french = asyncio.run(_in_turn(*readers))
    return {
        "without": milliseconds(without),
        "with": milliseconds(with_gate),
        "with_french": milliseconds(with_french),
        "added_ms": _added(without, with_gate),
        "added_french_ms": _added(without, with_french),
    }


def _added(without: list[float], with_gate: list[float]) -> float:
    """What the gate adds to a request, median of the pairs, in milliseconds."""
    return 1000 * median(more - alone for alone, more in zip(without, with_gate, strict=True))


async def _in_turn(*readers: tuple[ASGIApp, str, str]) -> list[list[float]]:
    """Each reader's seconds for an app's page, given their cookie and language."""
    for reader in readers:  # what is made once at the first request
        await _ask(*reader)
    rounds = [[await _ask(*reader) for reader in readers] for _ in range(REQUESTS)]
    return [list(seconds) for seconds in zip(*rounds, strict=True)]


async def _ask(app: ASGIApp, cookie: str, language: str) -> float:
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost:8501"), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 50_000),
        "server": ("localhost", 8501),
    }
    asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    answered: list[Message] = []

    async def receive() -> Message:
        # A file's response listens for a browser that hangs up; this one never does.
        return asked.pop() if asked else await asyncio.Future()

    async def send(message: Message) -> None:
        answered.append(message)

    clock = Clock()
    await app(scope, receive, send)
    seconds = clock.seconds()
    page = b"".join(message.get("body", b"") for message in answered)
    if answered[0]["status"] != 200 or f'<html lang="{language}">'.encode() not in page:
        raise RuntimeError(f"the page was answered with {answered[0]['status']}, not in “{language}”")
    return seconds
