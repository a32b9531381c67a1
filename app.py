"""The server of the dashboard: `streamlit run app.py`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from kpi.access.door import open_door
from kpi.access.gate import Gate
from kpi.access.headers import PageLanguage, SecurityHeaders
from kpi.access.routes import routes, tell_incident
from kpi.errors import AmbassadeError
from kpi.settings import read_settings
from kpi.ui.incidents import show_incident
from kpi.ui.messages import is_act

# Leaving while this file is imported ends the server before it answers anybody: it never starts open.
try:
    settings = read_settings()
    door = open_door(settings, now=datetime.now(UTC), tell=lambda line: print(line, flush=True))
except AmbassadeError as error:
    sys.exit(f"The server does not start. {error}")

# Streamlit serves a `pages` folder beside the script that it runs without running that script first, so the script
# lives elsewhere; its path is absolute, else it would be looked for in the working directory.
app = st.App(
    Path(__file__).resolve().parent / "kpi" / "ui" / "main.py",
    routes=routes(door, settings.access),
    middleware=[
        Middleware(SecurityHeaders, https=settings.access.https),
        Middleware(TrustedHostMiddleware, allowed_hosts=st.get_option("server.allowedHosts") or ["*"]),
        Middleware(Gate, door=door, settings=settings.access, is_act=is_act),
        Middleware(PageLanguage),
    ],
    exception_handlers={Exception: tell_incident},
    on_script_error=show_incident,
)
