"""A page's elements as Streamlit sends them to the browser, to be shown again without computing anything."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import ElementTree, parse_tree_from_messages

from bench.reader import MAIN, TIMEOUT, without_a_browser
from kpi.access.roles import Role


def record(store: str, parameters: Mapping[str, str]) -> list[bytes]:
    """The elements of the overview with these parameters in its URL, in the order in which they were sent."""
    sent: list[ForwardMsg] = []

    def keep(messages: list[ForwardMsg]) -> ElementTree:
        sent[:] = messages
        return parse_tree_from_messages(messages)

    with (
        without_a_browser(store) as sign_in,
        patch.object(local_script_runner, "parse_tree_from_messages", keep),
    ):
        sign_in(Role.OWNER)
        test = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT)
        for name, value in parameters.items():
            test.query_params[name] = value
        # Twice, since a page just opened sends skeletons first.
        test.run().run()
    elements = [message for message in sent if message.WhichOneof("type") == "delta"]
    for element in elements:
        element.delta.fragment_id = ""  # no fragment runs again beside the page
    return [element.SerializeToString() for element in elements]


def save(recorded: Mapping[str, list[bytes]], file: Path) -> None:
    """Keep recordings by name."""
    file.write_text(json.dumps({name: [b64encode(one).decode() for one in sent] for name, sent in recorded.items()}))


def load(file: Path) -> dict[str, list[bytes]]:
    """What `save` kept."""
    return {name: [b64decode(one) for one in sent] for name, sent in json.loads(file.read_text()).items()}
