"""Response headers that close what a browser would leave open, and the language of Streamlit's page."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi.access.callers import page_language_of

INLINE_SCRIPT: Final = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
"""The one inline script of Streamlit's page, by the hash of its text."""

# Styles are inserted while the page runs, charts draw on canvases, tables and sparklines work in blobs. Nothing comes
# from another host, and nothing is run that was not served by this one.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' {INLINE_SCRIPT}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
ALWAYS: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
A_YEAR: Final = 365 * 24 * 3600
FOR_EVER: Final = "immutable"  # what Streamlit says of its own assets, which hold nobody's data


class SecurityHeaders:
    """Adds to every response what it lacks; `https` also tells browsers never to come without it again."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app = app
        self.headers = dict(ALWAYS)
        if https:
            self.headers["strict-transport-security"] = f"max-age={A_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                # A page left by signing out must not come back from the browser's memory.
                if FOR_EVER not in headers.get("cache-control", ""):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self.app(scope, receive, complete)


class PageLanguage:
    """Has Streamlit's page, which calls itself English, say the language that the reader chose."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change the page for readers of another language; everything else passes as it is."""
        language = page_language_of(scope) if scope["type"] == "http" else "en"
        if language == "en":
            await self.app(scope, receive, send)
            return
        wanted = b'<html lang="%s">' % language.encode()
        is_page = False

        async def translate(message: Message) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                if is_page:
                    del headers["content-length"], headers["etag"], headers["last-modified"]
            elif is_page and message["type"] == "http.response.body":
                message["body"] = message.get("body", b"").replace(b'<html lang="en">', wanted)
            await send(message)

        await self.app(_plain(scope), receive, translate)


def _plain(scope: Scope) -> Scope:
    """The request without what would bring an answer that is compressed, partial, or "not modified"."""
    left_out = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
    kept = [(name, value) for name, value in Headers(scope=scope).raw if name not in left_out]
    return {**scope, "headers": kept}
