"""What an open page sends to the server: what its reader did, and what it asks for by itself."""

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

ACTS = frozenset({"rerun_script", "backend_operation_request", "file_urls_request"})


def is_act(message: bytes) -> bool:
    """Whether the reader did something; not a fragment that runs from time to time, nor a sign of life."""
    asked = BackMsg()
    try:
        asked.ParseFromString(message)
    except DecodeError:
        return False
    return asked.WhichOneof("type") in ACTS and not asked.rerun_script.is_auto_rerun
