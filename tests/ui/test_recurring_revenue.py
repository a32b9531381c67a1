"""The bridge of recurring revenue adds up as it is shown, and its sentences say what is there, in both languages."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kpi.language import LANGUAGES, speaking
from kpi.period import Period
from kpi.store import Warehouse
from kpi.ui import format as fmt
from kpi.ui.recurring import Bridge, bridge_rows, kept, read_bridge, recurring

from .conftest import OCTOBER, OpenPage
from .test_sentences import plain

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))


def paid(customer: str, day: str, amount: float) -> dict[str, Any]:
    return {
        "subscription_id": f"of-{customer}",
        "customer_id": customer,
        "effective_at": day,
        "monthly_amount": amount,
    }


# ann won a, who pays 100 and 130 from October; b, alone, pays 60 and 20; c pays 50 and leaves; d is new with 10.
# October: 210 + 10 new + 30 expansion - 40 contraction - 50 churn = 160. September: nothing moves.
LIVES: dict[str, list[dict[str, Any]]] = {
    "touches": [{"ambassador_id": "amb-ann", "customer_id": "a", "occurred_at": "2026-01-02"}],
    "orders": [{"customer_id": name, "ordered_at": "2026-01-05", "net_amount": 1} for name in ("a", "b", "c", "d")]
    + [{"customer_id": "b", "ordered_at": "2026-11-20", "net_amount": 1}],
    "subscriptions": [
        paid("a", "2026-01-10", 100),
        paid("b", "2026-01-10", 60),
        paid("c", "2026-01-10", 50),
        paid("a", "2026-10-05", 130),
        paid("b", "2026-10-05", 20),
        paid("c", "2026-10-06", 0),
        paid("d", "2026-10-07", 10),
    ],
}


@pytest.fixture(scope="module")
def lives(company: Callable[..., Warehouse]) -> Warehouse:
    return company(**LIVES)


def test_the_bridge_adds_up(lives: Warehouse, open_page: OpenPage) -> None:
    bridge = read_bridge(open_page(lives))
    assert isinstance(bridge, Bridge)
    assert (bridge.start, bridge.end) == (210, 160)
    assert list(bridge.parts.values()) == [10, 30, 0, -40, -50]
    assert bridge.start + sum(bridge.parts.values()) == bridge.end


def test_what_is_shown_adds_up_to_the_cent() -> None:
    # Thirds of a euro: rounded one by one, 0.33 + 0.33 + 0.33 would show 0.99 beside 1.00.
    third = Fraction(1, 3)
    rows = bridge_rows(Bridge(start=third, parts={"one": third, "other": third}, end=Fraction(1)), "EUR")
    shown = [float(cells[1].strip("*").lstrip("+−").replace(fmt.SIGNS["EUR"], "")) for cells in rows]
    assert shown[:3] == [0.34, 0.33, 0.33]
    assert shown[3] == 1


def test_a_loss_has_its_sign(lives: Warehouse, open_page: OpenPage) -> None:
    bridge = read_bridge(open_page(lives))
    assert isinstance(bridge, Bridge)
    assert [plain(cells[1]) for cells in bridge_rows(bridge, "EUR")] == [
        "€ 210.00",
        "+ € 10.00",
        "+ € 30.00",
        "+ € 0.00",
        "− € 40.00",
        "− € 50.00",
        "**€ 160.00**",
    ]


SENTENCES: list[tuple[dict[str, Any], str, str]] = [
    (
        {},
        "Recurring revenue **fell by € 50**, from € 210 to **€ 160** a month.",
        "Le revenu récurrent **recule de 50 €**, de 210 € à **160 €** par mois.",
    ),
    (
        {"period": SEPTEMBER},
        "Recurring revenue stands **unchanged at € 210** a month since the period began.",
        "Le revenu récurrent reste **inchangé, à 210 €** par mois, depuis le début de la période.",
    ),
    (
        {"period": Period(date(2026, 10, 7), date(2026, 10, 31))},
        "Recurring revenue **rose by € 10**, from € 150 to **€ 160** a month.",
        "Le revenu récurrent **progresse de 10 €**, de 150 € à **160 €** par mois.",
    ),
    (
        {"filters": {"programme": ("partner",)}},
        "Recurring revenue is **n/a**: not available by programme: subscriptions are not recorded by programme.",
        "Le revenu récurrent est **n/d** : non disponible par programme : les abonnements ne sont pas enregistrés par "
        "programme.",
    ),
    (
        {"period": Period(date(2025, 1, 1), date(2025, 2, 1))},
        "Recurring revenue is **n/a**: no data before 10 Jan 2026.",
        "Le revenu récurrent est **n/d** : pas de données avant le 10 janv. 2026.",
    ),
]


@pytest.mark.parametrize(("choice", "english", "french"), SENTENCES)
def test_where_it_stands(
    lives: Warehouse, open_page: OpenPage, choice: dict[str, Any], english: str, french: str
) -> None:
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            assert plain(recurring(open_page(lives, **choice))) == expected


def test_a_level_that_began_within_the_period_is_told(company: Callable[..., Warehouse], open_page: OpenPage) -> None:
    # Nobody knows what was paid before the first subscription of 10 March: at the end of October it is 100.
    orders = [{"customer_id": "a", "ordered_at": day, "net_amount": 1} for day in ("2026-01-05", "2026-11-20")]
    page = open_page(
        company(orders=orders, subscriptions=[paid("a", "2026-03-10", 100)]),
        Period(date(2026, 1, 1), date(2026, 11, 1)),
    )
    assert read_bridge(page) == "no data before 10 Mar 2026"
    assert plain(recurring(page)) == (
        "Recurring revenue stands at **€ 100** a month; what it was at the start is **n/a**: no data before 10 Mar "
        "2026."
    )
    with speaking("fr"):
        assert plain(recurring(page)) == (
            "Le revenu récurrent s’élève à **100 €** par mois ; son niveau au début est **n/d** : pas de données avant "
            "le 10 mars 2026."
        )


def test_too_few_are_not_compared(lives: Warehouse, open_page: OpenPage) -> None:
    # a: 130 / 100; b and c: 20 / 110
    assert plain(kept(open_page(lives))) == (
        "Customers won keep **130.0 %** of what they paid each month, others 18.2 %: too few to compare (n = 1 and 2)."
    )
    with speaking("fr"):
        assert plain(kept(open_page(lives))) == (
            "Les clients gagnés conservent **130,0 %** de ce qu’ils payaient chaque mois, les autres 18,2 % : trop peu "
            "de cas pour comparer (n = 1 et 2)."
        )


@pytest.mark.parametrize(
    ("won", "others", "english", "french"),
    [
        (5, 5, "others 90.0 %: **no clear difference**.", "les autres 90,0 % : **pas de différence nette**."),
        (0, 25, "**more** than others with 50.0 %.", "**plus** que les autres, à 50,0 %."),
        (25, 0, "**less** than others with 100.0 %.", "**moins** que les autres, à 100,0 %."),
    ],
)
def test_a_clear_difference_is_said(
    company: Callable[..., Warehouse], open_page: OpenPage, won: int, others: int, english: str, french: str
) -> None:
    # Of 50 customers won and 50 others, each paying 10, so many leave in October; who stays keeps all.
    names = {"w": won, "o": others}
    people = {kind: [f"{kind}{number:02}" for number in range(50)] for kind in names}
    everybody = [*people["w"], *people["o"]]
    warehouse = company(
        touches=[
            {"ambassador_id": "amb-ann", "customer_id": name, "occurred_at": "2026-01-02"} for name in people["w"]
        ],
        orders=[
            *({"customer_id": name, "ordered_at": "2026-01-05", "net_amount": 1} for name in everybody),
            {"customer_id": "somebody", "ordered_at": "2026-11-20", "net_amount": 1},
        ],
        subscriptions=[
            *(paid(name, "2026-01-10", 10) for name in everybody),
            *(paid(name, "2026-10-05", 0) for kind, leaving in names.items() for name in people[kind][:leaving]),
            paid("somebody", "2026-11-20", 1),
        ],
    )
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            assert plain(kept(open_page(warehouse, OCTOBER))).endswith(expected)


def test_without_subscriptions_the_reason_is_said(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small)
    assert recurring(page) == "Recurring revenue is **n/a**: waits for subscriptions."
    assert kept(page) == "What customers won keep paying is **n/a** beside others: waits for subscriptions."
