"""Mail to a case: sealed before anybody could look, read by who opens the thread, taken in once; off until it is wanted."""

import re
from email.message import EmailMessage

import pytest
from django.urls import reverse

from icma.core.action import Refused
from icma.engines.inmail import read
from icma.engines.vault import Unopened, unwrap
from icma.front import mailin
from icma.front.notices.cases import words_of_case
from icma.legalaid.actions import drops
from icma.legalaid.actions.cases import reading
from icma.legalaid.actions.intake.returning import read_thread
from icma.legalaid.actions.keys.cases import share, shred, unshare
from icma.legalaid.models import Alias, Drop, Grant, KeyPair, Read, SealedFile
from icma.legalaid.sealing import all_opened
from icma.legalaid.uploads import path_of
from icma.legalaid.words import Compartment
from icma.people.models import Mail
from tests.legalaid import rings
from tests.legalaid.test_papers import desk  # noqa: F401  (fixture)
from tests.matters.support_kit import everything

pytestmark = pytest.mark.django_db
WORD, SENDER = "kanarpoct5512", "idare@numune.invalid"
PAPER = b"%PDF-1.4 " + WORD.encode() * 40


@pytest.fixture
def on(settings):
    settings.MAIL_IN_DOMAIN = "post.numune.invalid"


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What waits for a commit is done at once."""

    def run(do, **given):
        with django_capture_on_commit_callbacks(execute=True):
            return do(**given)

    return run


def mail(text: str = WORD, id: str = "<1@numune.invalid>", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = SENDER, f"Cavab {WORD}", id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    message.add_attachment(PAPER, maintype="application", subtype="pdf", filename=f"{WORD}.pdf")
    return message.as_bytes()


def given(ring, case, at) -> str:
    """The case gets an address; its code, as it comes in with a mail."""
    drops.give_address(ring=ring, case=case, at=at)
    address = drops.address_of(next(all_opened(ring, case, "thread", "alias"))[1]["code"])
    assert re.fullmatch(r"c-[0-9a-z]{20}@post\.numune\.invalid", address)
    return address.removeprefix("c-").partition("@")[0]


def came(code: str, raw: bytes, at) -> bool:
    return drops.receive(code=code, incoming=read(raw), raw=raw, at=at)


def messages_of(ring, case) -> list[str]:
    return [value["text"] for _row, value in all_opened(ring, case, "thread", "message")]


def test_a_mail_is_sealed_as_it_comes_and_its_lawyer_reads_it_once_with_its_files(
    desk,  # noqa: F811
    on,
    at,
    committed,
) -> None:
    client, ring, case = desk
    page, press = reverse("case", args=[case.code]), reverse("case_mail", args=[case.code])
    assert press in client.get(page).content.decode()
    shown = client.post(press, {"do": "give", "once": "a"}, follow=True).content.decode()
    code = re.search(r"c-([0-9a-z]{20})@post\.numune\.invalid", shown)[1]
    opened = Read.objects.filter(verb="case").count()
    raw = mail()
    for one in (raw, b"Received: from relay\n" + raw):
        assert committed(came, code=code, raw=one, at=at)
    drop, kept = Drop.objects.get(), everything()
    assert WORD not in kept and SENDER not in kept and code.upper() not in kept.replace("-", "")
    assert all(WORD.encode() not in path_of(one.name).read_bytes() for one in SealedFile.objects.all())
    notice = Mail.objects.get(person=ring.user.person)
    assert notice.data == {
        "about": "legal",
        "code": case.code,
        "on": at.date().isoformat(),
        "why": "mail",
    }
    said = words_of_case(notice)
    assert case.code in said["sentence"] and said["url"].endswith(page)
    shown = client.get(page).content.decode()
    assert WORD in shown and SENDER in shown and "göndərən təsdiqlənməyib" in shown
    assert Read.objects.filter(verb="case").count() == opened + 1
    drop.refresh_from_db()
    assert not drop.blob and not drop.key
    assert committed(came, code=code, raw=mail(), at=at)  # the server sends it once more, days later
    client.get(page)
    assert [text.strip() for text in messages_of(ring, case)] == [WORD]
    names = {}
    for row, value in all_opened(ring, case, "thread", "upload"):
        got = client.get(reverse("case_paper", args=[case.code, row.code]))
        names[value["name"]] = b"".join(got.streaming_content)
    assert names == {f"{WORD}.pdf": PAPER, "poct.eml": raw}
    assert committed(came, code=code, raw=mail("ikinci", id="<2@x>", Auto_Submitted="auto-replied"), at=at)
    assert (
        Mail.objects.filter(person=ring.user.person).count() == 2
    )  # the first was read, so the second is told
    assert "avtomatik cavab" in client.get(page).content.decode()


def test_neither_another_lawyer_nor_a_mail_in_anothers_place_is_opened(desk, on, at) -> None:  # noqa: F811
    _client, ring, case = desk
    code = given(ring, case, at)
    assert came(code, mail(), at) and came(code, mail("ikinci", "<2@x>"), at)
    _user, stranger = rings.lawyer("baska", at)
    with pytest.raises(Unopened):
        drops.take_in(ring=stranger, case=case, at=at)
    first, second = Drop.objects.order_by("pk")
    Drop.objects.filter(pk=first.pk).update(key=second.key, blob=second.blob)
    with pytest.raises(Unopened):
        drops.take_in(ring=ring, case=case, at=at)
    assert messages_of(ring, case) == []


def test_after_a_key_is_taken_back_old_mail_is_not_lost_and_new_is_for_who_stays(
    desk,  # noqa: F811
    on,
    at,
) -> None:
    _client, ring, case = desk
    code = given(ring, case, at)
    _colleague, guest = rings.lawyer("qonaq", at)
    share(ring=ring, case=case, compartments=list(Compartment), to=guest.pair, at=at)
    seed = next(all_opened(guest, case, "thread", "alias"))[1]["seed"]
    assert came(code, mail(), at)
    unshare(ring=ring, case=case, holder=guest.pair, at=at)
    case.refresh_from_db()
    assert [text.strip() for text in messages_of(ring, case)] == [WORD]
    assert came(code, mail("sonra", "<2@x>"), at)  # the address is the same
    drop = Drop.objects.latest("pk")
    with pytest.raises(Unopened):  # the seed that the guest has seen opens it no more
        unwrap(bytes.fromhex(seed), drop.key, drops._place(drop.alias.pair, drop.tag))
    with pytest.raises(Unopened):
        drops.take_in(ring=rings.at_moment(guest, at), case=case, at=at)
    reading.open_case(ring=ring, case=case, at=at)
    assert len(messages_of(ring, case)) == 2


def test_the_client_reads_with_the_code_what_was_mailed_to_the_case(desk, on, at) -> None:  # noqa: F811
    _client, ring, case = desk
    _code, client = rings.client(case, ring, at)
    address = f"c-{given(ring, case, at)}@post.numune.invalid"
    assert mailin.take_in(mail(), address, at) and not mailin.take_in(
        mail(), f"x{address}", at
    )  # as `icma mail-in` does
    said = read_thread(ring=client, case=case, at=at)["said"]
    assert [one["kind"] for one in said] == ["message", "upload", "upload"] and said[0]["mail"][
        "sender"
    ] == SENDER


def test_an_address_that_was_ended_archived_exchanged_or_never_was_takes_nothing(desk, on, at) -> None:  # noqa: F811
    _client, ring, case = desk
    code = given(ring, case, at)
    with pytest.raises(Refused):
        drops.give_address(ring=ring, case=case, at=at)  # it has one
    assert not came("0" * 20, mail(), at) and came(code, mail(), at)
    own = KeyPair.objects.get(alias__isnull=False)
    KeyPair.objects.filter(pk=own.pk).update(public=bytes(ring.pair.public))  # by hand, without the mark
    assert not came(code, mail("b", "<2@x>"), at)
    KeyPair.objects.filter(pk=own.pk).update(public=bytes(own.public))
    _code, other = rings.client(rings.a_case(ring), ring, at)
    Alias.objects.update(pair=other.pair)  # a pair that is ours, of somebody else
    assert not came(code, mail("b", "<2@x>"), at)
    Alias.objects.update(pair=own)
    held = list(Grant.objects.filter(case=case, holder=ring.pair))
    Grant.objects.filter(case=case, holder=ring.pair).delete()
    assert not came(code, mail("c", "<3@x>"), at)  # nobody of the staff could read it
    Grant.objects.bulk_create(held)
    drops.end_address(ring=ring, case=case, at=at)
    assert not came(code, mail("d", "<4@x>"), at)
    assert [text.strip() for text in messages_of(ring, case)] == [WORD]  # what had come before stays
    assert (
        not Alias.objects.exists()
        and not Drop.objects.exists()
        and not KeyPair.objects.filter(pk=own.pk).exists()
    )


def test_without_the_setting_there_is_no_button_and_no_way_in(desk, at, settings) -> None:  # noqa: F811
    settings.MAIL_IN_DOMAIN = ""
    client, ring, case = desk
    press = reverse("case_mail", args=[case.code])
    assert press not in client.get(reverse("case", args=[case.code])).content.decode()
    assert client.post(press, {"do": "give", "once": "a"}).status_code == 404
    with pytest.raises(Refused):
        drops.give_address(ring=ring, case=case, at=at)


def test_an_erased_case_takes_its_address_its_mail_and_their_keys_along(desk, on, at, committed) -> None:  # noqa: F811
    _client, ring, case = desk
    code = given(ring, case, at)
    assert committed(came, code=code, raw=mail(), at=at)
    files = [path_of(one.name) for one in SealedFile.objects.all()]
    assert len(files) == 2 and all(path.exists() for path in files)
    pair = KeyPair.objects.get(alias__isnull=False).pk
    committed(shred, case=case)
    assert not any(path.exists() for path in files) and not came(code, mail(), at)
    assert (
        not Alias.objects.exists()
        and not Drop.objects.exists()
        and not KeyPair.objects.filter(pk=pair).exists()
    )
