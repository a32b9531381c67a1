"""Unexpected errors: a number that the page shows and the server's log has too."""

import secrets
import sys
from datetime import datetime
from typing import Final

import structlog

DIGITS: Final = 8


def record_incident(error: BaseException, *, now: datetime, **facts: object) -> str:
    """Write the error as one JSON line on the error stream; return its number, eight hexadecimal digits.

    `facts` say where and to whom it happened. The traceback is there, the values of variables are not.
    """
    number = secrets.token_hex(DIGITS // 2)
    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
    )
    log.error("unexpected error", incident=number, at=now.isoformat(), exc_info=error, **facts)
    return number
