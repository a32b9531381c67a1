"""The catalogues of translations: `python -m kpi.catalogue` brings every text of the source to them."""

import ast
from collections.abc import Iterator
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from kpi.language import ENGLISH, LANGUAGES, catalogue_file
from kpi.settings import PROJECT

# The functions of kpi/language.py that take a text, and how many texts each takes.
MARKS: Final = {"mark": 1, "mark_plural": 2, "translate": 1, "translate_plural": 2}
FOLDERS: Final = ("kpi", "pages")
WIDTH: Final = 120

Text = str | tuple[str, ...]


def collect() -> Catalog:
    """Every text of the source that is marked or translated, with the files it stands in."""
    found = Catalog(fuzzy=False)
    for folder in FOLDERS:
        for file in sorted((PROJECT / folder).rglob("*.py")):
            for text in texts_of(file.read_text(encoding="utf-8")):
                found.add(text, locations=[(file.relative_to(PROJECT).as_posix(), 0)])
    return found


def texts_of(source: str) -> Iterator[Text]:
    """The texts that a module hands to one of `MARKS`, those within f-strings too, which Babel's own finder misses."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            wanted = node.args[: MARKS[node.func.id]]
            texts = [text.value for text in wanted if isinstance(text, ast.Constant) and isinstance(text.value, str)]
            if len(texts) == MARKS[node.func.id]:
                yield texts[0] if len(texts) == 1 else tuple(texts)


def refresh(language: str) -> list[str]:
    """Bring the texts of the source to a language's catalogue, and return those that wait for their translation.

    A translation stays with its text; one of a text that the source has no longer goes.
    """
    path = catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = read(language) if path.exists() else _begun(language)
    catalogue.update(collect(), no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return missing(catalogue)


def read(language: str) -> Catalog:
    """The catalogue of a language."""
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


def missing(catalogue: Catalog) -> list[str]:
    """The texts without a translation, or with one that nobody has looked at."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and (message.fuzzy or not all(forms(message.string or "")))
    ]


def forms(text: Text | list[str]) -> tuple[str, ...]:
    """A text's forms: one, or those for one and for many."""
    return (text,) if isinstance(text, str) else tuple(text)


def _begun(language: str) -> Catalog:
    return Catalog(
        locale=language,
        header_comment=f"# Texts of Ambassade, language {language}. Refresh with: python -m kpi.catalogue",
        project="Ambassade",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def main() -> None:
    """Refresh every catalogue, and say what is to be translated."""
    for language in LANGUAGES:
        if language != ENGLISH:
            for text in refresh(language):
                print(f"{catalogue_file(language).relative_to(PROJECT)} waits for: {text}")


if __name__ == "__main__":
    main()
