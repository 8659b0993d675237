"""What changed in the demo's country, for the better and the worse: outcomes, a round of stories, visits, months. All invented."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icma.core.day import legal_day, moment
from icma.demo.country import Country
from icma.demo.pictures import photo
from icma.matters.models import Letter
from icma.monitoring.actions import months, outcomes, papers, stories, visits
from icma.monitoring.models import Collection, Initiative, Node, Outcome, Story
from icma.monitoring.months import due_on, known_of, month_before, month_of, next_month

LATE = {("seki", 2), ("imisli", 1), ("kurdemir", 1)}  # community and months back: nothing was sent
TOLD = {
    "goycay": ("Üç küçədə həyətlər su saatlarını özləri yazır.", "Yağışdan görüşə az adam gəldi."),
    "seki": ("Dinləməyə yazılan qadınların sayı artdı.", "Zal kiçikdir, axşam saatı uyğun gəlmir."),
}

DID = {"seki": "Dinləmə üçün siyahı tutduq, iki küçədə qadınlarla danışdıq."}


@dataclass
class Desk:
    """`day(ago)` is so many days before the build."""

    country: Country
    at: datetime

    def day(self, ago: int) -> date:
        return legal_day(self.at) - timedelta(days=ago)

    def when(self, ago: int, hour: int = 15) -> datetime:
        return min(moment(self.day(ago), hour), self.at)

    def of(self, key: str) -> dict[str, Any]:
        return {"organisation": self.country.communities[key], "by": self.country.leads[key]}

    def person(self, key: str) -> Any:
        return self.country.persons[key]


def tell(country: Country, at: datetime) -> None:
    """`at` is the moment of the build; initiatives are there already."""
    desk = Desk(country, at)
    _water(desk)
    _others(desk)
    _stories(desk)
    _visits(desk)
    _months(desk)
    papers.ask_paper(
        organisation=country.communities["goycay"], project_code="SU-26", first=desk.day(330), last=desk.day(1), at=desk.when(1),
        by=country.leads["goycay"], narrative="Bir ildə nə dəyişib: su, məktub, görüş.", english="One year: water, letters, meetings.",
    )  # fmt: skip


# --- outcomes --------------------------------------------------------------------------------------
def _sent(desk: Desk, key: str, ago: int, **given: Any) -> Outcome:
    of = desk.of(key)
    place = of["organisation"].place
    made = outcomes.harvest(at=desk.when(ago), on=desk.day(ago + 6), place=place, **of, **given)
    outcomes.send_outcome(outcome=made, at=desk.when(ago, 16), by=of["by"])
    return made


def _published(desk: Desk, made: Outcome, ago: int) -> None:
    outcomes.publish_outcome(outcome=made, version=1, at=desk.when(ago), by=desk.person("moderator"))


def _node(plan: Initiative | None, kind: str) -> Node | None:
    return Node.objects.filter(initiative=plan, kind=kind).first() if plan else None


def _water(desk: Desk) -> None:
    group = desk.country.communities["goycay"]
    plan = Initiative.objects.filter(organisation=group, project_code="SU-26").first()
    came = Letter.objects.filter(matter__community=group, direction="in", confirmed=True, answer="substance", received_on__lte=desk.day(66)).select_related("matter").order_by("-received_on").first()  # fmt: skip
    good = _sent(
        desk, "goycay", 60, who="Rayon su idarəsi", what="Su qrafikini hər ayın əvvəlində məktəbin divarından asır; əvvəl qrafik elan olunmurdu.",
        significance="Ailələr suyu gecə gözləmir, gününü qura bilir.", where="Bazar küçəsi", node=_node(plan, "output"),
        contribution="İcma üç rüb saatları ölçdü və iki məktub yazdı. Məktəbin direktoru da xahiş etmişdi.",
        sources="Qrafikin şəkli; idarənin cavab məktubu.", letter=came, english="The water office posts a timetable every month; there was none before.",
    )  # fmt: skip
    _published(desk, good, 57)
    outcomes.substantiate(
        outcome=good, version=1, verdict="fully", at=desk.when(50), by=desk.person("official")
    )
    outcomes.substantiate(
        outcome=good, version=1, verdict="partly", at=desk.when(44), by=desk.person("researcher"), says="məktəb müəllimi",
        words="Qrafik asılır, amma iki dəfə ayın ortasında asılmışdı.",
    )  # fmt: skip
    bad = _sent(
        desk, "goycay", 40, who="Küçə görüşlərinə gələn ailələr", sign="negative", planned="unplanned", initiative=plan,
        what="Nasos gündüz işləyəndən bəri axşam görüşlərinə gəlmir: su o saatda verilir.", where="Bazar küçəsi",
        significance="Görüşlər seyrəlib, qərarı az adam verir.", contribution="Qrafik dəyişikliyini icma özü istəmişdi.",
    )  # fmt: skip
    _published(desk, bad, 38)
    gone = _sent(desk, "goycay", 35, who="Məhəllə mağazası", what="Suyu ucuz satır", planned="unplanned")
    outcomes.withdraw_outcome(
        outcome=gone,
        why="İcmanın bunda payı olmadığı sonra aydınlaşdı",
        at=desk.when(30),
        by=desk.country.leads["goycay"],
    )


def _others(desk: Desk) -> None:
    _sent(
        desk, "seki", 12, who="Bələdiyyənin büdcə komissiyası", planned="unplanned",
        what="Dinləmədə ilk sözü əvvəlcədən yazılmış sakinlərə verir; son dinləmədə onlardan dördü qadın idi.",
        significance="Söz növbəsi əvvəl səhər gələnlərin idi.", contribution="İcma yazılma qaydasını təklif etmişdi.",
        sources="Dinləmənin protokolu.",
    )  # fmt: skip
    made = _sent(
        desk, "lenkeran", 25, who="Avtobus daşıyıcısı", what="Axşam reysini bir saat gec buraxır.", language="ru",
        significance="Növbədən çıxan işçilər evə çatır.", contribution="İcma sərnişinləri saymışdı.",
    )  # fmt: skip
    _published(desk, made, 22)
    of = desk.of("gence")
    outcomes.harvest(who="Məhəllə ustaları", what="Pandusu icma soruşmadan düzəldir", at=desk.when(6), **of)


# --- stories ---------------------------------------------------------------------------------------
def _stories(desk: Desk) -> None:
    union = desk.country.communities["union"]
    turn = stories.open_collection(
        organisation=union, title="Payız hekayələri", at=desk.when(75), by=desk.person("officer"), opens_on=desk.day(75), closes_on=desk.day(-20),
        question="Son aylara baxanda ən mühüm dəyişiklik nə oldu və niyə?",
    )  # fmt: skip
    well = _story(
        desk, turn, "goycay", 60, "life", "Qızım dərsə gecikmir", "qonşu qadın", True,
        "Əvvəl səhər suyu mən yığırdım, qızım qardaşına baxırdı və dərsə gecikirdi. İndi su gündüz gəlir. Qızım üç aydır ki, birinci dərsdədir.",
        "Uşağın vaxtı özünə qalır.", "My daughter is no longer late for school.",
    )  # fmt: skip
    word = _story(
        desk, turn, "seki", 52, "voice", "Mikrofonu mənə verdilər", "usta", True,
        "On il iclaslara getmişəm, danışmamışam. Bu dəfə adım siyahıda idi. Bağçanın damını dedim. Protokola yazdılar.",
        "Növbəti dəfə bacım da yazılıb.", "",
    )  # fmt: skip
    _story(
        desk, turn, "seki", 48, "voice", "Siyahını biz tutduq", "təlim iştirakçısı", False,
        "Əvvəl kim gəldi, o danışırdı. İndi siyahını axşamdan biz tuturuq, hər küçədən bir nəfər yazırıq.", "", "",
    )  # fmt: skip
    for one, ago in ((well, 55), (word, 47)):
        stories.publish_story(story=one, at=desk.when(ago), by=desk.person("moderator"))
    _chosen(desk, well, "community", 40, "İcmanın görüşü, 9 nəfər", "Rəqəm suyun gəldiyini göstərir, bu isə kimin vaxtının qaytarıldığını.")  # fmt: skip
    _chosen(desk, word, "community", 38, "İcmanın görüşü, 7 nəfər", "Siyahı hekayəsi qaydanı göstərir; bu isə qaydadan sonra bir insanın nə etdiyini. Başqaları da özünü burada gördü.")  # fmt: skip
    _chosen(
        desk,
        word,
        "region",
        30,
        "Dörd icmanın koordinatoru",
        "Digər icmalarda da susanlar var: onlara ən çox bu təsir etdi.",
    )
    stories.tell_back(story=well, on=desk.day(35), at=desk.when(35), by=desk.country.leads["goycay"])


def _story(
    desk: Desk, turn: Collection, key: str, ago: int, domain: str, title: str, teller: str, agreed: bool, text: str,
    why: str, english: str,
) -> Story:  # fmt: skip
    return stories.tell_story(
        collection=turn, domain=domain, title=title, text=text, teller=teller, on=desk.day(ago), agreed=agreed, matters=why,
        english=english, at=desk.when(ago), **desk.of(key),
    )  # fmt: skip


def _chosen(desk: Desk, story: Story, level: str, ago: int, deciders: str, reasons: str) -> None:
    by = desk.person("officer") if level == "region" else story.by
    stories.choose(
        story=story,
        level=level,
        reasons=reasons,
        deciders=deciders,
        on=desk.day(ago),
        at=desk.when(ago),
        by=by,
    )


# --- visits and months -------------------------------------------------------------------------------
def _visits(desk: Desk) -> None:
    of = desk.of("goycay")
    group = of["organisation"]
    water = Initiative.objects.filter(organisation=group, project_code="SU-26").select_related("matter").get()
    visits.record_visit(
        on=desk.day(33), who="koordinator, iki sakin, su ustası", place=group.place, matter=water.matter, photo=photo("Bazar küçəsi"),
        findings="Küçənin aşağısında təzyiq zəifdir: vedrə dörd dəqiqəyə dolur, yuxarıda bir dəqiqəyə. Boru iki yerdən sızır.",
        tasks=[visits.FollowUp("Sızan yerləri idarəyə yazın", desk.day(25), "koordinator"), visits.FollowUp("Təzyiqi yenidən ölçün", desk.day(-9), "su ustası")],
        initiative=water, at=desk.when(32), **of,
    )  # fmt: skip
    of = desk.of("seki")
    visits.record_visit(
        on=desk.day(18), who="mentor, iki üzv", place=of["organisation"].place, at=desk.when(17), **of,
        findings="Dinləmə zalının girişində pillə var, uşaq arabası keçmir. Axşam altıdan sonra avtobus yoxdur.",
        tasks=[visits.FollowUp("Dinləmənin saatını dəyişməyi təklif edin", desk.day(-5), "koordinator")],
        english="The hall has a step at the entrance; there is no bus after six in the evening.",
    )  # fmt: skip


def _months(desk: Desk) -> None:
    first = month_before(month_of(desk.day(0)))
    for back in (1, 2, 3):
        if desk.day(0) >= next_month(first):
            for key, group in desk.country.communities.items():
                if (
                    group.kind == "community"
                    and group.since <= first
                    and (key, back) not in LATE
                    and (back == 1 or key in TOLD)
                ):
                    _month(desk, key, first, min(moment(due_on(first) - timedelta(days=2), 19), desk.at))
        first = month_before(first)


def _month(desk: Desk, key: str, first: date, at: datetime) -> None:
    of = desk.of(key)
    known = known_of(of["organisation"], first)
    changed, hindered = TOLD.get(key, ("", ""))
    did = known.text or DID.get(key, "")
    months.keep_month(
        first=first, did=did, quiet=not did, changed=changed, hindered=hindered,
        counts=known.counts if did else {}, send=True, at=at, **of,
    )  # fmt: skip
