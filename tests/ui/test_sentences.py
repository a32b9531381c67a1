"""The sentences that answer a page's question, and the small print, in both languages, case by case."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kpi.language import LANGUAGES, speaking
from kpi.metrics import METRICS
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui.answers import programme_health
from kpi.ui.charts import NOT_DRAWN, describe_trend
from kpi.ui.figures import LIGHT, movements_figure, trend_figure
from kpi.ui.inventory import data_state
from kpi.ui.notes import definition, note, second_change
from kpi.ui.presets import Against, against_clause, dates_in_words

from .conftest import BOTH, OCTOBER, ROWS, OpenPage

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))
FIRST_TEN_DAYS = Period(date(2026, 10, 1), date(2026, 10, 11))
WHOLE = Period(date(2026, 10, 1), date(2026, 10, 21))


def plain(text: str) -> str:
    """With ordinary spaces, which the eye cannot tell apart in a test."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


ANSWERS: list[tuple[dict[str, Any], str, str]] = [
    (  # no change
        {},
        "Active ambassadors are **unchanged at 2** against the 30 days before: 1 arrived or came back, 1 fell silent.",
        "Le nombre d’ambassadeurs actifs est **inchangé, à 2,** par rapport aux 30 jours précédents : "
        "1 est arrivé ou revenu, 1 est devenu silencieux.",
    ),
    (  # more, plural, and a zero
        {"period": SEPTEMBER},
        "Active ambassadors **rose by 2 to 2** against the 30 days before: 2 arrived or came back, none fell silent.",
        "Le nombre d’ambassadeurs actifs **progresse de 2 et s’établit à 2** par rapport aux 30 jours précédents : "
        "2 sont arrivés ou revenus, aucun n’est devenu silencieux.",
    ),
    (  # fewer
        {"period": FIRST_TEN_DAYS},
        "Active ambassadors **fell by 1 to 1** against the 10 days before: none arrived or came back, 1 fell silent.",
        "Le nombre d’ambassadeurs actifs **recule de 1 et s’établit à 1** par rapport aux 10 jours précédents : "
        "aucun n’est arrivé ou revenu, 1 est devenu silencieux.",
    ),
    (  # no comparison, one
        {"period": FIRST_TEN_DAYS, "comparison": None},
        "**1** ambassador is active: none arrived or came back, 1 fell silent.",
        "**1** ambassadeur est actif : aucun n’est arrivé ou revenu, 1 est devenu silencieux.",
    ),
    (  # no comparison, several
        {"comparison": None},
        "**2** ambassadors are active: 1 arrived or came back, 1 fell silent.",
        "**2** ambassadeurs sont actifs : 1 est arrivé ou revenu, 1 est devenu silencieux.",
    ),
    (  # nothing to compare with
        {"comparison": Comparison.LAST_YEAR},
        "**2** ambassadors are active (no data before 2 Mar 2026 to compare with): 1 arrived",
        "**2** ambassadeurs sont actifs (comparaison impossible : pas de données avant le 2 mars 2026) : 1 est arrivé",
    ),
    (  # what an amount cost is n/a
        {"filters": {"country_code": ("FR",)}},
        "They brought **€ 100**; what that cost is **n/a**: "
        "not available by country: costs are not recorded by country.",
        "Ils ont apporté **100 €** ; le coût correspondant est **n/d** : "
        "non disponible par pays : les coûts ne sont pas enregistrés par pays.",
    ),
    (
        {},
        "They brought **€ 100** at **20.0 %** of that revenue in cost.",
        "Ils ont apporté **100 €**, pour un coût égal à **20,0 %** de ce chiffre d’affaires.",
    ),
    (  # a change that is not clear
        {},
        "Their NPS of **+50** shows **no clear change** from +100 (4 answers).",
        "Leur NPS de **+50** ne montre **pas d’évolution nette** depuis +100 (4 réponses).",
    ),
    ({"comparison": None}, "Their NPS is **+50** (4 answers).", "Leur NPS est de **+50** (4 réponses)."),
    (  # out of the data
        {"period": Period(date(2026, 1, 1), date(2026, 2, 1))},
        "Active ambassadors are **n/a**: no data before 2 Mar 2026. "
        "What they brought is **n/a**: no data before 4 May 2026. "
        "Their satisfaction is **n/a**: no data before 15 Aug 2026.",
        "Le nombre d’ambassadeurs actifs est **n/d** : pas de données avant le 2 mars 2026. "
        "Ce qu’ils ont apporté est **n/d** : pas de données avant le 4 mai 2026. "
        "Leur satisfaction est **n/d** : pas de données avant le 15 août 2026.",
    ),
]


@pytest.mark.parametrize(("choice", "english", "french"), ANSWERS)
def test_an_answer(small: Warehouse, open_page: OpenPage, choice: dict[str, Any], english: str, french: str) -> None:
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            assert expected in plain(programme_health(open_page(small, **choice)))


@pytest.mark.parametrize(
    ("scores", "english", "french"),
    [
        ((0, 10), "Their NPS **rose from −100 to +100** (40 answers).", "progresse de −100 à +100** (40 réponses)."),
        ((10, 0), "Their NPS **fell from +100 to −100** (40 answers).", "recule de +100 à −100** (40 réponses)."),
    ],
)
def test_a_clear_change_has_its_sign(
    company: Callable[..., Warehouse], open_page: OpenPage, scores: tuple[int, int], english: str, french: str
) -> None:
    # 40 people give the one score in September and the other in October; one was asked in August: September is whole.
    people = [f"p-{number}" for number in range(40)]
    early = {"customer_id": "q", "audience": "ambassador", "asked_at": "2026-08-15"}
    warehouse = company(
        surveys=[
            early,
            *(
                {"customer_id": name, "audience": "ambassador", "asked_at": day, "answered_at": day, "score": score}
                for day, score in zip(("2026-09-15", "2026-10-15"), scores, strict=True)
                for name in people
            ),
        ]
    )
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            assert expected in plain(programme_health(open_page(warehouse)))


def test_another_year_is_told_apart_from_this_periods_movements(
    company: Callable[..., Warehouse], open_page: OpenPage
) -> None:
    # A year earlier ann was active, now ann and bob are; October alone saw bob arrive.
    acts = [("ann", "2025-09-01"), ("ann", "2025-10-10"), ("ann", "2026-10-10"), ("bob", "2026-10-20")]
    warehouse = company(
        customers=[{"customer_id": name} for name in ("ann", "bob")],
        ambassadors=[{"ambassador_id": f"amb-{name}", "customer_id": name} for name in ("ann", "bob")],
        content=[{"customer_id": name, "posted_at": day} for name, day in acts],
    )
    page = open_page(warehouse, comparison=Comparison.LAST_YEAR)
    assert programme_health(page).startswith(
        "Active ambassadors **rose by 1 to 2** against the same days a year earlier. "
        "In this period 2 arrived or came back, none fell silent."
    )
    with speaking("fr"):
        assert programme_health(page).startswith(
            "Le nombre d’ambassadeurs actifs **progresse de 1 et s’établit à 2** "
            "par rapport aux mêmes jours un an plus tôt. "
            "Sur cette période, 2 sont arrivés ou revenus, aucun n’est devenu silencieux."
        )


NOTES: list[tuple[str, dict[str, Any], str, str]] = [
    (  # an interval, few, incomplete
        "ambassador_net_promoter_score",
        {},
        "−34 to +91 · 4 answers (few) · incomplete: data ends 20 Oct 2026",
        "−34 à +91 · 4 réponses (peu) · incomplet : les données s’arrêtent au 20 oct. 2026",
    ),
    (
        "acquisition_cost",
        {"period": WHOLE},
        "€ 4 – 790 · 1 customer (few)",
        "4 à 790 € · 1 client (peu)",
    ),
    (
        "attributed_revenue",
        {"period": WHOLE},
        "the same € 100 over windows of 7 to 90 days; attributed, not incremental",
        "100 € quelle que soit la fenêtre, de 7 à 90 jours ; attribué, non incrémental",
    ),
    (
        "cost_to_revenue_ratio",
        {"period": WHOLE},
        "return +150 %; reference bands 3 % and 15–25 % (one consultant’s claim)",
        "rendement +150 % ; repères 3 % et 15–25 % (avancés par un consultant)",
    ),
    ("active_ambassadors", {"period": WHOLE}, "on 20 Oct", "au 20 oct."),
    (
        "programme_cost",
        {"period": Period(date(2026, 7, 1), date(2026, 10, 1)), "comparison": None},
        "incomplete: data begins 3 Aug 2026",
        "incomplet : les données commencent au 3 août 2026",
    ),
    (
        "programme_cost",
        {"period": WHOLE, "filters": {"programme": ("recognition",)}},
        "shared costs left out",
        "hors coûts communs",
    ),
    ("monthly_recurring_revenue", {}, "waits for subscriptions", "en attente de subscriptions"),
    (
        "cost_to_revenue_ratio",
        {"period": Period(date(2026, 8, 4), date(2026, 9, 1)), "comparison": None},
        "no revenue is attributed",
        "aucun chiffre d’affaires n’est attribué",
    ),
    (
        "cost_to_revenue_ratio",
        {"filters": {"sector": ("x",), "country_code": ("FR",)}},
        "not available by sector and country: costs are not recorded by sector and country",
        "non disponible par secteur et pays : les coûts ne sont pas enregistrés par secteur et pays",
    ),
]


@pytest.mark.parametrize(("name", "choice", "english", "french"), NOTES)
def test_a_note(
    small: Warehouse, open_page: OpenPage, name: str, choice: dict[str, Any], english: str, french: str
) -> None:
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            page = open_page(small, **choice)
            assert plain(note(page, page.read(METRICS[name]))) == expected


SECOND: list[tuple[str, dict[str, Any], str, str]] = [
    ("attributed_revenue", {}, "Up € 60 (150 %) on a year earlier", "En hausse de 60 € (150 %) en un an"),
    ("active_ambassadors", {}, "Up 1 (100 %) on a year earlier", "En hausse de 1 (100 %) en un an"),
    (  # nobody before, so nothing to be relative to
        "new_ambassadors",
        {"period": Period(date(2026, 10, 11), date(2026, 10, 31))},
        "Up 1 on a year earlier",
        "En hausse de 1 en un an",
    ),
    (  # on 10 September 2025 ann was active; a year later, before her post of that day, nobody
        "active_ambassadors",
        {"period": Period(date(2026, 9, 8), date(2026, 9, 10))},
        "Down 1 (100 %) on a year earlier",
        "En baisse de 1 (100 %) en un an",
    ),
    ("enrolled_ambassadors", {}, "No change on a year earlier", "Sans changement en un an"),
    (
        "ambassador_net_promoter_score",
        {},
        "No clear change on a year earlier",
        "Pas d’évolution nette en un an",
    ),
    (
        "programme_cost",
        {},
        "A year earlier: no data before 5 Oct 2025",
        "Un an plus tôt : pas de données avant le 5 oct. 2025",
    ),
    (  # n/a then
        "acquisition_cost",
        {"period": Period(date(2026, 10, 5), date(2026, 10, 13))},
        "A year earlier: no customer was won",
        "Un an plus tôt : aucun client n’a été gagné",
    ),
    (  # another order
        "attributed_revenue",
        {"comparisons": (Comparison.LAST_YEAR, Comparison.PREVIOUS)},
        "Up € 50 (100 %) on the period before",
        "En hausse de 50 € (100 %) par rapport à la période précédente",
    ),
    ("attributed_revenue", {"comparisons": (Comparison.PREVIOUS,)}, "", ""),
    ("attributed_revenue", {"comparisons": ()}, "", ""),
    ("monthly_recurring_revenue", {}, "", ""),  # n/a now
]


@pytest.mark.parametrize(("name", "choice", "english", "french"), SECOND)
def test_the_second_comparison(
    two_years: Warehouse, open_page: OpenPage, name: str, choice: dict[str, Any], english: str, french: str
) -> None:
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            page = open_page(two_years, **{"comparisons": BOTH, **choice})
            assert plain(second_change(page, page.read(METRICS[name]))) == expected


def test_an_answer_speaks_of_the_first_comparison(two_years: Warehouse, open_page: OpenPage) -> None:
    one, both = (open_page(two_years, comparisons=chosen) for chosen in (BOTH[:1], BOTH))
    assert programme_health(both) == programme_health(one)


def test_tables_that_stand_in_for_each_other(company: Callable[..., Warehouse], open_page: OpenPage) -> None:
    page = open_page(company(**{name: rows for name, rows in ROWS.items() if name != "costs"}))
    with speaking("fr"):
        assert page.read(METRICS["programme_cost"]).current.reason == "en attente de costs ou rewards"


@pytest.mark.parametrize(
    ("period", "against", "english", "french"),
    [
        (OCTOBER, Against.PREVIOUS, "against the 30 days before", "par rapport aux 30 jours précédents"),
        (
            Period.until(OCTOBER.end, days=1),
            Against.PREVIOUS,
            "against the day before",
            "par rapport au jour précédent",
        ),
        (Period.until(OCTOBER.end, days=365), Against.PREVIOUS, "the 12 months before", "aux 12 mois précédents"),
        (OCTOBER, Against.LAST_YEAR, "against the same days a year earlier", "aux mêmes jours un an plus tôt"),
    ],
)
def test_what_a_change_is_measured_against(period: Period, against: Against, english: str, french: str) -> None:
    assert against_clause(period, *against.comparisons(period)).endswith(english)
    with speaking("fr"):
        assert against_clause(period, *against.comparisons(period)).endswith(french)
        line = dates_in_words(period, against.comparisons(period))
        assert line.startswith(("Du ", "Le "))
        assert line.endswith(french)


def test_nothing_to_compare_with_leaves_the_dates() -> None:
    with speaking("fr"):
        assert dates_in_words(OCTOBER, ()) == "Du 1er au 30 octobre 2026"


def test_a_chart_in_french(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 9, 1), date(2026, 10, 21)))
    with speaking("fr"):
        figure = trend_figure(page, METRICS["attributed_revenue"], LIGHT)
        assert plain("\n".join(figure.data[0].customdata)).count("<b>100,00 €</b><br>Du 12 au 18 octobre 2026") == 1
        assert {trace.name for trace in figure.data} == {"cette période", "écourtée", "50 jours précédents"}
        axes = figure.layout
        assert (axes.separators, axes.xaxis.tickformat) == (",\u202f", "%d/%m")
        assert plain(", ".join(axes.yaxis.ticktext)) == "0 €, 20 €, 40 €, 60 €, 80 €, 100 €"
        assert movements_figure((1, 0, 2), LIGHT).data[0].y == ("Nouveaux", "De retour", "Devenus silencieux")
        assert plain(describe_trend(page, METRICS["attributed_revenue"])) == (
            "CA attribué (chiffre d’affaires), par semaine, du 1er septembre au 20 octobre 2026 : de 0 € à 0 € ; "
            "en comparaison : 50 jours précédents"
        )


def test_what_is_not_drawn_follows_its_number() -> None:
    assert all("{cases}" in text for texts in NOT_DRAWN.values() for text in texts)


def test_a_definition_in_french() -> None:
    with speaking("fr"):
        lines = plain(definition(METRICS["acquisition_cost"])).split("\n\n")
    assert lines == [
        "**Coût d’acquisition (CAC)**",
        "Coût du programme par client gagné grâce à un ambassadeur.",
        "*Formule :* coût du programme / clients gagnés ; intervalle de Garwood du nombre",
        "*Tables nécessaires :* costs ou rewards, orders, ambassadors",
    ]


def test_the_state_of_the_data_in_french(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small)
    source = small.manifest.sources[0].model_copy(update={"rejected": 1})
    manifest = small.manifest.model_copy(update={"sources": (source,), "warnings": ("a", "b")})
    with speaking("fr"):
        assert plain(data_state(manifest, page.settings.zone)) == (
            "La version **1** est affichée, publiée le 22 nov. 2026 à 13:00 : **32 lignes**, issues de 1 fichier, "
            "jusqu’au 20 oct. 2026. **1 ligne** enfreint une règle et a été écartée. "
            "**2 avertissements** des contrôles ci-dessous."
        )
