"""Twelve invented cases: some fresh, some before a court, two closed, one offered to a colleague. Through the actions."""

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from icma.core.day import legal_day
from icma.demo.country import Country
from icma.law.actions import sign_topic
from icma.law.problems import topic
from icma.legalaid.actions import consent, meeting, templates
from icma.legalaid.actions.cases import offers, rows, served, taking, terms
from icma.legalaid.actions.conflicts import judge
from icma.legalaid.actions.intake.telling import take_down
from icma.legalaid.assembly import shelf
from icma.legalaid.models import Case
from icma.legalaid.ring import Ring
from icma.people.models import Place


class Told(NamedTuple):
    """Who came how many days ago about what, and what the lawyer means to do next in how many days."""

    days: int
    client: str
    other: str
    title: str
    problem: str
    sex: str
    band: str
    next: str
    soon: int | None


CASES = (
    Told(240, "Nümunə Səbinə", "Nümunə Zavodu", "Ödənilməmiş əməkhaqqı", "AZ-11", "female", "30-44", "", None),
    Told(190, "Nümunə Rauf", "Nümunə İcra Hakimiyyəti", "Torpaq sənədi verilmir", "AZ-06", "male", "45-59", "", None),
    Told(120, "Nümunə Lamiyə", "Nümunə Bələdiyyəsi", "Hasarın sökülməsi tələbi", "AZ-07", "female", "60+", "İclasa hazırlaşmaq", 5),
    Told(95, "Nümunə Tural", "Nümunə Bankı", "Kredit borcunun hesabı", "AZ-19", "male", "18-29", "Hesablamanı istəmək", 8),
    Told(80, "Nümunə Xatirə", "Nümunə DOST mərkəzi", "Əlillik müavinəti kəsilib", "AZ-10", "female", "45-59", "Şikayəti vermək", 3),
    Told(60, "Nümunə Vüqar", "Nümunə Elektrik", "Üç ay işıqsız qalan ev", "AZ-08", "male", "30-44", "Cavabı gözləmək", 12),
    Told(45, "Nümunə Nərmin", "Nümunə Məktəbi", "Uşağın qeydə alınmaması", "AZ-15", "female", "18-29", "Direktorla görüş", 2),
    Told(30, "Nümunə Aqil", "Nümunə Tikinti MMC", "Qonşu tikintidən çat", "AZ-07", "male", "60+", "Ekspertiza üçün ərizə", 6),
    Told(21, "Nümunə Könül", "Nümunə Firma", "Hamiləlikdə işdən çıxarma", "AZ-11", "female", "18-29", "İddia layihəsi", 4),
    Told(14, "Nümunə Orxan", "Nümunə Pasport şöbəsi", "Şəxsiyyət vəsiqəsi verilmir", "AZ-17", "male", "18-29", "Sorğunu göndərmək", 1),
    Told(9, "Nümunə Zeynəb", "Nümunə Qohum", "Miras payının bölünməsi", "AZ-20", "female", "60+", "Sənədləri toplamaq", 9),
    Told(5, "Nümunə Samir", "Nümunə İdarə", "Müraciətə cavab verilməyib", "AZ-02", "male", "30-44", "", None),
)  # fmt: skip


def play(country: Country, rings: dict[str, Ring], at: datetime) -> dict[str, str]:
    """The lawyer leads eight, the advocate four; visitors open them with the six words."""
    regions = Place.objects.filter(kind=Place.Kind.REGION).order_by("sort_key").values_list("code", flat=True)
    made = [
        _taken(told, rings["advocate" if n % 3 == 2 else "lawyer"], at, regions[n % len(regions)])
        for n, told in enumerate(CASES)
    ]
    for told, case in zip(CASES[:2], made[:2], strict=True):
        _finished(rings["lawyer"], case, at - timedelta(days=told.days - 90))
    _before_court(rings["advocate"], made[2], at)
    _complained(rings["lawyer"], made[4], at)
    offers.offer(ring=rings["lawyer"], case=made[9], kind="counsel", to=rings["advocate"].user, at=at,
                 summary="Nümunə: vəsiqə üçün üçüncü müraciət, cavab yoxdur.", until=at + timedelta(days=30))  # fmt: skip
    _reception(rings["lawyer"], country, at)
    return {}


def _reception(ring: Ring, country: Country, at: datetime) -> None:
    """Hours of the lawyer's next reception days; an advocate's invented signature under one template and one page."""
    for ahead in (2, 6):
        meeting.lay_out(user=ring.user, on=legal_day(at) + timedelta(days=ahead), first=time(10), last=time(12), minutes=30,
                        event=None, at=at)  # fmt: skip
    one, page, advocate = shelf.sheet("information-request"), topic("AZ-08"), country.persons["advocate"]
    row = templates.sign_template(
        slug=one.slug, sha256=templates.text_of(one), name="Nümunə Vəkil (nümunə)", by=advocate, at=at
    )
    templates.decide_template(row=row, agreed=True, by=country.persons["officer"], at=at)
    assert page is not None
    sign_topic(code=page.code, digest=page.digest, name="Nümunə Vəkil (nümunə)", by=advocate, at=at)


AGAINST = {"AZ-11": "employer", "AZ-06": "executive", "AZ-07": "municipality", "AZ-10": "central", "AZ-08": "utility",
           "AZ-15": "executive", "AZ-17": "central", "AZ-20": "person", "AZ-02": "central"}  # fmt: skip


def _taken(told: Told, ring: Ring, at: datetime, region: str) -> Case:
    came = at - timedelta(days=told.days)
    values: dict[str, Any] = {
        "what": f"Nümunə: {told.title}. Ətraflı söhbətdə deyəcəyəm.", "triggers": [], "other": told.other, "client": told.client,
        "papers": "", "paper": "none", "call": "no", "answers": "me",
    }  # fmt: skip
    case, _code = take_down(values=values, language="az", at=came, source="")
    judge(ring=ring, case=case, verdict="clear", at=came)
    by = legal_day(at) + timedelta(days=told.soon) if told.soon is not None else None
    card = {
        "title": told.title, "client": told.client, "client_kind": "person", "contact": "Yalnız gündüz, özünə", "sex": told.sex,
        "band": told.band, "problem": told.problem, "next": told.next, "next_on": by.isoformat() if by else "", "region": region,
        "against": AGAINST.get(told.problem, ""), "relief": "representation" if told.problem == "AZ-07" else "drafting",
    }  # fmt: skip
    taking.take_up(ring=ring, case=case, card=card, verdict="clear", at=came)
    for purpose in ("representation", "storage", "statistics"):
        consent.give(ring=ring, case=case, purpose=purpose, how="spoken", language="az", at=came)
    served.record_service(ring=ring, case=case, service="advice", minutes=30, at=came)
    rows.write_note(ring=ring, case=case, text="Nümunə: sənədlərə baxıldı, ilk məsləhət verildi.", at=came)
    return case


def _finished(ring: Ring, case: Case, at: datetime) -> None:
    served.record_service(ring=ring, case=case, service="representation", minutes=180, at=at)
    taking.close_case(ring=ring, case=case, at=at, result="won", benefit="right", enforcement="done",
                      text="Nümunə: qərar icra olundu.")  # fmt: skip


def _before_court(ring: Ring, case: Case, at: datetime) -> None:
    today = legal_day(at)
    terms.move_on(ring=ring, case=case, level="authority", branch="administrative", body="Nümunə Bələdiyyəsi", number="14-2",
                  served=None, filed=today - timedelta(days=100), at=at - timedelta(days=100))  # fmt: skip
    terms.move_on(ring=ring, case=case, level="court", branch="administrative", body="Nümunə İnzibati Məhkəməsi", number="",
                  served=today - timedelta(days=12), filed=None, at=at - timedelta(days=11))  # fmt: skip
    rows.set_hearing(ring=ring, case=case, body="Nümunə İnzibati Məhkəməsi", room="3", on=today + timedelta(days=5),
                     time="10:30", who=ring.user.pk, points="Aktın hüquqi əsası yoxdur", take="Aktın əsli\nŞəkillər", at=at)  # fmt: skip
    rows.add_task(
        ring=ring, case=case, text="Şahidlə danışmaq", who=ring.user.pk, due=today + timedelta(days=3), at=at
    )
    served.record_service(ring=ring, case=case, service="drafting", minutes=90, at=at)


def _complained(ring: Ring, case: Case, at: datetime) -> None:
    terms.move_on(ring=ring, case=case, level="superior", branch="administrative", body="Nümunə Nazirliyi", number="",
                  served=legal_day(at) - timedelta(days=20), filed=None, at=at - timedelta(days=19))  # fmt: skip
    rows.write_message(ring=ring, case=case, text="Nümunə: şikayət layihəsi hazırdır, baxın.", at=at)
