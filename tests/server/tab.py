"""A browser's tab as the server sees it: Streamlit's websocket, spoken without a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_connection

from streamlit.proto.AutoRerun_pb2 import AutoRerun
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.serving import COOKIE, Server

PATIENCE = 60  # seconds, for a busy machine


class Tab:
    """An open connection; every run gives what the page then shows."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.streamlit_session = ""
        self.looks: list[AutoRerun] = []
        """What the page asked to be run from time to time, since it was last run as a whole."""

    def clear_cache(self) -> None:
        """Ask for what only developers need, and any open websocket may ask."""
        self._connection.send(BackMsg(clear_cache=True).SerializeToString())

    def run(self, page: str = "", query: str = "", widgets: tuple[WidgetState, ...] = (), *, fragment: str = "") -> str:
        """Run the script as an interaction does, or a fragment of it as the page does by itself.

        Everything that was sent to the page, as text.
        """
        asked = BackMsg()
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.is_auto_rerun = bool(fragment)
        self.looks = self.looks if fragment else []
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        asked.rerun_script.widget_states.widgets.extend(widgets)
        self._connection.send(asked.SerializeToString())
        shown = []
        while True:
            message = ForwardMsg()
            received = self._connection.recv(timeout=PATIENCE)
            assert isinstance(received, bytes)
            message.ParseFromString(received)
            if message.WhichOneof("type") == "new_session":
                self.streamlit_session = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "auto_rerun":
                self.looks.append(message.auto_rerun)
            shown.append(str(message))
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                return "\n".join(shown)


@contextmanager
def open_tab(
    server: Server,
    session: str | None,
    *,
    origin: str | None = "own",
    resumes: str | None = None,
    headers: dict[str, str] | None = None,
    cookie: str = COOKIE,
    host: str = "",
) -> Iterator[Tab]:
    """Connect with this session's cookie; `InvalidStatus` when the server refuses."""
    sent = dict(headers or {})
    if session is not None:
        sent["Cookie"] = f"{cookie}={session}"
    protocols = ["streamlit", "no-token", *([resumes] if resumes else [])]
    with connect(
        f"ws://{host or server.host}/_stcore/stream",
        sock=create_connection(("localhost", server.port)),
        origin=Origin(server.origin if origin == "own" else origin) if origin is not None else None,
        subprotocols=[Subprotocol(name) for name in protocols],
        additional_headers=sent,
        open_timeout=PATIENCE,
        max_size=None,
    ) as connection:
        yield Tab(connection)
