"""A post office for tests: real SMTP on this computer, which counts connections and keeps every mail."""

import contextlib
import email
import random
import socket
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Post:
    """A mail server that counts connections and keeps what it takes; `answer` may refuse."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, email.message.Message]] = []
        self.connections = 0
        self.answer = "250 taken"
        self.drop_after: int | None = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope):
        if self.answer[0] != "2":
            return self.answer
        self.mails.append((envelope.rcpt_tos[0], email.message_from_bytes(envelope.content)))
        if self.drop_after is not None and len(self.mails) >= self.drop_after:
            server.transport.abort()
        return self.answer


def free_port() -> int:
    """A port that is free, of those which no system gives to whoever asks for any: nobody takes it meanwhile."""
    for number in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number
    raise AssertionError("no port is free")


class Office(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="post.invalid")


@pytest.fixture
def port(settings) -> int:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_TIMEOUT = 3
    settings.BASE_URL = "https://icma.example"
    return settings.EMAIL_PORT


@pytest.fixture
def post(port) -> Iterator[Post]:
    handler = Post()
    office = Office(handler, hostname="127.0.0.1", port=port)
    office.start()
    yield handler
    office.stop()
