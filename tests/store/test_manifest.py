"""What a version was made of, as written by this release and by earlier ones."""

from datetime import UTC, datetime

import pytest

from kpi.store import AuditWarning, Manifest

FEW = AuditWarning(message="lines differ (by a cent): twice", count=2, subjects=("O1", "O2"))
MANY = AuditWarning(message="enrolled twice", count=6, subjects=("a (b): 1", "c"))


def test_a_warning_is_written_out_with_its_rows() -> None:
    assert str(FEW) == "lines differ (by a cent): twice: 2 (O1, O2)"
    assert str(MANY) == "enrolled twice: 6 (a (b): 1, c …)"


@pytest.mark.parametrize("warning", [FEW, MANY], ids=["few", "many"])
def test_a_manifest_of_an_earlier_release_is_read(warning: AuditWarning) -> None:
    manifest = Manifest(version=1, built_at=datetime(2026, 11, 22, tzinfo=UTC), warnings=(warning,))
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest
    earlier = manifest.model_dump(mode="json") | {"warnings": [str(warning)]}
    assert Manifest.model_validate(earlier) == manifest


def test_a_warning_of_no_known_form_keeps_its_text_from_who_sees_no_people() -> None:
    earlier = {"version": 1, "built_at": "2026-11-22T12:00:00Z", "warnings": ["ann is odd"]}
    (warning,) = Manifest.model_validate(earlier).warnings
    assert "ann" not in warning.message
    assert warning.subjects == ("ann is odd",)
