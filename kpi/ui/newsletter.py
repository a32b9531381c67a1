"""The spotlight of the month as a draft for the newsletter: HTML and Markdown, of those who agreed to be in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from html import escape
from typing import Final

from kpi.decisions import Channel, Consents, Spotlight, Spotlights, Stage, visible
from kpi.decisions.spotlight_steps import is_address
from kpi.decisions.spotlights import TO_PRINT
from kpi.language import speaking, spoken, translate
from kpi.store import Listing, Warehouse
from kpi.ui import format as fmt
from kpi.ui.typesetting import legible

LONGEST_NAME: Final = 200
FACE: Final = "font-family:Georgia,'Times New Roman',serif;color:#1f2933;line-height:1.6"
WIDTH: Final = "max-width:36rem;margin:0 auto;padding:1.5rem"


class Form(StrEnum):
    """What the draft is written in."""

    HTML = "html"
    MARKDOWN = "markdown"


ENDINGS: Final = {Form.HTML: "html", Form.MARKDOWN: "md"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What the newsletter says of one person; the name is empty when the data has none."""

    name: str
    quote: str
    link: str


def choose_for_month(spotlights: Spotlights, month: date, consents: Consents) -> tuple[Spotlight, ...]:
    """Those for the newsletter of the month that begins on the day `month`, by day, those without one last.

    Who agreed and has no day yet, and who is scheduled for the month or was published in it; nobody who is to be shown
    in-house only, who is no longer in the data, or who may not be contacted.
    """
    found = [one for one in visible(spotlights, consents).items if _belongs(one, month)]
    return tuple(sorted(found, key=lambda one: _day(one) or date.max))


def read_features(warehouse: Warehouse, spotlights: Sequence[Spotlight]) -> tuple[Feature, ...]:
    """What is said of each, with the person's name. For callers whose reader may take data of people away."""
    names = read_names(warehouse, [one.customer_id for one in spotlights])
    return tuple(
        Feature(name=legible(names[one.customer_id] or "", LONGEST_NAME), quote=one.quote, link=one.link)
        for one in spotlights
        if one.customer_id in names
    )


def read_names(warehouse: Warehouse, customer_ids: Sequence[str]) -> dict[str, str | None]:
    """The names of customers whom the data knows. For callers whose reader may see people."""
    rows = warehouse.rows(
        Listing(
            mart="dim_people",
            columns=("customer_id", "full_name"),
            order=("customer_id",),
            filters={"customer_id": sorted(set(customer_ids))},
        )
    )
    return {row["customer_id"]: row["full_name"] for row in rows}


def write_newsletter(features: Sequence[Feature], month: date, *, language: str, form: Form) -> bytes:
    """The draft in UTF-8, in this language; what others wrote stands in it as text and never as markup."""
    with speaking(language):
        write = _html if form is Form.HTML else _markdown
        return write(features, month).encode()


def _belongs(one: Spotlight, month: date) -> bool:
    if one.stage not in TO_PRINT or one.channel is Channel.INTERNAL:
        return False
    day = _day(one)
    return day is None or (day.year, day.month) == (month.year, month.month)


def _day(one: Spotlight) -> date | None:
    if one.stage is Stage.ACCEPTED:
        return None
    return one.published_on or one.day


def _title(month: date) -> str:
    return translate("Spotlight of the month, {month}", month=fmt.month(month))


def _opening() -> str:
    return translate("Some people do more than use what we make: they speak of it, unasked. We want to thank them.")


def _name(feature: Feature) -> str:
    return feature.name or translate("One of our customers")


def _html(features: Sequence[Feature], month: date) -> str:
    title = escape(_title(month))
    parts = "\n".join(_html_part(feature) for feature in features)
    return (
        f'<!doctype html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n</head>\n'
        f'<body style="margin:0;background:#ffffff">\n<main style="{WIDTH};{FACE}">\n'
        f'<h1 style="font-size:1.75rem;line-height:1.25">{title}</h1>\n<p>{escape(_opening())}</p>\n{parts}\n'
        f"<p>{escape(translate('Thank you.'))}</p>\n</main>\n</body>\n</html>\n"
    )


def _html_part(feature: Feature) -> str:
    lines = [f'<section style="margin:2rem 0">\n<h2 style="font-size:1.25rem;margin:0">{escape(_name(feature))}</h2>']
    if feature.quote:
        said = "<br>".join(escape(line) for line in feature.quote.splitlines())
        lines.append(
            f'<blockquote style="margin:0.75rem 0;padding-left:1rem;border-left:3px solid #0f766e">{said}</blockquote>'
        )
    if is_address(feature.link):
        words = escape(translate("Read more"))
        lines.append(f'<p><a href="{escape(feature.link)}" style="color:#0f766e">{words}</a></p>')
    return "\n".join([*lines, "</section>"])


def _markdown(features: Sequence[Feature], month: date) -> str:
    parts = [f"# {_plain(_title(month))}", _plain(_opening())]
    for feature in features:
        parts.append(f"## {_plain(_name(feature))}")
        if feature.quote:
            parts.append("\n".join(f"> {_plain(line)}".rstrip() for line in feature.quote.splitlines()))
        if is_address(feature.link):
            # Only these signs would end an address between angle brackets.
            address = feature.link.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E")
            parts.append(f"[{_plain(translate('Read more'))}](<{address}>)")
    return "\n\n".join([*parts, _plain(translate("Thank you."))]) + "\n"


def _plain(text: str) -> str:
    """A text as Markdown shows it: any sign that could be markup is written out."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-=.!|~&:@])", r"\\\1", " ".join(text.split()))
