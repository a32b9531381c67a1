"""The mail that brings the sponsor's report of a month to who asked for it, in their language."""

from contextlib import closing
from datetime import date
from email.message import EmailMessage

from kpi.access.credentials import Account
from kpi.language import ENGLISH, speaking, translate
from kpi.period import Grain, Period, next_edge
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui import report

PAGE = "/economics"


def compose(store: Store, account: Account, month: date, message_id: str, *, settings: Settings) -> EmailMessage:
    """The report of the month that begins on this day, as a PDF with a few words; English unless they chose another."""
    language = account.language or ENGLISH
    asked = report.Asked(store=store, settings=settings, period=Period(month, next_edge(month, Grain.MONTH)))
    with closing(Warehouse(store)) as warehouse:
        made = report.build_report(warehouse, asked, language=language)
    message = EmailMessage()
    with speaking(language):
        name = fmt.month(month)
        message["Subject"] = translate("Ambassade: report for {month}", month=name)
        message["From"] = f"Ambassade <{settings.mail.sender}>"
        message["To"] = account.email
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        told = translate("Attached is what the ambassador programme cost and brought in {month}.", month=name)
        address = f"{settings.mail.base_address.rstrip('/')}{PAGE}"
        foot = translate("You asked for this report; the page ends it: {address}", address=address)
        message.set_content(f"{told}\n\n{foot}\n", cte="quoted-printable")
    message.add_attachment(made, maintype="application", subtype="pdf", filename=f"ambassade-{month:%Y-%m}.pdf")
    return message
