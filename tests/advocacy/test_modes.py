"""Three protections that only get stricter, switches, the end; and that a protected petition leaves nobody to be found."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from nacl.public import PrivateKey, PublicKey, SealedBox

from icma.advocacy import keyring, offline
from icma.advocacy.actions.log import count_acts, recount
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.mailing import send_mails
from icma.advocacy.actions.petitions import close_petition, forget_keys, switch, tighten
from icma.advocacy.actions.signing import Asked, Confirmation, confirm_all, keep_pending, pending_of
from icma.advocacy.figures import by_place
from icma.advocacy.jobs import end
from icma.advocacy.models import Pending, Petition, Signature
from icma.advocacy.publishing import folder, published
from icma.core import words
from icma.core.action import Refused
from icma.core.day import legal_day
from icma.front.petitions import draw
from icma.matters.models import Act, Entry, Matter, Window

pytestmark = pytest.mark.django_db


def confirm(petition, n: int, **more) -> None:
    rows = [pending_of(Asked(petition.pk, f"p{k}@numune.invalid", **more), timezone.now()) for k in range(n)]
    keep_pending(rows=rows)
    confirm_all(confirmations=[Confirmation(row.ref, timezone.now()) for row in rows])


# --- stricter only -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("was", "mode", "goes"),
    [
        ("open", "standard", True), ("open", "protected", True), ("standard", "protected", True),
        ("standard", "open", False), ("protected", "standard", False), ("protected", "open", False),
        ("open", "open", False), ("open", "anything", False),
    ],
)  # fmt: skip
def test_protection_only_gets_stricter(make_petition, cast, was, mode, goes) -> None:
    petition = make_petition(was)
    if goes:
        tighten(petition=petition, mode=mode, at=timezone.now(), by=cast.coordinator)
    else:
        with pytest.raises(Refused):
            tighten(petition=petition, mode=mode, at=timezone.now(), by=cast.coordinator)
    petition.refresh_from_db()
    assert petition.mode == (mode if goes else was)


def test_becoming_protected_erases_what_was_kept_and_the_sums(make_petition, cast, country) -> None:
    petition, at = make_petition("standard"), timezone.now()
    confirm(petition, 30, name="Aysel", place=country.goychay.pk, sex="female", band="18-29")
    log_signatures(at=at)
    count_acts(on=legal_day(at), at=at)
    assert Signature.objects.exclude(sealed=None).count() == 30 and Act.objects.filter(verb="sign").exists()
    tighten(petition=petition, mode="protected", at=at, by=cast.coordinator)
    petition.refresh_from_db()
    left = set(Signature.objects.values_list("sealed", "host", "place", "sex", "band"))
    assert left == {(None, None, None, "unknown", "unknown")}
    assert not Act.objects.filter(verb="sign").exists()
    assert petition.shown == 25 and petition.public_key is None
    assert recount(petition).agrees


# --- switches ----------------------------------------------------------------------------------------
def test_each_switch_stops_its_own_thing_and_stands_in_the_log_of_the_team(make_petition, cast) -> None:
    petition, at = make_petition("open"), timezone.now()
    confirm(petition, 3)
    switch(petition=petition, name="count_frozen", on=True, at=at, by=cast.coordinator)
    assert log_signatures(at=at) == 0
    switch(petition=petition, name="count_frozen", on=False, at=at, by=cast.coordinator)
    assert log_signatures(at=at) == 3
    switch(petition=petition, name="mail_paused", on=True, at=at, by=cast.coordinator)
    keep_pending(rows=[pending_of(Asked(petition.pk, "late@numune.invalid"), at)])
    assert send_mails(at + timedelta(seconds=1)) == 0
    assert (
        Entry.objects.filter(matter=petition.matter, verb="petition_switched", visibility="team").count() == 3
    )


def test_a_frozen_count_freezes_the_number_and_not_the_page(
    make_petition, cast, country, monkeypatch
) -> None:
    """Who reads it sees that support is paused, better protected or over, and the number that was frozen."""
    petition, now = make_petition("open"), timezone.now()
    code, by = petition.matter.code, {"petition": petition, "by": cast.coordinator}
    clock = [now]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])

    def read() -> tuple[str, int, int]:
        clock[0] += timedelta(seconds=5)
        log_signatures(at=clock[0], draw=draw)
        head = published(code)
        return (folder(code) / "page.az.html").read_text(), head["count"], head["step"]

    confirm(petition, 47, place=country.goychay.pk)
    page, *number = read()
    form, districts, asked = f'action="/d/{code}/"', "Rayonlar üzrə", "seçmə sorğu aparılır"
    assert form in page and districts in page and asked in page and number == [47, 1]
    switch(name="count_frozen", on=True, at=now, **by)
    confirm(petition, 50)
    switch(name="signing_paused", on=True, at=now, **by)
    page, *number = read()
    assert form not in page and number == [47, 1]
    switch(name="signing_paused", on=False, at=now, **by)
    assert form in read()[0]
    tighten(mode="protected", at=now, **by)
    page, *number = read()
    assert districts not in page and asked not in page and number == [25, 25]
    Window.objects.update(closes_at=now + timedelta(hours=1))
    assert form in read()[0]
    clock[0] = now + timedelta(hours=1)
    page, *number = read()
    assert form not in page and "Başa çatıb" in page and number == [25, 25]


def test_a_coordinator_leads_it_from_the_first_line_to_the_end(client_as, country, cast, at) -> None:
    client, today = client_as("coordinator"), legal_day(timezone.now())
    form = {
        "title": "Su hər gün verilsin", "text": "Həftədə iki gün su var.", "place": country.goychay.code,
        "topic": "infrastructure", "mode": "standard", "opens_on": today, "closes_on": today + timedelta(days=20),
        "once": "first",
    }  # fmt: skip
    made = [client.post(f"/is/icma/{country.community.code}/petisiya/", form) for _twice in range(2)]
    assert [page.status_code for page in made] == [302, 302] and Petition.objects.count() == 1
    petition = Petition.objects.get()
    base = f"/is/petisiya/{petition.matter.code}/"
    last = words.day(today + timedelta(days=20))
    assert last in client.get(base).content.decode()
    client.post(f"{base}gonderin/", {"once": "early"})
    assert Matter.objects.get(pk=petition.pk).stage == "planned"  # nobody could ever be asked
    shown = client.post(f"{base}acar/", {"once": "key", "public_key": ""}).content.decode()
    petition.refresh_from_db()
    secret = re.search(r"\b[0-9a-f]{64}\b", shown)[0]
    assert "daha zəif seçimdir" in shown
    assert bytes(PrivateKey(bytes.fromhex(secret)).public_key) == bytes(petition.public_key)
    kept = dict(tables()) | {row.pk: str(row.get_decoded()).encode() for row in Session.objects.all()}
    assert [n for n, data in kept.items() if secret.encode() in data or bytes.fromhex(secret) in data] == []
    assert bytes(petition.public_key).hex() not in shown and "no-store" in client.get(base)["Cache-Control"]
    client.post(f"{base}gonderin/", {"once": "send"})
    Matter.objects.update(published_at=timezone.now(), stage="taken")
    codes = client.post(f"{base}kodlar/", {"n": 3, "once": "codes"})
    assert codes.status_code == 200 and codes.content.decode().count('class="card"') == 3
    assert (
        client.post(f"{base}kodlar/", {"n": 3, "once": "codes"}).content.decode().count('class="card"') == 0
    )
    client.post(f"{base}duyme/", {"name": "signing_paused", "on": "1", "once": "s"})
    client.post(f"{base}qoruma/", {"mode": "protected", "once": "m"})
    Window.objects.update(opens_at=timezone.now() - timedelta(days=1))
    client.post(f"{base}bitir/", {"once": "end"})
    petition.refresh_from_db()
    assert petition.signing_paused and petition.mode == "protected"
    assert Window.objects.get(matter=petition.matter).closes_at <= timezone.now()


def test_a_closed_petition_has_no_switches_and_takes_no_sheet(make_petition, client_as) -> None:
    client, base = client_as("coordinator"), f"/is/petisiya/{make_petition().matter.code}/"
    forms = [f'action="{base}duyme/"', 'name="total"']
    assert all(
        form in client.get(base + path).content.decode()
        for form, path in zip(forms, ("", "vereqler/"), strict=True)
    )
    Petition.objects.update(closed_at=timezone.now())
    for form, path in zip(forms, ("", "vereqler/"), strict=True):
        assert form not in client.get(base + path).content.decode()
    late = {"name": "1", "dated_on": legal_day(timezone.now()), "total": 3, "once": "late"}
    assert "final" in client.post(f"/en{base}vereqler/", late).content.decode()


def test_only_the_public_half_of_a_campaigns_key_is_taken(
    make_petition, client_as, tmp_path, capsys, monkeypatch
) -> None:
    """A key made at home is one line; whatever else has 32 bytes would seal names to what nobody can open."""

    def printed(command: str, file: Path) -> str:
        assert offline.main([command, str(file)]) == 0
        return capsys.readouterr().out.strip()

    petition, client = make_petition("standard", public_key=None), client_as("coordinator")
    acar, secret = f"/is/petisiya/{petition.matter.code}/acar/", tmp_path / "secret"
    right, witness = printed("campaign-key", secret), printed("new-key", tmp_path / "witness")
    hexes = right.split("-")[3]
    for wrong in (witness, secret.read_text(), hexes, right[:-1], right.replace(hexes, witness), "a" * 82):
        page = client.post(acar, {"public_key": wrong, "once": wrong[-8:]}).content.decode()
        assert "icma-campaign-key" in page and Petition.objects.get().public_key is None
    client.post(acar, {"public_key": f" {right}\n", "once": "right"})
    key = bytes(Petition.objects.get().public_key)
    assert key.hex() == hexes and secret.stat().st_mode & 0o77 == 0
    sample = tmp_path / "sample.jsonl"
    sample.write_text(
        json.dumps({"leaf": 3, "sealed": SealedBox(PublicKey(key)).encrypt(b"Aysel\na@b.az").hex()})
    )
    monkeypatch.setattr("getpass.getpass", lambda _words: secret.read_text())
    assert printed("names", sample) == "3\tAysel\ta@b.az"


def test_each_button_of_a_switch_names_its_act(make_petition, client_as) -> None:
    petition, client = make_petition("open"), client_as("coordinator")
    base = f"/is/petisiya/{petition.matter.code}/"
    pairs = {
        "signing_paused": ("Dəstəyə fasilə verin", "Dəstəyi davam etdirin"),
        "mail_paused": ("Məktublara fasilə verin", "Məktubları davam etdirin"),
        "count_frozen": ("Sayı dondurun", "Sayı davam etdirin"),
    }
    for name, (begin, stop) in pairs.items():
        page = client.get(base).content.decode()
        assert f"{begin}</button>" in page and f"{stop}</button>" not in page
        assert client.post(f"{base}duyme/", {"name": name, "on": "1", "once": name}).status_code == 302
        page = client.get(base).content.decode()
        assert f"{stop}</button>" in page and f"{begin}</button>" not in page


@pytest.mark.parametrize("word", ["", "acar/", "gonderin/", "duyme/", "qoruma/", "bitir/", "kodlar/"])
def test_only_those_who_lead_it_reach_its_work(make_petition, client_as, word) -> None:
    address = f"/is/petisiya/{make_petition().matter.code}/{word}"
    for key in ("stranger", "resident", "researcher"):
        client = client_as(key)
        assert client.post(address, {"name": "signing_paused", "on": "1"}).status_code in (302, 403, 404)
    assert not Petition.objects.get().signing_paused


# --- the end -----------------------------------------------------------------------------------------
def test_the_end_of_a_protected_petition_destroys_tags_and_key(make_petition) -> None:
    petition, at = make_petition("protected"), timezone.now()
    code = petition.matter.code
    confirm(petition, 30)
    Window.objects.update(closes_at=at)
    close_petition(petition=petition, at=at + timedelta(seconds=1))
    assert forget_keys() == 1 and forget_keys() == 0
    assert set(Signature.objects.values_list("tag", flat=True)) == {None}
    assert not keyring.exists(code) and not (Path(settings.KEYS_DIR) / f"petition-{code}").exists()
    with pytest.raises(FileNotFoundError):
        keyring.tag_of(code, "p1@numune.invalid")


def test_an_open_petition_does_not_end_before_its_time_and_ends_once(make_petition) -> None:
    petition, at = make_petition("open"), timezone.now()
    close_petition(petition=petition, at=at)
    assert Petition.objects.get().closed_at is None
    Window.objects.update(closes_at=at)
    for day in (6, 7, 7):
        close_petition(petition=Petition.objects.get(), at=at + timedelta(days=day, seconds=1))
        assert bool(Petition.objects.get().closed_at) == (day == 7)
    assert Entry.objects.filter(verb="petition_closed").count() == 1
    assert keyring.exists(petition.matter.code)


def test_a_frozen_count_is_not_closed_over_and_the_end_empties_what_waits(make_petition, cast) -> None:
    petition, at = make_petition("open"), timezone.now()
    confirm(petition, 3)
    keep_pending(rows=[pending_of(Asked(petition.pk, "late@numune.invalid"), at)])
    switch(petition=petition, name="count_frozen", on=True, at=at, by=cast.coordinator)
    Window.objects.update(closes_at=at)
    end(at + timedelta(days=7, seconds=1), None)
    assert Petition.objects.get().closed_at is None and recount(petition).waiting == 3
    switch(petition=petition, name="count_frozen", on=False, at=at, by=cast.coordinator)
    end(at + timedelta(days=7, seconds=2), None)
    assert Petition.objects.get().closed_at and recount(petition).log == 3
    assert not Pending.objects.exclude(sealed=b"").exists()
    assert send_mails(at + timedelta(days=1)) == 0


# --- where they live ---------------------------------------------------------------------------------
def test_districts_are_counted_once_a_day_in_whole_tens(make_petition, country) -> None:
    petition, at = make_petition("standard"), timezone.now()
    confirm(petition, 14, place=country.goychay.pk)
    log_signatures(at=at)
    petition.refresh_from_db()
    assert [row["value"] for row in by_place(petition)] == [10]
    rows = [
        pending_of(Asked(petition.pk, f"q{k}@numune.invalid", place=country.goychay.pk), at) for k in range(9)
    ]
    keep_pending(rows=rows)
    confirm_all(confirmations=[Confirmation(row.ref, at) for row in rows])
    log_signatures(at=at + timedelta(minutes=1))
    petition.refresh_from_db()
    assert petition.shown == 23 and [row["value"] for row in by_place(petition)] == [10]
    (folder(petition.matter.code) / "places.json").unlink()  # as if the next day had come
    assert [row["value"] for row in by_place(petition)] == [20]


# --- the gate: 1,000 protected signatures, nobody to be found ----------------------------------------------
CANARIES = (b"qaranquscanary", "Qaranquş".encode(), b"canary-host", b"203.0.113", b"SpyAgent")


@pytest.mark.django_db(transaction=True)
def test_after_a_thousand_protected_signatures_nobody_is_found_by_searching_bytes(
    signer, caplog, capfd
) -> None:
    """Names, addresses, network addresses and agents: in every table, the database's files, media, logs, mail queue."""
    caplog.set_level("DEBUG")
    one = signer("protected")
    spy = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "SpyAgent/1.0"}
    for number in range(40):  # all the way through the web
        mail = f"qaranquscanary{number}@canary-host.invalid"
        answer = one.client.post(f"/d/{one.petition.matter.code}/", {"mail": mail, "name": "Qaranquş"}, **spy)
        assert answer.status_code == 303
        assert one.client.post(one.link(mail), **spy).status_code == 200
    at = timezone.now()
    rows = [
        pending_of(Asked(one.petition.pk, f"qaranquscanary{n}@canary-host.invalid", name="Qaranquş"), at)
        for n in range(40, 1_050)
    ]
    keep_pending(rows=rows)
    sent = 0
    while now := send_mails(at + timedelta(seconds=2)):
        sent += now
    assert sent >= 1_000
    refs = [row.ref for row in rows[:-50]]  # 50 never confirm: their sealed rows wait in the mail queue
    confirm_all(confirmations=[Confirmation(ref, at) for ref in refs])
    log_signatures(at=at + timedelta(minutes=2))
    assert Signature.objects.count() == 1_000 and Pending.objects.exclude(sealed=b"").count() == 50
    read = {f"table {name}": data for name, data in tables()} | dict(files())
    read["logs"] = caplog.text.encode() + "".join(capfd.readouterr()).encode()
    assert any(
        one.petition.matter.title.encode() in data for where, data in read.items() if "matter" in where
    )
    found = [
        (where, word) for where, data in read.items() for word in CANARIES if word.lower() in data.lower()
    ]
    assert found == []


def tables():
    """Every row of every table, bytes as they are."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            data = b""
            for row in cursor.fetchall():
                data += b"\0".join(
                    bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row
                )
            yield name, data


def files():
    """The database with its write-ahead log, and all that stands under the home of the installation."""
    places = [path for path in Path(settings.HOME).rglob("*") if path.is_file()]
    if connection.vendor == "sqlite":
        base = Path(connection.settings_dict["NAME"])
        places += [path for path in base.parent.glob(f"{base.name}*") if path.is_file()]
        assert base in places
    for path in places:
        yield str(path), path.read_bytes()
