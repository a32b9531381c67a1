"""Nobody is proposed against whom the data holds something: every reason is told, and nothing is recorded."""

import re
from datetime import UTC, datetime

import pytest

from kpi.advocates import why_not
from kpi.decisions import read_decisions, rules_in
from kpi.errors import DecisionError, NotEligibleError
from kpi.language import speaking
from kpi.settings import Settings
from kpi.store import Ledger, Warehouse
from tests.advocates.conftest import CLUB, RULES
from tests.conftest import Company
from tests.decisions.spotlighting import propose, rules

FIRST = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def club(bare_company: Company) -> Warehouse:
    """Somebody for each reason; its last day is 31 October 2026."""
    return bare_company(settings=Settings(advocates=RULES), **CLUB)


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("employee", ("Staff: the company does not thank itself.",)),
        ("silent", ("May not be contacted: no consent.", "Asked support for help in the last 30 days.")),
        ("asking", ("Asked support for help in the last 30 days.",)),
        ("unhappy", ("Was dissatisfied in the last 180 days.",)),
        ("thanked", ("Thanked on 4 Aug 2026: to be proposed again from 2 Nov 2026 on.",)),
    ],
)
def test_every_reason_is_told_and_nothing_recorded(
    ledger: Ledger, club: Warehouse, name: str, reasons: tuple[str, ...]
) -> None:
    with pytest.raises(NotEligibleError) as refused:
        propose(ledger, name, rules=rules_in(club, RULES), at=FIRST)
    assert refused.value.reasons == reasons
    assert str(refused.value) == f"“{name}” may not be proposed now. {' '.join(reasons)}"
    assert list(read_decisions(ledger).spotlights) == []


def test_a_day_that_is_over_is_named_to_nobody(ledger: Ledger, club: Warehouse) -> None:
    # Thanked on 4 August, free 90 days later, on 2 November; the data ends on 31 October.
    for day, told in (
        (1, "Thanked on 4 Aug 2026: to be proposed again from 2 Nov 2026 on."),
        (
            2,
            "Thanked on 4 Aug 2026. The data ends on 31 Oct 2026, too early to tell",
        ),
    ):
        with pytest.raises(NotEligibleError, match=re.escape(f"“thanked” may not be proposed now. {told}")):
            propose(ledger, "thanked", rules=rules_in(club, RULES), at=datetime(2026, 11, day, 12, tzinfo=UTC))


def test_who_is_eligible_is_proposed(ledger: Ledger, club: Warehouse) -> None:
    for name in ("poster", "happy-again", "asked-long-ago", "thanked-long-ago"):
        assert why_not(club, name).is_eligible
        propose(ledger, name, rules=rules_in(club, RULES))
    assert len(read_decisions(ledger).spotlights) == 4


def test_who_is_not_in_the_data_is_not_proposed(ledger: Ledger, club: Warehouse) -> None:
    with pytest.raises(DecisionError, match="There is no customer “erased” in the data"):
        propose(ledger, "erased", rules=rules_in(club, RULES))


def test_objections_are_told_before_the_consent_alone(ledger: Ledger) -> None:
    using = rules({"C1": False}, objections={"C1": ("One reason.", "Another one.")})
    with pytest.raises(NotEligibleError, match=r"“C1” may not be proposed now\. One reason\. Another one\."):
        propose(ledger, "C1", rules=using)


def test_in_french(ledger: Ledger, club: Warehouse) -> None:
    with speaking("fr"), pytest.raises(NotEligibleError) as refused:
        propose(ledger, "asking", rules=rules_in(club, RULES))
    assert str(refused.value) == (
        "«\N{NARROW NO-BREAK SPACE}asking\N{NARROW NO-BREAK SPACE}» ne peut pas être proposé(e) pour le moment. "
        "A demandé de l’aide au support ces 30 derniers jours."
    )
