"""What the data page lists."""

from datetime import UTC, date, datetime

from kpi.access.roles import RIGHTS, Role
from kpi.settings import Settings
from kpi.store import AuditWarning, Entry, Warehouse
from kpi.ui import inventory

from .conftest import ROWS


def test_every_table_is_listed_with_what_waits_for_it(small: Warehouse) -> None:
    listed = {row["table"]: row for row in inventory.list_tables(small.manifest, small.table_dates()).to_dicts()}
    assert len(listed) == 18
    assert listed["orders"] == {
        "table": "orders",
        "rows": 4,
        "first_day": date(2026, 5, 4),
        "last_day": date(2026, 10, 20),
        "state": "imported",
    }
    assert listed["rewards"]["state"] == "not imported; other tables serve instead"  # costs do
    assert listed["subscriptions"]["state"].endswith("metrics wait for it")
    assert listed["campaigns"] == {
        "table": "campaigns",
        "rows": 0,
        "first_day": None,
        "last_day": None,
        "state": "not imported",
    }


def test_the_state_of_the_data_in_words(small: Warehouse, paris: Settings) -> None:
    rows, files = sum(len(rows) for rows in ROWS.values()), len(ROWS)
    assert inventory.data_state(small.manifest, paris.zone) == (
        f"Version **1** is shown, published on 22 Nov 2026, 13:00: **{rows} rows** from {files} files "
        "up to 20 Oct 2026. Every row was accepted. All audits hold."
    )


def test_files_and_versions_carry_their_moment_on_the_business_clock(small: Warehouse, paris: Settings) -> None:
    files = inventory.list_files(small.manifest, paris.zone)
    assert files["imported_at"].unique().to_list() == [datetime(2026, 11, 22, 13)]
    assert files.select("rows", "accepted", "set_aside").sum().rows() == [(32, 32, 0)]
    newer = small.manifest.model_copy(update={"version": 2, "is_demo": True, "data_end": None})
    versions = inventory.list_versions((small.manifest, newer), 1, paris.zone)
    assert versions.select("version", "last_day", "kind", "state").rows() == [
        ("2", None, "demo", ""),
        ("1", date(2026, 10, 20), "imported", "shown"),
    ]


def test_ledger_entries_are_written_out(paris: Settings) -> None:
    entry = Entry(
        entry_id=1,
        recorded_at=datetime(2026, 11, 22, 5, tzinfo=UTC),
        actor="app",
        kind="import",
        details={"version": 3, "files": ["a.csv", "b.csv"]},
    )
    assert inventory.list_entries((entry,), paris.zone).rows() == [
        (datetime(2026, 11, 22, 6), "app", "import", "version: 3; files: a.csv, b.csv")
    ]


def test_warnings_and_rows_set_aside_are_counted(small: Warehouse, paris: Settings) -> None:
    source = small.manifest.sources[0].model_copy(update={"rejected": 2})
    manifest = small.manifest.model_copy(
        update={"sources": (source,), "warnings": (AuditWarning(message="orders differ", count=3),)}
    )
    assert inventory.data_state(manifest, paris.zone).endswith(
        "**2 rows** broke a rule and were set aside. **1 warning** of the audits below."
    )


def test_whom_a_warning_is_about_is_for_those_who_see_people() -> None:
    warning = AuditWarning(message="enrolled twice (at once)", count=7, subjects=("[ann](https://example.org)", "bob"))
    assert inventory.warning_in_words(warning, RIGHTS[Role.ADMIN]) == "enrolled twice \\(at once\\): 7"
    told = inventory.warning_in_words(warning, RIGHTS[Role.DATA])
    assert told.startswith("enrolled twice \\(at once\\)")
    assert "\\[ann\\]\\(https" in told
    assert "bob …" in told
