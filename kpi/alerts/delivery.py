"""Handing one mail to an SMTP server: afterwards it is known whether the server has it, or that nobody knows."""

import re
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from smtplib import SMTP, SMTPException
from ssl import create_default_context
from typing import Final

from kpi.errors import MailRefusedError, MailServerUnreachableError, MailUnansweredError
from kpi.settings import Mail

TAKEN, GO_ON = {250, 251}, {354}
LONGEST_REASON: Final = 200
LINE_BEGINS_WITH_DOT: Final = re.compile(rb"^\.", re.MULTILINE)
END: Final = b".\r\n"

Reply = tuple[int, bytes]


def deliver(server: Mail, message: EmailMessage, to: str) -> None:
    """Hand over a mail to the address `to`; when this returns, the server took responsibility for it.

    Until the line that ends a mail is sent, a server must not keep it (RFC 5321, section 4.1.1.4): whatever goes wrong
    before is a `MailRefusedError`, and so is the server's no. Without an answer after that line it is a
    `MailUnansweredError`: the server may have the mail or not. `MailServerUnreachableError` when none was reached or
    it let nobody in.
    """
    client = _connect(server)
    try:
        _offer(client, server.sender, to, message.as_bytes(policy=policy.SMTP))
        try:
            client.send(END)
            reply = client.getreply()
        except (SMTPException, OSError) as error:
            raise MailUnansweredError(_reason(error)) from error
        _require(reply, TAKEN)
        with suppress(SMTPException, OSError):
            client.quit()
    finally:
        client.close()


def _connect(server: Mail) -> SMTP:
    try:
        client = SMTP(server.host, server.port, timeout=server.timeout_seconds)
    except (SMTPException, OSError) as error:
        raise MailServerUnreachableError(_reason(error)) from error
    try:
        client.ehlo_or_helo_if_needed()
        if server.starttls:
            client.starttls(context=create_default_context())
        if server.user:
            client.login(server.user, server.password.get_secret_value())
    except (SMTPException, OSError) as error:
        client.close()
        raise MailServerUnreachableError(_reason(error)) from error
    return client


def _offer(client: SMTP, sender: str, to: str, content: bytes) -> None:
    """Everything but the line that ends the mail."""
    try:
        _require(client.mail(sender), TAKEN)
        _require(client.rcpt(to), TAKEN)
        _require(client.docmd("DATA"), GO_ON)
        client.send(LINE_BEGINS_WITH_DOT.sub(b"..", content))
    except (SMTPException, OSError, UnicodeError) as error:
        raise MailRefusedError(_reason(error)) from error


def _require(reply: Reply, wanted: set[int]) -> None:
    code, text = reply
    if code not in wanted:
        raise MailRefusedError(_shortened(f"{code} {text.decode('utf-8', 'replace')}"))


def _reason(error: Exception) -> str:
    return _shortened(str(error) or type(error).__name__)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON]}…"
