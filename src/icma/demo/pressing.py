"""What the demo's campaign does: one question to many bodies, a delivery with its petition, and what it tells."""

from datetime import date, datetime, timedelta

from icma.advocacy.actions.deliveries import record_delivery
from icma.advocacy.actions.log.leaves import log_petition
from icma.advocacy.actions.mass import ask_many, put_values, register_many, send_many
from icma.advocacy.actions.reach import add_views, report
from icma.advocacy.actions.updates import publish_update, write_update
from icma.advocacy.models import Campaign, MassRow, Petition
from icma.demo.country import Country
from icma.demo.days import Days
from icma.matters.actions.incoming import Came, record_answer
from icma.matters.actions.tasks import set_task
from icma.people.models import Authority

ASKED = ("EXECGA", "EXECGOY", "EXECKUR", "EXECSAK", "WATERGOY")
# Body → days after registration on which its answer is dated, and the answer in a word.
ANSWERS = {"EXECGA": (6, "9 saat"), "EXECSAK": (8, "7 saat"), "WATERGOY": (5, "3 saat, həftədə 2 gün")}
NEWS = (
    (12, "media", "Nümunə TV Göyçayda su barədə süjet göstərdi", "Süjetdə Bazar küçəsinin sakinləri danışır."),
    (6, "meeting", "Su İdarəsinin rəisi ilə görüşdük", "Qrafik və nasosların təmiri müzakirə olundu. Yazılı cavab gözləyirik."),
    (2, "news", "Tələbimiz qeydiyyata alındı", "Dəstəyiniz Su İdarəsinə təqdim olundu. Cavab müddəti gedir, cavab gələndə yazacağıq."),
)  # fmt: skip
WAITING = ("media", "Rayon qəzeti kampaniya barədə yazdı", "Məqalədə 41 evin siyahısı da xatırlanır.")


def ask(country: Country, campaign: Campaign, days: Days) -> None:
    """Thirty-five days ago; three have answered, two have not."""
    on = days.on_or_before(days.today - timedelta(days=35))
    at, lead = days.moment(on, 10), country.leads["goycay"]
    mass = ask_many(
        campaign=campaign, authorities=[Authority.objects.get(code=code) for code in ASKED], subject="Su qrafiki",
        question="Rayonda əhaliyə su gündə neçə saat və həftədə neçə gün verilir? Qrafik harada elan olunur?",
        at=at, by=lead,
    )  # fmt: skip
    rows = list(MassRow.objects.filter(mass=mass).select_related("letter__authority", "letter__matter"))
    send_many(rows=rows, channel="email", on=on, at=at, by=lead)
    later = days.on_or_after(on + timedelta(days=1))
    given = [(row, f"S-{row.letter.authority_id}/{n}", later) for n, row in enumerate(rows, 1)]
    register_many(given=given, at=days.moment(later, 11), by=lead)
    for row in MassRow.objects.filter(mass=mass).select_related("letter__authority", "letter__matter"):
        if row.letter.authority.code in ANSWERS:
            _answer(row, later, days, country)


def _answer(row: MassRow, registered: date, days: Days, country: Country) -> None:
    after, words = ANSWERS[row.letter.authority.code]
    on = days.on_or_after(registered + timedelta(days=after))
    came = Came(dated_on=on, received_on=on, channel="email", summary=words)
    at, lead = days.moment(on, 12), country.leads["goycay"]
    record_answer(letter=row.letter, answer="substance", came=came, at=at, by=lead)
    put_values(given=[(row, words)], at=at, by=lead)


def hand_over(country: Country, campaign: Campaign, petition: Petition, days: Days) -> None:
    """Eight days ago, with the petition as its log stood; registered on the next working day."""
    on = days.on_or_before(days.today - timedelta(days=8))
    at, lead = days.moment(on, 15), country.leads["goycay"]
    while log_petition(pk=petition.pk, at=days.moment(on, 12), last=True):
        pass
    record_delivery(
        matter=campaign.matter, authority=country.bodies["WATERGOY"], channel="hand", on=on, petition=petition,
        subject=campaign.matter.title, body=campaign.demand, number=f"01-114/{on:%y}", registered_on=on,
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", at=at, by=lead,
    )  # fmt: skip


def tell(country: Country, campaign: Campaign, days: Days) -> None:
    """Three things were told and read by a moderator; a fourth waits for one. Volunteers are wanted."""
    lead, reader = country.leads["goycay"], country.persons["moderator"]
    for back, kind, title, text in NEWS:
        on = days.today - timedelta(days=back)
        at = days.moment(on, 16)
        made = write_update(campaign=campaign, kind=kind, on=on, title=title, text=text, at=at, by=lead)
        publish_update(update=made, version=1, at=at + timedelta(hours=2), by=reader)
    kind, title, text = WAITING
    now: datetime = days.moment(days.today - timedelta(days=1), 17)
    write_update(
        campaign=campaign,
        kind=kind,
        on=days.today - timedelta(days=1),
        title=title,
        text=text,
        at=now,
        by=lead,
    )
    set_task(
        organisation=country.communities["goycay"], matter=campaign.matter, kind="hands", is_public=True, at=now, by=lead,
        title="Şənbə günü evlərə kampaniya vərəqi aparmaq", until=days.today + timedelta(days=9), told=False,
    )  # fmt: skip


def open_pages(country: Country, campaign: Campaign, petition: Petition, days: Days) -> None:
    """How often both pages were opened on the last twenty days, and one figure that the community tells of itself."""
    for back in range(20, 0, -1):
        day = (days.today - timedelta(days=back)).isoformat()
        n = 18 + (back * 37) % 61 + (90 if back in (2, 6, 12) else 0)
        add_views(seen={(campaign.matter.code, day): n, (petition.matter.code, day): n * 2})
    on = days.today - timedelta(days=3)
    report(
        campaign=campaign,
        network="Facebook",
        label="baxış",
        n=3400,
        on=on,
        at=days.moment(on, 18),
        by=country.leads["goycay"],
    )
