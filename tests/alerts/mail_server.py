"""A real SMTP server on loopback that dies or refuses where it is told to: python mail_server.py PORT FOLDER MODE.

Each mail taken is a file of FOLDER. Modes: take; dead_at_rcpt, dead_at_data: it dies when it hears that command;
dead_unkept, dead_kept: it dies at the end of a mail, before or after it kept it; later, never: it answers 451 or 550;
slow: it keeps the mail and answers a minute later. With a certificate and key in FOLDER/server.pem it asks for STARTTLS
and for the user "post" with the password "secret".
"""

import asyncio
import os
import ssl
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Handler:
    """What the server does with a mail."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.folder, self.mode = folder, mode

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode == "dead_at_rcpt":
            os._exit(1)
        if self.mode == "never":
            return "550 There is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.mode == "dead_unkept":
            os._exit(1)
        if self.mode == "later":
            return "451 Come back later"
        content = envelope.content
        assert isinstance(content, bytes)
        (self.folder / f"{uuid4().hex}.eml").write_bytes(content)
        if self.mode == "dead_kept":
            os._exit(1)
        if self.mode == "slow":
            await asyncio.sleep(60)
        return "250 Taken"


class Server(SMTP):
    """The same, that can die at DATA."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.mode == "dead_at_data":
            os._exit(1)
        await super().smtp_DATA(arg)


async def serve(port: int, folder: Path, mode: str) -> None:
    """Serve until killed."""

    secrets: dict[str, Any] = {}
    if (folder / "server.pem").exists():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem")
        secrets = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": lambda server, session, envelope, mechanism, given: AuthResult(
                success=(given.login, given.password) == (b"post", b"secret"), handled=False
            ),
        }

    def answer() -> Any:
        return Server(Handler(folder, mode), hostname="localhost", **secrets)

    running = await asyncio.get_running_loop().create_server(answer, "127.0.0.1", port)
    print("ready", flush=True)
    await running.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
