"""The sentences of the revenue page, in both languages, case by case, on the small company of `conftest`."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kpi.language import LANGUAGES, speaking
from kpi.metrics import Attribution, Model
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui.revenue_answers import customers_won, revenue

from .conftest import ROWS, OpenPage
from .test_sentences import plain

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))
TEN_DAYS = Period(date(2026, 9, 12), date(2026, 9, 22))

# Orders: z alone for 30 in May, y for 50 on 12 September, x for 100 on 12 October, both brought by ann, a partner, with
# their first orders. The data ends 20 October, so orders since 21 September may still be refunded.
ANSWERS: list[tuple[dict[str, Any], str, str]] = [
    (
        {},
        "Ambassadors brought **€ 100**, **up € 50 (100 %)** against the 30 days before. That is **100.0 %** of the "
        "company’s revenue of € 100. First orders brought € 100, repeat orders € 0; **1 customer** was won, too few to "
        "judge by. By country, **France** moved it most (▲ +€ 100). All of it is **provisional**: its orders may still "
        "be refunded. Read this with care (incomplete: data ends 20 Oct 2026).",
        "Les ambassadeurs ont apporté **100 €**, **en hausse de 50 € (100 %)** par rapport aux 30 jours précédents. "
        "C’est **100,0 %** du chiffre d’affaires de l’entreprise (100 €). Premières commandes : 100 €, commandes "
        "suivantes : 0 € ; **1 client** gagné, trop peu pour en juger. Par pays, le plus grand écart : **France** "
        "(▲ +100 €). Tout en est **provisoire** : ces commandes peuvent encore être remboursées. À lire avec prudence "
        "(incomplet : les données s’arrêtent au 20 oct. 2026).",
    ),
    (  # less, and final
        {"period": Period(date(2026, 9, 13), date(2026, 9, 20))},
        "Ambassadors brought **€ 0**, **down € 50 (100 %)** against the 7 days before. "
        "Its share of the company’s revenue is **n/a**: nothing was sold.",
        "Les ambassadeurs ont apporté **0 €**, **en recul de 50 € (100 %)** par rapport aux 7 jours précédents. "
        "Sa part du chiffre d’affaires de l’entreprise est **n/d** : rien n’a été vendu.",
    ),
    (  # no comparison, nobody few, all final
        {"period": TEN_DAYS, "comparison": None, "few": 1},
        "Ambassadors brought **€ 50**. That is **100.0 %** of the company’s revenue of € 50. First orders brought "
        "€ 50, repeat orders € 0; **1 customer** was won. "
        "All of it is final: none of its orders can be refunded any more.",
        "Les ambassadeurs ont apporté **50 €**. C’est **100,0 %** du chiffre d’affaires de l’entreprise (50 €). "
        "Premières commandes : 50 €, commandes suivantes : 0 € ; **1 client** gagné. "
        "Tout en est définitif : aucune de ces commandes ne peut plus être remboursée.",
    ),
    (  # nothing to compare with
        {"period": SEPTEMBER, "comparison": Comparison.LAST_YEAR},
        "Ambassadors brought **€ 50** (no data before 4 May 2026 to compare with).",
        "Les ambassadeurs ont apporté **50 €** (comparaison impossible : pas de données avant le 4 mai 2026).",
    ),
    (  # a part is final, several were won
        {"period": Period(date(2026, 9, 1), date(2026, 10, 21)), "comparison": None, "few": 1},
        "repeat orders € 0; **2 customers** were won. "
        "**€ 100** of it is **provisional**: orders since 21 Sep 2026 may still be refunded.",
        "commandes suivantes : 0 € ; **2 clients** gagnés. "
        "**100 €** en sont **provisoires** : les commandes depuis le 21 sept. 2026 peuvent encore être remboursées.",
    ),
    (  # a filter that the company’s revenue lacks
        {"filters": {"programme": ("partner",)}, "comparison": None},
        "Its share of the company’s revenue is **n/a**: not available by programme: orders are not recorded by "
        "programme.",
        "Sa part du chiffre d’affaires de l’entreprise est **n/d** : non disponible par programme : les commandes ne "
        "sont pas enregistrées par programme.",
    ),
    (  # another rule
        {"attribution": Attribution(model=Model.FIRST, window_days=7), "comparison": None},
        "**1 customer** was won, too few to judge by. Customers are won by the usual attribution: last touch, 30 days. "
        "All of it is **provisional**: its orders may still be refunded. Read this with care (first touch, 7 days; "
        "incomplete: data ends 20 Oct 2026).",
        "**1 client** gagné, trop peu pour en juger. Les clients sont gagnés selon l’attribution habituelle : dernier "
        "contact, 30 jours. Tout en est **provisoire** : ces commandes peuvent encore être remboursées. À lire avec "
        "prudence (premier contact, 7 jours ; incomplet : les données s’arrêtent au 20 oct. 2026).",
    ),
    (  # out of the data
        {"period": Period(date(2026, 1, 1), date(2026, 2, 1))},
        "What ambassadors brought is **n/a**: no data before 4 May 2026.",
        "Ce que les ambassadeurs ont apporté est **n/d** : pas de données avant le 4 mai 2026.",
    ),
]


@pytest.mark.parametrize(("choice", "english", "french"), ANSWERS)
def test_an_answer(small: Warehouse, open_page: OpenPage, choice: dict[str, Any], english: str, french: str) -> None:
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            assert expected in plain(revenue(open_page(small, **choice), "country_code"))


def test_no_change_is_said(company: Callable[..., Warehouse], open_page: OpenPage) -> None:
    orders = [{**order, "net_amount": 50} if order["customer_id"] == "x" else order for order in ROWS["orders"]]
    page = open_page(company(**{**ROWS, "orders": orders}))
    assert plain(revenue(page, "country_code")).startswith(
        "Ambassadors brought **€ 50**, **unchanged** against the 30 days before."
    )
    with speaking("fr"):
        assert plain(revenue(page, "country_code")).startswith(
            "Les ambassadeurs ont apporté **50 €**, montant **inchangé** par rapport aux 30 jours précédents."
        )


def test_without_ambassadors_the_reason_is_said(company: Callable[..., Warehouse], open_page: OpenPage) -> None:
    page = open_page(company(orders=ROWS["orders"]))
    assert revenue(page, "lever") == (
        "What ambassadors brought is **n/a**: waits for ambassadors. Import them: `python -m kpi import FOLDER`."
    )
    assert customers_won(page) == "n/a: waits for ambassadors"


def test_what_customers_won_bought_since_the_beginning(
    company: Callable[..., Warehouse], small: Warehouse, open_page: OpenPage
) -> None:
    # x for 100 and y for 50: 75 each, s² = 1,250, t(1) = 12.7062: 75 ± 12.7062 √(1,250 / 2) = 75 ± 317.655
    assert plain(customers_won(open_page(small))) == (
        "Since 4 May 2026, when the records begin, **2 customers won** have bought for **€ 150** in all: too few for "
        "an average."
    )
    assert plain(customers_won(open_page(small, few=2))) == (
        "Since 4 May 2026, when the records begin, **2 customers won** have bought for **€ 150** in all, **€ 75** "
        "each (95 % interval −€ 243 to € 393), first and later orders together."
    )
    assert "**1 customer won** has bought for **€ 50** in all" in plain(customers_won(open_page(small, SEPTEMBER)))
    with speaking("fr"):
        assert plain(customers_won(open_page(small))) == (
            "Depuis le 4 mai 2026, début des données, **2 clients gagnés** ont acheté pour **150 €** en tout : trop "
            "peu pour une moyenne."
        )
    alone = open_page(small, Period(date(2026, 5, 1), date(2026, 6, 1)))
    assert customers_won(alone) == "No customer was won since 4 May 2026, when the records begin."
