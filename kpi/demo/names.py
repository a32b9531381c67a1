"""Invented people: first names by country, surnames put together from invented halves."""

import unicodedata

import numpy as np

from kpi.demo.draws import Texts

FIRST_NAMES = {
    "FR": "Léa Camille Manon Inès Jade Élise Océane Margaux Clara Noémie Agathe Solène Lucas Hugo Théo Antoine Jules "
    "Baptiste Maxime Rémi Aïcha Fatou Mehdi Yasmine",
    "BE": "Emma Lotte Fien Charlotte Elke Noor Julie Amélie Lien Anouk Wout Jef Arne Bram Loïc Thibault Simon Nele "
    "Zita Ilyas",
    "CH": "Mia Lara Nina Alina Selina Chiara Céline Livia Noah Luca Reto Urs Nils Elio Flavio Beat Ramona Aline "
    "Ladina Gian",
    "DE": "Hannah Lena Marie Johanna Greta Frieda Katrin Annika Meike Silke Jonas Felix Moritz Lukas Finn Ole Tim "
    "Emre Aylin Jürgen",
    "ES": "Lucía Sofía Carmen Paula Alba Marta Irene Nerea Rocío Pilar Diego Pablo Álvaro Javier Iker Andrés Jordi "
    "Mateo Ainhoa Montse",
    "IT": "Giulia Aurora Martina Chiara Elisa Beatrice Ginevra Arianna Silvia Paola Lorenzo Matteo Davide Andrea "
    "Riccardo Nicolò Fabio Marco Serena Ilaria",
}
SURNAME_BEGINNINGS = {
    "FR": "Bel Mont Char Roch Font Vill Per Gar Lam Cou Mar Del Rou Bon Tour Cast Fab Gui Lav Pas Sor Tal Ver Bru",
    "BE": "Van Der|De Clee|Ver Hag|Lam|Wout|De Wae|Van Loo|Jans|Claes|Peet|Del|Maer|Van Rij|Goos|Hend|Roos",
    "CH": "Amm Brun Zur Hof Wyss Keller Gub Lüth Stal Mäd Rüeg Cav Bian Fav Jacc Perr",
    "DE": "Stein Berg Hof Wald Acker Linden Grün Eichen Schön Brand Holz Kirch Rosen Falken Lang Neu Ober Weiden",
    "ES": "Mar Gut Her Fern Val Mor Cast Rod Sal Nav Ort Cab Ser Pal Dom Ben Alc Mir",
    "IT": "Bell Ross Mor Ferr Gal Mont Bian Cast Mar Fior Lomb Ricc Vent Sant Cap Ner Gril Pell",
}
SURNAME_ENDINGS = {
    "FR": "ard eau ier in aud et ois elle ault ens otte eron ère emin",
    "BE": "mans ckx beke sen donck eyn vaert huys roek gers",
    "CH": "ann li iger egger er in ini od ier et",
    "DE": "mann er bauer feld inger hoff meier haus bach kamp",
    "ES": "ez ero ano ares ales ina illo arez ado edo",
    "IT": "ini etti oni ano elli ucci aro one ardi ese",
}


def full_names(draw: np.random.Generator, countries: Texts) -> Texts:
    """One invented full name per person, in the manner of the person's country (French where it has no list)."""
    names = np.empty(len(countries), dtype="<U48")
    for country, first_names in FIRST_NAMES.items():
        here = np.flatnonzero(countries == country)
        if country == "FR":
            here = np.flatnonzero((countries == country) | ~np.isin(countries, list(FIRST_NAMES)))
        given = draw.choice(first_names.split(), len(here))
        family = draw.choice(_surnames(country), len(here))
        names[here] = [f"{first} {last}" for first, last in zip(given, family, strict=True)]
    return names


def email_addresses(names: Texts, first_number: int = 1) -> Texts:
    """An address at example.com for each name, made unique by a running number."""
    parts = (plain(name).lower().replace(" ", ".") for name in names)
    return np.array([f"{part}.{number}@example.com" for number, part in enumerate(parts, first_number)], dtype=np.str_)


def plain(text: str) -> str:
    """The text without accents, in ASCII letters."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _surnames(country: str) -> list[str]:
    listed = SURNAME_BEGINNINGS[country]
    beginnings = listed.split("|") if "|" in listed else listed.split()
    return [beginning + ending for beginning in beginnings for ending in SURNAME_ENDINGS[country].split()]
