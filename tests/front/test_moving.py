"""A text that is too personal for the public form goes to legal aid and is nowhere else afterwards."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from icma.core.action import Refused
from icma.core.codes import find
from icma.front.actions import move_to_legal_aid
from icma.legalaid.actions import conflicts
from icma.legalaid.actions.desk import reception
from icma.legalaid.models import Case
from icma.matters.actions import moderation
from icma.matters.actions.raising import RETURN, raise_matter
from icma.matters.models import Document, Entry
from icma.people.models import Contact
from tests.legalaid import rings
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "kanarkocurme4417"


@pytest.fixture
def desk(country, cast, at, monkeypatch, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    monkeypatch.setattr(timezone, "now", lambda: at)
    _user, ring = rings.lawyer("lawyer", at)
    rings.groups(ring)
    return ring


def raised(country, at):
    return raise_matter(
        title=f"Ailəmdə {WORD}", text=f"Mənim ərim {WORD} hər gün", place=country.goychay, topic="social", at=at,
        spot=f"küçə {WORD}", contact={"phone": f"050{WORD}", "name": f"Aygün {WORD}"}, consented=True,
    )  # fmt: skip


def where_it_stands() -> list[str]:
    places = {"tables": everything().encode()}
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        places |= {str(f): f.read_bytes() for f in name.parent.glob(f"{name.name}*")}
    roots = [Path(django_settings.HOME), Path(django_settings.FILES_DIR)]
    places |= {str(f): f.read_bytes() for root in roots for f in root.rglob("*") if f.is_file()}
    return [place for place, data in places.items() if WORD.encode() in data.lower()]


def test_after_the_move_there_is_no_hit_outside_the_vault_and_the_sender_is_told(
    desk, country, client_as, at, client
) -> None:
    told = raised(country, at)
    assert where_it_stands()
    moderator = client_as("moderator")
    page = moderator.get(f"/is/moderasiya/{told.matter.code}/").content.decode()
    assert f"/is/moderasiya/{told.matter.code}/mexfi/" in page
    assert moderator.post(f"/is/moderasiya/{told.matter.code}/mexfi/", {"once": "a"}).status_code == 422
    assert (
        moderator.post(f"/is/moderasiya/{told.matter.code}/mexfi/", {"sure": "on", "once": "b"}).status_code
        == 302
    )
    assert where_it_stands() == []
    assert not Contact.objects.exists() and not Document.objects.exists()
    mark = Entry.objects.get(matter=told.matter, verb="erased")
    assert mark.data == {"rule": "moved"} and mark.on
    assert find(told.code, RETURN, at)
    client.post("/menim/", {"code": told.code})
    assert client.get(f"/menim/{told.matter.code}/").content.decode().count("/komek/") >= 2
    case = Case.objects.get()
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    facts = reception.open_facts(ring=desk, case=case, at=at)["facts"]
    assert WORD in facts["what"] and facts["matter"] == told.matter.code and facts["phone"] == f"050{WORD}"


def test_what_was_public_is_not_moved_and_of_two_moderators_one_wins(desk, country, cast, at) -> None:
    public = raised(country, at).matter
    moderation.publish(matter=public, at=at, by=cast.moderator)
    with pytest.raises(Refused):
        move_to_legal_aid(matter=public, by=cast.moderator, at=at)
    one = raised(country, at).matter
    move_to_legal_aid(matter=one, by=cast.moderator, at=at)
    with pytest.raises(Refused):
        move_to_legal_aid(matter=one, by=cast.officer, at=at)
    assert Case.objects.count() == 1
