"""A ledger of its own, and people who decide."""

from pathlib import Path

import pytest

from kpi.decisions import Author
from kpi.store import Ledger, Store

NINA = Author(name="nina", decides=frozenset({"targets", "annotations"}))
OMAR = Author(name="omar", decides=frozenset({"targets", "annotations"}))
SAM = Author(name="sam")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Store(tmp_path / "store").ledger
