"""Texts and their translations: all there, all used, with the same placeholders, and typeset as French is."""

import ast
import re
from pathlib import Path
from string import Formatter
from threading import Thread

import pytest
from babel.messages.catalog import Catalog, Message

from kpi import catalogue, language
from kpi.access.audit import AuditKind
from kpi.access.words import LANGUAGES as WORDS
from kpi.ingest import TABLES
from kpi.ingest.columns import sentence
from kpi.ingest.tables import ROW_RULES
from kpi.language import LANGUAGES, all_of, any_of, speaking, spoken, translate, translate_plural, use
from kpi.settings import PROJECT
from kpi.store.manifest import EARLIER_AUDIT
from kpi.store.refunds import EXCEEDS
from kpi.ui import audit_log, inventory, recorded

FRENCH = catalogue.read("fr")
MESSAGES = [message for message in FRENCH if message.id]

# What Streamlit shows of these calls is their first argument, or one of these.
SHOWN_FIRST = re.compile(
    "button|caption|checkbox|date_input|error|expander|header|info|link_button|markdown|metric|multiselect|number_input|"
    "popover|progress|radio|segmented_control|selectbox|slider|subheader|success|tabs|text|text_area|text_input|title|"
    "toast|toggle|warning|write"
)
SHOWN = frozenset({"alt", "help", "label", "placeholder", "text", "title", "words"})


def ids(message: Message) -> tuple[str, ...]:
    return catalogue.forms(message.id)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_text_of_the_source_is_translated_and_no_translation_is_left_over() -> None:
    assert catalogue.missing(FRENCH) == []
    assert {ids(message) for message in MESSAGES} == {ids(found) for found in catalogue.collect() if found.id}
    assert FRENCH.obsolete == {}


def test_a_translation_has_the_placeholders_and_marks_of_its_text() -> None:
    faults = []
    for message in MESSAGES:
        wanted, text = [placeholders(text) for text in ids(message)], ids(message)[0]
        for form in catalogue.forms(message.string):
            same = [form.count(sign) == text.count(sign) for sign in ("**", "`", "*")]
            if placeholders(form) not in wanted or not all(same) or form.endswith(".") is not text.endswith("."):
                faults.append(form)
    assert faults == []


def test_french_is_typeset_as_french() -> None:
    # No straight apostrophe, and no place before a sign where a line could break or where the space is missing.
    wrong = re.compile(r"'| [:;?!%»]|« |[^ \N{NARROW NO-BREAK SPACE}][;?!](\s|$)|[^\W_]:\s")
    forms = [form for message in MESSAGES for form in catalogue.forms(message.string)]
    assert [form for form in forms if wrong.search(re.sub(":material/[a-z]+:", "", form))] == []
    assert [bool(wrong.search(text)) for text in ("l'un", "un : deux", "quoi?", "vu: rien", "« oui »")] == [True] * 5
    assert not wrong.search(
        "«\N{NO-BREAK SPACE}l’un\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}: quoi\N{NARROW NO-BREAK SPACE}?"
    )


def test_refreshing_a_fresh_catalogue_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = language.catalogue_file("fr").read_bytes()
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    assert set(catalogue.refresh("fr")) == {ids(message)[0] for message in MESSAGES}  # begun anew
    language.catalogue_file("fr").write_bytes(before)
    assert catalogue.refresh("fr") == []
    assert language.catalogue_file("fr").read_bytes() == before


def test_what_nobody_has_looked_at_counts_as_missing() -> None:
    found = Catalog(locale="fr")
    found.add("One", string="Un")
    found.add("Two", string="Deux", flags={"fuzzy"})
    found.add("Three")
    found.add(("{count} row", "{count} rows"), string=("{count} ligne", ""))
    assert catalogue.missing(found) == ["Two", "Three", "{count} row"]


def test_texts_are_found_wherever_they_stand() -> None:
    source = """
f"<b>{translate('In a text')}</b>"
NAMES = {"a": mark("Half " "and half"), "b": mark_plural("one", "many")}
translate_plural(*NAMES["b"], 2)
translate(NAMES["a"])
"""
    assert set(catalogue.texts_of(source)) == {"In a text", "Half and half", ("one", "many")}


def _shown(call: ast.Call) -> list[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    first = call.args[:1] if SHOWN_FIRST.fullmatch(name) else []
    return [*first, *(keyword.value for keyword in call.keywords if keyword.arg in SHOWN)]


def _is_bare(value: ast.expr) -> bool:
    """Whether the words of an expression stand there untranslated."""
    if isinstance(value, ast.JoinedStr):
        return any(_is_bare(part) for part in value.values if isinstance(part, ast.Constant))
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return False
    words = re.sub(r":[a-z_/-]+[\[:]", "", value.value)  # without Streamlit's own, such as :small[ and :material/…:
    return bool(re.search("[A-Za-z]{3}", words))


def test_what_is_shown_is_never_written_without_translation() -> None:
    faults = [
        f"{file.relative_to(PROJECT)}:{call.lineno}: {ast.unparse(value)}"
        for folder in ("pages", "kpi/ui")
        for file in sorted((PROJECT / folder).glob("*.py"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for value in _shown(call)
        if _is_bare(value)
    ]
    assert faults == []
    bare = ast.parse('st.title(f"Hello {name}")').body[0]
    assert isinstance(bare, ast.Expr)
    assert isinstance(bare.value, ast.Call)
    assert [_is_bare(value) for value in _shown(bare.value)] == [True]


def test_kinds_rules_and_audits_have_their_words() -> None:
    known = {ids(message)[0] for message in MESSAGES}
    assert {kind.replace("_", " ").capitalize() for kind in (*AuditKind, *inventory.KINDS)} == set(audit_log.KINDS)
    rules = {rule.sentence for rule in ROW_RULES.values()}
    for table in TABLES.values():
        for name, column in table.schema.columns().items():
            rules |= {sentence(f"check__{check}") for check in (column.check if isinstance(column.check, dict) else ())}
            rules |= {f"must exist in {table.references[name]}"} if name in table.references else set()
    for audit in (PROJECT / "data" / "models" / "audits").glob("*.sql"):
        rules |= set(re.findall("^-- warning: (.*)$", audit.read_text(), re.M))
    rules |= {EXCEEDS, EARLIER_AUDIT}
    with speaking("fr"):
        assert sorted(rule for rule in rules if recorded.in_words(rule) == rule) == []
        assert recorded.in_words("must exist in orders") == "doit exister dans orders"
        assert recorded.in_words("something of one's own") == "something of one's own"
    assert set(recorded.TEMPLATES) <= known


def test_english_is_spoken_until_another_language_is_chosen() -> None:
    assert (spoken(), translate("Data")) == ("en", "Data")
    with speaking("fr"):
        assert (spoken(), translate("Data"), translate("Not in the catalogue")) == (
            "fr",
            "Données",
            "Not in the catalogue",
        )
        with speaking("de"):
            assert spoken() == "en"
        assert spoken() == "fr"
        heard: list[str] = []
        other = Thread(target=lambda: heard.append(spoken()))  # another reader's run
        other.start()
        other.join()
        assert heard == ["en"]
    assert spoken() == "en"


def test_a_language_chosen_lasts_for_the_run() -> None:
    def run() -> None:
        use("fr")
        heard.append(translate("Glossary"))

    heard: list[str] = []
    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert (heard, spoken()) == (["Glossaire"], "en")


def test_nothing_is_translated_to_nothing() -> None:
    with speaking("fr"):
        assert translate("") == ""


@pytest.mark.parametrize(
    ("language", "texts"),
    [("en", ["0 rows", "1 row", "2 rows"]), ("fr", ["0 ligne", "1 ligne", "2 lignes"])],
)
def test_zero_is_plural_in_english_only(language: str, texts: list[str]) -> None:
    with speaking(language):
        told = [translate_plural("{count} row", "{count} rows", number, count=number) for number in range(3)]
    assert told == texts


@pytest.mark.parametrize(
    ("language", "both", "either"), [("en", "a and b and c", "a or b"), ("fr", "a et b et c", "a ou b")]
)
def test_texts_in_a_row(language: str, both: str, either: str) -> None:
    with speaking(language):
        assert (all_of(["a", "b", "c"]), any_of(["a", "b"]), any_of(["a"])) == (both, either, "a")


def test_the_pages_around_the_dashboard_know_the_same_languages() -> None:
    assert tuple(WORDS) == LANGUAGES
