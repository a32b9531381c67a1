"""A mail server that may be away, and what it kept."""

import email
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from pathlib import Path

from kpi.settings import Mail as MailSettings
from kpi.settings import Settings
from tests.serving import free_port

HERE = Path(__file__).parent
BASE = "https://ambassade.example.org/team"


class Post:
    """The settings of a server that may be away, and what it kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.settings = Settings(
            time_zone="Europe/Paris",
            currency="EUR",
            mail=MailSettings(
                host="127.0.0.1",
                port=self.port,
                sender="ambassade@example.org",
                starttls=False,
                base_address=BASE,
                timeout_seconds=20,
            ),
        )

    @property
    def kept(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"))
        found = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return sorted(found, key=lambda message: str(message["To"]))

    @contextmanager
    def open(self, mode: str = "take") -> Iterator[subprocess.Popen[str]]:
        """The server, until the block ends or it dies."""
        process = subprocess.Popen(
            [sys.executable, HERE / "mail_server.py", str(self.port), self.folder, mode],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()
            process.communicate()

    def environment(self) -> dict[str, object]:
        """The same settings for a process."""
        mail = self.settings.mail
        return {
            "mail__host": mail.host,
            "mail__port": mail.port,
            "mail__sender": mail.sender,
            "mail__starttls": "false",
            "mail__base_address": mail.base_address,
        }
