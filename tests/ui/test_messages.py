"""What an open page sends: acts of its reader, and what it asks for by itself."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from kpi.ui.messages import is_act

BY_ITSELF = ClientState(fragment_id="freshness", is_auto_rerun=True)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (BackMsg(rerun_script=ClientState(page_name="glossary")), True),
        (BackMsg(rerun_script=ClientState(fragment_id="freshness")), True),  # its button was pressed
        (BackMsg(rerun_script=BY_ITSELF), False),
        (BackMsg(app_heartbeat=True), False),
        (BackMsg(load_git_info=True), False),
        (BackMsg(), False),
    ],
)
def test_an_act_is_told_from_what_a_page_does_by_itself(message: BackMsg, expected: bool) -> None:
    assert is_act(message.SerializeToString()) is expected


def test_what_is_no_message_is_no_act() -> None:
    assert is_act(b"\xff") is False
