"""An unexpected error has a number that the page and the log share, and the log tells no values of variables."""

import json
import re

import pytest

from kpi.access.incidents import record_incident
from tests.access.conftest import NOW


def _fail(secret: str) -> None:
    length = len(secret)
    raise ZeroDivisionError(f"{length} things went wrong: “été”")


def test_the_log_line_has_the_number_the_place_and_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        _fail("marmot".upper())
    except ZeroDivisionError as error:
        number = record_incident(error, now=NOW, page="overview", username="nina")
    found = capsys.readouterr()
    assert re.fullmatch("[0-9a-f]{8}", number)
    assert found.out == ""
    (line,) = found.err.splitlines()
    told = json.loads(line)
    assert told.pop("exception").splitlines()[-1] == "ZeroDivisionError: 6 things went wrong: “été”"
    assert told == {
        "event": "unexpected error",
        "incident": number,
        "at": "2026-11-22T12:00:00+00:00",
        "page": "overview",
        "username": "nina",
    }
    assert "MARMOT" not in line


def test_each_has_its_own_number(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = {record_incident(ValueError("why"), now=NOW) for _ in range(20)}
    assert len(numbers) == 20
    assert [json.loads(line)["incident"] in numbers for line in capsys.readouterr().err.splitlines()] == [True] * 20


def test_what_json_does_not_know_is_told_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    record_incident(ValueError("why"), now=NOW, when=NOW, bytes=b"\xff")
    assert "2026, 11, 22" in json.loads(capsys.readouterr().err)["when"]
