"""Decisions and promises in every stage, through the product's own actions. Everything is invented."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icma.advocacy.actions.oversight import (
    commitments,
    decisions,
    observing,
    rating,
    remarks,
    replies,
    sources,
)
from icma.advocacy.actions.oversight.sources import Seen
from icma.advocacy.models import Commitment, Decision
from icma.core.day import legal_day
from icma.demo.country import Country
from icma.demo.days import Days
from icma.demo.pictures import scan
from icma.matters.actions.moderation import publish, show_words
from icma.matters.actions.preparing import submit
from icma.matters.models import Entry, Letter
from icma.people.models import Review

FROM = "https://numune.invalid/"


@dataclass
class Desk:
    """Who acts when: `at(ago)` is an hour of a working day so many days before the build."""

    country: Country
    days: Days

    def day(self, ago: int) -> date:
        day = self.days.today - timedelta(days=ago)
        return self.days.on_or_before(day) if ago >= 0 else day

    def at(self, ago: int, step: int = 5) -> datetime:
        return self.days.moment(self.day(ago), step)

    def seen(self, ago: int, page: str, copy: bool = False) -> Seen:
        return Seen(on=self.day(ago), url=FROM + page, copy=scan(page) if copy else None)

    def about(self, key: str, body: str, title: str, text: str, topic: str, ago: int) -> dict[str, Any]:
        """What decisions and promises share; the union's officers lead what belongs to no community."""
        group = self.country.communities[key]
        return {
            "community": group, "title": title, "text": text, "place": group.place, "topic": topic,
            "authority": self.country.bodies[body], "at": self.at(ago), "by": self.country.leads[key],
        }  # fmt: skip

    def person(self, key: str) -> Any:
        return self.country.persons[key]


def watch(country: Country, at: datetime) -> None:
    desk = Desk(country, Days(at))
    for tell in (_square, _budget, _session, _lamps, _rule, _bus_stop):
        tell(desk)
    for tell in (_water, _ramp, _crafts, _road, _school, _nurse, _buses):
        tell(desk)


# --- decisions -------------------------------------------------------------------------------------------
def _decision(
    desk: Desk, ago: int, about: dict[str, Any], what: str, page: str, level: str = "local"
) -> Decision:
    made = decisions.prepare_decision(
        what=what, level=level, seen=desk.seen(ago + 1, page, copy=True), **about
    )
    submit(matter=made.matter, at=desk.at(ago, 7), by=about["by"])
    made.matter.refresh_from_db()
    publish(matter=made.matter, at=desk.at(ago, 24), by=desk.person("moderator"))
    return made


def _ask(
    desk: Desk, decision: Decision, ago: int, text: str, way: str = "site", shown: bool = True
) -> Entry | None:
    by = None if way == "site" else desk.country.leads["goycay"]
    entry = remarks.remark(
        decision=decision, text=text, at=desk.at(ago, 12), by=by, way=way, on=desk.day(ago) if by else None
    )
    return show_words(entry=entry, at=desk.at(ago, 30), by=desk.person("moderator")) if shown else None


def _square(desk: Desk) -> None:
    """A plan on display by the law's sixty days, half of them gone; five remarks, one of them with the moderator."""
    about = desk.about(
        "goycay", "EXECGOY", "Bazar meydanının yeni planı",
        "Layihəyə görə meydanda dayanacaq genişlənir, iki bina tikilir, on dörd ağac kəsilir. Eskiz binanın foyesində və saytda sərgilənir.",
        "infrastructure", 34,
    )  # fmt: skip
    plan = _decision(desk, 34, about, "plan", "goycay/meydan-plani")
    decisions.open_remarks(
        decision=plan, opens_on=desk.day(31), rule="plan.display", at=desk.at(31), by=about["by"]
    )
    _ask(desk, plan, 26, "Məktəbin qarşısındakı altı ağac saxlanılsın: uşaqlar yayda kölgədə gözləyir.")
    _ask(desk, plan, 19, "Dayanacağa girişdə pandus və alçaq səki nəzərdə tutulsun.")
    _ask(desk, plan, 12, "Axşam işıqlandırması planda yoxdur. Qadınlar bazardan qaranlıqda qayıdır.")
    _ask(desk, plan, 6, "Tualet və su krantı üçün yer ayrılsın.", way="session")
    _ask(desk, plan, 0, "Köçürülən satıcılara yeni yer əvvəlcədən göstərilsin.", shown=False)


def _budget(desk: Desk) -> None:
    """A municipal budget, decided with changes: what was asked, what was decided, and with which reasons."""
    about = desk.about(
        "gence", "MUNGA", "Bələdiyyənin növbəti il büdcəsi",
        "Layihədə səkilər üçün ayrılan hissə keçən illə müqayisədə azaldılır, park üçün ayrılan artır. Layihə bələdiyyənin lövhəsində asılıb.",
        "economy", 120,
    )  # fmt: skip
    budget = _decision(desk, 120, about, "budget", "gence/budce-layihesi")
    decisions.open_remarks(
        decision=budget, opens_on=desk.day(115), closes_on=desk.day(95), article="Bələdiyyənin 14 saylı elanı",
        at=desk.at(115), by=about["by"],
    )  # fmt: skip
    asked = [
        _ask(desk, budget, 112, "Üç küçədə səki təmiri bu il başlasın."),
        _ask(desk, budget, 108, "Kitabxanaya gənclər üçün axşam saatı ayrılsın."),
        _ask(desk, budget, 101, "Bələdiyyənin yeni avtomobili növbəti ilə saxlanılsın.", way="letter"),
        _ask(desk, budget, 99, "Büdcənin icrası rübdə bir dəfə dərc olunsun.", way="session"),
    ]
    _observe(desk, budget, 80, present=46, spoke=11, spoke_women=3, spoke_youth=1, let_in="yes", agenda="yes",
             minutes="no", words="Layihə oxundu, suallara iyirmi dəqiqə vaxt verildi.")  # fmt: skip
    decisions.take_decision(
        decision=budget, result="changed", on=desk.day(80), seen=desk.seen(77, "gence/budce-qerari", copy=True),
        text="Büdcə dörd dəyişikliklə qəbul olundu.", at=desk.at(77), by=about["by"],
    )  # fmt: skip
    answers = (
        (
            "partly",
            "Bir küçə bu il, ikisi növbəti il.",
            "given",
            "Podratçı eyni vaxtda üç küçədə işləyə bilmir.",
        ),
        ("accepted", "Kitabxana cümə axşamı saat 20-yə qədər açıqdır.", "", ""),
        ("rejected", "", "none", ""),
    )
    for entry, (verdict, decided, told, reason) in zip(asked, answers, strict=False):
        remarks.settle_point(
            decision=budget, entry=entry, verdict=verdict, decided=decided, told=told, reason=reason,
            on=desk.day(80), seen=desk.seen(76, "gence/budce-protokolu"), at=desk.at(76), by=about["by"],
        )  # fmt: skip


def _observe(desk: Desk, decision: Decision, ago: int, shown: bool = True, **values: Any) -> None:
    record = observing.observe(
        decision=decision, on=desk.day(ago), values=values, at=desk.at(ago, 40), by=desk.person("resident")
    )
    if shown:
        review = Review.objects.get(kind=observing.KIND, subject=record.code)
        at = desk.at(max(ago - 1, 0), 45)
        observing.decide_observation(review=review, verdict="agreed", at=at, by=desk.person("moderator"))


def _session(desk: Desk) -> None:
    """A public council's session about a draft: one record is public, one waits for a second person."""
    about = desk.about(
        "seki", "COUNSAK", "İctimai şuranın iclası: bazarın köçürülməsi",
        "Şuranın gündəliyində bazarın şəhərin kənarına köçürülməsi var. Satıcıların çoxu qadındır, yeni yerə avtobus getmir.",
        "economy", 30,
    )  # fmt: skip
    session = _decision(desk, 30, about, "session", "seki/iclas-elani")
    _observe(desk, session, 16, let_in="yes", agenda="no", minutes="unknown", present=28, spoke=7, spoke_women=4,
             spoke_youth=0, words="Gündəlik qapıda paylandı. Satıcılar üç dəqiqə danışa bildi.")  # fmt: skip
    _observe(
        desk, session, 2, shown=False, let_in="no", agenda="unknown", minutes="unknown",
        words="Zala buraxmadılar, iclasın qapalı olduğu deyildi.",
    )  # fmt: skip


def _lamps(desk: Desk) -> None:
    """A tender that was carried out, with its outcome seen on the street."""
    about = desk.about(
        "lenkeran", "EXECLAN", "Sahil küçəsinin işıqlandırılması üzrə tender",
        "Əlli altı dirəyin dəyişdirilməsi üçün podratçı seçilir. Şərtlər tender səhifəsindədir.", "infrastructure", 210,
    )  # fmt: skip
    tender = _decision(desk, 210, about, "tender", "lenkeran/tender-56")
    decisions.take_decision(
        decision=tender, result="adopted", on=desk.day(170), seen=desk.seen(168, "lenkeran/tender-56/neticesi", copy=True),
        at=desk.at(168), by=about["by"],
    )  # fmt: skip
    decisions.carry_decision(
        decision=tender, on=desk.day(70), seen=desk.seen(66, "lenkeran/isiq-foto", copy=True),
        text="Əlli altı dirəyin hamısı yanır.", at=desk.at(66), by=about["by"],
    )  # fmt: skip


def _rule(desk: Desk) -> None:
    """A central draft that was not pursued."""
    about = desk.about(
        "kurdemir", "MINAGR", "Suvarma növbəsi haqqında qaydanın layihəsi",
        "Layihə növbəni yalnız elektron müraciətlə verir. Kəndlərdə internet zəifdir.", "ecology", 150,
    )  # fmt: skip
    draft = _decision(desk, 150, about, "draft_act", "suvarma-qaydasi", level="central")
    decisions.drop_decision(
        decision=draft, on=desk.day(60), seen=desk.seen(58, "suvarma-qaydasi/xeber", copy=True),
        text="Nazirlik layihəni geri götürdüyünü elan etdi.", at=desk.at(58), by=about["by"],
    )  # fmt: skip
    replies.reply(
        matter=draft.matter, text="Layihə rəylərdən sonra yenidən işlənilir, növbə telefonla da alınacaq.",
        seen=desk.seen(57, "suvarma-qaydasi/cavab"), on=desk.day(57), at=desk.at(57), by=about["by"],
    )  # fmt: skip


def _bus_stop(desk: Desk) -> None:
    """Days that the body has announced; they end within the week."""
    about = desk.about(
        "goycay", "MUNGOY", "Avtobus dayanacaqlarının yeri",
        "Bələdiyyə dörd dayanacağı köçürmək istəyir. Xəritə lövhədədir.", "infrastructure", 20,
    )  # fmt: skip
    stops = _decision(desk, 20, about, "draft_act", "goycay/dayanacaqlar")
    decisions.open_remarks(
        decision=stops, opens_on=desk.day(17), closes_on=desk.day(-3), article="Bələdiyyənin 3 saylı elanı",
        at=desk.at(17), by=about["by"],
    )  # fmt: skip
    _ask(desk, stops, 9, "Poliklinika dayanacağı köçürülməsin, yaşlılar üçün uzaqdır.")


# --- promises --------------------------------------------------------------------------------------------
def _promise(
    desk: Desk, ago: int, about: dict[str, Any], check_by: str, seen: Seen, **more: Any
) -> Commitment:
    given = {"level": "local", "said_at": "session", "said_on": desk.day(ago + 2), "due_on": None} | more
    made = commitments.prepare_commitment(check_by=check_by, seen=seen, **about, **given)
    commitments.submit_commitment(commitment=made, at=desk.at(ago, 8), by=about["by"])
    made.matter.refresh_from_db()
    publish(matter=made.matter, at=desk.at(ago, 26), by=desk.person("moderator"))
    return made


def _rate(
    desk: Desk, made: Commitment, ago: int, status: str, page: str, text: str = "", **more: Any
) -> None:
    by = more.get("by") or desk.country.leads[more["key"]]
    rate = rating.check_rating if more.get("check") else rating.rate
    rate(
        commitment=made, status=status, on=desk.day(ago), seen=desk.seen(ago, page, copy=True),
        text=text, at=desk.at(ago, 33 if more.get("check") else 20), by=by,
    )  # fmt: skip


def _water(desk: Desk) -> None:
    """Its day comes within the week; one person has looked, a second one is wanted."""
    about = desk.about(
        "goycay", "WATERGOY", "Bazar küçəsinə hər gün su veriləcək",
        "Görüşdə deyilib: yeni nasos qoyulandan sonra Bazar küçəsinə hər gün ən azı dörd saat su veriləcək.",
        "infrastructure", 60,
    )  # fmt: skip
    made = _promise(
        desk, 60, about, "Küçədə asılmış qrafik və dörd evdə bir həftə aparılan qeyd.",
        desk.seen(61, "goycay/gorus-protokolu", copy=True), due_on=desk.day(-5),
    )  # fmt: skip
    _rate(desk, made, 8, "limited", "goycay/nasos", "Nasos gətirilib, hələ qoşulmayıb.", key="goycay")
    replies.reply(
        matter=made.matter, text="Nasos gələn həftə qoşulur, qrafik ayın sonunda asılacaq.", at=desk.at(5, 20),
        by=desk.person("official"),
    )  # fmt: skip


def _ramp(desk: Desk) -> None:
    """The day has passed; two people looked afterwards and saw that it is not done in full."""
    about = desk.about(
        "gence", "HEALGA", "Poliklinikanın girişində pandus qurulacaq",
        "Baş həkim açıq görüşdə pandusun yaya qədər qurulacağını deyib.", "social", 200,
    )  # fmt: skip
    made = _promise(
        desk, 200, about, "Girişdə ölçüsü standarta uyğun pandus.", desk.seen(201, "gence/poliklinika", copy=True),
        due_on=desk.day(50),
    )  # fmt: skip
    _rate(desk, made, 40, "substantial", "gence/pandus-foto", "Pandus var, məhəccər yoxdur.", key="gence")
    _rate(desk, made, 36, "substantial", "gence/pandus-2", by=desk.person("officer2"), check=True)


def _crafts(desk: Desk) -> None:
    """Kept, and two saw it."""
    about = desk.about(
        "seki", "EXECSAK", "Qadın sənətkarlar üçün satış yeri ayrılacaq",
        "Dinləmədə söz verilib: köhnə karvansarada on piştaxta pulsuz veriləcək.", "gender", 240,
    )  # fmt: skip
    made = _promise(
        desk, 240, about, "Karvansarada on piştaxta və açıq siyahı.", desk.seen(241, "seki/dinleme", copy=True),
        due_on=desk.day(110),
    )  # fmt: skip
    _rate(desk, made, 150, "limited", "seki/tezgah", "Dörd piştaxta qoyulub.", key="seki")
    _rate(desk, made, 148, "limited", "seki/tezgah-2", by=desk.person("officer"), check=True)
    _rate(desk, made, 100, "complete", "seki/on-tezgah", "On piştaxtanın hamısı verilib.", key="seki")
    _rate(desk, made, 97, "complete", "seki/siyahi", by=desk.person("officer"), check=True)


def _road(desk: Desk) -> None:
    """The day has passed and nobody has looked since: unknown."""
    about = desk.about(
        "lenkeran", "ROADLA", "İki kilometr kənd yolu asfaltlanacaq",
        "Televiziyada deyilib: kənd yolunun iki kilometri payıza qədər asfaltlanacaq.", "infrastructure", 130,
    )  # fmt: skip
    _promise(
        desk, 130, about, "İki kilometr asfalt: məktəbdən körpüyə qədər.", desk.seen(131, "tv/reportaj", copy=True),
        said_at="media", due_on=desk.day(14),
    )  # fmt: skip


def _school(desk: Desk) -> None:
    """Two people saw it differently; a third one has to look."""
    about = desk.about(
        "kurdemir", "EDUKUR", "Məktəbin idman zalı isidiləcək",
        "İdarənin səhifəsində yazılıb: idman zalının isitmə sistemi qışa qədər dəyişdiriləcək.", "social", 100,
    )  # fmt: skip
    made = _promise(
        desk, 100, about, "Zalda işləyən isitmə sistemi.", desk.seen(101, "kurdemir/zal", copy=True), said_at="site",
        due_on=desk.day(20),
    )  # fmt: skip
    _rate(desk, made, 12, "complete", "kurdemir/zal-foto", "Borular dəyişdirilib.", key="kurdemir")
    _rate(
        desk,
        made,
        9,
        "limited",
        "kurdemir/zal-2",
        "Borular var, qazan yoxdur.",
        by=desk.person("officer"),
        check=True,
    )


def _nurse(desk: Desk) -> None:
    """Promised in an answer to a letter that stands here."""
    answers = Letter.objects.filter(
        direction="in", answer="promise", confirmed=True, matter__place__code="AZ-GOY"
    )
    answer = answers.select_related("authority", "matter").latest("pk")
    ago = (desk.days.today - (answer.received_on or legal_day(answer.created_at))).days - 2
    about = desk.about(
        "goycay", answer.authority.code, "Kənd tibb məntəqəsində tibb bacısı işləyəcək", answer.summary, "social", ago
    )  # fmt: skip
    made = _promise(
        desk, ago, about | {"grew_from": [answer.matter]}, "Məntəqənin qapısındakı iş qrafiki.",
        Seen(on=desk.day(ago), letter=answer), said_at="letter", said_on=answer.dated_on, due_on=answer.promised_on,
    )  # fmt: skip
    _rate(desk, made, 1, "not_started", "goycay/menteqe", "Məntəqə bağlıdır, elan asılıb.", key="goycay")
    _rate(desk, made, 0, "not_started", "goycay/menteqe-2", by=desk.person("officer"), check=True)


def _buses(desk: Desk) -> None:
    """A central promise without a day; the body does not agree with what was found."""
    about = desk.about(
        "gence", "MINDIG", "Kənd marşrutlarında avtobusların hərəkəti xəritədə görünəcək",
        "Nazirliyin proqramında yazılıb: kənd marşrutlarının xəritəsi hamıya açıq olacaq.", "infrastructure", 160,
    )  # fmt: skip
    made = _promise(
        desk, 160, about, "Açıq xəritədə ən azı bir kənd marşrutu.", desk.seen(161, "proqram", copy=True),
        said_at="paper", level="central",
    )  # fmt: skip
    _rate(desk, made, 45, "no_evidence", "xerite", "Xəritə axtarıldı, tapılmadı.", key="gence")
    _rate(desk, made, 44, "no_evidence", "xerite-2", by=desk.person("officer2"), check=True)
    replies.reply(
        matter=made.matter, text="Xəritə sınaqdadır, iki marşrut daxili şəbəkədə görünür.", disagrees=True,
        on=desk.day(30), seen=desk.seen(30, "nazirlik/cavab"), at=desk.at(30), by=desk.country.leads["gence"],
    )  # fmt: skip
    sources.ask_release(source=made.source, at=desk.at(3), by=desk.country.leads["gence"])
