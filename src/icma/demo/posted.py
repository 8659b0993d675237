"""What was mailed for letters of the tales: an answer, a machine's reply, a mail that a neighbour passed on, one that came back."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from icma.demo.country import Country
from icma.demo.days import Days
from icma.demo.pictures import scan
from icma.engines.inmail import read
from icma.matters.actions.mails import take_mail
from icma.matters.models import Letter

SERVER = "mx.icma.example"
ANSWER = """Salam.

Müraciətinizə cavab əlavə olunan faylda göndərilir. Bazar küçəsi üzrə suyun verilmə cədvəli növbəti həftədən yerli məntəqədə
və küçənin başında asılacaq. Gündüz saatlarında su verilməsi məsələsi yay mövsümündən sonra yenidən nəzərdən keçiriləcək.

Nümunə su idarəsi, Göyçay məntəqəsi
"""
MACHINE = """Bu, avtomatik bildirişdir. Məktubunuz sistemə daxil olub. Bu ünvana cavab yazmayın."""
PASSED_ON = """Bunu mənim poçtuma göndəriblər, kanal haqqındadır.

---------- Yönləndirilmiş mesaj ---------
Kimdən: idare@suvarma.numune.invalid
Mövzu: Kanalın təmizlənməsi

Kanalın qalan hissəsi texnikanın növbəsinə salınıb. Ekskavatorun nə vaxt gələcəyi ayrıca bildiriləcək.
"""
RETURNED = """Məktub çatdırılmadı: belə bir poçt qutusu yoxdur."""


def deliver(country: Country, at: datetime) -> None:
    """Mail of the last two days, through the action that takes in real mail."""
    water, canal, road = (_last(country, tale) for tale in ("goycay-su", "goycay-kanal", "goycay-nar-yolu"))
    lead = country.leads["goycay"]
    yesterday = Days(at).moment(Days(at).today - timedelta(days=1), 20)
    answer = _mail("su.goycay@numune.invalid", water.subject, ANSWER, yesterday)
    answer["Authentication-Results"] = f"{SERVER}; spf=pass; dkim=pass; dmarc=pass"
    answer.add_attachment(scan("posted"), maintype="image", subtype="png", filename="cavab.png")
    _take(water, answer, yesterday)
    machine = _mail(
        "bildiris.su@numune.invalid", "Avtomatik bildiriş", MACHINE, yesterday - timedelta(hours=5)
    )
    machine["Auto-Submitted"] = "auto-replied"
    _take(water, machine, yesterday)
    _take(canal, _mail("qonsu@numune.invalid", "Fwd: Kanalın təmizlənməsi", PASSED_ON, yesterday), yesterday)
    returned = _mail(
        "MAILER-DAEMON@numune.invalid", "Undelivered Mail Returned to Sender", RETURNED, yesterday
    )
    returned["X-Failed-Recipients"] = "sikayet@numune.invalid"
    _take(road, returned, yesterday, lead)


def _last(country: Country, tale: str) -> Letter:
    return Letter.objects.filter(matter=country.matters[tale], direction="out").latest("pk")


def _mail(sender: str, subject: str, text: str, on: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = sender, subject, format_datetime(on)
    mail.set_content(text)
    return mail


def _take(letter: Letter, mail: EmailMessage, at: datetime, by: object = None) -> None:
    raw = mail.as_bytes()
    trusted = "" if by else SERVER
    take_mail(letter=letter, incoming=read(raw, trusted=trusted), raw=raw, at=at, by=by)
