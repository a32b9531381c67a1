"""Values of a filter, in order and in words."""

import pytest

from kpi.ui.segments import segment_label, segment_values, segments_in_words


@pytest.mark.parametrize(
    ("name", "found", "values"),
    [
        ("country_code", ("BE", "DE", "FR", "CH"), ("BE", "FR", "DE", "CH", "unknown")),  # as Belgium, France, …
        ("company_size", ("1000+", "11-50", "solo"), ("solo", "11-50", "1000+", "unknown")),
        ("programme", ("recognition", "commission"), ("commission", "recognition")),
        ("acquisition_channel", ("unknown", "direct"), ("direct", "unknown")),
        ("sector", (), ()),
    ],
)
def test_values_are_offered_in_a_readers_order(name: str, found: tuple[str, ...], values: tuple[str, ...]) -> None:
    assert segment_values(name, found) == values


def test_values_in_words() -> None:
    assert [segment_label(value) for value in ("FR", "ZZ", "paid_social", "51-250", "unknown")] == [
        "France",
        "ZZ",
        "Paid social",
        "51-250",
        "Unknown",
    ]
    chosen = {"country_code": ("FR", "BE"), "programme": ("recognition",)}
    assert segments_in_words(chosen) == "country: France or Belgium; programme: Recognition"
    assert segments_in_words({}) == ""


def test_a_segment_is_told_as_text() -> None:
    # Sectors, channels and programmes are whatever the company's exports say.
    assert segments_in_words({"sector": ["[here](/x)"]}) == "sector: \\[here\\]\\(\\/x\\)"
