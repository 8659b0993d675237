"""Mail as offices and machines here really write it: each is told apart, and its letters are right."""

import base64
import time
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from icma.engines.inmail import MOST_BYTES, Unreadable, read
from icma.engines.mailtext import plain, rescued

AZ = "Hörmətli vətəndaş, müraciətinizə baxıldı: küçənin işıqlandırılması şəbəkəyə qoşulacaq."
AZ_1254 = "Hörmetli müraciyetçi, küçənin işiqlandirilmasi".replace("ə", "e") + ": ğ, ı, ş, ö, ü, ç, İ, Ş, Ğ."
RU = "Уважаемый заявитель! Ваше обращение рассмотрено, ответ направлен по почте."
HEAD = "From: Qurum <qebul@qurum.invalid>\nTo: m-abc@cavab.invalid\nMessage-ID: <1@qurum.invalid>\nDate: Tue, 14 Apr 2026 15:04:05 +0400\n"
DSN = """From: MAILER-DAEMON@mx.invalid
Date: Tue, 14 Apr 2026 15:04:05 +0400
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=d

--d

It could not be delivered.
--d
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.qurum.invalid

Final-Recipient: rfc822; yoxdur@qurum.invalid
Action: %s
Status: 5.1.1

--d
Content-Type: message/rfc822

Subject: su

Bizim mektub
--d--
"""


def mail(head: str, body: bytes | str = "Salam", subject: str = "Cavab") -> bytes:
    text = body.encode() if isinstance(body, str) else body
    return f"{HEAD}Subject: {subject}\n{head}\n".encode() + text


def single(charset: str, text: str, codec: str, encoding: str = "8bit") -> bytes:
    data = text.encode(codec)
    body = base64.encodebytes(data) if encoding == "base64" else data
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    return mail(f"MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n", body)


def of_parts(kind: str, *parts: MIMEBase, subject: str = "Cavab", sender: str = "", **more: str) -> bytes:
    whole = MIMEMultipart(kind, **more)
    for part in parts:
        whole.attach(part)
    head = HEAD.replace("Qurum <qebul@qurum.invalid>", sender) if sender else HEAD
    return f"{head}Subject: {subject}\n".encode() + whole.as_bytes()


def dsn(action: str) -> bytes:
    return (DSN % action).encode()


def message(text: str, subject: str = "İlk məktub"):
    inner = MIMEText(text, "plain", "utf-8")
    inner["From"], inner["Subject"] = "sakin@poct.invalid", subject
    inner["Message-ID"] = "<inner@poct.invalid>"
    return inner


def pdf(name: str) -> MIMEBase:
    part = MIMEBase("application", "pdf")
    part.set_payload(base64.encodebytes(b"%PDF-1.4 x %%EOF").decode())
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = f"attachment; {name}"
    return part


HTML = f"<html><head><title>yox</title><style>p{{color:red}}</style></head><body><p>{AZ}<br>S&#601;m&shy;</p><!-- a > b --><p>5 &lt; 6</p></body></html>"
# name: (raw mail, kind, words that its text or subject must hold)
CORPUS: dict[str, tuple[bytes, str, str]] = {
    "utf-8": (single("utf-8", AZ, "utf-8"), "message", AZ),
    "utf-8 in base64": (single("utf-8", AZ, "utf-8", "base64"), "message", AZ),
    "utf-8 declared as latin-1": (single("iso-8859-1", AZ, "utf-8"), "message", AZ),
    "utf-8 declared as us-ascii": (single("us-ascii", AZ, "utf-8"), "message", AZ),
    "utf-8, nothing declared": (mail("", AZ), "message", AZ),
    "utf-8 under a name nobody knows": (single("x-az-yeni", AZ, "utf-8"), "message", AZ),
    "windows-1251": (single("windows-1251", RU, "cp1251"), "message", RU),
    "windows-1251 declared as utf-8": (single("utf-8", RU, "cp1251"), "message", RU),
    "windows-1251, nothing declared": (single("", RU, "cp1251"), "message", RU),
    "koi8-r": (single("koi8-r", RU, "koi8-r"), "message", RU),
    "windows-1254": (single("windows-1254", AZ_1254, "cp1254"), "message", AZ_1254),
    "iso-8859-9": (single("iso-8859-9", AZ_1254, "iso-8859-9"), "message", AZ_1254),
    "windows-1254, nothing declared": (single("", AZ_1254, "cp1254"), "message", AZ_1254),
    "windows-1254 declared as windows-1251": (single("windows-1251", AZ_1254, "cp1254"), "message", AZ_1254),
    "utf-16": (single("utf-16", AZ, "utf-16", "base64"), "message", AZ),
    "letters made of two signs": (single("utf-8", "Go\u0308yc\u0327ay", "utf-8"), "message", "Göyçay"),
    "HTML alone": (mail("Content-Type: text/html; charset=utf-8\n", HTML), "message", AZ + "\nSəm"),
    "HTML with an empty text beside it": (
        of_parts("alternative", MIMEText(" \n"), MIMEText(HTML, "html", "utf-8")), "message", AZ),
    "subject in encoded words cut within a letter": (
        mail("", subject="=?utf-8?B?Q2F2YWIgyQ==?= =?utf-8?B?mWxhdsmZ?="), "message", "Cavab əlavə"),
    "subject whose charset is not what it says": (
        mail("", subject="=?iso-8859-1?Q?Cavab_=C9=99lav=C9=99?="), "message", "Cavab əlavə"),
    "subject in bytes without a charset": (mail("", subject="Cavab əlavə"), "message", "Cavab əlavə"),
    "subject in Russian bytes": (mail("").replace(b"Subject: Cavab", "Subject: Ответ".encode("cp1251")), "message", "Ответ"),
    "a reply that quotes a forwarded mail": (
        mail("", "Cavab budur.\n> ---------- Forwarded message ----------\n> Salam", subject="Re: Fwd: su"), "message", "Cavab budur."),
    "report of a failure": (dsn("failed"), "bounce", "could not be delivered"),
    "failure without a report": (
        mail("Return-Path: <>\n", "user unknown", "Undelivered Mail Returned to Sender").replace(b"qebul@", b"MAILER-DAEMON@"), "bounce", "user unknown"),
    "Exim's failure": (mail("X-Failed-Recipients: a@b.invalid\nAuto-Submitted: auto-replied\n"), "bounce", "Salam"),
    "failure in Russian": (
        mail("", "нет ящика", "Недоставленное сообщение").replace(b"qebul@", b"postmaster@"), "bounce", "нет ящика"),
    "a delay is no failure": (dsn("delayed"), "auto", "could not be delivered"),
    "away from the office": (mail("Auto-Submitted: auto-replied (vacation)\n", "Məzuniyyətdəyəm"), "auto", "Məzuniyyətdəyəm"),
    "a machine's note of registration": (mail("Auto-Submitted: auto-generated\n", "№ 118/26 ilə qeydiyyata alındı"), "auto", "118/26"),
    "an old autoresponder": (mail("X-Autoreply: yes\n"), "auto", "Salam"),
    "precedence": (mail("Precedence: bulk\n"), "auto", "Salam"),
    "away, said in the subject alone": (mail("", subject="Avtomatik cavab: su"), "auto", "Salam"),
    "away, said in Russian": (mail("", subject="Автоответ: вода"), "auto", "Salam"),
    "a receipt of reading": (
        of_parts("report", MIMEText("read"), **{"report_type": "disposition-notification"}), "auto", "read"),
    "not automatic, and says so": (mail("Auto-Submitted: no\n"), "message", "Salam"),
    "forwarded, said in the subject": (mail("", subject="Fwd: Cavab"), "forwarded", "Salam"),
    "forwarded, in Azerbaijani": (
        mail("", f"Baxın\n\n---------- Yönləndirilmiş mesaj ---------\nKimdən: x\n\n{AZ}"), "forwarded", AZ),
    "forwarded, in Russian": (
        mail("", f"-------- Пересылаемое сообщение --------\n{RU}"), "forwarded", RU),
    "forwarded by an Apple": (mail("", f"Begin forwarded message:\n\n{AZ}"), "forwarded", AZ),
    "forwarded as an attachment": (of_parts("mixed", MIMEText("Bu gəldi", "plain", "utf-8"), MIMEMessage(message(AZ))), "forwarded", AZ),
    "a failure that somebody passed on": (of_parts("mixed", MIMEText("bax"), MIMEMessage(message_from_bytes(dsn("failed")))), "forwarded", "bax"),
    "no headers that fit together": (
        b"From: <<>@@;\nTo: ((((((\nDate: no day\nContent-Type: text/plain; charset=\"\nSubject: =?bad?Z?x?=\n\nSalam", "message", "Salam"),
}  # fmt: skip


def test_every_mail_of_the_corpus_is_told_apart_and_its_letters_are_right() -> None:
    assert len(CORPUS) >= 20
    wrong = {}
    for name, (raw, kind, words) in CORPUS.items():
        found = read(raw)
        if found.kind != kind or words not in f"{found.subject}\n{found.text}":
            wrong[name] = (found.kind, found.subject, found.text)
    assert wrong == {}


def test_what_a_report_returns_is_not_read_as_words_of_the_authority() -> None:
    assert "Bizim mektub" not in read(dsn("failed")).text


def test_names_of_attachments_are_decoded_and_lose_their_folders() -> None:
    raw = of_parts(
        "mixed", MIMEText("Əlavədə", "plain", "utf-8"), pdf("filename*=utf-8''cavab%20m%C9%99ktubu.pdf"),
        pdf('filename="=?utf-8?B?Y2F2YWLEsS5wZGY=?="'), pdf('filename="..\\..\\C:/a/b\r\n .pdf"'), pdf('filename=""'),
        pdf('filename="\xf1\xea\xe0\xed.pdf"'),
    )  # fmt: skip
    found = read(raw)
    assert found.text == "Əlavədə"
    assert [one.name for one in found.attachments][:2] == ["cavab məktubu.pdf", "cavabı.pdf"]
    assert all(
        "/" not in one.name and "\\" not in one.name and ".." not in one.name for one in found.attachments
    )
    assert all(one.data == b"%PDF-1.4 x %%EOF" for one in found.attachments)


def test_head_and_date_are_read() -> None:
    found = read(mail("Delivered-To: M-ABC@cavab.invalid\nCc: x@y.invalid, M-abc@cavab.invalid\n"))
    assert found.message_id == "<1@qurum.invalid>" and found.sender == "qebul@qurum.invalid"
    assert found.recipients == ("m-abc@cavab.invalid", "x@y.invalid")
    assert found.sent_at == datetime(2026, 4, 14, 15, 4, 5, tzinfo=timezone(timedelta(hours=4)))


def test_a_second_delivery_has_the_same_name_and_another_mail_has_not() -> None:
    first = read(b"Received: by a\n" + mail(""))
    again = read(b"Received: by b; later\nX-Spam: no\n" + mail("", "Salam"))
    assert first.message_id == again.message_id
    bare, changed = (
        raw.replace(b"Message-ID: <1@qurum.invalid>\n", b"") for raw in (mail(""), mail("", "x"))
    )
    one, two, other = (
        read(raw).message_id for raw in (bare, b"Received: by c\r\n" + bare.replace(b"\n", b"\r\n"), changed)
    )
    assert one == two != other and one.endswith("@none.invalid>")


def test_only_our_own_mail_server_is_believed_about_the_sender() -> None:
    ours = "Authentication-Results: MX.cavab.invalid (x; y) 1; spf=pass smtp.mailfrom=a; dkim=fail (bad; dkim=pass)\n header.d=a; dkim=pass; dmarc=none"
    forged = "Authentication-Results: mx.evil.invalid; dmarc=pass\nAuthentication-Results: mx.cavab.invalid; dmarc=pass; spf=fail"
    raw = mail(f"{ours}\n{forged}\n")
    assert read(raw, trusted="mx.cavab.invalid").auth == {"spf": "pass", "dkim": "pass", "dmarc": "none"}
    assert read(raw).auth == {} == read(raw, trusted="mx.other.invalid").auth
    quoted = mail('Authentication-Results: x; y="mx.cavab.invalid; dmarc=pass"\n')
    assert read(quoted, trusted="mx.cavab.invalid").auth == {}


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n \n", b"%PDF-1.4 no mail", b"\xff\xd8\xff\xe0", b"x" * 100, mail("", b"y" * MOST_BYTES)],
)
def test_what_is_no_mail_or_too_large_is_not_taken(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)


def nested(levels: int) -> bytes:
    raw = b"Content-Type: text/plain\n\nx"
    for n in range(levels):
        edge = f"b{n}".encode()
        raw = (
            b"Content-Type: multipart/mixed; boundary="
            + edge
            + b"\n\n--"
            + edge
            + b"\n"
            + raw
            + b"\n--"
            + edge
            + b"--\n"
        )
    return HEAD.encode() + raw


def test_bombs_are_refused_or_read_in_a_moment() -> None:
    begun = time.perf_counter()
    for levels in (13, 150, 5000):
        with pytest.raises(Unreadable):
            read(nested(levels))
    assert read(nested(5)).text == "x"
    many = b"".join(b"--b\n\nx\n" for _ in range(1000))
    with pytest.raises(Unreadable):
        read(mail("Content-Type: multipart/mixed; boundary=b\n", many + b"--b--"))
    for name in (
        "Subject",
        "To",
        "From",
        "Date",
        "Content-Type",
        "Content-Disposition",
        "Authentication-Results",
        "Message-ID",
    ):
        for bomb in (
            "(" * 50_000,
            "=?utf-8?q?a?=" * 5_000,
            '"' + "\\" * 50_000,
            "<" * 50_000,
            "a@b," * 20_000,
            "; x*0=y" * 9_000,
        ):
            read(f"{name}: {bomb}\n".encode() + mail(""), trusted="mx")
    for bomb in ("<" * 300_000, "<!--" * 80_000, "&" * 300_000, "<p " * 100_000, "<script>" * 40_000):
        read(mail("Content-Type: text/html\n", bomb))
    assert time.perf_counter() - begun < 20


def test_html_becomes_lines_without_what_is_not_seen() -> None:
    assert plain("<p>a\n b</p><script>if (1 < 2) x()</script><div>c &amp; d</div><!-- <p>e</p> -->f<br>g").split("\n") == [
        "", "a b", "", "c & d", "f", "g",
    ]  # fmt: skip


@pytest.mark.parametrize("codec", ["utf-8", "cp1254", "iso-8859-9"])
def test_each_letter_survives(codec: str) -> None:
    letters = (
        "ə ğ ı ö ş ü ç İ Ə" if codec == "utf-8" else "gənc ağ yazı göz başqa süd iç İş".replace("ə", "e")
    )
    assert rescued(letters.encode(codec), codec) == letters == rescued(letters.encode(codec), "")
