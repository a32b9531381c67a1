"""Documents to print or to send: a template sets words that were written before, and reads nothing else."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

TEMPLATES: Final = Path(__file__).parent / "templates"
ACCESSIBLE: Final = ("ua-1",)
# How a document is set, the first way that can show all its letters: with typst's own fonts, which give the same bytes
# everywhere; with those of the machine beside them, for scripts that they lack; with a box for what no font here has,
# which the standard for accessible documents does not allow.
WAYS: Final[tuple[Mapping[str, Any], ...]] = (
    {"ignore_system_fonts": True, "pdf_standards": [*ACCESSIBLE]},
    {"ignore_system_fonts": False, "pdf_standards": [*ACCESSIBLE]},
    {"ignore_system_fonts": False, "pdf_standards": []},
)

JOINERS: Final = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # of letters in some scripts
PICTURES_FROM: Final = 0x2600  # emoji and the like, which fonts for text lack


def typeset(template: str, content: Mapping[str, object], *, at: datetime) -> bytes:
    """The content as a tagged PDF, set by templates/<template>.typ, which finds it as JSON.

    What stands in the content is text and never markup. The same content and the same moment `at`, with its time zone,
    give the same bytes.
    """
    source = (TEMPLATES / f"{template}.typ").read_bytes()
    data = json.dumps(content, ensure_ascii=False)
    *first, last = WAYS
    typst = import_module("typst")  # takes a moment, and few readers ask for a document
    for way in first:
        try:
            return _compiled(typst, source, data, at, way)
        except typst.TypstError:
            continue
    return _compiled(typst, source, data, at, last)


def legible(text: str, most: int) -> str:
    """A text that others wrote, as paper can show it: one line, no pictures, nothing that turns its direction.

    Cut after `most` letters.
    """
    kept = " ".join("".join(sign for sign in text if _is_shown(sign)).split())
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def in_plain_text(markdown: str) -> str:
    """Words that were written for a page, without what marks them up there: bold, escapes, signs without width."""
    bare = markdown.replace("**", "").replace("\N{WORD JOINER}", "")
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", bare)


def _is_shown(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category.startswith("C"):
        return sign.isspace() or sign in JOINERS
    if unicodedata.name(sign, "").startswith("VARIATION SELECTOR"):
        return False
    return not (category in {"So", "Sk"} and ord(sign) >= PICTURES_FROM)


def _compiled(typst: Any, source: bytes, data: str, at: datetime, way: Mapping[str, Any]) -> bytes:
    made: bytes = typst.compile(source, sys_inputs={"data": data}, format="pdf", timestamp=at, **way)
    return made
