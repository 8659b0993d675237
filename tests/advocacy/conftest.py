"""A petition that is public and open, and somebody who signs it as a browser would."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from icma.advocacy.actions.mailing import ENOUGH, send_mails
from icma.advocacy.actions.petitions import new_key_pair, prepare_petition
from icma.advocacy.models import Petition
from icma.core.day import legal_day
from icma.matters.actions.moderation import publish
from icma.matters.actions.preparing import submit


@pytest.fixture
def make_petition(country, cast) -> Callable[..., Petition]:
    """`make_petition("protected")`: published and open from today for a month."""

    def make(mode: str = "standard", **more) -> Petition:
        at = timezone.now()
        today = legal_day(at)
        secret, public = new_key_pair()
        given = {
            "community": country.community, "title": "Su hər gün verilsin", "text": "Həftədə iki gün su var.",
            "place": country.goychay, "topic": "infrastructure", "authority": country.water, "mode": mode,
            "opens_on": today, "closes_on": today + timedelta(days=30), "at": at, "by": cast.coordinator,
            "public_key": None if mode == "protected" else public,
        }  # fmt: skip
        made = prepare_petition(**given | more)
        submit(matter=made.matter, at=at, by=cast.coordinator)
        publish(matter=made.matter, at=at, by=cast.moderator)
        made.secret = secret
        return made

    return make


@dataclass
class Signer:
    """Asks and confirms as a stranger without cookies; `mails` are what came to the address."""

    client: Client
    petition: Petition

    def ask(self, mail: str, **more):
        return self.client.post(f"/d/{self.petition.matter.code}/", {"mail": mail} | more)

    def mails(self, mail: str) -> list[str]:
        send_mails(timezone.now() + timedelta(seconds=1))
        return [message.body for message in outbox.outbox if message.to == [mail]]

    def link(self, mail: str) -> str:
        body = self.mails(mail)[-1]
        address = next(word for word in body.split() if "/d/t/" in word)
        return address[address.index("/d/t/") :]

    def sign(self, mail: str, **more):
        """From the form to the page of thanks."""
        assert self.ask(mail, **more).status_code == 303
        return self.client.post(self.link(mail))


@pytest.fixture
def signer(make_petition, settings) -> Callable[..., Signer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ENOUGH.sent.clear()
    return lambda mode="standard", **more: Signer(
        Client(headers={"Origin": "http://testserver"}), make_petition(mode, **more)
    )
