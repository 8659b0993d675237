"""A text that is too personal for the public form goes to legal aid and is nowhere else afterwards."""

import gzip
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from icma.cli import wraps
from icma.cli.backup import PLAIN, backup
from icma.core.action import Refused
from icma.core.codes import find
from icma.front import jobs
from icma.front.actions import move_to_legal_aid
from icma.legalaid.actions import conflicts
from icma.legalaid.actions.desk import reception
from icma.legalaid.models import Case, Read, Receipt
from icma.matters.actions import moderation
from icma.matters.actions.raising import RETURN, add_photo, add_words, raise_matter
from icma.matters.models import Document, Entry, Matter, Words
from icma.people.models import Contact
from tests.legalaid import rings
from tests.legalaid.test_canaries import dumped
from tests.matters.letters_kit import photo
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
        spot=f"küçə {WORD}", contact={"phone": f"050{WORD}", "name": f"Aygün {WORD}", "mail": f"{WORD}@numune.invalid"}, consented=True,
    )  # fmt: skip


def where_it_stands(saved: Path) -> list[str]:
    """Tables, the database's files or a dump, home, files, and a backup that is made now, in clear and unpacked."""
    places = {"tables": everything().encode()}
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        places |= {str(f): f.read_bytes() for f in name.parent.glob(f"{name.name}*")}
    else:
        places |= {"dump": dumped()} | files_of_postgresql()
    backup(saved)
    if (saved / PLAIN).exists():
        places["backup"] = gzip.decompress((saved / PLAIN).read_bytes())
    roots = [
        Path(django_settings.HOME),
        Path(django_settings.FILES_DIR),
        saved,
        saved.with_name(f"{saved.name}.wraps"),
    ]
    return hits(places | {str(f): f.read_bytes() for root in roots for f in root.rglob("*") if f.is_file()})


def files_of_postgresql() -> dict[str, bytes]:
    """The files of the tables and indexes that hold what people raise, as they lie on the server's disk."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
            " WHERE relname LIKE 'matters%%' AND pg_relation_filenode(oid) IS NOT NULL"
        )
        return {name: bytes(data) for name, data in cursor.fetchall()}


def hits(places: dict[str, bytes]) -> list[str]:
    spelt = WORD.encode(), WORD.encode().hex().encode()  # a dump writes bytes as hexadecimal digits
    return [place for place, data in places.items() if any(word in data.lower() for word in spelt)]


def test_a_backup_holds_what_nobody_has_published_in_the_stream_of_14_days_alone(
    desk, country, cast, at, tmp_path
) -> None:
    """Words of a text, of what was added and under its photo, and the photo itself; a restore brings them back."""
    matter, public = raised(country, at).matter, raised(country, at).matter
    add_words(matter=matter, text=f"Bir də {WORD}", at=at)
    shown, photo_of = add_photo(matter=public, data=photo(), at=at), add_photo(matter=matter, data=photo("red"), caption=WORD, at=at)  # fmt: skip
    Matter.objects.filter(pk=public.pk).update(title="Hamıya", text="Açıq", spot="", search_text="aciq")
    moderation.publish(matter=public, at=at, by=cast.moderator)
    main, stream = tmp_path / "b", tmp_path / "b.wraps"
    found = where_it_stands(main)
    assert "backup" not in found and [place for place in found if str(tmp_path / "b") in place] == [
        str(stream / wraps.ROWS)
    ]
    path = lambda folder, row: folder / "files" / row.file.code[:2] / row.file.code  # noqa: E731
    assert path(main, shown).exists() and not path(main, photo_of).exists()
    assert path(stream, photo_of).exists() and not path(stream, shown).exists()
    empty = {"title": "–", "text": "–", "spot": "–", "search_text": "–"}
    Matter.objects.filter(pk=matter.pk).update(**empty)
    Words.objects.update(text="–")
    wraps.load(stream)
    matter.refresh_from_db()
    assert WORD in matter.title and WORD in matter.text and WORD in matter.spot and WORD in matter.search_text
    assert Words.objects.filter(text=f"Bir də {WORD}").count() == 1


def test_after_the_move_there_is_no_hit_outside_the_vault_and_the_sender_is_told(
    desk, country, client_as, at, client, tmp_path
) -> None:
    told = raised(country, at)
    before = where_it_stands(tmp_path / "before")
    assert "tables" in before and (connection.vendor == "sqlite" or "matters_matter_fts" in before)
    moderator = client_as("moderator")
    page = moderator.get(f"/is/moderasiya/{told.matter.code}/").content.decode()
    assert f"/is/moderasiya/{told.matter.code}/mexfi/" in page
    assert moderator.post(f"/is/moderasiya/{told.matter.code}/mexfi/", {"once": "a"}).status_code == 422
    assert (
        moderator.post(f"/is/moderasiya/{told.matter.code}/mexfi/", {"sure": "on", "once": "b"}).status_code
        == 302
    )
    shutil.rmtree(tmp_path / "before.wraps")  # an older stream goes after 14 days, as the note says
    assert hits({str(f): f.read_bytes() for f in (tmp_path / "before").rglob("*") if f.is_file()}) == []
    assert where_it_stands(tmp_path / "after") == []
    assert not Contact.objects.exists() and not Document.objects.exists()
    mark = Entry.objects.get(matter=told.matter, verb="erased")
    assert mark.data == {"rule": "moved"} and mark.on
    assert find(told.code, RETURN, at)
    client.post("/menim/", {"code": told.code})
    own = client.get(f"/menim/{told.matter.code}/").content.decode()
    assert own.count("/komek/") >= 2 and "pulsuz hüquqi yardıma keçirilib" in own and told.matter.code in own
    back = reverse("own_withdraw", args=[told.matter.code])
    assert back not in own, "it would be called withdrawn and lie with legal aid"
    assert client.post(back, {"sure": "on", "once": "w"}).status_code == 422
    assert Matter.objects.get(pk=told.matter.pk).reason == "moved"
    case = Case.objects.get()
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    facts = reception.open_facts(ring=desk, case=case, at=at)["facts"]
    assert WORD in facts["what"] and facts["matter"] == told.matter.code and facts["phone"] == f"050{WORD}"


def test_a_move_waits_for_no_reader_and_the_files_are_written_anew_at_night(
    desk, country, cast, at, tmp_path
) -> None:
    told, run, reader = raised(country, at), dict(jobs.JOBS)["moved"], connection.copy()
    assert run(at - timedelta(days=1)) == 0
    if connection.vendor == "postgresql":  # a long list that somebody loads, or a dump
        reader.set_autocommit(False)
        reader.cursor().execute("SELECT title FROM matters_matter WHERE id > 0")
    move_to_legal_aid(matter=told.matter, by=cast.moderator, at=at)
    if connection.vendor == "postgresql":
        reader.rollback()
        reader.close()
        assert "matters_matter_fts" in where_it_stands(tmp_path / "before")
    assert run(at + timedelta(days=1)) == 1 and run(at + timedelta(days=3)) == 0
    assert where_it_stands(tmp_path / "after") == []


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


@pytest.mark.parametrize("ticked", [True, False])
def test_the_moderator_says_that_it_cannot_wait(desk, country, client_as, at, ticked) -> None:
    told = raised(country, at)
    page, url = client_as("moderator"), f"/is/moderasiya/{told.matter.code}/mexfi/"
    assert 'name="urgent"' in page.get(url).content.decode()
    assert (
        page.post(url, {"sure": "on", "once": "a"} | ({"urgent": "on"} if ticked else {})).status_code == 302
    )
    assert Case.objects.get().urgent is ticked
    (first,) = reception.open_queue(ring=desk, cases=Case.objects.all(), at=at)
    assert first.urgent is ticked


def test_who_was_moved_gets_a_code_from_the_lawyer_once_and_until_then_no_page_says_that_the_client_reads(
    desk, country, client_as, cast, at, client
) -> None:
    """Nobody holds a code of a moved case: the lawyer finds it by the reference that the sender names, and gives one."""
    told = raise_matter(
        title="Ailəmdə", text="Mənim ərim", place=country.goychay, topic="social", at=at,
        contact={"mail": "gizli@numune.invalid"}, consented=True,
    )  # fmt: skip
    move_to_legal_aid(matter=told.matter, by=cast.moderator, at=at)
    case, lawyer = Case.objects.get(), client_as("lawyer")
    rings.unlock(lawyer, desk, at)
    conflicts.judge(ring=desk, case=case, verdict="clear", at=at)
    refuse = lawyer.get(reverse("desk_decline", args=[case.code])).content.decode()
    assert "kodu heç kimdə yoxdur" in refuse and "kodu ilə oxuyur" not in refuse
    facts = lawyer.get(reverse("desk_facts", args=[case.code])).content.decode()
    assert told.matter.code in facts and "gizli@numune.invalid" in facts and "yalnız kod" not in facts
    first = lawyer.get(reverse("case_take", args=[case.code])).context["form"].initial
    assert (first["matter"], first["contact"]) == (told.matter.code, "gizli@numune.invalid")
    card = first | {
        "title": "Ailə",
        "client": "Sakin",
        "client_kind": "person",
        "sex": "female",
        "band": "30-44",
    }
    assert lawyer.post(reverse("case_take", args=[case.code]), card | {"once": "a"}).status_code == 302
    assert case.code in lawyer.post(reverse("cases"), {"words": told.matter.code}).content.decode()
    page = reverse("case", args=[case.code])
    assert "kodu heç kimdə yoxdur" in lawyer.get(page).content.decode()
    assert f"/m/{told.matter.code}" not in lawyer.get(page).content.decode(), "nothing stands there"
    write = lawyer.get(reverse("case_add", args=[case.code, "mesaj"])).content.decode()
    assert "kodu heç kimdə yoxdur" in write and "kodu ilə oxuyur" not in write
    tap = {"once": "b"}
    assert (
        'name="once"'
        in lawyer.get(page).content.decode().partition(reverse("case_code", args=[case.code]))[2][:200]
    )
    first, shown = (
        lawyer.post(reverse("case_code", args=[case.code]), tap).content.decode() for _ in range(2)
    )
    code = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", shown)
    assert Read.objects.filter(case=case.code, verb="code", role="assignee").count() == 1
    assert code and code[0] in first, "who taps twice loses the first page"
    assert "/komek/davam/" in shown, "whoever writes the code down knows where it is typed"
    assert "kodu heç kimdə yoxdur" not in lawyer.get(page).content.decode()
    again = lawyer.post(reverse("case_code", args=[case.code])).content.decode()
    other = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", again)
    assert other and other[0] != code[0] and Receipt.objects.count() == 1, "nobody had come with the first"
    assert client.post("/komek/davam/", {"code": code[0]}).status_code == 422
    back = client.post("/komek/davam/", {"code": other[0]}, follow=True)
    assert back.redirect_chain[-1][0] == reverse("client_change"), "the lawyer has heard it"
    client.post(reverse("client_change"))
    client.cookies.clear()  # the page with the own code is lost, and the session with it
    again = lawyer.post(reverse("case_code", args=[case.code])).content.decode()
    third = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", again)
    assert third and client.post("/komek/davam/", {"code": other[0]}).status_code == 422
    client.post("/komek/davam/", {"code": third[0]})
    own = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", client.post(reverse("client_change")).content.decode())
    assert own and client.post(reverse("client_change"), {"code": own[0]}).status_code == 302
    again = lawyer.post(reverse("case_code", args=[case.code]), follow=True).content.decode()
    assert "heç kim verə bilmir" in again
    assert not re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", again), "the client has one that nobody has heard"
    assert reverse("case_code", args=[case.code]) not in again
