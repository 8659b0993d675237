"""Three initiatives with reports in every state: 0, not counted, corrected, sent back, waiting, late. All invented."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

from icma.core.day import legal_day, moment
from icma.demo.country import Country
from icma.demo.pictures import scan
from icma.matters.models import Matter
from icma.monitoring.actions import indicators, initiatives, reports
from icma.monitoring.models import Indicator, Initiative, Node, Report, Reporter
from icma.monitoring.starts import STARTS
from icma.people.models import User

PAST = 4  # quarters that have ended
WOMEN = "female"


def quarter_start(day: date, back: int = 0) -> date:
    """The first day of the quarter of `day`, `back` quarters earlier."""
    month = day.year * 12 + (day.month - 1) // 3 * 3 - 3 * back
    return date(month // 12, month % 12 + 1, 1)


@dataclass
class Told:
    """Who writes and confirms in one initiative; nothing happens after the build."""

    initiative: Initiative
    author: User
    second: User
    at: datetime

    @property
    def us(self) -> Reporter:
        return self.initiative.reporters.get(organisation=self.initiative.organisation)

    def counts(self, **given: Any) -> Indicator:
        begin = moment(self.initiative.starts_on, 10)
        return indicators.add_indicator(initiative=self.initiative, at=begin, by=self.author, **given)

    def when(self, day: date, hour: int) -> datetime:
        return min(moment(day, hour), self.at)

    def tell(
        self, indicator: Indicator, number: int, *, end: str = "confirmed", words: str = "", days: int = 3,
        reporter: Reporter | None = None, by: User | None = None, evidence: str = "", **given: Any,
    ) -> Report:  # fmt: skip
        """A report on the period `number`: `end` is draft, sent, returned (with `words`) or confirmed."""
        period = indicator.periods.filter(gone_at=None)[number]
        day, by = period.last + timedelta(days=days), by or self.author
        at = self.when(day, 15)
        made = reports.draft_report(period=period, reporter=reporter or self.us, at=at, by=by, **given)
        if evidence:
            reports.add_evidence(report=made, data=scan(evidence), title=evidence, at=at, by=by)
        if end == "draft":
            return made
        reports.send_report(report=made, at=at, by=by)
        later = self.when(day + timedelta(days=4), 12)
        if end == "returned":
            reports.return_report(report=made, text=words, at=later, by=self.second)
        elif end == "confirmed":
            reports.confirm_report(report=made, at=later, by=self.second)
        return made


def measure(country: Country, at: datetime) -> None:
    """`at` is the moment of the build."""
    _water(country, at)
    _women(country, at)
    _streets(country, at)


def _began(country: Country, key: str, at: datetime, **given: Any) -> Told:
    first = quarter_start(legal_day(at), PAST)
    last = quarter_start(legal_day(at), -3) - timedelta(days=1)
    begin, lead = moment(first, 10), country.leads[key]
    made = initiatives.start_initiative(
        organisation=country.communities[key], starts_on=first, ends_on=last, at=begin, by=lead, **given
    )
    return Told(made, lead, country.persons["officer"], at)


def _shown(told: Told, country: Country) -> None:
    begin = told.when(told.initiative.starts_on + timedelta(days=2), 11)
    initiatives.move_initiative(initiative=told.initiative, step="start", at=begin, by=told.author)
    initiatives.show_initiative(initiative=told.initiative, step="ask", at=begin, by=told.author)
    initiatives.show_initiative(
        initiative=told.initiative, step="show", at=begin, by=country.persons["moderator"]
    )


def _water(country: Country, at: datetime) -> None:
    """From a matter: falling, a share, people with a 0, hours; a correction, a late one, one that waits."""
    matter = Matter.objects.get(pk=country.matters["goycay-su"])
    told = _began(
        country, "goycay", at, title="Su hər həyətə, hər gün", matter=matter, project_code="SU-26",
        text="Bazar küçəsində hər həyətə gündəlik su. Ölçürük, yazırıq, görüşürük.",
    )  # fmt: skip
    daily, heard, meet = _tree(told)
    sheet = {
        "use": "Hansı küçə üçün yenidən məktub yazacağımızı bununla qərarlaşdırırıq.",
        "definition": "Həftədə beş gündən az su gələn həyət. Boş evlər sayılmır.",
        "method": "Rübün son həftəsi hər həyətdə soruşulur, siyahıya yazılır.",
        "quality": "İki nəfər ayrı-ayrı gəzir, siyahılar tutuşdurulur.",
    }
    dry = told.counts(
        title="Suyu hər gün gəlməyən həyətlər", unit="həyət", direction="down", baseline=D(60), target=D(20),
        across_periods="latest", node=daily, sheet=sheet,
    )  # fmt: skip
    answers = told.counts(
        title="Mahiyyəti üzrə cavablandırılmış məktublar", kind="ratio", node=heard, target=D(80),
        baseline_none_reason="Əvvəllər məktublar qeyd olunmurdu",
    )  # fmt: skip
    came = told.counts(
        title="Görüşlərə gələnlər", unit="nəfər", baseline=D(0), target=D(240), counts_people=True, node=meet
    )
    hours = told.counts(
        title="Gün ərzində su verilən saatlar", unit="saat", baseline=D(3), target=D(12), across_periods="latest", node=daily
    )  # fmt: skip
    _shown(told, country)
    _reported(told, dry, answers, came, hours)


def _tree(told: Told) -> tuple[Node, Node, Node]:
    """Outcome, output, activity below the lasting change."""
    node = lambda kind, title, parent=None, holds="": initiatives.add_node(  # noqa: E731
        initiative=told.initiative, parent=parent, kind=kind, title=title, assumptions=holds,
        at=moment(told.initiative.starts_on, 10), by=told.author,
    )  # fmt: skip
    goal = node("impact", "Qadınlar və uşaqlar suya vaxt itirmir")
    daily = node("outcome", "Hər həyətə su hər gün gəlir", goal, "Nasos stansiyası cərəyansız qalmır.")
    heard = node(
        "output", "Su İdarəsi qrafiki elan edib və ona əməl edir", daily, "İdarənin təmir vəsaiti var."
    )
    meet = node(
        "activity", "Ölçürük, məktub yazırıq, hər ay görüşürük", heard, "Sakinlər gəlməyə vaxt tapır."
    )
    return daily, heard, meet


def _reported(told: Told, dry: Indicator, answers: Indicator, came: Indicator, hours: Indicator) -> None:
    """Four quarters: corrected, with evidence, waiting, 0, not counted, sent back, late; a target that moved."""
    told.tell(dry, 0, value=D(55))
    first = told.tell(dry, 1, value=D(46))
    told.tell(dry, 1, value=D(48), replaces=first, why="İki həyət siyahıda iki dəfə yazılmamışdı", days=20)
    told.tell(dry, 2, value=D(40), evidence="Həyətlərin siyahısı")
    told.tell(dry, 3, value=D(36), end="sent")
    for number, (part, whole) in enumerate(((3, 8), (5, 9), (8, 10))):
        told.tell(answers, number, numerator=D(part), denominator=D(whole))
    cells = {(WOMEN, "18-29", None): D(9), (WOMEN, "30-44", None): D(14), ("male", "45-59", None): D(11)}
    told.tell(came, 0, value=D(46), cells=cells)
    told.tell(came, 1, value=D(0), note="Bu rüb görüş keçirmədik.")
    told.tell(came, 2, value=D(61), cells={(WOMEN, "30-44", None): D(22), ("male", "18-29", None): D(8)})
    told.tell(came, 3, reason="not_reported", note="Siyahı tutulmayıb.")
    for number, n in enumerate(("3", "3", "4.5")):
        told.tell(hours, number, value=D(n))
    told.tell(hours, 3, value=D(50), end="returned", words="50 saat ola bilməz: 5, yoxsa 5,0?")
    later = told.when(told.initiative.starts_on + timedelta(days=130), 12)
    indicators.set_target(indicator=came, value=D(200), at=later, by=told.author)
    indicators.set_target(indicator=came, sex=WOMEN, value=D(100), at=later, by=told.author)


def _women(country: Country, at: datetime) -> None:
    """Words, a share, people; refused and not applicable."""
    told = _began(
        country, "seki", at, title="Qadınlar büdcə dinləməsində danışır", start=STARTS["learning"],
        text="Bələdiyyə büdcəsi müzakirə olunanda qadınların sözü eşidilsin.",
    )  # fmt: skip
    _shown(told, country)
    words, share, came = told.initiative.indicators.all()
    told.tell(words, 0, said="İki qadın dinləmədə yol və bağça barədə danışdı; hər ikisi protokola düşdü.")
    told.tell(words, 1, reason="refused", note="Dinləməyə buraxmadılar: zal dolu idi, dedilər.")
    told.tell(share, 0, numerator=D(14), denominator=D(18))
    told.tell(share, 1, reason="not_applicable", note="Bu rüb təlim yox idi.")
    told.tell(share, 2, numerator=D(11), denominator=D(12), end="sent")
    told.tell(came, 0, value=D(22), cells={(WOMEN, "18-29", None): D(8), (WOMEN, "45-59", None): D(14)})
    told.tell(came, 1, value=D(17), cells={(WOMEN, "30-44", None): D(12)})
    told.tell(came, 2, value=D(25), end="draft")


def _streets(country: Country, at: datetime) -> None:
    """Two who report, one of whom has left; its words wait for a moderator."""
    told = _began(
        country, "gence", at, title="Hər küçədə bir pandus", start=STARTS["doing"],
        text="Gənclər və ustalar birlikdə: uşaq arabası və təkərli kreslo keçən küçələr.",
    )  # fmt: skip
    begin = moment(told.initiative.starts_on, 12)
    street = initiatives.add_reporter(
        initiative=told.initiative,
        name="Nizami küçəsi",
        since=told.initiative.starts_on,
        at=begin,
        by=told.author,
    )
    initiatives.move_initiative(initiative=told.initiative, step="start", at=begin, by=told.author)
    kept, made, _came = told.initiative.indicators.all()
    indicators.set_target(indicator=made, value=D(20), at=begin, by=told.author)
    told.tell(made, 0, value=D(2))
    told.tell(made, 0, value=D(3), reporter=street)
    told.tell(made, 1, value=D(4))
    told.tell(kept, 0, value=D(3))
    told.tell(kept, 0, value=D(4), reporter=street)
    left = quarter_start(legal_day(at), PAST - 2) - timedelta(days=20)
    initiatives.end_reporter(reporter=street, until=left, at=told.when(left, 9), by=told.author)
    initiatives.show_initiative(initiative=told.initiative, step="ask", at=at, by=told.author)
