"""The time before the platform, invented like all of the demo: a small workbook of it, and figures that were declared."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from icma.advocacy.actions.past import bring_past
from icma.advocacy.past import CAMPAIGNS, COMMUNITIES, LETTERS
from icma.demo.country import Country
from icma.demo.days import Days
from icma.people.models import Review
from icma.research.declared.actions import KIND, Claim, decide_declared, declare
from icma.research.declared.book import Line, Sheet

SOURCE = "Nümunə: birliyin 2023-cü il hesabatı"
GROUP = "Nümunə İmişli valideynlər qrupu"
ROWS: tuple[tuple[Sheet, dict[str, str]], ...] = (
    (COMMUNITIES, {
        "name": GROUP, "form": "group", "place": "İmişli", "since": "12.02.2021", "until": "30.06.2024", "seen": "full",
    }),
    (CAMPAIGNS, {
        "title": "Məktəb yoluna səki", "problem": "Şagirdlər avtomobil yolu ilə gedirdi; səki çəkilməsi tələb olunurdu.",
        "place": "İmişli", "topic": "infrastructure", "level": "local", "community": GROUP, "started_on": "01.03.2022",
        "ended_on": "14.11.2022", "outcome": "solved", "changed": "Məktəb yolunun 640 metrinə səki çəkildi: 310 şagird üçün.",
    }),
    (CAMPAIGNS, {
        "title": "Kənd kitabxanasının saatları", "problem": "Kitabxana yalnız iş saatlarında açıq idi.", "place": "Şəki",
        "topic": "social", "level": "local", "started_on": "05.09.2022", "ended_on": "20.03.2023", "outcome": "partly",
        "changed": "Kitabxana həftədə iki gün saat 20-dək açıqdır.",
    }),
    (CAMPAIGNS, {
        "title": "Tullantı meydançası haqqında məlumat", "problem": "Meydançanın layihəsi və ekoloji rəyi açıqlanmırdı.",
        "place": "Gəncə", "topic": "ecology", "level": "central", "started_on": "10.01.2023", "ended_on": "30.10.2023",
        "outcome": "unsolved",
    }),
    (LETTERS, {
        "campaign": "Məktəb yoluna səki", "authority": "EXECIMI", "kind": "application", "subject": "Səki çəkilməsi barədə",
        "sent_on": "04.04.2022", "channel": "post", "number": "41/22", "registered_on": "05.04.2022",
        "answered_on": "22.04.2022", "answer": "substance", "answer_number": "118", "summary": "Səki 2022-ci ilin planına salınıb.",
    }),
    (LETTERS, {
        "campaign": "Kənd kitabxanasının saatları", "authority": "EXECSAK", "kind": "proposal", "subject": "İş saatları barədə təklif",
        "sent_on": "03.10.2022", "channel": "hand", "answered_on": "01.11.2022", "answer": "partly",
        "summary": "İki gün üçün razılıq verilir.",
    }),
    (LETTERS, {
        "campaign": "Tullantı meydançası haqqında məlumat", "authority": "WATERAG", "kind": "information",
        "subject": "Layihə və rəy barədə sorğu", "sent_on": "06.02.2023", "channel": "post", "number": "9/23",
        "registered_on": "08.02.2023",
    }),
)  # fmt: skip
FIRST, LAST = date(2016, 1, 1), date(2023, 12, 31)
WHO, BY_HAND = "Nümunə Birliyi", "Nümunə: birliyin 2016–2023 jurnalları"
CLAIMS = (
    Claim("help", "hüquqi yardım almış şəxs (nümunə)", Decimal(1240), FIRST, LAST,
          "Qəbul jurnalındakı sətirlər. Bir şəxs iki dəfə yazıla bilər; telefonla suallar sayılmayıb.", BY_HAND, WHO, "nəfər", True),
    Claim("meetings", "keçirilmiş təlim (nümunə)", Decimal(86), FIRST, LAST,
          "İştirakçı siyahısı olan təlimlər; görüşlər sayılmayıb.", BY_HAND, WHO, "təlim"),
    Claim("people", "təlim iştirakçıları arasında qadın (nümunə)", Decimal(54), date(2022, 1, 1), LAST,
          "İştirakçı siyahıları üzrə: 1 310 iştirakdan 707-si. Bir nəfər bir neçə təlimdə ola bilər.", BY_HAND, WHO, "faiz"),
)  # fmt: skip


def remember(country: Country, at: datetime) -> None:
    """An officer brings the workbook in and declares; the second officer agrees, but for the last figure, which waits."""
    days = Days(at)
    then = days.moment(days.on_or_before(days.today - timedelta(days=24)), 20)
    officer, second = country.persons["officer"], country.persons["officer2"]
    lines = [Line(sheet, number, {"source": SOURCE} | cells) for number, (sheet, cells) in enumerate(ROWS, 3)]
    report = bring_past(lines=lines, by=officer, at=then)
    wrong = [why for _line, why in report.errors]
    if wrong:
        raise ValueError(f"the past of the demo: {wrong}")
    for number, claim in enumerate(CLAIMS):
        row = declare(claim=claim, by=officer, at=then)
        if number < len(CLAIMS) - 1:
            review = Review.objects.get(kind=KIND, subject=f"declared:{row.code}")
            decide_declared(review=review, verdict="agreed", by=second, at=then + timedelta(days=1))
